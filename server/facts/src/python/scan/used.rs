//! How what a call returns is used: whether it is awaited, or iterated over. Without that, the body of a coroutine or of a generator
//! does not run.

use super::lexer::is_word;
use crate::python::loading::Body;

/// How much of the text before a call is looked at.
const FARTHEST_BACK: usize = 400;

/// How what the call whose name begins at `start` returns is used: next to those of plain functions, bodies of this kind run by it.
pub(super) fn of(text: &str, start: usize) -> Body {
    let before = text.get(..start).unwrap_or_default();
    let near = before.ceil_char_boundary(before.len().saturating_sub(FARTHEST_BACK));
    let before = before.get(near..).unwrap_or_default().trim_end_matches([' ', '\t']);
    if let Some(around) = before.strip_suffix('(') {
        return match last_word(around) {
            // `asyncio.run(main())`, `loop.run_until_complete(main())`
            "run" | "run_until_complete" => Body::Awaited,
            "list" | "tuple" | "set" | "frozenset" | "dict" | "sorted" | "sum" => Body::Iterated,
            _ => Body::Called,
        };
    }
    match last_word(before) {
        "await" => Body::Awaited,
        // a manager of contexts is a generator by `contextlib.contextmanager`
        "with" => Body::Iterated,
        "from" if last_word(before.strip_suffix("from").unwrap_or_default().trim_end()) == "yield" => Body::Iterated,
        "in" if is_head_of_loop(before) => Body::Iterated,
        _ => Body::Called,
    }
}

/// The word at the end of a text; empty where none stands there.
fn last_word(text: &str) -> &str {
    let length = text.bytes().rev().take_while(|byte| is_word(*byte)).count();
    text.get(text.len() - length..).unwrap_or_default()
}

/// Whether the line that ends so is the head of a `for`: of an expression `(x for x in f())` nothing runs yet.
fn is_head_of_loop(text: &str) -> bool {
    let line = text.rsplit(['\n', '\r', ';']).next().unwrap_or_default().trim_start();
    line.starts_with("for ") || line.starts_with("async for ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_call_returns_is_awaited_or_iterated_over() {
        for (text, used) in [
            ("f()", Body::Called),
            ("x = f()", Body::Called),
            ("await f()", Body::Awaited),
            ("x = await f()", Body::Awaited),
            ("asyncio.run(f())", Body::Awaited),
            ("asyncio.run( f())", Body::Awaited),
            ("loop.run_until_complete(f())", Body::Awaited),
            ("asyncio.create_task(f())", Body::Called),
            ("list(f())", Body::Iterated),
            ("with f() as x:", Body::Iterated),
            ("    for x in f():", Body::Iterated),
            ("async for x in f():", Body::Iterated),
            ("yield from f()", Body::Iterated),
            ("xs = (x for x in f())", Body::Called),
            ("forms in f()", Body::Called),
            ("", Body::Called),
        ] {
            let start = text.find("f()").unwrap_or(text.len());
            assert_eq!(of(text, start), used, "{text}");
        }
    }
}
