//! YAML as far as commands and plugins stand in it, read by lines and indentation.
//!
//! Broken files and templates must be read too, so a line that fits nowhere costs only itself. Tags and anchors are taken
//! off, several documents become a list, and an alias stays a name.

use super::flow;
use super::tree::{Node, Row, Value};
use rustc_hash::FxHashMap;

/// Deeper values are not looked into.
const DEEPEST: usize = 48;

/// Every document of the file, and the values that have names.
pub fn read(text: &str) -> (Node, FxHashMap<String, Node>) {
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    let lines: Vec<&str> = text.split('\n').map(|line| line.trim_end_matches('\r')).collect();
    let mut reader = Reader { lines: &lines, at: 0, end: 0, pending: None, anchors: FxHashMap::default() };
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
    let root =
        if documents.len() == 1 { documents.swap_remove(0) } else { Node { line: 1, value: Value::List(documents) } };
    (root, reader.anchors)
}

fn is_boundary(line: &str) -> bool {
    line == "---" || line.starts_with("--- ")
}

struct Reader<'a> {
    lines: &'a [&'a str],
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
            let text = line.trim();
            let is_template = text.starts_with('…') && split_key(text).is_none();
            if !(text.is_empty() || text.starts_with(['#', '%']) || text == "..." || is_template) {
                return Some((indent(line), text, self.at + 1));
            }
            self.at += 1;
        }
        None
    }

    fn consume(&mut self) {
        if self.pending.take().is_none() {
            self.at += 1;
        }
    }

    /// The value that begins with the next line, if it is indented by `least`.
    fn node(&mut self, least: usize, depth: usize) -> Node {
        let Some((column, text, line)) = self.peek() else { return Node::text(self.at + 1, "") };
        if column < least {
            return Node::text(line, "");
        }
        if depth > DEEPEST {
            self.consume();
            return Node::text(line, "");
        }
        if is_dash(text) {
            self.list(column, depth)
        } else if split_key(text).is_some() {
            self.map(column, depth)
        } else {
            self.consume();
            self.value(text, least.max(1) - 1, line)
        }
    }

    fn list(&mut self, column: usize, depth: usize) -> Node {
        let first = self.peek().map_or(1, |(_, _, line)| line);
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
            } else {
                break;
            }
        }
        Node { line: first, value: Value::List(items) }
    }

    /// What follows a dash on its line: a table or a list may begin there.
    fn inline(&mut self, rest: &'a str, column: usize, line: usize, outer: usize, depth: usize) -> Node {
        // GitLab's `!reference [job, script]` is read where that job stands
        if rest.starts_with("!reference") {
            return Node::text(line, "");
        }
        let (bare, anchor) = without_properties(rest);
        let column = column + rest.len() - bare.len();
        let node = if bare.is_empty() {
            self.node(outer + 1, depth + 1)
        } else if is_dash(bare) || split_key(bare).is_some() {
            self.pending = Some((column, bare, line));
            self.node(column, depth + 1)
        } else {
            self.value(bare, outer, line)
        };
        self.named(anchor, node)
    }

    fn map(&mut self, column: usize, depth: usize) -> Node {
        let first = self.peek().map_or(1, |(_, _, line)| line);
        let mut rows = Vec::new();
        while let Some((here, text, line)) = self.peek() {
            if here > column {
                let node = self.node(here, depth + 1);
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
            let node = if bare.is_empty() { self.below(column, depth) } else { self.value(bare, column, line) };
            rows.push(Row { key, line, node: self.named(anchor, node) });
        }
        Node { line: first, value: Value::Map(rows) }
    }

    /// The value of a key with nothing beside it: deeper lines, or a list at the key's own column.
    fn below(&mut self, column: usize, depth: usize) -> Node {
        match self.peek() {
            Some((here, text, _)) if here == column && is_dash(text) => self.list(column, depth + 1),
            _ => self.node(column + 1, depth + 1),
        }
    }

    fn named(&mut self, anchor: Option<&str>, node: Node) -> Node {
        if let Some(anchor) = anchor {
            self.anchors.insert(anchor.to_owned(), node.clone());
        }
        node
    }

    /// A value that begins on a line, inside something at column `outer`.
    fn value(&mut self, text: &'a str, outer: usize, line: usize) -> Node {
        match text.as_bytes().first() {
            Some(b'|' | b'>') => self.block(text.starts_with('>'), outer),
            Some(b'[' | b'{') => self.flow(text, outer, line),
            Some(b'"' | b'\'') => self.quoted(text, outer, line),
            Some(b'*') if !text.contains(' ') => Node { line, value: Value::Alias(text[1..].to_owned()) },
            _ => self.plain(text, outer, line),
        }
    }

    fn block(&mut self, folded: bool, outer: usize) -> Node {
        let start = self.at;
        let is_inside = |line: &&&str| line.trim().is_empty() || indent(line) > outer;
        let rest = self.lines.get(start..self.end).unwrap_or_default();
        let mut body: Vec<&str> = rest.iter().take_while(is_inside).copied().collect();
        self.at += body.len();
        while body.last().is_some_and(|line| line.trim().is_empty()) {
            body.pop();
        }
        let margin = body.iter().filter(|line| !line.trim().is_empty()).map(|line| indent(line)).min().unwrap_or(0);
        let body = body.into_iter().map(|line| line.get(margin..).unwrap_or_default());
        let text = if folded {
            // one line, whose breaks are kept as continuations so that the lines count on
            body.map(|line| if line.trim().is_empty() { line.to_owned() } else { format!("{line} \\") })
                .collect::<Vec<_>>()
        } else {
            body.map(str::to_owned).collect()
        };
        Node::text(start + 1, text.join("\n").trim_end_matches(" \\"))
    }

    /// Brackets, which may be closed on a later line.
    fn flow(&mut self, text: &'a str, outer: usize, line: usize) -> Node {
        let mut whole = text.to_owned();
        let mut brackets = Brackets::of(text);
        while brackets.open > 0 && self.at < self.end {
            let next = self.lines[self.at];
            let is_inside = next.trim().is_empty() || indent(next) > outer || next.trim_start().starts_with([']', '}']);
            if !is_inside || whole.len() > 64 * 1024 {
                break;
            }
            whole.push('\n');
            whole.push_str(next);
            brackets.take("\n");
            brackets.take(next);
            self.at += 1;
        }
        flow::read(&whole, line)
    }

    fn quoted(&mut self, text: &'a str, outer: usize, line: usize) -> Node {
        if let Some((value, _)) = flow::quoted(text) {
            return Node::text(line, value);
        }
        let mut whole = text.to_owned();
        let rest = self.lines.get(self.at..self.end).unwrap_or_default();
        for (count, next) in rest.iter().enumerate().take(100) {
            if !next.trim().is_empty() && indent(next) <= outer {
                break;
            }
            whole.push(' ');
            whole.push_str(next.trim());
            if let Some((value, _)) = flow::quoted(&whole) {
                self.at += count + 1;
                return Node::text(line, value);
            }
        }
        Node::text(line, text.trim_matches(['"', '\'']))
    }

    /// A text without quotes, which goes on in deeper lines.
    fn plain(&mut self, text: &'a str, outer: usize, line: usize) -> Node {
        let mut whole = without_comment(text).to_owned();
        while let Some(next) = self.lines.get(self.at).filter(|_| self.at < self.end) {
            let content = next.trim();
            if content.is_empty() || indent(next) <= outer || content.starts_with('#') {
                break;
            }
            if is_dash(content) || split_key(content).is_some() {
                break;
            }
            whole.push_str(" \\\n");
            whole.push_str(without_comment(content));
            self.at += 1;
        }
        Node::text(line, whole)
    }
}

