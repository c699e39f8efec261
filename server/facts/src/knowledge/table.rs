//! The table `data/uses.tsv`, one row a fact, and what is looked up in it.

use super::atoms::{self, Atom, Needle, Shape};
use super::demands;
use crate::knowledge::catalog::Catalog;
use crate::words::names::DistributionName;
use rustc_hash::{FxHashMap, FxHashSet};
use std::sync::LazyLock;

static TABLE: LazyLock<Table> = LazyLock::new(|| Table::new(include_str!("../../data/uses.tsv")));

/// Parses the table now, so that nobody waits for it later.
pub fn prepare() {
    LazyLock::force(&TABLE);
}

/// The distributions that are plugins of `host` and bring an option of its command line; none for an option of its own.
pub fn plugins_of_option(host: &str, option: &str) -> Vec<DistributionName> {
    if !option.starts_with('-') {
        return Vec::new();
    }
    let is_it = |row: &Row| {
        row.atoms().any(|atom| matches!(atom, Atom::Option(known) if known.trim_end_matches('=') == option))
    };
    let plugins = Table::bundled().plugins(host).iter().filter(|(_, row)| is_it(row));
    plugins.map(|(name, _)| DistributionName::new(name)).collect()
}

/// The distributions that bring a command, the likeliest first; none for one that no known distribution brings.
pub fn distributions_of_command(name: &str) -> Vec<DistributionName> {
    let rows = COMMANDS.get(name).into_iter().flatten();
    rows.map(|distribution| DistributionName::new(distribution)).collect()
}

static COMMANDS: LazyLock<FxHashMap<&'static str, Vec<&'static str>>> = LazyLock::new(|| {
    let mut commands: FxHashMap<&'static str, Vec<&'static str>> = FxHashMap::default();
    for row in include_str!("../../data/uses.tsv").lines().skip(1) {
        let mut cells = row.split('\t');
        if cells.next() == Some("command")
            && let (Some(name), Some(distribution)) = (cells.next(), cells.next())
        {
            commands.entry(name).or_default().push(distribution);
        }
    }
    commands
});

/// All rows, by the distribution that they are about.
#[derive(Debug, Default)]
pub struct Table {
    rows: FxHashMap<&'static str, Vec<Row>>,
    /// The plugins of each host, with the rows that say how they show.
    plugins: FxHashMap<&'static str, Vec<(&'static str, Row)>>,
    /// The schemes of URLs that show a driver.
    pub(crate) schemes: FxHashSet<&'static str>,
    /// The environment variables that show a use.
    pub(crate) variables: FxHashSet<&'static str>,
    /// The names in configuration files that show a use by themselves.
    pub(crate) names: FxHashSet<&'static str>,
    /// Rows of configuration files, `type=snowflake`, and their keys.
    pub(crate) pairs: FxHashSet<&'static str>,
    pub(crate) keys: FxHashSet<&'static str>,
    /// The hosts of code, and by each dotted module that one provides, which.
    pub(crate) hosts: Vec<Host>,
    pub(crate) host_of_module: FxHashMap<&'static str, Vec<usize>>,
    /// The first segments of the modules in `host_of_module`.
    pub(crate) host_tops: FxHashSet<&'static str>,
    /// Every proper dotted prefix of a module in `host_of_module`.
    pub(crate) namespaces: FxHashSet<&'static str>,
    /// The needles that stand for settings, whatever is imported.
    pub(crate) settings: Words,
}

/// The words of code that a host's rows request.
#[derive(Debug)]
pub(crate) struct Host {
    pub(crate) name: &'static str,
    pub(crate) words: Words,
}

/// Words to look for, behind a filter by first byte and length.
#[derive(Debug)]
pub(crate) struct Words {
    pub(crate) lengths: [u64; 128],
    pub(crate) by_word: FxHashMap<&'static str, Vec<(&'static str, Needle)>>,
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
pub enum Kind {
    /// The scheme of a URL of a message broker.
    BrokerUrl,
    /// A build backend, or what one requires.
    BuildTool,
    /// People start it, or it is used where no file shows it; the key is what it is.
    ByHand,
    /// A command that the distribution installs.
    Command,
    /// The scheme of a URL of a database.
    DatabaseUrl,
    /// A dotted name in the settings of Django.
    DjangoApp,
    /// A backend that the settings of Django name.
    DjangoEngine,
    /// What another distribution uses where it is installed.
    OptionalPeer,
    /// What is required for one platform.
    Platform,
    /// A plugin of another distribution.
    PluginOf,
    /// Data that is read at run time.
    RuntimeData,
    /// Type stubs.
    Stub,
}

/// One row.
#[derive(Clone, Copy, Debug)]
pub struct Row {
    /// What it is about.
    pub kind: Kind,
    /// The name that it is looked up by: a command, a scheme, a host.
    pub key: &'static str,
    /// The alternatives, as the table writes them.
    pub condition: &'static str,
    /// Quiet only where the host is required.
    pub weak: bool,
    /// The first version of the host that no longer uses it: `host<2.0`.
    pub below: Option<&'static str>,
}

