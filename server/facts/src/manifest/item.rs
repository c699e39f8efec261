//! One item of a manifest: the string that holds a requirement, and what goes when it is removed.

use crate::requirements::{
    Group, Include, IncludeKind, Requirement, RequirementsFacts, SyntaxError, Unknown, UnknownReason, parse_alone,
};
use crate::words::names::DistributionName;
use crate::words::suppress::Ignores;
use crate::words::text::TextRange;

/// A string as it is written, and what it means.
#[derive(Clone, Copy, Debug)]
pub(super) struct Item<'a> {
    /// What it means: quotes and escapes resolved.
    pub value: &'a str,
    /// Its bytes, quotes included.
    pub token: TextRange,
    /// The bytes between its quotes.
    pub inner: TextRange,
}

impl<'a> Item<'a> {
    /// The string of a language with quotes at `token`.
    pub fn quoted(text: &str, value: &'a str, token: TextRange) -> Self {
        Self { value, token, inner: unquoted(text, token) }
    }

    /// A string without quotes, at `start`.
    pub fn plain(value: &'a str, start: usize) -> Self {
        let token = TextRange::new(start as u32, (start + value.len()) as u32);
        Self { value, token, inner: token }
    }

    /// Whether every byte means itself, so that parts have places.
    fn is_verbatim(&self, text: &str) -> bool {
        text.get(self.inner.indices()) == Some(self.value)
    }

    /// The place of the whole string's meaning; never empty where the token is not.
    pub fn visible(&self) -> TextRange {
        if self.inner.is_empty() { self.token } else { self.inner }
    }
}

/// The bytes between the quotes of the string at `token`; all of it where there are none.
fn unquoted(text: &str, token: TextRange) -> TextRange {
    let written = text.get(token.indices()).unwrap_or_default();
    let prefix = written.bytes().take_while(u8::is_ascii_alphabetic).count();
    let body = written.get(prefix..).unwrap_or_default();
    let Some(quote) = ["\"\"\"", "'''", "\"", "'"].into_iter().find(|quote| body.starts_with(quote)) else {
        return token;
    };
    let start = prefix + quote.len();
    let closed = written.len() >= start + quote.len() && written.ends_with(quote);
    let end = if closed { written.len() - quote.len() } else { written.len() };
    TextRange::new(token.start + start as u32, token.start + end as u32)
}

/// What goes with an item when it is removed, and what the comment beside it says.
#[derive(Clone, Debug, Default)]
pub(super) struct Place {
    /// The item with the comma behind it; its whole lines, the last line break included, where nothing else is on them.
    pub line: TextRange,
    /// The comment behind it, where the item stands alone on its lines.
    pub comment: Option<TextRange>,
    /// What that comment silences, or the one at the line's end.
    pub ignores: Ignores,
}

/// How much of a line with several items is searched for the comment at its end. Without a bound a list on one line would be read
/// once for each of its items.
const FARTHEST: usize = 1_000;

impl Place {
    /// The place of the item at `token`. Lines end at `\n`, `\r\n` or `\r`; `#` outside quotes begins a comment.
    pub fn of(text: &str, token: TextRange) -> Self {
        let (start, end) = (token.start as usize, token.end as usize);
        let rest = text.get(end..).unwrap_or_default();
        let blanks = rest.len() - rest.trim_start_matches([' ', '\t']).len();
        let comma = rest.get(blanks..).is_some_and(|rest| rest.starts_with(','));
        let after = if comma { end + blanks + 1 } else { end };
        let tail = text.get(after..).unwrap_or_default();
        let behind = tail.trim_start_matches(is_blank);
        let line_start = start_of_own_line(text.get(..start).unwrap_or_default());
        if let Some(line_start) = line_start
            && (behind.is_empty() || behind.starts_with(['\n', '\r', '#']))
        {
            let at = text.len() - behind.len();
            let line_end = at + line_length(behind);
            let comment = (line_end > at).then(|| TextRange::new(at as u32, line_end as u32));
            let line = TextRange::new(line_start as u32, after_break(text, line_end) as u32);
            return Self { line, comment, ignores: ignores(text, comment) };
        }
        let near = tail.get(..tail.floor_char_boundary(FARTHEST)).unwrap_or_default();
        let near = near.get(..line_length(near)).unwrap_or_default();
        let comment = comment_start(near).map(|at| TextRange::new((after + at) as u32, (after + near.len()) as u32));
        let blanks = if comma { near.len() - near.trim_start_matches([' ', '\t']).len() } else { 0 };
        let line = TextRange::new(token.start, (after + blanks) as u32);
        Self { line, comment: None, ignores: ignores(text, comment) }
    }
}

/// The offset after the line break at `at`, if there is one.
fn after_break(text: &str, at: usize) -> usize {
    let rest = text.get(at..).unwrap_or_default();
    at + if rest.starts_with("\r\n") { 2 } else { usize::from(!rest.is_empty()) }
}

/// What the comment at a range silences.
fn ignores(text: &str, comment: Option<TextRange>) -> Ignores {
    comment.and_then(|range| text.get(range.indices())).map(Ignores::of_comment).unwrap_or_default()
}

/// Whether a character is a blank that does not end the line.
fn is_blank(c: char) -> bool {
    c.is_whitespace() && !matches!(c, '\n' | '\r')
}

/// The start of the line whose text so far is the end of `before`, where that is blank; a byte-order mark is none of it.
fn start_of_own_line(before: &str) -> Option<usize> {
    let start = before.trim_end_matches(is_blank);
    let outside = start.strip_suffix('\u{feff}').unwrap_or(start);
    (outside.is_empty() || outside.ends_with(['\n', '\r'])).then_some(start.len())
}

