//! One requirement: `name[extras] >=1 ; marker`, `name @ url`, a bare URL, a path.

use super::lines::Span;
use super::report::{Cursor, Report};
use super::source::{self, FileName};
use super::{marker, second_opinion, version};
use crate::requirements::{Source, UnknownReason};

/// A requirement as it stands in its line.
#[derive(Debug)]
pub(super) struct Draft {
    pub name: Option<Span>,
    /// The URL or path, or the name where there is neither.
    pub place: Span,
    pub source: Source,
    pub extras: Vec<Span>,
    pub specifier: Option<Span>,
    pub marker: Option<Span>,
}

/// Reads all of `span`. `None` where the name is lost in a mistake; that is reported.
pub(super) fn read(report: &mut Report<'_>, span: &Span) -> Option<Draft> {
    let text = report.slice(span);
    if let Some(source) = source::url_source(text) {
        let separator = url_separator(report, span);
        let (body, condition) = split_marker(report, span, separator);
        let mut draft = located(report, &body, source);
        draft.marker = condition.and_then(|condition| checked_marker(report, &condition));
        if let Some(space) = report.slice(&body).find([' ', '\t']) {
            let message = "a URL ends at its first space: what follows does not belong here";
            report.error(&(body.start + space..body.end), message);
        }
        return Some(draft);
    }
    let (body, condition) = split_marker(report, span, ";");
    let mistakes = report.errors.len();
    let draft = if is_direct_path(report.slice(&body)) {
        if let Some(message) = source::no_address(report.slice(&body)) {
            report.error(&body, message);
        }
        Some(located(report, &body, Source::Path))
    } else {
        named(report, &body)
    };
    let condition = condition.and_then(|condition| checked_marker(report, &condition));
    let mut draft = draft?;
    draft.marker = condition;
    if draft.source == Source::Index && mistakes == report.errors.len() {
        second_opinion::ask(report, span);
    }
    Some(draft)
}

/// Reads a URL or path without a marker, and what name and extras it holds. One without a name is reported as unknown.
pub(super) fn located(report: &mut Report<'_>, span: &Span, source: Source) -> Draft {
    let mut extras = Vec::new();
    let mut place = span.clone();
    let text = report.slice(span);
    if source == Source::Path
        && text.ends_with(']')
        && let Some(open) = text.rfind('[').filter(|&open| open > 0)
    {
        place.end = span.start + open;
        let mut cursor = Cursor::new(report, &(place.end..span.end));
        extras = read_extras(report, &mut cursor);
    }
    let name = location_name(report, &place, &mut extras);
    if name.is_none() && !source::is_own_project(report.slice(&place)) {
        let variable = source::has_variable(report.slice(&place));
        report.unknown(&place, if variable { UnknownReason::Variable } else { UnknownReason::Nameless });
    }
    Draft { name, place, source, extras, specifier: None, marker: None }
}

fn location_name(report: &mut Report<'_>, place: &Span, extras: &mut Vec<Span>) -> Option<Span> {
    let text = report.slice(place);
    let file = source::file_name(text);
    if let FileName::BadWheel(at) = &file {
        let message = "this is no wheel's file name: `name-version-python-abi-platform.whl`";
        report.error(&(place.start + at.start..place.start + at.end), message);
    }
    if let Some(egg) = source::egg(text) {
        let mut cursor = Cursor::new(report, &(place.start + egg.start..place.start + egg.end));
        let name = cursor.take_while(|c| c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '.'));
        if source::is_name(report.slice(&name)) {
            if cursor.peek() == Some('[') {
                extras.extend(read_extras(report, &mut cursor));
            }
            return Some(name);
        }
    }
    match file {
        FileName::Named(name) => Some(place.start + name.start..place.start + name.end),
        FileName::Silent | FileName::BadWheel(_) => None,
    }
}

