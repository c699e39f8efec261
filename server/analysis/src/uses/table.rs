//! The table `data/uses.tsv`, one row a fact, and what is looked up in it.

use super::atoms::{self, Atom, Needle};
use crate::catalog::Catalog;
use rustc_hash::{FxHashMap, FxHashSet};
use std::sync::LazyLock;

static TABLE: LazyLock<Table> = LazyLock::new(|| Table::new(include_str!("../../data/uses.tsv")));

/// Parses the table now, so that nobody waits for it later.
pub fn prepare() {
    LazyLock::force(&TABLE);
}

/// All rows, by the distribution that they are about.
#[derive(Debug, Default)]
pub(super) struct Table {
    rows: FxHashMap<&'static str, Vec<Row>>,
    /// The schemes of URLs that tell a driver.
    pub schemes: FxHashSet<&'static str>,
    /// The environment variables that tell a use.
    pub variables: FxHashSet<&'static str>,
    /// The names in settings that tell a use.
    pub names: FxHashSet<&'static str>,
    /// The hosts of code, and by each dotted module that one provides, which.
    pub hosts: Vec<Host>,
    pub host_of_module: FxHashMap<&'static str, Vec<usize>>,
    /// Every proper dotted prefix of a module in `host_of_module`.
    pub namespaces: FxHashSet<&'static str>,
    /// The needles that stand for settings, whatever is imported.
    pub settings: Words,
}

/// The words of code that a host's rows ask for.
#[derive(Debug)]
pub(super) struct Host {
    pub name: &'static str,
    pub words: Words,
}

/// Words to look for, behind a filter by first byte and length.
#[derive(Debug)]
pub(super) struct Words {
    pub lengths: [u64; 128],
    pub by_word: FxHashMap<&'static str, Vec<(&'static str, Needle)>>,
}

impl Default for Words {
    fn default() -> Self {
        Self { lengths: [0; 128], by_word: FxHashMap::default() }
    }
}

impl Words {
    fn add(&mut self, host: &'static str, needle: Needle) {
        if let Some(lengths) = self.lengths.get_mut(needle.word.as_bytes()[0] as usize) {
            *lengths |= 1 << needle.word.len().min(63);
        }
        let needles = self.by_word.entry(needle.word).or_default();
        if !needles.contains(&(host, needle)) {
            needles.push((host, needle));
        }
    }
}

/// What a row is about; the set is closed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    BrokerUrl,
    BuildTool,
    Command,
    DatabaseUrl,
    DjangoApp,
    DjangoEngine,
    OptionalPeer,
    Platform,
    PluginOf,
    RuntimeData,
    Stub,
}

/// One row.
#[derive(Clone, Copy, Debug)]
pub(super) struct Row {
    pub kind: Kind,
    pub key: &'static str,
    pub condition: &'static str,
    /// Quiet only where the host is required.
    pub weak: bool,
}

impl Row {
    /// The alternatives; none where the key alone is the evidence.
    pub(super) fn atoms(self) -> impl Iterator<Item = Atom> {
        atoms::parse(self.condition)
    }
}

impl Kind {
    fn of(text: &str) -> Option<Self> {
        Some(match text {
            "broker-url" => Self::BrokerUrl,
            "build-tool" => Self::BuildTool,
            "command" => Self::Command,
            "database-url" => Self::DatabaseUrl,
            "django-app" => Self::DjangoApp,
            "django-engine" => Self::DjangoEngine,
            "optional-peer" => Self::OptionalPeer,
            "platform" => Self::Platform,
            "plugin-of" => Self::PluginOf,
            "runtime-data" => Self::RuntimeData,
            "stub" => Self::Stub,
            _ => return None,
        })
    }
}