/// The length of the first line, without its break.
fn line_length(text: &str) -> usize {
    memchr::memchr2(b'\n', b'\r', text.as_bytes()).unwrap_or(text.len())
}

/// Where a comment begins in the rest of a line.
fn comment_start(line: &str) -> Option<usize> {
    let mut open = None;
    for (at, byte) in line.bytes().enumerate() {
        match (open, byte) {
            (None, b'#') => return Some(at),
            (None, b'"' | b'\'') => open = Some(byte),
            (Some(quote), byte) if quote == byte => open = None,
            _ => {}
        }
    }
    None
}

/// Reads the requirement in a string and adds it, with its errors.
pub(super) fn declare(facts: &mut RequirementsFacts, item: &Item<'_>, place: &Place, group: &Group) {
    if item.token.is_empty() {
        return;
    }
    if item.value.trim().is_empty() {
        return error(facts, item.token, "a requirement is missing here", &place.ignores);
    }
    let verbatim = item.is_verbatim(&facts.text);
    let mut read = parse_alone(item.value, if verbatim { item.inner.start } else { 0 }, &place.ignores);
    if !verbatim {
        let whole = item.visible();
        read.requirement.iter_mut().for_each(|requirement| widen(requirement, whole));
        read.errors.iter_mut().for_each(|error| error.range = whole);
        read.unknowns.iter_mut().for_each(|unknown| unknown.range = whole);
    }
    if let Some(requirement) = read.requirement {
        facts.requirements.push(Requirement {
            line_range: place.line,
            comment: place.comment,
            group: group.clone(),
            ..requirement
        });
    }
    read.unknowns.iter_mut().for_each(|unknown| unknown.group = group.clone());
    facts.errors.append(&mut read.errors);
    facts.unknowns.append(&mut read.unknowns);
}

/// Gives every part the place of the whole, where escapes hide the parts' own.
fn widen(requirement: &mut Requirement, whole: TextRange) {
    requirement.name_range = whole;
    requirement.range = whole;
    let pieces = requirement.extras.iter_mut().chain(&mut requirement.specifier).chain(&mut requirement.marker);
    pieces.for_each(|piece| piece.range = whole);
}

/// Adds a file whose requirements a string names.
pub(super) fn include(facts: &mut RequirementsFacts, item: &Item<'_>, group: &Group) {
    if item.value.trim().is_empty() {
        return;
    }
    let place = Place::of(&facts.text, item.token);
    let range = item.visible();
    facts.includes.push(Include {
        kind: IncludeKind::Requirements,
        target: item.value.trim().into(),
        target_range: range,
        range,
        ignores: place.ignores,
        group: group.clone(),
    });
}

/// Tells that something is wrong at `range`, which must not be empty.
pub(super) fn error(facts: &mut RequirementsFacts, range: TextRange, message: impl Into<String>, ignores: &Ignores) {
    if !range.is_empty() {
        facts.errors.push(SyntaxError { range, message: message.into(), ignores: ignores.clone() });
    }
}

/// Tells that something at `range` hides requirements of `group`. An empty range takes in the character before or behind it.
pub(super) fn unknown(facts: &mut RequirementsFacts, range: TextRange, reason: UnknownReason, group: &Group) {
    let range = seen(&facts.text, range);
    if !range.is_empty() {
        facts.unknowns.push(Unknown { range, reason, group: group.clone() });
    }
}

/// `range`, on character boundaries and, where the text allows, not empty.
fn seen(text: &str, range: TextRange) -> TextRange {
    if text.get(range.indices()).is_some_and(|found| !found.is_empty()) {
        return range;
    }
    let mut start = (range.start as usize).min(text.len());
    while !text.is_char_boundary(start) {
        start -= 1;
    }
    let next = text.get(start..).and_then(|rest| rest.chars().next());
    let last = text.get(..start).and_then(|rest| rest.chars().next_back());
    match (next, last) {
        (Some(next), _) => TextRange::new(start as u32, (start + next.len_utf8()) as u32),
        (None, Some(last)) => TextRange::new((start - last.len_utf8()) as u32, start as u32),
        (None, None) => TextRange::default(),
    }
}

/// Puts everything into the order of the text. What several lists of a program share is kept once, for the widest use.
pub(super) fn sorted(mut facts: RequirementsFacts) -> RequirementsFacts {
    facts.requirements.sort_by_key(|one| (one.line_range, one.range, use_of(&one.group)));
    facts.requirements.dedup_by(|next, kept| next.range == kept.range && next.name == kept.name);
    facts.includes.sort_by_key(|include| (include.range, use_of(&include.group)));
    facts.includes.dedup_by(|next, kept| next.range == kept.range && next.target == kept.target);
    facts.errors.sort_by_key(|error| error.range);
    facts.errors.dedup();
    facts.unknowns.sort_by_key(|unknown| (unknown.range, use_of(&unknown.group)));
    facts.unknowns.dedup_by_key(|unknown| unknown.range);
    facts.choices.sort();
    facts.choices.dedup();
    facts
}

/// The place of a group in the order from the widest use to the narrowest.
fn use_of(group: &Group) -> u8 {
    match group {
        Group::File | Group::Runtime => 0,
        Group::Extra(_) => 1,
        Group::Development(_) => 2,
        Group::Build => 3,
        Group::Constraint => 4,
    }
}

/// The names that a manifest declares for somebody, sorted, each once.
pub(super) fn names(facts: &RequirementsFacts) -> Vec<DistributionName> {
    let declared = facts.requirements.iter().filter(|one| !matches!(one.group, Group::Build | Group::Constraint));
    let mut names: Vec<DistributionName> = declared.filter_map(|one| one.name.clone()).collect();
    names.sort_unstable();
    names.dedup();
    names
}
