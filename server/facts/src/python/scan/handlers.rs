//! Which `except` and `with` keep an `ImportError` from going on.

use super::blocks::Kind;
use super::dynamic::Aliases;
use super::lexer::is_word;
use crate::python::loading::{Failure, Failures};

/// Whether an `except` with this head catches an `ImportError`: by name, by that of a base class, or by having no name.
pub(super) fn catches_import_error(head: &str) -> bool {
    let head = head.split(" as ").next().unwrap_or_default();
    let mut names = head
        .split(|c: char| !(c.is_alphanumeric() || matches!(c, '_' | '.')))
        .filter(|name| !name.is_empty())
        .peekable();
    names.peek().is_none() || names.any(is_import_error)
}

/// Whether an `except` with this head says itself that an import may fail.
pub(super) fn names_import_error(head: &str) -> bool {
    head.contains("ImportError") || head.contains("ModuleNotFoundError")
}

/// Whether an `except` with this head catches nothing but the lack of a name or an attribute.
pub(super) fn names_a_lack(head: &str) -> bool {
    let head = head.split(" as ").next().unwrap_or_default();
    let names = head.split(|c: char| !(c.is_alphanumeric() || matches!(c, '_' | '.')));
    let mut names = names.filter(|name| !name.is_empty()).peekable();
    names.peek().is_some() && names.all(|name| matches!(name, "AttributeError" | "NameError"))
}

/// What comments say of an import that is meant to fail: tests have such.
const MISSING_ON_PURPOSE: [&str; 6] =
    ["on purpose", "intentional", "does not exist", "doesn't exist", "nonexistent", "non-existent"];

/// Whether the comment at the end of the line of `at` says that what is imported there is optional: `# optional dependency`, or that it is
/// not there on purpose. A type's name in one (`# Optional[str]`) says nothing.
pub(super) fn calls_optional(text: &str, at: usize) -> bool {
    let line = text.get(at..).and_then(|rest| rest.lines().next()).unwrap_or_default();
    let Some((_, comment)) = line.split_once('#') else { return false };
    let comment = comment.trim_start_matches(['#', ' ', '\t', ':']).to_ascii_lowercase();
    let follows = |rest: &str| !rest.starts_with(|c: char| c.is_alphanumeric() || matches!(c, '_' | '[' | '.'));
    let is_said = |what: &str| comment.contains(&format!("optional {what}"));
    comment.strip_prefix("optional").is_some_and(follows)
        || MISSING_ON_PURPOSE.iter().any(|words| comment.contains(words))
        || ["dep", "import", "extra", "module", "package", "requirement"].into_iter().any(is_said)
}

/// The same for several places, whose answer holds up to the comment: a line with many imports is read once.
#[derive(Debug, Default)]
pub(super) struct Remark {
    /// From where on, and up to where, the answer holds.
    range: std::ops::Range<usize>,
    is_optional: bool,
}

impl Remark {
    /// Whether the comment at the end of the line of `at` says that what is imported there is optional.
    pub fn calls_optional(&mut self, text: &str, at: usize) -> bool {
        if !self.range.contains(&at) {
            let rest = text.as_bytes().get(at..).unwrap_or_default();
            let end = memchr::memchr2(b'\n', b'#', rest).unwrap_or(rest.len());
            *self = Self { range: at..at + end + 1, is_optional: calls_optional(text, at) };
        }
        self.is_optional
    }
}

/// The kinds of failures that an `except` with this head catches. Of a class that is not known it is taken for granted that
/// it catches what is raised: what may be caught is not reported.
pub(super) fn catches(head: &str) -> Failures {
    let head = head.split(" as ").next().unwrap_or_default();
    let names = head.split(|c: char| !(c.is_alphanumeric() || matches!(c, '_' | '.'))).filter(|name| !name.is_empty());
    let caught = names.map(|name| match name.rsplit('.').next().unwrap_or_default() {
        "ImportError" | "ModuleNotFoundError" => Failures::NONE.with(Failure::Import),
        "Exception" => Failures::NONE.with(Failure::Import).with(Failure::Other),
        "BaseException" => Failures::ALL,
        "SystemExit" | "KeyboardInterrupt" => Failures::NONE.with(Failure::Exit),
        _ => Failures::NONE.with(Failure::Other),
    });
    caught.reduce(Failures::or).unwrap_or(Failures::ALL)
}

fn is_import_error(dotted: &str) -> bool {
    let name = dotted.rsplit('.').next().unwrap_or_default();
    matches!(name, "ImportError" | "ModuleNotFoundError" | "Exception" | "BaseException")
}

/// What a `with` of these managers is: one that suppresses an `ImportError`, or expects it, or any other.
pub(super) fn with_kind(head: &str, aliases: &Aliases) -> Kind {
    for (open, _) in head.match_indices('(') {
        let before = head[..open].trim_end();
        let start = before.bytes().rposition(|byte| !(is_word(byte) || byte == b'.')).map_or(0, |at| at + 1);
        let arguments = head[open + 1..].split(')').next().unwrap_or_default();
        let names = arguments.split(|c: char| matches!(c, ',' | '(') || c.is_whitespace());
        if aliases.suppresses(&before[start..]) {
            return if names.into_iter().any(is_import_error) { Kind::Suppress } else { Kind::Other };
        }
    }
    Kind::With
}
