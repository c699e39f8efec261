//! Applies the fixes of a project's findings to texts in memory, round by round, until nothing more applies.

use crate::failure::Failure;
use crate::package_index::PackageIndex;
use crate::project::Project;
use pinlens_analysis::finding::Diagnostic;
use pinlens_analysis::fixes::{Applicability, FileEdit, Fix};
use pinlens_analysis::model::change::Change;
use pinlens_analysis::model::ids::FileId;
use pinlens_facts::facts::{FileFacts, FileKind};
use pinlens_facts::python::statement;
use pinlens_facts::words::codes::Code;
use pinlens_facts::words::names::{DistributionName, FilePath, ModuleName};
use pinlens_facts::words::text::{TextEdit, TextRange, apply_edits};
use pinlens_loader::SourceText;
use std::collections::{BTreeMap, BTreeSet};

/// More rounds than any chain of fixes needs: only fixes that bring each other's findings back could reach it.
const ROUNDS: usize = 50;

/// One file that fixes changed.
#[derive(Clone, Debug)]
pub struct FixedFile {
    /// The file.
    pub path: FilePath,
    /// The text on disk; `None` where the file is to be created.
    pub before: Option<SourceText>,
    /// The text with the fixes.
    pub after: String,
    /// What is added without a version though the package index could have one.
    pub unpinned: BTreeSet<DistributionName>,
}

/// Applies the fixes of the reported findings of `project`, up to `most`, to its workspace; gives the files that
/// changed, in path order. Nothing is written.
///
/// # Errors
///
/// Where a file is not on disk what it was when it was analysed.
pub fn fixes(project: &mut Project, most: Applicability, index: &PackageIndex) -> Result<Vec<FixedFile>, Failure> {
    let mut files = BTreeMap::new();
    let mut barred = BTreeSet::new();
    let mut previous: Option<Round> = None;
    for _ in 0..ROUNDS {
        let round = Round::choose(project, most, index, previous.as_ref(), &mut barred);
        if round.edits.is_empty() {
            break;
        }
        round.apply(project, &mut files)?;
        previous = Some(round);
    }
    Ok(files.into_values().filter(FixedFile::changes).collect())
}

impl FixedFile {
    fn changes(&self) -> bool {
        self.before.as_ref().is_none_or(|before| before.text != self.after)
    }

    /// The file as it stands on disk now.
    fn open(project: &Project, edit: &FileEdit) -> Result<Self, Failure> {
        let path = &edit.path;
        let before = read(project, path)?;
        let analysed = project.workspace.file(path).and_then(|file| project.workspace.facts(file));
        let same = match (&before, analysed) {
            (Some(before), Some(facts)) if facts.declarations().is_some() => {
                facts.declarations().is_some_and(|facts| *before.text == *facts.text)
            }
            (Some(_), _) => !edit.create,
            (None, _) => edit.create,
        };
        if !same {
            let path = project.loader.absolute(path).display().to_string();
            return Err(Failure::ChangedWhileRead { path });
        }
        let after = before.as_ref().map(|before| before.text.clone()).unwrap_or_default();
        Ok(Self { path: path.clone(), before, after, unpinned: BTreeSet::new() })
    }
}

/// The files as one fix leaves them. Nothing is written.
///
/// # Errors
///
/// Where a file is not on disk what it was when it was analysed.
pub fn one(project: &Project, fix: &Fix) -> Result<Vec<FixedFile>, Failure> {
    let fixed = fix.edit.files.iter().map(|edit| {
        let file = FixedFile::open(project, edit)?;
        Ok(FixedFile { after: apply_edits(&file.after, &edit.edits), ..file })
    });
    fixed.collect()
}

/// The text of a file as it stands on disk; `None` where there is none.
pub fn read(project: &Project, path: &FilePath) -> Result<Option<SourceText>, Failure> {
    project.loader.text(path, kind(path)).map_err(Failure::Unread)
}

fn kind(path: &FilePath) -> FileKind {
    FileKind::of(path).unwrap_or(FileKind::Requirements)
}

/// What identifies a finding while its place moves.
type Key = (FileId, Code, Option<ModuleName>, Option<DistributionName>);

