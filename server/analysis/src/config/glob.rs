//! Patterns of paths, as .gitignore has them.

use globset::{ErrorKind, GlobBuilder, GlobMatcher};
use pinlens_facts::words::names::FilePath;
use thiserror::Error;

/// Why a text is no pattern of paths.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum PatternError {
    /// It begins with `!`.
    #[error("a pattern here cannot begin with `!`")]
    Negated,
    /// It is empty.
    #[error("it matches nothing")]
    MatchesNothing,
    /// Its signs do not fit together.
    #[error("{0}")]
    Glob(ErrorKind),
}

/// A pattern that files match by themselves or by a folder around them.
#[derive(Clone, Debug)]
pub struct PathPattern {
    text: String,
    folders_only: bool,
    matcher: GlobMatcher,
}

impl PathPattern {
    /// Reads a pattern.
    ///
    /// ```
    /// use pinlens_analysis::config::{PathPattern, PatternError};
    /// use pinlens_facts::words::names::FilePath;
    ///
    /// let tests = PathPattern::new("tests/")?;
    /// assert!(tests.matches(&FilePath::new("app/tests/test_cart.py")));
    /// assert_eq!(PathPattern::new("!tests/"), Err(PatternError::Negated));
    /// # Ok::<(), PatternError>(())
    /// ```
    ///
    /// # Errors
    ///
    /// Where the text is no pattern, or could match nothing.
    pub fn new(text: &str) -> Result<Self, PatternError> {
        if text.starts_with('!') {
            return Err(PatternError::Negated);
        }
        let body = text.strip_suffix('/').unwrap_or(text);
        let glob = match body.strip_prefix('/') {
            Some(anchored) => anchored.to_owned(),
            None if body.contains('/') => body.to_owned(),
            None => format!("**/{body}"),
        };
        if body.is_empty() || glob.is_empty() {
            return Err(PatternError::MatchesNothing);
        }
        let built = GlobBuilder::new(&glob).literal_separator(true).backslash_escape(true).build();
        let matcher = built.map_err(|error| PatternError::Glob(error.kind().clone()))?.compile_matcher();
        Ok(Self { text: text.to_owned(), folders_only: body.len() < text.len(), matcher })
    }

    /// Whether the pattern means the file, or a folder that it lies in.
    pub fn matches(&self, path: &FilePath) -> bool {
        let parts = std::iter::successors(Some(path.as_str()), |part| Some(part.rsplit_once('/')?.0));
        parts.skip(usize::from(self.folders_only)).any(|part| self.matcher.is_match(part))
    }

    /// Whether the pattern means this path itself.
    pub(crate) fn is_path(&self, path: &str) -> bool {
        self.matcher.is_match(path)
    }

    /// The pattern as written.
    pub fn as_str(&self) -> &str {
        &self.text
    }
}

impl PartialEq for PathPattern {
    fn eq(&self, other: &Self) -> bool {
        self.text == other.text
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn patterns_match_as_git_has_them() {
        let cases = [
            ("tests", "tests/a.py", true),
            ("tests", "app/tests/x/a.py", true),
            ("tests/", "app/tests", false),
            ("tests/", "tests/a.py", true),
            ("/tests", "app/tests/a.py", false),
            ("app/*.py", "app/a.py", true),
            ("app/*.py", "app/x/a.py", false),
            ("app/**/*.py", "app/x/y/a.py", true),
            ("app/**", "app/x/y/a.py", true),
            ("*.py", "x/a.py", true),
            ("a?c.{txt,in}", "abc.in", true),
            ("[ab].py", "c.py", false),
            ("test", "tests/a.py", false),
        ];
        for (pattern, path, expected) in cases {
            let found = PathPattern::new(pattern).expect(pattern).matches(&FilePath::new(path));
            assert_eq!(found, expected, "{pattern} {path}");
        }
    }

    #[test]
    fn what_is_no_pattern_is_reported() {
        for pattern in ["[a", "{a", "!a", "/", ""] {
            assert!(PathPattern::new(pattern).is_err(), "{pattern}");
        }
    }
}
