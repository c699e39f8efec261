//! What `pep508_rs` says of a requirement that our own reader found well-formed.

use super::lines::Span;
use super::report::Report;
use super::source;
use pep508_rs::{Requirement, VerbatimUrl};
use std::str::FromStr;

/// The longest requirement in question, in bytes: it simplifies markers, which can take exponential time.
const LONGEST: usize = 500;

/// Parses `name[extras] specifiers ; marker` in `span`, and reports what our reader let pass.
///
/// It is given only what it can read: it would expand `${VAR}` from this process's environment, and takes no `===` with
/// free text, which pip takes. Some inputs make it panic (a name that ends in `-`, brackets that nest without bound); our
/// reader has refused those before. `catch_unwind` stands behind that.
pub(super) fn ask(report: &mut Report<'_>, span: &Span) {
    let text = report.slice(span).trim_end();
    // a requirement without a version or marker holds nothing that our reader could have read wrong
    if !text.contains([';', '(', '~', '*']) || text.contains("===") || source::has_variable(text) || text.contains('$')
    {
        return;
    }
    let text = text.trim_end_matches([';', ' ', '\t']);
    if text.len() > LONGEST || is_lenient(text) {
        return;
    }
    let answer = std::panic::catch_unwind(|| match Requirement::<VerbatimUrl>::from_str(text) {
        Ok(_) => None,
        Err(error) => Some((error.start, error.len, error.message.to_string())),
    });
    if let Ok(Some((start, length, message))) = answer {
        let start = floor_boundary(text, start);
        let end = floor_boundary(text, start.saturating_add(length));
        report.error(&(span.start + start..span.start + end.max(start)), message);
    }
}

/// Whether the requirement has an empty bracket or a `,` behind its last version: pip takes them, `pep508_rs` does not.
fn is_lenient(text: &str) -> bool {
    let body = text.split(';').next().unwrap_or_default().trim_end();
    let inner = body.strip_suffix(')').map_or(body, str::trim_end);
    inner.ends_with([',', '('])
}

/// The greatest character boundary of `text` that is not above `at`.
fn floor_boundary(text: &str, at: usize) -> usize {
    (0..=at.min(text.len())).rev().find(|&at| text.is_char_boundary(at)).unwrap_or(0)
}
