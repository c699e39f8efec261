//! A block of requirements (PEP 723) for a script that has none.
//!
//! It is offered where a file is to be seen to be a script of its own: it is run (a `#!` line, or a test of `__name__ == "__main__"`), it lies
//! in no package and takes nothing from the workspace, no other file imports it, no command that is written down runs it, no tool loads it
//! by its name, and no requirement that applies to it is for what it imports. Who names a script themselves gets a block without all that.

use super::addition::Addition;
use super::style::Style;
use super::{Applicability, FileEdit, Fix, SourceEdit};
use crate::analysis::Analysis;
use crate::config::FixStyle;
use crate::imports::verdict::missing;
use crate::imports::{self, Import, Target};
use crate::model::ids::FileId;
use crate::model::resolve::Evidence;
use pinlens_facts::facts::FileFacts;
use pinlens_facts::mentions;
use pinlens_facts::python::{Phase, PythonFacts};
use pinlens_facts::requirements::{Format, RequirementsFacts};
use pinlens_facts::words::names::{DistributionName, FilePath};
use pinlens_facts::words::text::{TextEdit, line_ending};
use std::collections::BTreeSet;
use thiserror::Error;

/// Why a file gets no block.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum BlockError {
    /// It is no Python file that can be run.
    #[error("{0} is no Python script")]
    NoScript(FilePath),
    /// It has a block.
    #[error("{0} has a block of requirements already")]
    HasBlock(FilePath),
}

/// The fix that writes the block, of all that the file imports and that is known for sure. `text` is the file's.
///
/// # Errors
///
/// Where the file is no script, or has a block.
pub(crate) fn block(ws: &Analysis, file: FileId, text: &str) -> Result<Fix, BlockError> {
    let path = ws.path(file);
    let Some(FileFacts::Python(facts)) = ws.facts(file) else { return Err(BlockError::NoScript(path.clone())) };
    if !matches!(path.as_str().rsplit('.').next(), Some("py" | "pyw")) {
        return Err(BlockError::NoScript(path.clone()));
    }
    if facts.declares.is_some() {
        return Err(BlockError::HasBlock(path.clone()));
    }
    let names = required(ws, file, &imports::settled(ws, file, facts));
    let edit = TextEdit::insert(head_end(text) as u32, written(ws, path, &names, text));
    let listed: Vec<&str> = names.iter().map(DistributionName::as_str).collect();
    let with = if listed.is_empty() { String::new() } else { format!(": {}", listed.join(", ")) };
    let title = format!("Write the requirements of {} into it (PEP 723){with}", ws.shown(path));
    let edit = SourceEdit { files: vec![FileEdit { path: path.clone(), create: false, edits: vec![edit] }] };
    Ok(Fix { applicability: Applicability::Manual, ..Fix::safe(title, edit) })
}

/// The same for an import that needs `name`, where the file is to be seen to be a script of its own.
pub(super) fn offered(ws: &Analysis, file: FileId, text: &str, name: &DistributionName) -> Option<Fix> {
    let Some(FileFacts::Python(facts)) = ws.facts(file) else { return None };
    let imports = imports::settled(ws, file, facts);
    let is_alone = is_run(ws, file, facts) && takes_nothing(ws, file, &imports) && is_named_nowhere(ws, file);
    let fix = is_alone.then(|| block(ws, file, text).ok())??;
    required(ws, file, &imports).contains(name).then_some(fix)
}

/// Whether a file is run by its place, and not as a module of a package, by a tool, or by Django.
fn is_run(ws: &Analysis, file: FileId, facts: &PythonFacts) -> bool {
    let path = ws.path(file);
    (facts.traits.is_script || facts.traits.has_main)
        && !ws.modules().is_package(path.folder())
        && mentions::runner_of(path).is_none()
        && facts.django.is_none()
}

/// Whether nothing that a file imports is the workspace's, or what a requirement that applies to it is for.
fn takes_nothing(ws: &Analysis, file: FileId, imports: &[Import]) -> bool {
    let project = ws.project_of(file);
    imports.iter().all(|import| match import.target {
        Target::Stdlib => true,
        Target::FirstParty | Target::Missing(_) => false,
        Target::Outside { .. } => {
            ws.index().id(&import.name).is_none_or(|name| ws.index().satisfying(project, name).is_empty())
        }
    })
}

