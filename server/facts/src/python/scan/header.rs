//! The headers of compound statements.

use memchr::memmem::Finder;
use std::sync::LazyLock;

/// Whether `word` begins a compound statement that may have its suite on the same line or says something of its block.
pub(super) fn begins(word: &[u8]) -> bool {
    matches!(
        word,
        b"if"
            | b"elif"
            | b"else"
            | b"try"
            | b"except"
            | b"finally"
            | b"with"
            | b"for"
            | b"while"
            | b"def"
            | b"class"
            | b"async"
            | b"case"
    )
}

static LAMBDA: LazyLock<Finder> = LazyLock::new(|| Finder::new("lambda"));

/// The number of lambdas in a header that stand outside of brackets.
pub(super) fn open_lambdas(head: &str) -> usize {
    // nearly every header has none, and each is checked
    if LAMBDA.find(head.as_bytes()).is_none() {
        return 0;
    }
    let outside = |at: usize| {
        let before = head[..at].bytes();
        before.fold(0i32, |depth, byte| match byte {
            b'(' | b'[' | b'{' => depth + 1,
            b')' | b']' | b'}' => depth - 1,
            _ => depth,
        }) == 0
    };
    head.match_indices("lambda ").chain(head.match_indices("lambda:")).filter(|&(at, _)| outside(at)).count()
}
