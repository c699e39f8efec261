//! Version specifiers: `>=1.0, <2`, as PEP 440 has them, with the mistakes that people make in them.

use super::lines::Span;
use super::report::{Cursor, Report};

/// The comparisons, each before those that it begins with.
const OPERATORS: [&str; 8] = ["===", "~=", "==", "!=", "<=", ">=", "<", ">"];

/// Reads the specifiers at `cursor`, which ends where they must end (before `;` or `)`). Gives their span, or `None` where
/// there are none or where one is wrong; the mistake is reported then.
pub(super) fn specifiers(report: &mut Report<'_>, cursor: &mut Cursor<'_>) -> Option<Span> {
    let start = cursor.at;
    let mut end = start;
    loop {
        cursor.skip_spaces();
        end = one(report, cursor)?.max(end);
        cursor.skip_spaces();
        if cursor.is_done() {
            return Some(start..end);
        }
        if !cursor.eat(",") {
            junk(report, cursor);
            return None;
        }
        cursor.skip_spaces();
        if cursor.is_done() {
            // pip takes a `,` at the end since 24.1
            return Some(start..end);
        }
    }
}

/// One comparison and its version; gives the offset after it.
fn one(report: &mut Report<'_>, cursor: &mut Cursor<'_>) -> Option<usize> {
    let start = cursor.at;
    let Some(operator) = OPERATORS.into_iter().find(|operator| cursor.eat(operator)) else {
        wrong_operator(report, cursor);
        return None;
    };
    let operator_span = start..cursor.at;
    cursor.skip_spaces();
    let version = match operator {
        "===" => cursor.take_while(|c| !c.is_whitespace() && c != ',' && c != ')' && c != ';'),
        _ => cursor.take_while(|c| c.is_alphanumeric() || matches!(c, '.' | '*' | '+' | '!' | '-' | '_')),
    };
    if version.is_empty() {
        missing_version(report, cursor, operator, &operator_span);
        return None;
    }
    match check_version(report.slice(&version), operator) {
        Ok(()) => Some(version.end),
        Err((inner, message)) => {
            report.error(&(version.start + inner.start..version.start + inner.end), message);
            None
        }
    }
}

/// Says what is wrong where a comparison should stand.
fn wrong_operator(report: &mut Report<'_>, cursor: &mut Cursor<'_>) {
    let run = cursor.clone().take_while(|c| matches!(c, '=' | '<' | '>' | '!' | '~' | '^'));
    let at = run.start..run.start + cursor.peek().map_or(0, char::len_utf8);
    match report.slice(&run) {
        "=" => report.error(&run, "`=` is no comparison: write `==`"),
        "=>" | "=<" => {
            let right: String = report.slice(&run).chars().rev().collect();
            report.error(&run, format!("`{}` is no comparison: write `{right}`", report.slice(&run)));
        }
        "^" | "~" | "^=" => {
            let message =
                "pip does not know this comparison: write `~=` for compatible releases, or bounds as in `>=1.0,<2`";
            report.error(&run, message);
        }
        "!" => report.error(&run, "`!` is no comparison: write `!=`"),
        "" if cursor
            .rest()
            .strip_prefix(',')
            .is_some_and(|rest| rest.trim_start().starts_with(char::is_alphabetic)) =>
        {
            report.error(&at, "a `,` does not part requirements: give each a line of its own");
        }
        "" if cursor.peek() == Some(',') => report.error(&at, "there is one `,` too many here"),
        "" if cursor.peek().is_some_and(|c| c.is_ascii_digit()) => {
            let word = cursor.take_while(|c| !c.is_whitespace() && c != ',');
            report.error(&word, format!("a version needs a comparison: write `=={}`", report.slice(&word)));
        }
        "" => junk(report, cursor),
        other => {
            let message = format!("`{other}` is no comparison: write one of `==`, `!=`, `<=`, `>=`, `<`, `>`, `~=`");
            report.error(&run, message);
        }
    }
}

fn missing_version(report: &mut Report<'_>, cursor: &Cursor<'_>, operator: &str, span: &Span) {
    let run = cursor.clone().take_while(|c| matches!(c, '=' | '<' | '>' | '!' | '~'));
    let quoted = cursor.peek().is_some_and(|c| matches!(c, '"' | '\'' | '“' | '”' | '‘' | '’'));
    if quoted {
        let at = cursor.at..cursor.at + cursor.peek().map_or(0, char::len_utf8);
        report.error(&at, "a version stands without quotes in a requirements file");
    } else if !run.is_empty() && run.start == span.end {
        let whole = span.start..run.end;
        let message = format!("`{}` is no comparison: write one of `==`, `!=`, `<=`, `>=`", report.slice(&whole));
        report.error(&whole, message);
    } else {
        report.error(span, format!("a version is missing after `{operator}`"));
    }
}

