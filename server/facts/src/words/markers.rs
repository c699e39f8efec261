//! Environment markers (PEP 508) evaluated for a target that is only partly known: `python_version < "3.11"`.
//!
//! The answer has three values, for a platform that nobody named leaves a test open. Syntax is judged elsewhere
//! (`requirements/parse/marker.rs`); what cannot be read here is open as well.

use crate::words::names::PythonVersion;
use pep508_rs::pep440_rs::{Version, VersionSpecifier};
use std::str::FromStr;

/// What is known of the machine that the code will run on.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Target<'a> {
    /// The Python, where something says which.
    pub python: Option<PythonVersion>,
    /// `sys.platform`, where the user named the platform.
    pub platform: Option<&'a str>,
}

/// Whether `marker` holds on the target; `None` where that depends on what is not known. `extra` tests are open.
pub fn holds(marker: &str, target: Target) -> Option<bool> {
    let mut reader = Reader { tokens: tokens(marker), at: 0, target };
    let answer = reader.any_of(0);
    if reader.at == reader.tokens.len() { answer } else { None }
}

/// The extra that a marker asks for: `socks` of `extra == "socks"`, wherever it stands in the marker.
pub fn extra_of(marker: &str) -> Option<&str> {
    let tokens = tokens(marker);
    let at = tokens.iter().position(|token| *token == "extra")?;
    tokens.get(at + 2).and_then(|token| unquoted(token))
}

/// Brackets deeper than this are left open: a later reader must not overflow its stack.
const DEEPEST: usize = 50;

struct Reader<'a> {
    tokens: Vec<&'a str>,
    at: usize,
    target: Target<'a>,
}

impl<'a> Reader<'a> {
    fn any_of(&mut self, depth: usize) -> Option<bool> {
        let mut answer = self.all_of(depth);
        while self.eat("or") {
            let other = self.all_of(depth);
            answer = match (answer, other) {
                (Some(true), _) | (_, Some(true)) => Some(true),
                (Some(false), Some(false)) => Some(false),
                _ => None,
            };
        }
        answer
    }

    fn all_of(&mut self, depth: usize) -> Option<bool> {
        let mut answer = self.one(depth);
        while self.eat("and") {
            let other = self.one(depth);
            answer = match (answer, other) {
                (Some(false), _) | (_, Some(false)) => Some(false),
                (Some(true), Some(true)) => Some(true),
                _ => None,
            };
        }
        answer
    }

    fn one(&mut self, depth: usize) -> Option<bool> {
        if self.eat("(") {
            let answer = if depth < DEEPEST { self.any_of(depth + 1) } else { None };
            self.eat(")");
            return answer;
        }
        let (left, mut operator) = (self.next()?, self.next()?);
        if operator == "not" {
            self.eat("in");
            operator = "not in";
        }
        compared(left, operator, self.next()?, self.target)
    }

    fn next(&mut self) -> Option<&'a str> {
        let token = self.tokens.get(self.at).copied()?;
        self.at += 1;
        Some(token)
    }

    fn eat(&mut self, word: &str) -> bool {
        let is_it = self.tokens.get(self.at) == Some(&word);
        self.at += usize::from(is_it);
        is_it
    }
}

fn compared(left: &str, operator: &str, right: &str, target: Target) -> Option<bool> {
    match (unquoted(left), unquoted(right)) {
        (None, Some(value)) => asked(left, operator, value, target),
        (Some(value), None) => asked(right, mirrored(operator), value, target),
        _ => None,
    }
}

/// Whether `variable OPERATOR "value"` holds.
fn asked(variable: &str, operator: &str, value: &str, target: Target) -> Option<bool> {
    match variable {
        "python_version" | "python_full_version" => by_version(target.python?, operator, value),
        "sys_platform" | "sys.platform" => by_text(target.platform?, operator, value),
        "platform_system" => by_text(system_of(target.platform?)?, operator, value),
        "os_name" | "os.name" => by_text(if target.platform? == "win32" { "nt" } else { "posix" }, operator, value),
        "implementation_name" if target.python.is_some() => by_text("cpython", operator, value),
        "platform_python_implementation" | "python_implementation" if target.python.is_some() => {
            by_text("CPython", operator, value)
        }
        _ => None,
    }
}

