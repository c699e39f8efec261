//! From the events of one statement to rows of the tree.

use super::tables::{DEEPEST, current, declare, insert};
use super::value::{Document, Key, Kind, Mistake, Origin, Table, Value};
use crate::words::text::TextRange;
use std::borrow::Cow;
use toml_parser::decoder::{Encoding, ScalarKind};
use toml_parser::lexer::Token;
use toml_parser::parser::EventReceiver;
use toml_parser::{ErrorSink, Expected, ParseError, Source, Span};

/// Adds statements to a document.
pub(super) struct Builder<'d> {
    document: &'d mut Document,
    /// The table to which rows are added; `None` where its header cannot be taken.
    header: Option<Vec<Key>>,
}

/// One statement while its events arrive.
struct Statement<'s, 't> {
    source: Source<'t>,
    /// How much later in the text the source begins.
    shift: usize,
    /// What the statement is.
    shape: Shape,
    keys: Keys,
    /// The lists and tables that are open, the outermost first.
    open: Vec<Open>,
    /// Whether a bracket was refused that has not been closed yet.
    is_refused: bool,
    /// Where its last value ends.
    end: usize,
    root: &'s mut Table,
    header: &'s mut Option<Vec<Key>>,
}

/// What a statement is.
enum Shape {
    /// A key and its value.
    Row,
    /// `[a.b]`, or `[[a.b]]`, from its bracket on.
    Header { is_list: bool, span: Span },
}

/// A list or a table between brackets.
struct Open {
    start: usize,
    inside: Inside,
}

/// What stands between brackets so far.
enum Inside {
    List(Vec<Value>),
    Table(Table, Keys),
}

/// The parts of a key.
#[derive(Default)]
struct Keys {
    parts: Vec<Key>,
    /// Whether a dot stands behind the last part.
    goes_on: bool,
}

impl<'d> Builder<'d> {
    pub(super) fn new(document: &'d mut Document) -> Self {
        Self { document, header: Some(Vec::new()) }
    }

    /// How many mistakes were found.
    pub(super) fn mistakes(&self) -> usize {
        self.document.mistakes.len()
    }

    /// Adds the statement of these tokens; `shift` is where in the text the source begins.
    pub(super) fn statement(&mut self, source: Source<'_>, shift: usize, tokens: &[Token]) {
        let Document { root, mistakes } = &mut *self.document;
        let mut errors: Vec<ParseError> = Vec::new();
        let mut statement = Statement {
            source,
            shift,
            shape: Shape::Row,
            keys: Keys::default(),
            open: Vec::new(),
            is_refused: false,
            end: 0,
            root,
            header: &mut self.header,
        };
        toml_parser::parser::parse_document(tokens, &mut statement, &mut errors);
        statement.finish(&mut errors);
        mistakes.extend(errors.iter().map(|error| mistake(error, source.input(), shift)));
    }

    /// Notes a string of several lines that is never closed; its first quotes are marked.
    pub(super) fn unclosed(&mut self, span: Span, shift: usize) {
        let start = (span.start() + shift) as u32;
        let message = "a string of several lines is never closed".into();
        self.document.mistakes.push(Mistake { range: TextRange::new(start, start + 3), message });
    }
}

impl Statement<'_, '_> {
    fn range(&self, span: Span) -> TextRange {
        TextRange::new((span.start() + self.shift) as u32, (span.end() + self.shift) as u32)
    }

    /// Closes what was left open. A header that is not closed counts: its rows must not become those of the table above.
    fn finish(&mut self, errors: &mut dyn ErrorSink) {
        while let Some(open) = self.open.pop() {
            self.close(open, self.end, errors);
        }
        if let Shape::Header { span, .. } = self.shape
            && !self.keys.parts.is_empty()
        {
            self.open_table(span, errors);
        }
    }

    /// The keys of the innermost table that is open.
    fn keys(&mut self) -> &mut Keys {
        match self.open.last_mut() {
            Some(Open { inside: Inside::Table(_, keys), .. }) => keys,
            _ => &mut self.keys,
        }
    }

    /// Puts a value where it belongs.
    fn put(&mut self, value: Value, errors: &mut dyn ErrorSink) {
        self.end = self.end.max((value.range.end as usize).saturating_sub(self.shift));
        match self.open.last_mut().map(|open| &mut open.inside) {
            Some(Inside::List(list)) => list.push(value),
            Some(Inside::Table(table, keys)) => {
                insert(table, std::mem::take(keys).parts, value, true, self.shift, errors);
            }
            None => {
                let keys = std::mem::take(&mut self.keys).parts;
                let table = self.header.as_ref().and_then(|header| current(self.root, header));
                if let Some(table) = table {
                    insert(table, keys, value, false, self.shift, errors);
                }
            }
        }
    }

    fn open(&mut self, span: Span, inside: Inside, errors: &mut dyn ErrorSink) -> bool {
        self.is_refused = self.open.len() >= DEEPEST;
        if self.is_refused {
            errors.report_error(ParseError::new("this nests too deep").with_unexpected(span));
        } else {
            self.open.push(Open { start: span.start(), inside });
        }
        !self.is_refused
    }

    fn close_bracket(&mut self, span: Span, errors: &mut dyn ErrorSink) {
        if std::mem::take(&mut self.is_refused) {
            return;
        }
        if let Some(open) = self.open.pop() {
            self.close(open, span.end(), errors);
        }
    }

