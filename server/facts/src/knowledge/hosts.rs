//! Programs and managed runtimes that run Python code and provide modules of their own, as `data/hosts.tsv` lists them.
//!
//! What they provide is on no index, or is there under the same name as something else, so it is neither unresolved nor undeclared
//! where the host is known. The table says what shows a host: a file, a text in code, an import.

use super::patterns::fits;
use crate::words::names::{DistributionName, FilePath, prefixes};
use aho_corasick::AhoCorasick;
use rustc_hash::FxHashMap;
use std::sync::LazyLock;

static HOSTS: LazyLock<Hosts> = LazyLock::new(|| Hosts::new(include_str!("../../data/hosts.tsv")));

/// A program or managed runtime.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Host {
    /// Its name in the table: `aws-lambda`.
    pub id: &'static str,
    /// Its name in messages: `AWS Lambda`.
    pub name: &'static str,
    /// The documentation that the rows were taken from.
    pub source: &'static str,
    /// Files that show the host.
    pub files: Vec<FileMark>,
    /// Texts in a Python file or notebook that show that this file, or the package of an `__init__.py`, is for the host.
    pub code: Vec<&'static str>,
    /// Modules whose import shows that the file is for the host.
    imports: Vec<&'static str>,
    /// Modules that nobody else provides.
    only: Vec<&'static str>,
    /// Modules that are there where the host is known.
    modules: Vec<&'static str>,
    /// Distributions that are installed there.
    distributions: Vec<&'static str>,
    /// The file in which code for it declares what the host installs; empty where there is none.
    pub manifest: &'static str,
}

/// A kind of file that shows a host.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct FileMark {
    /// The last segments of its path, as a pattern: `custom_components/*/manifest.json`.
    pub path: &'static str,
    /// What the file must hold; empty where its name is enough.
    pub text: &'static str,
}

impl FileMark {
    /// The folder that is for the host, with all below it, where `path` is such a file: the one that holds the first segment of the pattern.
    pub fn folder(self, path: &FilePath) -> Option<&str> {
        let mut folder = path.as_str();
        for pattern in self.path.rsplit('/') {
            let (above, name) = folder.rsplit_once('/').unwrap_or(("", folder));
            if name.is_empty() || !fits(pattern, name) {
                return None;
            }
            folder = above;
        }
        Some(folder)
    }
}

impl Host {
    /// Whether the host has the module `dotted`.
    pub fn provides(&self, dotted: &str) -> bool {
        prefixes(dotted).any(|prefix| self.only.iter().chain(&self.modules).any(|module| fits(module, prefix)))
    }

    /// The modules that nobody else provides; some with a `*`.
    pub fn sole(&self) -> impl Iterator<Item = &'static str> + '_ {
        self.only.iter().copied()
    }

    /// Whether the distribution is installed in the host.
    pub fn carries(&self, distribution: &DistributionName) -> bool {
        self.distributions.contains(&distribution.as_str())
    }

    /// The distributions that are installed in the host, sorted.
    pub fn distributions(&self) -> impl Iterator<Item = DistributionName> + '_ {
        self.distributions.iter().map(|name| DistributionName::new(name))
    }
}

