//! Statements that end their block early.

/// How a statement leaves its block. Of several branches the weakest counts, which is the least.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Leave {
    /// `return`, `continue`, `break`: code further out goes on.
    Quits,
    /// A test is skipped.
    Skips,
    /// It raises, or ends the program.
    Fails,
}

/// How the simple statement that begins with `word` leaves its block, if it does.
pub(super) fn leave(word: &[u8], statement: &[u8]) -> Option<Leave> {
    match word {
        b"return" | b"continue" | b"break" => Some(Leave::Quits),
        b"raise" => Some(raised(statement)),
        b"sys" | b"os" | b"exit" | b"quit" | b"_exit" if is_exit(statement) => Some(Leave::Fails),
        b"pytest" if starts(statement, &[b"pytest.skip(", b"pytest.xfail("]) => Some(Leave::Skips),
        b"pytest" if starts(statement, &[b"pytest.exit(", b"pytest.fail("]) => Some(Leave::Fails),
        b"self" if starts(statement, &[b"self.skipTest("]) => Some(Leave::Skips),
        _ => None,
    }
}

/// `raise unittest.SkipTest(…)` and `raise pytest.skip.Exception(…)` skip a test.
fn raised(statement: &[u8]) -> Leave {
    let line = &statement[..super::lexer::line_end(statement, 0)];
    let call = line.split(|byte| *byte == b'(').next().unwrap_or_default();
    if call.ends_with(b"SkipTest") || call.ends_with(b"skip.Exception") { Leave::Skips } else { Leave::Fails }
}

fn is_exit(statement: &[u8]) -> bool {
    starts(statement, &[b"sys.exit(", b"exit(", b"quit(", b"os._exit(", b"_exit(", b"os.abort("])
}

fn starts(statement: &[u8], calls: &[&[u8]]) -> bool {
    calls.iter().any(|call| statement.starts_with(call))
}
