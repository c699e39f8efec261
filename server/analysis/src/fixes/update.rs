//! Updating pins to versions that the package index has, where the user had it looked up.

use super::change::of_file;
use super::lookup::options_of;
use super::{Applicability, Fix};
use crate::analysis::Analysis;
use crate::model::ids::FileId;
use crate::model::project;
use crate::model::releases::{Offer, Release};
use pinlens_facts::facts::FileFacts;
use pinlens_facts::requirements::{Requirement, RequirementsFacts, Source};
use pinlens_facts::words::names::DistributionName;
use pinlens_facts::words::text::TextEdit;
use pinlens_facts::words::versions::{self, Step};

/// A distribution to look up in the package index.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Wanted {
    /// The distribution, and where its index is.
    pub offer: Offer,
    /// The version that is pinned.
    pub pinned: Option<String>,
}

/// What the requirements of a file would have looked up, each once, in the order of the text.
pub fn wanted(ws: &Analysis, file: FileId) -> Vec<Wanted> {
    let Some(facts) = ws.facts(file).and_then(FileFacts::declarations) else { return Vec::new() };
    let options = options_of(ws, file);
    let mut all: Vec<Wanted> = Vec::new();
    for one in facts.requirements.iter().filter(|one| one.source == Source::Index) {
        let Some(name) = one.name.clone().filter(|name| !ws.makes(name)) else { continue };
        let offer = Offer { options: options.clone(), name };
        let wanted = Wanted { offer, pinned: one.pinned_version().map(str::to_owned) };
        if !all.contains(&wanted) {
            all.push(wanted);
        }
    }
    all
}

/// What is known of a requirement whose index was looked up.
pub(crate) struct Known<'a> {
    name: &'a DistributionName,
    release: &'a Release,
    requirement: &'a Requirement,
}

impl<'a> Known<'a> {
    /// What is known of a requirement of a file with these options.
    pub fn of(ws: &'a Analysis, options: &[String], requirement: &'a Requirement) -> Option<Self> {
        let name = requirement.name.as_ref().filter(|_| requirement.source == Source::Index)?;
        let release = ws.releases().of(&Offer { options: options.to_vec(), name: name.clone() })?;
        Some(Self { name, release, requirement })
    }

    /// The pinned version.
    pub fn pinned(&self) -> Option<&'a str> {
        self.requirement.pinned_version()
    }

    /// The newest version, where the pin is behind it.
    pub fn newest(&self) -> Option<(&'a str, Step)> {
        let newest = self.release.newest.as_deref()?;
        Some((newest, Step::between(self.pinned()?, newest)?))
    }

    /// The newest compatible version, where the pin is behind it: the newest of all, or an older one.
    pub fn compatible(&self) -> Option<(&'a str, Step)> {
        let pinned = self.pinned()?;
        if let Some(newest) = self.newest().filter(|(_, step)| *step < Step::Major) {
            return Some(newest);
        }
        let compatible = self.release.pins.get(pinned)?.compatible.as_deref()?;
        Some((compatible, Step::between(pinned, compatible)?))
    }

    /// The newest version, where the specifiers of a requirement without a pin do not let it in.
    pub fn kept_out(&self) -> Option<&'a str> {
        let newest = self.release.newest.as_deref().filter(|_| self.pinned().is_none())?;
        let specifier = self.requirement.specifier.as_ref()?;
        versions::contradicts(&specifier.text, newest).then_some(newest)
    }

    /// Why the pinned version was yanked; empty where no reason is given.
    pub fn yanked(&self) -> Option<&'a str> {
        self.release.pins.get(self.pinned()?)?.yanked.as_deref()
    }

    /// The edit that pins another version.
    fn to(&self, facts: &RequirementsFacts, version: &str) -> Option<TextEdit> {
        let (pinned, specifier) = (self.pinned()?, self.requirement.specifier.as_ref()?);
        let written = facts.text.get(specifier.range.indices()).filter(|written| written.contains(pinned))?;
        Some(TextEdit { range: specifier.range, text: written.replacen(pinned, version, 1) })
    }
}

/// What can be done about the pin at byte `offset`, and with it about all of the file.
pub(crate) fn updates(ws: &Analysis, file: FileId, offset: u32) -> Vec<Fix> {
    let Some(facts) = ws.facts(file).and_then(FileFacts::declarations) else { return Vec::new() };
    // a compiled list is its tool's, and hashes are of one version
    if facts.style.hashes || facts.style.compiled || project::source_of(ws.model(), file).is_some() {
        return Vec::new();
    }
    let options = options_of(ws, file);
    let known: Vec<Known> = facts.requirements.iter().filter_map(|one| Known::of(ws, &options, one)).collect();
    let Some(here) = known.iter().find(|one| one.requirement.range.touches(offset)) else { return Vec::new() };
    let (newest, compatible) = (here.newest(), here.compatible());
    let mut all: Vec<(String, Vec<TextEdit>)> = Vec::new();
    for (version, step) in compatible.into_iter().chain(newest.filter(|newest| Some(*newest) != compatible)) {
        let title = format!("Update {} to {version} ({})", here.name, step.as_str());
        all.push((title, here.to(facts, version).into_iter().collect()));
    }
    if all.is_empty() {
        return Vec::new();
    }
    let edits = |version: &dyn Fn(&Known) -> Option<String>| -> Vec<TextEdit> {
        known.iter().filter_map(|one| one.to(facts, &version(one)?)).collect()
    };
    let path = ws.shown(ws.path(file));
    let to_compatible = edits(&|one| Some(one.compatible()?.0.to_owned()));
    let to_newest = edits(&|one| Some(one.newest()?.0.to_owned()));
    if to_compatible.len() > 1 && to_compatible != to_newest {
        all.push((format!("Update {} pins of {path} to compatible versions", to_compatible.len()), to_compatible));
    }
    if to_newest.len() > 1 {
        all.push((format!("Update all {} pins of {path} that are behind", to_newest.len()), to_newest));
    }
    let fix = |(title, edits)| Fix { applicability: Applicability::Manual, ..of_file(ws, file, title, edits) };
    all.into_iter().filter(|(_, edits)| !edits.is_empty()).map(fix).collect()
}
