//! Findings as they are printed: with lines and columns from 1, and paths as seen from the current folder.
//!
//! The field names and their order are the contract of `--format json`; what is not in it is not serialised.

use crate::here::Here;
use crate::lines::{Lines, Reader, text_again};
use crate::place::{Place, Position, Range, Source};
use crate::project::Project;
use crate::words;
use pinlens_analysis::answers::fact::{Fact, Rank};
use pinlens_analysis::finding::Diagnostic;
use pinlens_analysis::fixes::{Applicability, Fix};
use pinlens_analysis::model::ids::FileId;
use pinlens_facts::facts::{FileFacts, FileKind};
use pinlens_facts::words::codes::{Code, Severity};
use pinlens_facts::words::names::FilePath;
use pinlens_facts::words::text::{Encoding, TextRange};
use pinlens_loader::Skipped;
use rustc_hash::FxHashMap;
use serde::{Deserialize, Serialize};
use std::borrow::Cow;
use std::sync::mpsc;
use std::time::Instant;

/// Everything that a run reports.
#[derive(Debug, Default, Serialize, Deserialize)]
pub struct Report {
    /// The version of the contract.
    pub version: u32,
    /// The findings, by path, then range, then code.
    pub diagnostics: Vec<Finding>,
    /// The files that could not be read.
    pub skipped: Vec<SkippedFile>,
    /// How much was read.
    pub summary: Summary,
    /// Whether a manifest is among the files that could not be read, so that the findings prove little.
    #[serde(skip)]
    pub lacks_manifest: bool,
    /// The lines on which the findings begin, where they are shown.
    #[serde(skip)]
    pub lines: Lines,
    /// For each project, in words, what it was checked against and for which Python.
    #[serde(skip)]
    pub used: Vec<String>,
}

/// The fact that a finding is about, and how useful its place is to report it.
#[derive(Debug)]
pub struct OfFact {
    /// The rank of the place.
    pub rank: Rank,
    /// The fact.
    pub fact: Fact,
}

/// One finding.
#[derive(Debug, Serialize, Deserialize)]
pub struct Finding {
    /// Its kind.
    #[serde(with = "words::code")]
    pub code: Code,
    /// How bad it is.
    #[serde(with = "words::severity")]
    pub severity: Severity,
    /// What is wrong and what happens in its first line, and a note in each further one.
    pub message: String,
    /// Its file and range.
    #[serde(flatten)]
    pub place: Place,
    /// The longest dotted name that was looked up, for an import.
    pub module: Option<String>,
    /// An import's best candidate, or a requirement's own name.
    pub distribution: Option<String>,
    /// Other places that belong to it.
    pub related: Vec<RelatedPlace>,
    /// Its fixes, the best first.
    pub fixes: Vec<FixReport>,
    /// The place at which the same fact is reported; nothing where it is reported here.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub repeats: Option<Place>,
    /// The other places of the fact that is reported here.
    #[serde(skip)]
    pub others: Vec<Place>,
    /// What it is one of several places of.
    #[serde(skip)]
    pub fact: Option<OfFact>,
    /// Where its text can be read again.
    #[serde(skip, default = "Source::nowhere")]
    pub source: Source,
}

impl Finding {
    /// What is wrong and what happens.
    pub fn headline(&self) -> &str {
        self.message.split('\n').next().unwrap_or_default()
    }

    /// What else there is to know.
    pub fn notes(&self) -> impl Iterator<Item = &str> {
        self.message.split('\n').skip(1)
    }

    /// What findings are sorted by: the place first.
    fn order(&self) -> impl Ord + '_ {
        (&self.place, self.code, self.severity, &self.message, &self.module, &self.distribution)
    }

    /// The other places of its fact as people and services are shown them: the first few, each with a message.
    pub fn other_places(&self) -> Vec<RelatedPlace> {
        let related = |place: &Place| RelatedPlace { place: place.clone(), message: "the same here".to_owned() };
        self.others.iter().take(MOST_OTHERS).map(related).collect()
    }
}

/// The most other places of a fact that are shown.
const MOST_OTHERS: usize = 5;

