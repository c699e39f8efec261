//! Which functions a file calls while it is loaded, and which names it uses that a guard may have left unbound. Computed for the
//! few files in which a function imports or a handler carries on: these are walked once more, with a [`Watch`].

use super::bindings::{bound_names, remove_bound};
use super::blocks::Blocks;
use super::lexer::{is_word, word_at};
use super::pending::Pending;
use super::tokens::tokens;
use super::used;
use crate::python::loading::Failure;
use crate::python::loading::Foreign;
use crate::python::loading::{Body, Call, Function, Loading, MODULE, Outcome, Place, Scope, UNCALLED, Unbound};
use crate::python::{Guard, ImportForm, ImportStatement, Phase};
use crate::words::text::TextRange;
use rustc_hash::{FxHashMap, FxHashSet};

/// A definition that was met.
#[derive(Clone, Copy, Debug)]
pub(super) struct Definition {
    /// The bytes of its name.
    pub name: TextRange,
    /// The scope that it stands in, by the numbers of definitions.
    pub parent: Scope,
    pub is_method: bool,
    pub is_async: bool,
}

/// What the second walk collects.
#[derive(Debug, Default)]
pub(super) struct Watch<'a> {
    /// The names of functions whose calls matter.
    functions: FxHashSet<&'a str>,
    calls: Vec<(TextRange, Pending)>,
    /// The statements that surely run while the module is loaded.
    plain: Vec<TextRange>,
    /// The scopes that yield: the bodies of generators.
    generators: FxHashSet<Scope>,
}

/// What the first walk found.
pub(super) struct Found<'a> {
    pub text: &'a str,
    pub imports: &'a [ImportStatement],
    pub pending: &'a [Pending],
    pub blocks: &'a Blocks,
    pub definitions: &'a [Definition],
    /// The calls at module level of names that an import binds.
    pub foreign: &'a [(TextRange, Pending)],
}

impl<'a> Watch<'a> {
    /// What a second walk is to look for, if one is worth it.
    pub fn of(found: &Found<'a>) -> Option<Self> {
        let in_function = |at: usize| found.pending.get(at).is_some_and(|pending| pending.scope != MODULE);
        let calls = (0..found.imports.len()).any(in_function);
        let uses = found.imports.iter().zip(found.pending).any(|(import, pending)| is_tried(import, pending));
        let names = found.definitions.iter().filter(|one| calls && !one.is_method);
        let functions = names.filter_map(|one| found.text.get(one.name.indices())).collect();
        (calls || uses).then(|| Self { functions, ..Self::default() })
    }

    /// Called for the `(` at `open`; gives the bytes of a name that is called and watched.
    pub fn callee(&self, text: &str, open: usize) -> Option<TextRange> {
        let before = text.get(..open)?;
        let start = open - before.bytes().rev().take_while(|byte| is_word(*byte)).count();
        self.named(text, TextRange::new(start as u32, open as u32))
    }

    /// Called for a statement that begins with `@`: a decorator without brackets is called too.
    pub fn decorator(&self, text: &str, start: usize) -> Option<TextRange> {
        let at = start + 1 + text.get(start + 1..)?.bytes().take_while(|byte| *byte == b' ').count();
        let end = at + word_at(text.as_bytes(), at).len();
        if matches!(text.as_bytes().get(end), Some(b'(' | b'.')) {
            return None;
        }
        self.named(text, TextRange::new(at as u32, end as u32))
    }

    fn named(&self, text: &str, range: TextRange) -> Option<TextRange> {
        let before = text.get(..range.start as usize)?.trim_end_matches([' ', '\t']);
        let is_other = before.ends_with('.') || before.ends_with("def") || before.ends_with("class");
        (!is_other && self.functions.contains(text.get(range.indices())?)).then_some(range)
    }

    /// Takes a call in.
    pub fn call(&mut self, range: TextRange, pending: Pending) {
        self.calls.push((range, pending));
    }

    /// Takes a statement or a header of a scope in, which may yield.
    pub fn yields(&mut self, statement: &str, scope: Scope) {
        let may = memchr::memmem::find(statement.as_bytes(), b"yield").is_some() && scope != MODULE;
        if may && !self.generators.contains(&scope) && tokens(statement).contains(&"yield") {
            self.generators.insert(scope);
        }
    }

    /// Takes a statement in that surely runs.
    pub fn runs(&mut self, statement: TextRange) {
        self.plain.push(statement);
    }
}

