//! A script whose tests are decided as far as the values of its variables are known: `if [ "$ENV" = production ]; then`.
//!
//! Line by line, as people write it: a test is decided where it stands on one line. What is not taken becomes empty lines, so that the
//! numbers of the others stay.

/// The text with the branches that run in place of each `if` whose test is decided; `value` gives the value of a variable or of an
/// argument (`1`), where that is known.
pub fn decided(text: &str, value: &dyn Fn(&str) -> Option<String>) -> String {
    if !text.contains("if ") {
        return text.to_owned();
    }
    let mut lines: Vec<&str> = text.split('\n').collect();
    let mut at = 0;
    while at < lines.len() {
        if let Some(test) = test_of(lines[at], "if") {
            decide(&mut lines, at, test, value);
        }
        at += 1;
    }
    lines.join("\n")
}

/// The test of `if TEST; then` or `elif TEST; then`.
fn test_of<'a>(line: &'a str, keyword: &str) -> Option<&'a str> {
    let rest = line.trim().strip_prefix(keyword)?.strip_prefix(' ')?;
    let rest = rest.strip_suffix("then").map_or(rest, str::trim_end);
    Some(rest.trim_end_matches(';').trim())
}

/// Decides the `if` of line `first`, where that is possible.
fn decide<'a>(lines: &mut [&'a str], first: usize, test: &'a str, value: &dyn Fn(&str) -> Option<String>) {
    let Some(parts) = parts(lines, first) else { return };
    let Some(&end) = parts.last() else { return };
    let mut test = Some(test);
    let mut taken = None;
    for pair in parts.windows(2) {
        let holds = match test {
            Some(test) => holds(test, value),
            // `else`
            None => Some(true),
        };
        match holds {
            Some(true) => {
                taken = Some((pair[0], pair[1]));
                break;
            }
            Some(false) => test = test_of(lines[pair[1]], "elif"),
            None => return,
        }
    }
    for (at, line) in lines.iter_mut().enumerate().take(end + 1).skip(first) {
        let is_taken = taken.is_some_and(|(start, end)| start < at && at < end);
        if !is_taken || line.trim() == "then" {
            *line = "";
        }
    }
}

/// The lines of an `if` and of the `elif`, `else` and `fi` that belong to it.
fn parts(lines: &[&str], first: usize) -> Option<Vec<usize>> {
    let (mut depth, mut found) = (0_usize, vec![first]);
    for (at, line) in lines.iter().enumerate().skip(first + 1) {
        let bare = line.trim();
        let word = bare.split([' ', ';']).next().unwrap_or_default();
        match word {
            "if" if !bare.ends_with("fi") => depth += 1,
            "elif" | "else" if depth == 0 => found.push(at),
            "fi" if depth == 0 => {
                found.push(at);
                return Some(found);
            }
            "fi" => depth -= 1,
            _ => {}
        }
    }
    None
}

/// Whether a test holds; `None` where that is not known.
fn holds(test: &str, value: &dyn Fn(&str) -> Option<String>) -> Option<bool> {
    let inside = ["[[ ", "[ "].iter().find_map(|open| test.strip_prefix(open));
    let inside =
        inside.and_then(|rest| rest.trim_end_matches(']').strip_suffix(' ')).or_else(|| test.strip_prefix("test "))?;
    if inside.contains(" -a ") || inside.contains(" -o ") || inside.contains("&&") || inside.contains("||") {
        return None;
    }
    let words: Vec<&str> = inside.split_whitespace().collect();
    match words[..] {
        ["-n", word] => Some(!text_of(word, value)?.is_empty()),
        ["-z", word] => Some(text_of(word, value)?.is_empty()),
        [left, "=" | "==", right] => Some(text_of(left, value)? == text_of(right, value)?),
        [left, "!=", right] => Some(text_of(left, value)? != text_of(right, value)?),
        _ => None,
    }
}

/// The text that a word is: plain, or a variable whose value is known.
fn text_of(word: &str, value: &dyn Fn(&str) -> Option<String>) -> Option<String> {
    let bare = word.trim_matches('"');
    if let Some(name) = bare.strip_prefix('$') {
        let name = name.strip_prefix('{').and_then(|name| name.strip_suffix('}')).unwrap_or(name);
        let (name, default) = name.split_once(":-").map_or((name, None), |(name, default)| (name, Some(default)));
        let is_name = name.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_');
        // where a default stands, nothing says whether whoever runs the script gives a value
        let known = value(name).filter(|value| !value.contains(['\u{2026}', '$']));
        return known.filter(|value| is_name && (default.is_none() || !value.is_empty()));
    }
    let plain = bare.trim_matches('\'');
    (!plain.contains(['$', '`', '*', '?', '[', '"', '\''])).then(|| plain.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    const SCRIPT: &str = "set -e\nif [ \"$ENV\" = \"development\" ]; then\n  if [ -f x ]; then\n    a\n  fi\nelif [[ $ENV == staging ]]; then\n  b\nelse\n  c\nfi\nif [ -z \"$OTHER\" ]\nthen\n  d\nfi\ne\n";

    fn read(env: Option<&str>, other: Option<&str>) -> String {
        let value = |name: &str| match name {
            "ENV" => env.map(str::to_owned),
            "OTHER" => other.map(str::to_owned),
            _ => None,
        };
        let text = decided(SCRIPT, &value);
        assert_eq!(text.matches('\n').count(), SCRIPT.matches('\n').count());
        text.split('\n').map(str::trim).filter(|line| !line.is_empty()).collect::<Vec<_>>().join("; ")
    }

    #[test]
    fn what_is_known_decides() {
        assert_eq!(read(Some("development"), Some("")), "set -e; if [ -f x ]; then; a; fi; d; e");
        assert_eq!(read(Some("staging"), Some("x")), "set -e; b; e");
        assert_eq!(read(Some("production"), Some("x")), "set -e; c; e");
        assert!(read(None, None).contains("if [ \"$ENV\" = \"development\" ]; then"));
        assert!(read(None, None).contains("if [ -z \"$OTHER\" ]"));
    }

    #[test]
    fn half_typed_scripts_keep_their_lines() {
        for end in 0..=SCRIPT.len() {
            let text = decided(&SCRIPT[..end], &|_| Some("staging".to_owned()));
            assert_eq!(text.matches('\n').count(), SCRIPT[..end].matches('\n').count());
        }
    }
}
