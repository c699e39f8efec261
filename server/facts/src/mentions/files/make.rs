//! Makefiles and justfiles: the recipes, with the variables that the file itself gives values.

use super::super::command::{Commands, UNKNOWN};
use rustc_hash::FxHashMap;

/// How many variables may stand for another in a row.
const DEEPEST: usize = 6;
/// No expanded line is longer.
const LONGEST: usize = 4096;

type Variables = FxHashMap<String, String>;

pub(super) fn makefile(text: &str, commands: &mut Commands<'_>) {
    let lines = joined(text);
    let variables: Variables =
        lines.iter().filter(|(line, _)| !line.starts_with('\t')).filter_map(|(line, _)| assigned(line)).collect();
    let prefix = variables.get(".RECIPEPREFIX").and_then(|prefix| prefix.chars().next()).unwrap_or('\t');
    for (line, number) in &lines {
        if let Some(recipe) = line.strip_prefix(prefix) {
            let bare = recipe.trim_start_matches(['@', '-', '+', ' ', '\t']);
            if !bare.starts_with('#') {
                commands.script(&expanded(bare, &variables, 0), *number);
            }
        } else if let Some((name, value)) = assigned(line) {
            shell_functions(&value, *number, &variables, commands);
            commands.define(&name, &value, *number);
        } else if let Some((_, recipe)) = line.split_once(';').filter(|(target, _)| target.contains(':')) {
            // `target: ; recipe`
            commands.script(&expanded(recipe.trim_start_matches([' ', '@', '-']), &variables, 0), *number);
        }
    }
}

/// The lines with what goes on below them, whose breaks stay as they are, and the number of the first.
fn joined(text: &str) -> Vec<(String, usize)> {
    let mut found: Vec<(String, usize)> = Vec::new();
    let mut goes_on = false;
    for (count, line) in text.split('\n').map(|line| line.trim_end_matches('\r')).enumerate() {
        match found.last_mut().filter(|_| goes_on) {
            Some((whole, _)) => {
                whole.push('\n');
                whole.push_str(line);
            }
            None => found.push((line.to_owned(), count + 1)),
        }
        goes_on = line.ends_with('\\');
    }
    found
}

/// `NAME := value` and its kin; `target: NAME = value` too.
fn assigned(line: &str) -> Option<(String, String)> {
    let bare = line.trim_start().trim_start_matches("export ").trim_start_matches("override ");
    let at = bare.find('=')?;
    let (before, value) = (&bare[..at], &bare[at + 1..]);
    let before = before.trim_end_matches([':', '?', '+', '!']).trim_end();
    let name = before.rsplit([':', ' ', '\t']).next().unwrap_or_default();
    let is_alone = before == name || before.contains(':');
    let is_name = !name.is_empty() && name.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"_.-".contains(&byte));
    let value = value.split(" #").next().unwrap_or_default().replace("\\\n", " ");
    (is_alone && is_name).then(|| (name.to_owned(), value.trim().to_owned()))
}

/// `$(shell command)` in a value.
fn shell_functions(value: &str, line: usize, variables: &Variables, commands: &mut Commands<'_>) {
    for (at, start) in value.match_indices("$(shell ") {
        let rest = &value[at..];
        if let Some(end) = closing(rest.get(1..).unwrap_or_default(), '(', ')') {
            commands.script(&expanded(rest.get(start.len()..=end).unwrap_or_default(), variables, 0), line);
        }
    }
}

/// The text with `$(NAME)`, `${NAME}` and `$$` as a shell gets them.
fn expanded(text: &str, variables: &Variables, depth: usize) -> String {
    let mut whole = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find('$') {
        whole.push_str(&rest[..at]);
        let tail = &rest[at + 1..];
        let pair = match tail.chars().next() {
            Some('(') => Some(('(', ')')),
            Some('{') => Some(('{', '}')),
            Some('$') => {
                whole.push('$');
                rest = &tail[1..];
                continue;
            }
            _ => None,
        };
        let Some((end, (open, _))) = pair.and_then(|pair| Some((closing(tail, pair.0, pair.1)?, pair))) else {
            // `$@` and `$<` are names of files
            let skipped = tail.chars().next().map_or(0, char::len_utf8);
            whole.push(UNKNOWN);
            rest = &tail[skipped..];
            continue;
        };
        let name = &tail[open.len_utf8()..end];
        match variables.get(name) {
            Some(value) if depth < DEEPEST && whole.len() < LONGEST => {
                whole.push_str(&expanded(value, variables, depth + 1));
            }
            // in a variable it was read where that got its value
            _ if name.starts_with("shell ") && depth == 0 => {
                whole.push_str("$(");
                whole.push_str(&name["shell ".len()..]);
                whole.push(')');
            }
            _ if name.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_') && !name.is_empty() => {
                whole.push_str("${");
                whole.push_str(name);
                whole.push('}');
            }
            _ => whole.push(UNKNOWN),
        }
        rest = &tail[end + 1..];
    }
    whole.push_str(rest);
    whole
}

/// Where the bracket at the start of `text` is closed.
fn closing(text: &str, open: char, close: char) -> Option<usize> {
    let mut depth = 0_usize;
    for (at, c) in text.char_indices() {
        if c == open {
            depth += 1;
        } else if c == close {
            depth = depth.checked_sub(1)?;
            if depth == 0 {
                return Some(at);
            }
        }
        if at > LONGEST {
            return None;
        }
    }
    None
}

pub(super) fn justfile(text: &str, commands: &mut Commands<'_>) {
    let lines = joined(text);
    let variables: Variables = lines.iter().filter_map(|(line, _)| just_assigned(line)).collect();
    // a recipe with a `#!` line is a script of that interpreter
    let mut skips = false;
    let mut starts = false;
    for (line, number) in &lines {
        if !line.starts_with([' ', '\t']) {
            starts = line.contains(':') && !line.contains(":=");
            skips = false;
            if let Some((_, value)) = just_assigned(line).filter(|(_, value)| value.starts_with('`')) {
                commands.script(value.trim_matches('`'), *number);
            }
            continue;
        }
        let bare = line.trim_start().trim_start_matches(['@', '-']);
        if std::mem::take(&mut starts) && bare.starts_with("#!") {
            skips = !["sh", "bash", "zsh"]
                .iter()
                .any(|shell| bare.trim_end().ends_with(shell) || bare.contains(&format!("{shell} ")));
            continue;
        }
        if !skips {
            commands.script(&just_expanded(bare, &variables), *number);
        }
    }
}

/// `name := "value"`.
fn just_assigned(line: &str) -> Option<(String, String)> {
    let (name, value) = line.split_once(":=")?;
    let name = name.trim().trim_start_matches("export ").trim();
    (!name.contains(' ')).then(|| (name.to_owned(), value.trim().trim_matches(['"', '\'']).to_owned()))
}

fn just_expanded(line: &str, variables: &Variables) -> String {
    let mut whole = String::new();
    let mut rest = line;
    while let Some((before, (name, after))) =
        rest.split_once("{{").and_then(|(before, tail)| Some((before, tail.split_once("}}")?)))
    {
        whole.push_str(before);
        whole.push_str(variables.get(name.trim()).map_or("…", String::as_str));
        rest = after;
    }
    whole.push_str(rest);
    whole
}