/// Another place that belongs to a finding.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct RelatedPlace {
    /// Where.
    #[serde(flatten)]
    pub place: Place,
    /// What is there.
    pub message: String,
}

/// One fix of a finding.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct FixReport {
    /// What it does.
    pub title: String,
    /// `safe` or `unsafe`.
    #[serde(deserialize_with = "words::applicability::deserialize")]
    pub applicability: Cow<'static, str>,
    /// Whether it is the one to take where there are several.
    pub preferred: bool,
    /// What changes.
    pub edits: Vec<EditReport>,
}

/// One replacement. In a file that a fix creates the range is 1:1 to 1:1.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct EditReport {
    /// Where.
    #[serde(flatten)]
    pub place: Place,
    /// What stands there instead.
    pub text: String,
}

/// A file that could not be read.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct SkippedFile {
    /// The file, as in [`Place`].
    pub path: String,
    /// Why.
    pub reason: String,
}

/// How much was read.
#[derive(Debug, Default, Serialize, Deserialize)]
pub struct Summary {
    /// Python, requirements and settings files.
    pub files: usize,
    /// Those of them that the PATHs name.
    #[serde(skip)]
    pub reported: usize,
    /// Imported modules.
    pub imports: usize,
    /// Declared requirements.
    pub requirements: usize,
    /// Different facts that were found; the findings with `repeats` are not counted.
    pub facts: usize,
    /// Findings that the baseline holds; nothing where there is none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub hidden: Option<usize>,
    /// From the start of the command, in seconds.
    pub seconds: f64,
}

/// The fixes that `fix` could apply, safe or not.
fn offered(mut fixes: Vec<Fix>) -> Vec<Fix> {
    fixes.retain(|fix| fix.applicability < Applicability::Manual && fix.disabled.is_none());
    fixes
}

/// What is computed next to the findings.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum With {
    /// Their fixes and the lines on which they begin.
    FixesAndLines,
    /// Their fixes.
    Fixes,
    /// Nothing.
    Nothing,
}

