//! The blocks that a line stands in, and what they say about the imports inside.
//!
//! Only blocks that can say something are kept; the others follow from the indentation.

mod branch;
mod flow;

use super::condition::{Effect, Flags};
use super::handlers::{self, Remark};
use super::leave::Leave;
use super::pending::Pending;
use super::tries::Try;
use crate::python::loading::{self, End, Failure, MODULE, Scope};
use crate::python::{Condition, Guard};
use crate::words::text::TextRange;
pub(super) use branch::Branch;
use flow::{Flow, Known};

/// What opened a block.
#[derive(Debug)]
pub(super) enum Kind {
    /// The body of a function; the scope that it is.
    Function(Scope),
    Class,
    Branch(Branch),
    /// The body of a `try`; its number in [`Blocks::tries`].
    Try(usize),
    /// A handler of that `try`, which begins at `start`.
    Handler {
        of: usize,
        role: Role,
        start: u32,
        number: usize,
    },
    /// `with suppress(ImportError)`.
    Suppress,
    /// Any other `with`.
    With,
    /// A loop that may have no round, or a `case`.
    Perhaps,
    /// Any other block.
    Other,
}

/// What a handler does with an `ImportError`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Role {
    /// It catches something else.
    Other,
    /// It catches the lack of a name or an attribute: what it imports is the second choice for that.
    Lacks,
    /// It catches it, but a handler above has caught it before.
    Late,
    /// It is the one that catches it.
    Decides,
}

/// An open block.
#[derive(Debug)]
struct Block {
    /// The indentation of its header.
    indent: u32,
    /// The indentation of its statements, once one was seen.
    body: Option<u32>,
    kind: Kind,
    flow: Flow,
    /// What its tests say; computed when an import needs them.
    effect: Option<Box<Effect>>,
}

/// The blocks that are open, outermost first.
#[derive(Debug)]
pub(super) struct Blocks {
    open: Vec<Block>,
    /// The block that the current line closed at its own indentation: what an `else` or `except` belongs to.
    previous: Option<Block>,
    tries: Vec<Try>,
    /// The module's own level.
    module: Flow,
    /// What the comment behind the last import says.
    pub remark: Remark,
    /// How the last statement that failed would end a handler.
    pub raised: End,
}

impl Default for Blocks {
    fn default() -> Self {
        let raised = End::Raises(Failure::Exit);
        Self {
            open: Vec::new(),
            previous: None,
            tries: Vec::new(),
            module: Flow::default(),
            remark: Remark::default(),
            raised,
        }
    }
}

impl Blocks {
    /// Called for each logical line, before its first word is looked at: closes the blocks that it is not inside of.
    /// `continues` is whether that word goes on with a statement above: `else`, `except`…
    pub fn line(&mut self, indent: u32, continues: impl FnOnce() -> bool) {
        self.previous = None;
        if self.open.last().is_some_and(|block| block.indent >= indent) {
            let continues = continues();
            while let Some(block) = self.open.pop_if(|block| block.indent >= indent) {
                if block.indent > indent || !continues {
                    self.conclude(&block);
                } else {
                    self.previous = Some(block);
                }
            }
        }
        if let Some(block) = self.open.last_mut().filter(|block| block.body.is_none()) {
            block.body = Some(indent);
        }
    }

    /// Closes all blocks.
    pub fn end(&mut self) {
        while let Some(block) = self.open.pop() {
            self.conclude(&block);
        }
    }

    /// What the end of a block means for the one around it.
    fn conclude(&mut self, block: &Block) {
        match (&block.kind, block.flow.left) {
            (Kind::With, Some(left)) => self.leave(block.indent, left),
            (Kind::Branch(branch), left) => self.conclude_branch(branch, left, block.indent),
            (Kind::Handler { of, role: Role::Decides, .. }, Some(Leave::Quits | Leave::Skips)) => {
                // what follows runs only where the body's imports succeeded
                let imported = self.tries.get(*of).map(|of| of.imported.clone()).unwrap_or_default();
                for top in &imported {
                    self.skip_without(block.indent, top);
                }
            }
            _ => {}
        }
    }

    /// The last branch of a chain: where all are left, so is the block around; where all but what remains are left, the rest
    /// of that block knows by which tests.
    fn conclude_branch(&mut self, last: &Branch, left: Option<Leave>, indent: u32) {
        let mut know = |range: TextRange, holds: bool, leave: Leave| {
            if let Some(flow) = self.flow_at(indent) {
                flow.known.push(Known::Test { range, holds, leave });
            }
        };
        match (last.test, last.left, left, last.before.tests.as_slice()) {
            (None, Some(before), Some(own), _) => self.leave(indent, before.min(own)),
            (None, None, Some(leave), &[only]) => know(only, true, leave),
            (Some(test), Some(earlier), Some(own), before) => {
                before.iter().chain([&test]).for_each(|range| know(*range, false, earlier.min(own)));
            }
            (_, Some(leave), None, &[first, ..]) => know(first, false, leave),
            _ => {}
        }
    }

