//! What a file lacks: imports that no requirement declares, or that nothing is known to provide.

use crate::analysis::Analysis;
use crate::imports::claims::{Claim, Proof};
use crate::imports::verdict;
use crate::imports::{self, Import, Target};
use crate::model::ids::FileId;
use crate::model::resolve::Evidence;
use pinlens_facts::facts::FileFacts;
use pinlens_facts::words::names::{DistributionName, ModuleName};
use pinlens_facts::words::text::TextRange;

/// Something that an import lacks.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Need {
    /// The index of the import statement in the file's facts; nothing for a module that a string names.
    pub import: Option<usize>,
    /// The index among what the file's settings name, where a string names the module.
    pub named: Option<usize>,
    /// The dotted name as written.
    pub range: TextRange,
    /// The dotted name that was looked up.
    pub module: ModuleName,
    /// What is lacking.
    pub lack: Lack,
    /// What may bring it all the same; nothing where it is proved that the import fails.
    pub doubt: Option<Box<str>>,
}

/// What is lacking.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Lack {
    /// A requirement for this distribution.
    Requirement(DistributionName),
    /// A requirement for this distribution that is not for development alone.
    Runtime(DistributionName),
    /// This distribution, where a deployment runs: its name, and where it is described.
    Installed {
        /// The distribution.
        name: DistributionName,
        /// The deployment.
        by: Box<str>,
    },
    /// Something that provides the module; nobody is known for sure.
    Unknown,
    /// A part of a package of the workspace itself.
    Part,
    /// A module that the standard library has no longer.
    Removed,
}

/// What the imports of a file lack, in the order of the text.
pub fn of(ws: &Analysis, file: FileId) -> Vec<Need> {
    let Some(FileFacts::Python(facts)) = ws.facts(file) else { return Vec::new() };
    let mut imports = imports::resolve(ws, ws.path(file), facts);
    imports::settle_alternatives(ws, file, &mut imports);
    let mut needs: Vec<Need> = Vec::new();
    for import in &imports {
        let Some((lack, module)) = lack(ws, file, import) else { continue };
        let Some(index) = facts.imports.iter().position(|one| std::ptr::eq(one, import.statement)) else { continue };
        let doubt = doubt(ws, file, import, &lack);
        let need = Need { import: Some(index), named: None, range: import.range, module, lack, doubt };
        if !needs.contains(&need) {
            needs.push(need);
        }
    }
    needs
}

impl Lack {
    /// The distribution that is lacking, where it is known.
    pub fn distribution(&self) -> Option<&DistributionName> {
        match self {
            Self::Requirement(name) | Self::Runtime(name) | Self::Installed { name, .. } => Some(name),
            Self::Unknown | Self::Part | Self::Removed => None,
        }
    }
}

/// Why what an import lacks may be there all the same, in the words that its finding has.
fn doubt(ws: &Analysis, file: FileId, import: &Import, lack: &Lack) -> Option<Box<str>> {
    match lack {
        Lack::Requirement(_) => {
            let providers = ws.index().id(&import.name).and_then(|name| ws.index().providers(name));
            Proof::of(ws, file, import, providers).why_not(Claim::Crash).map(Into::into)
        }
        Lack::Removed => (!ws.knows_target()).then(|| "the version of Python is not known".into()),
        Lack::Part => Some("a build may make it".into()),
        Lack::Runtime(_) | Lack::Installed { .. } | Lack::Unknown => None,
    }
}

fn lack(ws: &Analysis, file: FileId, import: &Import) -> Option<(Lack, ModuleName)> {
    let name = || ModuleName::new(&import.name);
    if verdict::removed(ws, file, import).is_some() {
        return Some((Lack::Removed, name()));
    }
    if matches!(import.target, Target::Missing(_)) {
        return Some((Lack::Part, name()));
    }
    if let Some(missing) = verdict::missing(ws, file, import) {
        if verdict::bringer(ws, file, &missing).is_some() {
            return None;
        }
        if missing.providers.evidence >= Evidence::Catalog {
            let module = verdict::module_of(import, missing.providers);
            return Some((Lack::Requirement(missing.best.clone()), module));
        }
    }
    verdict::unresolved(ws, file, import).map(|_| (Lack::Unknown, name()))
}
