//! Quotes, substitutions and parameters: what stands inside a word.

use super::{DEEPEST, Lexer, UNKNOWN, nested};

impl Lexer<'_> {
    pub(super) fn single_quoted(&mut self) {
        let rest = self.chars.get(self.at..).unwrap_or_default();
        let Some(length) = rest.iter().position(|c| *c == '\'') else { return };
        if self.current.word.is_none() && self.current.words.is_empty() {
            self.current.started = self.line;
        }
        let taken = self.pass(self.at + length);
        self.current.word.get_or_insert_default().push_str(&taken);
        self.at += 1;
    }

    pub(super) fn double_quoted(&mut self) {
        if self.unclosed.quote {
            return;
        }
        let (at, line, started) = (self.at, self.line, self.current.started);
        let (word, found) = (self.current.word.clone(), self.found.len());
        if self.current.word.is_none() && self.current.words.is_empty() {
            self.current.started = self.line;
        }
        self.current.word.get_or_insert_default();
        while let Some(c) = self.peek(0) {
            self.at += 1;
            match c {
                '"' => return,
                '\\' if self.peek(0).is_some_and(|c| matches!(c, '"' | '\\' | '$' | '`')) => {
                    self.push(self.chars[self.at]);
                    self.at += 1;
                }
                // kept, so that the lines of a script in quotes count on
                '\\' if self.peek(0) == Some('\n') => self.push(c),
                '$' => self.dollar(true),
                '`' => self.backticks(),
                _ => {
                    self.line += usize::from(c == '\n');
                    self.push(c);
                }
            }
        }
        // not closed: as if it were not there, and so with all that follow
        (self.at, self.line, self.current.started, self.current.word) = (at, line, started, word);
        self.found.truncate(found);
        self.unclosed.quote = true;
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

    /// Where the bracket that begins here is closed; quotes and here-documents are passed over.
    pub(super) fn bracket_end(&mut self, open: char, close: char) -> Option<usize> {
        if self.unclosed.bracket {
            return None;
        }
        let (mut depth, mut at) = (0_usize, self.at);
        let mut document = None;
        while let Some(&c) = self.chars.get(at) {
            match c {
                '\\' => at += 1,
                '\'' | '"' if open == '(' => at = after_quote(self.chars, at) - 1,
                '<' if open == '(' && document.is_none() => document = document_end(self.chars, at),
                '\n' if document.is_some() => {
                    at = after_document(self.chars, at + 1, &document.take().unwrap_or_default()) - 1;
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
        self.unclosed.bracket = true;
        None
    }
}

/// The character behind the string that begins at `at`; the next one where it is not closed.
fn after_quote(chars: &[char], at: usize) -> usize {
    let quote = chars[at];
    let mut end = at + 1;
    while let Some(&c) = chars.get(end) {
        match c {
            _ if c == quote => return end + 1,
            '\\' if quote == '"' => end += 2,
            _ => end += 1,
        }
    }
    at + 1
}

/// The word that ends the here-document which begins at `at`.
fn document_end(chars: &[char], at: usize) -> Option<String> {
    let rest = chars.get(at..)?.strip_prefix(&['<', '<'])?;
    let rest = rest.strip_prefix(&['-']).unwrap_or(rest);
    let word = rest.iter().skip_while(|c| matches!(c, ' ' | '\'' | '"' | '\\'));
    let word: String = word.take_while(|c| c.is_alphanumeric() || **c == '_').collect();
    (!word.is_empty()).then_some(word)
}

/// The start of the line behind the one that is `end`, from the line that begins at `at`.
fn after_document(chars: &[char], mut at: usize, end: &str) -> usize {
    while at < chars.len() {
        let rest = chars.get(at..).unwrap_or_default();
        let length = rest.iter().position(|c| *c == '\n').unwrap_or(rest.len());
        let line: String = rest[..length].iter().collect();
        // the line break stays: lines are counted by it
        at += length;
        if line.trim() == end {
            return at;
        }
        at += 1;
    }
    at.min(chars.len())
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