/// What parts a bare URL from its marker: `; `. A `;` without the space is reported where a marker was meant.
fn url_separator(report: &mut Report<'_>, span: &Span) -> &'static str {
    let text = report.slice(span);
    let glued = text.find(';').filter(|&at| {
        let rest = text.get(at + 1..).unwrap_or_default();
        !rest.starts_with(' ') && rest.contains(['"', '\''])
    });
    let Some(at) = glued else { return "; " };
    let at = span.start + at;
    report.error(
        &(at..at + 1),
        "a marker behind a URL needs a space after its `;`, else it is read as a part of the URL",
    );
    ";"
}

/// Splits at the first `separator`; both parts without surrounding spaces, the marker only if there is any.
fn split_marker(report: &Report<'_>, span: &Span, separator: &str) -> (Span, Option<Span>) {
    let text = report.slice(span);
    let Some(at) = text.find(separator) else { return (span.clone(), None) };
    let body = text.get(..at).unwrap_or_default().trim_end().len();
    let after = text.get(at + separator.len()..).unwrap_or_default();
    let start = span.end - after.trim_start().len();
    (span.start..span.start + body, (start < span.end).then_some(start..span.end))
}

fn checked_marker(report: &mut Report<'_>, span: &Span) -> Option<Span> {
    let variable = source::has_variable(report.slice(span));
    (variable || marker::check(report, span)).then(|| span.clone())
}

/// Whether a requirement without a marker is a path, and not `name @ url`.
fn is_direct_path(body: &str) -> bool {
    let head_end = body.find(|c: char| c.is_whitespace() || "<>=!~,(".contains(c)).unwrap_or(body.len());
    let head = body.get(..head_end).unwrap_or_default();
    let named_url =
        head.split_once('@').is_some_and(|(before, _)| source::is_name(before.split('[').next().unwrap_or_default()));
    let drive = head.as_bytes().get(1..3).is_some_and(|next| matches!(next, [b':', b'\\' | b'/']));
    let plain = match head.rfind('[') {
        Some(open) if head.ends_with(']') => head.get(..open).unwrap_or_default(),
        _ => head,
    };
    drive || !named_url && source::is_path(plain)
}

/// `name[extras]` with specifiers or a URL.
fn named(report: &mut Report<'_>, body: &Span) -> Option<Draft> {
    let mut cursor = Cursor::new(report, body);
    let quote = cursor.peek().filter(|c| matches!(c, '"' | '\''));
    if let Some(quote) = quote {
        report.error(&(cursor.at..cursor.at + 1), "a requirement stands without quotes");
        cursor.at += 1;
        if report.slice(body).len() > 1 && report.slice(body).ends_with(quote) {
            cursor.end -= 1;
        }
    }
    let name = read_name(report, &mut cursor)?;
    let mut draft = Draft {
        place: name.clone().unwrap_or_else(|| body.clone()),
        name,
        source: Source::Index,
        extras: Vec::new(),
        specifier: None,
        marker: None,
    };
    if draft.name.is_none() {
        return Some(draft);
    }
    cursor.skip_spaces();
    if cursor.peek() == Some('[') {
        draft.extras = read_extras(report, &mut cursor);
        cursor.skip_spaces();
    }
    match cursor.peek() {
        None => {}
        Some('@') => return direct(report, cursor, draft),
        Some('(') => draft.specifier = bracketed(report, &mut cursor),
        Some(_) if source::has_variable(cursor.rest()) => draft.specifier = Some(cursor.at..cursor.end),
        Some(_) => draft.specifier = version::specifiers(report, &mut cursor),
    }
    Some(draft)
}

/// The name at `cursor`. `Some(None)` where a `${VARIABLE}` hides it; `None` where it is lost.
#[allow(clippy::option_option)] // the two absences mean different things, and only here
fn read_name(report: &mut Report<'_>, cursor: &mut Cursor<'_>) -> Option<Option<Span>> {
    let whole = cursor.at..cursor.end;
    let run = cursor.take_while(|c| c.is_alphanumeric() || matches!(c, '-' | '_' | '.'));
    let glued = cursor.rest().starts_with("${") && source::has_variable(cursor.rest());
    if glued {
        report.unknown(&whole, UnknownReason::Variable);
        return Some(None);
    }
    let text = report.slice(&run);
    let name = run.start..run.start + text.trim_end_matches(['-', '_', '.']).len();
    if name.is_empty() {
        missing_name(report, cursor, &whole);
    } else if let Some(odd) = text.find(|c: char| !c.is_ascii()) {
        report
            .error(&(run.start + odd..run.start + odd), "a name has only the letters A to Z, digits, `-`, `_` and `.`");
    } else if !source::is_name(report.slice(&name)) {
        report.error(&(run.start..run.start + 1), "a name begins with a letter or a digit");
    } else {
        if name.end < run.end {
            let last = report.slice(&(name.end..run.end));
            report.error(&(name.end..run.end), format!("a name cannot end in `{last}`"));
        }
        return Some(Some(name));
    }
    report.unknown(&whole, UnknownReason::Invalid);
    None
}

fn missing_name(report: &mut Report<'_>, cursor: &Cursor<'_>, whole: &Span) {
    let text = report.slice(whole);
    let run = cursor.clone().take_while(|c| "<>=!~^".contains(c));
    if run.len() >= 7 {
        report.error(&run, "a merge conflict was left here");
    } else if !run.is_empty() {
        report.error(&run, format!("the name is missing before `{}`", report.slice(&run)));
    } else if text.starts_with('[') && text.ends_with(']') {
        report.error(whole, "a requirements file has no sections: leave this line out");
    } else if text.is_empty() {
        report.error(&(whole.start..whole.start), "the name is missing");
    } else if text.starts_with("${") || text.starts_with('$') {
        report.error(whole, "pip expands `${NAME}` in capital letters, digits and `_` only");
    } else {
        let message = format!("a requirement begins with a name, not with `{}`", cursor.peek().unwrap_or(' '));
        report.error(&(whole.start..whole.start), message);
    }
}

/// `[a, b]` at `cursor`; the readable names, in order.
fn read_extras(report: &mut Report<'_>, cursor: &mut Cursor<'_>) -> Vec<Span> {
    let open = cursor.at;
    cursor.eat("[");
    let mut extras = Vec::new();
    loop {
        cursor.skip_spaces();
        let comma = cursor.at;
        if cursor.peek() == Some(']') && extras.is_empty() {
            cursor.eat("]");
            return extras;
        }
        let run =
            cursor.take_while(|c| !c.is_whitespace() && !matches!(c, ',' | ']' | '[' | '<' | '>' | '=' | '!' | '~'));
        if source::is_name(report.slice(&run)) {
            extras.push(run);
        } else if cursor.is_done() && run.is_empty() {
            report.error(&(open..open + 1), "this `[` is never closed");
            return extras;
        } else {
            let message = match report.slice(&run) {
                "" => "the name of an extra is missing here".to_owned(),
                bad => format!("`{bad}` is no name of an extra"),
            };
            report.error(&if run.is_empty() { comma..comma } else { run }, message);
        }
        cursor.skip_spaces();
        if cursor.eat("]") {
            return extras;
        }
        if !cursor.eat(",") {
            let unclosed = cursor.is_done() || !report.slice(&(cursor.at..cursor.end)).contains(']');
            let (at, message) = if unclosed {
                (open..open + 1, "this `[` is never closed")
            } else {
                (cursor.at..cursor.at, "a `,` is missing between the extras")
            };
            report.error(&at, message);
            if !unclosed {
                cursor.take_while(|c| c != ']');
                cursor.eat("]");
            }
            return extras;
        }
    }
}

/// `(>=1, <2)`, with nothing behind it.
fn bracketed(report: &mut Report<'_>, cursor: &mut Cursor<'_>) -> Option<Span> {
    let open = cursor.at;
    cursor.eat("(");
    let Some(length) = cursor.rest().find(')') else {
        report.error(&(open..open + 1), "this `(` is never closed");
        return None;
    };
    let close = cursor.at + length;
    let mut inner = Cursor::new(report, &(cursor.at..close));
    inner.skip_spaces();
    let found = if inner.is_done() { None } else { version::specifiers(report, &mut inner) };
    cursor.at = close + 1;
    cursor.skip_spaces();
    if !cursor.is_done() {
        report.error(&(cursor.at..cursor.end), "nothing may follow the `)` but a marker after `;`");
    }
    found
}

/// `@ url`.
fn direct(report: &mut Report<'_>, mut cursor: Cursor<'_>, mut draft: Draft) -> Option<Draft> {
    let at = cursor.at;
    cursor.eat("@");
    cursor.skip_spaces();
    let url = cursor.take_while(|c| c != ' ');
    let text = report.slice(&url);
    draft.source = source::url_source(text).unwrap_or(Source::Url);
    draft.place = url.clone();
    if text.is_empty() {
        report.error(&(at..at + 1), "a URL is missing after `@`");
    } else if version::check_version(text, "==").is_ok() {
        let name = draft.name.as_ref().map(|name| report.slice(name)).unwrap_or_default();
        report.error(&(at..at + 1), format!("`@` goes before a URL: for a version write `{name}=={text}`"));
    } else if draft.name.as_ref().is_some_and(|name| report.slice(name) == "git") && !text.contains("://") {
        report.error(&(at..url.end), "this is an address for ssh: write `name @ git+ssh://git@host/path`");
        report.unknown(&url, UnknownReason::Invalid);
        return None;
    } else if source::url_source(text).is_none() && !source::has_variable(text) {
        report.error(&url, "this is no URL that pip knows, as `https://…`, `git+https://…` or `file:///…`");
    }
    cursor.skip_spaces();
    if !cursor.is_done() {
        report.error(&(cursor.at..cursor.end), "nothing may follow the URL but a marker after ` ; `");
    }
    Some(draft)
}
