//! The command lines that Python code hands to a shell or to another process, where the arguments are literals.

use crate::mentions::command::Commands;
use crate::mentions::files::blanked;
use crate::mentions::installs;
use crate::words::lists::List;

/// Longer arguments are not read.
const LONGEST: usize = 4000;

/// Takes in what the call of `name` runs, whose arguments begin at `text`.
pub(super) fn call(name: &str, text: &str, line: usize, commands: &mut Commands<'_>) {
    let found = arguments(text);
    if name == "session.install" {
        let words = found.iter().filter_map(|argument| match argument {
            Argument::Text(text) => Some(text.as_str()),
            Argument::List(_) | Argument::Other(_) => None,
        });
        return installs::words(words, line, commands.out());
    }
    match found.as_slice() {
        [Argument::Text(script), rest @ ..] if !name.starts_with("session.") && !name.starts_with("os.exec") => {
            if !rest.iter().any(|argument| matches!(argument, Argument::List(_))) {
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

/// Whether a call of that name, dotted as written, runs a command.
pub(super) fn runs(name: &str) -> bool {
    List::CommandCall.has(name)
}

/// An argument as far as its text shows it.
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
            value.push_str(&blanked(inner.into(), "{", "}"));
        } else {
            value.push_str(inner);
        }
        any = true;
        rest = string[end..].trim_start();
    }
    any.then_some(value)
}