/// Whether no import of another file, and no command, has a word that is the file's name.
fn is_named_nowhere(ws: &Analysis, file: FileId) -> bool {
    let path = ws.path(file);
    let is_imported = |other: FileId| {
        let Some(FileFacts::Python(facts)) = ws.facts(other).filter(|_| other != file) else { return false };
        let modules = || facts.imports.iter().flat_map(|one| &one.parsed.modules);
        let names = modules().flat_map(|module| module.name.as_str().split('.'));
        let members = modules().flat_map(|module| module.members.iter().map(|member| &*member.name));
        names.chain(members).any(|name| name == path.stem())
    };
    let is_run =
        |text: &str| text.split([' ', '/', ':', '"', '\'']).any(|word| word == path.file_name() || word == path.stem());
    let mut written = ws.mentions().flat_map(|(_, mentions)| mentions.texts());
    !ws.all_ids().iter().any(|other| is_imported(*other)) && !written.any(|(_, text)| is_run(text))
}

/// What an import of the file needs, where that is known for sure and the code does not go on without it; ascending.
fn required(ws: &Analysis, file: FileId, imports: &[Import]) -> BTreeSet<DistributionName> {
    let project = ws.project_of(file);
    let runs = |import: &&Import| !import.is_optional && import.statement.context.phase != Phase::TypeChecking;
    let name = |import: &Import| {
        let declared = ws.index().id(&import.name).and_then(|name| ws.index().satisfying(project, name).first());
        let lacking = || missing(ws, file, import).filter(|found| found.providers.evidence >= Evidence::Catalog);
        match import.target {
            Target::Outside { .. } => declared.or_else(|| Some(lacking()?.best)).cloned(),
            _ => None,
        }
    };
    imports.iter().filter(runs).filter_map(name).collect()
}

/// The block, as it stands in the file.
fn written(ws: &Analysis, path: &FilePath, names: &BTreeSet<DistributionName>, text: &str) -> String {
    let ending = line_ending(text);
    let empty = RequirementsFacts::new("", Format::Script);
    let style = Style::of(&empty, &[], ws.config_at(path).0.fix_style, FixStyle::AtLeast);
    let mut lines = vec!["# /// script".to_owned()];
    if ws.knows_target() {
        lines.push(format!("# requires-python = \">={}\"", ws.target()));
    }
    if names.is_empty() {
        lines.push("# dependencies = []".to_owned());
    } else {
        lines.push("# dependencies = [".to_owned());
        let item = |name| style.line(&Addition { marker: None, ..Addition::of(ws, path, name) }, ending);
        lines.extend(names.iter().map(|name| format!("#     \"{}\",", item(name))));
        lines.push("# ]".to_owned());
    }
    lines.push("# ///".to_owned());
    let rest = text.get(head_end(text)..).unwrap_or_default();
    // a comment right below would be one of the block
    if !rest.is_empty() && !rest.starts_with(['\n', '\r']) {
        lines.push(String::new());
    }
    let before = text.get(..head_end(text)).unwrap_or_default();
    let gap = if before.is_empty() || before.ends_with(['\n', '\r', '\u{feff}']) { "" } else { ending };
    format!("{gap}{}{ending}", lines.join(ending))
}

/// The end of the `#!` line and of the one that names the encoding, which must come first.
fn head_end(text: &str) -> usize {
    let mut end = text.len() - text.trim_start_matches('\u{feff}').len();
    for number in 0..2 {
        let line = text.get(end..).and_then(|rest| rest.split_inclusive('\n').next()).unwrap_or_default();
        let is_head = number == 0 && line.starts_with("#!") || line.starts_with('#') && line.contains("coding");
        if !is_head {
            break;
        }
        end += line.len();
    }
    end
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_head_stays_first() {
        let after = |text: &str| text[head_end(text)..].to_owned();
        assert_eq!(after("#!/usr/bin/env python\n# -*- coding: utf-8 -*-\nimport a\n"), "import a\n");
        assert_eq!(after("# coding: latin-1\r\nimport a\r\n"), "import a\r\n");
        assert_eq!(after("\u{feff}# A script\nimport a\n"), "# A script\nimport a\n");
        assert_eq!(after("#!/bin/python"), "");
    }
}