impl Report {
    /// Everything that is to be reported of `projects`.
    pub fn of(projects: &[Project], with: With, here: &Here, started: Instant) -> Self {
        if with != With::FixesAndLines {
            return Self::found(projects, with, here, Reader::new(None), started);
        }
        std::thread::scope(|scope| {
            let (reader, wanted) = mpsc::channel();
            let lines = scope.spawn(|| Lines::read(wanted));
            let report = Self::found(projects, with, here, Reader::new(Some(reader)), started);
            Self { lines: lines.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic)), ..report }
        })
    }

    /// The same, but for the lines: those are requested of `reader`.
    fn found<'a>(projects: &'a [Project], with: With, here: &Here, mut reader: Reader<'a>, started: Instant) -> Self {
        let mut report = Self {
            version: 1,
            diagnostics: vec![],
            skipped: vec![],
            summary: Summary::default(),
            lacks_manifest: false,
            lines: Lines::default(),
            used: vec![],
        };
        for (index, project) in projects.iter().enumerate() {
            let mut view = View { project, index, here, with, reader: &mut reader };
            for file in project.reported() {
                view.findings(file, &mut report.diagnostics);
                report.summary.reported += usize::from(project.is_read(file));
            }
            report.skipped.extend(project.skipped.iter().filter(|skipped| project.covers(&skipped.path)).map(
                |skipped| SkippedFile {
                    path: here.show(&project.loader.absolute(&skipped.path)),
                    reason: skipped.reason.to_string(),
                },
            ));
            report.used.extend(used(project, here));
            let mut skipped = project.skipped.iter().filter(|skipped| project.is_of_shard(&skipped.path));
            report.lacks_manifest |= skipped.any(Skipped::is_manifest);
            let counts = project.counts();
            report.summary.files += counts.files;
            report.summary.imports += counts.imports;
            report.summary.requirements += counts.requirements;
        }
        report.diagnostics.sort_by(|a, b| a.order().cmp(&b.order()));
        report.skipped.sort();
        report.summary.seconds = started.elapsed().as_secs_f64();
        report
    }

    /// Chooses for each fact the place at which it is reported, and lets the others point to it.
    pub fn join_facts(&mut self) {
        let mut places: FxHashMap<(usize, &Fact), Vec<usize>> = FxHashMap::default();
        for (index, finding) in self.diagnostics.iter().enumerate() {
            if let Some(of) = &finding.fact {
                places.entry((finding.source.project, &of.fact)).or_default().push(index);
            }
        }
        let rank = |index: &usize| (self.diagnostics[*index].fact.as_ref().map(|of| of.rank), *index);
        let groups: Vec<(usize, Vec<usize>)> =
            places.into_values().filter_map(|group| Some((group.iter().copied().min_by_key(rank)?, group))).collect();
        for (first, group) in groups {
            let place = self.diagnostics[first].place.clone();
            for index in group.into_iter().filter(|index| *index != first) {
                let other = self.diagnostics[index].place.clone();
                self.diagnostics[first].others.push(other);
                self.diagnostics[index].repeats = Some(place.clone());
            }
        }
    }

    /// Takes in the report of another part of the same repository.
    pub fn take(&mut self, other: Self) {
        self.version = other.version;
        self.diagnostics.extend(other.diagnostics);
        self.skipped.extend(other.skipped);
        let (all, more) = (&mut self.summary, other.summary);
        all.files += more.files;
        all.imports += more.imports;
        all.requirements += more.requirements;
        all.facts += more.facts;
        all.hidden = more.hidden.map_or(all.hidden, |hidden| Some(all.hidden.unwrap_or_default() + hidden));
        all.seconds = all.seconds.max(more.seconds);
    }

    /// Makes of the parts that were taken in what one check of everything gives: their order, and the other places of each fact,
    /// which never is one of two projects.
    pub fn settle(&mut self) {
        self.diagnostics.sort_by(|a, b| a.order().cmp(&b.order()));
        self.skipped.sort();
        self.skipped.dedup();
        let is_manifest = |file: &SkippedFile| {
            let kind = FileKind::of(&FilePath::new(&file.path));
            kind.is_some_and(|kind| kind.format().is_some() || kind.has_settings())
        };
        self.lacks_manifest = self.skipped.iter().any(is_manifest);
        self.summary.reported = self.summary.files;
        let mut others: FxHashMap<(Place, Code, Option<String>), Vec<Place>> = FxHashMap::default();
        for finding in &self.diagnostics {
            if let Some(first) = &finding.repeats {
                let fact = (first.clone(), finding.code, finding.distribution.clone());
                others.entry(fact).or_default().push(finding.place.clone());
            }
        }
        for finding in self.diagnostics.iter_mut().filter(|finding| finding.repeats.is_none()) {
            let fact = (finding.place.clone(), finding.code, finding.distribution.clone());
            finding.others = others.remove(&fact).unwrap_or_default();
        }
    }

    /// Lets each place be a finding of its own.
    pub fn part_facts(&mut self) {
        for finding in &mut self.diagnostics {
            finding.repeats = None;
            finding.others.clear();
        }
        self.summary.facts = self.diagnostics.len();
    }

    /// The findings that are reported: one for each fact once the facts are joined.
    pub fn facts(&self) -> impl Iterator<Item = &Finding> {
        self.diagnostics.iter().filter(|finding| finding.repeats.is_none())
    }

    /// The worst severity that was found.
    pub fn worst(&self) -> Option<Severity> {
        self.diagnostics.iter().map(|finding| finding.severity).max()
    }
}

/// `Checked against requirements.txt for Python 3.12 (environment: .venv).`
fn used(project: &Project, here: &Here) -> Option<String> {
    let workspace = &project.workspace;
    let mut lists: Vec<String> =
        project.manifests().iter().map(|path| here.show(&project.loader.absolute(path))).collect();
    if lists.is_empty() {
        return None;
    }
    if lists.len() > 4 {
        let more = lists.len() - 3;
        lists.truncate(3);
        lists.push(format!("{more} more"));
    }
    let lists = match lists.split_last() {
        Some((last, rest)) if !rest.is_empty() => format!("{} and {last}", rest.join(", ")),
        _ => lists.concat(),
    };
    let python = workspace.python().map(|python| format!(" for Python {python}")).unwrap_or_default();
    let environment = workspace.environment_in_words().unwrap_or_else(|| "none".to_owned());
    Some(format!("Checked against {lists}{python} (environment: {environment})."))
}

