//! conda's environment.yml: `dependencies:` with conda's own names, and the list below `- pip:`.
//!
//! Environments are written as plain block lists. What is written otherwise says nothing.

use super::item::{self as items, Item, Place, declare, include};
use super::python;
use super::settings::SettingsFacts;
use crate::formats::tree::Node;
use crate::formats::yaml;
use crate::requirements::{Format, Group, Requirement, RequirementsFacts, Source, Spanned};
use crate::words::names::DistributionName;
use crate::words::suppress::Ignores;
use crate::words::text::TextRange;
use rustc_hash::FxHashMap;
use std::sync::LazyLock;

/// conda's name -> the distribution's; empty where the package is none of Python.
static NAMES: LazyLock<FxHashMap<&'static str, &'static str>> = LazyLock::new(|| {
    let rows = include_str!("../../data/conda.tsv").lines().skip(1);
    rows.filter_map(|row| row.split_once('\t')).map(|(conda, pypi)| (conda, pypi.trim())).collect()
});

/// conda's name of a distribution, where it is another one; of several the first in the order of letters. A part of a package
/// (`matplotlib-base`) is not its name.
pub fn name_of(distribution: &str) -> Option<&'static str> {
    let is_part = |name: &str| name.ends_with("-base") || name.ends_with("-core");
    let names = NAMES.iter().filter(|(_, pypi)| **pypi == distribution).map(|(conda, _)| *conda);
    names.filter(|name| !is_part(name)).min()
}

/// The distribution that a package of conda is; `None` where it is Python itself or none of Python.
pub(super) fn distribution_of(package: &str) -> Option<&str> {
    let lower = package.to_ascii_lowercase();
    let foreign = ["r-", "perl-", "bioconductor-"].iter().any(|prefix| lower.starts_with(prefix));
    let known = NAMES.get(lower.as_str()).copied().unwrap_or(package);
    (!known.is_empty() && !foreign && lower != "python").then_some(known)
}

/// Reads what an `environment.yml` declares.
pub fn parse(text: &str) -> RequirementsFacts {
    read(text).0
}

/// Reads all that an `environment.yml` says.
pub fn settings(text: &str) -> SettingsFacts {
    let (facts, specifier) = read(text);
    SettingsFacts {
        python: specifier.as_deref().and_then(python::lowest),
        newest_python: specifier.as_deref().and_then(python::newest),
        declarations: Some(Box::new(facts)),
        ..SettingsFacts::default()
    }
}

/// The name of the environment that an `environment.yml` makes, or adds to where that is there.
pub fn environment_name(text: &str) -> Option<&str> {
    let value = text.lines().find_map(|line| line.strip_prefix("name:"))?;
    let name = value.split(" #").next().unwrap_or_default().trim().trim_matches(['"', '\'']);
    (!name.is_empty()).then_some(name)
}

/// The requirements, and the constraint on Python itself.
fn read(text: &str) -> (RequirementsFacts, Option<String>) {
    let mut facts = RequirementsFacts::new(text, Format::Conda);
    let mut python = None;
    let (root, _) = yaml::read(text);
    for entry in
        root.items().iter().filter_map(|document| document.get("dependencies")).flat_map(|list| block(text, list))
    {
        match entry.get("pip") {
            Some(list) => block(text, list).filter_map(|one| item(text, one)).for_each(|one| pip(&mut facts, &one)),
            None => python = item(text, entry).and_then(|one| package(&mut facts, &one)).or(python),
        }
    }
    (items::sorted(facts), python)
}

/// The entries of a list that has a line for each. What is written otherwise says nothing: no fix could change a line of it.
fn block<'n>(text: &str, list: &'n Node) -> impl Iterator<Item = &'n Node> {
    let is_block = text.get(list.range.start as usize..).is_some_and(|rest| rest.starts_with('-'));
    list.items().iter().filter(move |one| is_block && has_dash(text, one))
}

/// Whether nothing but a dash stands before an entry on its line.
fn has_dash(text: &str, node: &Node) -> bool {
    let before = text.get(..node.range.start as usize).unwrap_or_default();
    before.rsplit(['\n', '\r']).next().is_some_and(|start| start.trim_matches([' ', '\u{feff}']) == "-")
}

/// An entry as it is written on its first line, without quotes.
fn item<'t>(text: &'t str, node: &Node) -> Option<Item<'t>> {
    node.as_text()?;
    let written = text.get(node.range.indices())?.lines().next()?;
    let Some(quote) = written.chars().next().filter(|c| matches!(c, '"' | '\'')) else {
        return Some(Item::plain(written, node.range.start as usize));
    };
    Some(Item::plain(written.get(1..)?.split(quote).next()?, node.range.start as usize + 1))
}

