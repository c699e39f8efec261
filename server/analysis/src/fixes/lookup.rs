//! What the package index could tell of an addition. Asking is the affair of others: here it is said what, and what becomes of
//! the answer.

use super::Fix;
use super::add::{self, Addition};
use super::purpose::Purpose;
use super::style::Style;
use super::version::Pin;
use crate::config::FixStyle;
use crate::model::ids::FileId;
use crate::model::store::Model;
use pinlens_facts::facts::FileFacts;
use pinlens_facts::requirements::{IncludeKind, RequirementsFacts};
use pinlens_facts::words::names::{DistributionName, FilePath};

/// A question to the package index.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Lookup {
    /// The code that needs the distribution.
    pub at: FilePath,
    /// The file to add to.
    pub target: FilePath,
    /// The distribution.
    pub name: DistributionName,
    /// The version whose hashes are wanted, where it is known.
    pub version: Option<String>,
    /// Whether hashes are wanted.
    pub hashes: bool,
}

/// What the index says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Answer {
    /// It has this version, with these hashes where they were asked for.
    Version(String, Vec<String>),
    /// It has nothing that installs without a build.
    NoWheel,
}

/// What is left open where one requirement is added: its version, or its hashes.
pub(super) fn of(
    at: &FilePath,
    target: &FilePath,
    facts: &RequirementsFacts,
    style: &Style,
    additions: &[Addition],
) -> Option<Lookup> {
    let [addition] = additions else { return None };
    let hashes = facts.style.hashes && addition.hashes.is_empty();
    let wants_version = addition.pin.is_none() && style.operator != FixStyle::Bare;
    if addition.verbatim.is_some() || !hashes && !wants_version {
        return None;
    }
    let version = addition.pin.as_ref().map(|pin| pin.version.clone());
    Some(Lookup { at: at.clone(), target: target.clone(), name: addition.name.clone(), version, hashes })
}

/// The lines of the file to add to, and of those that it includes, that say where its index is.
pub(crate) fn options(ws: &Model, lookup: &Lookup) -> Vec<String> {
    let mut lines = Vec::new();
    if let Some(file) = ws.file(&lookup.target) {
        collect(ws, file, &mut Vec::new(), &mut lines);
    }
    lines
}

fn collect(ws: &Model, file: FileId, seen: &mut Vec<FileId>, lines: &mut Vec<String>) {
    let Some(FileFacts::Requirements(facts)) = ws.facts(file) else { return };
    if seen.contains(&file) {
        return;
    }
    seen.push(file);
    let own = facts.text.lines().map(|line| line.split(" #").next().unwrap_or_default().trim());
    for line in own.filter(|line| is_of_index(line) && !line.ends_with('\\')) {
        if !lines.iter().any(|known| known == line) {
            lines.push(line.to_owned());
        }
    }
    for include in facts.includes.iter().filter(|include| include.kind == IncludeKind::Requirements) {
        if let Some(inner) = ws.file(&ws.path(file).sibling(&include.target)) {
            collect(ws, inner, seen, lines);
        }
    }
}

fn is_of_index(line: &str) -> bool {
    let names = ["-i", "--index-url", "--extra-index-url", "--trusted-host"];
    names.iter().any(|name| line.strip_prefix(name).is_some_and(|rest| rest.starts_with([' ', '='])))
}

/// The fix with what the index says.
pub(crate) fn complete(ws: &Model, lookup: &Lookup, answer: &Answer) -> Option<Fix> {
    let file = ws.file(&lookup.target)?;
    let mut addition = Addition::of(ws, &lookup.at, &lookup.name);
    if let Answer::Version(version, hashes) = answer {
        let told_by = "as the package index has it".to_owned();
        addition.pin = addition.pin.or(Some(Pin { version: version.clone(), told_by }));
        addition.hashes.clone_from(hashes);
    }
    let id = ws.projects().of_path(lookup.at.as_str());
    let importers = ws.index().importers(id, &lookup.name);
    let paths = importers.iter().map(|file| ws.path(*file)).chain([&lookup.at]);
    let purpose = Purpose::of_code(&ws.projects().all[id], paths);
    let fix = add::to_file(ws, &lookup.at, file, &purpose, &[addition])?;
    let title = match answer {
        Answer::NoWheel => fix.title.replace("(unpinned)", "(without a version: the package index has no wheel)"),
        Answer::Version(..) => fix.title,
    };
    Some(Fix { lookup: None, title, ..fix }).filter(|fix| fix.disabled.is_none())
}
