//! Paths inside an image or a repository, as text: `/` between names, no `.` and `..` once they are joined.

/// The name behind the last `/`.
pub fn base_name(path: &str) -> &str {
    path.trim_end_matches('/').rsplit('/').next().unwrap_or_default()
}

/// `path` as seen from `folder`, without `.`, `..` and doubled or trailing `/`. An absolute one stays it.
pub fn joined(folder: &str, path: &str) -> String {
    let is_absolute = path.starts_with('/') || folder.starts_with('/');
    let mut parts: Vec<&str> = Vec::new();
    let before = if path.starts_with('/') { "" } else { folder };
    for part in before.split('/').chain(path.split('/')) {
        match part {
            "" | "." => {}
            ".." => drop(parts.pop()),
            _ => parts.push(part),
        }
    }
    let joined = parts.join("/");
    if is_absolute { format!("/{joined}") } else { joined }
}

/// What of `path` lies below `folder`: empty where it is the folder itself; `None` where it lies elsewhere. In `python3.?` any
/// version matches.
pub fn below<'a>(path: &'a str, folder: &str) -> Option<&'a str> {
    let mut rest = path.trim_start_matches('/');
    for wanted in folder.split('/').filter(|part| !part.is_empty()) {
        let (part, behind) = rest.split_once('/').unwrap_or((rest, ""));
        let is_open = |part: &str| part == ANY_PYTHON;
        let is_python = |part: &str| part.starts_with("python3.");
        let matches = part == wanted || is_open(part) && is_python(wanted) || is_open(wanted) && is_python(part);
        if !matches {
            return None;
        }
        rest = behind;
    }
    Some(rest)
}

/// The folder of a Python whose version is not known.
pub const ANY_PYTHON: &str = "python3.?";

/// Whether a path matches a pattern with `*`, `?` and `[…]` within names; `**` stands for any number of them.
pub fn matches(path: &str, pattern: &str) -> bool {
    let path: Vec<&str> = path.split('/').filter(|part| !part.is_empty()).collect();
    let pattern: Vec<&str> = pattern.split('/').filter(|part| !part.is_empty() && *part != ".").collect();
    matches_parts(&path, &pattern, 0)
}

/// Deeper patterns are no work of a person.
const DEEPEST: usize = 64;

fn matches_parts(path: &[&str], pattern: &[&str], depth: usize) -> bool {
    if depth > DEEPEST {
        return false;
    }
    match (path, pattern) {
        ([], []) => true,
        (_, ["**", rest @ ..]) => {
            matches_parts(path, rest, depth + 1) || !path.is_empty() && matches_parts(&path[1..], pattern, depth + 1)
        }
        ([part, rest @ ..], [wanted, behind @ ..]) => {
            name_matches(part, wanted) && matches_parts(rest, behind, depth + 1)
        }
        _ => false,
    }
}

/// Whether a name matches a pattern of one name.
pub fn name_matches(name: &str, pattern: &str) -> bool {
    let (name, pattern): (Vec<char>, Vec<char>) = (name.chars().collect(), pattern.chars().collect());
    // where the last `*` stood, and how much of the name it has taken
    let (mut at, mut in_pattern, mut star) = (0, 0, None);
    while at < name.len() {
        match pattern.get(in_pattern) {
            Some('*') => {
                star = Some((in_pattern, at));
                in_pattern += 1;
                continue;
            }
            Some('?') => {
                at += 1;
                in_pattern += 1;
                continue;
            }
            Some('[') => {
                if let Some((end, is_in)) = class(&pattern, in_pattern, name[at])
                    && is_in
                {
                    at += 1;
                    in_pattern = end + 1;
                    continue;
                }
            }
            Some(c) if *c == name[at] => {
                at += 1;
                in_pattern += 1;
                continue;
            }
            _ => {}
        }
        let Some((back, taken)) = star else { return false };
        star = Some((back, taken + 1));
        (in_pattern, at) = (back + 1, taken + 1);
    }
    pattern[in_pattern..].iter().all(|c| *c == '*')
}

/// The end of the class that begins at `start`, and whether `c` is in it.
fn class(pattern: &[char], start: usize, c: char) -> Option<(usize, bool)> {
    let end = start + 1 + pattern.get(start + 1..)?.iter().position(|c| *c == ']')?;
    let inside = &pattern[start + 1..end];
    let (is_not, inside) = match inside {
        ['!' | '^', rest @ ..] => (true, rest),
        _ => (false, inside),
    };
    let mut at = 0;
    let mut is_in = false;
    while at < inside.len() {
        if inside.get(at + 1) == Some(&'-') && at + 2 < inside.len() {
            is_in |= (inside[at]..=inside[at + 2]).contains(&c);
            at += 3;
        } else {
            is_in |= inside[at] == c;
            at += 1;
        }
    }
    Some((end, is_in != is_not))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_are_joined() {
        for (folder, path, expected) in [
            ("/app", "x", "/app/x"),
            ("/app", "/x/", "/x"),
            ("/app", "./a/../b", "/app/b"),
            ("a/b", "..", "a"),
            ("", "./", ""),
            ("/", ".", "/"),
        ] {
            assert_eq!(joined(folder, path), expected, "{folder} {path}");
        }
    }

    #[test]
    fn what_lies_below_is_reported() {
        assert_eq!(below("/app/x", "/app"), Some("x"));
        assert_eq!(below("/app", "/app/"), Some(""));
        assert_eq!(below("/apple", "/app"), None);
        assert_eq!(below("/usr/lib/python3.?/site-packages", "/usr/lib/python3.11"), Some("site-packages"));
        assert_eq!(below("/usr/lib/python3.12/x", "/usr/lib/python3.11"), None);
        assert_eq!(below("/a", "/"), Some("a"));
    }

    #[test]
    fn patterns_match_names() {
        for (path, pattern, expected) in [
            ("a/b.py", "a/*.py", true),
            ("a/c/b.py", "a/*.py", false),
            ("a/c/b.py", "**/*.py", true),
            ("b.py", "**/b.py", true),
            ("reqs-1.txt", "reqs-[0-9].txt", true),
            ("reqs-x.txt", "reqs-[!0-9].txt", true),
            ("requirements", "requirements*", true),
            ("a", "?", true),
            ("", "*", false),
        ] {
            assert_eq!(matches(path, pattern), expected, "{path} {pattern}");
        }
    }
}
