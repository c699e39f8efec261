//! What a workspace reports, without file ids: these are given out in the order of arrival.

use pinlens_analysis::finding::Diagnostic;
use pinlens_analysis::model::ids::FileId;
use pinlens_analysis::startup::chains::Fate;
use pinlens_analysis::uses;
use pinlens_analysis::workspace::Workspace;
use pinlens_facts::facts::FileFacts;
use pinlens_facts::words::names::FilePath;
use std::collections::BTreeMap;

/// What is said in a line of how each file starts.
pub fn summaries(workspace: &Workspace) -> Vec<String> {
    let of = |file| Some(format!("{}: {}", workspace.path(file), workspace.start_up_summary(file)?));
    workspace.files().into_iter().filter_map(of).collect()
}

/// What each entry loads, without file ids.
pub fn starts(workspace: &Workspace, known: &[FilePath]) -> Vec<String> {
    let mut rows = Vec::new();
    for entry in workspace.entries().iter().filter(|entry| known.contains(workspace.path(entry.file))) {
        rows.push(format!("{} {:?} {:?}", workspace.path(entry.file), entry.run, entry.call));
        for node in workspace.trace(entry).nodes {
            let by = node.by.map(|(number, link)| (number, workspace.path(link.file).clone(), link.range));
            let needs: Vec<String> = node
                .needs
                .iter()
                .map(|need| match &need.fate {
                    Fate::Crash { chain, own, .. } => {
                        let links: Vec<_> = chain.iter().map(|link| (workspace.path(link.file), link.range)).collect();
                        format!("{} crash {links:?} {own:?}", need.need.module)
                    }
                    Fate::Stopped { by, .. } => {
                        format!("{} stopped by {} {:?}", need.need.module, workspace.path(by.0), by.1)
                    }
                    Fate::Unreached => format!("{} unreached", need.need.module),
                })
                .collect();
            let path = workspace.path(node.file);
            rows.push(format!("{path} {:?} {by:?} {:?} {} {needs:?}", node.function, node.guard, node.is_guarded));
        }
    }
    rows
}

/// One finding.
fn row(workspace: &Workspace, found: &Diagnostic) -> String {
    let related: Vec<String> = found
        .related
        .iter()
        .map(|related| format!("{}:{:?} {}", workspace.path(related.file), related.range, related.message))
        .collect();
    format!(
        "{:?} {:?} {:?} {} {:?} {:?} {related:?}",
        found.range, found.code, found.severity, found.message, found.module, found.distribution
    )
}

pub fn reported(workspace: &Workspace, file: FileId) -> Vec<String> {
    workspace.diagnostics(file).iter().map(|found| row(workspace, found)).collect()
}

pub fn all(workspace: &Workspace) -> BTreeMap<FilePath, Vec<String>> {
    let files = workspace.files().into_iter();
    let lists = files.map(|file| (workspace.path(file).clone(), reported(workspace, file)));
    lists.filter(|(_, list)| !list.is_empty()).collect()
}

/// How each requirement is used without an import, with the lines that show it.
pub fn uses_of(workspace: &Workspace) -> BTreeMap<FilePath, Vec<String>> {
    let mut all = BTreeMap::new();
    for file in workspace.files() {
        let Some(facts) = workspace.facts(file).and_then(FileFacts::declarations) else { continue };
        let reasons = facts.requirements.iter().flat_map(|one| uses::reasons(workspace, file, one));
        let words: Vec<String> = reasons.map(|reason| reason.words).collect();
        all.insert(workspace.path(file).clone(), words);
    }
    all
}

/// Every fix that is offered, with what it changes.
pub fn fixes(workspace: &Workspace) -> BTreeMap<FilePath, Vec<String>> {
    let of = |file: FileId| {
        let found = workspace.diagnostics(file);
        let each = workspace.fixes_of_all(file, &found).into_iter().flatten();
        let all = each.chain(workspace.add_all_missing(file)).chain(workspace.fix_all(file));
        let rows: Vec<String> = all.map(|fix| format!("{fix:?}")).collect();
        (workspace.path(file).clone(), rows)
    };
    workspace.files().into_iter().map(of).filter(|(_, rows)| !rows.is_empty()).collect()
}