/// The edits that can be made together. What is in their way waits for the next round.
#[derive(Default)]
struct Round {
    edits: BTreeMap<FilePath, FileRound>,
    /// How many findings of each key there are.
    tally: BTreeMap<Key, usize>,
    /// The keys that an edit of this round fixes.
    fixed: BTreeSet<Key>,
}

/// The edits of one file in one round.
struct FileRound {
    create: bool,
    edits: Vec<(TextEdit, Option<DistributionName>)>,
    unpinned: BTreeSet<DistributionName>,
}

impl Round {
    /// Takes for each finding its best fix. A key whose findings were fixed in the `previous` round and are as many as before is
    /// barred: its fix does not help, and would be made again and again.
    fn choose(
        project: &Project,
        most: Applicability,
        index: &PackageIndex,
        previous: Option<&Self>,
        barred: &mut BTreeSet<Key>,
    ) -> Self {
        let workspace = &project.workspace;
        let mut round = Self::default();
        let mut findings = Vec::new();
        for file in project.reported() {
            let found = workspace.diagnostics(file);
            for diagnostic in &found {
                *round.tally.entry(key(file, diagnostic)).or_default() += 1;
            }
            findings.push((file, found));
        }
        if let Some(previous) = previous {
            let left = |key: &&Key| round.tally.get(key).unwrap_or(&0) >= previous.tally.get(key).unwrap_or(&0);
            barred.extend(previous.fixed.iter().filter(left).cloned());
        }
        for (file, mut found) in findings {
            found.retain(|diagnostic| !barred.contains(&key(file, diagnostic)));
            let fixes = workspace.fixes_of_all(file, &found);
            for (diagnostic, fixes) in found.iter().zip(fixes) {
                let fixes = fixes.into_iter().map(|fix| index.complete(project, fix));
                if let Some(fix) = best(fixes.collect(), most)
                    && round.take(diagnostic, fix)
                {
                    round.fixed.insert(key(file, diagnostic));
                }
            }
        }
        round
    }

    /// Adds the edits of `fix`, all or none; false where one is in the way of another.
    fn take(&mut self, diagnostic: &Diagnostic, fix: Fix) -> bool {
        let distribution = &diagnostic.distribution;
        if fix.edit.files.is_empty() || !fix.edit.files.iter().all(|file| self.has_room(file, distribution.as_ref())) {
            return false;
        }
        for file in fix.edit.files {
            let (create, edits) = (file.create, vec![]);
            let empty = || FileRound { create, edits, unpinned: BTreeSet::new() };
            let round = self.edits.entry(file.path).or_insert_with(empty);
            round.unpinned.extend(
                fix.lookup.as_ref().filter(|lookup| lookup.version.is_none()).map(|lookup| lookup.name.clone()),
            );
            for edit in file.edits {
                if !round.edits.iter().any(|(other, _)| *other == edit) {
                    round.edits.push((edit, distribution.clone()));
                }
            }
        }
        true
    }

    fn has_room(&self, file: &FileEdit, distribution: Option<&DistributionName>) -> bool {
        let Some(round) = self.edits.get(&file.path) else { return true };
        let mut pairs = file.edits.iter().flat_map(|edit| round.edits.iter().map(move |(other, of)| (edit, other, of)));
        // two ways to require one distribution are not both wanted
        pairs.all(|(edit, other, of)| {
            edit == other || !clash(edit, other) && (of.as_ref() != distribution || of.is_none())
        })
    }

    /// Makes the edits, in `files` and in the workspace.
    fn apply(&self, project: &mut Project, files: &mut BTreeMap<FilePath, FixedFile>) -> Result<(), Failure> {
        let mut change = Change::default();
        for (path, round) in &self.edits {
            if !files.contains_key(path) {
                let edit = FileEdit { path: path.clone(), create: round.create, edits: vec![] };
                files.insert(path.clone(), FixedFile::open(project, &edit)?);
            }
            let Some(file) = files.get_mut(path) else { continue };
            file.after = apply_edits(&file.after, &round.sorted());
            file.unpinned.extend(round.unpinned.iter().cloned());
            let facts = FileFacts::of(kind(path), &file.after, &statement::parse);
            change.files.push((path.clone(), Some(facts)));
        }
        project.workspace.apply(change);
        Ok(())
    }
}

