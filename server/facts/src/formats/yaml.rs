//! YAML as a tree with places, read by lines and indentation. It is the one reader of YAML.
//!
//! Broken files and templates must be read too, so a line that fits nowhere costs only itself. Tags and anchors are taken
//! off, several documents become a list, and an alias stays a name. Of well-formed YAML it does not read: keys that are lists or
//! tables (`? [a]`), escapes of double quotes other than `\n` and `\t`, and indentation by tabs. `docs/decisions/reading-toml-and-yaml.md` says why no
//! library does it.

mod line;

use super::flow;
use super::tree::{Node, Row, Value};
use crate::words::text::TextRange;
use line::{Brackets, content, indent, is_dash, split_key, without_comment, without_properties};
use rustc_hash::FxHashMap;

/// Deeper values are not looked into.
const DEEPEST: usize = 48;

/// Every document of the file, and the values that have names.
pub fn read(text: &str) -> (Node, FxHashMap<String, Node>) {
    let whole = text;
    let text = whole.strip_prefix('\u{feff}').unwrap_or(whole);
    let lines: Vec<&str> = text.split('\n').map(|line| line.trim_end_matches('\r')).collect();
    let mut start = (whole.len() - text.len()) as u32;
    let mut starts = Vec::with_capacity(lines.len());
    for line in text.split('\n') {
        starts.push(start);
        start += line.len() as u32 + 1;
    }
    let mut reader =
        Reader { text: whole, lines: &lines, starts, at: 0, end: 0, pending: None, anchors: FxHashMap::default() };
    let mut documents = Vec::new();
    while reader.at < lines.len() {
        let start = reader.at + usize::from(is_boundary(lines[reader.at]));
        let rest = lines.get(start..).unwrap_or_default();
        reader.at = start;
        reader.end = start + rest.iter().position(|line| is_boundary(line)).unwrap_or(rest.len());
        while reader.peek().is_some() {
            let before = reader.at;
            documents.push(reader.node(0, 0));
            if reader.at == before && reader.pending.take().is_none() {
                reader.at += 1;
            }
        }
        reader.at = reader.end;
    }
    let range = TextRange::new(0, whole.len() as u32);
    let root = if documents.len() == 1 {
        documents.swap_remove(0)
    } else {
        Node { line: 1, range, value: Value::List(documents) }
    };
    (root, reader.anchors)
}

fn is_boundary(line: &str) -> bool {
    line == "---" || line.starts_with("--- ")
}

struct Reader<'a> {
    text: &'a str,
    lines: &'a [&'a str],
    /// The byte at which each line begins.
    starts: Vec<u32>,
    /// The next line, and the one after the last of the document.
    at: usize,
    end: usize,
    /// The rest of a line that was begun: its column, its text and its number.
    pending: Option<(usize, &'a str, usize)>,
    anchors: FxHashMap<String, Node>,
}

impl<'a> Reader<'a> {
    /// The next line that holds something: its indentation, its text and its number from 1.
    fn peek(&mut self) -> Option<(usize, &'a str, usize)> {
        if self.pending.is_some() {
            return self.pending;
        }
        while self.at < self.end {
            let line = self.lines[self.at];
            let text = content(line);
            let is_template = text.starts_with('…') && split_key(text).is_none();
            if !(text.is_empty() || text.starts_with(['#', '%']) || text == "..." || is_template) {
                return Some((indent(line), text, self.at + 1));
            }
            self.at += 1;
        }
        None
    }

    /// The byte at a column of the line with this number.
    fn byte(&self, line: usize, column: usize) -> u32 {
        self.starts.get(line - 1).map_or(self.text.len() as u32, |start| start + column as u32)
    }

    /// The end of the last line that was read.
    fn end_of_line(&self) -> u32 {
        let last = self.at.saturating_sub(1);
        self.byte(last + 1, self.lines.get(last).map_or(0, |line| line.trim_end().len()))
    }

    fn consume(&mut self) {
        if self.pending.take().is_none() {
            self.at += 1;
        }
    }

