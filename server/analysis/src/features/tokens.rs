//! The colours of a requirements file: what each piece of its text is.

use super::subject::declarations;
use crate::analysis::Analysis;
use crate::model::ids::FileId;
use pinlens_facts::requirements::{Format, Requirement, RequirementsFacts, Spanned};
use pinlens_facts::words::markers::{WordKind, words};
use pinlens_facts::words::text::TextRange;

/// What a piece of text is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
#[allow(missing_docs)] // the names say it
pub enum TokenKind {
    Distribution,
    Extra,
    Operator,
    Version,
    Variable,
    Keyword,
    Text,
    Comment,
}

impl TokenKind {
    /// Every kind, in the order of the variants.
    pub const ALL: [Self; 8] = [
        Self::Distribution,
        Self::Extra,
        Self::Operator,
        Self::Version,
        Self::Variable,
        Self::Keyword,
        Self::Text,
        Self::Comment,
    ];
}

/// A piece of one line.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Token {
    /// Its bytes.
    pub range: TextRange,
    /// What it is.
    pub kind: TokenKind,
}

/// The tokens of a requirements file, in the order of the text; none overlaps another or goes over a line's end.
pub fn tokens(ws: &Analysis, file: FileId) -> Vec<Token> {
    let Some(facts) = declarations(ws, file).filter(|facts| facts.format == Format::Requirements) else {
        return Vec::new();
    };
    let mut painter = Painter { facts, tokens: Vec::new() };
    facts.requirements.iter().for_each(|requirement| painter.requirement(requirement));
    for include in &facts.includes {
        painter.add(TextRange::new(include.range.start, include.target_range.start), TokenKind::Keyword);
        painter.add(include.target_range, TokenKind::Text);
    }
    painter.lines();
    painter.finish()
}

struct Painter<'a> {
    facts: &'a RequirementsFacts,
    tokens: Vec<Token>,
}

