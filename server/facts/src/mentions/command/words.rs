//! Words: which may name an executable, and how those of a command are kept.

use super::lexer::UNKNOWN;
use super::wrappers;
use crate::words::lists::List;
use std::fmt::Write;

/// The words and bytes of a command that are kept.
const WORDS: usize = 40;
pub(super) const LENGTH: usize = 400;

/// The words as one text that reads as the same words again.
pub(super) fn plain(head: &str, arguments: &[String]) -> String {
    let mut text = head.to_owned();
    for word in arguments.iter().take(WORDS) {
        let word = plain_word(word);
        if text.len() + word.len() > LENGTH {
            break;
        }
        let _ = write!(text, " {word}");
    }
    text
}

/// A word as it is kept: no blanks, and of a URL, which may hold a password, only the scheme.
fn plain_word(word: &str) -> String {
    let odd = |c: char| c.is_whitespace() || "'\"\\`;|&<>()".contains(c);
    let (kept, is_url) = match word.find("://") {
        Some(at) => (&word[..at + 3], true),
        None => (word, false),
    };
    match kept {
        "" => UNKNOWN.to_string(),
        _ if factory(kept).is_some() => factory(kept).map(|name| format!("{name}()")).unwrap_or_default(),
        _ if kept.contains(odd) || kept.starts_with('#') || !is_settled(kept) => UNKNOWN.to_string(),
        _ if is_url => format!("{kept}{UNKNOWN}"),
        _ => kept.to_owned(),
    }
}

/// `app:create_app` of `app:create_app('production')`: servers call such a word once they have imported the module.
fn factory(word: &str) -> Option<&str> {
    let (name, _) = word.strip_suffix(')')?.split_once('(')?;
    let is_dotted = |part: &str| !part.is_empty() && part.chars().all(|c| c.is_alphanumeric() || c == '_' || c == '.');
    let (module, function) = name.split_once(':')?;
    (is_dotted(module) && is_dotted(function)).then_some(name)
}

/// Whether every `$` of a word reads as it stands: `${NAME}`, `$@` or a plain character.
fn is_settled(word: &str) -> bool {
    let Some((_, rest)) = word.split_once('$') else { return true };
    let is_letter = |c: char| c.is_ascii_alphabetic() || c == '_';
    match rest.chars().next() {
        Some('{') => match rest[1..].split_once('}') {
            Some((name, rest)) => {
                name.starts_with(is_letter)
                    && name.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_')
                    && is_settled(rest)
            }
            None => false,
        },
        Some(c) if is_letter(c) => false,
        // `$$` and its like are taken together
        Some('@' | '*' | '#' | '?' | '!' | '$' | '-' | '0'..='9') => is_settled(&rest[1..]),
        _ => is_settled(rest),
    }
}

/// `gunicorn` of `/venv/bin/gunicorn` and of `.venv\Scripts\gunicorn.exe`.
pub(in crate::mentions) fn base_name(word: &str) -> &str {
    let name = word.rsplit(['/', '\\']).next().unwrap_or_default();
    [".exe", ".cmd", ".bat"].iter().find_map(|end| name.strip_suffix(end)).unwrap_or(name)
}

/// Whether a word may name an executable or a module.
pub(super) fn is_name(word: &str) -> bool {
    word.starts_with(|c: char| c.is_ascii_alphanumeric() || c == '_')
        && word.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"_-.+:".contains(&byte))
        && word.bytes().any(|byte| byte.is_ascii_alphabetic())
}

/// The variable that a word is as a whole.
pub(super) fn variable(word: &str) -> Option<&str> {
    word.strip_prefix("${")?.strip_suffix('}').filter(|name| !name.contains(['$', '{']))
}

/// `python`, `python3.12`, `pypy3`, `py`.
pub(super) fn is_python(head: &str) -> bool {
    let version = ["pythonw", "python", "pypy"].iter().find_map(|name| head.strip_prefix(name));
    head == "py" || version.is_some_and(|rest| rest.bytes().all(|byte| byte.is_ascii_digit() || byte == b'.'))
}

pub(super) fn is_pip(head: &str) -> bool {
    head.strip_prefix("pip").is_some_and(|rest| rest.bytes().all(|byte| byte.is_ascii_digit() || byte == b'.'))
}

/// Commands that name others without running them, or that no distribution brings.
pub(super) fn is_no_use(head: &str) -> bool {
    List::ShellCommand.has(head) || is_pip(head)
}

/// What a shell does itself, or what no distribution brings: `cd /app`, `set -e`, `export A=b`.
pub fn starts_nothing(head: &str) -> bool {
    is_no_use(head) || is_setting(head)
}

/// Commands of a shell that give variables and options a value.
pub(super) fn is_setting(head: &str) -> bool {
    matches!(head, "export" | "local" | "declare" | "readonly" | "typeset" | "set")
}

/// Shells, and wrappers of the system: they are looked through.
pub(super) fn is_transparent(head: &str) -> bool {
    matches!(head, "sh" | "bash" | "zsh" | "dash" | "ash" | "ksh" | "fish" | "cmd" | "powershell" | "pwsh" | "su")
        || matches!(head, "eval" | "Invoke-Expression" | "trap")
        || is_setting(head)
        || wrappers::unwrap(head, &[]).is_some_and(|(wrapper, _)| !wrapper.counts)
}

/// The plugins and classes that a tool's options name by their modules: pytest's `-p x`, gunicorn's `-k a.b.C`, pylint's
/// `--load-plugins=x,y`.
pub(super) fn plugins(tool: &str, words: &[String], add: &mut impl FnMut(&str)) {
    let options: &[&str] = match tool {
        "pytest" | "py.test" => &["-p"],
        "pylint" => &["--load-plugins"],
        "gunicorn" => &["-k", "--worker-class", "--logger-class"],
        "celery" => &["-S", "--scheduler"],
        _ => return,
    };
    for (at, word) in words.iter().enumerate() {
        let behind = || words.get(at + 1).map(String::as_str);
        let value = options.iter().find_map(|option| match word.strip_prefix(option)? {
            "" => behind(),
            rest if option.starts_with("--") => rest.strip_prefix('='),
            rest => Some(rest),
        });
        let names = value.into_iter().flat_map(|value| value.split(','));
        // `-p no:x` switches a plugin off
        let names = names.filter(|name| !name.starts_with("no:")).map(|name| name.split(':').next().unwrap_or(name));
        names.filter(|name| is_name(name)).for_each(&mut *add);
    }
}