    /// The value that begins with the next line, if it is indented by `least`.
    fn node(&mut self, least: usize, depth: usize) -> Node {
        let Some((column, text, line)) = self.peek() else {
            return Node::text(self.at + 1, TextRange::empty(self.end_of_line()), "");
        };
        let at = self.byte(line, column);
        if column < least {
            // what is empty stands behind what is above
            return Node::text(line, TextRange::empty(self.end_of_line()), "");
        }
        if depth > DEEPEST {
            self.consume();
            return Node::text(line, TextRange::empty(at), "");
        }
        if is_dash(text) {
            self.list(column, least, depth)
        } else if split_key(text).is_some() {
            self.map(column, depth)
        } else {
            self.consume();
            let value = self.value(text, least.max(1) - 1, line, at);
            // nothing but a list has a dash there: the line above it is half-typed
            match self.peek() {
                Some((here, text, _)) if least > 0 && here == column && is_dash(text) => {
                    self.list(column, least, depth)
                }
                _ => value,
            }
        }
    }

    /// A list whose dashes stand at `column`. What else stands there is no part of what is around it where that ends before the column
    /// `least`: such a line is half-typed, and costs only itself.
    fn list(&mut self, column: usize, least: usize, depth: usize) -> Node {
        let first = self.peek().map_or(1, |(_, _, line)| line);
        let start = self.byte(first, column);
        let mut items = Vec::new();
        while let Some((here, text, line)) = self.peek() {
            if here == column && is_dash(text) {
                self.consume();
                let rest = text[1..].trim_start();
                let item = match rest {
                    "" => self.node(column + 1, depth + 1),
                    _ => self.inline(rest, column + text.len() - rest.len(), line, column, depth),
                };
                items.push(item);
            } else if here > column {
                items.push(self.node(here, depth + 1));
            } else if here == column && least > 0 && column >= least {
                self.consume();
            } else {
                break;
            }
        }
        let end = items.last().map_or(start, |last| last.range.end.max(start));
        Node { line: first, range: TextRange::new(start, end), value: Value::List(items) }
    }

    /// What follows a dash on its line: a table or a list may begin there.
    fn inline(&mut self, rest: &'a str, column: usize, line: usize, outer: usize, depth: usize) -> Node {
        // GitLab's `!reference [job, script]` is read where that job stands
        if rest.starts_with("!reference") {
            let at = self.byte(line, column);
            return Node::text(line, TextRange::new(at, at + rest.len() as u32), "");
        }
        let (bare, anchor) = without_properties(rest);
        let column = column + rest.len() - bare.len();
        let node = if bare.is_empty() {
            self.node(outer + 1, depth + 1)
        } else if is_dash(bare) || split_key(bare).is_some() {
            self.pending = Some((column, bare, line));
            self.node(column, depth + 1)
        } else {
            self.value(bare, outer, line, self.byte(line, column))
        };
        self.named(anchor, node)
    }

    fn map(&mut self, column: usize, depth: usize) -> Node {
        let first = self.peek().map_or(1, |(_, _, line)| line);
        let start = self.byte(first, column);
        let mut end = start;
        let mut rows = Vec::new();
        while let Some((here, text, line)) = self.peek() {
            if here > column {
                let node = self.node(here, depth + 1);
                end = end.max(node.range.end);
                rows.push(Row { key: String::new(), line, node });
                continue;
            }
            if here < column || is_dash(text) {
                break;
            }
            self.consume();
            let Some((key, rest)) = split_key(text) else { continue };
            let (bare, anchor) = without_properties(rest);
            if rest.starts_with("!reference") {
                continue;
            }
            let node = if bare.is_empty() {
                self.below(column, depth)
            } else {
                self.value(bare, column, line, self.byte(line, column + text.len() - bare.len()))
            };
            end = end.max(node.range.end);
            rows.push(Row { key, line, node: self.named(anchor, node) });
        }
        Node { line: first, range: TextRange::new(start, end), value: Value::Map(rows) }
    }

    /// The value of a key with nothing beside it: deeper lines, or a list at the key's own column.
    fn below(&mut self, column: usize, depth: usize) -> Node {
        match self.peek() {
            Some((here, text, _)) if here == column && is_dash(text) => self.list(column, column + 1, depth + 1),
            _ => self.node(column + 1, depth + 1),
        }
    }

    fn named(&mut self, anchor: Option<&str>, node: Node) -> Node {
        if let Some(anchor) = anchor {
            self.anchors.insert(anchor.to_owned(), node.clone());
        }
        node
    }

