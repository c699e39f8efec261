//! Texts of lines: Procfile, systemd, crontab, batch files, PowerShell, Jenkinsfile, Robot Framework.

use super::super::command::{Commands, words};
use crate::words::mention::MentionKind;

/// The lines with their numbers.
fn numbered(text: &str) -> impl Iterator<Item = (&str, usize)> {
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    text.split('\n').map(|line| line.trim_end_matches('\r')).zip(1..)
}

/// `name: command`.
pub(super) fn procfile(text: &str, commands: &mut Commands<'_>) {
    for (line, number) in numbered(text) {
        let Some((name, command)) = line.split_once(':') else { continue };
        if name.trim().bytes().all(|byte| byte.is_ascii_alphanumeric() || b"_-".contains(&byte)) {
            commands.script(command, number);
        }
    }
}

/// `ExecStart=` and its kin of a unit; systemd's marks stand before the path.
pub(super) fn systemd(text: &str, commands: &mut Commands<'_>) {
    let mut whole = String::new();
    let mut first = 1;
    for (line, number) in numbered(text) {
        if whole.is_empty() {
            first = number;
        }
        whole.push_str(line);
        if line.ends_with('\\') {
            whole.push('\n');
            continue;
        }
        let line = std::mem::take(&mut whole);
        let Some((key, value)) = line.split_once('=') else { continue };
        let key = key.trim();
        if key.starts_with("Exec") {
            commands.script(value.trim_start().trim_start_matches(['-', '@', ':', '+', '!', '|']), first);
        } else if key == "Environment" {
            for pair in words(value) {
                if let Some((name, value)) = pair.split_once('=') {
                    commands.define(name, value, first);
                }
            }
        }
    }
}

/// Five fields of time, or a name for them, and then the command; a table of the system has a user between.
pub(super) fn crontab(text: &str, commands: &mut Commands<'_>) {
    for (line, number) in numbered(text) {
        let line = line.trim();
        let is_time = line.starts_with(|c: char| c.is_ascii_digit() || c == '*');
        let fields = match line {
            _ if line.starts_with('@') => 1,
            _ if is_time => 5,
            _ => continue,
        };
        let mut rest = line;
        for _ in 0..fields {
            let end = rest.find(char::is_whitespace).unwrap_or(rest.len());
            rest = rest[end..].trim_start();
        }
        let (first, after) = rest.split_once(char::is_whitespace).unwrap_or((rest, ""));
        let is_user = matches!(first, "root" | "app" | "www-data" | "nobody" | "django" | "ubuntu" | "user" | "deploy");
        // a bare `%` begins the command's input
        let command = if is_user { after } else { rest };
        commands.script(command.split(" %").next().unwrap_or_default(), number);
    }
}

/// A batch file, made one of a shell's: its comments, its marks, its tests and its variables.
pub(super) fn batch(text: &str, commands: &mut Commands<'_>) {
    let lines = numbered(text).map(|(line, _)| {
        let line = without_test(line.trim_start().trim_start_matches('@'));
        let word = line.split(|c: char| !c.is_ascii_alphanumeric()).next().unwrap_or_default().to_ascii_lowercase();
        if line.starts_with(':') || matches!(word.as_str(), "rem" | "echo" | "goto") {
            return String::new();
        }
        let line = percent_variables(&line.replace('\\', "/"));
        // the value goes to the end of the line
        if let Some((name, value)) = line.get(4..).filter(|_| word == "set").and_then(|rest| rest.split_once('=')) {
            return format!("{}='{}'", name.trim().trim_matches('"'), value.trim().trim_matches('"').replace('\'', ""));
        }
        match line.trim_end().strip_suffix('^') {
            Some(line) => format!("{line}\\"),
            None => line,
        }
    });
    commands.script(&lines.collect::<Vec<_>>().join("\n"), 1);
}

