//! A marker as a tree of comparisons.

use super::word::{Word, WordKind, words};
use std::ops::Range;

/// A marker, or a part of one.
#[derive(Clone, Debug, PartialEq)]
pub enum Test<'t> {
    /// One of these, joined by `or`.
    Any(Vec<Self>),
    /// All of these, joined by `and`.
    All(Vec<Self>),
    /// `left operator right`
    Compare {
        /// What stands first.
        left: Operand<'t>,
        /// `not in` is written with one blank.
        operator: &'t str,
        /// What stands last.
        right: Operand<'t>,
    },
}

/// A variable or a text. Two are equal where they are of the same kind and text, wherever they stand.
#[derive(Clone, Debug)]
pub struct Operand<'t> {
    /// The variable's name, or what stands between the quotes.
    pub text: &'t str,
    /// Whether it is a name without quotes; there may be no such variable.
    pub is_variable: bool,
    /// Its bytes in the marker, quotes included.
    pub range: Range<usize>,
}

impl PartialEq for Operand<'_> {
    fn eq(&self, other: &Self) -> bool {
        (self.text, self.is_variable) == (other.text, other.is_variable)
    }
}

/// What was read of a text.
#[derive(Clone, Debug)]
pub struct Parsed<'t> {
    /// The whole marker; `None` where it has a mistake.
    pub test: Option<Test<'t>>,
    /// All operands in front of the mistake: the two of each comparison, and perhaps the first of one more.
    pub operands: Vec<Operand<'t>>,
    /// The first mistake.
    pub mistake: Option<Mistake>,
}

/// Where a text is no marker.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Mistake {
    /// What is wrong.
    pub wrong: Wrong,
    /// The bytes; empty at the end of the text.
    pub range: Range<usize>,
}

/// What is wrong with a marker.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Wrong {
    /// Brackets nest deeper than a person writes.
    Depth,
    /// A `)` without its `(`.
    NotOpened,
    /// A `(` without its `)`.
    NotClosed,
    /// Something other than `and` or `or` between two comparisons.
    Junction,
    /// The text ends behind a first operand.
    Ends,
    /// A sign that compares nothing.
    Sign,
    /// A word that compares nothing.
    Operator,
    /// `not` without `in`.
    Not,
    /// A quote that is never closed.
    Quote,
    /// A typographic quote.
    CurlyQuote,
    /// Nothing where a comparison would begin.
    NoCondition,
    /// Nothing behind the operator.
    NoValue,
    /// Something that is no operand.
    Operand,
}

/// How deep brackets may nest: what is made of the tree goes down it by calls.
const DEEPEST: usize = 50;

/// Reads a marker, up to its first mistake.
///
/// ```
/// use pinlens_facts::words::markers::{Test, parse};
///
/// let parsed = parse("python_version < '3.11' and (os_name == 'nt' or extra == \"x\")");
/// assert!(matches!(parsed.test, Some(Test::All(parts)) if parts.len() == 2));
/// assert_eq!(parsed.operands[1].text, "3.11");
/// ```
pub fn parse(marker: &str) -> Parsed<'_> {
    let mut reader = Reader { text: marker, words: words(marker), at: 0, operands: Vec::new() };
    let (test, mistake) = match reader.marker() {
        Ok(test) => (Some(test), None),
        Err(mistake) => (None, Some(mistake)),
    };
    Parsed { test, operands: reader.operands, mistake }
}

struct Reader<'t> {
    text: &'t str,
    words: Vec<Word>,
    /// The next word.
    at: usize,
    operands: Vec<Operand<'t>>,
}

/// What stands in one pair of brackets so far.
#[derive(Default)]
struct Level<'t> {
    /// Where its bracket is; empty for the whole marker.
    open: Range<usize>,
    /// What stands before the last `or`.
    any: Vec<Test<'t>>,
    /// What is joined by `and` since.
    all: Vec<Test<'t>>,
}

impl<'t> Level<'t> {
    fn or(&mut self) {
        let all = std::mem::take(&mut self.all);
        self.any.push(one_or(all, Test::All));
    }

    fn finish(mut self) -> Test<'t> {
        self.or();
        one_or(self.any, Test::Any)
    }
}

