//! What stands at a place of a file: an import, a requirement, an include.

use crate::analysis::Analysis;
use crate::imports::{self, Import, Target};
use crate::model::ids::FileId;
use crate::model::resolve::Providers;
use pinlens_facts::facts::FileFacts;
use pinlens_facts::python::ImportedModule;
use pinlens_facts::requirements::{Include, Requirement, RequirementsFacts};
use pinlens_facts::words::names::DistributionName;
use pinlens_facts::words::text::TextRange;

/// What a cursor stands at.
#[derive(Debug)]
pub enum Subject<'a> {
    /// Imports from outside the workspace: one, or several where the members of a namespace are modules of their own.
    Imports(Vec<Outer<'a>>),
    /// A requirement, in any manifest.
    Requirement(&'a Requirement),
    /// A `-r` or `-c` line.
    Include(&'a Include),
}

/// An import of something outside the workspace.
#[derive(Debug)]
pub struct Outer<'a> {
    /// The import.
    pub import: Import<'a>,
    /// The bytes that the cursor stands at: the module's name, or a member's.
    pub range: TextRange,
    /// Who may provide it.
    pub providers: Option<&'a Providers>,
    /// The declared distributions that do; empty where it is missing.
    pub satisfying: &'a [DistributionName],
}

impl Outer<'_> {
    /// The distribution that it comes from, or would come from.
    pub fn distribution(&self) -> Option<&DistributionName> {
        self.satisfying.first().or_else(|| self.providers?.candidates.first())
    }
}

/// What stands at byte `offset` of a file; `None` for all that pinlens has nothing to say of.
pub fn at(ws: &Analysis, file: FileId, offset: u32) -> Option<Subject<'_>> {
    let imports = outer_imports(ws, file, offset);
    if !imports.is_empty() {
        return Some(Subject::Imports(imports));
    }
    let facts = declarations(ws, file)?;
    if let Some(requirement) = requirement_at(facts, offset) {
        return Some(Subject::Requirement(requirement));
    }
    facts.includes.iter().find(|include| include.range.touches(offset)).map(Subject::Include)
}

/// What a file declares, whatever its format.
pub fn declarations(ws: &Analysis, file: FileId) -> Option<&RequirementsFacts> {
    ws.facts(file).and_then(FileFacts::declarations)
}

/// The requirement that stands at byte `offset`.
pub fn requirement_at(facts: &RequirementsFacts, offset: u32) -> Option<&Requirement> {
    facts.requirements.iter().find(|requirement| requirement.range.touches(offset))
}

/// The imports from outside at byte `offset` of a Python file, in the order of the text.
pub fn outer_imports(ws: &Analysis, file: FileId, offset: u32) -> Vec<Outer<'_>> {
    let Some(FileFacts::Python(facts)) = ws.facts(file) else { return Vec::new() };
    let project = ws.project_of(file);
    let all = imports::resolve_at(ws, ws.path(file), facts, TextRange::empty(offset)).into_iter();
    let found = all.filter_map(|import| {
        let range = range_at(&import, offset)?;
        let Target::Outside { fallback } = import.target else { return None };
        let id = ws.index().id(&import.name);
        let providers = id.and_then(|id| ws.index().providers(id));
        let satisfying = id.map_or(&[][..], |id| ws.index().satisfying(project, id));
        let is_own = satisfying.is_empty() && fallback.beats(providers.map(|providers| providers.evidence));
        (!is_own).then_some(Outer { import, range, providers, satisfying })
    });
    found.collect()
}

/// The bytes of an import that the cursor is at: of its module or of a member; of the module too where the cursor is elsewhere
/// in a statement that names no other.
fn range_at(import: &Import, offset: u32) -> Option<TextRange> {
    let statement = import.statement;
    let modules = &statement.parsed.modules;
    let module = modules.iter().find(|module| statement.absolute(module.range) == import.range)?;
    let range = import.range;
    if range.touches(offset) {
        return Some(range);
    }
    let members = module.members.iter().map(|member| (&*member.name, statement.absolute(member.range)));
    match members.into_iter().find(|(_, range)| range.touches(offset)) {
        Some((name, range)) => takes(import, module, name).then_some(range),
        None => (modules.len() == 1 && statement.range().touches(offset)).then_some(range),
    }
}

/// Whether the import stands for the member: it is the module whose attribute it is, or the member as a module of its own.
fn takes(import: &Import, module: &ImportedModule, member: &str) -> bool {
    let rest = import.name.strip_prefix(module.name.as_str());
    rest.is_some_and(|rest| rest.is_empty() || rest.strip_prefix('.') == Some(member))
}
