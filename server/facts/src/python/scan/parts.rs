//! What must hold for a call inside an expression to run: `a and f()`, `a or f()`, `f() if a else b`.

use super::condition::{Effect, Flags, when_false, when_true};
use super::lexer::line_end;
use super::tokens::{split, tokens};

/// So much of a statement is looked at on either side of a call.
const MOST: usize = 900;

/// What holds where the call at `call` runs, in the statement that begins at `statement`.
pub(super) fn effect(text: &str, statement: usize, call: (usize, usize), flags: &Flags) -> Effect {
    let mut effect = Effect::default();
    let before = text.get(statement..call.0).filter(|before| before.len() < MOST).unwrap_or_default();
    let open = open_parts(&tokens(before));
    for part in &open {
        reached(part, flags, &mut effect);
    }
    for test in tests_behind(text, call.1, open.len().saturating_sub(1)) {
        effect.add(when_true(&test.join(" "), flags));
    }
    effect
}

/// The tokens before a call, of the expression around it and of each bracket that is open there, outermost first; only the part that
/// holds the call of a list, an assignment or a statement.
fn open_parts<'a>(all: &[&'a str]) -> Vec<Vec<&'a str>> {
    let mut open: Vec<Vec<&str>> = vec![Vec::new()];
    let mut closed: Vec<Vec<&str>> = Vec::new();
    for &token in all {
        match token {
            "(" | "[" | "{" => {
                open.push(Vec::new());
                closed.push(vec![token]);
            }
            ")" | "]" | "}" => {
                open.pop();
                let mut inside = closed.pop().unwrap_or_default();
                inside.push(token);
                match open.last_mut() {
                    Some(part) => part.extend(inside.iter().copied()),
                    None => open.push(Vec::new()),
                }
                if let Some(outer) = closed.last_mut() {
                    outer.extend(inside);
                }
                continue;
            }
            "," | "=" | ":=" | ":" | ";" | "if" if is_separator(token, open.last()) => {
                open.last_mut().into_iter().for_each(Vec::clear);
            }
            "return" | "yield" | "await" | "assert" | "elif" | "while" => {
                open.last_mut().into_iter().for_each(Vec::clear);
            }
            _ => open.last_mut().into_iter().for_each(|part| part.push(token)),
        }
        if let Some(inside) = closed.last_mut().filter(|_| !matches!(token, "(" | "[" | "{")) {
            inside.push(token);
        }
    }
    open
}

/// Whether a token begins another expression: an `if` does at the beginning of a statement alone.
fn is_separator(token: &str, part: Option<&Vec<&str>>) -> bool {
    token != "if" || part.is_none_or(Vec::is_empty)
}

/// Adds what holds where the end of a part is come to.
fn reached(part: &[&str], flags: &Flags, effect: &mut Effect) {
    let by_else = split(part, "else");
    if let [.., tested, _] = by_else[..]
        && let [.., test] = split(tested, "if")[..]
        && split(tested, "if").len() > 1
    {
        effect.add(when_false(&test.join(" "), flags));
    }
    let rest = by_else.last().copied().unwrap_or_default();
    let alternatives = split(rest, "or");
    if let Some((last, before)) = alternatives.split_last() {
        for one in before {
            effect.add(when_false(&one.join(" "), flags));
        }
        if let Some((_, tests)) = split(last, "and").split_last() {
            for test in tests {
                effect.add(when_true(&test.join(" "), flags));
            }
        }
    }
}

/// The tests of `f() if test else …` behind a call, also around the `depth` brackets that are open there.
fn tests_behind(text: &str, end: usize, depth: usize) -> Vec<Vec<&str>> {
    let bytes = text.as_bytes();
    let mut until = if depth == 0 { line_end(bytes, end) } else { (end + MOST).min(bytes.len()) };
    while !text.is_char_boundary(until) {
        until -= 1;
    }
    let rest = text.get(end..until).unwrap_or_default();
    let (mut outer, mut inner) = (depth, 0_usize);
    let mut tests: Vec<Vec<&str>> = Vec::new();
    let (mut current, mut is_over): (Option<Vec<&str>>, bool) = (None, false);
    for token in tokens(rest) {
        let at = end + (token.as_ptr() as usize - rest.as_ptr() as usize);
        if at >= until {
            break;
        }
        match token {
            "(" | "[" | "{" => inner += 1,
            ")" | "]" | "}" if inner > 0 => inner -= 1,
            ")" | "]" | "}" if outer == 0 => break,
            ")" | "]" | "}" => {
                outer -= 1;
                tests.extend(current.take());
                is_over = false;
                if outer == 0 {
                    until = until.min(line_end(bytes, at));
                }
                continue;
            }
            "," | ":" | ";" if inner == 0 => {
                tests.extend(current.take());
                is_over = true;
            }
            "if" if inner == 0 && !is_over && current.is_none() => {
                current = Some(Vec::new());
                continue;
            }
            "else" if inner == 0 => {
                tests.extend(current.take());
                is_over = true;
            }
            _ => {}
        }
        if let Some(current) = &mut current {
            current.push(token);
        }
    }
    tests.extend(current);
    tests
}
