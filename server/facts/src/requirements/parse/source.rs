//! URLs, paths and file names: where a requirement comes from, and whether it names the distribution's name.

use super::lines::Span;
use crate::requirements::Source;

/// The schemes of plain URLs that pip takes.
const PLAIN: [&str; 4] = ["http", "https", "file", "ftp"];
/// The version control systems, each with what may follow its `+`.
const SYSTEMS: [(&str, &[&str]); 4] = [
    ("git", &["http", "https", "ssh", "git", "file"]),
    ("hg", &["http", "https", "ssh", "static-http", "file"]),
    ("bzr", &["http", "https", "ssh", "sftp", "ftp", "lp", "file"]),
    ("svn", &["http", "https", "ssh", "svn", "file"]),
];
/// The endings of archives.
const ARCHIVES: [&str; 12] =
    [".whl", ".zip", ".tar.gz", ".tgz", ".tar", ".tar.bz2", ".tbz", ".tar.xz", ".txz", ".tlz", ".tar.lz", ".tar.lzma"];

/// What kind of URL `text` is; `None` where it is none that pip knows.
pub(super) fn url_source(text: &str) -> Option<Source> {
    let scheme = text.get(..text.find(':')?)?.to_ascii_lowercase();
    if PLAIN.contains(&scheme.as_str()) {
        return Some(if scheme == "file" { Source::Path } else { Source::Url });
    }
    let (system, transport) = scheme.split_once('+')?;
    let known = SYSTEMS.iter().any(|(name, transports)| *name == system && transports.contains(&transport));
    known.then_some(Source::Vcs)
}

/// Whether `head`, the first word of a requirement, can only be a path: by a separator, a leading dot or an archive's ending.
pub(super) fn is_path(head: &str) -> bool {
    let archive = || ARCHIVES.iter().any(|ending| ends_with(head, ending));
    head.starts_with('.') || head.contains(['/', '\\']) || archive()
}

fn ends_with(text: &str, ending: &str) -> bool {
    let tail = text.len().checked_sub(ending.len()).and_then(|at| text.get(at..));
    tail.is_some_and(|tail| tail.eq_ignore_ascii_case(ending)) && text.len() > ending.len()
}

/// Whether a path is the folder of the requirements file's own project: it hides nothing.
pub(super) fn is_own_project(path: &str) -> bool {
    matches!(path, "." | "./" | ".\\")
}

/// Why what pip takes for a path is meant for an address and is none, in words; `None` where it may be a path.
pub(super) fn no_address(text: &str) -> Option<String> {
    let (system, rest) = text.split_once('+').unwrap_or(("", text));
    if SYSTEMS.iter().any(|(known, _)| *known == system) {
        let ssh = rest.split_once('@').and_then(|(user, rest)| Some((user, rest.split_once(':')?)));
        return Some(match ssh.filter(|(user, _)| !user.contains(['/', ':'])) {
            Some((user, (host, path))) => {
                format!("pip knows no such address: for ssh write `{system}+ssh://{user}@{host}/{path}`")
            }
            None => format!("pip knows no such address: write `{system}+https://…` or `{system}+ssh://…`"),
        });
    }
    let (host, path) = text.split_once('/')?;
    let is_host = HOST_ENDINGS.iter().any(|ending| ends_with(host, ending)) && !host.starts_with('.');
    let is_repository = path.trim_end_matches('/').contains('/');
    (is_host && is_repository)
        .then(|| format!("pip takes this for a path: an address begins so: `git+https://{host}/…`"))
}

/// How the names of hosts end, which folders are seldom called as.
const HOST_ENDINGS: [&str; 5] = [".com", ".org", ".net", ".io", ".dev"];

/// Whether `text` holds a `${VARIABLE}` that pip would expand.
pub(super) fn has_variable(text: &str) -> bool {
    text.split("${").skip(1).any(|rest| {
        let name = rest.split('}').next().unwrap_or_default();
        !name.is_empty()
            && name.len() < rest.len()
            && name.bytes().all(|b| b.is_ascii_uppercase() || b.is_ascii_digit() || b == b'_')
    })
}

/// The span of the name that `#egg=` gives, with its extras' brackets, if it has any.
pub(super) fn egg(url: &str) -> Option<Span> {
    let fragment = url.find('#')?;
    let mut at = fragment;
    while let Some(found) = url.get(at..)?.find("egg=") {
        let start = at + found + "egg=".len();
        let before = url.as_bytes().get((at + found).checked_sub(1)?);
        if matches!(before, Some(b'#' | b'&')) {
            let rest = url.get(start..)?;
            return Some(start..start + rest.find('&').unwrap_or(rest.len()));
        }
        at = start;
    }
    None
}

/// What the file name at the end of a URL or path shows.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum FileName {
    /// The distribution's name.
    Named(Span),
    /// Nothing.
    Silent,
    /// It ends like a wheel, and is not named as one.
    BadWheel(Span),
}

/// Reads the file name of a URL or path.
pub(super) fn file_name(location: &str) -> FileName {
    let end = location.find(['#', '?']).unwrap_or(location.len());
    let path = location.get(..end).unwrap_or_default();
    let start = path.rfind(['/', '\\']).map_or(0, |slash| slash + 1);
    let name = path.get(start..).unwrap_or_default();
    let name_end = if ends_with(name, ".whl") { wheel_name(name) } else { sdist_name(name) };
    match name_end {
        Some(length) if is_name(name.get(..length).unwrap_or_default()) => FileName::Named(start..start + length),
        None if ends_with(name, ".whl") => FileName::BadWheel(start..end),
        _ => FileName::Silent,
    }
}

/// `name-version(-build)?-python-abi-platform.whl`: the length of the name.
fn wheel_name(file: &str) -> Option<usize> {
    let parts: Vec<&str> = file.get(..file.len() - ".whl".len())?.split('-').collect();
    let build_is_number = |build: &&str| build.starts_with(|c: char| c.is_ascii_digit());
    let shaped = parts.len() == 5 || parts.len() == 6 && parts.get(2).is_some_and(build_is_number);
    let filled = parts.iter().all(|part| !part.is_empty() && !part.contains(char::is_whitespace));
    parts.first().filter(|_| shaped && filled).map(|name| name.len())
}

/// `name-1.0.tar.gz`: the length of the name.
fn sdist_name(file: &str) -> Option<usize> {
    let ending = ARCHIVES.iter().filter(|ending| ends_with(file, ending)).map(|ending| ending.len()).max()?;
    let stem = file.get(..file.len() - ending)?;
    let dash = stem.match_indices('-').find(|(at, _)| stem.as_bytes().get(at + 1).is_some_and(u8::is_ascii_digit));
    dash.map(|(at, _)| at).filter(|&at| at > 0)
}

/// Whether `text` is a distribution's name (PEP 508).
pub(super) fn is_name(text: &str) -> bool {
    let bytes = text.as_bytes();
    let ends = [bytes.first(), bytes.last()];
    ends.iter().all(|end| end.is_some_and(u8::is_ascii_alphanumeric))
        && bytes.iter().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'_' | b'.'))
}