/// Says what to do with what stands behind a requirement and does not belong there.
fn junk(report: &mut Report<'_>, cursor: &mut Cursor<'_>) {
    let start = cursor.at;
    let first = cursor.peek().unwrap_or_default();
    let word = cursor.take_while(|c| !c.is_whitespace() && c != ',');
    let text = report.slice(&word);
    let span = if word.is_empty() { start..start + first.len_utf8() } else { word };
    let message = match first {
        '<' | '>' | '=' | '!' | '~' => "a `,` is missing before this comparison".to_owned(),
        '[' => format!("extras stand right behind the name: write `name{text}` before the version"),
        ',' => "there is one `,` too many here".to_owned(),
        'a'..='z' | 'A'..='Z' => format!("`{text}` does not belong here: one line holds one requirement"),
        '#' => "a comment needs a space before its `#`".to_owned(),
        c if c.is_whitespace() || !c.is_ascii() => {
            format!("the character U+{:04X} does not belong here", u32::from(c))
        }
        _ => format!("`{text}` does not belong here"),
    };
    let wide = first.is_ascii() && !first.is_whitespace();
    report.error(&if wide { span } else { start..start + first.len_utf8() }, message);
}

/// Checks a version against PEP 440. The error is a span within `text` and what to say.
pub(super) fn check_version(text: &str, operator: &str) -> Result<(), (Span, String)> {
    if operator == "===" {
        return Ok(());
    }
    let (body, wildcard) = match text.strip_suffix(".*") {
        Some(body) => (body, true),
        None => (text, false),
    };
    if wildcard && !matches!(operator, "==" | "!=") {
        let message = format!("`.*` goes with `==` and `!=` only, not with `{operator}`");
        return Err((body.len()..text.len(), message));
    }
    let shape = Shape::read(body).map_err(|at| {
        let end = at + text.get(at..).and_then(|rest| rest.chars().next()).map_or(0, char::len_utf8);
        let span = if end > at { at..end } else { 0..text.len() };
        (span, format!("`{text}` is no version (PEP 440), as `1.2.3` or `2.0rc1` are"))
    })?;
    if let Some(local) = shape.local
        && (wildcard || !matches!(operator, "==" | "!="))
    {
        return Err((local..text.len(), format!("a local version (`+…`) cannot be compared by `{operator}`")));
    }
    if wildcard && shape.is_dev {
        return Err((body.len()..text.len(), "`.*` cannot follow a development release".to_owned()));
    }
    if operator == "~=" && shape.segments < 2 {
        return Err((0..text.len(), format!("`~=` wants two numbers or more: write `~={body}.0`")));
    }
    Ok(())
}

/// What matters of a version that is one.
struct Shape {
    segments: usize,
    is_dev: bool,
    local: Option<usize>,
}

impl Shape {
    /// Reads all of `text` as a version; the error is the offset of the first byte that does not fit.
    fn read(text: &str) -> Result<Self, usize> {
        let lower = text.to_ascii_lowercase();
        let mut at = usize::from(lower.starts_with('v'));
        let epoch = digits(&lower, at);
        if epoch > at && lower.get(epoch..).is_some_and(|rest| rest.starts_with('!')) {
            at = epoch + 1;
        }
        let mut segments = 0;
        loop {
            let end = digits(&lower, at);
            if end == at {
                return Err(at);
            }
            segments += 1;
            at = end;
            let next = lower.get(at + 1..).and_then(|rest| rest.bytes().next());
            if !lower.get(at..).is_some_and(|rest| rest.starts_with('.'))
                || next.is_some_and(|c| c.is_ascii_alphabetic())
            {
                break;
            }
            at += 1;
        }
        at = labelled(&lower, at, &["alpha", "beta", "preview", "pre", "rc", "a", "b", "c"]);
        at = post(&lower, at);
        let dev = labelled(&lower, at, &["dev"]);
        let is_dev = dev > at;
        let local = (dev < lower.len()).then_some(dev);
        if let Some(plus) = local {
            local_version(&lower, plus)?;
        }
        Ok(Self { segments, is_dev, local })
    }
}

/// The offset after the digits at `at`.
fn digits(text: &str, at: usize) -> usize {
    at + text.bytes().skip(at).take_while(u8::is_ascii_digit).count()
}

/// The offset after one `.`, `-` or `_` at `at`, if there is one.
fn separator(text: &str, at: usize) -> usize {
    at + usize::from(text.as_bytes().get(at).is_some_and(|byte| matches!(byte, b'.' | b'-' | b'_')))
}

/// The offset after `[.-_]label[.-_]number` with one of `labels` (longest first), or `at` where there is none.
fn labelled(text: &str, at: usize, labels: &[&str]) -> usize {
    let start = separator(text, at);
    let rest = text.get(start..).unwrap_or_default();
    let Some(label) = labels.iter().find(|label| rest.starts_with(**label)) else { return at };
    let after = start + label.len();
    let number = digits(text, separator(text, after));
    if number > separator(text, after) { number } else { after }
}

/// The offset after a post-release, `.post1` or the bare `-1`, or `at`.
fn post(text: &str, at: usize) -> usize {
    if text.as_bytes().get(at) == Some(&b'-') && digits(text, at + 1) > at + 1 {
        return digits(text, at + 1);
    }
    labelled(text, at, &["post", "rev", "r"])
}

/// Checks `+local.version` from its `+` to the end of `text`.
fn local_version(text: &str, plus: usize) -> Result<(), usize> {
    let rest = text.get(plus..).unwrap_or_default();
    let Some(local) = rest.strip_prefix('+') else { return Err(plus) };
    let mut at = plus + 1;
    for part in local.split(['.', '-', '_']) {
        let good = part.bytes().take_while(u8::is_ascii_alphanumeric).count();
        if good < part.len() || part.is_empty() {
            return Err(at + good);
        }
        at += part.len() + 1;
    }
    Ok(())
}