/// `Windows` of `win32`, as `platform.system()` has it.
pub fn system_of(platform: &str) -> Option<&'static str> {
    match platform {
        "linux" => Some("Linux"),
        "darwin" => Some("Darwin"),
        "win32" => Some("Windows"),
        _ => None,
    }
}

fn by_version(python: PythonVersion, operator: &str, value: &str) -> Option<bool> {
    if let Some(listed) = match operator {
        "in" => Some(true),
        "not in" => Some(false),
        _ => None,
    } {
        let is_in = value.split([' ', ',']).any(|version| version == python.to_string());
        return Some(is_in == listed);
    }
    let specifier = VersionSpecifier::from_str(&format!("{operator}{value}")).ok()?;
    // a patch release is not known: `>= "3.8.1"` holds on some 3.8
    let asks_for_patch = value.split('.').count() > 2 && !value.ends_with('*');
    let same_minor = value.split('.').take(2).eq(python.to_string().split('.'));
    if asks_for_patch && same_minor {
        return None;
    }
    Some(specifier.contains(&Version::from_str(&python.to_string()).ok()?))
}

fn by_text(known: &str, operator: &str, value: &str) -> Option<bool> {
    match operator {
        "==" | "===" => Some(known == value),
        "!=" => Some(known != value),
        "in" => Some(value.contains(known)),
        "not in" => Some(!value.contains(known)),
        // `"linux" in sys_platform`, mirrored
        "holds" => Some(known.contains(value)),
        "holds not" => Some(!known.contains(value)),
        _ => None,
    }
}

fn mirrored(operator: &str) -> &str {
    match operator {
        "<" => ">",
        "<=" => ">=",
        ">" => "<",
        ">=" => "<=",
        "in" => "holds",
        "not in" => "holds not",
        same => same,
    }
}

fn unquoted(token: &str) -> Option<&str> {
    let quote = token.chars().next().filter(|c| matches!(c, '"' | '\''))?;
    token.strip_prefix(quote)?.strip_suffix(quote)
}

fn tokens(marker: &str) -> Vec<&str> {
    let mut found = Vec::new();
    let mut rest = marker.trim_start();
    while let Some(first) = rest.chars().next() {
        let length = match first {
            '(' | ')' => 1,
            '"' | '\'' => rest[1..].find(first).map_or(rest.len(), |at| at + 2),
            '<' | '>' | '=' | '!' | '~' => {
                rest.find(|c| !matches!(c, '<' | '>' | '=' | '!' | '~')).unwrap_or(rest.len())
            }
            _ => {
                let end = |c: char| c.is_whitespace() || "()\"'<>=!~".contains(c);
                rest.find(end).unwrap_or(rest.len()).max(first.len_utf8())
            }
        };
        let (token, behind) = rest.split_at(length);
        found.push(token);
        rest = behind.trim_start();
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn markers_are_evaluated_as_far_as_the_target_is_known() {
        let python = PythonVersion::parse("3.10");
        let linux = Target { python, platform: Some("linux") };
        let open = Target { python, platform: None };
        let cases = [
            ("python_version < '3.11'", open, Some(true)),
            ("python_version >= \"3.11\"", open, Some(false)),
            ("'3.11' <= python_version", open, Some(false)),
            ("python_full_version < '3.10.2'", open, None),
            ("python_version == '3.*'", open, Some(true)),
            ("python_version in '3.9 3.10'", open, Some(true)),
            ("sys_platform == 'win32'", open, None),
            ("sys_platform == 'win32'", linux, Some(false)),
            ("'linux' in sys_platform", linux, Some(true)),
            ("platform_system != 'Windows'", linux, Some(true)),
            ("sys_platform == 'win32' and python_version < '3.0'", open, Some(false)),
            ("sys_platform == 'win32' or (python_version > '3.0' and os_name == 'nt')", open, None),
            ("python_version < '3.11'", Target::default(), None),
            ("extra == 'x'", linux, None),
            ("nonsense", linux, None),
        ];
        for (marker, target, expected) in cases {
            assert_eq!(holds(marker, target), expected, "{marker}");
        }
        assert_eq!(extra_of("python_version > '3' and extra == 'socks'"), Some("socks"));
    }

    proptest! {
        #[test]
        fn any_text_has_an_answer(text in "[a-z_ ()'\"<>=!.0-9é]{0,60}") {
            let _ = holds(&text, Target { python: Some(PythonVersion::NEWEST), platform: Some("linux") });
            let _ = extra_of(&text);
        }
    }
}