    fn close(&mut self, open: Open, end: usize, errors: &mut dyn ErrorSink) {
        let range = self.range(Span::new_unchecked(open.start, end.max(open.start)));
        let kind = match open.inside {
            Inside::List(list) => Kind::List(list),
            Inside::Table(table, _) => Kind::Table(table),
        };
        self.put(Value { kind, range }, errors);
    }

    /// Makes the table of a header, or finds it where it is implied already.
    fn open_table(&mut self, span: Span, errors: &mut dyn ErrorSink) {
        let Shape::Header { is_list, .. } = std::mem::replace(&mut self.shape, Shape::Row) else { return };
        let path = std::mem::take(&mut self.keys).parts;
        let range = self.range(span);
        let made = declare(self.root, &path, range, is_list, self.shift, errors);
        *self.header = made.then_some(path);
    }
}

impl EventReceiver for Statement<'_, '_> {
    fn std_table_open(&mut self, span: Span, _: &mut dyn ErrorSink) {
        self.shape = Shape::Header { is_list: false, span };
    }

    fn std_table_close(&mut self, span: Span, errors: &mut dyn ErrorSink) {
        if let Shape::Header { span: start, .. } = self.shape {
            self.open_table(start.append(span), errors);
        }
    }

    fn array_table_open(&mut self, span: Span, _: &mut dyn ErrorSink) {
        self.shape = Shape::Header { is_list: true, span };
    }

    fn array_table_close(&mut self, span: Span, errors: &mut dyn ErrorSink) {
        self.std_table_close(span, errors);
    }

    fn inline_table_open(&mut self, span: Span, errors: &mut dyn ErrorSink) -> bool {
        self.open(span, Inside::Table(Table::made_by(Origin::Inline), Keys::default()), errors)
    }

    fn inline_table_close(&mut self, span: Span, errors: &mut dyn ErrorSink) {
        self.close_bracket(span, errors);
    }

    fn array_open(&mut self, span: Span, errors: &mut dyn ErrorSink) -> bool {
        self.open(span, Inside::List(Vec::new()), errors)
    }

    fn array_close(&mut self, span: Span, errors: &mut dyn ErrorSink) {
        self.close_bracket(span, errors);
    }

    fn simple_key(&mut self, span: Span, kind: Option<Encoding>, errors: &mut dyn ErrorSink) {
        let mut name = Cow::Borrowed("");
        if let Some(raw) = self.source.get(toml_parser::parser::Event::new_unchecked(
            toml_parser::parser::EventKind::SimpleKey,
            kind,
            span,
        )) {
            raw.decode_key(&mut name, errors);
        }
        let key = Key { name: name.into(), range: self.range(span) };
        let keys = self.keys();
        if !std::mem::take(&mut keys.goes_on) {
            keys.parts.clear();
        }
        keys.parts.push(key);
        if keys.parts.len() == DEEPEST + 1 {
            errors.report_error(ParseError::new("this nests too deep").with_unexpected(span));
        }
    }

    fn key_sep(&mut self, _: Span, _: &mut dyn ErrorSink) {
        self.keys().goes_on = true;
    }

    fn scalar(&mut self, span: Span, kind: Option<Encoding>, errors: &mut dyn ErrorSink) {
        let mut text = Cow::Borrowed("");
        let event = toml_parser::parser::Event::new_unchecked(toml_parser::parser::EventKind::Scalar, kind, span);
        let read = self.source.get(event).map(|raw| raw.decode_scalar(&mut text, errors));
        let kind = match read {
            Some(ScalarKind::Boolean(truth)) => Kind::Boolean(truth),
            Some(ScalarKind::DateTime) => Kind::Date,
            Some(ScalarKind::Float) => Kind::Float(text.into()),
            Some(ScalarKind::Integer(_)) => Kind::Integer(text.into()),
            Some(ScalarKind::String) | None => Kind::String(text.into()),
        };
        self.put(Value { kind, range: self.range(span) }, errors);
    }

    fn comment(&mut self, span: Span, errors: &mut dyn ErrorSink) {
        if let Some(raw) = self.source.get(span) {
            raw.decode_comment(errors);
        }
    }

    fn newline(&mut self, span: Span, errors: &mut dyn ErrorSink) {
        if let Some(raw) = self.source.get(span) {
            raw.decode_newline(errors);
        }
    }
}

/// An error in words, at its place in the whole text.
fn mistake(error: &ParseError, text: &str, shift: usize) -> Mistake {
    let mut message = error.description().to_owned();
    if let Some(expected) = error.expected() {
        let words: Vec<Cow<'_, str>> = expected.iter().map(wanted).collect();
        message.push_str(", expected ");
        message.push_str(&if words.is_empty() { "nothing".to_owned() } else { words.join(", ") });
    }
    let inside = |offset: usize| text.floor_char_boundary(offset.min(text.len()));
    let span = error.unexpected().unwrap_or_default();
    let (start, end) = (inside(span.start()), inside(span.end().max(span.start())));
    Mistake { range: TextRange::new((start + shift) as u32, (end + shift) as u32), message: message.into() }
}

fn wanted(expected: &Expected) -> Cow<'static, str> {
    match expected {
        Expected::Literal("\n") => "newline".into(),
        Expected::Literal("`") => "'`'".into(),
        Expected::Literal(text) if text.chars().all(|c| c.is_ascii_control()) => {
            format!("`{}`", text.escape_debug()).into()
        }
        Expected::Literal(text) => format!("`{text}`").into(),
        Expected::Description(text) => (*text).into(),
        _ => "something else".into(),
    }
}
