//! What is shown of deployments: above an entry's first file, and in the files that describe them.

use super::prose::{Piece, Prose};
use super::shown::{Hover, Lens, LensAction};
use crate::analysis::Analysis;
use crate::answers::deployments as words;
use crate::deployments::{Deployment, Installs, range_of};
use crate::model::ids::FileId;
use pinlens_facts::facts::FileFacts;
use pinlens_facts::words::names::DistributionName;
use pinlens_facts::words::text::TextRange;

/// More distributions are not named one by one.
const MOST_NAMES: usize = 12;

/// The lenses of a file that describes deployments, and those of a file with which one starts.
pub(super) fn lenses(ws: &Analysis, file: FileId) -> Vec<Lens> {
    let deployments = crate::deployments::of(ws);
    let lens = |range: TextRange, title: String| Lens { range, title, action: LensAction::None };
    let mut found: Vec<Lens> = Vec::new();
    for deployment in deployments.all.iter().filter(|deployment| !deployment.is_job) {
        let verdict = words::verdict(ws, deployment);
        let is_first = |start: &crate::deployments::Start| start.entry.as_ref().is_some_and(|entry| entry.file == file);
        if deployment.starts.iter().any(is_first) {
            found.push(lens(TextRange::empty(0), format!("{}: {verdict}", name(ws, deployment))));
        }
        if deployment.at.file == file {
            found.push(lens(range_of(ws, deployment.at), format!("{}: {verdict}", installed(ws, deployment))));
        }
        for by in deployment.installs.iter().filter(|by| by.at.file == file && is_command(by) && !by.names.is_empty()) {
            let title = format!("installs {}", counted(by.names.len()));
            found.push(lens(range_of(ws, by.at), title));
        }
    }
    found.dedup_by(|a, b| a.range == b.range && a.title == b.title);
    let mut kept: Vec<Lens> = Vec::new();
    for lens in found {
        if !kept.contains(&lens) {
            kept.push(lens);
        }
    }
    kept
}

/// What is shown of the line at byte `offset` of a file that describes deployments: what it installs or starts there, and what
/// follows.
pub(super) fn hover(ws: &Analysis, file: FileId, offset: u32) -> Option<Hover> {
    let Some(FileFacts::Deploy(facts)) = ws.facts(file) else { return None };
    let line = facts.lines.line_of(offset) + 1;
    let range = facts.line(line);
    let deployments = crate::deployments::of(ws);
    let mut lines: Vec<Vec<Piece>> = Vec::new();
    for deployment in &deployments.all {
        let mut own: Vec<Vec<Piece>> = Vec::new();
        for by in deployment.installs.iter().filter(|by| by.at.file == file && by.at.line == line && is_command(by)) {
            own.extend(of_install(ws, by));
        }
        let starts = deployment.starts.iter().filter_map(|start| Some((start.at?, start)));
        let here: Vec<_> = starts.filter(|(at, _)| at.file == file && at.line == line).collect();
        let is_described = deployment.at.file == file && deployment.at.line == line;
        for (_, start) in &here {
            let to = start.entry.as_ref().map(|entry| ws.path(entry.file).to_string());
            let mut pieces = vec![Piece::Text("starts ".to_owned()), Piece::Code(start.words.to_string())];
            if let Some(path) = to {
                pieces.extend([Piece::Text(", first ".to_owned()), Piece::Code(path)]);
            }
            own.push(pieces);
        }
        if is_described {
            own.push(vec![Piece::Text(installed(ws, deployment))]);
        }
        let is_base =
            deployment.python.is_some_and(|(_, source)| source.is_some_and(|at| at.file == file && at.line == line));
        if let Some((python, _)) = deployment.python.filter(|_| is_base) {
            own.push(vec![Piece::Text(format!("runs Python {python}"))]);
        }
        if !own.is_empty() {
            let mut head = vec![Piece::Strong(name(ws, deployment)), Piece::Text(": ".to_owned())];
            head.extend(pieces(&words::verdict(ws, deployment)));
            lines.push(head);
            lines.extend(own);
        }
    }
    (!lines.is_empty()).then_some(Hover { range, text: Prose { lines } })
}

/// Whether a command of the description installs it, and not the base image.
fn is_command(by: &Installs) -> bool {
    by.at.line > 0 && !by.words.starts_with("the image ")
}

/// Words in which code stands between backticks.
fn pieces(words: &str) -> Vec<Piece> {
    let parts = words.split('`').enumerate().filter(|(_, part)| !part.is_empty());
    parts
        .map(|(at, part)| if at % 2 == 1 { Piece::Code(part.to_owned()) } else { Piece::Text(part.to_owned()) })
        .collect()
}

/// `web`, or the path of the file that describes it.
fn name(ws: &Analysis, deployment: &Deployment) -> String {
    let place = words::place(ws, deployment.at);
    match ws.path(deployment.at.file).as_str() == &*deployment.name {
        true => place,
        false => format!("{} ({place})", deployment.name),
    }
}

/// `installs requirements.txt (Dockerfile:3)`
fn installed(ws: &Analysis, deployment: &Deployment) -> String {
    let lists = deployment.installs.iter().filter(|by| !by.lists.is_empty());
    let named: Vec<String> =
        lists.map(|by| format!("{} ({})", ws.path(by.lists[0]), words::place(ws, by.at))).collect();
    match named.is_empty() {
        true => "installs no list that is known".to_owned(),
        false => format!("installs {}", named.join(", ")),
    }
}

/// What one command installs.
fn of_install(ws: &Analysis, by: &Installs) -> Vec<Vec<Piece>> {
    let mut names: Vec<&str> = by.names.iter().map(DistributionName::as_str).collect();
    let rest = names.len().saturating_sub(MOST_NAMES);
    names.truncate(MOST_NAMES);
    let mut pieces = vec![Piece::Text("installs ".to_owned())];
    match by.lists.first() {
        Some(list) => pieces.push(Piece::Code(ws.path(*list).to_string())),
        None => pieces.push(Piece::Code(by.words.to_string())),
    }
    if !names.is_empty() {
        pieces.push(Piece::Text(format!(": {}", names.join(", "))));
    }
    if rest > 0 {
        pieces.push(Piece::Text(format!(" and {rest} more")));
    }
    vec![pieces]
}

fn counted(names: usize) -> String {
    super::card::counted(names, "distribution")
}
