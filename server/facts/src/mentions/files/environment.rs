//! What any file may say of its surroundings: the schemes of URLs and the names of environment variables.
//!
//! Values may be secrets. Of a URL only its scheme is kept, of a variable only a word that cannot be one, and both only where
//! the table of uses requests them.

use super::super::command;
use crate::knowledge::table::Table;
use crate::words::lists::List;
use crate::words::mention::{Collector, MentionKind};

/// Reads the whole text, comments left out.
pub(super) fn read(text: &str, first: usize, out: &mut Collector) {
    // a list of tables: `- name: NAME` above `value: text`
    let mut above = "";
    for (count, line) in text.split('\n').enumerate() {
        let number = first + count;
        let pair = line.trim_start().strip_prefix("value:").filter(|_| !above.is_empty());
        let pair = pair.map(|value| format!("{above}: {}", value.trim()));
        above = line.trim_start_matches([' ', '-']).strip_prefix("name: ").map_or("", str::trim);
        if let Some(pair) = pair {
            variables(&pair, number, out);
        }
        let bare = line.trim_start();
        if bare.starts_with(['#', ';']) || bare.starts_with("//") {
            continue;
        }
        for scheme in schemes(line) {
            out.add(MentionKind::Url, scheme, number);
        }
        variables(line, number, out);
        row(line, number, out);
    }
}

/// `SESSION_TYPE = "redis"`, `ansible_connection: winrm`, as the table has them.
fn row(line: &str, number: usize, out: &mut Collector) {
    let Some((key, value)) = line.split_once(['=', ':']) else { return };
    let is_word = |c: char| c.is_ascii_alphanumeric() || matches!(c, '_' | '.' | '-');
    let key = key.trim_end_matches(|c| !is_word(c)).rsplit(|c| !is_word(c)).next().unwrap_or_default();
    if Table::bundled().keys.contains(key) {
        let value = value.trim_start_matches(|c| !is_word(c)).split(|c| !is_word(c)).next().unwrap_or_default();
        let row = format!("{key}={value}");
        if Table::bundled().pairs.contains(row.as_str()) {
            out.add(MentionKind::Name, &row, number);
        }
    }
}

/// The schemes of the line's URLs that show a driver. What the web itself speaks shows none.
fn schemes(line: &str) -> impl Iterator<Item = &str> {
    let known = &Table::bundled().schemes;
    let is_scheme = |c: char| c.is_ascii_alphanumeric() || matches!(c, '+' | '-' | '.' | '_');
    let of_urls = line.match_indices("://").filter_map(move |(at, _)| {
        let before = &line[..at];
        let scheme = before.rsplit(|c| !is_scheme(c)).next().unwrap_or_default();
        (known.contains(scheme) && !matches!(scheme, "http" | "https" | "git")).then_some(scheme)
    });
    // one that is kept apart from the rest of its URL names a driver behind a sign
    let alone = line.split(move |c| !is_scheme(c)).filter(move |word| word.contains('+') && known.contains(word));
    of_urls.chain(alone.filter(move |_| !line.contains("://")))
}

/// The variables of the line that the table knows.
fn variables(line: &str, number: usize, out: &mut Collector) {
    let known = &Table::bundled().variables;
    let is_name = |c: char| c.is_ascii_uppercase() || c.is_ascii_digit() || c == '_';
    let mut rest = line;
    while let Some(at) = rest.find(is_name) {
        let tail = &rest[at..];
        let end = tail.find(|c| !is_name(c)).unwrap_or(tail.len());
        let (name, after) = tail.split_at(end);
        rest = after;
        if name.len() < 5 {
            continue;
        }
        let tool = match name {
            "PYTEST_ADDOPTS" => Some("pytest"),
            "GUNICORN_CMD_ARGS" => Some("gunicorn"),
            _ => None,
        };
        if List::IndexVariable.words().any(|known| name.starts_with(known)) {
            out.add(MentionKind::PackageIndex, name, number);
        }
        if Table::bundled().names.contains(name) {
            out.add(MentionKind::Name, name, number);
        }
        if tool.is_none() && !known.contains(name) {
            continue;
        }
        let value = value(after);
        match tool {
            Some(tool) => command::options(tool, value, number, out),
            None if is_word(value) => out.add(MentionKind::Variable, &format!("{name}={value}"), number),
            None => out.add(MentionKind::Variable, name, number),
        }
    }
}

/// The value behind a name: `="a b"`, `=a`, `: a`, `", "a"`.
fn value(after: &str) -> &str {
    let bare = after.trim_start_matches(['"', '\'', ' ']);
    let (is_shell, rest) = match (bare.strip_prefix('='), bare.strip_prefix([':', ','])) {
        (Some(rest), _) => (!rest.starts_with(' '), rest),
        (_, Some(rest)) => (false, rest),
        _ => return "",
    };
    let rest = rest.trim();
    match rest.chars().next() {
        Some(quote @ ('"' | '\'')) => rest[1..].split(quote).next().unwrap_or_default(),
        _ if is_shell => rest.split_whitespace().next().unwrap_or_default().trim_end_matches(['"', '\'']),
        _ => rest.trim_end_matches(['"', '\'', ',', '}', ' ']),
    }
}

/// Whether a value is one of a few words of lower case, as names of backends are.
fn is_word(value: &str) -> bool {
    !value.is_empty()
        && value.len() <= 24
        && value.starts_with(|c: char| c.is_ascii_lowercase())
        && value.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || b"_/-".contains(&byte))
}
