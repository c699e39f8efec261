//! The scripts that packaging metadata names: installers write a program for each, which imports a module and calls a function.

use super::{By, Entry, Found, Run, object};
use crate::model::ids::FileId;
use crate::model::store::Model;
use pinlens_facts::formats::toml::readable;
use pinlens_facts::requirements::{Format, RequirementsFacts};
use pinlens_facts::words::text::{LineIndex, TextRange};
use toml::de::DeTable;

/// The scripts of a pyproject.toml: `[project.scripts]`, `[project.gui-scripts]`, `[tool.poetry.scripts]`.
pub(super) fn of_pyproject(ws: &Model, file: FileId, text: &str, found: &mut Vec<Entry>) {
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    // in most files there is none, and TOML is slow to read
    if !text.contains("scripts") {
        return;
    }
    let (root, _) = DeTable::parse_recoverable(readable(text));
    let root = root.get_ref();
    let table = |path: &[&str]| {
        let mut at = root;
        for key in path {
            at = at.get(*key)?.get_ref().as_table()?;
        }
        Some(at)
    };
    let lines = LineIndex::new(text);
    for path in [&["project", "scripts"][..], &["project", "gui-scripts"], &["tool", "poetry", "scripts"]] {
        for (name, value) in table(path).into_iter().flatten() {
            let Some((module, call)) = value.get_ref().as_str().and_then(|v| object(ws, ws.path(file).folder(), v))
            else {
                continue;
            };
            let line = lines.line_of(TextRange::empty(name.span().start as u32).start) + 1;
            let origin = Found { by: By::Script, at: Some((file, line)), words: name.get_ref().to_string().into() };
            found.push(Entry { file: module, run: Run::Import, call, found: origin });
        }
    }
}

/// The scripts of a setup.cfg or a setup.py: what stands behind `console_scripts` and reads `name = module:function`.
pub(super) fn of_setup(ws: &Model, file: FileId, facts: Option<&RequirementsFacts>, found: &mut Vec<Entry>) {
    let Some(facts) = facts.filter(|facts| matches!(facts.format, Format::SetupCfg | Format::SetupPy)) else { return };
    for key in ["console_scripts", "gui_scripts"] {
        let Some(start) = facts.text.find(key).map(|at| at + key.len()) else { continue };
        let rest = &facts.text[start..];
        let end =
            [rest.find(']'), rest.find("\n["), rest.find("\n\n")].into_iter().flatten().min().unwrap_or(rest.len());
        for piece in rest[..end].split(['\n', '"', '\'', ',']) {
            let Some((name, target)) = piece.split_once('=') else { continue };
            let target = target.split('[').next().unwrap_or_default().trim();
            let Some((module, call)) = object(ws, ws.path(file).folder(), target).filter(|_| target.contains(':'))
            else {
                continue;
            };
            let offset = piece.as_ptr() as usize - facts.text.as_ptr() as usize;
            let line = facts.text[..offset].matches('\n').count() as u32 + 1;
            let origin = Found { by: By::Script, at: Some((file, line)), words: name.trim().into() };
            found.push(Entry { file: module, run: Run::Import, call, found: origin });
        }
    }
}
