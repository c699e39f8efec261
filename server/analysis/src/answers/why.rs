//! Why a module or a distribution is there: what declares it, who imports it, and who needs it.

use crate::analysis::Analysis;
use crate::diagnostics::unused_requirement;
use crate::imports::{self, Import, Target};
use crate::model::ids::FileId;
use crate::model::project::{Project, RequirementId};
use crate::uses;
use pinlens_facts::facts::FileFacts;
use pinlens_facts::requirements::role_of_requirement;
use pinlens_facts::words::names::{DistributionName, FilePath};
use pinlens_facts::words::roles::Role;
use pinlens_facts::words::text::TextRange;
use std::collections::VecDeque;

/// What is known of a module or a distribution.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Why {
    /// The distributions that are meant: the one of that name, or those that may provide the module; best first.
    pub distributions: Vec<DistributionName>,
    /// How that is known, for a module: `the bundled catalog lists redis`.
    pub because: Option<String>,
    /// The requirements that declare one of them.
    pub declared: Vec<Declared>,
    /// The declared distributions that need it, each with what that is known from.
    pub needed_by: Vec<(DistributionName, String)>,
    /// How the declared ones are used without an import, the surest use first; then what else keeps them from being reported.
    pub uses: Vec<String>,
    /// The imports, by path.
    pub importers: Vec<(FileId, TextRange, String)>,
    /// Whether it is a module of the project itself, or of Python.
    pub whose: Whose,
}

/// Whose module a name is, where it is no package's.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Whose {
    /// A package's, or nobody's.
    #[default]
    Other,
    /// The project's own.
    Own,
    /// Python's.
    Stdlib,
}

/// A requirement that declares a distribution.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Declared {
    /// The file.
    pub file: FileId,
    /// Its bytes.
    pub range: TextRange,
    /// What it is for.
    pub role: Role,
}

/// What is known of `name`: a module, dotted, or a distribution.
pub fn why(ws: &Analysis, name: &str) -> Why {
    let mut why = Why::default();
    let as_distribution = DistributionName::new(name);
    let is_declared =
        |name: &DistributionName| ws.projects().all.iter().any(|project| project.required.declared.contains_key(name));
    match ws.outside().providers(name).filter(|_| !ws.outside().is_stdlib(name)) {
        Some(providers) => {
            why.because = Some(providers.because);
            why.distributions = providers.candidates;
        }
        None => why.distributions.push(as_distribution.clone()),
    }
    if is_declared(&as_distribution) && !why.distributions.contains(&as_distribution) {
        why.distributions.insert(0, as_distribution);
    }
    why.declared = declared(ws, &why.distributions);
    why.needed_by = needed_by(ws, &why.distributions);
    why.uses = uses_of(ws, &why.declared);
    why.importers = importers(ws, name);
    let top = name.split('.').next().unwrap_or_default();
    if why.declared.is_empty() && ws.outside().is_stdlib(name) {
        why.whose = Whose::Stdlib;
    } else if why.declared.is_empty() && !ws.modules().holders(top).is_empty() {
        why.whose = Whose::Own;
    }
    why
}

/// The declared distributions that are known to need another one and may bring it; each with what that is known from.
pub fn what_needs(ws: &Analysis, name: &DistributionName) -> Vec<(DistributionName, String)> {
    needed_by(ws, std::slice::from_ref(name))
}

fn declared(ws: &Analysis, names: &[DistributionName]) -> Vec<Declared> {
    let mut ids: Vec<RequirementId> = Vec::new();
    for project in &ws.projects().all {
        ids.extend(names.iter().filter_map(|name| project.required.declared.get(name)).flatten());
    }
    ids.sort_by(|a, b| (ws.path(a.file), a.index).cmp(&(ws.path(b.file), b.index)));
    ids.dedup();
    let found = ids.into_iter().filter_map(|id| {
        let requirement = ws.facts(id.file)?.declarations()?.requirements.get(id.index)?;
        let role = role_of_requirement(ws.path(id.file), &requirement.group);
        Some(Declared { file: id.file, range: requirement.range, role })
    });
    found.collect()
}

fn uses_of(ws: &Analysis, declared: &[Declared]) -> Vec<String> {
    let mut words = Vec::new();
    for one in declared {
        let requirements = ws.facts(one.file).and_then(|facts| facts.declarations()).map(|facts| &facts.requirements);
        let requirements_here = requirements.into_iter().flatten().filter(|requirement| requirement.range == one.range);
        for requirement in requirements_here {
            let reasons = uses::reasons(ws, one.file, requirement).into_iter().map(|reason| reason.words);
            for reason in reasons.chain(unused_requirement::kept_because(ws, one.file, requirement)) {
                if !words.contains(&reason) {
                    words.push(reason);
                }
            }
        }
    }
    words
}