/// Whether a handler may carry on without what the import binds at module level.
fn is_tried(import: &ImportStatement, pending: &Pending) -> bool {
    import.context.guard == Guard::CarriesOn
        && pending.phase == Phase::Import
        && pending.scope == MODULE
        && !pending.is_main
        && !pending.is_given
        && !pending.tries.is_empty()
}

/// What runs while the file is loaded; `None` where its imports stand plainly at its top.
pub(super) fn loading(found: &Found, watch: Option<Watch>) -> Option<Box<Loading>> {
    let is_plain =
        |pending: &Pending| pending.scope == MODULE && !pending.is_main && !pending.is_open && pending.tries.is_empty();
    if watch.is_none() && found.foreign.is_empty() && found.pending.iter().all(is_plain) {
        return None;
    }
    let Watch { calls, plain, generators, .. } = watch.unwrap_or_default();
    let mut making = Making {
        found,
        names: BoundNames::of(found),
        generators,
        functions: FxHashMap::default(),
        tries: FxHashMap::default(),
        made: Loading::default(),
    };
    making.functions(&calls);
    making.places();
    making.calls(&calls);
    making.foreign();
    making.made.tries = making.kept_tries();
    making.made.guarded = making.made.calls_guarded();
    making.keep_running_calls();
    making.unbound(&plain);
    Some(Box::new(making.made))
}

