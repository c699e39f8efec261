//! A line of a requirements file: names, extras, versions, paths, options.

use super::item::{Item, ItemKind, Spot, begins};
use super::markers;
use crate::analysis::Analysis;
use crate::features::rename::relative;
use crate::features::subject::declarations;
use crate::fixes::lookup::options_of;
use crate::model::project::ProjectId;
use crate::model::releases::Offer;
use crate::model::resolve::Evidence;
use pinlens_facts::facts::FileFacts;
use pinlens_facts::knowledge::{catalog, needs};
use pinlens_facts::words::names::DistributionName;
use pinlens_facts::words::versions;
use rustc_hash::FxHashSet;

/// The most names that are given; whoever wants others types on.
pub const MOST_NAMES: usize = 60;

/// The most distributions that are named which an extra brings.
const MOST_BROUGHT: usize = 3;

/// The options of a line of their own, with what they do.
const OPTIONS: [(&str, &str); 12] = [
    ("-r", "the requirements of another file"),
    ("-c", "the constraints of another file"),
    ("-e", "a project in a folder, editable"),
    ("--requirement", "the requirements of another file"),
    ("--constraint", "the constraints of another file"),
    ("--editable", "a project in a folder, editable"),
    ("--index-url", "where distributions are looked up"),
    ("--extra-index-url", "where else distributions are looked up"),
    ("--find-links", "a page or folder of archives"),
    ("--no-binary", "build these from their sources"),
    ("--only-binary", "never build these"),
    ("--pre", "take pre-releases too"),
];

/// What may be typed on a line of a requirements file.
pub(super) fn complete_line(spot: &Spot) -> Vec<Item> {
    let indent = spot.text.len() - spot.text.trim_start().len();
    let line = &spot.text[indent..];
    let option_end = line.find(|c: char| c.is_whitespace() || c == '=');
    match (line.starts_with('-'), option_end) {
        (true, None) => {
            let fitting = OPTIONS.iter().filter(|(option, _)| option.starts_with(line));
            fitting.map(|(option, what)| spot.item(indent, ItemKind::Option, *option, *what)).collect()
        }
        (true, Some(end)) if matches!(&line[..end], "-r" | "-c" | "--requirement" | "--constraint") => {
            let value = line[end..].trim_start_matches(|c: char| c.is_whitespace() || c == '=');
            paths(spot, spot.text.len() - value.len())
        }
        (true, Some(_)) => Vec::new(),
        (false, _) => complete(&Spot { text: line, start: spot.start + indent as u32, ..*spot }),
    }
}

/// What may be typed in a requirement, whose text begins with its name.
pub(super) fn complete(spot: &Spot) -> Vec<Item> {
    let text = spot.text;
    if let Some(at) = text.find(';') {
        return markers::complete(spot, at + 1);
    }
    let (name, rest) = text.split_at(name_end(text));
    let written = DistributionName::new(name);
    if rest.is_empty() {
        return names(spot, name);
    }
    if rest.starts_with('[') && !rest.contains(']') {
        return extras(spot, &written, &rest[1..]);
    }
    match begun_version(rest) {
        Some(at) => known_versions(spot, &written, rest[at + 1..].trim_start()),
        _ => Vec::new(),
    }
}

/// The distribution of which a version has been begun in a requirement, whose text begins with its name.
pub(super) fn versioned(text: &str) -> Option<DistributionName> {
    let (name, rest) = text.split_at(name_end(text));
    let is_version = !name.is_empty() && !text.contains(';') && (!rest.starts_with('[') || rest.contains(']'));
    (is_version && begun_version(rest).is_some()).then(|| DistributionName::new(name))
}

/// The end of the name at the beginning of a text.
fn name_end(text: &str) -> usize {
    text.find(|c: char| !(c.is_ascii_alphanumeric() || matches!(c, '.' | '_' | '-'))).unwrap_or(text.len())
}

/// The last sign of the operator behind which a version is typed.
fn begun_version(rest: &str) -> Option<usize> {
    let is_sign = |c: char| matches!(c, '=' | '<' | '>' | '!' | '~');
    rest.rfind(is_sign).filter(|at| !rest[*at..].contains('"'))
}

/// Names: what the code imports and nothing declares, what is installed, what is well known, each by its popularity.
pub(super) fn names(spot: &Spot, typed: &str) -> Vec<Item> {
    let ws = spot.ws;
    let wanted = DistributionName::new(typed);
    let fits = |name: &str| typed.is_empty() || begins(name, wanted.as_str());
    let mut seen = declared_here(spot, &wanted);
    let mut items = Vec::new();
    let mut add = |name: &DistributionName, label: &str, detail: String| {
        if items.len() < MOST_NAMES && fits(name.as_str()) && seen.insert(name.clone()) {
            let item = spot.item(0, ItemKind::Distribution, label, detail);
            items.push(Item { distribution: Some(name.clone()), ..item });
        }
    };
    let display =
        |name: &DistributionName| ws.environment().get(name).map_or(name.to_string(), |one| one.display.clone());
    for name in missing(ws, ws.projects().users(spot.file), &wanted) {
        add(&name, &display(&name), "imported, but not declared".to_owned());
    }
    for installed in ws.environment().distributions() {
        add(&installed.name, &installed.display, format!("{} {}", installed.version, installed.about.summary));
    }
    // all of them begin alike for nothing, so nothing of them is shown before a letter is typed
    for name in catalog::popular().filter(|name| !typed.is_empty() && fits(name) && !catalog::is_hollow(name)) {
        let name = &DistributionName::new(name);
        add(name, name.as_str(), catalog::summary_of(name).unwrap_or_default().to_owned());
    }
    items
}

