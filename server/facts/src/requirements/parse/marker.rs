//! What is wrong with an environment marker, in words: `words/markers` reads it.

use super::lines::Span;
use super::report::Report;
use super::suggest;
use crate::words::markers::{Mistake, Wrong, parse, words};

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

/// Reads all of `span` as a marker; reports the first mistake. Gives whether there was none.
pub(super) fn check(report: &mut Report<'_>, span: &Span) -> bool {
    let text = report.slice(span);
    let parsed = parse(text);
    let variables = parsed.operands.into_iter().filter(|one| one.is_variable);
    let unknown = variables.map(|one| (one.range, one.text)).find(|(_, name)| !VARIABLES.contains(name));
    let (range, message) = match (unknown, parsed.mistake) {
        (Some((range, name)), _) => (range, no_variable(name)),
        (None, Some(mistake)) => (mistake.range.clone(), in_words(text, &mistake)),
        (None, None) => return true,
    };
    report.error(&(span.start + range.start..span.start + range.end), message);
    false
}

fn no_variable(name: &str) -> String {
    if name.starts_with(|c: char| c.is_ascii_digit()) {
        return format!("a value stands in quotes: write `\"{name}\"`");
    }
    let hint = suggest::nearest(name, &VARIABLES).map(|near| format!(": did you mean `{near}`?"));
    format!("markers have no variable `{name}`{}", hint.unwrap_or_default())
}

/// What is wrong with the marker `text`, and what would be right.
fn in_words(text: &str, mistake: &Mistake) -> String {
    let found = text.get(mistake.range.clone()).unwrap_or_default();
    match mistake.wrong {
        Wrong::Depth => "the marker's brackets nest too deep".to_owned(),
        Wrong::NotOpened => "no `(` was opened for this `)`".to_owned(),
        Wrong::NotClosed => "this `(` is never closed".to_owned(),
        Wrong::Junction if matches!(found, "&&" | "&" | ",") => {
            format!("`{found}` does not join conditions: write `and`")
        }
        Wrong::Junction if matches!(found, "||" | "|") => format!("`{found}` does not join conditions: write `or`"),
        Wrong::Junction => format!("`and` or `or` is expected here, not `{found}`"),
        Wrong::Ends => "the marker ends before its comparison, as in `python_version < \"3.11\"`".to_owned(),
        Wrong::Sign if found == "=" => "`=` is no comparison: write `==`".to_owned(),
        Wrong::Sign => format!("`{found}` is no comparison"),
        Wrong::Operator => format!("a comparison is expected here, not `{found}`"),
        Wrong::Not => "`not` is followed by `in` in a marker".to_owned(),
        Wrong::Quote => "this quote is never closed".to_owned(),
        Wrong::CurlyQuote => "write straight quotes here: `\"`".to_owned(),
        Wrong::NoCondition => "a condition is missing here".to_owned(),
        Wrong::NoValue => {
            let last: Vec<&str> = words(text).iter().rev().take(2).map(|word| &text[word.range.clone()]).collect();
            let operator = if last == ["in", "not"] { "not in" } else { last.first().copied().unwrap_or_default() };
            format!("a value is missing after `{operator}`")
        }
        Wrong::Operand => format!("a variable or a quoted value is expected here, not `{found}`"),
    }
}
