//! Files that several folders have: such a file lies in one folder, its owner, and the requirements of others include it. The owner
//! reports it; the others have the facts of the same text.

use super::Engine;
use crate::keys::{FolderKey, Place};
use crate::state::documents::Document;
use pinlens_analysis::model::change::Change;
use pinlens_facts::facts::{FileFacts, FileKind};
use pinlens_facts::python::statement;
use pinlens_facts::words::names::FilePath;
use std::collections::{BTreeMap, BTreeSet};

impl Engine {
    /// Where else a file is known: in each folder that includes it but does not hold it.
    pub(super) fn places_elsewhere(&self, place: &Place) -> Vec<Place> {
        let Some(owner) = self.folders.get(place.folder) else { return Vec::new() };
        let others =
            self.folders.iter().filter(|folder| folder.key != place.folder && !folder.includes.files().is_empty());
        let mut absolute = None;
        others
            .filter_map(|folder| {
                let absolute = absolute.get_or_insert_with(|| owner.loader.absolute(&place.path));
                let path = folder.loader.path_of_canonical(absolute)?;
                folder.includes.files().contains(&path).then(|| folder.place(&path))
            })
            .collect()
    }

    /// Where the file lies that a folder includes, if that is in another folder.
    fn owner(&self, key: FolderKey, path: &FilePath) -> Option<Place> {
        let is_included = self.folders.get(key).is_some_and(|folder| folder.includes.files().contains(path));
        if is_included { self.lies_in(key, path) } else { None }
    }

    /// Where the file lies that a folder knows by `path`, if that is in another folder.
    fn lies_in(&self, key: FolderKey, path: &FilePath) -> Option<Place> {
        let owner = self.folders.owner(&self.folders.get(key)?.loader.absolute(path))?;
        (owner.folder != key).then_some(owner)
    }

    /// Whether a folder reports the findings of a file: its owner where that has it, else the first folder that includes it.
    pub(super) fn reports(&self, key: FolderKey, path: &FilePath) -> bool {
        let has = |place: &Place| {
            let folder = self.folders.get(place.folder);
            folder.is_some_and(|folder| {
                folder.workspace.file(&place.path).is_some_and(|file| folder.workspace.facts(file).is_some())
            })
        };
        match self.owner(key, path) {
            None => true,
            Some(owner) if has(&owner) => false,
            Some(owner) => self.places_elsewhere(&owner).into_iter().find(has).is_none_or(|first| first.folder == key),
        }
    }

    /// Whether a document that is open in another folder speaks for a file.
    pub(super) fn is_open_elsewhere(&self, key: FolderKey, path: &FilePath) -> bool {
        self.owner(key, path).is_some_and(|owner| self.documents.at(&owner).is_some_and(|document| !document.gone))
    }

    /// Adds what a document says to the changes of the folders that include it.
    pub(super) fn change_elsewhere(&self, document: &Document, changes: &mut BTreeMap<FolderKey, Change>) {
        if document.gone || self.documents.at(&document.place).is_none_or(|speaks| speaks.uri != document.uri) {
            return;
        }
        for place in self.places_elsewhere(&document.place) {
            let facts = FileFacts::of(FileKind::Requirements, document.text(), &statement::parse);
            changes.entry(place.folder).or_default().files.push((place.path, Some(facts)));
        }
    }

    /// Has files looked at in the other folders that know them: which folder reports one may have changed.
    pub(super) fn publish_elsewhere(&mut self, key: FolderKey, paths: &[FilePath]) {
        let Some(folder) = self.folders.get(key).filter(|_| self.folders.iter().nth(1).is_some()) else { return };
        let mut places = BTreeSet::new();
        for path in paths {
            places.extend(self.places_elsewhere(&folder.place(path)));
            if let Some(owner) = self.owner(key, path) {
                places.extend(self.places_elsewhere(&owner));
                places.insert(owner);
            }
        }
        for place in places.into_iter().filter(|place| place.folder != key) {
            self.publish_soon(place.folder, &[place.path]);
        }
    }

    /// Takes those of the files that a folder wants from the documents that are open in other folders.
    pub(super) fn take_from_elsewhere(&mut self, key: FolderKey, wanted: &mut Vec<FilePath>) {
        let open = |path: &FilePath| {
            let document = self.lies_in(key, path).and_then(|owner| self.documents.at(&owner));
            document.filter(|document| !document.gone).map(|document| document.uri.clone())
        };
        let taken: Vec<_> = wanted.iter().filter_map(|path| Some((path.clone(), open(path)?))).collect();
        let Some(folder) = self.folders.get_mut(key) else { return };
        for (path, uri) in taken {
            wanted.retain(|other| *other != path);
            folder.includes.add(path);
            self.documents.mark_edited(uri);
        }
    }

    /// Lets a folder go with all that was reported of it; what it reported for others is looked at there.
    pub(super) fn remove_folder(&mut self, key: FolderKey) {
        self.folders.remove(key);
        self.clear_folder(key);
        let others = self.folders.iter().filter(|folder| !folder.includes.files().is_empty());
        for key in others.map(|folder| folder.key).collect::<Vec<_>>() {
            self.publish_all(key);
        }
    }
}
