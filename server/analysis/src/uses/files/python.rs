//! Python files that configure or run something: the words of their strings, and the command lines that they hand to a shell.

use super::super::command::Commands;
use super::super::mentions::{Collector, Mentions, Said};

/// A file with more calls is not written by hand.
const MOST: usize = 500;
/// Longer arguments are not read.
const LONGEST: usize = 4000;

/// The calls that take a command, by what stands before their bracket.
const CALLS: [&str; 16] = [
    "subprocess.run",
    "subprocess.call",
    "subprocess.check_call",
    "subprocess.check_output",
    "subprocess.Popen",
    "os.system",
    "os.popen",
    "os.execvp",
    "os.execlp",
    "session.run",
    "session.run_always",
    "c.run",
    "ctx.run",
    "context.run",
    "local",
    "Popen",
];

/// What a Python file of settings says. A name is the word at the start of a string, `rest_framework` of `"rest_framework"`.
pub(crate) fn settings(text: &str) -> Mentions {
    let mut out = Collector::default();
    strings(text, &mut out);
    calls(text, &mut Commands::new(&mut out));
    out.finish()
}

fn strings(text: &str, out: &mut Collector) {
    let is_word = |c: char| c.is_ascii_alphanumeric() || matches!(c, '_' | '-' | '.');
    for (count, line) in text.lines().enumerate() {
        for string in without_comment(line).split(['"', '\'']).skip(1) {
            let word = string.split(|c| !is_word(c)).next().unwrap_or_default();
            if word.len() > 1 && word.len() < 80 && word.starts_with(|c: char| c.is_ascii_alphabetic()) {
                out.add(Said::Name, word, count + 1);
            }
        }
    }
}

/// A `#` begins a comment at a line's start and after a blank.
fn without_comment(line: &str) -> &str {
    let starts = |at: usize| at == 0 || line.as_bytes()[at - 1].is_ascii_whitespace();
    line.match_indices('#').find(|(at, _)| starts(*at)).map_or(line, |(at, _)| &line[..at])
}

/// The commands of calls whose arguments are literals, and of doit's `actions`.
pub(super) fn calls(text: &str, commands: &mut Commands<'_>) {
    let mut line = 1;
    let mut from = 0;
    for (count, (at, _)) in text.match_indices('(').enumerate() {
        if count > MOST * 20 {
            return;
        }
        line += text[from..at].matches('\n').count();
        from = at;
        let start = text[..at].rfind('\n').map_or(0, |end| end + 1);
        let before = &text[start..at];
        let is_name = |c: char| c.is_ascii_alphanumeric() || matches!(c, '_' | '.');
        let name = before.rsplit(|c| !is_name(c)).next().unwrap_or_default();
        if !CALLS.contains(&name) || before.trim_start().starts_with('#') {
            continue;
        }
        let arguments = arguments(&text[at + 1..]);
        match arguments.as_slice() {
            [Argument::Text(script), rest @ ..] if !name.starts_with("session.") && !name.starts_with("os.exec") => {
                let more = rest.iter().any(|argument| matches!(argument, Argument::List(_)));
                if !more {
                    commands.script(script, line);
                }
            }
            [Argument::List(words), ..] => commands.argv(words, line),
            words => {
                let words: Vec<String> = words.iter().map_while(Argument::word).collect();
                // `os.execvp(file, arguments)` names the file twice
                let words = if name.starts_with("os.exec") { words.get(..1).unwrap_or_default() } else { &words };
                commands.argv(words, line);
            }
        }
    }
}

/// An argument as far as its text tells it.
enum Argument {
    Text(String),
    List(Vec<String>),
    Other(&'static str),
}

impl Argument {
    fn word(&self) -> Option<String> {
        match self {
            Self::Text(text) => Some(text.clone()),
            Self::Other(word) if !word.is_empty() => Some((*word).to_owned()),
            Self::List(_) | Self::Other(_) => None,
        }
    }
}

/// The arguments up to the closing bracket, named ones left out.
fn arguments(text: &str) -> Vec<Argument> {
    let limit = text.char_indices().map(|(at, _)| at).take_while(|at| *at <= LONGEST).last().unwrap_or(0);
    let text = if text.len() <= LONGEST { text } else { &text[..limit] };
    let mut found = Vec::new();
    let mut rest = text;
    while found.len() < 64 {
        let (piece, after, ends) = piece(rest);
        if piece.trim().is_empty() && ends {
            break;
        }
        found.push(argument(piece.trim()));
        if ends {
            break;
        }
        rest = after;
    }
    found
}

/// The text up to the next comma, what follows it, and whether a closing bracket ended it.
fn piece(text: &str) -> (&str, &str, bool) {
    let mut depth = 0_usize;
    let mut at = 0;
    let bytes = text.as_bytes();
    while let Some(&byte) = bytes.get(at) {
        match byte {
            b'"' | b'\'' => at = after_string(text, at),
            b'#' => at += text[at..].find('\n').unwrap_or(text.len() - at),
            b'(' | b'[' | b'{' => {
                depth += 1;
                at += 1;
            }
            b')' | b']' | b'}' if depth == 0 => return (&text[..at], &text[at..], true),
            b')' | b']' | b'}' => {
                depth -= 1;
                at += 1;
            }
            b',' if depth == 0 => return (&text[..at], &text[at + 1..], false),
            _ => at += 1,
        }
    }
    (text, "", true)
}

/// The byte behind the string that begins at `at`.
fn after_string(text: &str, at: usize) -> usize {
    let rest = &text[at..];
    let quote = ["\"\"\"", "'''", "\"", "'"].into_iter().find(|quote| rest.starts_with(quote)).unwrap_or("'");
    let bytes = rest.as_bytes();
    let mut end = quote.len();
    while end < rest.len() {
        if bytes[end] == b'\\' {
            end += 2;
        } else if rest.is_char_boundary(end) && rest[end..].starts_with(quote) {
            return at + end + quote.len();
        } else {
            end += 1;
        }
    }
    text.len()
}

fn argument(piece: &str) -> Argument {
    if piece.starts_with(['[', '(']) {
        let inner = arguments(&piece[1..]);
        return Argument::List(inner.iter().map(|one| one.word().unwrap_or_else(|| "…".to_owned())).collect());
    }
    if piece.starts_with("sys.executable") {
        return Argument::Other("python");
    }
    match literal(piece) {
        Some(text) => Argument::Text(text),
        // a named argument ends the words
        None if piece
            .split_once('=')
            .is_some_and(|(name, _)| name.trim().bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_')) =>
        {
            Argument::Other("")
        }
        None => Argument::Other("…"),
    }
}

/// The value of a string literal, or of several that stand side by side.
fn literal(piece: &str) -> Option<String> {
    let mut value = String::new();
    let mut rest = piece.trim_start();
    let mut any = false;
    while !rest.is_empty() {
        let prefix = rest.find(['"', '\''])?;
        let (letters, string) = rest.split_at(prefix);
        if letters.len() > 2 || !letters.bytes().all(|byte| byte.is_ascii_alphabetic()) {
            return None;
        }
        let end = after_string(string, 0);
        let quote = if string.starts_with("\"\"\"") || string.starts_with("'''") { 3 } else { 1 };
        let inner = string.get(quote..end.checked_sub(quote)?)?;
        if letters.contains(['f', 'F']) {
            value.push_str(&super::blanked(inner.into(), "{", "}"));
        } else {
            value.push_str(inner);
        }
        any = true;
        rest = string[end..].trim_start();
    }
    any.then_some(value)
}
