//! What tox and nox install for their runs, by the words of a requirement line or of a call.

use crate::words::mention::{Collector, MentionKind};
use crate::words::names::DistributionName;

/// A line of tox's `deps`: a requirement, or `-r file`. What stands for other lines (`{[base]deps}`), the project itself and
/// constraints install nothing more.
pub(super) fn line(line: &str, number: usize, out: &mut Collector) {
    let line = line.split(" #").next().unwrap_or_default().trim();
    match file_of(line) {
        Some(file) => out.add(MentionKind::Install, &format!("-r {}", file.trim()), number),
        None => word(line, number, out),
    }
}

/// The words that a call such as `session.install("pytest", "-r", "requirements-test.txt")` hands to pip.
pub(super) fn words<'a>(mut words: impl Iterator<Item = &'a str>, number: usize, out: &mut Collector) {
    while let Some(one) = words.next() {
        match one {
            "-r" | "--requirement" => {
                if let Some(file) = words.next() {
                    out.add(MentionKind::Install, &format!("-r {file}"), number);
                }
            }
            "-c" | "--constraint" | "-e" | "--editable" | "-i" | "--index-url" | "--extra-index-url" => {
                words.next();
            }
            _ => line(one, number, out),
        }
    }
}

/// The options of pip and uv that take packages from elsewhere than the public index.
const INDEX_OPTIONS: [&str; 8] =
    ["-i", "--index-url", "--extra-index-url", "--index", "--default-index", "-f", "--find-links", "--no-index"];
/// What the arguments of pip install, options before its command or not.
pub(super) fn of_pip(arguments: &[String], number: usize, out: &mut Collector) {
    let start = arguments.iter().position(|word| !word.starts_with('-')).unwrap_or_default();
    let arguments = arguments.get(start..).unwrap_or_default();
    lists(arguments, number, out);
    unknown(arguments, number, out);
}

/// The requirements files that the arguments of pip name: `install -r requirements.txt`, `sync requirements.txt`.
fn lists(arguments: &[String], number: usize, out: &mut Collector) {
    let Some((verb, rest)) = arguments.split_first() else { return };
    if !matches!(verb.as_str(), "install" | "wheel" | "download" | "sync") {
        return;
    }
    for option in rest.iter().filter_map(|word| word.split('=').next()).filter(|option| INDEX_OPTIONS.contains(option))
    {
        out.add(MentionKind::PackageIndex, option, number);
    }
    let mut words = rest.iter();
    while let Some(word) = words.next() {
        let file = match word.as_str() {
            "-r" | "--requirement" | "--requirements" => words.next().map(String::as_str),
            bare if verb == "sync" && !bare.starts_with('-') => Some(bare),
            other => other.strip_prefix("--requirement=").or_else(|| other.strip_prefix("-r")),
        };
        if let Some(file) = file.filter(|file| !file.is_empty() && !file.contains('$')) {
            out.add(MentionKind::List, file, number);
        }
    }
}

/// What the arguments of pip install without naming distributions: `git+https://…`, an archive, `-r $LIST`.
fn unknown(arguments: &[String], number: usize, out: &mut Collector) {
    let Some((_, rest)) = arguments.split_first().filter(|(verb, _)| *verb == "install") else { return };
    let mut last = "";
    for word in rest {
        let is_list = matches!(last, "-r" | "--requirement" | "--requirements");
        let takes_value =
            last.starts_with('-') && !is_list && !matches!(last, "-e" | "--editable" | "-U" | "--upgrade");
        let is_place = word.contains("://") && !word.starts_with('-') && !(takes_value && is_option_with_url(last));
        if is_place || is_list && word.contains('$') {
            let words = if is_list { format!("pip install -r {word}") } else { format!("pip install {word}") };
            out.add(MentionKind::InstallsUnknown, &words, number);
        }
        last = word;
    }
}

/// Whether the value of an option of pip is the address of an index and installs nothing.
fn is_option_with_url(option: &str) -> bool {
    matches!(
        option,
        "-i" | "-f"
            | "-c"
            | "--index"
            | "--index-url"
            | "--extra-index-url"
            | "--default-index"
            | "--find-links"
            | "--constraint"
            | "--proxy"
    )
}

/// The requirements files that go into an image, by the arguments of COPY and ADD.
pub(super) fn copied(words: &[String], number: usize, out: &mut Collector) {
    if words.iter().any(|word| word.starts_with("--from")) {
        return;
    }
    let plain: Vec<&String> = words.iter().filter(|word| !word.starts_with("--")).collect();
    let sources = plain.split_last().map_or(&[][..], |(_, sources)| sources);
    if sources.iter().any(|source| source.ends_with("pip.conf")) {
        out.add(MentionKind::PackageIndex, "pip.conf", number);
    }
    for source in sources.iter().map(|source| source.trim_matches(['[', ']', ',', '"'])) {
        if source.rsplit('.').next() == Some("txt") && !source.contains('*') {
            out.add(MentionKind::List, source, number);
        }
    }
}

/// The file of `-r file`, `-rfile` and `--requirement=file`.
fn file_of(line: &str) -> Option<&str> {
    let file = line
        .strip_prefix("--requirement")
        .map(|rest| rest.trim_start_matches('='))
        .or_else(|| line.strip_prefix("-r"))?;
    let file = file.trim().trim_start_matches("{toxinidir}/").trim_start_matches("{tox_root}/");
    (!file.is_empty() && !file.contains(['{', '$'])).then_some(file)
}

/// The distribution at the head of a requirement.
fn word(text: &str, number: usize, out: &mut Collector) {
    let end = text.find(|c: char| !(c.is_ascii_alphanumeric() || "._-".contains(c))).unwrap_or(text.len());
    let (name, rest) = text.split_at(end);
    let is_requirement =
        rest.trim_start().starts_with(['<', '>', '=', '~', '!', '[', ';', '@', '(']) || rest.is_empty();
    let is_name =
        name.starts_with(|c: char| c.is_ascii_alphanumeric()) && name.ends_with(|c: char| c.is_ascii_alphanumeric());
    if is_name && is_requirement {
        out.add(MentionKind::Install, DistributionName::new(name).as_str(), number);
    }
}