impl Table {
    /// The bundled table.
    pub(super) fn bundled() -> &'static Self {
        &TABLE
    }

    fn new(text: &'static str) -> Self {
        let mut table = Self::default();
        let mut hosts: FxHashMap<&'static str, usize> = FxHashMap::default();
        for line in text.lines().skip(1) {
            let mut cells = line.split('\t');
            let mut cell = || cells.next().unwrap_or_default();
            let (kind, key, distribution, condition, note) = (cell(), cell(), cell(), cell(), cell());
            let Some(kind) = Kind::of(kind) else { continue };
            let row = Row { kind, key, condition, weak: note.starts_with("weak") };
            table.rows.entry(distribution).or_default().push(row);
            table.take_key(row);
            for atom in row.atoms() {
                table.take_atom(row, atom, &mut hosts);
            }
        }
        table.find_modules(&hosts);
        table
    }

    fn take_key(&mut self, row: Row) {
        match row.kind {
            Kind::BrokerUrl | Kind::DatabaseUrl => drop(self.schemes.insert(row.key)),
            Kind::DjangoApp | Kind::DjangoEngine => drop(self.names.insert(row.key)),
            _ => {}
        }
    }

    fn take_atom(&mut self, row: Row, atom: Atom, hosts: &mut FxHashMap<&'static str, usize>) {
        match atom {
            Atom::Code(needle) if needle.atom.starts_with("setting:") => {
                if !matches!(row.kind, Kind::DjangoApp) {
                    self.settings.add(row.key, needle);
                }
            }
            Atom::Code(needle) | Atom::Fixture(needle) => {
                let at = *hosts.entry(row.key).or_insert_with(|| {
                    self.hosts.push(Host { name: row.key, words: Words::default() });
                    self.hosts.len() - 1
                });
                self.hosts[at].words.add(row.key, needle);
            }
            Atom::Url(scheme) => drop(self.schemes.insert(scheme)),
            Atom::Config(text) => self.names.extend(config_words(text)),
            Atom::Variable(text) => drop(self.variables.insert(text.split('=').next().unwrap_or(text))),
            _ => {}
        }
    }

    /// Which modules each host provides, by the catalogue and by its own name.
    fn find_modules(&mut self, hosts: &FxHashMap<&'static str, usize>) {
        for (module, distribution) in Catalog::bundled().best() {
            if let Some(&host) = hosts.get(distribution) {
                self.host_of_module.entry(module).or_default().push(host);
            }
        }
        for (&name, &host) in hosts {
            let of_name = self.host_of_module.entry(name).or_default();
            if !of_name.contains(&host) {
                of_name.push(host);
            }
        }
        let dotted = self.host_of_module.keys().flat_map(|module| crate::names::prefixes(module).skip(1));
        self.namespaces = dotted.collect();
    }

    /// The rows about a distribution.
    pub(super) fn rows(&self, distribution: &str) -> &[Row] {
        self.rows.get(distribution).map_or(&[], Vec::as_slice)
    }
}

/// The words of a name in a configuration file: `type`, `athena` of `profiles.yml type=athena`. File names, and the
/// tables of pyproject.toml, are none.
pub(super) fn config_words(text: &'static str) -> impl Iterator<Item = &'static str> {
    let is_file = |word: &&str| ![".yml", ".cfg", ".json"].iter().any(|end| word.ends_with(end));
    text.split([' ', '=', '#']).filter(|word| !word.is_empty() && word.len() > 1).filter(is_file)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_row_is_understood() {
        let text = include_str!("../../data/uses.tsv");
        for line in text.lines().skip(1) {
            let cells: Vec<&str> = line.split('\t').collect();
            assert!(cells.len() >= 4 && Kind::of(cells[0]).is_some() && !cells[2].is_empty(), "{line}");
            assert!(!cells[1].is_empty(), "{line}");
        }
    }

    #[test]
    fn hosts_are_found_by_their_modules() {
        let table = Table::bundled();
        let host = |module: &str| table.host_of_module.get(module).map(|hosts| table.hosts[hosts[0]].name);
        assert_eq!(host("pandas"), Some("pandas"));
        assert!(table.schemes.contains("redis") && table.schemes.contains("postgresql+psycopg2"));
    }
}
