//! Whether a row's condition is shown, and in which words.
//!
//! What cannot be seen (`header:`, options that people type, methods of values whose type is not known) never speaks against a
//! use: such a row counts weakly where its host is there.

use super::places::{self, Place, mentions_in};
use super::reason::{Query, Reason, Strength};
use super::scope::Scope;
use crate::model::evidence::top_of;
use pinlens_facts::knowledge::atoms::{Atom, Needle, Shape};
use pinlens_facts::knowledge::table::{Kind, Row};
use pinlens_facts::mentions::{Mention, MentionKind};
use pinlens_facts::words::names::FilePath;

/// A command line runs the row's key; tools of developers are run by hand too.
pub(super) fn command(query: &Query, row: Row) -> Option<Reason> {
    let scope = &query.scope;
    if row.atoms().next().is_some() {
        let shown = row.atoms().find_map(|atom| of_atom(query, row, atom));
        return shown.or_else(|| query.for_development.then(|| by_hand(row)));
    }
    runs(scope, row.key, "").or_else(|| tool(scope, row.key)).or_else(|| query.for_development.then(|| by_hand(row)))
}

fn by_hand(row: Row) -> Reason {
    Reason::likely(format!("its command {} is a tool for developers", row.key))
}

/// What builds or packages the project is run by people and by other tools; it counts without evidence.
pub(super) fn build_tool(query: &Query, row: Row) -> Reason {
    let shown = row.atoms().find_map(|atom| of_atom(query, row, atom));
    shown
        .or_else(|| runs(&query.scope, row.key, ""))
        .unwrap_or_else(|| Reason::likely("it builds or packages projects".to_owned()))
}

/// What people start, as far as a list of requirements shows for whom it is.
pub(super) fn started_by_people(query: &Query, row: Row) -> Option<Reason> {
    let shown = || row.atoms().find_map(|atom| of_atom(query, row, atom));
    match row.key {
        // a list of conda has no part of its own for developers
        "tool" => None,
        "apache" => Some(Reason::weak("a web server may load it".to_owned())),
        kind => Some(shown().unwrap_or_else(|| Reason::weak(format!("it is a {kind} that people start")))),
    }
}

/// Data and libraries that are loaded as files.
pub(super) fn data(query: &Query, row: Row) -> Reason {
    let shown = row.atoms().find_map(|atom| of_atom(query, row, atom));
    let host = || query.scope.has(row.key).then(|| Reason::likely(format!("{} loads its data", row.key)));
    shown.or_else(host).unwrap_or_else(|| Reason::likely("it is used as data".to_owned()))
}

/// A peer or a plugin of the row's key.
pub(super) fn peer(query: &Query, row: Row) -> Option<Reason> {
    if let Some(reason) = row.atoms().find_map(|atom| of_atom(query, row, atom)) {
        return Some(reason);
    }
    if row.condition.is_empty() {
        return query.scope.has(row.key).then(|| Reason::likely(format!("{} uses it", row.key)));
    }
    let unseen: Vec<Atom> = row.atoms().filter(|atom| !is_told_by_absence(*atom)).collect();
    let may = (row.weak || !unseen.is_empty()) && query.scope.requires(row.key);
    may.then(|| Reason::weak(format!("{} may load it{}", row.key, purpose(&unseen))))
}

/// `, for read_excel or to_excel`.
fn purpose(atoms: &[Atom]) -> String {
    let words = atoms.iter().filter_map(|atom| match atom {
        Atom::Code(needle) => Some(needle.word),
        Atom::Option(option) => Some(*option),
        Atom::Url(scheme) => Some(*scheme),
        _ => None,
    });
    let words: Vec<&str> = words.take(3).collect();
    if words.is_empty() { String::new() } else { format!(", for {}", words.join(" or ")) }
}

/// Whether a use would have been seen: what is imported, or requested by a test, stands where it is used. A method may be called
/// in a file that does not import its host, a class be chosen by a name in data (`AutoTokenizer`), and options are typed.
fn is_told_by_absence(atom: Atom) -> bool {
    match atom {
        Atom::Import(_) | Atom::Host(_) | Atom::Extra(_) | Atom::Fixture(_) | Atom::Platform => true,
        Atom::Code(needle) => needle.shape == Shape::Marker,
        _ => false,
    }
}

/// A name of the row's key in a file.
pub(super) fn named(scope: &Scope, row: Row) -> Option<Reason> {
    let place = name_place(scope, row.key)?;
    let mut words = place.mention.text.split(' ');
    words.next();
    let setting = words.next().map_or(String::new(), |setting| format!(" in {setting}"));
    Some(Reason::certain(scope.ws, place, &format!("names {}{setting}", row.key)))
}

/// Where a file names `name` or something inside it.
fn name_place<'a>(scope: &Scope<'a>, name: &str) -> Option<Place<'a>> {
    let accept = |mention: &Mention| {
        let head = mention.head();
        head == name || head.strip_prefix(name).is_some_and(|rest| rest.starts_with('.')) || &*mention.text == name
    };
    places::find(scope, MentionKind::Name, top_of(name), accept)
}