fn indent(line: &str) -> usize {
    line.bytes().take_while(|byte| matches!(byte, b' ' | b'\t')).count()
}

fn is_dash(text: &str) -> bool {
    text == "-" || text.starts_with("- ") || text.starts_with("-\t")
}

fn without_comment(text: &str) -> &str {
    text.find(" #").map_or(text, |at| &text[..at]).trim_end()
}

/// The key of a line and what stands behind its colon.
fn split_key(text: &str) -> Option<(String, &str)> {
    if let Some('"' | '\'') = text.chars().next() {
        let (key, rest) = flow::quoted(text)?;
        let rest = rest.trim_start().strip_prefix(':')?;
        return (rest.is_empty() || rest.starts_with([' ', '\t'])).then(|| (key, comment_free(rest)));
    }
    if text.starts_with(['[', '{', '#', '|', '>', '*', '&', '!', '`', '@', '%', ',']) && !text.starts_with("<<") {
        return None;
    }
    let at = text.match_indices(':').map(|(at, _)| at).find(|at| {
        let rest = &text[at + 1..];
        rest.is_empty() || rest.starts_with([' ', '\t'])
    })?;
    let key = text[..at].trim_end();
    // a colon inside a command or a comment makes no key
    (!key.is_empty() && !key.contains(['"', '\'', '$', '=', '|', '&']) && !key.contains(" #") && !key.contains("://"))
        .then(|| (key.to_owned(), comment_free(&text[at + 1..])))
}

/// What stands behind a key, where it is more than a comment.
fn comment_free(rest: &str) -> &str {
    let rest = rest.trim();
    if rest.starts_with('#') { "" } else { rest }
}

/// What follows the tag and the anchor before a value, and the anchor's name.
fn without_properties(text: &str) -> (&str, Option<&str>) {
    let mut rest = text;
    let mut anchor = None;
    while rest.starts_with(['&', '!']) {
        let end = rest.find(char::is_whitespace).unwrap_or(rest.len());
        anchor = rest[..end].strip_prefix('&').or(anchor);
        rest = rest[end..].trim_start();
    }
    (comment_free(rest), anchor)
}

/// Counts brackets over several lines, quotes respected.
struct Brackets {
    open: usize,
    quote: Option<char>,
    before: char,
}

impl Brackets {
    fn of(text: &str) -> Self {
        let mut brackets = Self { open: 0, quote: None, before: ' ' };
        brackets.take(text);
        brackets
    }

    fn take(&mut self, text: &str) {
        for c in text.chars() {
            match self.quote {
                Some(open) => {
                    if c == open && self.before != '\\' {
                        self.quote = None;
                    }
                }
                None => match c {
                    '"' => self.quote = Some(c),
                    '\'' if !self.before.is_alphanumeric() => self.quote = Some(c),
                    '[' | '{' => self.open += 1,
                    ']' | '}' => self.open = self.open.saturating_sub(1),
                    _ => {}
                },
            }
            self.before = c;
        }
    }
}
