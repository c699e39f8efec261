//! Where a file sets Django up, and the settings module that it names.

use super::made::{is_dotted, statement};
use crate::python::django_facts::{Kind, SettingsModule, Setup};
use crate::python::loading::{Loading, MODULE};
use crate::python::scan::lexer::{is_word, string_at};
use crate::words::text::TextRange;

const CALLS: [(&str, Kind); 5] = [
    ("django.setup(", Kind::Apps),
    ("get_wsgi_application(", Kind::Handler),
    ("get_asgi_application(", Kind::Handler),
    ("get_default_application(", Kind::Handler),
    ("execute_from_command_line(", Kind::Command),
];

/// The calls in `text`, whose functions are given.
pub(super) fn find(text: &str, loading: Option<&Loading>) -> Vec<Setup> {
    let mut found = Vec::new();
    for (call, kind) in &CALLS {
        for (at, _) in text.match_indices(call) {
            let is_inside = text.get(..at).is_some_and(|before| before.bytes().last().is_some_and(is_word));
            let line = text.get(..at).unwrap_or_default().rsplit('\n').next().unwrap_or_default();
            if is_inside || line.contains(['#', '"', '\'']) || line.trim_start().starts_with("def ") {
                continue;
            }
            let range = TextRange::new(at as u32, (at + call.len() - 1) as u32);
            found.push(placed(text, at, range, *kind, loading));
        }
    }
    found.sort_by_key(|setup| setup.range.start);
    found
}

/// The call with what it stands in, by the lines above it that are less indented.
fn placed(text: &str, at: usize, range: TextRange, kind: Kind, loading: Option<&Loading>) -> Setup {
    let mut setup = Setup { range, kind, scope: MODULE, is_main: false, is_open: false };
    let before = text.get(..at).unwrap_or_default();
    let mut lines = before.lines().rev().filter(|line| !line.trim().is_empty() && !line.trim_start().starts_with('#'));
    let indent = |line: &str| line.len() - line.trim_start().len();
    let own = before.rsplit('\n').next().unwrap_or_default();
    let mut depth = indent(own);
    if !own.trim().is_empty() {
        lines.next();
    }
    for line in lines {
        if depth == 0 {
            break;
        }
        if indent(line) >= depth {
            continue;
        }
        depth = indent(line);
        let head = line.trim_start();
        if let Some(rest) = head.strip_prefix("def ").or_else(|| head.strip_prefix("async def ")) {
            let name = rest.split(|c: char| !c.is_alphanumeric() && c != '_').next().unwrap_or_default();
            match loading.and_then(|loading| loading.scope_of(name)) {
                Some(scope) => setup.scope = scope,
                // that the script calls its `main` is not followed where that imports nothing
                None if name == "main" && depth == 0 => setup.is_main = true,
                None => setup.is_open = true,
            }
        } else if head.starts_with("if __name__") {
            setup.is_main = true;
        } else {
            setup.is_open = true;
        }
    }
    setup
}

/// What the text sets `DJANGO_SETTINGS_MODULE` to, where that is one literal.
pub(super) fn settings_module(text: &str) -> Option<SettingsModule> {
    let mut found: Option<SettingsModule> = None;
    for (at, name) in text.match_indices("DJANGO_SETTINGS_MODULE") {
        // a comment may name it too
        let quote = text.get(..at)?.chars().last().filter(|quote| matches!(quote, '"' | '\''));
        let rest = quote.and_then(|quote| text.get(at + name.len()..)?.strip_prefix(quote));
        let (Some(_), Some(rest)) = (quote, rest) else { continue };
        let before = text.get(..at - 1)?.trim_end();
        let trimmed = rest.trim_start();
        let is_default = before.ends_with("setdefault(") && trimmed.starts_with(',');
        let is_set = before.ends_with("environ[") && trimmed.starts_with(']');
        if !is_default && !is_set {
            continue;
        }
        let value = trimmed[1..].trim_start();
        let value = if is_set { value.strip_prefix('=')?.trim_start() } else { value };
        let start = text.len() - value.len();
        if !value.starts_with(['"', '\'']) {
            return None;
        }
        let end = string_at(text.as_bytes(), start).saturating_sub(1);
        let dotted = text.get(start + 1..end).filter(|dotted| is_dotted(dotted))?;
        let statement = statement(dotted, &[], start + 1, dotted.len());
        let is_other = |known: &SettingsModule| known.statement.parsed.modules[0].name.as_str() != dotted;
        if found.as_ref().is_some_and(is_other) {
            return None;
        }
        found = Some(SettingsModule { statement, is_default });
    }
    found
}
