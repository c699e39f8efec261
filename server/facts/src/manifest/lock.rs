//! Lock files: which distribution is locked to which version, and what it requires.
//!
//! Read are uv.lock, poetry.lock, pdm.lock, pylock.toml (PEP 751) and Pipfile.lock. They are written by tools, so a broken
//! one gives what stands before the break.

use crate::formats::toml::{self, Kind, Table, Value, str_at, strings};
use crate::words::names::{DistributionName, leading_name};
use crate::words::text::TextRange;

/// What a lock file says.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct LockFacts {
    /// The locked distributions, in the order of the text. One may stand there in several versions, each for a platform.
    pub packages: Vec<Locked>,
}

/// One locked distribution.
#[derive(Clone, Debug, PartialEq)]
pub struct Locked {
    /// The distribution.
    pub name: DistributionName,
    /// The version, as written; empty where none is.
    pub version: Box<str>,
    /// What it requires itself, as far as the file tells.
    pub requires: Vec<Asked>,
    /// What each of its extras requires more.
    pub extras: Vec<(Box<str>, Vec<Asked>)>,
    /// Whether it comes from a folder, a URL or a repository: then its version is on no index.
    pub direct: bool,
    /// The bytes of its name, between the quotes.
    pub range: Option<TextRange>,
}

/// A distribution that another one requires, with the extras for which it asks.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Asked {
    /// The distribution.
    pub name: DistributionName,
    /// The extras, as written.
    pub extras: Vec<Box<str>>,
}

impl Locked {
    /// What is installed with it where it is required with `extras`.
    pub fn needs<'a>(&'a self, extras: &'a [Box<str>]) -> impl Iterator<Item = &'a Asked> {
        let same = |one: &str, other: &str| DistributionName::new(one) == DistributionName::new(other);
        let asked = self.extras.iter().filter(move |(name, _)| extras.iter().any(|extra| same(extra, name)));
        self.requires.iter().chain(asked.flat_map(|(_, names)| names))
    }
}

/// Reads a lock file of any of the formats: JSON where it begins with `{`, else TOML.
pub fn parse(text: &str) -> LockFacts {
    let body = text.trim_start_matches('\u{feff}').trim_start();
    if body.starts_with('{') { pipenv(text) } else { of_toml(text) }
}

fn of_toml(text: &str) -> LockFacts {
    let root = toml::read(text).root;
    let lists = ["package", "packages"].iter().filter_map(|key| root.get(key)?.as_list());
    let tables = lists.flat_map(|list| list.iter()).filter_map(Value::as_table);
    let mut packages: Vec<Locked> = tables.filter_map(|table| locked(text, table)).collect();
    packages.sort_by_key(|package| package.range);
    LockFacts { packages }
}

fn locked(text: &str, table: &Table) -> Option<Locked> {
    let value = table.get("name")?;
    let name = value.as_str().filter(|name| !name.trim().is_empty())?;
    let sorted = |mut all: Vec<Asked>| {
        all.sort_unstable();
        all.dedup();
        all
    };
    let requires = sorted(table.get("dependencies").map(asked_in).unwrap_or_default());
    let extras = extras_of(table).into_iter().map(|(name, all)| (name, sorted(all))).collect();
    Some(Locked {
        name: DistributionName::new(name),
        version: str_at(table, &["version"]).unwrap_or_default().into(),
        requires,
        extras,
        direct: is_direct(table),
        range: Some(super::toml_text::item(text, value)?.visible()),
    })
}

/// Whether a package says that it comes from elsewhere than an index: by a table `source` (uv, poetry), or by keys of its own
/// (pdm, pylock).
fn is_direct(table: &Table) -> bool {
    let keys = ["git", "path", "url", "editable", "virtual", "directory", "vcs", "archive", "hg", "svn"];
    let source = table.get("source").and_then(Value::as_table);
    let of_type = str_at(table, &["source", "type"]).is_some_and(|kind| kind != "legacy");
    // poetry's `url` is the repository's, where a `type` says what it is
    let by_key =
        source.is_some_and(|source| !source.contains_key("type") && keys.iter().any(|key| source.contains_key(key)));
    of_type || by_key || keys.iter().any(|key| table.contains_key(key))
}

