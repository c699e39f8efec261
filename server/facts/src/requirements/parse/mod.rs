//! The reader: logical lines, then options and requirements, each with every mistake that it can find.
//!
//! It reads as pip does (versions 23 to 26; where they differ, the more lenient one, save that versions must be PEP 440's),
//! but goes on after a mistake. Nothing here looks at the disk, so a path is a path by its spelling alone.

mod lines;
mod marker;
mod options;
mod report;
mod requirement;
mod second_opinion;
mod source;
mod suggest;
mod version;
mod via;
mod words;

use super::{
    Format, Group, Include, IncludeKind, Requirement, RequirementsFacts, Source, SyntaxError, Unknown, UnknownReason,
};
use crate::words::lists::List;
use crate::words::names::DistributionName;
use crate::words::suppress::Ignores;
use lines::{Line, Lines, Span};
use options::{Given, Kind, Options};
use report::Report;
use requirement::Draft;

/// Reads a requirements file. Total: any text gives a value, and a mistake costs only its own line.
///
/// ```
/// use pinlens_facts::requirements::parse;
///
/// let facts = parse("flask==3.0.0  # the site\n-r base.txt\n");
/// assert_eq!(facts.requirements[0].name.as_ref().map(|name| name.as_str()), Some("flask"));
/// assert_eq!(facts.includes.len(), 1);
/// assert!(facts.errors.is_empty());
/// ```
pub fn parse(text: &str) -> RequirementsFacts {
    let mut facts = RequirementsFacts::new(text, Format::Requirements);
    let mut notes = via::Notes::default();
    for line in Lines::new(text) {
        if line.is_comment() {
            notes.comment(text, &line, &mut facts);
            continue;
        }
        notes.finish(&mut facts);
        if line.content.is_empty() {
            continue;
        }
        let mut report = Report::new(&line, text);
        read_line(&mut report, &mut facts, text);
        let Report { mut errors, unknowns, .. } = report;
        errors.sort_by_key(|error| error.range);
        facts.errors.append(&mut errors);
        facts.unknowns.extend(unknowns);
    }
    notes.finish(&mut facts);
    facts
}

/// What one string of a manifest says.
#[derive(Debug, Default)]
pub struct Alone {
    /// The requirement, where its name or source could be read.
    pub requirement: Option<Requirement>,
    /// What is wrong with it.
    pub errors: Vec<SyntaxError>,
    /// What of it cannot be known.
    pub unknowns: Vec<Unknown>,
}

/// Reads a requirement that stands alone in a string of another file, as PEP 508 has it: without options, comments and
/// bare paths. `base` is the byte of the file at which `text` begins, `ignores` what comments next to it silence.
pub fn parse_alone(text: &str, base: u32, ignores: &Ignores) -> Alone {
    let line = Line::alone(text, base);
    let mut report = Report::new(&line, text);
    report.ignores = ignores.clone();
    let content = line.content.clone();
    let written = report.slice(&content);
    if written.starts_with('-') {
        report.error(&content, "pip's options do not belong here: a requirement begins with a name");
        report.unknown(&content, UnknownReason::Invalid);
        return Alone { requirement: None, errors: report.errors, unknowns: report.unknowns };
    }
    let draft = requirement::read(&mut report, &content);
    let unnamed =
        draft.as_ref().is_some_and(|draft| draft.source != Source::Index && draft.place.start == content.start);
    if unnamed && report.errors.is_empty() {
        report.error(&content, "a URL or path stands behind a name here: write `name @ url`");
    }
    let requirement = draft.map(|draft| finish(&report, &draft, content, text));
    let Report { mut errors, unknowns, .. } = report;
    errors.sort_by_key(|error| error.range);
    Alone { requirement, errors, unknowns }
}