    /// A value that begins on a line at the byte `at`, inside something at column `outer`.
    fn value(&mut self, text: &'a str, outer: usize, line: usize, at: u32) -> Node {
        match text.as_bytes().first() {
            Some(b'|' | b'>') => self.block(text.starts_with('>'), outer, at),
            Some(b'[' | b'{') => self.flow(text, outer, line, at),
            Some(b'"' | b'\'') => self.quoted(text, outer, line, at),
            Some(b'*') if !text.contains(' ') => {
                let range = TextRange::new(at, at + text.len() as u32);
                Node { line, range, value: Value::Alias(text[1..].to_owned()) }
            }
            _ => self.plain(text, outer, line, at),
        }
    }

    fn block(&mut self, folded: bool, outer: usize, at: u32) -> Node {
        let start = self.at;
        let is_inside = |line: &&&str| line.trim().is_empty() || indent(line) > outer;
        let rest = self.lines.get(start..self.end).unwrap_or_default();
        let mut body: Vec<&str> = rest.iter().take_while(is_inside).copied().collect();
        self.at += body.len();
        while body.last().is_some_and(|line| line.trim().is_empty()) {
            body.pop();
        }
        let last = start + body.len();
        let end = self.byte(last.max(1), self.lines.get(last.max(1) - 1).map_or(0, |line| line.trim_end().len()));
        let margin = body.iter().filter(|line| !line.trim().is_empty()).map(|line| indent(line)).min().unwrap_or(0);
        let body = body.into_iter().map(|line| line.get(margin..).unwrap_or_default());
        let text = if folded {
            // one line, whose breaks are kept as continuations so that the lines count on
            body.map(|line| if line.trim().is_empty() { line.to_owned() } else { format!("{line} \\") })
                .collect::<Vec<_>>()
        } else {
            body.map(str::to_owned).collect()
        };
        Node::text(start + 1, TextRange::new(at, end.max(at)), text.join("\n").trim_end_matches(" \\"))
    }

    /// Brackets, which may be closed on a later line.
    fn flow(&mut self, text: &'a str, outer: usize, line: usize, at: u32) -> Node {
        let mut end = at + text.len() as u32;
        let mut brackets = Brackets::of(text);
        while brackets.open > 0 && self.at < self.end {
            let next = self.lines[self.at];
            let is_inside = next.trim().is_empty() || indent(next) > outer || next.trim_start().starts_with([']', '}']);
            // a dash before a blank begins no value between brackets: they are half-typed
            if !is_inside || is_dash(content(next)) || end - at > 64 * 1024 {
                break;
            }
            end = self.byte(self.at + 1, next.len());
            brackets.take("\n");
            brackets.take(next);
            self.at += 1;
        }
        let whole = self.text.get(at as usize..end as usize).unwrap_or_default();
        flow::read_at(whole, line, at)
    }

    fn quoted(&mut self, text: &'a str, outer: usize, line: usize, at: u32) -> Node {
        if let Some((value, rest)) = flow::quoted(text) {
            return Node::text(line, TextRange::new(at, at + (text.len() - rest.len()) as u32), value);
        }
        let mut whole = text.to_owned();
        let rest = self.lines.get(self.at..self.end).unwrap_or_default();
        for (count, next) in rest.iter().enumerate().take(100) {
            if !next.trim().is_empty() && indent(next) <= outer {
                break;
            }
            whole.push(' ');
            whole.push_str(next.trim());
            if let Some((value, rest)) = flow::quoted(&whole) {
                self.at += count + 1;
                let end = self.end_of_line().saturating_sub(rest.len() as u32).max(at);
                return Node::text(line, TextRange::new(at, end), value);
            }
        }
        Node::text(line, TextRange::new(at, at + text.len() as u32), text.trim_matches(['"', '\'']))
    }

    /// A text without quotes, which goes on in deeper lines.
    fn plain(&mut self, text: &'a str, outer: usize, line: usize, at: u32) -> Node {
        let mut whole = without_comment(text).to_owned();
        let mut end = at + whole.len() as u32;
        while let Some(next) = self.lines.get(self.at).filter(|_| self.at < self.end) {
            let content = content(next);
            if content.is_empty() || indent(next) <= outer || content.starts_with('#') {
                break;
            }
            if is_dash(content) || split_key(content).is_some() {
                break;
            }
            whole.push_str(" \\\n");
            whole.push_str(without_comment(content));
            end = self.byte(self.at + 1, indent(next) + without_comment(content).len());
            self.at += 1;
        }
        Node::text(line, TextRange::new(at, end), whole)
    }
}