/// A list of requirements (pdm, and poetry's extras), a list of tables (uv, pylock), or a table of rows (poetry).
fn asked_in(value: &Value) -> Vec<Asked> {
    match &value.kind {
        Kind::List(list) => list.iter().filter_map(asked).collect(),
        Kind::Table(rows) => rows
            .iter()
            .map(|(key, value)| Asked {
                name: DistributionName::new(&key.name),
                extras: value.as_table().map(|table| strings(table.get("extras"))).unwrap_or_default(),
            })
            .collect(),
        _ => Vec::new(),
    }
}

fn asked(value: &Value) -> Option<Asked> {
    match &value.kind {
        Kind::String(requirement) => {
            let name = leading_name(requirement)?;
            let rest = requirement.get(name.len()..).unwrap_or_default().trim_start().strip_prefix('[');
            let extras = rest.and_then(|rest| rest.split(']').next()).unwrap_or_default().split(',').map(str::trim);
            let extras = extras.filter(|extra| !extra.is_empty()).map(Into::into).collect();
            Some(Asked { name: DistributionName::new(name), extras })
        }
        Kind::Table(table) => {
            let name = DistributionName::new(str_at(table, &["name"])?);
            Some(Asked { name, extras: strings(table.get("extra").or_else(|| table.get("extras"))) })
        }
        _ => None,
    }
}

/// What each extra requires: `optional-dependencies` (uv), `extras` (poetry). pdm has an entry of its own for a distribution with extras.
fn extras_of(table: &Table) -> Vec<(Box<str>, Vec<Asked>)> {
    let tables = ["optional-dependencies", "extras"].iter().filter_map(|key| table.get(key)?.as_table());
    let rows = tables.flat_map(Table::iter);
    rows.map(|(name, value)| ((&*name.name).into(), asked_in(value))).collect()
}

/// Pipfile.lock, as pipenv writes it: a category at the first depth, packages at the second, one entry a line.
fn pipenv(text: &str) -> LockFacts {
    let mut packages: Vec<Locked> = Vec::new();
    let (mut depth, mut inside, mut start) = (0_usize, false, 0);
    for line in text.split_inclusive('\n') {
        let (base, body) = (start, line.trim().trim_end_matches(','));
        start += line.len();
        let key = body.strip_prefix('"').and_then(|rest| rest.split('"').next());
        if let Some(key) = key.filter(|_| body.ends_with('{')) {
            match depth {
                1 => inside = key != "_meta",
                2 if inside && !key.is_empty() => {
                    let at = (base + line.find('"').unwrap_or_default() + 1) as u32;
                    let range = Some(TextRange::new(at, at + key.len() as u32));
                    let name = DistributionName::new(key);
                    packages.push(Locked {
                        name,
                        version: "".into(),
                        requires: Vec::new(),
                        extras: Vec::new(),
                        direct: false,
                        range,
                    });
                }
                _ => {}
            }
        } else if let Some(last) = packages.last_mut().filter(|_| key == Some("version") && depth == 3 && inside) {
            let version = body.split_once(':').map_or("", |(_, version)| version).trim().trim_matches('"');
            last.version = version.trim_start_matches('=').into();
        } else if let Some(last) = packages.last_mut().filter(|_| depth == 3 && inside) {
            last.direct |= matches!(key, Some("git" | "path" | "file" | "editable" | "hg" | "svn"));
        }
        let opened =
            usize::from(body.ends_with(['{', '['])) + usize::from(body.ends_with("{}") || body.ends_with("[]"));
        depth = (depth + opened).saturating_sub(usize::from(body.ends_with(['}', ']'])));
    }
    LockFacts { packages }
}