/// A command line of the executable that holds all of `rest`.
pub(super) fn runs(scope: &Scope, executable: &str, rest: &str) -> Option<Reason> {
    let holds = |mention: &Mention| has_words(&mention.text, rest);
    let place = places::find(scope, MentionKind::Command, executable, holds)?;
    Some(Reason::certain(scope.ws, place, &format!("runs {executable}{}{rest}", gap(rest))))
}

fn runs_module(scope: &Scope, module: &str, rest: &str) -> Option<Reason> {
    let place = places::find(scope, MentionKind::Module, module, |mention| has_words(&mention.text, rest))?;
    Some(Reason::certain(scope.ws, place, &format!("runs python -m {module}{}{rest}", gap(rest))))
}

fn gap(rest: &str) -> &str {
    if rest.is_empty() { "" } else { " " }
}

/// Whether `wanted` stands in `text` as whole words; an option's value may follow it directly or behind `=`.
fn has_words(text: &str, wanted: &str) -> bool {
    let is_end = |at: usize| {
        text.as_bytes().get(at).is_none_or(|byte| !byte.is_ascii_alphanumeric() && !matches!(byte, b'_' | b'-'))
    };
    let is_start = |at: usize| at == 0 || text.as_bytes()[at - 1] == b' ';
    wanted.is_empty() || text.match_indices(wanted).any(|(at, _)| is_start(at) && is_end(at + wanted.len()))
}

/// The reason that an atom gives, where it is shown.
fn of_atom(query: &Query, row: Row, atom: Atom) -> Option<Reason> {
    let scope = &query.scope;
    let ws = scope.ws;
    let certain = |place: Place, what: String| Some(Reason::certain(ws, place, &what));
    match atom {
        Atom::Code(needle) => code(scope, row, needle),
        Atom::Fixture(needle) => {
            let place = fixture_place(scope, row, needle)?;
            certain(place, format!("asks for the fixture {}", needle.word))
        }
        Atom::Import(text) => {
            let module = text.split(' ').next().unwrap_or_default();
            (scope.imports(module) || scope.takes(module))
                .then(|| Reason::likely(format!("{module}, which is imported, loads it")))
        }
        Atom::Host(host) => scope.has(host).then(|| Reason::likely(format!("{host} uses it"))),
        Atom::Url(scheme) => {
            let place = places::find(scope, MentionKind::Url, scheme, |_| true)?;
            certain(place, format!("opens a {scheme}:// URL, for which {} loads it", row.key))
        }
        Atom::Config(text) => config(scope, row, text),
        Atom::Ini(key) => {
            let place = places::find(scope, MentionKind::Ini, key, |_| true)?;
            certain(place, format!("sets {key}"))
        }
        Atom::Option(option) => options(scope, row, option),
        Atom::Variable(text) => {
            let (name, value) = text.split_once('=').unwrap_or((text, ""));
            let place = places::find(scope, MentionKind::Variable, name, |mention| mention.text.contains(value))?;
            certain(place, format!("sets {text}"))
        }
        Atom::Magic(text) => {
            let place = places::find(scope, MentionKind::Code, text, |_| true)?;
            certain(place, format!("runs {}", text.trim_start_matches("magic:")))
        }
        Atom::Path(pattern) => {
            let is_peer = matches!(row.kind, Kind::OptionalPeer | Kind::PluginOf);
            let path = file_like(scope, pattern).filter(|_| !is_peer || scope.has(row.key))?;
            Some(Reason::likely(format!("{path} is there, which {} reads with it", row.key)))
        }
        Atom::Command(text) => {
            let (first, rest) = text.split_once(' ').unwrap_or((text, ""));
            match rest.strip_prefix("-m ").filter(|_| first == "python") {
                Some(module) => {
                    let (module, rest) = module.split_once(' ').unwrap_or((module, ""));
                    runs_module(scope, module, rest)
                }
                None => runs(scope, first, rest),
            }
        }
        Atom::Subcommand(text) => runs(scope, row.key, text)
            .or_else(|| (row.key == "manage.py").then(|| runs(scope, "django-admin", text)).flatten()),
        Atom::Extra(extra) => {
            let host = row.key;
            scope
                .has_extra(host, extra)
                .then(|| Reason::likely(format!("{host}[{extra}], which is required, needs it")))
        }
        Atom::Platform => {
            query.requirement.marker.is_some().then(|| Reason::likely(format!("{} needs it there", row.key)))
        }
        Atom::Auto => scope.has(row.key).then(|| Reason::likely(format!("{} loads it where it is installed", row.key))),
        Atom::Always => Some(Reason::likely("it is used by being there".to_owned())),
        Atom::Unseen => None,
    }
}

fn code_place<'a>(scope: &Scope<'a>, row: Row, needle: Needle) -> Option<Place<'a>> {
    let key = format!("{} {}", row.host_of(needle), needle.atom);
    places::find(scope, MentionKind::Code, &key, |_| true)
}

