//! Values between brackets: JSON with comments and left-over commas, and the flow style of YAML. Any text gives a value.

use super::tree::{Node, Row, Value};
use crate::words::text::TextRange;

/// Deeper values are not looked into.
const DEEPEST: usize = 64;

/// Reads the value at the start of `text`, whose first line is number `line`.
pub fn read(text: &str, line: usize) -> Node {
    read_at(text, line, 0)
}

/// The same of a part of a text, which begins there at the byte `base`.
pub(super) fn read_at(text: &str, line: usize, base: u32) -> Node {
    Reader { text, at: 0, line, base }.value(0)
}

/// The string that begins with a quote at the start of `text`, escapes resolved, and what follows its end; `None` where it is
/// not closed.
pub fn quoted(text: &str) -> Option<(String, &str)> {
    let quote = text.chars().next()?;
    let mut value = String::new();
    let mut chars = text.char_indices().skip(1).peekable();
    while let Some((at, c)) = chars.next() {
        match c {
            '\\' if quote == '"' => match chars.next() {
                Some((_, 'n')) => value.push('\n'),
                Some((_, 't')) => value.push('\t'),
                Some((_, '\n')) | None => {}
                Some((_, c)) => value.push(c),
            },
            _ if c != quote => value.push(c),
            _ if quote == '\'' && chars.peek().is_some_and(|(_, next)| *next == '\'') => {
                chars.next();
                value.push('\'');
            }
            _ => return Some((value, text.get(at + 1..).unwrap_or_default())),
        }
    }
    None
}

struct Reader<'a> {
    text: &'a str,
    /// The next byte.
    at: usize,
    line: usize,
    /// Where the text begins in its file.
    base: u32,
}

impl Reader<'_> {
    fn rest(&self) -> &str {
        self.text.get(self.at..).unwrap_or_default()
    }

    fn peek(&self) -> Option<char> {
        self.rest().chars().next()
    }

    fn next(&mut self) -> Option<char> {
        let next = self.peek()?;
        self.at += next.len_utf8();
        self.line += usize::from(next == '\n');
        Some(next)
    }

    /// From the byte `start` up to the next one.
    fn since(&self, start: usize) -> TextRange {
        TextRange::new(start as u32, self.at.max(start) as u32).shifted(self.base)
    }

    /// Blanks and comments.
    fn skip_blanks(&mut self) {
        while let Some(c) = self.peek() {
            if self.rest().starts_with("/*") {
                while !self.rest().starts_with("*/") {
                    if self.next().is_none() {
                        return;
                    }
                }
                self.at += 2;
            } else if c == '#' || self.rest().starts_with("//") {
                self.at += self.rest().find('\n').unwrap_or(self.rest().len());
            } else if c.is_whitespace() || c == '\u{feff}' {
                self.next();
            } else {
                return;
            }
        }
    }

    fn value(&mut self, depth: usize) -> Node {
        self.skip_blanks();
        let (line, start) = (self.line, self.at);
        let value = match self.peek() {
            Some('[' | '{') if depth >= DEEPEST => {
                self.at = self.text.len();
                Value::Text(String::new())
            }
            Some('[') => Value::List(self.list(depth)),
            Some('{') => Value::Map(self.map(depth)),
            _ => Value::Text(self.scalar()),
        };
        Node { line, range: self.since(start), value }
    }

    fn list(&mut self, depth: usize) -> Vec<Node> {
        self.next();
        let mut items = Vec::new();
        loop {
            self.skip_blanks();
            match self.peek() {
                None => return items,
                Some(']') => {
                    self.next();
                    return items;
                }
                Some(',' | '}') => drop(self.next()),
                Some(_) => {
                    let item = self.value(depth + 1);
                    self.skip_blanks();
                    items.push(if self.peek() == Some(':') { self.pair(&item, depth) } else { item });
                }
            }
        }
    }

    /// `[key: value]` is a list of a table.
    fn pair(&mut self, key: &Node, depth: usize) -> Node {
        self.next();
        let node = self.value(depth + 1);
        let range = TextRange::new(key.range.start, node.range.end);
        let row = Row { key: key.as_text().unwrap_or_default().to_owned(), line: key.line, node };
        Node { line: key.line, range, value: Value::Map(vec![row]) }
    }

    fn map(&mut self, depth: usize) -> Vec<Row> {
        self.next();
        let mut rows = Vec::new();
        loop {
            self.skip_blanks();
            match self.peek() {
                None => return rows,
                Some('}') => {
                    self.next();
                    return rows;
                }
                Some(',' | ']' | ':' | '[' | '{') => drop(self.next()),
                Some(_) => {
                    let line = self.line;
                    let key = self.scalar();
                    self.skip_blanks();
                    let node = if self.peek() == Some(':') {
                        self.next();
                        self.value(depth + 1)
                    } else {
                        Node::text(line, self.since(self.at), "")
                    };
                    rows.push(Row { key, line, node });
                }
            }
        }
    }

    /// A string with or without quotes. At least one character is taken, but for one that ends a value.
    fn scalar(&mut self) -> String {
        if let Some(quote @ ('"' | '\'')) = self.peek() {
            let before = (self.at, self.line);
            self.next();
            while let Some(c) = self.next() {
                match c {
                    '\\' if quote == '"' => drop(self.next()),
                    _ if c == quote && !(quote == '\'' && self.peek() == Some('\'')) => break,
                    _ if c == quote => drop(self.next()),
                    _ => {}
                }
            }
            if let Some((value, _)) = quoted(self.text.get(before.0..self.at).unwrap_or_default()) {
                return value;
            }
            // not closed: the rest of its line at most, and what follows is read
            (self.at, self.line) = before;
            let line = self.rest().split('\n').next().unwrap_or_default();
            self.at += line.len();
            return self.text.get(before.0 + 1..self.at).unwrap_or_default().trim().to_owned();
        }
        let start = self.at;
        while let Some(c) = self.peek() {
            let ends = matches!(c, ',' | '[' | ']' | '{' | '}' | '\n');
            let next = || self.rest().chars().nth(1);
            if ends || c == ':' && next().is_none_or(|next| next.is_whitespace() || matches!(next, '"' | '[' | '{')) {
                break;
            }
            self.at += c.len_utf8();
        }
        let written = self.text.get(start..self.at).unwrap_or_default();
        // blanks before a comma or a bracket are none of it
        self.at = start + written.trim_end().len();
        written.trim().to_owned()
    }
}
