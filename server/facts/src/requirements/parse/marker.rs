//! Environment markers: `python_version >= "3.8" and extra == "x"`, as PEP 508 has them.

use super::lines::Span;
use super::report::{Cursor, Report};
use crate::requirements::parse::suggest;

/// The variables, with the old spellings that pip still takes.
const VARIABLES: [&str; 19] = [
    "python_version",
    "python_full_version",
    "os_name",
    "sys_platform",
    "platform_release",
    "platform_system",
    "platform_version",
    "platform_machine",
    "platform_python_implementation",
    "python_implementation",
    "implementation_name",
    "implementation_version",
    "extra",
    "os.name",
    "sys.platform",
    "platform.version",
    "platform.machine",
    "platform.python_implementation",
    "dependency_groups",
];

/// How deep brackets may nest: deeper ones are a mistake, and a later reader might recurse.
const DEEPEST: usize = 50;

/// Reads all of `span` as a marker; reports the first mistake. Gives whether there was none.
pub(super) fn check(report: &mut Report<'_>, span: &Span) -> bool {
    let mut cursor = Cursor::new(report, span);
    match expression(report, &mut cursor) {
        Ok(()) => true,
        Err((span, message)) => {
            report.error(&span, message);
            false
        }
    }
}

type Mistake = (Span, String);

/// `comparison ((and|or) comparison)*` with brackets, without recursion.
fn expression(report: &Report<'_>, cursor: &mut Cursor<'_>) -> Result<(), Mistake> {
    let mut open: Vec<usize> = Vec::new();
    loop {
        cursor.skip_spaces();
        while cursor.peek() == Some('(') {
            if open.len() == DEEPEST {
                return Err((cursor.at..cursor.at + 1, "the marker's brackets nest too deep".to_owned()));
            }
            open.push(cursor.at);
            cursor.eat("(");
            cursor.skip_spaces();
        }
        comparison(report, cursor)?;
        cursor.skip_spaces();
        while cursor.peek() == Some(')') {
            if open.pop().is_none() {
                return Err((cursor.at..cursor.at + 1, "no `(` was opened for this `)`".to_owned()));
            }
            cursor.eat(")");
            cursor.skip_spaces();
        }
        if cursor.is_done() {
            return match open.pop() {
                Some(at) => Err((at..at + 1, "this `(` is never closed".to_owned())),
                None => Ok(()),
            };
        }
        connective(report, cursor)?;
    }
}

fn connective(report: &Report<'_>, cursor: &mut Cursor<'_>) -> Result<(), Mistake> {
    let word = word(cursor);
    match report.slice(&word) {
        "and" | "or" => Ok(()),
        other => {
            let message = if matches!(other, "&&" | "&" | ",") {
                format!("`{other}` does not join conditions: write `and`")
            } else if matches!(other, "||" | "|") {
                format!("`{other}` does not join conditions: write `or`")
            } else {
                format!("`and` or `or` is expected here, not `{other}`")
            };
            Err((word, message))
        }
    }
}

fn comparison(report: &Report<'_>, cursor: &mut Cursor<'_>) -> Result<(), Mistake> {
    let left = cursor.at;
    operand(report, cursor, "")?;
    let left = left..cursor.at;
    cursor.skip_spaces();
    let start = cursor.at;
    let symbol = cursor.take_while(|c| matches!(c, '<' | '>' | '=' | '!' | '~'));
    match report.slice(&symbol) {
        "===" | "==" | "~=" | "!=" | "<=" | ">=" | "<" | ">" => {}
        "" => word_operator(report, cursor, &left)?,
        "=" => return Err((symbol, "`=` is no comparison: write `==`".to_owned())),
        other => return Err((symbol, format!("`{other}` is no comparison"))),
    }
    let operator = report.slice(&(start..cursor.at));
    cursor.skip_spaces();
    operand(report, cursor, operator)
}

/// `in` or `not in`. `left` is the operand before it.
fn word_operator(report: &Report<'_>, cursor: &mut Cursor<'_>, left: &Span) -> Result<(), Mistake> {
    let first = word(cursor);
    match report.slice(&first) {
        "in" => Ok(()),
        "not" => {
            cursor.skip_spaces();
            let second = word(cursor);
            match report.slice(&second) {
                "in" => Ok(()),
                _ => Err((first, "`not` is followed by `in` in a marker".to_owned())),
            }
        }
        "" => {
            Err((left.clone(), "the marker ends before its comparison, as in `python_version < \"3.11\"`".to_owned()))
        }
        other => Err((first, format!("a comparison is expected here, not `{other}`"))),
    }
}

/// A variable or a quoted string. `operator` is what stands before it, for the message.
fn operand(report: &Report<'_>, cursor: &mut Cursor<'_>, operator: &str) -> Result<(), Mistake> {
    let start = cursor.at;
    match cursor.peek() {
        Some(quote @ ('"' | '\'')) => {
            let (quote, mut buffer) = (quote, [0; 4]);
            let quote: &str = quote.encode_utf8(&mut buffer);
            cursor.eat(quote);
            cursor.take_while(|c| !quote.starts_with(c));
            if cursor.eat(quote) { Ok(()) } else { Err((start..start + 1, "this quote is never closed".to_owned())) }
        }
        Some(quote @ ('“' | '”' | '‘' | '’')) => {
            Err((start..start + quote.len_utf8(), "write straight quotes here: `\"`".to_owned()))
        }
        Some(_) => variable(report, cursor),
        None if operator.is_empty() => Err((start..start, "a condition is missing here".to_owned())),
        None => Err((start..start, format!("a value is missing after `{}`", operator.trim()))),
    }
}

fn variable(report: &Report<'_>, cursor: &mut Cursor<'_>) -> Result<(), Mistake> {
    let span = cursor.take_while(|c| c.is_alphanumeric() || c == '_' || c == '.');
    let name = report.slice(&span);
    if VARIABLES.contains(&name) {
        return Ok(());
    }
    if name.is_empty() {
        let bad = word(cursor);
        let message = format!("a variable or a quoted value is expected here, not `{}`", report.slice(&bad));
        return Err((bad, message));
    }
    if name.starts_with(|c: char| c.is_ascii_digit()) {
        return Err((span, format!("a value stands in quotes: write `\"{name}\"`")));
    }
    let hint = suggest::nearest(name, &VARIABLES).map(|near| format!(": did you mean `{near}`?"));
    let message = format!("markers have no variable `{name}`{}", hint.unwrap_or_default());
    Err((span, message))
}

/// The next run of letters, or the next run of anything else but spaces; at least one character where one is left.
fn word(cursor: &mut Cursor<'_>) -> Span {
    let letters = cursor.take_while(|c| c.is_alphanumeric() || c == '_');
    if !letters.is_empty() {
        return letters;
    }
    cursor.take_while(|c| !c.is_alphanumeric() && !c.is_whitespace() && !matches!(c, '"' | '\'' | '(' | ')'));
    if cursor.at == letters.start
        && let Some(next) = cursor.peek()
    {
        cursor.at += next.len_utf8();
    }
    letters.start..cursor.at
}