impl Row {
    /// The alternatives; none where the key alone is the evidence.
    pub fn atoms(self) -> impl Iterator<Item = Atom> {
        atoms::parse(self.condition)
    }

    /// Who runs the code: the row's key; where that is Python itself, the module that the code is dotted with.
    pub fn host_of(self, needle: Needle) -> &'static str {
        let dotted = needle.atom.split_once(':').and_then(|(_, rest)| rest.split_once('.'));
        dotted.filter(|_| self.key == "python").map_or(self.key, |(top, _)| top)
    }
}

impl Kind {
    fn of(text: &str) -> Option<Self> {
        Some(match text {
            "broker-url" => Self::BrokerUrl,
            "build-tool" => Self::BuildTool,
            "by-hand" => Self::ByHand,
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
    pub fn bundled() -> &'static Self {
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
            let (key, below) = key.split_once('<').map_or((key, None), |(key, below)| (key, Some(below)));
            let row = Row { kind, key, condition, weak: note.starts_with("weak"), below };
            table.rows.entry(distribution).or_default().push(row);
            if kind == Kind::PluginOf {
                table.plugins.entry(key).or_default().push((distribution, row));
            }
            if matches!(kind, Kind::BrokerUrl | Kind::DatabaseUrl) {
                table.schemes.insert(key);
            }
            for atom in row.atoms() {
                table.take_atom(row, atom, &mut hosts);
            }
        }
        // what a part of a distribution requests is used where that part is
        for (key, below, condition, distribution) in demands::all() {
            let row = Row { kind: Kind::OptionalPeer, key, condition, weak: false, below };
            table.rows.entry(distribution).or_default().push(row);
            for atom in row.atoms() {
                table.take_atom(row, atom, &mut hosts);
            }
        }
        table.find_modules(&hosts);
        table
    }

    fn take_atom(&mut self, row: Row, atom: Atom, hosts: &mut FxHashMap<&'static str, usize>) {
        match atom {
            // which application stands in which setting is known from its name
            Atom::Code(needle) if needle.atom.starts_with("setting:") => {
                if row.kind == Kind::DjangoApp {
                    return;
                }
                self.settings.add(row.key, needle);
                self.add_needle(row, needle, hosts);
            }
            Atom::Code(needle) | Atom::Fixture(needle) => self.add_needle(row, needle, hosts),
            // every project holds some of these, which says nothing
            Atom::Url("http" | "https" | "git") => {}
            Atom::Url(scheme) => drop(self.schemes.insert(scheme)),
            Atom::Config(text) => self.take_name(row, text, hosts),
            Atom::Variable(text) => drop(self.variables.insert(text.split('=').next().unwrap_or(text))),
            _ => {}
        }
    }

    fn take_name(&mut self, row: Row, text: &'static str, hosts: &mut FxHashMap<&'static str, usize>) {
        // settings of every project, whose values are read where they stand
        if matches!(text, "addopts" | "engine" | "pytest_plugins" | "pyramid.includes" | "setup_requires") {
            return;
        }
        if !text.contains([' ', '=']) {
            self.names.insert(text);
            // code that imports the host may hold its configuration, as strings
            return self.add_needle(row, Needle { atom: text, word: text, value: "", shape: Shape::Text }, hosts);
        }
        let pair = text.rsplit(' ').next().unwrap_or(text);
        if let Some((key, _)) = pair.split_once('=') {
            self.pairs.insert(pair);
            self.keys.insert(key);
        }
    }

    fn add_needle(&mut self, row: Row, needle: Needle, hosts: &mut FxHashMap<&'static str, usize>) {
        let host = row.host_of(needle);
        let at = *hosts.entry(host).or_insert_with(|| {
            self.hosts.push(Host { name: host, words: Words::default() });
            self.hosts.len() - 1
        });
        self.hosts[at].words.add(host, needle);
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
        let dotted = self.host_of_module.keys().flat_map(|module| crate::words::names::prefixes(module).skip(1));
        self.namespaces = dotted.collect();
        let tops = self.host_of_module.keys().map(|module| module.split('.').next().unwrap_or(module));
        self.host_tops = tops.collect();
    }

    /// The place in `hosts` of the host of that name.
    pub fn host(&self, name: &str) -> Option<usize> {
        self.host_of_module.get(name)?.iter().copied().find(|&at| self.hosts[at].name == name)
    }

    /// The distributions that are plugins of `host`, with their rows.
    pub fn plugins(&self, host: &str) -> &[(&'static str, Row)] {
        self.plugins.get(host).map_or(&[], Vec::as_slice)
    }

    /// The platform that a distribution is for, where it is for one alone: `win32`, `darwin`, `linux`.
    pub fn platform_of(&self, distribution: &str) -> Option<&'static str> {
        self.rows(distribution).iter().find(|row| row.kind == Kind::Platform).map(|row| row.key)
    }

    /// The rows about a distribution.
    pub fn rows(&self, distribution: &str) -> &[Row] {
        self.rows.get(distribution).map_or(&[], Vec::as_slice)
    }
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
