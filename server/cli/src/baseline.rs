//! The baseline: what was found before and is put up with. Entries name no lines, so that unrelated edits keep them.

use crate::args::CheckArgs;
use crate::console::print_line;
use crate::failure::{BaselineProblem, Failure};
use crate::here::Here;
use crate::project::Project;
use crate::report::{Finding, Report};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

/// The file that is written where none is named.
const DEFAULT: &str = "pinlens-baseline.json";

/// What makes findings the same in two runs.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
struct Key {
    path: String,
    code: String,
    /// The module of an import, else the distribution.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    name: Option<String>,
}

#[derive(Debug, Serialize, Deserialize)]
struct Entry {
    #[serde(flatten)]
    key: Key,
    count: usize,
}

#[derive(Deserialize)]
struct Stored {
    version: u32,
    findings: Vec<Entry>,
}

/// Writes the baseline where the options have it so, and hides what it holds from the report.
pub fn apply(report: &mut Report, projects: &[Project], args: &CheckArgs) -> Result<(), Failure> {
    let named = args.write_baseline.as_ref().map(|file| file.as_ref().or(args.baseline.as_ref()));
    let to_write = named.map(|file| file.cloned().unwrap_or_else(|| PathBuf::from(DEFAULT)));
    if let Some(file) = &to_write {
        write(file, &tally(report, projects, &folder_of(file)))?;
        print_line(&format!(
            "Wrote {} to {}.",
            crate::output::count(report.diagnostics.len(), "finding", "findings"),
            file.display()
        ));
    }
    let Some(file) = to_write.as_ref().or(args.baseline.as_ref()) else { return Ok(()) };
    let folder = folder_of(file);
    let known = read(file)?;
    let now = tally(report, projects, &folder);
    let gone: Vec<String> = known
        .iter()
        .filter(|(key, count)| {
            now.get(key).copied().unwrap_or_default() < **count && is_judged(key, projects, &folder, args)
        })
        .map(|(key, _)| shown(key))
        .collect();
    if !gone.is_empty() {
        let entries = crate::output::count(gone.len(), "entry", "entries");
        let file = file.display();
        print_line(&format!(
            "note: {entries} of {file} found less than before: {}; write it again with `--write-baseline={file}`",
            gone.join(", ")
        ));
    }
    hide(report, projects, &folder, known);
    Ok(())
}

/// Takes out of the report as many findings of each key as the baseline holds.
fn hide(report: &mut Report, projects: &[Project], folder: &Here, mut left: BTreeMap<Key, usize>) {
    let before = report.diagnostics.len();
    report.diagnostics.retain(|finding| match left.get_mut(&key_of(finding, projects, folder)) {
        Some(count) if *count > 0 => {
            *count -= 1;
            false
        }
        _ => true,
    });
    report.summary.hidden = Some(before - report.diagnostics.len());
}

fn tally(report: &Report, projects: &[Project], folder: &Here) -> BTreeMap<Key, usize> {
    let mut counts = BTreeMap::new();
    for finding in &report.diagnostics {
        *counts.entry(key_of(finding, projects, folder)).or_default() += 1;
    }
    counts
}

fn key_of(finding: &Finding, projects: &[Project], folder: &Here) -> Key {
    let path = projects.get(finding.source.project).map(|project| {
        let path = project.workspace.path(finding.source.file);
        folder.show(&project.loader.absolute(path))
    });
    Key {
        path: path.unwrap_or_else(|| finding.place.path.clone()),
        code: finding.code.as_str().to_owned(),
        name: finding.module.clone().or_else(|| finding.distribution.clone()),
    }
}

/// Whether this run would have found what the key names: its file and its code were looked at.
fn is_judged(key: &Key, projects: &[Project], folder: &Here, args: &CheckArgs) -> bool {
    let options = &args.options;
    let selected = options.select.is_empty() || options.selected().iter().any(|code| code.as_str() == key.code);
    let path = folder.absolute(&key.path);
    let covered = |project: &Project| project.loader.path_of(&path).is_some_and(|path| project.covers(&path));
    selected && !options.ignored().iter().any(|code| code.as_str() == key.code) && projects.iter().any(covered)
}

fn shown(key: &Key) -> String {
    let name = key.name.as_ref().map(|name| format!(" {name}")).unwrap_or_default();
    format!("{}{name} in {}", key.code, key.path)
}

/// Paths of a baseline count from the folder that it lies in.
fn folder_of(file: &Path) -> Here {
    Here::at(file.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new(".")))
}

fn read(file: &Path) -> Result<BTreeMap<Key, usize>, Failure> {
    let shown = || file.display().to_string();
    let failed = |problem| Failure::Baseline { file: file.to_owned(), problem };
    let mut bytes = Vec::new();
    let is_there = pinlens_loader::read_anywhere(file, &mut bytes);
    if !is_there.map_err(|reason| failed(BaselineProblem::Unread(reason)))? {
        return Err(failed(BaselineProblem::Missing(shown())));
    }
    let text = String::from_utf8(bytes).map_err(|_| failed(BaselineProblem::NotUtf8))?;
    let stored: Stored =
        serde_json::from_str(&text).map_err(|cause| failed(BaselineProblem::NotOne { file: shown(), cause }))?;
    if stored.version != 1 {
        return Err(failed(BaselineProblem::OtherVersion { file: shown(), version: stored.version }));
    }
    let mut counts = BTreeMap::new();
    for entry in stored.findings {
        *counts.entry(entry.key).or_default() += entry.count;
    }
    Ok(counts)
}

/// One entry a line, sorted, so that versions of the file can be merged.
fn write(file: &Path, counts: &BTreeMap<Key, usize>) -> Result<(), Failure> {
    let failed = |cause| Failure::Baseline { file: file.to_owned(), problem: BaselineProblem::NotWritten(cause) };
    let mut lines = Vec::new();
    for (key, count) in counts {
        let entry = Entry { key: key.clone(), count: *count };
        lines.push(serde_json::to_string(&entry).map_err(failed)?);
    }
    let body = if lines.is_empty() { String::new() } else { format!("\n    {}\n  ", lines.join(",\n    ")) };
    let text = format!("{{\n  \"version\": 1,\n  \"findings\": [{body}]\n}}\n");
    Ok(pinlens_loader::write_named(file, text.as_bytes())?)
}