/// Where a test requests a fixture that is not the project's own: a conftest.py defines those of all tests, another file its own.
fn fixture_place<'a>(scope: &Scope<'a>, row: Row, needle: Needle) -> Option<Place<'a>> {
    let ws = scope.ws;
    let is_shared = |place: Place| ws.path(place.file).file_name() == "conftest.py";
    if places::find_place(scope, MentionKind::Fixture, needle.word, is_shared).is_some() {
        return None;
    }
    let is_own = |place: Place| mentions_in(ws, place.file, MentionKind::Fixture).any(|own| &*own.text == needle.word);
    let key = format!("{} {}", row.host_of(needle), needle.atom);
    places::find_place(scope, MentionKind::Code, &key, |place| !is_own(place))
}

/// `pandas.read_excel in report.py:12 loads openpyxl`.
fn code(scope: &Scope, row: Row, needle: Needle) -> Option<Reason> {
    let place = code_place(scope, row, needle)?;
    let host = row.host_of(needle);
    let (kind, rest) = needle.atom.split_once(':').unwrap_or(("", needle.atom));
    let code = match kind {
        "marker" => format!("pytest.mark.{}", needle.word),
        "setting" => format!("the setting {rest}"),
        "arg" => rest.to_owned(),
        _ => format!("{host}.{}", needle.word),
    };
    let words = match kind {
        "arg" | "setting" => format!("{code} in {} makes {host} load {}", place.at(scope.ws), scope.name),
        "marker" => format!("{code} in {} is for {}", place.at(scope.ws), scope.name),
        _ => format!("{code} in {} loads {}", place.at(scope.ws), scope.name),
    };
    Some(Reason { words, ..Reason::certain(scope.ws, place, "") })
}

/// A name in a configuration file, a table of a tool, or what a build needs.
fn config(scope: &Scope, row: Row, text: &'static str) -> Option<Reason> {
    if text.starts_with("build-system.") {
        let names = [scope.name.as_str(), row.key];
        let place = names.iter().find_map(|name| places::find(scope, MentionKind::Build, name, |_| true))?;
        return Some(Reason::certain(scope.ws, place, &format!("builds with {}", row.key)));
    }
    // what stands before a blank says in which file or table: `profiles.yml type=athena`, `Library JSONLibrary`
    let name = text.rsplit(' ').next().unwrap_or(text);
    let name = match name.strip_prefix("tool.") {
        Some(table) if !table.contains('.') => return tool(scope, table),
        Some(table) => table.rsplit('.').next().unwrap_or(table),
        None => name,
    };
    let place = match name.split_once('=') {
        Some((key, value)) => keyed_place(scope, name, key, value),
        None => name_place(scope, name),
    };
    let in_code = || places::find(scope, MentionKind::Code, &format!("{} {text}", row.key), |_| true);
    let place = place.or_else(in_code)?;
    Some(Reason::certain(scope.ws, place, &format!("names {name}, for which {} loads it", row.key)))
}

/// Where a file says `key=value`, or a Python file assigns the value to the key.
fn keyed_place<'a>(scope: &Scope<'a>, whole: &str, key: &str, value: &str) -> Option<Place<'a>> {
    let assigned = |mention: &Mention| mention.text.split_once(' ') == Some((value, key));
    let named = places::find(scope, MentionKind::Name, top_of(whole), |mention| &*mention.text == whole);
    named.or_else(|| places::find(scope, MentionKind::Name, top_of(value), assigned))
}

/// A table or a file of settings for a tool. It may be a left-over.
pub(super) fn tool(scope: &Scope, tool: &str) -> Option<Reason> {
    let spelt = tool.replace('-', "_");
    let find = |name: &str| places::find(scope, MentionKind::Tool, name, |_| true);
    let place = find(tool).or_else(|| find(&spelt))?;
    let what = format!("has settings for {}", place.mention.text);
    Some(Reason { strength: Strength::Likely, ..Reason::certain(scope.ws, place, &what) })
}

/// An option of the host's commands, on a command line or where a configuration adds it.
fn options(scope: &Scope, row: Row, option: &str) -> Option<Reason> {
    let accept = |mention: &Mention| has_words(&mention.text, option);
    let heads = [row.key, if row.key == "pytest" { "py.test" } else { row.key }];
    let ways = [MentionKind::Options, MentionKind::Command, MentionKind::Module];
    let mut places = heads.iter().flat_map(|head| ways.map(|way| places::find(scope, way, head, accept)));
    let place = places.find_map(|place| place)?;
    Some(Reason::certain(scope.ws, place, &format!("runs {} with {option}", row.key)))
}

/// A file of the scope that the pattern matches; only kinds that pinlens reads are known.
fn file_like<'a>(scope: &Scope<'a>, pattern: &str) -> Option<&'a FilePath> {
    let ws = scope.ws;
    let matches = |path: &FilePath| match pattern.strip_prefix('*') {
        Some(end) => path.file_name().ends_with(end),
        None => path.file_name() == pattern,
    };
    let all = ws.files_with_facts().filter(|path| matches(path) && scope.holds(path));
    all.min()
}