/// All hosts, and how one is found.
#[derive(Debug, Default)]
struct Hosts {
    all: Vec<Host>,
    /// Modules that show a host by being imported, and whether nobody else provides them.
    modules: FxHashMap<&'static str, (usize, bool)>,
    /// The same for modules with a `*`.
    patterns: Vec<(&'static str, usize, bool)>,
    /// The marks whose file has a name without `*`, by that name.
    named: FxHashMap<&'static str, Vec<(usize, FileMark)>>,
    /// The other marks, each with the end of the names that it describes.
    unnamed: Vec<(&'static str, usize, FileMark)>,
}

impl Hosts {
    fn new(table: &'static str) -> Self {
        let mut hosts = Self::default();
        for row in table.lines().skip(1) {
            let mut cells = row.split('\t');
            let mut cell = || cells.next().unwrap_or_default();
            let (id, fact, value, text, source) = (cell(), cell(), cell(), cell(), cell());
            if hosts.all.last().is_none_or(|host| host.id != id) {
                hosts.all.push(Host { id, ..Host::default() });
            }
            hosts.add(fact, value, text, source);
        }
        hosts
    }

    /// Adds a fact about the last host.
    fn add(&mut self, fact: &str, value: &'static str, text: &'static str, source: &'static str) {
        let at = self.all.len() - 1;
        let host = &mut self.all[at];
        match fact {
            "name" => (host.name, host.source) = (value, source),
            "code" => host.code.push(value),
            "module" => host.modules.push(value),
            "distribution" => host.distributions.push(value),
            "manifest" => host.manifest = value,
            "import" | "only" => {
                let is_only = fact == "only";
                if is_only { &mut host.only } else { &mut host.imports }.push(value);
                if value.contains('*') {
                    self.patterns.push((value, at, is_only));
                } else {
                    self.modules.insert(value, (at, is_only));
                }
            }
            "file" => {
                let mark = FileMark { path: value, text };
                host.files.push(mark);
                match value.rsplit('/').next() {
                    Some(name) if !name.contains('*') => self.named.entry(name).or_default().push((at, mark)),
                    Some(name) => self.unnamed.push((name.rsplit('*').next().unwrap_or_default(), at, mark)),
                    None => {}
                }
            }
            _ => {}
        }
    }

    /// The host that importing `dotted` shows, and whether nobody else provides the module.
    fn shown_by(&self, dotted: &str) -> Option<(&Host, bool)> {
        let found = prefixes(dotted).find_map(|prefix| {
            let pattern = || self.patterns.iter().find(|(pattern, ..)| fits(pattern, prefix));
            self.modules.get(prefix).copied().or_else(|| pattern().map(|&(_, at, is_only)| (at, is_only)))
        })?;
        Some((&self.all[found.0], found.1))
    }
}

/// Parses the table now, so that nobody waits for it later.
pub fn prepare() {
    LazyLock::force(&HOSTS);
    LazyLock::force(&IN_CODE);
}

/// Every host, sorted by `id`.
pub fn all() -> &'static [Host] {
    &HOSTS.all
}

/// The host of that `id`.
pub fn by_id(id: &str) -> Option<&'static Host> {
    let at = HOSTS.all.binary_search_by_key(&id, |host| host.id).ok()?;
    HOSTS.all.get(at)
}

/// The hosts that a file of that path may show, each with what else must hold.
pub fn of_file(path: &FilePath) -> impl Iterator<Item = (&'static Host, FileMark)> {
    let name = path.file_name();
    let named = HOSTS.named.get(name).into_iter().flatten().copied();
    // computed for every file of a workspace at once
    let unnamed = HOSTS.unnamed.iter().filter(move |(end, ..)| name.ends_with(end)).map(|&(_, at, mark)| (at, mark));
    let marks = named.chain(unnamed).filter(|(_, mark)| mark.folder(path).is_some());
    marks.map(|(at, mark)| (&HOSTS.all[at], mark))
}

/// All texts of code that show hosts, searched at once: each Python file is.
static IN_CODE: LazyLock<(Option<AhoCorasick>, Vec<usize>)> = LazyLock::new(|| {
    let marks = all().iter().enumerate().flat_map(|(at, host)| host.code.iter().map(move |mark| (*mark, at)));
    let (marks, hosts): (Vec<&str>, Vec<usize>) = marks.unzip();
    // it fails where the patterns are too long, which those of the table are not
    (AhoCorasick::new(marks).ok(), hosts)
});

/// The hosts that the text of a Python file or notebook shows.
pub fn of_code(text: &str) -> impl Iterator<Item = &'static Host> {
    let (searcher, hosts) = &*IN_CODE;
    let mut found: Vec<usize> = searcher
        .iter()
        .flat_map(|searcher| searcher.find_overlapping_iter(text))
        .map(|found| hosts[found.pattern().as_usize()])
        .collect();
    found.sort_unstable();
    found.dedup();
    found.into_iter().map(|at| &all()[at])
}

/// The texts of [`FileMark::text`] that a file holds, of the marks whose file is called in one of these ways.
pub fn texts_of_files(text: &str, is_called: impl Fn(&str) -> bool) -> impl Iterator<Item = &'static str> {
    let marks = all().iter().flat_map(|host| &host.files).filter(|mark| !mark.text.is_empty() && is_called(mark.path));
    let mut found: Vec<&str> = marks.map(|mark| mark.text).filter(|mark| text.contains(mark)).collect();
    found.sort_unstable();
    found.dedup();
    found.into_iter()
}

