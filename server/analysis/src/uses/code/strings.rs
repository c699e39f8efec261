//! What the strings of Python code say.

use super::Walk;
use crate::python::scan::lexer::{is_triple, string_at};
use crate::uses::mentions::Said;
use crate::uses::table::Table;

/// Longer strings are texts, not names.
const LONGEST: usize = 2_000;

/// What runs the command that its first argument holds.
const RUNS: [&str; 14] = [
    "run",
    "call",
    "check_call",
    "check_output",
    "Popen",
    "popen",
    "system",
    "run_always",
    "execvp",
    "execlp",
    "local",
    "sudo",
    "shell",
    "getoutput",
];

impl Walk<'_> {
    /// Takes the string that begins at the current position.
    pub(super) fn string(&mut self) {
        let (start, end) = (self.pos, string_at(self.bytes, self.pos));
        self.pos = end.max(start + 1);
        let quotes = if is_triple(self.bytes, start, self.bytes[start]) { 3 } else { 1 };
        let inner = (start + quotes, end.saturating_sub(quotes).max(start + quotes));
        let Some(content) = self.text.get(inner.0..inner.1) else { return };
        if content.is_empty() || content.len() > LONGEST || self.is_alone(start, end) {
            return;
        }
        self.urls(content, start);
        self.variable(content, start, end);
        self.command(content, start);
        self.needle(content, inner.0, inner.1);
        if self.is_test && self.text[self.line_start..start].contains("usefixtures") {
            self.ask_for(inner.0, inner.1);
        }
        if self.is_settings {
            self.name(content, start);
        }
    }

    /// Whether the string is a statement of its own: a docstring.
    fn is_alone(&self, start: usize, end: usize) -> bool {
        let before = self.text.get(self.line_start..start).unwrap_or("x");
        let after = self.next_byte(end);
        self.depth == 0
            && before.len() <= 2
            && before.bytes().all(|byte| byte.is_ascii_alphabetic())
            && matches!(after, 0 | b'\n' | b'\r' | b'#' | b';')
    }

    fn urls(&mut self, content: &str, at: usize) {
        for (colon, _) in content.match_indices("://").take(4) {
            let scheme = scheme_before(content.as_bytes(), colon);
            if Table::bundled().schemes.contains(scheme) {
                let scheme = scheme.to_owned();
                self.add(Said::Url, &scheme, at);
            }
        }
    }

    /// `os.environ["QT_API"] = "pyqt6"`: the variable, and the string that follows on its line.
    fn variable(&mut self, content: &str, start: usize, end: usize) {
        if !Table::bundled().variables.contains(content) {
            return;
        }
        let line = self.text.get(end..).unwrap_or_default().lines().next().unwrap_or_default();
        let value = line.split(['"', '\'']).nth(1).unwrap_or_default();
        let said = if value.is_empty() { content.to_owned() } else { format!("{content}={value}") };
        self.add(Said::Variable, &said, start);
    }

    /// `subprocess.run(["gunicorn", "app:app"])`, `os.system("celery worker")`, `call_command("spectacular")`.
    fn command(&mut self, content: &str, start: usize) {
        let before = self.text.get(self.line_start..start).unwrap_or_default();
        let before = before.trim_end_matches(['f', 'r', 'F', 'R']).trim_end_matches(|c: char| c.is_whitespace());
        let is_list = before.ends_with('[');
        let before = before.trim_end_matches('[').trim_end();
        let Some(callee) = before.strip_suffix('(') else {
            return self.module_run(content, before, start);
        };
        let callee = callee.rsplit(|c: char| !(c.is_ascii_alphanumeric() || c == '_')).next().unwrap_or_default();
        if callee == "call_command" {
            return self.add(Said::Command, &format!("manage.py {content}"), start);
        }
        if !RUNS.contains(&callee) {
            return;
        }
        let rest = if is_list || callee.starts_with("run") || callee.starts_with("exec") {
            self.arguments()
        } else {
            String::new()
        };
        let first = content.split_whitespace().next().unwrap_or_default();
        let program = first.rsplit('/').next().unwrap_or(first);
        let options = content.get(first.len()..).unwrap_or_default();
        self.add(Said::Command, &format!("{program}{options}{rest}"), start);
    }

    /// `sys.executable, "-m", "pytest"`.
    fn module_run(&mut self, content: &str, before: &str, start: usize) {
        if content == "-m" && before.ends_with("sys.executable,") {
            let rest = self.arguments();
            self.add(Said::Module, &rest, start);
        }
    }

    /// The strings that follow as arguments, joined by blanks.
    fn arguments(&self) -> String {
        let mut rest = String::new();
        let mut pos = self.pos;
        while rest.len() < 200 {
            match self.bytes.get(pos) {
                Some(b' ' | b'\t' | b'\n' | b'\r' | b',') => pos += 1,
                Some(b'"' | b'\'') => {
                    let end = string_at(self.bytes, pos);
                    rest.push(' ');
                    rest.push_str(self.text.get(pos + 1..end.saturating_sub(1)).unwrap_or_default());
                    pos = end.max(pos + 1);
                }
                _ => break,
            }
        }
        rest
    }

    /// A string that the table names as a whole, or the key of a setting.
    fn needle(&mut self, content: &str, start: usize, end: usize) {
        let first = content.as_bytes()[0] as usize;
        if self.lengths.get(first).is_some_and(|lengths| lengths >> content.len().min(63) & 1 == 1) {
            let content = content.to_owned();
            self.needles(&content, start, end, true);
        }
    }

    /// The dotted name at the start of a string of settings, with the setting that it stands in.
    fn name(&mut self, content: &str, start: usize) {
        let is_word = |c: char| c.is_ascii_alphanumeric() || matches!(c, '_' | '-' | '.');
        let word = content.split(|c| !is_word(c)).next().unwrap_or_default();
        if word.len() > 1 && word.len() < 80 && word.starts_with(|c: char| c.is_ascii_alphabetic()) {
            let said = if self.setting.is_empty() { word.to_owned() } else { format!("{word} {}", self.setting) };
            self.add(Said::Name, &said, start);
        }
    }
}

/// The scheme whose `://` stands at `at`.
pub(super) fn scheme_before(bytes: &[u8], at: usize) -> &str {
    let is_scheme = |byte: &&u8| byte.is_ascii_alphanumeric() || matches!(**byte, b'+' | b'-' | b'.' | b'_');
    let length = bytes[..at].iter().rev().take_while(is_scheme).count();
    std::str::from_utf8(&bytes[at - length..at]).unwrap_or_default()
}