    /// The flow of the innermost block, if `indent` is that of its own statements.
    fn flow_at(&mut self, indent: u32) -> Option<&mut Flow> {
        match self.open.last_mut() {
            Some(block) => (block.body == Some(indent)).then_some(&mut block.flow),
            None => (indent == 0).then_some(&mut self.module),
        }
    }

    /// Opens a block whose header has this indentation.
    pub fn push(&mut self, indent: u32, kind: Kind) {
        self.open.push(Block { indent, body: None, kind, flow: Flow::default(), effect: None });
    }

    /// Reports that the innermost block's statements stand on its header's line.
    pub fn suite_is_inline(&mut self, indent: u32) {
        if let Some(block) = self.open.last_mut() {
            block.body = Some(indent);
        }
    }

    /// A new `try`. One in a handler goes on with the alternatives of that handler's.
    pub fn new_try(&mut self, start: u32) -> Kind {
        let mut chain = start;
        for block in self.open.iter().rev() {
            match block.kind {
                Kind::Function(_) | Kind::Class | Kind::Try(_) => break,
                Kind::Handler { of, role: Role::Decides | Role::Late, .. } => {
                    chain = self.tries.get(of).map_or(start, |outer| outer.chain);
                    break;
                }
                _ => {}
            }
        }
        self.tries.push(Try::new(start, chain));
        Kind::Try(self.tries.len() - 1)
    }

    /// An `except` that `catches` an `ImportError` or not; `head` is the range of all before its colon, `names` the text behind
    /// the keyword.
    pub fn handler(&mut self, catches: bool, head: TextRange, names: &str) -> Kind {
        let of = match self.previous.as_ref().map(|block| &block.kind) {
            Some(Kind::Try(of) | Kind::Handler { of, .. }) => *of,
            _ => return Kind::Other,
        };
        let number = self.tries.get_mut(of).map_or(0, |of| of.add(head, names));
        let role = match self.tries.get_mut(of) {
            Some(of) if catches && of.outcome == Guard::None => {
                of.outcome = Guard::CarriesOn;
                Role::Decides
            }
            _ if catches => Role::Late,
            _ if handlers::names_a_lack(names) => Role::Lacks,
            _ => Role::Other,
        };
        Kind::Handler { of, role, start: head.start, number }
    }

    /// Called when a comment calls what the innermost `try` imports optional: its handler may raise all the same.
    pub fn note_optional(&mut self, kind: &Kind) {
        if let Kind::Handler { of, role: Role::Decides, .. } = kind
            && let Some(of) = self.tries.get_mut(*of)
        {
            of.is_called_optional = true;
        }
    }

    /// An `elif` (with its test) or an `else`.
    pub fn alternative(&mut self, test: Option<TextRange>) -> Kind {
        match self.previous.take() {
            Some(Block { kind: Kind::Branch(Branch { test: Some(last), mut before, left, .. }), flow, .. }) => {
                before.tests.push(last);
                let left = left.zip(flow.left).map(|(before, own)| before.min(own));
                Kind::Branch(Branch { test, before, left, is_main: false })
            }
            _ => test.map_or(Kind::Other, |test| Kind::Branch(Branch::new(test))),
        }
    }

    /// A statement at `indent` leaves its block: nothing after it in there runs, and a handler fails by a failure.
    pub fn leave(&mut self, indent: u32, leave: Leave) {
        if self.open.is_empty() && leave == Leave::Quits {
            return; // no module returns
        }
        let Some(flow) = self.flow_at(indent).filter(|flow| flow.left.is_none()) else { return };
        flow.left = Some(leave);
        if let Some(&Block { kind: Kind::Handler { of, role, number, .. }, .. }) = self.open.last()
            && leave == Leave::Fails
            && let Some(of) = self.tries.get_mut(of)
        {
            of.ends(number, self.raised);
            if role == Role::Decides && !of.is_called_optional {
                of.outcome = Guard::Fails;
            }
        }
    }

    /// From here on the block at `indent` only runs where the module `top` is installed.
    pub fn skip_without(&mut self, indent: u32, top: &str) {
        if let Some(flow) = self.flow_at(indent) {
            flow.known.push(Known::Skipped(top.into()));
        }
    }

    /// The block that was just opened only runs where the module `top` is installed.
    pub fn skip_inside(&mut self, top: &str) {
        if let Some(block) = self.open.last_mut() {
            block.flow.known.push(Known::Skipped(top.into()));
        }
    }

    /// Called for a module that the bodies of these tries import.
    pub fn note_import(&mut self, tries: &[usize], top: &str) {
        if let Some(of) = tries.first().and_then(|of| self.tries.get_mut(*of)) {
            of.imported.push(top.into());
        }
    }

    /// Whether no function or class is open.
    pub fn at_module_level(&self) -> bool {
        !self.open.iter().any(|block| matches!(block.kind, Kind::Function(_) | Kind::Class))
    }