/// One of pip's: a requirement, or `-r file`.
fn pip(facts: &mut RequirementsFacts, item: &Item<'_>) {
    let text = facts.text.clone();
    for option in ["-r", "--requirement"] {
        let Some(rest) = item.value.strip_prefix(option).filter(|rest| rest.starts_with([' ', '='])) else { continue };
        let target = rest.trim_start_matches([' ', '=']);
        let target = Item::plain(target, item.token.end as usize - target.len());
        return include(facts, &target, &Group::Runtime);
    }
    // pip's other options and bare paths are right here, and declare nothing that has a name
    if !item.value.starts_with(['-', '.', '/']) && !item.value.contains("://") || item.value.contains(" @ ") {
        declare(facts, item, &place(&text, item), &Group::Runtime);
    }
}

/// One of conda's: `channel::name[build]>=1,<2`, `name=1.2`, `name 1.2 build`. Gives the constraint of Python itself.
fn package(facts: &mut RequirementsFacts, item: &Item<'_>) -> Option<String> {
    let text = facts.text.clone();
    let name_start = item.value.rfind("::").map_or(0, |at| at + 2);
    let spec = item.value.get(name_start..).unwrap_or_default();
    let is_part = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '.');
    let length = spec.find(|c| !is_part(c)).unwrap_or(spec.len());
    let name = spec.get(..length).unwrap_or_default();
    let ends = [name.bytes().next(), name.bytes().next_back()];
    if !ends.iter().all(|end| end.is_some_and(|byte| byte.is_ascii_alphanumeric())) {
        return None;
    }
    let rest = spec.get(length..).unwrap_or_default();
    let constraint = rest.trim_start();
    let constraint_start = item.token.end - constraint.len() as u32;
    let specifier = specifier(constraint);
    let lower = name.to_ascii_lowercase();
    if lower == "python" {
        return specifier;
    }
    let pypi = distribution_of(name)?;
    let start = item.token.start + name_start as u32;
    let place = place(&text, item);
    facts.requirements.push(Requirement {
        name: Some(DistributionName::new(pypi)),
        name_range: TextRange::new(start, start + length as u32),
        range: item.token,
        line_range: place.line,
        source: Source::Conda,
        extras: Vec::new(),
        specifier: specifier
            .map(|text| Spanned { text: text.into(), range: TextRange::new(constraint_start, item.token.end) }),
        marker: None,
        comment: place.comment,
        ignores: place.ignores,
        via: Vec::new(),
        group: Group::Runtime,
    });
    None
}

/// The specifier (PEP 440) of conda's: `=1.2` and ` 1.2` are `==1.2.*`, `==1.2` is itself; `None` where it is more than that.
fn specifier(constraint: &str) -> Option<String> {
    let version = constraint.split_whitespace().next()?;
    let plain = |text: &str| {
        !text.is_empty()
            && text.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'*' | b'!' | b'+'))
    };
    let fuzzy = |version: &str| {
        let exact = version.trim_end_matches(['*', '.']);
        plain(exact).then(|| format!("=={exact}.*"))
    };
    if let Some(rest) = version.strip_prefix("==").or_else(|| version.strip_prefix('=')) {
        // `name=1.2=py39_0` names a build
        let (number, build) = rest.split_once('=').map_or((rest, false), |(number, _)| (number, true));
        let exact = version.starts_with("==") || build;
        return if exact && plain(number) { Some(format!("=={number}")) } else { fuzzy(number) };
    }
    let compares = |one: &str| {
        let bare = one.trim_start_matches(['<', '>', '=', '!', '~']);
        bare.len() < one.len() && plain(bare)
    };
    if version.split(',').all(compares) {
        return Some(version.to_owned());
    }
    fuzzy(version)
}

/// The place of an entry: its `- ` goes with it.
fn place(text: &str, item: &Item<'_>) -> Place {
    let (start, end) = (item.token.start as usize, item.token.end as usize);
    let line_start = text.get(..start).and_then(|before| before.rfind(['\n', '\r'])).map_or(0, |at| at + 1);
    let rest = text.get(end..).unwrap_or_default();
    let length = rest.find(['\n', '\r']).unwrap_or(rest.len());
    let tail = rest.get(..length).unwrap_or_default();
    let comment = tail.find('#').map(|at| TextRange::new((end + at) as u32, (end + length) as u32));
    let line_break = if rest.get(length..).is_some_and(|rest| rest.starts_with("\r\n")) { 2 } else { 1 };
    let after = (end + length + line_break).min(text.len());
    Place {
        line: TextRange::new(line_start as u32, after as u32),
        comment,
        ignores: comment.and_then(|range| text.get(range.indices())).map(Ignores::of_comment).unwrap_or_default(),
    }
}