/// The host that the import of `dotted` shows: then the file that imports it is for that host.
pub fn of_import(dotted: &str) -> Option<&'static Host> {
    HOSTS.shown_by(dotted).map(|(host, _)| host)
}

/// The host that alone provides the module `dotted`: it needs no other evidence, and no distribution of a similar name is the provider.
pub fn sole_provider(dotted: &str) -> Option<&'static Host> {
    HOSTS.shown_by(dotted).filter(|(_, is_only)| *is_only).map(|(host, _)| host)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::knowledge::catalog::{Catalog, is_popular_module};

    #[test]
    fn every_row_is_understood() {
        let table = include_str!("../../data/hosts.tsv");
        let mut ids: Vec<&str> = Vec::new();
        for row in table.lines().skip(1) {
            let cells: Vec<&str> = row.split('\t').collect();
            assert_eq!(cells.len(), 5, "{row}");
            assert!(
                ["name", "file", "code", "import", "only", "module", "distribution", "manifest"].contains(&cells[1]),
                "{row}"
            );
            assert!(!cells[2].is_empty() && (cells[3].is_empty() || cells[1] == "file"), "{row}");
            assert_eq!(cells[1] == "name", !cells[4].is_empty(), "{row}");
            assert!(cells[1] != "distribution" || DistributionName::new(cells[2]).as_str() == cells[2], "{row}");
            if cells[1] == "name" {
                ids.push(cells[0]);
            }
        }
        assert!(ids.is_sorted() && ids.len() == all().len());
        assert!(all().iter().all(|host| !host.name.is_empty() && host.distributions.is_sorted()));
    }

    #[test]
    fn files_show_hosts() {
        let shown = |path: &str| {
            let path = FilePath::new(path);
            of_file(&path)
                .map(|(host, mark)| format!("{} {} {}", host.id, mark.folder(&path).unwrap(), mark.text))
                .collect::<Vec<_>>()
        };
        assert_eq!(shown("addons/crm/__manifest__.py"), ["odoo addons/crm "]);
        assert_eq!(shown("src/custom_components/lamp/manifest.json")[0], "anki src/custom_components/lamp \"ankiweb\"");
        assert!(shown("src/custom_components/lamp/manifest.json").contains(&"homeassistant src ".to_owned()));
        assert_eq!(shown("Default.sublime-keymap"), ["sublime  "]);
        assert_eq!(shown("plugin/metadata.txt"), ["qgis plugin qgisMinimumVersion"]);
        assert!(shown("app/main.py").is_empty());
    }

    #[test]
    fn code_shows_hosts() {
        let shown = |text: &str| of_code(text).map(|host| host.id).collect::<Vec<_>>();
        assert_eq!(shown("bl_info = {\n    \"name\": \"Ruler\",\n}\n"), ["blender"]);
        assert_eq!(shown("# Databricks notebook source\nprint(1)\n"), ["databricks"]);
        assert!(shown("import os\n").is_empty());
    }

    #[test]
    fn modules_are_provided_by_whole_segments() {
        let host = |id: &str| by_id(id).unwrap();
        assert!(host("ros").provides("sensor_msgs.msg") && host("ros").provides("rclpy.node"));
        assert!(!host("ros").provides("rclpyx") && host("blender").provides("mathutils"));
        assert!(host("aws-lambda").carries(&DistributionName::new("boto3")));
        assert_eq!(sole_provider("maya.cmds").map(|host| host.id), Some("maya"));
        assert_eq!(sole_provider("maya"), None);
        assert_eq!(sole_provider("ida_bytes").map(|host| host.id), Some("ida"));
        assert_eq!(of_import("jpype.imports").map(|host| host.id), Some("jpype"));
        assert_eq!(sole_provider("jpype.imports"), None);
    }

    /// A module that only a host provides must not be the principal module of a well-known distribution as well.
    #[test]
    fn sole_providers_have_no_rival_in_the_catalog() {
        let modules = all().iter().flat_map(|host| &host.only);
        let known = modules.filter_map(|module| Catalog::bundled().row_of(module));
        let rivals: Vec<&str> = known.map(|row| row.module).filter(|module| is_popular_module(module)).collect();
        assert_eq!(rivals, Vec::<&str>::new());
    }
}
