//! The tokens of the test of an `if`.

use super::lexer::is_word;

/// `tokens` without the brackets that hold all of them.
pub(super) fn unwrapped<'a, 'b>(tokens: &'b [&'a str]) -> &'b [&'a str] {
    let mut tokens = tokens;
    while let ["(", inside @ .., ")"] = tokens {
        let mut depth = 0i32;
        for token in inside {
            match *token {
                "(" => depth += 1,
                ")" => depth -= 1,
                _ => {}
            }
            if depth < 0 {
                return tokens;
            }
        }
        if split(inside, ",").len() > 1 {
            return tokens;
        }
        tokens = inside;
    }
    tokens
}

/// Splits at each `separator` outside of brackets.
pub(super) fn split<'a, 'b>(tokens: &'b [&'a str], separator: &str) -> Vec<&'b [&'a str]> {
    let (mut parts, mut depth, mut start) = (Vec::new(), 0i32, 0);
    for (at, token) in tokens.iter().enumerate() {
        match *token {
            "(" | "[" | "{" => depth += 1,
            ")" | "]" | "}" => depth -= 1,
            other if depth == 0 && other == separator => {
                parts.push(&tokens[start..at]);
                start = at + 1;
            }
            _ => {}
        }
    }
    parts.push(&tokens[start..]);
    parts
}

/// A test longer than this says nothing that matters; the bound keeps a half-typed file cheap.
const MAX_TEST: usize = 1_000;

/// The words, strings and operators of a test, without blanks and comments.
pub(super) fn tokens(test: &str) -> Vec<&str> {
    let bytes = test.as_bytes();
    let (mut tokens, mut at) = (Vec::new(), 0);
    while let Some(&byte) = bytes.get(at).filter(|_| at < MAX_TEST) {
        let end = match byte {
            b' ' | b'\t' | b'\n' | b'\r' | b'\x0c' | b'\\' => {
                at += 1;
                continue;
            }
            b'#' => {
                at = super::lexer::line_end(bytes, at);
                continue;
            }
            b'"' | b'\'' => super::lexer::string_end(bytes, at + 1, byte).0,
            b'<' | b'>' | b'=' | b'!' | b':' if bytes.get(at + 1) == Some(&b'=') => at + 2,
            _ if is_word(byte) => at + super::lexer::word_at(bytes, at).len(),
            _ => at + 1,
        };
        let end = end.min(bytes.len());
        tokens.extend(test.get(at..end));
        at = end;
    }
    tokens
}
