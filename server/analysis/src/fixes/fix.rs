//! What a fix is: edits of texts, with how sure they are.

use pinlens_facts::words::names::{DistributionName, FilePath};
use pinlens_facts::words::text::TextEdit;

/// One way to mend a finding.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fix {
    /// What it does, as a menu shows it: `Add redis==5.0.1 to requirements.txt`.
    pub title: String,
    /// Whether it may be applied without a question.
    pub applicability: Applicability,
    /// Whether it is the one to take where there are several.
    pub preferred: bool,
    /// Why it cannot be applied, where it is only shown; its edit is empty then.
    pub disabled: Option<String>,
    /// What the package index could add to it, for whoever may query it.
    pub lookup: Option<Box<Lookup>>,
    /// What changes.
    pub edit: SourceEdit,
}

impl Fix {
    /// A safe fix, one of several.
    pub(crate) fn safe(title: String, edit: SourceEdit) -> Self {
        Self { title, applicability: Applicability::Safe, preferred: false, disabled: None, lookup: None, edit }
    }
}

/// Whether a fix may be applied without a question.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Applicability {
    /// It does what the user means.
    Safe,
    /// It may not: a guess, or a removal.
    Unsafe,
    /// Only where a person chooses it: it silences a finding, or decides between ways that are as good.
    Manual,
}

impl Applicability {
    /// `safe` or `unsafe`.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Safe => "safe",
            Self::Unsafe => "unsafe",
            Self::Manual => "manual",
        }
    }
}

/// Changes of one or more files.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct SourceEdit {
    /// The files, in path order, each once.
    pub files: Vec<FileEdit>,
}

impl SourceEdit {
    /// Adds the changes of one file more, where they meet none that are there.
    pub(crate) fn take(&mut self, more: FileEdit) {
        let Some(known) = self.files.iter_mut().find(|known| known.path == more.path) else {
            self.files.push(more);
            return self.files.sort_by(|a, b| a.path.cmp(&b.path));
        };
        if more.edits.iter().all(|edit| known.edits.iter().all(|other| !other.range.meets(edit.range))) {
            known.edits.extend(more.edits);
            known.edits.sort_by_key(|edit| edit.range);
        }
    }
}

/// Changes of one file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FileEdit {
    /// The file.
    pub path: FilePath,
    /// Whether the file does not exist yet and is to be created, with the edits applied to the empty text.
    pub create: bool,
    /// The edits, ascending; none overlap.
    pub edits: Vec<TextEdit>,
}

/// A question to the package index.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Lookup {
    /// The code that needs the distribution.
    pub at: FilePath,
    /// The file to add to.
    pub target: FilePath,
    /// The distribution.
    pub name: DistributionName,
    /// The version whose hashes are wanted, where it is known.
    pub version: Option<String>,
    /// Whether hashes are wanted.
    pub hashes: bool,
}

/// What the index says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Answer {
    /// It has this version, with these hashes where they were requested.
    Version(String, Vec<String>),
    /// It has nothing that installs without a build.
    NoWheel,
}