impl FileRound {
    /// The edits by place; those that put something in at one place by the distribution that they are about.
    fn sorted(&self) -> Vec<TextEdit> {
        let mut edits = self.edits.clone();
        edits.sort_by(|(a, of_a), (b, of_b)| (a.range, of_a).cmp(&(b.range, of_b)));
        edits.into_iter().map(|(edit, _)| edit).collect()
    }
}

fn key(file: FileId, diagnostic: &Diagnostic) -> Key {
    (file, diagnostic.code, diagnostic.module.clone(), diagnostic.distribution.clone())
}

/// The fix to take: the preferred one of those that may be applied, else the first.
fn best(fixes: Vec<Fix>, most: Applicability) -> Option<Fix> {
    let mut allowed: Vec<Fix> =
        fixes.into_iter().filter(|fix| fix.applicability <= most && fix.disabled.is_none()).collect();
    let at = allowed.iter().position(|fix| fix.preferred).unwrap_or(0);
    (at < allowed.len()).then(|| allowed.swap_remove(at))
}

/// Whether the two edits must not be made together: they share bytes, or one puts something in at an end of what the other
/// replaces, where each alone would have set the line breaks right.
fn clash(a: &TextEdit, b: &TextEdit) -> bool {
    let overlap = |a: TextRange, b: TextRange| a.start < b.end && b.start < a.end;
    match (a.range.is_empty(), b.range.is_empty()) {
        (true, true) => false,
        (false, false) => overlap(a.range, b.range),
        _ => a.range.meets(b.range),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use pinlens_analysis::fixes::SourceEdit;

    fn fix(title: &str, applicability: Applicability, edit: TextEdit) -> Fix {
        let file = FileEdit { path: FilePath::new("requirements.txt"), create: false, edits: vec![edit] };
        let edit = SourceEdit { files: vec![file] };
        Fix { title: title.into(), applicability, preferred: false, disabled: None, lookup: None, edit }
    }

    fn about(distribution: &str) -> Diagnostic {
        Diagnostic {
            distribution: Some(DistributionName::new(distribution)),
            ..Diagnostic::new(Code::UndeclaredImport, TextRange::default(), String::new())
        }
    }

    fn texts(round: &Round) -> Vec<String> {
        let edits = round.edits.values().flat_map(FileRound::sorted);
        edits.map(|edit| edit.text).collect()
    }

    #[test]
    fn the_preferred_fix_is_taken_and_no_guess() {
        let safe = fix("safe", Applicability::Safe, TextEdit::insert(0, "a"));
        let guess = Fix { preferred: true, ..fix("guess", Applicability::Unsafe, TextEdit::insert(0, "b")) };
        let title = |most| best(vec![safe.clone(), guess.clone()], most).map(|fix| fix.title);
        assert_eq!(title(Applicability::Safe).as_deref(), Some("safe"));
        assert_eq!(title(Applicability::Unsafe).as_deref(), Some("guess"));
        assert_eq!(best(vec![guess], Applicability::Safe), None);
    }

    #[test]
    fn equal_edits_are_made_once() {
        let mut round = Round::default();
        for _ in 0..2 {
            let add = fix("Add rq", Applicability::Safe, TextEdit::insert(4, "rq\n"));
            assert!(round.take(&about("rq"), add));
        }
        assert_eq!(texts(&round), ["rq\n"]);
    }

    #[test]
    fn what_is_put_in_at_one_place_is_sorted() {
        let mut round = Round::default();
        for name in ["rq", "redis"] {
            let add = fix(name, Applicability::Safe, TextEdit::insert(4, format!("{name}\n")));
            assert!(round.take(&about(name), add));
        }
        assert_eq!(texts(&round), ["redis\n", "rq\n"]);
    }

    #[test]
    fn what_is_in_the_way_waits() {
        let mut round = Round::default();
        assert!(round.take(&about("six"), fix("", Applicability::Unsafe, TextEdit::delete(TextRange::new(4, 8)))));
        assert!(!round.take(&about("a"), fix("", Applicability::Unsafe, TextEdit::delete(TextRange::new(7, 9)))));
        assert!(!round.take(&about("b"), fix("", Applicability::Safe, TextEdit::insert(8, "b\n"))));
        assert!(!round.take(&about("six"), fix("", Applicability::Safe, TextEdit::insert(20, "six==1\n"))));
        assert!(round.take(&about("c"), fix("", Applicability::Unsafe, TextEdit::delete(TextRange::new(8, 12)))));
    }
}