impl Painter<'_> {
    fn text(&self, range: TextRange) -> &str {
        self.facts.text.get(range.indices()).unwrap_or_default()
    }

    /// Adds a piece without the blanks around it, and without an `=` at its end.
    fn add(&mut self, range: TextRange, kind: TokenKind) {
        let text = self.text(range);
        let start = range.start + (text.len() - text.trim_start().len()) as u32;
        let end = range.start + text.trim_end_matches(|c: char| c.is_whitespace() || c == '=').len() as u32;
        let end = if kind == TokenKind::Operator { range.start + text.trim_end().len() as u32 } else { end };
        if start < end {
            self.tokens.push(Token { range: TextRange::new(start, end), kind });
        }
    }

    fn requirement(&mut self, requirement: &Requirement) {
        // `-e` and what is like it
        let whole = self.text(requirement.range);
        let option = whole.find(char::is_whitespace).filter(|_| whole.starts_with('-')).unwrap_or_default() as u32;
        let start = requirement.range.start + option;
        self.add(TextRange::new(requirement.range.start, start), TokenKind::Keyword);
        let marker = requirement.marker.as_ref();
        if requirement.source.is_by_name() {
            let kind = if requirement.name.is_some() { TokenKind::Distribution } else { TokenKind::Text };
            self.add(requirement.name_range, kind);
            requirement.extras.iter().for_each(|extra| self.add(extra.range, TokenKind::Extra));
            requirement.specifier.iter().for_each(|specifier| self.specifier(specifier));
        } else {
            let end = marker.map_or(requirement.range.end, |marker| marker.range.start);
            self.address(requirement, TextRange::new(start, end.max(start)));
        }
        match marker {
            Some(marker) => self.marker(marker.range),
            None => self.broken_marker(requirement),
        }
    }

    /// `name @ https://…`, a URL, a path.
    fn address(&mut self, requirement: &Requirement, range: TextRange) {
        let text = self.text(range);
        let body = text.trim_end_matches(|c: char| c.is_whitespace() || c == ';').len() as u32;
        let at = text.find('@').filter(|at| requirement.name_range.end <= range.start + *at as u32);
        let begins = requirement.name.is_some() && requirement.name_range.start == range.start;
        match at.filter(|_| begins) {
            Some(at) => {
                let at = range.start + at as u32;
                self.add(requirement.name_range, TokenKind::Distribution);
                self.add(TextRange::new(at, at + 1), TokenKind::Operator);
                self.add(TextRange::new(at + 1, range.start + body), TokenKind::Text);
            }
            None => self.add(TextRange::new(range.start, range.start + body), TokenKind::Text),
        }
    }

    /// `>=2, <3`
    fn specifier(&mut self, specifier: &Spanned) {
        let is_sign = |c: char| matches!(c, '=' | '<' | '>' | '!' | '~');
        self.runs(specifier.range, |c| {
            if is_sign(c) {
                Some(TokenKind::Operator)
            } else {
                (c != ',' && !c.is_whitespace() && c != '\\').then_some(TokenKind::Version)
            }
        });
    }

    /// Runs of characters of one kind.
    fn runs(&mut self, range: TextRange, kind: impl Fn(char) -> Option<TokenKind>) {
        let text = self.text(range).to_owned();
        let mut open: Option<(u32, TokenKind)> = None;
        for (at, character) in text.char_indices().chain([(text.len(), ' ')]) {
            let (at, now) = (range.start + at as u32, if at == text.len() { None } else { kind(character) });
            if let Some((start, before)) = open.filter(|(_, before)| Some(*before) != now) {
                self.add(TextRange::new(start, at), before);
                open = None;
            }
            open = open.or(now.map(|kind| (at, kind)));
        }
    }

    /// A marker that is being typed is none yet, and has its colours all the same: what stands behind a `;`.
    fn broken_marker(&mut self, requirement: &Requirement) {
        let facts = self.facts;
        let line = facts.lines.line_range(&facts.text, facts.lines.line_of(requirement.name_range.end));
        let begin = requirement.name_range.end.min(line.end);
        let rest = self.text(TextRange::new(begin, line.end));
        let rest = &rest[..comment_start(rest)];
        let at = rest.find("; ").or_else(|| rest.find(';').filter(|_| requirement.source.is_by_name()));
        if let Some(at) = at {
            self.marker(TextRange::new(begin + at as u32 + 1, begin + rest.len() as u32));
        }
    }

    /// `python_version < "3.9" and sys_platform == 'win32'`
    fn marker(&mut self, range: TextRange) {
        let text = self.text(range).to_owned();
        for word in words(&text) {
            let kind = match word.kind {
                WordKind::Text { .. } => TokenKind::Text,
                WordKind::Sign => TokenKind::Operator,
                WordKind::Name if matches!(&text[word.range.clone()], "and" | "or" | "in" | "not") => {
                    TokenKind::Keyword
                }
                WordKind::Name => TokenKind::Variable,
                WordKind::Open | WordKind::Close | WordKind::Other => continue,
            };
            self.add(TextRange::new(word.range.start as u32, word.range.end as u32).shifted(range.start), kind);
        }
    }

    /// What is no requirement and no include: comments, and options with their values.
    fn lines(&mut self) {
        let facts = self.facts;
        for line in 0..facts.lines.len() {
            let range = facts.lines.line_range(&facts.text, line);
            let text = self.text(range).to_owned();
            let comment = comment_start(&text);
            self.add(TextRange::new(range.start + comment as u32, range.end), TokenKind::Comment);
            self.options(range.start, &text[..comment]);
        }
    }

    /// `--hash=sha256:…`, `--index-url https://…`: each word of them that no requirement or include has.
    fn options(&mut self, start: u32, text: &str) {
        let mut is_value = false;
        let mut at = 0;
        for word in text.split([' ', '\t']) {
            let begin = start + at as u32;
            at += word.len() + 1;
            let range = TextRange::new(begin, begin + word.len() as u32);
            if word.is_empty() || word == "\\" || self.is_painted(range) {
                continue;
            }
            if word.starts_with('-') {
                let name = word.find('=').unwrap_or(word.len()) as u32;
                self.add(TextRange::new(begin, begin + name), TokenKind::Keyword);
                self.add(TextRange::new((begin + name + 1).min(range.end), range.end), TokenKind::Text);
                is_value = true;
            } else if is_value {
                self.add(range, TokenKind::Text);
            }
        }
    }

    /// Whether a requirement or include has the bytes. Both are in the order of the text.
    fn is_painted(&self, range: TextRange) -> bool {
        let (requirements, includes) = (&self.facts.requirements, &self.facts.includes);
        let requirement = requirements.get(requirements.partition_point(|one| one.range.end <= range.start));
        let include = includes.get(includes.partition_point(|one| one.range.end <= range.start));
        requirement.is_some_and(|one| one.range.start < range.end)
            || include.is_some_and(|one| one.range.start < range.end)
    }

    fn finish(mut self) -> Vec<Token> {
        self.tokens.sort_unstable();
        let mut out: Vec<Token> = Vec::new();
        for token in self.tokens {
            let is_on_one_line = !self.facts.text.get(token.range.indices()).unwrap_or("\n").contains(['\n', '\r']);
            if is_on_one_line && out.last().is_none_or(|last| last.range.end <= token.range.start) {
                out.push(token);
            }
        }
        out
    }
}

/// Where the comment of a line begins; the line's end where it has none. A `#` begins one at the start or after a blank.
pub(super) fn comment_start(line: &str) -> usize {
    let starts = |at: usize| line[..at].chars().next_back().is_none_or(char::is_whitespace);
    line.match_indices('#').map(|(at, _)| at).find(|at| starts(*at)).unwrap_or(line.len())
}
