//! The scripts that packaging metadata names: installers write a program for each, which imports a module and calls a function.

use super::entry::{By, Entry, Found, Run, object};
use crate::analysis::Analysis;
use crate::model::ids::FileId;
use crate::startup::loads;
use pinlens_facts::facts::FileFacts;
use pinlens_facts::formats::toml::{Key, Table, Value, table_at};
use pinlens_facts::manifest::SettingsFacts;
use pinlens_facts::requirements::{Format, RequirementsFacts};
use pinlens_facts::words::text::{LineIndex, TextRange};

/// The scripts of a manifest.
pub(crate) fn of_manifest(ws: &Analysis, manifest: FileId) -> Vec<Entry> {
    let mut found = Vec::new();
    match ws.facts(manifest) {
        Some(FileFacts::Settings(settings)) if ws.path(manifest).file_name() == "pyproject.toml" => {
            of_pyproject(ws, manifest, settings, &mut found);
        }
        Some(facts) => of_setup(ws, manifest, facts.declarations(), &mut found),
        None => {}
    }
    found
}

/// The scripts of a pyproject.toml: `[project.scripts]`, `[project.gui-scripts]`, `[tool.poetry.scripts]`.
pub(super) fn of_pyproject(ws: &Analysis, file: FileId, settings: &SettingsFacts, found: &mut Vec<Entry>) {
    let mut rows = rows(settings).peekable();
    if rows.peek().is_none() {
        return;
    }
    let lines = LineIndex::new(&settings.text);
    for (name, value) in rows {
        let Some((module, call)) = value.as_str().and_then(|v| object(ws, ws.path(file).folder(), v)) else { continue };
        let line = lines.line_of(name.range.start) + 1;
        let origin = Found { by: By::Script, at: Some((file, line)), words: name.name.clone() };
        found.push(Entry { file: module, run: Run::Import, call, found: origin });
    }
}

/// The rows of the tables of scripts, in each by name.
fn rows(settings: &SettingsFacts) -> impl Iterator<Item = &(Key, Value)> {
    let tables = [&["project", "scripts"][..], &["project", "gui-scripts"], &["tool", "poetry", "scripts"]];
    tables.into_iter().filter_map(|path| table_at(&settings.document.root, path)).flat_map(Table::sorted)
}

/// The scripts of a pyproject.toml that name a module which is not there: the bytes of each, the module, and whether a part of it is
/// there.
pub(crate) fn unresolved(ws: &Analysis, file: FileId, settings: &SettingsFacts) -> Vec<(TextRange, String, bool)> {
    let builders = ["maturin", "scikit-build", "meson", "cmake", "setuptools-rust"];
    let mut found = Vec::new();
    // what another builder makes is not seen
    if !builders.iter().any(|tool| settings.text.contains(tool)) {
        for (_, value) in rows(settings) {
            let Some(words) = value.as_str() else { continue };
            let module = words.split(':').next().unwrap_or_default().trim();
            let is_module = !module.is_empty() && module.chars().all(|c| c.is_alphanumeric() || c == '_' || c == '.');
            let top = module.split('.').next().unwrap_or_default();
            let layout = ws.facts(file).map_or(&[][..], FileFacts::roots);
            let folder = ws.path(file).folder();
            let is_there = layout.iter().any(|root| {
                loads::module_at(ws, &pinlens_facts::deploy::paths::joined(folder, root), module).is_some()
            });
            // a distribution's own module is no fault
            if !is_module || is_there || object(ws, folder, words).is_some() || ws.may_be_declared(top) {
                continue;
            }
            let holders = ws.modules().holders(top);
            if holders.iter().any(|holder| loads::module_at(ws, holder, module).is_some()) {
                continue;
            }
            found.push((value.range, module.to_owned(), !holders.is_empty()));
        }
    }
    found
}

/// The scripts of a setup.cfg or a setup.py: what stands behind `console_scripts` and reads `name = module:function`.
pub(super) fn of_setup(ws: &Analysis, file: FileId, facts: Option<&RequirementsFacts>, found: &mut Vec<Entry>) {
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