/// The names that the file has already, but for the one that is being typed.
fn declared_here(spot: &Spot, typed: &DistributionName) -> FxHashSet<DistributionName> {
    let all = declarations(spot.ws, spot.file).into_iter().flat_map(|facts| &facts.requirements);
    all.filter_map(|requirement| requirement.name.clone()).filter(|name| name != typed).collect()
}

/// What the projects import and nothing declares. A name that is being typed declares nothing yet, though its beginning may be that of a
/// module.
fn missing(ws: &Analysis, projects: &[ProjectId], typed: &DistributionName) -> Vec<DistributionName> {
    let mut all: Vec<_> = projects.iter().flat_map(|project| ws.index().missing(*project)).cloned().collect();
    let by_typed = projects.iter().flat_map(|project| ws.index().satisfied_names(*project));
    let providers = by_typed.filter(|(by, _)| *by == typed).filter_map(|(_, name)| ws.index().providers(name));
    let sure = providers.filter(|providers| providers.evidence >= Evidence::Catalog);
    all.extend(sure.filter_map(|providers| providers.candidates.first()).filter(|best| *best != typed).cloned());
    all.sort_unstable();
    all.dedup();
    all
}

/// The extras that the installed distribution has; of one that is not installed, those that it is known to have.
fn extras(spot: &Spot, name: &DistributionName, list: &str) -> Vec<Item> {
    let word = list.rsplit(',').next().unwrap_or_default().trim_start();
    let listed: Vec<&str> = list[..list.len() - word.len()].split(',').map(str::trim).collect();
    let known: Vec<&str> = match spot.ws.environment().get(name) {
        Some(installed) => installed.about.extras.iter().map(|extra| &**extra).collect(),
        None => needs::extras_of(name.as_str()),
    };
    let fitting = known.into_iter().filter(|extra| begins(extra, word) && !listed.contains(extra));
    let detail = |extra: &str| {
        let mut brought = needs::brought_by_extra(name.as_str(), extra);
        brought.sort_unstable();
        brought.dedup();
        let brought: Vec<String> = brought.iter().take(MOST_BROUGHT).map(ToString::to_string).collect();
        if brought.is_empty() { name.to_string() } else { format!("with {}", brought.join(", ")) }
    };
    fitting.map(|extra| spot.item(spot.text.len() - word.len(), ItemKind::Extra, extra, detail(extra))).collect()
}

/// The versions that are known, each with what it is known from: the environment, lock files, other manifests, and the package index
/// where it was looked up.
fn known_versions(spot: &Spot, name: &DistributionName, typed: &str) -> Vec<Item> {
    let ws = spot.ws;
    let mut known: Vec<(String, String)> = Vec::new();
    let mut add = |version: &str, known_from: String| {
        if !version.is_empty() && begins(version, typed) && !known.iter().any(|(other, _)| other == version) {
            known.push((version.to_owned(), known_from));
        }
    };
    if let Some(installed) = ws.environment().get(name) {
        add(&installed.version, format!("installed in {}", ws.environment().location));
    }
    for file in ws.manifests_in_order() {
        let path = ws.path(file);
        if let Some(FileFacts::Lock(lock)) = ws.facts(file) {
            let locked = lock.packages.iter().filter(|locked| locked.name == *name);
            locked.for_each(|locked| add(&locked.version, format!("locked in {path}")));
        }
        let others = declarations(ws, file).into_iter().flat_map(|facts| &facts.requirements);
        let range = spot.from(0);
        for pin in others.filter(|other| other.name.as_ref() == Some(name)) {
            let is_itself = file == spot.file && pin.range.meets(range);
            if let Some(version) = pin.pinned_version().filter(|_| !is_itself) {
                add(version, format!("pinned in {path}"));
            }
        }
    }
    let offer = Offer { options: options_of(ws, spot.file), name: name.clone() };
    let release = ws.releases().of(&offer);
    let newest = release.and_then(|release| release.newest.as_deref());
    if let Some(newest) = newest {
        add(newest, "the newest of the package index".to_owned());
    }
    // the newest first, and those before a release last
    let all = release.map_or(&[][..], |release| &release.versions);
    let (early, final_ones): (Vec<&String>, Vec<&String>) =
        all.iter().rev().partition(|version| versions::is_prerelease(version));
    for version in final_ones {
        add(version, "in the package index".to_owned());
    }
    for version in early {
        add(version, "in the package index, a pre-release".to_owned());
    }
    let at = spot.text.len() - typed.len();
    known.into_iter().map(|(version, known_from)| spot.item(at, ItemKind::Version, version, known_from)).collect()
}

/// The requirements files of the workspace, as this one would name them.
fn paths(spot: &Spot, at: usize) -> Vec<Item> {
    let ws = spot.ws;
    let typed = &spot.text[at..];
    let own = ws.path(spot.file);
    let files = ws
        .manifests_in_order()
        .into_iter()
        .filter(|file| *file != spot.file && matches!(ws.facts(*file), Some(FileFacts::Requirements(_))));
    let mut paths: Vec<String> = files.map(|file| relative(own.folder(), ws.path(file).as_str())).collect();
    paths.sort_by_key(|path| (path.matches('/').count(), path.clone()));
    let fitting = paths.into_iter().filter(|path| begins(path, typed));
    fitting.map(|path| spot.item(at, ItemKind::File, path, "")).collect()
}
