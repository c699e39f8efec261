//! Which functions a file calls while it is loaded, and which names it uses that a guard may have left unbound. Asked of the
//! few files in which a function imports or a handler carries on: these are walked once more, with a [`Watch`].

use super::blocks::Blocks;
use super::lexer::{is_word, word_at};
use super::pending::Pending;
use super::tokens::tokens;
use crate::python::loading::Failure;
use crate::python::loading::Foreign;
use crate::python::loading::{Call, Function, Loading, MODULE, Outcome, Place, Scope, UNCALLED, Unbound};
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
}

/// What the second walk collects.
#[derive(Debug)]
pub(super) struct Watch<'a> {
    /// The names of functions whose calls matter.
    functions: FxHashSet<&'a str>,
    calls: Vec<(TextRange, Pending)>,
    /// The statements that surely run while the module is loaded.
    plain: Vec<TextRange>,
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
        (calls || uses).then_some(Self { functions, calls: Vec::new(), plain: Vec::new() })
    }

    /// Told of the `(` at `open`; gives the bytes of a name that is called and watched.
    pub fn callee(&self, text: &str, open: usize) -> Option<TextRange> {
        let before = text.get(..open)?;
        let start = open - before.bytes().rev().take_while(|byte| is_word(*byte)).count();
        self.named(text, TextRange::new(start as u32, open as u32))
    }

    /// Told of a statement that begins with `@`: a decorator without brackets is called too.
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
    let is_plain = |pending: &Pending| pending.scope == MODULE && !pending.is_main && pending.tries.is_empty();
    if watch.is_none() && found.foreign.is_empty() && found.pending.iter().all(is_plain) {
        return None;
    }
    let mut making =
        Making { found, functions: FxHashMap::default(), tries: FxHashMap::default(), made: Loading::default() };
    let (calls, plain) = watch.map_or((Vec::new(), Vec::new()), |watch| (watch.calls, watch.plain));
    making.functions(&calls);
    making.places();
    making.calls(&calls);
    making.foreign();
    making.made.tries = making.kept_tries();
    making.unbound(&plain);
    Some(Box::new(making.made))
}

struct Making<'a, 'b> {
    found: &'b Found<'a>,
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
        live.retain(|scope| definition(definitions, *scope).is_some_and(|one| !one.is_method));
        loop {
            let before = live.len();
            for (range, pending) in calls {
                let callee = self.callee(*range, pending.scope);
                let calls_live = callee.is_some_and(|callee| live.contains(&callee));
                if calls_live && definition(definitions, pending.scope).is_some_and(|one| !one.is_method) {
                    live.insert(pending.scope);
                }
            }
            if live.len() == before {
                break;
            }
        }
        let mut kept: Vec<Scope> = live.into_iter().collect();
        kept.sort_unstable();
        let mut functions = Vec::new();
        for scope in kept {
            let Some(one) = definition(definitions, scope) else { continue };
            let name = self.found.text.get(one.name.indices()).unwrap_or_default().into();
            functions.push(Function { name, range: one.name, is_public: one.parent == MODULE });
            self.functions.insert(scope, functions.len() as Scope);
        }
        self.made.functions = functions.into();
    }

    /// The scope that a call from `scope` runs: the last function of that name in it, or further out.
    fn callee(&self, range: TextRange, scope: Scope) -> Option<Scope> {
        let definitions = self.found.definitions;
        let name = self.found.text.get(range.indices())?;
        let text = |one: &Definition| self.found.text.get(one.name.indices());
        let mut at = scope;
        loop {
            // at module level what was bound last counts; a function runs later, when all is bound
            let is_bound = |one: &Definition| scope != MODULE || one.name.start < range.start;
            let is_it =
                |one: &Definition| one.parent == at && !one.is_method && text(one) == Some(name) && is_bound(one);
            if let Some(found) = definitions.iter().rposition(is_it) {
                let defined = definitions[found].name.start;
                // an import in the same scope hides it: at module level one that came later
                let hides = |(import, pending): (&ImportStatement, &Pending)| {
                    let in_time = scope != MODULE || (defined..range.start).contains(&import.start);
                    pending.scope == scope && in_time && bound_names(self.found.text, import).contains(&name)
                };
                let is_hidden = self.found.imports.iter().zip(self.found.pending).any(hides);
                return (!is_hidden).then_some(found as Scope + 1);
            }
            at = definition(definitions, at)?.parent;
        }
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
        Place { scope, is_main: pending.is_main, tries: tries.collect() }
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
            let before = found.imports.iter().enumerate().rev().filter(|(_, import)| import.start < range.start);
            let is_here = |at: usize| found.pending.get(at).is_some_and(|pending| pending.scope == MODULE);
            let mut before = before.filter(|(at, import)| import.parsed.form == ImportForm::From && is_here(*at));
            let Some((import, name)) = before.find_map(|(at, import)| Some((at as u32, binds(import)?))) else {
                continue;
            };
            if self.callee(*range, MODULE).is_some() {
                continue; // defined here since
            }
            kept.push(Foreign { import, name, range: *range, place: self.place(pending) });
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
        let mut unbound = Vec::new();
        for (at, (import, pending)) in found.imports.iter().zip(found.pending).enumerate() {
            let tries = self.made.place(at).map_or(&[][..], |place| &place.tries);
            let is_stopped = matches!(self.made.outcome(tries, Failure::Import), Outcome::Stopped(_));
            if !is_stopped || !is_tried(import, pending) {
                continue;
            }
            let names = bound_names(found.text, import);
            let names = names.into_iter().filter(|name| !is_bound_elsewhere(found, at, name));
            let used = names.filter_map(|name| first_use(found.text, plain, import.range().end, name)).min();
            unbound.extend(used.map(|range| Unbound { import: at as u32, range }));
        }
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

/// The names that an import statement binds.
pub(super) fn bound_names<'a>(text: &'a str, import: &ImportStatement) -> Vec<&'a str> {
    let renamed = |range: TextRange| {
        let rest = text.get(import.absolute(range).end as usize..)?.trim_start_matches([' ', '\t']);
        let rest = rest.strip_prefix("as")?;
        let name = rest.trim_start_matches([' ', '\t']);
        (name.len() < rest.len()).then(|| name.split(|c: char| !(c.is_alphanumeric() || c == '_')).next()).flatten()
    };
    let word = |range: TextRange| text.get(import.absolute(range).indices()).unwrap_or_default();
    let modules = import.parsed.modules.iter();
    match import.parsed.form {
        ImportForm::Import => modules
            .map(|module| {
                renamed(module.range).unwrap_or_else(|| word(module.range).split('.').next().unwrap_or_default())
            })
            .collect(),
        ImportForm::From => modules
            .flat_map(|module| &module.members)
            .filter(|member| &*member.name != "*")
            .map(|member| renamed(member.range).unwrap_or_else(|| word(member.range)))
            .collect(),
        ImportForm::Dynamic => Vec::new(),
    }
}

