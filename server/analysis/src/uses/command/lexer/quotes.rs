//! Quotes, substitutions and parameters: what stands inside a word.

use super::{DEEPEST, Lexer, UNKNOWN, nested};

impl Lexer<'_> {
    pub(super) fn single_quoted(&mut self) {
        let rest = self.chars.get(self.at..).unwrap_or_default();
        let Some(length) = rest.iter().position(|c| *c == '\'') else { return };
        if self.word.is_none() && self.words.is_empty() {
            self.started = self.line;
        }
        let taken = self.pass(self.at + length);
        self.word.get_or_insert_default().push_str(&taken);
        self.at += 1;
    }

    pub(super) fn double_quoted(&mut self) {
        let Some(end) = quote_end(self.chars, self.at) else { return };
        if self.word.is_none() && self.words.is_empty() {
            self.started = self.line;
        }
        self.word.get_or_insert_default();
        while self.at < end {
            let c = self.chars[self.at];
            self.at += 1;
            match c {
                '\\' if self.peek(0).is_some_and(|c| matches!(c, '"' | '\\' | '$' | '`')) => {
                    self.push(self.chars[self.at]);
                    self.at += 1;
                }
                '\\' if self.peek(0) == Some('\n') => {
                    self.at += 1;
                    self.line += 1;
                }
                '$' => self.dollar(true),
                '`' => self.backticks(),
                _ => {
                    self.line += usize::from(c == '\n');
                    self.push(c);
                }
            }
        }
        // a substitution inside may have reached beyond: quotes in it pair up otherwise
        self.at = self.at.max(end + 1);
    }

    pub(super) fn backticks(&mut self) {
        let rest = self.chars.get(self.at..).unwrap_or_default();
        let Some(length) = rest.iter().position(|c| *c == '`') else { return };
        let end = self.at + length;
        self.substitute(end);
    }

    /// Commands up to `end`, where their closing character stands.
    fn substitute(&mut self, end: usize) {
        self.push(UNKNOWN);
        let line = self.line;
        let start = self.at;
        self.pass(end);
        self.at = end + 1;
        if self.depth < DEEPEST {
            let inner = self.chars.get(start..end).unwrap_or_default();
            self.found.extend(nested(inner, line, self.depth + 1));
        }
    }

    /// After a `$`.
    pub(super) fn dollar(&mut self, quoted: bool) {
        match self.peek(0) {
            Some('(') => match self.bracket_end('(', ')') {
                Some(end) if self.peek(1) == Some('(') => {
                    self.push(UNKNOWN);
                    self.pass(end);
                    self.at = end + 1;
                }
                Some(end) => {
                    self.at += 1;
                    self.substitute(end);
                }
                None => self.push('$'),
            },
            Some('{') => match self.bracket_end('{', '}') {
                Some(end) => {
                    self.at += 1;
                    let body = self.pass(end);
                    self.at = end + 1;
                    self.parameter(&body, quoted);
                }
                None => self.push('$'),
            },
            Some('\'') if !quoted => {}
            Some(c) if c.is_ascii_alphabetic() || c == '_' => {
                let name = |c: &&char| c.is_ascii_alphanumeric() || **c == '_';
                let length = self.chars.get(self.at..).unwrap_or_default().iter().take_while(name).count();
                let name = self.pass(self.at + length);
                self.push_all(&format!("${{{name}}}"));
            }
            Some(c @ ('@' | '*' | '#' | '?' | '!' | '$' | '-' | '0'..='9')) => {
                self.at += 1;
                self.push('$');
                self.push(c);
            }
            _ => self.push('$'),
        }
    }

    /// `${name}`, or the default that `${name:-default}` gives.
    fn parameter(&mut self, body: &str, quoted: bool) {
        let text = default_of(body, 0);
        if quoted {
            return self.push_all(&text);
        }
        for (at, piece) in text.split(char::is_whitespace).enumerate() {
            if at > 0 {
                self.end_word();
            }
            self.push_all(piece);
        }
    }

    /// Where the bracket that begins here is closed, quotes respected.
    pub(super) fn bracket_end(&mut self, open: char, close: char) -> Option<usize> {
        if self.unclosed {
            return None;
        }
        let (mut depth, mut at) = (0_usize, self.at);
        while let Some(&c) = self.chars.get(at) {
            match c {
                '\\' => at += 1,
                '\'' if open == '(' => {
                    let rest = self.chars.get(at + 1..).unwrap_or_default();
                    at += rest.iter().position(|c| *c == '\'').map_or(0, |length| length + 1);
                }
                _ if c == open => depth += 1,
                _ if c == close => {
                    depth -= 1;
                    if depth == 0 {
                        return Some(at);
                    }
                }
                _ => {}
            }
            at += 1;
        }
        self.unclosed = true;
        None
    }
}

/// The end of the double-quoted string whose content begins at `at`.
fn quote_end(chars: &[char], mut at: usize) -> Option<usize> {
    while let Some(&c) = chars.get(at) {
        match c {
            '"' => return Some(at),
            '\\' => at += 2,
            _ => at += 1,
        }
    }
    None
}

/// The text that `${body}` stands for: its default, or itself without what is done to it.
fn default_of(body: &str, depth: usize) -> String {
    let is_name = |c: char| c.is_ascii_alphanumeric() || c == '_';
    let name_end = body.find(|c| !is_name(c)).unwrap_or(body.len());
    let (name, rest) = body.split_at(name_end);
    let default = [":-", ":=", "-", "="].iter().find_map(|sign| rest.strip_prefix(sign));
    match default {
        Some(default) if !name.is_empty() => {
            let default = default.trim_matches(['"', '\'']);
            match default.strip_prefix("${").and_then(|inner| inner.strip_suffix('}')) {
                Some(inner) if depth < DEEPEST => default_of(inner, depth + 1),
                _ => default.to_owned(),
            }
        }
        _ if name.is_empty() => UNKNOWN.to_string(),
        _ if rest.starts_with([':', '+']) => UNKNOWN.to_string(),
        _ => format!("${{{name}}}"),
    }
}