/// Reads one logical line that has content.
fn read_line(report: &mut Report<'_>, facts: &mut RequirementsFacts, text: &str) {
    let content = without_command(report, &report.line.content.clone());
    let (args, rest) = split_options(report, &content);
    let words = words::split(report, &rest);
    let options = options::read(report, words);
    check_options(report, facts, &options);
    if !args.is_empty() {
        if let Some(draft) = requirement::read(report, &args) {
            facts.requirements.push(finish(report, &draft, args, text));
        }
        stray_words(report, &options, "behind a requirement");
        dropped_includes(report, options.given.iter(), "behind a requirement");
        return;
    }
    let first = options.given.iter().position(|given| given.kind == Kind::Editable);
    if let Some(given) = first.and_then(|at| options.given.get(at)) {
        editable(report, facts, given, &options, text);
        let others = options.given.iter().enumerate().filter(|&(at, _)| Some(at) != first);
        dropped_includes(report, others.map(|(_, given)| given), "behind another requirement");
    } else {
        includes(report, facts, &options);
        stray_words(report, &options, "behind an option");
    }
    for lost in &options.lost {
        report.unknown(lost, UnknownReason::Invalid);
    }
}

/// The content without the shell command that it begins with, which is reported.
fn without_command(report: &mut Report<'_>, content: &Span) -> Span {
    let text = report.slice(content);
    let bare = text.trim_start_matches(['!', '$', '%', ' ']);
    let found = List::PastedCommand.words().find(|command| {
        bare.strip_prefix(*command).is_some_and(|rest| rest.is_empty() || rest.starts_with([' ', '\t']))
    });
    let Some(command) = found else { return content.clone() };
    let end = content.end - bare.len() + command.len();
    let left_out = report.slice(&(content.start..end));
    report.error(&(content.start..end), format!("this is a shell command: leave `{left_out}` out"));
    let rest = report.slice(&(end..content.end)).trim_start();
    content.end - rest.len()..content.end
}

/// Splits where pip does: at the first word that begins with `-`, words being parted by spaces (not tabs).
fn split_options(report: &Report<'_>, content: &Span) -> (Span, Span) {
    let text = report.slice(content);
    let at = if text.starts_with('-') { Some(0) } else { text.find(" -").map(|at| at + 1) };
    let at = at.unwrap_or(text.len());
    let args = text.get(..at).unwrap_or_default().trim_end().len();
    (content.start..content.start + args, content.start + at..content.end)
}

/// Looks at the values of options that pip looks at, and at what the file as a whole is like.
fn check_options(report: &mut Report<'_>, facts: &mut RequirementsFacts, options: &Options) {
    for given in &options.given {
        let value = given.value.as_ref();
        match (given.kind, value) {
            (Kind::RequireHashes, _) => facts.style.hashes = true,
            (Kind::Hash, Some(value)) => {
                facts.style.hashes = true;
                let algorithm = value.text.split_once(':').map(|(algorithm, _)| algorithm);
                if !matches!(algorithm, Some("sha256" | "sha384" | "sha512")) {
                    let message = "a hash is `sha256:`, `sha384:` or `sha512:` and its hexadecimal digits";
                    report.error(&value.inner(), message);
                }
            }
            (Kind::Setting, Some(value)) if !value.text.contains('=') => {
                report.error(&value.inner(), "a setting is written `KEY=VALUE`");
            }
            _ => {}
        }
    }
}

/// Reports the words that pip drops.
fn stray_words(report: &mut Report<'_>, options: &Options, place: &str) {
    for word in options.stray.iter().filter(|_| !options.unknown) {
        let message = format!("pip ignores `{}` {place}: give it a line of its own", word.text);
        report.error(&word.span, message);
    }
}

/// Reports the `-r`, `-c` and `-e` that pip drops.
fn dropped_includes<'g>(report: &mut Report<'_>, given: impl Iterator<Item = &'g Given>, place: &str) {
    for given in given.filter(|given| matches!(given.kind, Kind::Requirement | Kind::Constraint | Kind::Editable)) {
        let written = report.slice(&given.name);
        report.error(&given.span, format!("pip ignores `{written}` {place}: give it a line of its own"));
    }
}