/// Whether anything else in the file may bind the name. Asked generously: a doubt is no finding.
fn is_bound_elsewhere(found: &Found, import: usize, name: &str) -> bool {
    let others = found.imports.iter().enumerate().filter(|(at, _)| *at != import);
    let by_import = || others.into_iter().any(|(_, other)| bound_names(found.text, other).contains(&name));
    let has_star = || {
        let mut members = found.imports.iter().flat_map(|one| &one.parsed.modules).flat_map(|module| &module.members);
        members.any(|member| &*member.name == "*")
    };
    name.is_empty() || has_star() || by_import() || occurrences(found.text, name).any(|at| binds(found.text, at, name))
}

/// The places where `name` stands as a whole word.
fn occurrences<'a>(text: &'a str, name: &'a str) -> impl Iterator<Item = usize> + 'a {
    let bytes = text.as_bytes();
    let is_free = |at: Option<usize>| at.and_then(|at| bytes.get(at)).is_none_or(|byte| !is_word(*byte));
    memchr::memmem::find_iter(bytes, name.as_bytes())
        .filter(move |&at| is_free(at.checked_sub(1)) && is_free(Some(at + name.len())))
        .collect::<Vec<_>>()
        .into_iter()
}

fn binds(text: &str, at: usize, name: &str) -> bool {
    let (before, after) = (text.get(..at).unwrap_or_default(), text.get(at + name.len()..).unwrap_or_default());
    let line = before.rsplit(['\n', '\r', ';']).next().unwrap_or_default();
    let after = after.trim_start_matches([' ', '\t']);
    let is_keyword_of_call = line.trim_end().ends_with(['(', ',']) && !line.contains('=') && line.contains('(');
    let is_assigned = after.starts_with('=') && !after.starts_with("==") && !is_keyword_of_call;
    let starts_line = line.trim().is_empty();
    let last = line.trim_end().rsplit(|c: char| !c.is_alphanumeric()).next().unwrap_or_default();
    is_assigned
        || starts_line && after.starts_with([',', ':'])
        || matches!(last, "def" | "class" | "for" | "global" | "del")
        || after.starts_with(":=")
}

/// The first use of `name` in the statements that surely run, after `from`.
fn first_use(text: &str, plain: &[TextRange], from: u32, name: &str) -> Option<TextRange> {
    let mut later = plain.iter().filter(|range| range.start >= from);
    later.find_map(|range| {
        let statement = text.get(range.indices())?;
        memchr::memmem::find(statement.as_bytes(), name.as_bytes())?;
        let words = tokens(statement);
        let is_uncertain = |word: &&str| matches!(*word, "and" | "or" | "if" | "lambda" | "for" | "import");
        if words.iter().any(is_uncertain) || words.get(1) == Some(&":") {
            return None;
        }
        let is_use = |at: usize| {
            let (before, after) = (at.checked_sub(1).and_then(|at| words.get(at)), words.get(at + 1));
            words.get(at) == Some(&name) && before != Some(&".") && after != Some(&"=")
        };
        let at = (0..words.len()).find(|at| is_use(*at))?;
        let start = words[at].as_ptr() as usize - text.as_ptr() as usize;
        Some(TextRange::new(start as u32, (start + name.len()) as u32))
    })
}