    /// The scope that a line here is part of, and whether the innermost definition around it is a class.
    pub fn scope(&self) -> (Scope, bool) {
        let around = || self.open.iter().rev();
        let scope = around().find_map(|block| match block.kind {
            Kind::Function(scope) => Some(scope),
            _ => None,
        });
        let definition = around().find(|block| matches!(block.kind, Kind::Function(_) | Kind::Class));
        (scope.unwrap_or(MODULE), definition.is_some_and(|block| matches!(block.kind, Kind::Class)))
    }

    /// Whether a statement here surely runs while the module is loaded.
    pub fn runs_plainly(&self) -> bool {
        self.module.left.is_none() && self.open.iter().all(|block| matches!(block.kind, Kind::Class | Kind::With))
    }

    /// The handlers of the `try` of that number.
    pub fn kept_try(&self, number: usize) -> loading::Try {
        self.tries.get(number).map(Try::kept).unwrap_or_default()
    }

    /// Whether the innermost block is a handler that catches a missing module.
    pub fn tells_missing(&self) -> bool {
        match self.open.last().map(|block| &block.kind) {
            Some(Kind::Handler { of, role: Role::Decides | Role::Late, .. }) => {
                self.tries.get(*of).is_some_and(|of| of.has_import)
            }
            _ => false,
        }
    }

    /// The test of the version of Python that alone decides whether the innermost block runs.
    pub fn tells_version(&mut self, text: &str, flags: &Flags) -> Option<Condition> {
        let block = self.open.last_mut()?;
        let Kind::Branch(branch) = &mut block.kind else { return None };
        let effect = block.effect.get_or_insert_with(|| Box::new(branch.effect(text, flags)));
        match &effect.conditions[..] {
            [version @ Condition::Version { .. }] if !effect.is_open && effect.available.is_none() => {
                Some(version.clone())
            }
            _ => None,
        }
    }

    /// The context of a call that stands here, which is no import: the tries around it are not for its sake.
    pub fn context_of_call(&mut self, text: &str, flags: &Flags) -> Pending {
        let number = |block: &Block| match block.kind {
            Kind::Try(of) => Some(of),
            _ => None,
        };
        let had = |of: usize| self.tries.get(of).is_some_and(|of| of.has_import);
        let around: Vec<(usize, bool)> = self.open.iter().filter_map(number).map(|of| (of, had(of))).collect();
        let context = self.context(text, flags);
        for (of, had) in around {
            if let Some(of) = self.tries.get_mut(of) {
                of.has_import = had;
            }
        }
        context
    }

    /// The context of an import that stands here.
    pub fn context(&mut self, text: &str, flags: &Flags) -> Pending {
        let mut pending = Pending::default();
        pending.enter(&mut self.module, text, flags);
        for block in &mut self.open {
            match &mut block.kind {
                Kind::Function(scope) => pending.enter_function(*scope),
                Kind::Branch(branch) => {
                    pending.is_main |= branch.is_main;
                    let effect = block.effect.get_or_insert_with(|| Box::new(branch.effect(text, flags)));
                    effect.is_open &= !branch.is_main;
                    pending.take(effect);
                    if effect.available.is_some() {
                        pending.alternative = Some(branch.place());
                    }
                }
                Kind::Try(of) => {
                    pending.tries.push(*of);
                    if let Some(of) = self.tries.get_mut(*of) {
                        of.has_import = true;
                        pending.alternative = Some((of.chain, of.start));
                    }
                }
                Kind::Suppress => pending.suppress(),
                Kind::Handler { of, role: Role::Decides | Role::Late, start, .. } => {
                    match self.tries.get(*of).filter(|of| of.has_import || of.is_named) {
                        Some(of) => {
                            pending.is_fallback = true;
                            pending.alternative = Some((of.chain, *start));
                        }
                        // what handles any error of other code is no second choice, and only runs after one
                        None => pending.is_open = true,
                    }
                }
                Kind::Handler { role: Role::Lacks, .. } => {
                    pending.is_fallback = true;
                    pending.alternative = None;
                }
                Kind::Handler { role: Role::Other, .. } => {
                    pending.is_open = true;
                    pending.alternative = None;
                }
                Kind::Perhaps => pending.is_open = true,
                Kind::Class | Kind::With | Kind::Other => {}
            }
            pending.enter(&mut block.flow, text, flags);
        }
        pending.tries.reverse();
        pending
    }

    /// What the blocks around an import make of an `ImportError`, once all handlers were read. A handler that fails passes
    /// the error on, so one further out may still carry on.
    pub fn guard(&self, pending: &Pending) -> Guard {
        let outcomes = || pending.tries.iter().filter_map(|&of| self.tries.get(of)).map(|of| of.outcome);
        if pending.is_given || outcomes().any(|outcome| outcome == Guard::CarriesOn) {
            Guard::CarriesOn
        } else if pending.is_fallback {
            Guard::Fallback
        } else {
            outcomes().max().unwrap_or_default()
        }
    }
}