/// Takes the include of a line of options. pip reads one a line: the first `-r`, else the first `-c`.
fn includes(report: &mut Report<'_>, facts: &mut RequirementsFacts, options: &Options) {
    let of = |kind| options.given.iter().position(move |given| given.kind == kind);
    let taken = of(Kind::Requirement).or_else(|| of(Kind::Constraint));
    let others = options.given.iter().enumerate().filter(|&(at, _)| Some(at) != taken);
    dropped_includes(report, others.map(|(_, given)| given), "behind another one");
    let Some(given) = taken.and_then(|at| options.given.get(at)) else { return };
    let declares = given.kind == Kind::Requirement;
    match &given.value {
        Some(value) if source::has_variable(&value.text) => report.unknown(&value.inner(), UnknownReason::Variable),
        Some(value) => facts.includes.push(Include {
            kind: if declares { IncludeKind::Requirements } else { IncludeKind::Constraints },
            target: value.text.as_str().into(),
            target_range: report.range(&value.inner()),
            range: report.range(&given.span),
            ignores: report.ignores.clone(),
            group: Group::File,
        }),
        None if declares => report.unknown(&given.span, UnknownReason::Invalid),
        None => {}
    }
}

/// Reads `-e target`.
fn editable(report: &mut Report<'_>, facts: &mut RequirementsFacts, given: &Given, options: &Options, text: &str) {
    let Some(value) = &given.value else {
        report.unknown(&given.span, UnknownReason::Invalid);
        return;
    };
    let place = value.inner();
    let whole = given.span.clone();
    // `-e name @ url` without quotes: pip reads the name alone, and fails
    if let [at, url, ..] = options.stray.as_slice()
        && at.text == "@"
    {
        report.error(&(place.start..url.span.end), "an editable `name @ url` stands in quotes");
        let span = place.start..url.span.end;
        if let Some(draft) = requirement::read(report, &span) {
            facts.requirements.push(finish(report, &draft, whole.start..span.end, text));
        }
        return;
    }
    let written = report.slice(&place);
    let draft = match source::url_source(&value.text) {
        _ if value.text.contains(" @ ") && written == value.text => requirement::read(report, &place),
        Some(source) => Some(requirement::located(report, &place, source)),
        None => Some(requirement::located(report, &place, Source::Path)),
    };
    if let Some(draft) = draft {
        editable_mistakes(report, &draft, &place);
        facts.requirements.push(finish(report, &draft, whole, text));
    }
    if !options.stray.first().is_some_and(|word| word.text.starts_with(';')) {
        stray_words(report, options, "behind `-e`");
    }
}

/// What pip refuses to install in place.
fn editable_mistakes(report: &mut Report<'_>, draft: &Draft, place: &Span) {
    match draft.source {
        Source::Url => report.error(place, "`-e` wants a folder or a version control URL, as `git+https://…`"),
        Source::Vcs if draft.name.is_none() && !source::has_variable(report.slice(place)) => {
            report.error(place, "`-e` wants the name behind a version control URL: `#egg=name`");
        }
        Source::Vcs | Source::Path | Source::Index | Source::Conda => {}
    }
}

/// The requirement that stands in `whole`.
fn finish(report: &Report<'_>, draft: &Draft, whole: Span, text: &str) -> Requirement {
    let comment = report.line.comment;
    Requirement {
        name: draft.name.as_ref().map(|name| DistributionName::new(report.slice(name))),
        name_range: report.range(draft.name.as_ref().unwrap_or(&draft.place)),
        range: report.range(&whole),
        line_range: report.line.full,
        source: draft.source,
        extras: draft.extras.iter().map(|extra| report.spanned(extra)).collect(),
        specifier: draft.specifier.as_ref().map(|specifier| report.spanned(specifier)),
        marker: draft.marker.as_ref().map(|marker| report.spanned(marker)),
        comment,
        ignores: report.ignores.clone(),
        via: comment.and_then(|comment| text.get(comment.indices())).map(via::of_comment).unwrap_or_default(),
        group: Group::File,
    }
}
