//! .dockerignore: which files of its folder a build does not see.

use super::paths;

/// One line.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Pattern {
    /// The pattern without `!` and leading `/`.
    pub pattern: Box<str>,
    /// Whether it takes files back in.
    pub is_exception: bool,
}

/// The patterns of a file, in its order.
pub fn read(text: &str) -> Vec<Pattern> {
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    let lines = text.lines().map(str::trim).filter(|line| !line.is_empty() && !line.starts_with('#'));
    lines
        .map(|line| {
            let (is_exception, pattern) =
                line.strip_prefix('!').map_or((false, line), |pattern| (true, pattern.trim()));
            Pattern { pattern: pattern.trim_matches('/').into(), is_exception }
        })
        .collect()
}

/// Whether the file at `path`, relative to the folder, is left out: the last pattern that matches it or a folder above it decides.
pub fn is_ignored(patterns: &[Pattern], path: &str) -> bool {
    let matches = |pattern: &&Pattern| {
        let mut above = Some(path);
        while let Some(at) = above {
            if paths::matches(at, &pattern.pattern) {
                return true;
            }
            above = at.rsplit_once('/').map(|(outer, _)| outer);
        }
        false
    };
    patterns.iter().rev().find(matches).is_some_and(|pattern| !pattern.is_exception)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_last_pattern_decides() {
        let patterns = read("# x\n*.txt\n!requirements.txt\nsrc/secret\n**/*.pyc\n/build/\n");
        for (path, expected) in [
            ("a.txt", true),
            ("requirements.txt", false),
            ("sub/a.txt", false),
            ("src/secret/x.py", true),
            ("src/a/b.pyc", true),
            ("build/lib/x.py", true),
            ("src/a.py", false),
        ] {
            assert_eq!(is_ignored(&patterns, path), expected, "{path}");
        }
    }
}