/// One project as its findings are shown.
struct View<'a, 'r> {
    project: &'a Project,
    index: usize,
    here: &'r Here,
    with: With,
    reader: &'r mut Reader<'a>,
}

impl View<'_, '_> {
    fn findings(&mut self, file: FileId, out: &mut Vec<Finding>) {
        let mut diagnostics = self.project.workspace.diagnostics(file);
        if let Some(crashes) = &self.project.crashes {
            diagnostics.retain(|found| crashes.contains(&(file, found.range)));
        }
        if diagnostics.is_empty() {
            return;
        }
        let path = self.project.workspace.path(file);
        let first = out.len();
        let fixes = match self.with {
            With::FixesAndLines | With::Fixes => self.project.workspace.fixes_of_all(file, &diagnostics),
            With::Nothing => vec![Vec::new(); diagnostics.len()],
        };
        let all = diagnostics.into_iter().zip(fixes);
        out.extend(all.map(|(diagnostic, fixes)| self.finding(file, path, diagnostic, offered(fixes))));
        let numbers = out[first..].iter().map(|finding| finding.place.range.start.line);
        self.reader.request(self.project, Source { project: self.index, file }, numbers);
    }

    fn finding(&self, file: FileId, path: &FilePath, diagnostic: Diagnostic, fixes: Vec<Fix>) -> Finding {
        let fact = self.project.workspace.fact(file, &diagnostic);
        let related = diagnostic.related.iter().map(|related| RelatedPlace {
            place: self.place(self.project.workspace.path(related.file), related.range),
            message: related.message.clone(),
        });
        Finding {
            code: diagnostic.code,
            severity: diagnostic.severity,
            place: self.place(path, diagnostic.range),
            module: diagnostic.module.as_ref().map(ToString::to_string),
            distribution: diagnostic.distribution.as_ref().map(ToString::to_string),
            related: related.collect(),
            fixes: fixes.into_iter().map(|fix| self.fix(fix)).collect(),
            repeats: None,
            others: Vec::new(),
            fact: fact.map(|(fact, rank)| OfFact { rank, fact }),
            source: Source { project: self.index, file },
            message: diagnostic.message,
        }
    }

    fn fix(&self, fix: Fix) -> FixReport {
        let edits = fix.edit.files.iter().flat_map(|file| {
            file.edits
                .iter()
                .map(|edit| EditReport { place: self.place(&file.path, edit.range), text: edit.text.clone() })
        });
        let edits = edits.collect();
        FixReport {
            title: fix.title,
            applicability: fix.applicability.as_str().into(),
            preferred: fix.preferred,
            edits,
        }
    }

    fn place(&self, path: &FilePath, range: TextRange) -> Place {
        let workspace = &self.project.workspace;
        let facts = workspace.file(path).and_then(|file| workspace.facts(file));
        let position = |offset| match facts {
            Some(facts) => self.position(path, facts, offset),
            // a file that is yet to be created
            None => Position { line: 1, column: 1 },
        };
        let path = self.here.show(&self.project.loader.absolute(path));
        Place { path, range: Range { start: position(range.start), end: position(range.end) } }
    }

    fn position(&self, path: &FilePath, facts: &FileFacts, offset: u32) -> Position {
        let position = facts.position(offset, Encoding::Utf32);
        let bytes = facts.position(offset, Encoding::Utf8).column;
        // a byte-order mark is no column of the text that an editor shows; it takes three bytes of the first line
        let mark = u32::from(position.line == 0 && bytes > position.column + 1 && self.has_mark(path, facts));
        Position { line: position.line + 1, column: position.column + 1 - mark }
    }

    fn has_mark(&self, path: &FilePath, facts: &FileFacts) -> bool {
        let starts = |text: &str| text.starts_with('\u{feff}');
        match facts {
            FileFacts::Requirements(facts) => starts(&facts.text),
            _ => text_again(self.project, path).is_some_and(|text| starts(&text)),
        }
    }
}
