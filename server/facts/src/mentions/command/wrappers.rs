//! Commands that run another one: how to get past their options to it.

use std::sync::LazyLock;

/// A command that runs another one.
#[derive(Debug)]
pub(crate) struct Wrapper {
    /// Its name and subcommands; options may stand between them.
    pub words: Vec<&'static str>,
    /// Its options that take a value.
    pub valued: Vec<&'static str>,
    /// How many free words stand before the command.
    pub before: usize,
    /// Where the command stands.
    pub form: Form,
    /// Whether the wrapper itself comes from a distribution.
    pub counts: bool,
}

/// Where the command of a wrapper stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Form {
    /// The first free word and what follows it.
    Words,
    /// The same as Python's arguments: a file, or `-m module`.
    Python,
    /// Only behind `--`.
    Dashes,
    /// Each word that holds blanks is a script.
    Quoted,
}

impl Form {
    /// By its name in the table.
    fn of(name: &str) -> Self {
        match name {
            "python" => Self::Python,
            "dashes" => Self::Dashes,
            "quoted" => Self::Quoted,
            _ => Self::Words,
        }
    }
}

/// `data/wrappers.tsv`, in its order: longer ones stand first where they begin alike.
static WRAPPERS: LazyLock<Vec<Wrapper>> = LazyLock::new(|| {
    let words = |cell: &'static str| -> Vec<&'static str> { cell.split(' ').filter(|word| !word.is_empty()).collect() };
    let rows = include_str!("../../../data/wrappers.tsv").lines().skip(1);
    let wrapper = |row: &'static str| {
        let mut cells = row.split('\t');
        let mut next = || cells.next().unwrap_or_default();
        Wrapper {
            words: words(next()),
            valued: words(next()),
            before: next().parse().unwrap_or_default(),
            form: Form::of(next()),
            counts: next() == "yes",
        }
    };
    rows.map(wrapper).filter(|wrapper| !wrapper.words.is_empty()).collect()
});

/// What a wrapper runs.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Inner<'a> {
    /// A command.
    Command(&'a [String]),
    /// Python's arguments.
    Python(&'a [String]),
    /// Scripts, each in a word.
    Scripts(Vec<&'a str>),
    /// Nothing that the text shows.
    Nothing,
}

/// The wrapper that a command called `head` with these arguments is, and what it runs.
pub(crate) fn unwrap<'a>(head: &str, arguments: &'a [String]) -> Option<(&'static Wrapper, Inner<'a>)> {
    WRAPPERS.iter().filter(|wrapper| wrapper.words[0] == head).find_map(|wrapper| {
        let rest =
            wrapper.words[1..].iter().try_fold(arguments, |rest, word| after_word(rest, word, &wrapper.valued))?;
        Some((wrapper, inner(wrapper, rest)))
    })
}

/// What stands behind a subcommand, where only options stand before it.
fn after_word<'a>(words: &'a [String], wanted: &str, valued: &[&str]) -> Option<&'a [String]> {
    let mut at = 0;
    while let Some(word) = words.get(at) {
        if word == wanted {
            return words.get(at + 1..);
        }
        if !word.starts_with('-') {
            return None;
        }
        at += 1 + usize::from(valued.contains(&word.as_str()));
    }
    None
}

fn inner<'a>(wrapper: &Wrapper, words: &'a [String]) -> Inner<'a> {
    let mut before = wrapper.before;
    let mut at = 0;
    if wrapper.form == Form::Quoted {
        return Inner::Scripts(words.iter().map(String::as_str).filter(|word| word.contains(' ')).collect());
    }
    while let Some(word) = words.get(at) {
        let rest = &words[at..];
        if word == "--" {
            return of_form(wrapper.form, &words[at + 1..]);
        }
        if wrapper.form == Form::Python && is_module_option(word) {
            return Inner::Python(rest);
        }
        if word.starts_with('-') && word.len() > 1 {
            at += 1 + usize::from(wrapper.valued.contains(&word.as_str()));
        } else if wrapper.form == Form::Dashes || is_setting(wrapper, word) {
            at += 1;
        } else if before > 0 {
            before -= 1;
            at += 1;
        } else {
            return of_form(wrapper.form, rest);
        }
    }
    Inner::Nothing
}

fn of_form(form: Form, words: &[String]) -> Inner<'_> {
    let is_file = words.first().is_some_and(|word| word.strip_suffix(".py").is_some() || is_module_option(word));
    if form == Form::Python && is_file { Inner::Python(words) } else { Inner::Command(words) }
}

/// `NAME=value`, and hatch's `+python=3.12`.
fn is_setting(wrapper: &Wrapper, word: &str) -> bool {
    assignment(word).is_some() || wrapper.words[0] == "hatch" && word.starts_with('+')
}

fn is_module_option(word: &str) -> bool {
    matches!(word, "-m" | "--module")
}

/// The name and the value of `NAME=value`.
pub(crate) fn assignment(word: &str) -> Option<(&str, &str)> {
    let (name, value) = word.split_once('=')?;
    let name = name.strip_suffix('+').unwrap_or(name);
    let is_name = !name.starts_with(|c: char| c.is_ascii_digit())
        && !name.is_empty()
        && name.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_');
    is_name.then_some((name, value))
}
