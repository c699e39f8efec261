//! Settings: where they come from, requested by folder, and what happens when they change.

use super::{Engine, Event};
use crate::client::outbox::Refresh;
use crate::inbox::event::PulledSettings;
use crate::keys::{FolderKey, Place};
use crate::state::folder::{Folder, Origin};
use crate::state::jobs::Show;
use crate::state::settings::{DiagnosticMode, Scoped};
use pinlens_analysis::config::{Config, ConfigError};
use pinlens_facts::facts::FileKind;
use serde_json::Value;
use std::sync::Arc;
use tower_lsp::ls_types::Uri;

impl Engine {
    /// Takes in what came with `initialize`.
    pub(super) fn initial_settings(&mut self, options: &Value) {
        let (settings, errors) = Scoped::read(options);
        self.settings.initial = settings;
        self.report_settings(&errors);
    }

    /// What a client sends of itself counts for every folder; where they can be looked up, they are looked up for each.
    pub(super) fn pushed_settings(&mut self, value: &Value) {
        let (settings, errors) = Scoped::read(value);
        self.settings.pushed = settings;
        self.report_settings(&errors);
        if self.has_configuration() {
            self.pull_settings();
        } else {
            self.settings_changed();
        }
    }

    /// Takes in an answer; none in time leaves the settings as they are.
    pub(super) fn pulled_settings(&mut self, pulled: PulledSettings) {
        if let Some(values) = pulled.values {
            let errors = self.settings.answer(pulled.number, values);
            self.report_settings(&errors);
        }
        self.settings_changed();
    }

    /// Whether the client lets the server look up settings.
    pub(super) fn has_configuration(&self) -> bool {
        self.session.as_ref().is_some_and(|session| session.configuration)
    }

    /// Requests the settings of every workspace folder, and for those of what lies in none.
    pub(super) fn pull_settings(&mut self) {
        let is_the_clients = |folder: &&Folder| folder.origin == Origin::Workspace;
        let scopes = self.folders.iter().filter(is_the_clients);
        let scopes = scopes.map(|folder| (folder.address.scope.clone(), folder.loader.root.clone())).collect();
        let (number, inbox) = (self.settings.request(), self.inbox.clone());
        self.outbox.pull_settings(scopes, move |values| {
            let _ = inbox.send(Event::PulledSettings(PulledSettings { number, values })); // the process is ending
        });
    }

    /// Gives each folder its settings; returns those for which they differ from before.
    pub(super) fn combine_settings(&mut self) -> Vec<FolderKey> {
        let mut changed = Vec::new();
        for folder in self.folders.iter_mut() {
            let settings = self.settings.of(&folder.loader.root);
            if *folder.editor.settings != settings {
                folder.editor.settings = Arc::new(settings);
                folder.lookups.forget();
                changed.push(folder.key);
            }
        }
        changed
    }

    /// The folders for which the package index may be queried.
    fn with_package_index(&self) -> Vec<FolderKey> {
        self.folders.iter().map(|folder| folder.key).filter(|key| self.uses_package_index(*key)).collect()
    }

    /// Looks at the folders for which something is new, and at those that have waited for their settings.
    fn settings_changed(&mut self) {
        let before = self.with_package_index();
        let changed = self.combine_settings();
        if !self.folders.is_started() {
            return self.start();
        }
        for key in changed {
            self.publish_all(key);
            self.walk(key, Show::Nothing);
        }
        // what is shown behind requirements depends on whether the package index may be queried
        let is_other = before != self.with_package_index();
        if is_other && self.session.as_ref().is_some_and(|session| session.lenses.refresh_hints) {
            self.outbox.refresh(Refresh::Hints);
        }
        self.walk_new_folders();
    }

    /// Orders the first walk of every folder that has had none.
    pub(super) fn walk_new_folders(&mut self) {
        let is_new = |folder: &&Folder| !folder.reading.has_walked();
        for key in self.folders.iter().filter(is_new).map(|folder| folder.key).collect::<Vec<_>>() {
            self.walk(key, Show::Progress);
        }
    }

    /// A settings file at the root of its folder is open, and may hold other settings than before. While it is no TOML, those on the
    /// disk are in force: a bracket that is not closed yet is to change nothing.
    pub(super) fn read_settings_file(&mut self, uri: &Uri) {
        let Some(document) = self.documents.get(uri).filter(|document| !document.gone) else { return };
        let path = &document.place.path;
        if !document.kind.is_some_and(FileKind::has_settings) || !path.folder().is_empty() {
            return;
        }
        let Some(folder) = self.folders.get_mut(document.place.folder) else { return };
        let (config, errors) = Config::parse(path, document.text());
        let now = (!errors.iter().any(|error| error.fatal)).then(|| Arc::new(config));
        if folder.editor.open.get(path) != now.as_ref() {
            match now {
                Some(config) => folder.editor.open.insert(path.clone(), config),
                None => folder.editor.open.remove(path),
            };
            self.settings.is_typed(folder.key);
            self.queue.wait_for_quiet();
        }
    }

    /// The disk speaks for a settings file again.
    pub(super) fn forget_settings_file(&mut self, place: &Place) {
        let Some(folder) = self.folders.get_mut(place.folder) else { return };
        if folder.editor.open.remove(&place.path).is_some() {
            folder.configure();
        }
    }

    /// Has the configurations looked at that have been typed.
    pub(super) fn configure_where_due(&mut self) {
        for key in self.settings.take_typed() {
            if let Some(folder) = self.folders.get_mut(key) {
                folder.configure();
            }
        }
    }

    fn report_settings(&self, errors: &[ConfigError]) {
        if !errors.is_empty() {
            let lines: Vec<&str> = errors.iter().map(|error| error.message.as_str()).collect();
            self.outbox.warn(&format!("pinlens settings: {}", lines.join("; ")));
        }
    }

    /// Which files' findings of a folder are published; `None` where none are.
    pub(super) fn mode(&self, key: FolderKey) -> Option<DiagnosticMode> {
        self.folders.get(key)?.editor.settings.published()
    }
}
