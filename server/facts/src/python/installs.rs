//! What code itself installs before it imports it: `subprocess.check_call([sys.executable, "-m", "pip", "install", "rich"])`.

use super::notebook::installed;
use crate::words::names::DistributionName;
use memchr::memmem;

/// Calls that run a command, or pip itself.
const CALLS: [&str; 8] = [
    "check_call(",
    "check_output(",
    "subprocess.run(",
    "subprocess.call(",
    "Popen(",
    "os.system(",
    "pip.main(",
    "pip_main(",
];

/// The longest call that is read, in bytes.
const LONGEST: usize = 2000;

/// The most that is kept of one file.
const MOST: usize = 100;

/// The distributions that calls in the text install, in their order; each once.
pub fn of_code(text: &str) -> Vec<DistributionName> {
    let mut found = Vec::new();
    // most files hold none
    let is_there = |word: &str| memmem::find(text.as_bytes(), word.as_bytes()).is_some();
    if !is_there("pip") || !is_there("install") {
        return found;
    }
    for call in CALLS {
        for (at, _) in text.match_indices(call) {
            if is_comment(text, at) || found.len() >= MOST {
                continue;
            }
            let words = strings(text.get(at + call.len()..).unwrap_or_default());
            let command = if call.contains("main(") { format!("pip {words}") } else { words };
            for name in installed(&command) {
                if !found.contains(&name) {
                    found.push(name);
                }
            }
        }
    }
    found
}

/// Whether the line of a call, or as much of it as stands near, is a comment.
fn is_comment(text: &str, at: usize) -> bool {
    let near = text.as_bytes().get(at.saturating_sub(200)..at).unwrap_or_default();
    near.rsplit(|byte| *byte == b'\n').next().is_some_and(|line| line.trim_ascii_start().starts_with(b"#"))
}

/// The strings up to the end of the call whose arguments the text begins with, with a blank between them.
fn strings(arguments: &str) -> String {
    let mut words = String::new();
    let mut depth = 1;
    let mut quote = None;
    for (at, c) in arguments.char_indices().take_while(|(at, _)| *at < LONGEST) {
        match (quote, c) {
            (Some((open, start)), c) if c == open => {
                words.push_str(arguments.get(start..at).unwrap_or_default());
                words.push(' ');
                quote = None;
            }
            (Some(_), _) => {}
            (None, '"' | '\'') => quote = Some((c, at + 1)),
            (None, '(' | '[' | '{') => depth += 1,
            (None, ')' | ']' | '}') => depth -= 1,
            (None, _) => {}
        }
        if depth == 0 {
            break;
        }
    }
    words
}

#[cfg(test)]
mod tests {
    use super::of_code;
    use proptest::prelude::*;

    #[test]
    fn calls_of_pip_are_read() {
        let cases = [
            ("subprocess.check_call([sys.executable, \"-m\", \"pip\", \"install\", \"rich\"])", &["rich"][..]),
            ("os.system('pip install -q rich==13 pyyaml')", &["rich", "pyyaml"]),
            (
                "subprocess.run(\n    [sys.executable, '-m', 'pip',\n     'install', '-r', 'requirements.txt', 'six'],\n)",
                &["six"],
            ),
            ("pip.main([\"install\", \"redis[hiredis]\"])", &["redis"]),
            ("# os.system('pip install rich')", &[]),
            ("print('pip install rich')", &[]),
            ("subprocess.run(['apt', 'install', 'pip'])", &[]),
        ];
        for (text, expected) in cases {
            let names: Vec<String> = of_code(text).iter().map(ToString::to_string).collect();
            assert_eq!(names, expected, "{text}");
        }
    }

    proptest! {
        #[test]
        fn any_text_is_read(before in ".{0,40}", inside in "[\\[\\]()\"' a-z,é-]{0,60}") {
            of_code(&format!("{before}os.system({inside} pip install"));
        }
    }
}
