//! Options: which there are, which take a value, and how pip's option parser reads them.

use super::lines::Span;
use super::report::Report;
use super::suggest;
use super::words::Word;

/// What an option is for, as far as imports and requirements depend on it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    Requirement,
    Constraint,
    Editable,
    Hash,
    RequireHashes,
    /// `--config-settings KEY=VALUE`
    Setting,
    /// Takes a value that does not matter here.
    Value,
    /// Takes none.
    Flag,
    /// Was taken by older versions of pip, and is refused now.
    Removed,
}

impl Kind {
    const fn takes_value(self) -> bool {
        !matches!(self, Self::Flag | Self::RequireHashes)
    }
}

/// Every option that pip takes in a file: long spelling, short one, kind. In the order of pip's documentation.
const OPTIONS: [(&str, Option<char>, Kind); 23] = [
    ("--index-url", Some('i'), Kind::Value),
    ("--pypi-url", None, Kind::Value),
    ("--extra-index-url", None, Kind::Value),
    ("--no-index", None, Kind::Flag),
    ("--constraint", Some('c'), Kind::Constraint),
    ("--requirement", Some('r'), Kind::Requirement),
    ("--editable", Some('e'), Kind::Editable),
    ("--find-links", Some('f'), Kind::Value),
    ("--no-binary", None, Kind::Value),
    ("--only-binary", None, Kind::Value),
    ("--prefer-binary", None, Kind::Flag),
    ("--require-hashes", None, Kind::RequireHashes),
    ("--no-require-hashes", None, Kind::Flag),
    ("--pre", None, Kind::Flag),
    ("--all-releases", None, Kind::Value),
    ("--only-final", None, Kind::Value),
    ("--trusted-host", None, Kind::Value),
    ("--use-feature", None, Kind::Value),
    ("--global-option", None, Kind::Value),
    ("--hash", None, Kind::Hash),
    ("--config-settings", Some('C'), Kind::Setting),
    ("--config-setting", None, Kind::Setting),
    ("--install-option", None, Kind::Removed),
];

/// One option with its value.
pub(super) struct Given {
    pub kind: Kind,
    /// The option as written, without its value.
    pub name: Span,
    /// From the option to its value's end.
    pub span: Span,
    /// The value; `None` for a flag, and where it is missing (which was reported).
    pub value: Option<Word>,
}

/// What the words of an option line are.
#[derive(Default)]
pub(super) struct Options {
    pub given: Vec<Given>,
    /// Whether there was an option that nobody knows: the words behind it may be its value.
    pub unknown: bool,
    /// Words that belong to no option: pip drops them without a word.
    pub stray: Vec<Word>,
    /// Options that nobody knows, where they may have been meant to name requirements.
    pub lost: Vec<Span>,
}

/// Reads the words of an option line.
pub(super) fn read(report: &mut Report<'_>, words: Vec<Word>) -> Options {
    let mut options = Options::default();
    let mut words = words.into_iter();
    while let Some(word) = words.next() {
        if word.text == "--" {
            options.stray.extend(words);
            return options;
        }
        let split = match word.text.strip_prefix("--") {
            Some(_) => long(report, &word),
            None if word.text.len() > 1 && word.text.starts_with('-') => short(report, &word),
            None => {
                options.stray.push(word);
                continue;
            }
        };
        match split {
            Ok((kind, name, value)) => {
                let value = value.or_else(|| if kind.takes_value() { words.next() } else { None });
                options.given.push(given(report, kind, name, &word, value));
            }
            Err(hides) => {
                options.unknown = true;
                options.lost.extend(hides.then_some(word.span));
            }
        }
    }
    options
}

/// An option's kind, its name and the value that is joined to it; the error, reported, holds whether the option may have
/// been meant to name requirements.
type Split = Result<(Kind, Span, Option<Word>), bool>;

fn given(report: &mut Report<'_>, kind: Kind, name: Span, word: &Word, value: Option<Word>) -> Given {
    let end = value.as_ref().map_or(word.span.end, |value| value.span.end.max(word.span.end));
    if kind.takes_value() && value.as_ref().is_none_or(|value| value.text.is_empty()) {
        let wants = match kind {
            Kind::Requirement | Kind::Constraint => "the path of a file",
            Kind::Editable => "a folder or a URL",
            _ => "a value",
        };
        report.error(&name, format!("`{}` wants {wants} behind it", report.slice(&name)));
    }
    Given { kind, span: name.start..end, name, value: value.filter(|value| !value.text.is_empty()) }
}

fn long(report: &mut Report<'_>, word: &Word) -> Split {
    let equals = word.text.find('=').unwrap_or(word.text.len());
    let name = word.text.get(..equals).unwrap_or_default();
    let span = word.part(&(0..equals));
    let kind = long_kind(report, name, &span)?;
    let joined = word.text.get(equals + 1..).map(|_| word.tail(equals + 1));
    match joined {
        Some(value) if !kind.takes_value() => {
            report.error(&value.span, format!("`{name}` takes no value"));
            Ok((kind, span, None))
        }
        joined => Ok((kind, span, joined)),
    }
}

/// The option that `name` is, or is the only one to begin with.
fn long_kind(report: &mut Report<'_>, name: &str, span: &Span) -> Result<Kind, bool> {
    let exact = OPTIONS.iter().find(|(long, ..)| *long == name);
    let mut starting = OPTIONS.iter().filter(|(long, ..)| long.starts_with(name));
    let abbreviated = || starting.next().filter(|_| starting.next().is_none());
    match exact.or_else(abbreviated) {
        Some((.., Kind::Removed)) => {
            report
                .error(span, format!("pip 23.1 dropped `{name}`: pass the option to the build by `--config-settings`"));
            Ok(Kind::Removed)
        }
        Some(&(_, _, kind)) => Ok(kind),
        None => {
            let known = OPTIONS.map(|(long, ..)| long);
            let near = suggest::nearest(name, &known);
            let hint = near.map(|near| format!(": did you mean `{near}`?")).unwrap_or_default();
            report.error(span, format!("a requirements file has no option `{name}`{hint}"));
            let hides = ["--requirement", "--editable"];
            Err(hides.iter().any(|long| Some(*long) == near || long.starts_with(name)))
        }
    }
}

fn short(report: &mut Report<'_>, word: &Word) -> Split {
    let letter = word.text.chars().nth(1).unwrap_or_default();
    let value = 1 + letter.len_utf8();
    let name = word.part(&(0..value));
    let Some(&(_, _, kind)) = OPTIONS.iter().find(|(_, short, _)| *short == Some(letter)) else {
        report.error(&name, format!("a requirements file has no option `-{letter}`"));
        return Err(false);
    };
    if value == word.text.len() {
        return Ok((kind, name, None));
    }
    if word.text.get(value..).is_some_and(|rest| rest.starts_with('=')) {
        let message = format!("pip takes this `=` for a part of the value: write `-{letter} …`");
        report.error(&word.part(&(value..value + 1)), message);
        return Ok((kind, name, Some(word.tail(value + 1))));
    }
    Ok((kind, name, Some(word.tail(value))))
}
