//! The tree of a whole program, where the parser may be handed it.

use rustpython_parser::{Mode, ast, parse};

/// The parser recurses, and so does the drop of its tree: what is longer or nested deeper is not read.
const MAX_LENGTH: usize = 256 * 1024;
const MAX_NESTING: usize = 50;
const MAX_CHAIN: usize = 3000;

/// The program's tree; `None` for what cannot be parsed.
pub(super) fn of(body: &str) -> Option<ast::Mod> {
    let read = || parse(body, Mode::Module, "");
    if is_bounded(body) { std::panic::catch_unwind(read).ok().and_then(Result::ok) } else { None }
}

/// Whether the parser may be handed `text`: brackets and chains of operators make the tree deep.
fn is_bounded(text: &str) -> bool {
    let (mut depth, mut deepest, mut chain, mut longest) = (0_usize, 0, 0_usize, 0);
    for line in text.split(['\n', '\r']) {
        if line.starts_with(|c: char| c.is_ascii_alphabetic()) && !line.starts_with("elif") && depth == 0 {
            chain = 0;
        }
        for byte in line.bytes() {
            match byte {
                b'(' | b'[' | b'{' => depth += 1,
                b')' | b']' | b'}' => depth = depth.saturating_sub(1),
                b'-' | b'+' | b'~' | b'*' | b'/' | b'.' | b'|' | b'&' | b'^' | b'%' | b'@' | b':' => chain += 1,
                _ => {}
            }
            deepest = deepest.max(depth);
        }
        chain += ["not ", "lambda", "else", "await", "elif", "yield"]
            .iter()
            .map(|word| line.matches(word).count())
            .sum::<usize>();
        longest = longest.max(chain);
    }
    text.len() <= MAX_LENGTH && deepest <= MAX_NESTING && longest <= MAX_CHAIN
}
