//! What the strings of Python code say.

use super::Walk;
use crate::knowledge::table::Table;
use crate::python::scan::lexer::{is_triple, string_at};
use crate::words::mention::MentionKind;

/// Longer strings are texts, not names.
const LONGEST: usize = 2_000;

/// What stands before the name of a class in a dictionary that configures logging.
const CLASS_KEYS: [&str; 4] = ["\"()\":", "'()':", "\"class\":", "'class':"];

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
        self.management_command(content, start);
        self.needle(content, inner.0, inner.1);
        if self.sorts.tests && self.text[self.line_start..start].contains("usefixtures") {
            self.ask_for(inner.0, inner.1);
        }
        if self.sorts.settings || self.is_class(content, start) {
            self.name(content, start);
        }
    }

    /// Whether the string is the class of a handler or a formatter, `"()": "colorlog.ColoredFormatter"`.
    fn is_class(&self, content: &str, start: usize) -> bool {
        let before = self.text.get(self.line_start..start).unwrap_or_default().trim_end();
        content.contains('.') && CLASS_KEYS.iter().any(|key| before.ends_with(key))
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
        // of what a URL is put together: `URL.create("mysql+pymysql", …)`
        if content.contains('+') && Table::bundled().schemes.contains(content) {
            let scheme = content.to_owned();
            self.add(MentionKind::Url, &scheme, at);
        }
        for (colon, _) in content.match_indices("://").take(4) {
            let scheme = scheme_before(content.as_bytes(), colon);
            if Table::bundled().schemes.contains(scheme) {
                let scheme = scheme.to_owned();
                self.add(MentionKind::Url, &scheme, at);
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
        let text = if value.is_empty() { content.to_owned() } else { format!("{content}={value}") };
        self.add(MentionKind::Variable, &text, start);
    }

    /// `call_command("spectacular")` runs what `manage.py spectacular` does.
    fn management_command(&mut self, content: &str, start: usize) {
        let before = self.text.get(self.line_start..start).unwrap_or_default();
        if before.ends_with("call_command(") {
            self.add(MentionKind::Command, &format!("manage.py {content}"), start);
        }
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
            let text = if self.setting.is_empty() { word.to_owned() } else { format!("{word} {}", self.setting) };
            self.add(MentionKind::Name, &text, start);
        }
    }
}

/// The scheme whose `://` stands at `at`.
pub(super) fn scheme_before(bytes: &[u8], at: usize) -> &str {
    let is_scheme = |byte: &&u8| byte.is_ascii_alphanumeric() || matches!(**byte, b'+' | b'-' | b'.' | b'_');
    let length = bytes[..at].iter().rev().take_while(is_scheme).count();
    std::str::from_utf8(&bytes[at - length..at]).unwrap_or_default()
}
