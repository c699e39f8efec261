//! What the package index could add to an addition. The query is the affair of others: here is what to query, and what becomes of
//! the answer.

pub use super::fix::{Answer, Lookup};

use super::add;
use super::addition::Addition;
use super::fix::Fix;
use super::purpose::Purpose;
use super::version::Pin;
use crate::analysis::Analysis;
use crate::model::ids::FileId;
use pinlens_facts::facts::FileFacts;
use pinlens_facts::requirements::{IncludeKind, RequirementsFacts};
use rustc_hash::FxHashSet;

/// The lines of the file to add to, and of those that it includes, that say where its index is.
pub(crate) fn options(ws: &Analysis, lookup: &Lookup) -> Vec<String> {
    ws.file(&lookup.target).map(|file| options_of(ws, file)).unwrap_or_default()
}

/// The same of a file.
pub(crate) fn options_of(ws: &Analysis, file: FileId) -> Vec<String> {
    let mut lines = Vec::new();
    collect(ws, file, &mut lines);
    lines
}

fn collect(ws: &Analysis, file: FileId, lines: &mut Vec<String>) {
    let (mut seen, mut open) = (FxHashSet::default(), vec![file]);
    while let Some(file) = open.pop() {
        let Some(FileFacts::Requirements(facts)) = ws.facts(file).filter(|_| seen.insert(file)) else { continue };
        take_lines(facts, lines);
        let includes = facts.includes.iter().filter(|include| include.kind == IncludeKind::Requirements);
        // the last of them is read last
        open.extend(includes.rev().filter_map(|include| ws.file(&ws.path(file).sibling(&include.target))));
    }
}

fn take_lines(facts: &RequirementsFacts, lines: &mut Vec<String>) {
    let own = facts.text.lines().map(|line| line.split(" #").next().unwrap_or_default().trim());
    for line in own.filter(|line| is_of_index(line) && !line.ends_with('\\')) {
        if !lines.iter().any(|known| known == line) {
            lines.push(line.to_owned());
        }
    }
}

fn is_of_index(line: &str) -> bool {
    let names = ["-i", "--index-url", "--extra-index-url", "--trusted-host"];
    names.iter().any(|name| line.strip_prefix(name).is_some_and(|rest| rest.starts_with([' ', '='])))
}

/// The fix with what the index says.
pub(crate) fn complete(ws: &Analysis, lookup: &Lookup, answer: &Answer) -> Option<Fix> {
    let file = ws.file(&lookup.target)?;
    let mut addition = Addition::of(ws, &lookup.at, &lookup.name);
    if let Answer::Version(version, hashes) = answer {
        let known_from = "as the package index has it".to_owned();
        addition.pin = addition.pin.or(Some(Pin { version: version.clone(), known_from, lock: None }));
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
