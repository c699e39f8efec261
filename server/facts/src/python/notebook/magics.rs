//! Takes `IPython`'s own lines out of a cell, and reads what they install.

use crate::words::lists::List;
use crate::words::names::DistributionName;

/// A cell without magics.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Code {
    /// As long as the cell, with a comment in the place of each magic; empty where no line is Python.
    pub text: String,
    /// The distributions that it installs.
    pub installs: Vec<DistributionName>,
}

/// Reads the text of a cell.
pub(super) fn without(cell: &str) -> Code {
    let first = cell.lines().find(|line| !line.trim().is_empty()).unwrap_or_default();
    let magic = first.strip_prefix("%%").map(|rest| rest.split_whitespace().next().unwrap_or_default());
    match magic {
        None => masked(cell),
        Some(name) if List::PythonMagic.has(name) => masked(cell),
        Some(name) if List::ShellMagic.has(name) => {
            Code { text: String::new(), installs: cell.lines().flat_map(installed).collect() }
        }
        Some(_) => Code::default(),
    }
}

/// Makes a comment of every magic line.
fn masked(cell: &str) -> Code {
    let mut code = Code { text: String::with_capacity(cell.len()), installs: Vec::new() };
    let mut command = String::new();
    for line in cell.split_inclusive('\n') {
        let start = line.len() - line.trim_start_matches([' ', '\t']).len();
        let (indentation, statement) = line.split_at(start);
        let goes_on = !command.is_empty();
        code.text.push_str(indentation);
        if let Some(rest) = timed(statement).filter(|_| !goes_on) {
            code.text.extend(std::iter::repeat_n(' ', statement.len() - rest.len()));
            code.text.push_str(rest);
        } else if goes_on || is_magic(statement) {
            mask(&mut code.text, statement);
            let content = statement.trim_end();
            command.push_str(content.trim_end_matches('\\'));
            command.push(' ');
            if !content.ends_with('\\') {
                code.installs.extend(installed(&command));
                command.clear();
            }
        } else {
            code.text.push_str(statement);
        }
    }
    code.installs.extend(installed(&command));
    code
}

/// The statement after `%time` or `%timeit`.
fn timed(statement: &str) -> Option<&str> {
    let rest = statement.strip_prefix("%time ").or_else(|| statement.strip_prefix("%timeit "))?;
    (!rest.starts_with('-')).then_some(rest)
}

/// Whether a line, without its indentation, is `IPython`'s: `%magic`, `!command`, `?name`, `name?`, or a bare `pip install`.
fn is_magic(line: &str) -> bool {
    let mut characters = line.chars();
    match (characters.next(), characters.next()) {
        (Some('%'), Some(next)) => next == '%' || next.is_alphabetic() || next == '_',
        (Some('!'), next) => next != Some('='),
        (Some('?'), _) => true,
        _ => asks(line) || is_bare(line),
    }
}

/// `name?` and `name??`
fn asks(line: &str) -> bool {
    let line = line.trim_end();
    let name = line.trim_end_matches('?');
    name.len() < line.len()
        && !name.is_empty()
        && name.chars().all(|c| c.is_alphanumeric() || matches!(c, '_' | '.' | '%' | '*'))
}

fn is_bare(line: &str) -> bool {
    ["pip ", "pip3 ", "conda ", "mamba "].iter().any(|tool| line.starts_with(tool))
        && line.split_whitespace().nth(1).is_some_and(|word| word.chars().all(|c| c.is_ascii_lowercase()))
}

/// Adds `statement` with a `#` in the place of its first character, and of the rest as many bytes.
fn mask(text: &mut String, statement: &str) {
    let Some(first) = statement.chars().next() else { return };
    if matches!(first, '\n' | '\r') {
        text.push_str(statement);
        return;
    }
    text.push('#');
    text.extend(std::iter::repeat_n('#', first.len_utf8() - 1));
    text.push_str(&statement[first.len_utf8()..]);
}

/// The distributions that a line of commands installs.
pub fn installed(line: &str) -> Vec<DistributionName> {
    let commands = line.split(['|', ';', '&']);
    commands.flat_map(|command| arguments(command).into_iter().flat_map(names_among)).collect()
}

/// Whether a command begins as one that installs distributions.
pub(super) fn installs(command: &str) -> bool {
    arguments(command).is_some_and(|rest| command.split_whitespace().count() <= rest.len() + FEWEST_BEFORE)
}

/// No more words than these stand before what is installed: `python -m pip install`.
const FEWEST_BEFORE: usize = 4;

/// The words after `pip install`, however it is called.
fn arguments(command: &str) -> Option<Vec<&str>> {
    let words: Vec<&str> = command.split_whitespace().collect();
    let at = words.iter().position(|word| *word == "install")?;
    let tool = words.get(at.checked_sub(1)?)?.trim_start_matches(['%', '!']);
    let tool = tool.rsplit('/').next().unwrap_or_default();
    let installs = tool.starts_with("pip") || matches!(tool, "conda" | "mamba" | "micromamba");
    if installs { Some(words[at + 1..].to_vec()) } else { None }
}

/// Options of pip and conda that a value follows.
const WITH_VALUE: [&str; 19] = [
    "-r",
    "--requirement",
    "-c",
    "--constraint",
    "--channel",
    "-i",
    "--index-url",
    "--extra-index-url",
    "-f",
    "--find-links",
    "-t",
    "--target",
    "-e",
    "--editable",
    "-n",
    "--name",
    "-p",
    "--prefix",
    "--platform",
];

fn names_among(words: Vec<&str>) -> Vec<DistributionName> {
    let mut names = Vec::new();
    let mut words = words.into_iter();
    while let Some(word) = words.next() {
        if word.starts_with('#') {
            break;
        }
        if WITH_VALUE.contains(&word) {
            words.next();
        } else {
            names.extend(name(word));
        }
    }
    names
}

/// The name of a requirement: `"x[y]>=1"`, `git+https://…#egg=x`.
fn name(word: &str) -> Option<DistributionName> {
    let word = word.trim_matches(['"', '\'']);
    let word = word.split_once("#egg=").map_or(word, |(_, egg)| egg);
    let end = word.find(['[', '<', '>', '=', '!', '~', ';', '@', '&']).unwrap_or(word.len());
    let name = word.get(..end)?;
    let is_name = name.starts_with(|c: char| c.is_ascii_alphanumeric())
        && name.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '.'));
    is_name.then(|| DistributionName::new(name))
}