/// What binds which names, so that no call has to look through the whole file.
struct BoundNames<'a> {
    /// By scope and name, the functions defined there, in the order of the text.
    functions: FxHashMap<(Scope, &'a str), Vec<usize>>,
    /// By scope and name, the imports that bind it there, in the order of the text.
    imports: FxHashMap<(Scope, &'a str), Vec<usize>>,
    /// By name, how many imports bind it.
    imported: FxHashMap<&'a str, u32>,
    has_star: bool,
}

impl<'a> BoundNames<'a> {
    fn of(found: &Found<'a>) -> Self {
        let (mut functions, mut imports) =
            (FxHashMap::<_, Vec<usize>>::default(), FxHashMap::<_, Vec<usize>>::default());
        let mut imported = FxHashMap::default();
        for (number, one) in found.definitions.iter().enumerate().filter(|(_, one)| !one.is_method) {
            let name = found.text.get(one.name.indices()).unwrap_or_default();
            functions.entry((one.parent, name)).or_default().push(number);
        }
        let mut has_star = false;
        for (at, (import, pending)) in found.imports.iter().zip(found.pending).enumerate() {
            let mut members = import.parsed.modules.iter().flat_map(|module| &module.members);
            has_star |= members.any(|member| &*member.name == "*");
            for name in bound_names(found.text, import) {
                *imported.entry(name).or_insert(0) += 1;
                imports.entry((pending.scope, name)).or_default().push(at);
            }
        }
        Self { functions, imports, imported, has_star }
    }
}

struct Making<'a, 'b> {
    found: &'b Found<'a>,
    names: BoundNames<'a>,
    /// The scopes that yield.
    generators: FxHashSet<Scope>,
    /// Scope by the numbers of definitions -> scope in the facts.
    functions: FxHashMap<Scope, Scope>,
    /// Number of a `try` -> its number in the facts.
    tries: FxHashMap<usize, u32>,
    made: Loading,
}

impl Making<'_, '_> {
    /// Keeps the functions in which something is imported, or one of them called.
    fn functions(&mut self, calls: &[(TextRange, Pending)]) {
        let definitions = self.found.definitions;
        let mut live: FxHashSet<Scope> = self.found.pending.iter().map(|pending| pending.scope).collect();
        // Django calls the method `ready` of the classes that configure applications
        let is_ready = |name: TextRange| self.found.text.get(name.indices()) == Some("ready");
        live.retain(|scope| definition(definitions, *scope).is_some_and(|one| !one.is_method || is_ready(one.name)));
        // from each function that is kept to those that call it
        let mut callers: FxHashMap<Scope, Vec<Scope>> = FxHashMap::default();
        for (range, pending) in calls {
            if definition(definitions, pending.scope).is_some_and(|one| !one.is_method)
                && let Some(callee) = self.callee(*range, pending.scope)
            {
                callers.entry(callee).or_default().push(pending.scope);
            }
        }
        let mut queue: Vec<Scope> = live.iter().copied().collect();
        while let Some(callee) = queue.pop() {
            let callers = callers.get(&callee).map_or(&[][..], Vec::as_slice);
            queue.extend(callers.iter().filter(|caller| live.insert(**caller)));
        }
        let mut kept: Vec<Scope> = live.into_iter().collect();
        kept.sort_unstable();
        let mut functions = Vec::new();
        for scope in kept {
            let Some(one) = definition(definitions, scope) else { continue };
            let name = self.found.text.get(one.name.indices()).unwrap_or_default().into();
            let is_public = one.parent == MODULE && !one.is_method;
            let body = match (self.generators.contains(&scope), one.is_async) {
                (true, _) => Body::Iterated,
                (false, true) => Body::Awaited,
                (false, false) => Body::Called,
            };
            functions.push(Function { name, range: one.name, is_public, body });
            self.functions.insert(scope, functions.len() as Scope);
        }
        self.made.functions = functions.into();
    }

    /// The scope that a call from `scope` runs: the last function of that name in it, or further out.
    fn callee(&self, range: TextRange, scope: Scope) -> Option<Scope> {
        let definitions = self.found.definitions;
        let name = self.found.text.get(range.indices())?;
        let mut at = scope;
        loop {
            let named = self.names.functions.get(&(at, name)).map_or(&[][..], Vec::as_slice);
            // at module level what was bound last counts; a function runs later, when all is bound
            let bound = match scope {
                MODULE => named.partition_point(|number| definitions[*number].name.start < range.start),
                _ => named.len(),
            };
            if let Some(&found) = named[..bound].last() {
                let is_hidden = self.is_hidden(name, definitions[found].name.start, range, scope);
                return (!is_hidden).then_some(found as Scope + 1);
            }
            at = definition(definitions, at)?.parent;
        }
    }

    /// Whether an import in the same scope hides the function of that name: at module level one that came later.
    fn is_hidden(&self, name: &str, defined: u32, call: TextRange, scope: Scope) -> bool {
        let imports = self.names.imports.get(&(scope, name)).map_or(&[][..], Vec::as_slice);
        let start = |at: &usize| self.found.imports[*at].start;
        if scope != MODULE {
            return !imports.is_empty();
        }
        let first = imports.partition_point(|at| start(at) < defined);
        imports.get(first).is_some_and(|at| start(at) < call.start)
    }

    fn place(&mut self, pending: &Pending) -> Place {
        let scope = match pending.scope {
            MODULE if pending.phase == Phase::Call => UNCALLED,
            MODULE => MODULE,
            scope => self.functions.get(&scope).copied().unwrap_or(UNCALLED),
        };
        let tries = pending.tries.iter().map(|of| {
            let next = self.tries.len() as u32;
            *self.tries.entry(*of).or_insert(next)
        });
        Place { scope, is_main: pending.is_main, is_open: pending.is_open, tries: tries.collect() }
    }

    fn places(&mut self) {
        let found = self.found;
        let places = found.pending.iter().enumerate().map(|(at, pending)| (at as u32, self.place(pending)));
        self.made.places = places.filter(|(_, place)| *place != Place::default()).collect();
    }

    fn calls(&mut self, calls: &[(TextRange, Pending)]) {
        let mut kept = Vec::new();
        for (range, pending) in calls {
            let callee = self.callee(*range, pending.scope);
            let Some(&callee) = callee.and_then(|callee| self.functions.get(&callee)) else { continue };
            let place = self.place(pending);
            if is_sure(pending) && place.scope != UNCALLED {
                kept.push(Call { range: *range, callee, place });
            }
        }
        self.made.calls = kept.into();
    }

    /// Leaves out the calls that run no body: of a coroutine that is not awaited, of a generator that is not iterated over.
    fn keep_running_calls(&mut self) {
        let runs =
            |call: &Call| self.made.body_of(call.callee).runs_by(used::of(self.found.text, call.range.start as usize));
        let running: Vec<Call> = self.made.calls.iter().filter(|call| runs(call)).cloned().collect();
        self.made.calls = running.into();
    }

    /// Keeps the calls of what an import took from another module.
    fn foreign(&mut self) {
        let found = self.found;
        let mut kept = Vec::new();
        for (range, pending) in found.foreign.iter().filter(|(_, pending)| is_sure(pending)) {
            let local = found.text.get(range.indices()).unwrap_or_default();
            let binds = |import: &ImportStatement| {
                let at = bound_names(found.text, import).iter().position(|name| *name == local)?;
                let members = import.parsed.modules.iter().flat_map(|module| &module.members);
                members.filter(|member| &*member.name != "*").nth(at).map(|member| member.name.clone())
            };
            let imports = self.names.imports.get(&(MODULE, local)).map_or(&[][..], Vec::as_slice);
            let before = imports.partition_point(|at| found.imports[*at].start < range.start);
            let named = imports[..before].iter().rev().map(|at| (*at, &found.imports[*at]));
            let mut members = named.filter(|(_, import)| import.parsed.form == ImportForm::From);
            let Some((import, name)) = members.find_map(|(at, import)| Some((at as u32, binds(import)?))) else {
                continue;
            };
            if self.callee(*range, MODULE).is_some() {
                continue; // defined here since
            }
            let used = used::of(found.text, range.start as usize);
            kept.push(Foreign { import, name, range: *range, used, place: self.place(pending) });
        }
        self.made.foreign = kept.into();
    }

    fn kept_tries(&self) -> Box<[crate::python::loading::Try]> {
        let mut numbers: Vec<(u32, usize)> = self.tries.iter().map(|(of, number)| (*number, *of)).collect();
        numbers.sort_unstable();
        numbers.into_iter().map(|(_, of)| self.found.blocks.kept_try(of)).collect()
    }

    /// Finds the names that imports would bind whose failure a handler swallows, and that are used at module level.
    fn unbound(&mut self, plain: &[TextRange]) {
        let found = self.found;
        if self.names.has_star {
            return;
        }
        // by name, the import that alone binds it; where several do, a failure of one leaves no name unbound for sure
        let mut suspects: FxHashMap<&str, usize> = FxHashMap::default();
        for (at, (import, pending)) in found.imports.iter().zip(found.pending).enumerate() {
            let tries = self.made.place(at).map_or(&[][..], |place| &place.tries);
            let is_stopped = matches!(self.made.outcome(tries, Failure::Import), Outcome::Stopped(_));
            if is_stopped && is_tried(import, pending) {
                let names = bound_names(found.text, import).into_iter();
                let alone = names.filter(|name| !name.is_empty() && self.names.imported.get(name) == Some(&1));
                suspects.extend(alone.map(|name| (name, at)));
            }
        }
        remove_bound(found.text, &mut suspects);
        let mut first: FxHashMap<usize, TextRange> = FxHashMap::default();
        for (name, range) in first_uses(found, plain, &suspects) {
            let import = suspects[name];
            let known = first.entry(import).or_insert(range);
            *known = range.min(*known);
        }
        let mut unbound: Vec<Unbound> =
            first.into_iter().map(|(import, range)| Unbound { import: import as u32, range }).collect();
        unbound.sort_unstable_by_key(|unbound| unbound.import);
        self.made.unbound = unbound.into();
    }
}

fn definition(definitions: &[Definition], scope: Scope) -> Option<&Definition> {
    definitions.get(scope.checked_sub(1)? as usize)
}

/// Whether a call surely runs: not on some targets or after a failure only.
fn is_sure(pending: &Pending) -> bool {
    let is_plain = pending.conditions.is_empty() && !pending.is_given && !pending.is_fallback;
    pending.phase <= Phase::Call && is_plain
}

/// The first use of each of the `suspects` in the statements that surely run, after the import that would bind it.
fn first_uses<'s>(
    found: &Found<'s>,
    plain: &[TextRange],
    suspects: &FxHashMap<&'s str, usize>,
) -> FxHashMap<&'s str, TextRange> {
    let mut uses = FxHashMap::default();
    if suspects.is_empty() {
        return uses;
    }
    for statement in plain {
        let words = tokens(found.text.get(statement.indices()).unwrap_or_default());
        let is_uncertain = |word: &&str| matches!(*word, "and" | "or" | "if" | "lambda" | "for" | "import");
        if words.iter().any(is_uncertain) || words.get(1) == Some(&":") {
            continue;
        }
        for (at, word) in words.iter().enumerate() {
            let Some((&name, &import)) = suspects.get_key_value(word) else { continue };
            let (before, after) = (at.checked_sub(1).and_then(|at| words.get(at)), words.get(at + 1));
            let is_use = before != Some(&".") && after != Some(&"=");
            if is_use && statement.start >= found.imports[import].range().end {
                let start = (word.as_ptr() as usize - found.text.as_ptr() as usize) as u32;
                uses.entry(name).or_insert(TextRange::new(start, start + word.len() as u32));
            }
        }
    }
    uses
}
