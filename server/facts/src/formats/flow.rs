//! Values between brackets: JSON with comments and left-over commas, and the flow style of YAML. Any text gives a value.

use super::tree::{Node, Row, Value};

/// Deeper values are not looked into.
const DEEPEST: usize = 64;

/// Reads the value at the start of `text`, whose first line is number `line`.
pub fn read(text: &str, line: usize) -> Node {
    let chars: Vec<char> = text.chars().collect();
    Reader { chars: &chars, at: 0, line }.value(0)
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
    chars: &'a [char],
    at: usize,
    line: usize,
}

impl Reader<'_> {
    fn peek(&self) -> Option<char> {
        self.chars.get(self.at).copied()
    }

    fn next(&mut self) -> Option<char> {
        let next = self.peek()?;
        self.at += 1;
        self.line += usize::from(next == '\n');
        Some(next)
    }

    /// Blanks and comments.
    fn skip_blanks(&mut self) {
        while let Some(c) = self.peek() {
            let rest = self.chars.get(self.at..).unwrap_or_default();
            if rest.starts_with(&['/', '*']) {
                while !self.chars.get(self.at..).unwrap_or_default().starts_with(&['*', '/']) {
                    if self.next().is_none() {
                        return;
                    }
                }
                self.at += 2;
            } else if c == '#' || rest.starts_with(&['/', '/']) {
                while self.peek().is_some_and(|c| c != '\n') {
                    self.at += 1;
                }
            } else if c.is_whitespace() || c == '\u{feff}' {
                self.next();
            } else {
                return;
            }
        }
    }

    fn value(&mut self, depth: usize) -> Node {
        self.skip_blanks();
        let line = self.line;
        let value = match self.peek() {
            Some('[' | '{') if depth >= DEEPEST => {
                self.at = self.chars.len();
                Value::Text(String::new())
            }
            Some('[') => Value::List(self.list(depth)),
            Some('{') => Value::Map(self.map(depth)),
            _ => Value::Text(self.scalar()),
        };
        Node { line, value }
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
        let row = Row { key: key.as_text().unwrap_or_default().to_owned(), line: key.line, node };
        Node { line: key.line, value: Value::Map(vec![row]) }
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
                        Node::text(line, "")
                    };
                    rows.push(Row { key, line, node });
                }
            }
        }
    }

    /// A string with or without quotes. At least one character is taken, but for one that ends a value.
    fn scalar(&mut self) -> String {
        if let Some(quote @ ('"' | '\'')) = self.peek() {
            let start = self.at;
            let mut text = String::from(quote);
            self.next();
            while let Some(c) = self.next() {
                text.push(c);
                match c {
                    '\\' if quote == '"' => text.extend(self.next()),
                    _ if c == quote && !(quote == '\'' && self.peek() == Some('\'')) => break,
                    _ if c == quote => text.extend(self.next()),
                    _ => {}
                }
            }
            if let Some((value, _)) = quoted(&text) {
                return value;
            }
            // not closed: the rest of its line at most
            let line: String =
                self.chars.get(start + 1..).unwrap_or_default().iter().take_while(|c| **c != '\n').collect();
            return line.trim().to_owned();
        }
        let mut text = String::new();
        while let Some(c) = self.peek() {
            let ends = matches!(c, ',' | '[' | ']' | '{' | '}' | '\n');
            let next = self.chars.get(self.at + 1);
            if ends || c == ':' && next.is_none_or(|next| next.is_whitespace() || matches!(next, '"' | '[' | '{')) {
                break;
            }
            text.extend(self.next());
        }
        text.trim().to_owned()
    }
}
