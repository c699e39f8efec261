//! Environments of tox: what each installs and runs. They check a project, and start nothing that is deployed.

use super::service::{Platform, Service, Step, line};
use crate::formats::tree::{self, Node};

/// The environments of a tox.ini, each with what it takes from `[testenv]`.
pub fn ini(text: &str) -> Vec<Service> {
    let root = tree::of_ini(text);
    let sections = root.rows().iter().filter(|row| row.key == "testenv" || row.key.starts_with("testenv:"));
    let base = root.get("testenv");
    let skips = root.get("tox").and_then(|tox| tox.get("skipsdist")).and_then(Node::as_text);
    let builds_none = skips.is_some_and(is_true);
    let service = |row: &tree::Row| {
        let get = |key: &str| row.node.get(key).or_else(|| base?.get(key));
        let is_on = |key: &str| get(key).and_then(Node::as_text).is_some_and(is_true);
        let mut steps = Vec::new();
        if let Some(deps) = get("deps") {
            steps.extend(lines(&root, deps).into_iter().filter_map(|(text, at)| install(&text, at)));
        }
        let skips = builds_none || is_on("skip_install") || get("package").and_then(Node::as_text) == Some("skip");
        if !skips {
            let extras = get("extras").map_or_else(Vec::new, |node| lines(&root, node));
            let extras: Vec<String> =
                extras.into_iter().map(|(extra, _)| extra.trim_end_matches(',').to_owned()).collect();
            let extras = if extras.is_empty() { String::new() } else { format!("[{}]", extras.join(",")) };
            let text = format!("pip install '.{extras}'").into();
            steps.push(Step { text, line: line(row.line), folder: None });
        }
        for key in ["commands_pre", "commands"] {
            let Some(commands) = get(key) else { continue };
            steps.extend(lines(&root, commands).into_iter().map(|(text, at)| command(&text, at)));
        }
        let name = row.key.strip_prefix("testenv:").unwrap_or(&row.key);
        let python = get("basepython").and_then(|node| Some((node.as_text()?.trim().into(), line(node.line))));
        Service {
            name: name.into(),
            line: line(row.line),
            platform: Platform::Tox,
            python,
            steps,
            ..Service::default()
        }
    };
    sections.map(service).collect()
}

fn is_true(text: &str) -> bool {
    matches!(text.trim().to_ascii_lowercase().as_str(), "true" | "1" | "yes" | "on")
}

/// How deep sections may name each other.
const DEEPEST: usize = 4;

/// The lines of a value, each with its number: those that end in `\` go on, comments are left out, and what a line takes from another
/// section is in its place.
fn lines(root: &Node, node: &Node) -> Vec<(String, u32)> {
    lines_at(root, node, 0)
}

fn lines_at(root: &Node, node: &Node, depth: usize) -> Vec<(String, u32)> {
    let mut found: Vec<(String, u32)> = Vec::new();
    let mut goes_on = false;
    for (text, at) in node.as_text().unwrap_or_default().split('\n').zip(node.line..) {
        let text = text.trim();
        if text.is_empty() || text.starts_with('#') {
            continue;
        }
        if let Some(other) = of_other(root, text).filter(|_| depth < DEEPEST) {
            found.extend(lines_at(root, other, depth + 1));
            continue;
        }
        let (bare, ends_open) = text.strip_suffix('\\').map_or((text, false), |bare| (bare.trim_end(), true));
        match found.last_mut().filter(|_| goes_on) {
            Some((whole, _)) => {
                whole.push(' ');
                whole.push_str(bare);
            }
            None => found.push((bare.to_owned(), line(at))),
        }
        goes_on = ends_open;
    }
    found
}

/// The value that `{[section]key}` names.
fn of_other<'a>(root: &'a Node, text: &str) -> Option<&'a Node> {
    let (section, key) = text.strip_prefix("{[")?.strip_suffix('}')?.split_once(']')?;
    root.get(section)?.get(key)
}

/// A line of `deps` as a command; one with factors may not run.
fn install(text: &str, at: u32) -> Option<Step> {
    let (bare, has_factors) = without_factors(text);
    let bare = filled(bare);
    if bare.is_empty() {
        return None;
    }
    let word = match bare.strip_prefix("-r").or_else(|| bare.strip_prefix("--requirement")) {
        Some(list) => format!("-r '{}'", list.trim().trim_start_matches('=')),
        None => match bare.strip_prefix("-c").or_else(|| bare.strip_prefix("--constraint")) {
            Some(list) => format!("-c '{}'", list.trim()),
            None => format!("'{bare}'"),
        },
    };
    let text = if has_factors { format!("if _; then pip install {word}; fi") } else { format!("pip install {word}") };
    Some(Step { text: text.into(), line: at, folder: None })
}

fn command(text: &str, at: u32) -> Step {
    let (bare, has_factors) = without_factors(text);
    // `-` and `!` before a command take its failure for none
    let plain = bare.trim_start_matches(['-', '!', ' ']);
    let mut text = filled(plain);
    if plain.len() < bare.len() {
        text.push_str(" || true");
    }
    let text = if has_factors { format!("if _; then {text}; fi") } else { text };
    Step { text: text.into(), line: at, folder: None }
}

/// `py311,lint: text` without its factors, and whether it has some.
fn without_factors(text: &str) -> (&str, bool) {
    let is_factor = |c: char| c.is_ascii_alphanumeric() || "-_.,!{} ".contains(c);
    match text.split_once(": ") {
        Some((factors, rest)) if factors.chars().all(is_factor) && !factors.trim().contains(' ') => (rest.trim(), true),
        _ => (text, false),
    }
}

/// The text with what tox fills in: its own folders, and the arguments of the command line or their default.
fn filled(text: &str) -> String {
    let mut out = String::new();
    let mut rest = text;
    while let Some(at) = rest.find('{') {
        out.push_str(&rest[..at]);
        let Some(end) = rest[at..].find('}') else {
            out.push_str(&rest[at..]);
            return out;
        };
        let name = &rest[at + 1..at + end];
        rest = &rest[at + end + 1..];
        match name.split_once(':').unwrap_or((name, "")) {
            ("posargs", default) => out.push_str(default),
            ("toxinidir" | "tox_root" | "envbindir" | "env_bin_dir", _) => {
                rest = rest.strip_prefix('/').unwrap_or(rest);
            }
            _ => out.push('\u{2026}'),
        }
    }
    out.push_str(rest);
    out.trim().to_owned()
}
