//! The jobs of a folder, and what comes of them.

use crate::state::links::Links;
use crate::state::settings::EditorSettings;
use pinlens_analysis::config::Config;
use pinlens_analysis::model::environment::Environment;
use pinlens_facts::facts::FileFacts;
use pinlens_facts::words::names::FilePath;
use pinlens_loader::{Bounds, Skipped};
use std::path::PathBuf;
use std::sync::Arc;

/// How much of a folder is read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Reach {
    /// All of it.
    Tree,
    /// It and the folders in it, but not theirs: the folder of a lone document may be anything.
    Near,
}

/// Whether a walk is shown to the user.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Show {
    /// As work-done progress.
    Progress,
    /// Not at all.
    Nothing,
}

/// What came of a job.
#[derive(Debug, Default)]
pub struct Batch {
    /// Facts as the disk has them; `None` for files that are gone, left out or unreadable.
    pub files: Vec<(FilePath, Option<FileFacts>)>,
    /// Another environment.
    pub environment: Option<Arc<Environment>>,
    /// Another configuration.
    pub config: Option<Arc<Config>>,
    /// Those of `files` that were read because others include them: by now none may any more.
    pub included: Vec<FilePath>,
    /// Files that could not be read, which the user has not heard of yet.
    pub skipped: Vec<Skipped>,
    /// Other links than before.
    pub links: Option<Links>,
    /// What the user has to hear.
    pub problems: Vec<String>,
    /// Whether the whole folder was looked at.
    pub walked: bool,
    /// Whether the user stopped it, so that files are missing.
    pub stopped: bool,
}

impl Batch {
    /// Takes in what was not read: that it is there is all that is known of it.
    pub fn skip(&mut self, skipped: Vec<Skipped>) {
        self.files.extend(skipped.iter().map(|file| (file.path.clone(), file.facts())));
        self.skipped.extend(skipped);
    }
}

/// What a folder's thread can do.
#[derive(Debug)]
pub enum Job {
    /// Looks at the whole folder, configuration and environment included, and reads what has changed.
    Walk(EditorSettings, Show),
    /// Looks at the configuration alone, which is being typed; a walk only where it may reach other files.
    Configure(EditorSettings),
    /// Reads files that a walk may reach.
    Read(Vec<FilePath>),
    /// Reads requirements files that others include, wherever they lie and whatever they are called.
    Include(Vec<FilePath>),
    /// Looks whether the environment has changed.
    Environment,
    /// Other folders lie inside this one, or it may read elsewhere.
    Nest(Vec<PathBuf>, Bounds),
    /// These files are included no longer.
    Forget(Vec<FilePath>),
    /// From the next walk on, all of it is read.
    Widen,
}
