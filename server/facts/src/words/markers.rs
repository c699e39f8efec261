//! Environment markers (PEP 508): `python_version < "3.11"`, read into one tree that all others work on.
//!
//! Evaluated are they for a target that is only partly known, so the answer has three values: a platform that nobody named leaves
//! a test open, and so does a marker that cannot be read. What mistakes are called is said where requirements are read
//! (`requirements/parse/marker.rs`).

mod tree;
mod word;

pub use tree::{Mistake, Operand, Parsed, Test, Wrong, parse};
pub use word::{Word, WordKind, words};

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
    evaluate(&parse(marker).test?, target)
}

/// The extra that a marker asks for: `socks` of `extra == "socks"`, wherever it stands in the marker.
pub fn extra_of(marker: &str) -> Option<&str> {
    let parsed = parse(marker);
    let at = parsed.operands.iter().position(|one| one.is_variable && one.text == "extra")?;
    // the other side of its comparison: operands come in pairs
    parsed.operands.get(at ^ 1).filter(|one| !one.is_variable).map(|one| one.text)
}

/// Whether two markers are the same test, however their blanks and quotes are written.
pub fn are_same(one: &str, other: &str) -> bool {
    one == other || parse(one).test.is_some_and(|test| parse(other).test.as_ref() == Some(&test))
}

fn evaluate(test: &Test<'_>, target: Target) -> Option<bool> {
    let mut is_open = false;
    match test {
        Test::Any(parts) => {
            for part in parts {
                match evaluate(part, target) {
                    Some(true) => return Some(true),
                    answer => is_open |= answer.is_none(),
                }
            }
            (!is_open).then_some(false)
        }
        Test::All(parts) => {
            for part in parts {
                match evaluate(part, target) {
                    Some(false) => return Some(false),
                    answer => is_open |= answer.is_none(),
                }
            }
            (!is_open).then_some(true)
        }
        Test::Compare { left, operator, right } => match (left.is_variable, right.is_variable) {
            (true, false) => asked(left.text, operator, right.text, target),
            (false, true) => asked(right.text, mirrored(operator), left.text, target),
            _ => None,
        },
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

    #[test]
    fn markers_are_compared_by_what_they_test() {
        let marker = "python_version<'3.9' and (os_name == \"nt\")";
        assert!(are_same(marker, "python_version < \"3.9\" and os_name=='nt'"));
        assert!(!are_same(marker, "python_version < '3.9' or os_name == 'nt'"));
        assert!(!are_same("a <", "b <") && are_same("a <", "a <"));
    }

    #[test]
    fn a_marker_that_cannot_be_read_is_open() {
        let linux = Target { python: PythonVersion::parse("3.10"), platform: Some("linux") };
        for marker in
            ["python_version < '3' and", "(python_version < '3'", "python_version < '3' garbage", "", "'a' == 'b'"]
        {
            assert_eq!(holds(marker, linux), None, "{marker}");
        }
        assert_eq!(extra_of("os_name in 'nt' and"), None);
        assert_eq!(extra_of("'socks' == extra"), Some("socks"));
    }

    proptest! {
        #[test]
        fn a_marker_of_words_reads_as_pep508_rs_reads_it(words in prop::collection::vec(prop::sample::select(&[
            "python_version", "os_name", "extra", "'3.8'", "\"nt\"", "==", "<", ">=", "in", "not in", "and", "or", "(", ")",
        ][..]), 1..12)) {
            let marker = words.join(" ");
            let theirs = pep508_rs::MarkerTree::from_str(&marker).is_ok();
            prop_assert!(!theirs || parse(&marker).test.is_some(), "{marker}");
        }

        #[test]
        fn ranges_lie_inside_and_a_prefix_is_read(text in "[a-z_ ()'\"<>=!.0-9é“&]{0,60}") {
            let whole = parse(&text);
            for operand in &whole.operands {
                prop_assert!(text.get(operand.range.clone()).is_some_and(|written| written.contains(operand.text)));
            }
            if let Some(mistake) = &whole.mistake {
                prop_assert!(text.get(mistake.range.clone()).is_some());
                prop_assert!(whole.operands.iter().all(|operand| operand.range.start <= mistake.range.start)
                    || matches!(mistake.wrong, Wrong::NotClosed | Wrong::Ends));
                let before: Vec<&str> = parse(&text[..mistake.range.start]).operands.iter().map(|one| one.text).collect();
                let known: Vec<&str> = whole.operands.iter().map(|one| one.text).collect();
                prop_assert!(known.starts_with(&before), "{known:?} {before:?}");
            }
        }

        #[test]
        fn any_text_has_an_answer(text in "[a-z_ ()'\"<>=!.0-9é]{0,60}") {
            let _ = holds(&text, Target { python: Some(PythonVersion::NEWEST), platform: Some("linux") });
            let _ = extra_of(&text);
        }
    }
}
