//! All that is known of a distribution in a project, in lines: what hovers and completions show.

use super::places::{self, Place};
use super::prose::{Piece, Prose};
use crate::analysis::Analysis;
use crate::answers::summary;
use crate::diagnostics::unused_requirement;
use crate::model::environment::Installed;
use crate::model::ids::FileId;
use crate::model::project::ProjectId;
use crate::uses;
use pinlens_facts::knowledge::catalog;
use pinlens_facts::requirements::Requirement;
use pinlens_facts::words::names::DistributionName;

/// The most places or names that a line lists; it shows the number of the others.
const MOST: usize = 5;

/// A card as it is put together.
#[derive(Debug)]
pub struct Card<'a> {
    ws: &'a Analysis,
    name: &'a DistributionName,
    installed: Option<&'a Installed>,
    prose: Prose,
}

impl<'a> Card<'a> {
    /// A card with a heading: the name, the installed version and the summary that its metadata gives, or the bundled one.
    pub fn new(ws: &'a Analysis, name: &'a DistributionName) -> Self {
        let installed = ws.environment().get(name);
        let mut heading =
            vec![Piece::Strong(installed.map_or(name.to_string(), |installed| installed.display.clone()))];
        let own = installed.map(|installed| installed.about.summary.trim()).filter(|summary| !summary.is_empty());
        let summary = own.or_else(|| catalog::summary_of(name)).unwrap_or_default();
        let version = installed.map_or(String::new(), |installed| format!(" {}", installed.version));
        let dash = if summary.is_empty() { "" } else { " – " };
        if !version.is_empty() || !summary.is_empty() {
            heading.push(Piece::Text(format!("{version}{dash}{summary}")));
        }
        Self { ws, name, installed, prose: Prose { lines: vec![heading] } }
    }

    /// Adds a line.
    pub fn add(&mut self, pieces: Vec<Piece>) {
        self.prose.lines.push(pieces);
    }

    /// Where code of the project has it from.
    pub fn add_declared(&mut self, project: ProjectId) {
        let declared = places::declared(self.ws, project, self.name);
        let home = &self.ws.projects().all[project];
        if declared.is_empty() {
            let pieces = match (home.indirect.brought.get(self.name), home.lists.files.first()) {
                (Some(bringer), _) => format!("not declared; {} brings it, says {}", bringer.by, bringer.known_from),
                (None, Some(first)) => format!("not declared in {}", self.ws.path(*first)),
                (None, None) => "not declared: no requirements file applies to this file".to_owned(),
            };
            return self.add(vec![Piece::Text(pieces)]);
        }
        for (file, requirement) in declared.into_iter().take(MOST) {
            self.add(vec![
                Piece::Text("required: ".to_owned()),
                Piece::Code(written(self.ws, file, requirement)),
                Piece::Text(" in ".to_owned()),
                Piece::Place(Place { file, range: requirement.range }),
            ]);
        }
    }

    /// Whether and in which version it is installed.
    pub fn add_installed(&mut self) {
        let location = &self.ws.environment().location;
        if location.is_empty() {
            return;
        }
        let text = match self.installed {
            Some(installed) => format!("installed: {} in {location}", installed.version),
            None => format!("not installed in {location}"),
        };
        self.add(vec![Piece::Text(text)]);
    }

    /// The files that import it: their number and the first of them.
    pub fn add_importers(&mut self, projects: &[ProjectId]) -> bool {
        let files = places::importers(self.ws, projects, self.name);
        if files.is_empty() {
            return false;
        }
        let firsts = files.iter().take(MOST);
        let first = firsts.filter_map(|file| places::imports_in(self.ws, *file, self.name).into_iter().next());
        let mut pieces = vec![Piece::Text(format!("imported by {}: ", counted(files.len(), "file")))];
        pieces.extend(separated(first.map(Piece::Place), files.len()));
        self.add(pieces);
        true
    }

    /// How a requirement of `file` is used without an import, the surest use first; else what keeps it from being reported.
    pub fn add_reason(&mut self, file: FileId, requirement: &Requirement) {
        if let Some(reason) = uses::reasons(self.ws, file, requirement).into_iter().next() {
            self.add(vec![Piece::Text(format!("used without an import: {}", reason.words))]);
        } else if let Some(reason) = unused_requirement::kept_because(self.ws, file, requirement) {
            self.add(vec![Piece::Text(format!("kept: {reason}"))]);
        }
    }

    /// The chain by which an application's start comes to the import at byte `offset` of `file`, and what its failure means.
    pub fn add_start_up(&mut self, file: FileId, offset: u32) {
        if let Some(chain) = summary::start_up_of_import(self.ws, file, offset) {
            self.add(vec![Piece::Text(chain)]);
        }
    }

    /// The distributions that need it: by the environment, and by what a compiling tool wrote behind the requirement.
    pub fn add_required_by(&mut self, via: &[Box<str>]) {
        let needs = |installed: &&Installed| {
            installed.name != *self.name
                && installed.requires.iter().any(|(name, rest)| name == self.name && !rest.contains("extra"))
        };
        let environment = self.ws.environment().distributions().iter().filter(needs);
        let mut names: Vec<String> = environment.map(|installed| installed.name.to_string()).collect();
        names.extend(via.iter().filter(|via| !via.starts_with('-')).map(|via| DistributionName::new(via).to_string()));
        names.sort_unstable();
        names.dedup();
        if !names.is_empty() {
            let mut pieces = vec![Piece::Text("required by ".to_owned())];
            let count = names.len();
            pieces.extend(separated(names.into_iter().take(MOST).map(Piece::Text), count));
            self.add(pieces);
        }
    }

    /// The pages that its metadata names.
    pub fn add_links(&mut self) {
        let links = self.installed.map_or(&[][..], |installed| &installed.about.links);
        if !links.is_empty() {
            let page = |(label, url): &(String, String)| Piece::Link { label: label.clone(), url: url.clone() };
            self.add(separated(links.iter().take(MOST).map(page), links.len().min(MOST)));
        }
    }

    /// The card as it is now.
    pub fn finish(self) -> Prose {
        self.prose
    }
}

/// `3 files`, `1 file`.
pub fn counted(count: usize, noun: &str) -> String {
    let plural = if count == 1 { "" } else { "s" };
    format!("{count} {noun}{plural}")
}

/// A requirement as its file has it, on one line.
pub fn written(ws: &Analysis, file: FileId, requirement: &Requirement) -> String {
    let text = super::subject::declarations(ws, file).and_then(|facts| facts.text.get(requirement.range.indices()));
    let words: Vec<&str> = text.unwrap_or_default().split_whitespace().filter(|word| *word != "\\").collect();
    words.join(" ")
}

/// The pieces with commas between them, and the number of those that are not among them.
fn separated(pieces: impl Iterator<Item = Piece>, count: usize) -> Vec<Piece> {
    let mut out = Vec::new();
    let mut shown = 0;
    for piece in pieces {
        if shown > 0 {
            out.push(Piece::Text(", ".to_owned()));
        }
        out.push(piece);
        shown += 1;
    }
    if count > shown {
        out.push(Piece::Text(format!(" and {} more", count - shown)));
    }
    out
}
