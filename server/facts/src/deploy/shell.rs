//! The commands of a shell's text, each with how it is joined to the others; and what a script does with the arguments that are known.

pub use crate::mentions::command::lexer::{Flow, Joint, Simple, commands};

use super::paths::name_matches;

/// A script with its functions taken out, and with the branch of a `case` in the place of it that the arguments choose.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Prepared {
    /// The text that runs.
    pub text: String,
    /// The functions by their names; of two the last counts.
    pub functions: Vec<(String, String)>,
}

impl Prepared {
    /// Reads a script that is started with these arguments. A `case` over `$1` has one branch where the argument is given.
    pub fn of(script: &str, arguments: &[String]) -> Self {
        let (text, functions) = without_functions(script);
        Self { text: chosen(&text, arguments), functions }
    }

    /// The body of a function.
    pub fn function(&self, name: &str) -> Option<&str> {
        self.functions.iter().rev().find(|(known, _)| known == name).map(|(_, body)| body.as_str())
    }
}

/// The text without its functions, whose lines stay as empty ones; and these. A function that is not closed stays where it is.
fn without_functions(script: &str) -> (String, Vec<(String, String)>) {
    let lines: Vec<&str> = script.split('\n').collect();
    let (mut text, mut functions) = (Vec::new(), Vec::new());
    let mut at = 0;
    while let Some(line) = lines.get(at) {
        let begins = function_name(line);
        // the brace that closes it stands as far to the right as its head
        let indent = line.len() - line.trim_start().len();
        let closes = |line: &&str| line.trim() == "}" && line.len() - line.trim_start().len() == indent;
        let length = begins.and_then(|_| lines[at + 1..].iter().position(closes));
        if let (Some(name), Some(length)) = (begins, length) {
            functions.push((name.to_owned(), lines[at + 1..=at + length].join("\n")));
            text.extend(std::iter::repeat_n("", length + 2));
            at += length + 2;
        } else {
            text.push(line);
            at += 1;
        }
    }
    (text.join("\n"), functions)
}

/// `serve() {` or `function serve {`
fn function_name(line: &str) -> Option<&str> {
    let head = line.trim().strip_suffix('{')?.trim_end();
    let head = head.strip_prefix("function ").map_or(head, str::trim_start);
    let is_bare = line.trim().starts_with("function ");
    let name = head.strip_suffix("()").map(str::trim_end).or_else(|| is_bare.then_some(head))?;
    let is_name = !name.is_empty() && name.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"_-".contains(&byte));
    is_name.then_some(name)
}

/// The text with the chosen branch in place of each `case` over the first argument.
fn chosen(text: &str, arguments: &[String]) -> String {
    let Some(first) = arguments.first().filter(|first| !first.contains(['$', '\u{2026}'])) else {
        return text.to_owned();
    };
    let lines: Vec<&str> = text.split('\n').collect();
    let mut out: Vec<String> = Vec::new();
    let mut at = 0;
    // what stands in another `case` or behind a `shift` is about another argument
    let mut is_first = true;
    while let Some(line) = lines.get(at) {
        is_first &= line.trim() != "shift";
        let end = if is_first && is_case_of_first(line) { end_of_case(&lines, at) } else { None };
        if let Some(end) = end {
            out.push(branch(&lines[at + 1..end], first));
            at = end + 1;
        } else {
            out.push((*line).to_owned());
            at += 1;
        }
    }
    out.join("\n")
}

/// `case "$1" in`
fn is_case_of_first(line: &str) -> bool {
    let Some(subject) = line.trim().strip_prefix("case ").and_then(|rest| rest.trim_end().strip_suffix(" in")) else {
        return false;
    };
    let subject = subject.trim().trim_matches('"');
    let name = subject.strip_prefix('$').map_or("", |rest| rest.trim_start_matches('{').trim_end_matches('}'));
    name == "1" || name.starts_with("1:-") || name.starts_with("1-")
}

/// The line of the `esac` that ends the `case` of line `at`.
fn end_of_case(lines: &[&str], at: usize) -> Option<usize> {
    let mut depth = 0;
    for (number, line) in lines.iter().enumerate().skip(at) {
        let line = line.trim();
        depth += usize::from(line.starts_with("case ") && line.ends_with(" in"));
        if line == "esac" || line.starts_with("esac ") || line.starts_with("esac;") {
            depth -= 1;
            if depth == 0 {
                return Some(number);
            }
        }
    }
    None
}