fn needed_by(ws: &Analysis, names: &[DistributionName]) -> Vec<(DistributionName, String)> {
    let mut found: Vec<(DistributionName, String)> = Vec::new();
    for project in &ws.projects().all {
        let bringers = names.iter().filter_map(|name| project.indirect.brought.get(name));
        found.extend(bringers.map(|bringer| (bringer.by.clone(), bringer.known_from.to_string())));
        let is_declared = |by: &&DistributionName| project.names.contains(by);
        let known = names
            .iter()
            .filter_map(|name| project.indirect.known_needs.get(name.as_str()))
            .flat_map(|need| &need.hosts);
        found.extend(known.filter(is_declared).map(|by| (by.clone(), "what is known of it".to_owned())));
        found.extend(names.iter().flat_map(|name| indirect(project, name)));
        let environment = ws.environment();
        let installed = project.names.iter().filter_map(|by| environment.get(by));
        let needs = installed.filter(|one| {
            one.requires.iter().any(|(required, rest)| names.contains(required) && !rest.contains("extra"))
        });
        found.extend(needs.map(|one| (one.name.clone(), format!("the environment {}", environment.location))));
    }
    found.sort();
    found.dedup();
    found
}

/// The declared distributions that are known to need another one by way of some that are not declared: the whole of what is said.
fn indirect(project: &Project, name: &DistributionName) -> Vec<(DistributionName, String)> {
    let mut found = Vec::new();
    let mut seen: Vec<&DistributionName> = vec![name];
    let mut queue: VecDeque<(&DistributionName, Vec<&str>)> = VecDeque::from([(name, Vec::new())]);
    while let Some((needed, way)) = queue.pop_front() {
        let hosts = project.indirect.known_needs.get(needed.as_str()).into_iter().flat_map(|need| &need.hosts);
        for host in hosts {
            if seen.contains(&host) {
                continue;
            }
            seen.push(host);
            if project.names.contains(host) {
                // what needs it itself is said elsewhere
                if !way.is_empty() {
                    found.push((host.clone(), format!("what is known of it: it needs {}", way.join(", which needs "))));
                }
            } else {
                queue.push_back((host, [&[host.as_str()], &way[..]].concat()));
            }
        }
    }
    found
}

fn importers(ws: &Analysis, name: &str) -> Vec<(FileId, TextRange, String)> {
    let mut found = Vec::new();
    for file in ws.files() {
        let Some(FileFacts::Python(facts)) = ws.facts(file) else { continue };
        for (import, range) in imports_of(ws, file, name) {
            let written = facts.imports.get(import).map(|statement| shown(statement, range)).unwrap_or_default();
            found.push((file, range, written));
        }
    }
    found
}

/// The dotted name that stands at `range` of a statement.
fn shown(statement: &pinlens_facts::python::ImportStatement, range: TextRange) -> String {
    let module = statement.parsed.modules.iter().find(|module| statement.absolute(module.range) == range);
    module.map_or_else(String::new, |module| module.name.as_str().to_owned())
}

/// The imports of `file` that are of the module `name` or a part of it, or that the distribution `name` provides: the index of
/// each statement, and where the dotted name stands.
pub(super) fn imports_of(ws: &Analysis, file: FileId, name: &str) -> Vec<(usize, TextRange)> {
    let Some(FileFacts::Python(facts)) = ws.facts(file) else { return Vec::new() };
    let distribution = DistributionName::new(name);
    let path: &FilePath = ws.path(file);
    let mut found = Vec::new();
    for (index, statement) in facts.imports.iter().enumerate() {
        // what cannot be meant is not resolved
        let may_be = statement.parsed.level == 0;
        let imports = if may_be { imports::of_statement(ws, path, facts, index) } else { Vec::new() };
        let is_it = |import: &Import| {
            let is_module = import.name.strip_prefix(name).is_some_and(|rest| rest.is_empty() || rest.starts_with('.'));
            let provides = || {
                let id = ws.index().id(&import.name)?;
                let providers = ws.index().providers(id)?;
                Some(providers.candidates.first()? == &distribution)
            };
            is_module || matches!(import.target, Target::Outside { .. }) && provides().unwrap_or(false)
        };
        found.extend(imports.iter().find(|import| is_it(import)).map(|import| (index, import.range)));
    }
    found
}
