//! Where the editor's settings come from, and which of them win.

use crate::client::outbox::ByFolder;
use crate::keys::FolderKey;
use crate::state::settings::{Scoped, Settings};
use pinlens_analysis::config::ConfigError;
use std::collections::BTreeSet;
use std::path::Path;

/// The sources of settings; the later ones win where they set something.
#[derive(Debug, Default)]
pub struct Layers {
    pub initial: Scoped,
    pub pushed: Scoped,
    pulled: Scoped,
    /// The number of the last request for settings.
    requested: u64,
    /// That of the newest answer: one that an older request gets later counts no more.
    answered: u64,
    /// Folders in which a settings file is being typed that holds other settings than before.
    typed: BTreeSet<FolderKey>,
}

impl Layers {
    /// All of them together, for a folder, which is canonical.
    pub fn of(&self, folder: &Path) -> Settings {
        let of = |source: &Scoped| source.of(folder).clone();
        of(&self.pulled).over(of(&self.pushed)).over(of(&self.initial))
    }

    /// The number of a new request for settings.
    pub fn request(&mut self) -> u64 {
        self.requested += 1;
        self.requested
    }

    /// Takes in the answer to a request, where none to a newer one is in already; gives what is wrong in it.
    pub fn answer(&mut self, number: u64, values: ByFolder) -> Vec<ConfigError> {
        if number <= self.answered {
            return Vec::new();
        }
        self.answered = number;
        let (settings, errors) = Scoped::answers(values);
        self.pulled = settings;
        errors
    }

    /// Notes that a settings file of a folder is being typed.
    pub fn is_typed(&mut self, folder: FolderKey) {
        self.typed.insert(folder);
    }

    /// Takes out the folders of which a settings file has been typed.
    pub fn take_typed(&mut self) -> BTreeSet<FolderKey> {
        std::mem::take(&mut self.typed)
    }
}