/// What stands behind `if "%1" == "html"`, `if not exist file` and `if errorlevel 1`.
fn without_test(line: &str) -> &str {
    let mut words = line.split(' ').filter(|word| !word.is_empty()).peekable();
    if !words.next().is_some_and(|word| word.eq_ignore_ascii_case("if")) {
        return line;
    }
    let mut last = "";
    while let Some(word) = words.next_if(|word| word.eq_ignore_ascii_case("not") || word.starts_with('/')) {
        last = word;
    }
    let test = words.next().unwrap_or(last);
    let is_compared =
        words.peek().is_some_and(|word| matches!(word.to_ascii_lowercase().as_str(), "==" | "equ" | "neq" | "geq"));
    let end = match test.to_ascii_lowercase().as_str() {
        "exist" | "errorlevel" | "defined" => words.next().unwrap_or(test),
        _ if is_compared => words.nth(1).unwrap_or(test),
        _ => test,
    };
    // every word is a part of the line
    let at = end.as_ptr() as usize - line.as_ptr() as usize + end.len();
    line.get(at..).unwrap_or_default().trim_start()
}

/// `%NAME%` as `${NAME}`.
fn percent_variables(line: &str) -> String {
    let mut whole = String::new();
    let mut rest = line;
    while let Some((before, tail)) = rest.split_once('%') {
        let end = tail.find(|c: char| !(c.is_ascii_alphanumeric() || c == '_')).unwrap_or(tail.len());
        whole.push_str(before);
        if end > 0 && tail[end..].starts_with('%') {
            whole.extend(["${", &tail[..end], "}"]);
            rest = &tail[end + 1..];
        } else {
            whole.push('%');
            rest = tail;
        }
    }
    whole.push_str(rest);
    whole
}

/// A script of PowerShell, made one of a shell's.
pub(super) fn powershell(text: &str, commands: &mut Commands<'_>) {
    let mut is_comment = false;
    let lines = numbered(text).map(|(line, _)| {
        let starts = line.trim_start().starts_with("<#");
        if starts || is_comment {
            is_comment = !line.contains("#>");
            return String::new();
        }
        let line = line.replace('\\', "/");
        match line.trim_end().strip_suffix('`') {
            Some(line) => format!("{line}\\"),
            None => line,
        }
    });
    commands.script(&lines.collect::<Vec<_>>().join("\n"), 1);
}

/// The strings of `sh`, `bat` and `powershell` steps, and those behind `shell:` in a Snakefile.
pub(super) fn jenkins(text: &str, commands: &mut Commands<'_>) {
    let mut line = 1;
    let mut rest = text;
    while let Some(at) = rest.find(['\'', '"']) {
        let before = &rest[..at];
        line += before.matches('\n').count();
        let is_comment = before.rsplit('\n').next().is_some_and(|start| start.trim_start().starts_with("//"));
        let tail = &rest[at..];
        let quote = ["'''", "\"\"\"", "'", "\""].into_iter().find(|quote| tail.starts_with(quote)).unwrap_or("'");
        let body = &tail[quote.len()..];
        if is_comment {
            // an apostrophe in it pairs with none
            rest = body.find('\n').map_or("", |end| &body[end..]);
            continue;
        }
        let Some(end) = string_end(body, quote) else {
            rest = body;
            continue;
        };
        let step = before.trim_end_matches([' ', '(', '\t']);
        let word = step.rsplit(|c: char| !c.is_ascii_alphanumeric()).next().unwrap_or_default();
        let is_script = step.ends_with("script:")
            || step.ends_with("shell:")
            || matches!(word, "sh" | "bat" | "powershell" | "pwsh");
        if is_script {
            commands.script(&body[..end], line);
        }
        line += body[..end].matches('\n').count();
        rest = &body[end + quote.len()..];
    }
}

/// Where a string's closing quote stands; one with a single quote ends on its line.
fn string_end(body: &str, quote: &str) -> Option<usize> {
    let mut from = 0;
    loop {
        let at = from + body.get(from..)?.find(quote)?;
        if quote.len() == 1 && body[..at].contains('\n') {
            return None;
        }
        let backslashes = body[..at].bytes().rev().take_while(|byte| *byte == b'\\').count();
        if backslashes % 2 == 0 {
            return Some(at);
        }
        from = at + quote.len();
    }
}

/// `Library    X` of the settings.
pub(super) fn robot(text: &str, commands: &mut Commands<'_>) {
    let mut in_settings = false;
    for (line, number) in numbered(text) {
        if line.starts_with('*') {
            in_settings = line.to_ascii_lowercase().contains("setting");
        }
        let mut cells = line.split("  ").map(str::trim).filter(|cell| !cell.is_empty());
        if cells.next().filter(|_| in_settings) == Some("Library")
            && let Some(library) = cells.next().filter(|library| !library.contains(['/', '$']))
        {
            commands.out().add(MentionKind::Name, library, number);
        }
    }
}