/// The commands of the first branch whose pattern the word matches; nothing where none does.
fn branch(lines: &[&str], word: &str) -> String {
    let mut depth = 0;
    let mut taken: Option<Vec<String>> = None;
    let mut is_head = true;
    for line in lines {
        let bare = line.trim();
        let is_pattern = is_head && depth == 0 && !bare.is_empty() && !bare.starts_with('#');
        let (body, ends) = if is_pattern {
            let Some((pattern, body)) = bare.split_once(')') else { continue };
            is_head = false;
            let mut patterns =
                pattern.trim_start_matches('(').split('|').map(|one| one.trim().trim_matches(['"', '\'']));
            if patterns.any(|one| name_matches(word, one)) {
                taken = Some(Vec::new());
            }
            without_end(body)
        } else {
            let before = depth;
            depth += usize::from(bare.starts_with("case ") && bare.ends_with(" in"));
            depth -= usize::from((bare == "esac" || bare.starts_with("esac ")) && depth > 0);
            if before == 0 { without_end(line) } else { (*line, false) }
        };
        if let Some(taken) = &mut taken {
            taken.push(body.to_owned());
        }
        if ends {
            if taken.is_some() {
                break;
            }
            is_head = true;
        }
    }
    taken.unwrap_or_default().join("\n")
}

/// A line of a branch without the `;;` that ends it, and whether it had one.
fn without_end(line: &str) -> (&str, bool) {
    let trimmed = line.trim_end();
    match [";;&", ";&", ";;"].iter().find_map(|end| trimmed.strip_suffix(end)) {
        Some(body) => (body, true),
        None => (line, false),
    }
}

/// The words that a word with a list in braces stands for: `pytest-{cov,xdist}`.
pub fn braces(word: &str) -> Vec<String> {
    let parts = word.split_once('{').and_then(|(before, rest)| Some((before, rest.split_once('}')?)));
    match parts {
        Some((before, (list, behind))) if list.contains(',') && !word.contains(['"', '\'', ' ', ':']) => {
            list.split(',').map(|part| format!("{before}{part}{behind}")).collect()
        }
        _ => vec![word.to_owned()],
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const SCRIPT: &str = "set -e\nserve() {\n  exec gunicorn app:app\n}\nfunction work {\n  case \"$1\" in\n    x) y ;;\n  esac\n}\ncase \"$1\" in\n  serve)\n    shift\n    serve\n    ;;\n  work|jobs) work \"$@\" ;;\n  t*)\n    case $2 in\n      a) pytest ;;\n    esac\n    ;;\n  *)\n    exec \"$@\"\nesac\necho end\n";

    fn text(arguments: &[&str]) -> String {
        let words: Vec<String> = arguments.iter().map(|word| (*word).to_owned()).collect();
        let prepared = Prepared::of(SCRIPT, &words);
        prepared.text.split('\n').map(str::trim).filter(|line| !line.is_empty()).collect::<Vec<_>>().join("; ")
    }

    #[test]
    fn a_branch_is_chosen_by_the_argument() {
        assert_eq!(text(&["serve"]), "set -e; shift; serve; echo end");
        assert_eq!(text(&["jobs", "1"]), "set -e; work \"$@\"; echo end");
        assert_eq!(text(&["test"]), "set -e; case $2 in; a) pytest ;;; esac; echo end");
        assert_eq!(text(&["sh"]), "set -e; exec \"$@\"; echo end");
        assert!(text(&[]).contains("case \"$1\" in"));
        assert!(text(&["\u{2026}"]).contains("case \"$1\" in"));
    }

    #[test]
    fn a_list_in_braces_is_several_words() {
        assert_eq!(braces("pytest-{cov,xdist}==1"), ["pytest-cov==1", "pytest-xdist==1"]);
        for word in ["{a}", "a{", "{\"a\": 1, \"b\": 2}", "x{a b,c}"] {
            assert_eq!(braces(word), [word]);
        }
    }

    #[test]
    fn functions_are_taken_out() {
        let prepared = Prepared::of(SCRIPT, &[]);
        assert_eq!(prepared.function("serve"), Some("  exec gunicorn app:app"));
        assert!(prepared.function("work").is_some_and(|body| body.contains("y ;;")));
        assert_eq!(prepared.function("nothing"), None);
        assert_eq!(prepared.text.matches('\n').count(), SCRIPT.matches('\n').count());
    }

    #[test]
    fn half_typed_scripts_stay_what_they_are() {
        for end in 0..=SCRIPT.len() {
            let part = &SCRIPT[..end];
            let prepared = Prepared::of(part, &["serve".to_owned()]);
            assert!(prepared.text.len() <= part.len() && prepared.functions.len() <= 2, "{part}");
        }
    }
}