/// The only part itself, or all of them together.
fn one_or<'t>(mut parts: Vec<Test<'t>>, together: fn(Vec<Test<'t>>) -> Test<'t>) -> Test<'t> {
    if parts.len() == 1 { parts.remove(0) } else { together(parts) }
}

impl<'t> Reader<'t> {
    /// `comparison ((and|or) comparison)*` with brackets, without recursion.
    fn marker(&mut self) -> Result<Test<'t>, Mistake> {
        let mut outer: Vec<Level<'t>> = Vec::new();
        let mut level = Level::default();
        loop {
            while let Some(open) = self.eat(WordKind::Open) {
                if outer.len() == DEEPEST {
                    return Err(Mistake { wrong: Wrong::Depth, range: open });
                }
                outer.push(std::mem::replace(&mut level, Level { open, ..Level::default() }));
            }
            level.all.push(self.comparison()?);
            while let Some(close) = self.eat(WordKind::Close) {
                let Some(around) = outer.pop() else { return Err(Mistake { wrong: Wrong::NotOpened, range: close }) };
                let inside = std::mem::replace(&mut level, around).finish();
                level.all.push(inside);
            }
            let Some(word) = self.next() else { break };
            match &self.text[word.range.clone()] {
                "and" => {}
                "or" => level.or(),
                _ => return Err(mistaken(Wrong::Junction, &word)),
            }
        }
        if outer.is_empty() { Ok(level.finish()) } else { Err(Mistake { wrong: Wrong::NotClosed, range: level.open }) }
    }

    fn comparison(&mut self) -> Result<Test<'t>, Mistake> {
        let left = self.operand(Wrong::NoCondition)?;
        let Some(word) = self.next() else { return Err(Mistake { wrong: Wrong::Ends, range: left.range }) };
        let operator = match (word.kind, &self.text[word.range.clone()]) {
            (WordKind::Sign, sign @ ("===" | "==" | "~=" | "!=" | "<=" | ">=" | "<" | ">")) => sign,
            (WordKind::Sign, _) => return Err(mistaken(Wrong::Sign, &word)),
            (_, "in") => "in",
            (_, "not") => match self.next() {
                Some(second) if &self.text[second.range.clone()] == "in" => "not in",
                _ => return Err(mistaken(Wrong::Not, &word)),
            },
            _ => return Err(mistaken(Wrong::Operator, &word)),
        };
        Ok(Test::Compare { left, operator, right: self.operand(Wrong::NoValue)? })
    }

    /// A variable or a quoted text; `missing` is what is wrong where the text ends.
    fn operand(&mut self, missing: Wrong) -> Result<Operand<'t>, Mistake> {
        let end = self.text.len();
        let Some(word) = self.next() else { return Err(Mistake { wrong: missing, range: end..end }) };
        let text = &self.text[word.range.clone()];
        let operand = match word.kind {
            WordKind::Text { is_closed: true } => {
                Operand { text: &text[1..text.len() - 1], is_variable: false, range: word.range }
            }
            WordKind::Text { is_closed: false } => return Err(mistaken(Wrong::Quote, &word)),
            WordKind::Name => Operand { text, is_variable: true, range: word.range },
            WordKind::Other if text.starts_with(['“', '”', '‘', '’']) => {
                let first = text.chars().next().map_or(0, char::len_utf8);
                return Err(Mistake { wrong: Wrong::CurlyQuote, range: word.range.start..word.range.start + first });
            }
            _ => return Err(mistaken(Wrong::Operand, &word)),
        };
        self.operands.push(operand.clone());
        Ok(operand)
    }

    fn next(&mut self) -> Option<Word> {
        let word = self.words.get(self.at).cloned()?;
        self.at += 1;
        Some(word)
    }

    fn eat(&mut self, kind: WordKind) -> Option<Range<usize>> {
        let word = self.words.get(self.at).filter(|word| word.kind == kind)?;
        self.at += 1;
        Some(word.range.clone())
    }
}

/// A mistake at a word; of a text in quotes its quote is marked.
fn mistaken(wrong: Wrong, word: &Word) -> Mistake {
    let range = match word.kind {
        WordKind::Text { .. } => word.range.start..word.range.start + 1,
        _ => word.range.clone(),
    };
    Mistake { wrong, range }
}
