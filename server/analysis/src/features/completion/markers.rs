//! Environment markers behind a `;`.

use super::item::{Item, ItemKind, Spot, begins};
use pinlens_facts::words::markers::{WordKind, words};

/// The variables, with what they are and the values that they usually have (PEP 508).
const VARIABLES: [(&str, &str, &[&str]); 9] = [
    ("python_version", "3.12", &["3.9", "3.10", "3.11", "3.12", "3.13", "3.14"]),
    ("sys_platform", "linux", &["linux", "darwin", "win32"]),
    ("platform_system", "Linux", &["Linux", "Darwin", "Windows"]),
    ("platform_machine", "x86_64", &["x86_64", "aarch64", "arm64", "AMD64"]),
    ("platform_python_implementation", "CPython", &["CPython", "PyPy"]),
    ("implementation_name", "cpython", &["cpython", "pypy"]),
    ("os_name", "posix", &["posix", "nt"]),
    ("python_full_version", "3.12.1", &[]),
    ("extra", "an extra of the project itself", &[]),
];

const OPERATORS: [&str; 8] = ["==", "!=", ">=", "<=", ">", "<", "in", "not in"];

/// What may follow in a marker.
#[derive(Clone, Copy)]
enum Next<'a> {
    Variable,
    Operator,
    Value(&'a str),
    Junction,
}

/// What may be typed in the marker that begins at `at` of the text.
pub(super) fn complete(spot: &Spot, at: usize) -> Vec<Item> {
    let marker = &spot.text[at..];
    let (next, word) = state(marker);
    let start = spot.text.len() - word.len();
    let items: Vec<(String, String, ItemKind)> = match next {
        Next::Variable => VARIABLES.iter().map(|(name, what, _)| item(name, what, ItemKind::Variable)).collect(),
        Next::Operator => OPERATORS.iter().map(|sign| item(sign, "", ItemKind::Operator)).collect(),
        Next::Junction => ["and", "or"].iter().map(|word| item(word, "", ItemKind::Operator)).collect(),
        Next::Value(variable) => {
            let values = VARIABLES.iter().find(|(name, ..)| *name == variable).map_or(&[][..], |row| row.2);
            let quote = word.chars().next().filter(|c| *c == '\'').unwrap_or('"');
            values.iter().map(|value| item(&format!("{quote}{value}{quote}"), variable, ItemKind::Value)).collect()
        }
    };
    let fitting = items.into_iter().filter(|(label, ..)| begins(label, word));
    fitting.map(|(label, detail, kind)| spot.item(start, kind, label, detail)).collect()
}

fn item(label: &str, detail: &str, kind: ItemKind) -> (String, String, ItemKind) {
    (label.to_owned(), detail.to_owned(), kind)
}

/// What may stand at the marker's end, and the word there that has been begun.
fn state(marker: &str) -> (Next<'_>, &str) {
    let (mut next, mut variable) = (Next::Variable, "");
    for word in words(marker) {
        let text = &marker[word.range.clone()];
        let is_done = match word.kind {
            WordKind::Open | WordKind::Close => continue,
            WordKind::Text { is_closed } => is_closed,
            _ => word.range.end < marker.len() || matches!(text, "==" | "!=" | ">=" | "<=" | "~=" | "==="),
        };
        if !is_done {
            return (next, text);
        }
        next = match next {
            Next::Variable => {
                variable = text;
                Next::Operator
            }
            Next::Operator if text == "not" => Next::Operator,
            Next::Operator => Next::Value(variable),
            Next::Value(_) => Next::Junction,
            Next::Junction => Next::Variable,
        };
    }
    (next, "")
}
