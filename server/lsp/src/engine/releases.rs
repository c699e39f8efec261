//! What the package index has of the requirements that an editor shows: looked up one after the other on a thread of its own, where the
//! user has switched the index on.

use super::{Engine, Event};
use crate::inbox::released::Released;
use crate::keys::{FileKey, FolderKey};
use crate::lifecycle::spawn;
use pinlens_analysis::fixes::update::{self, Wanted};
use pinlens_analysis::model::releases::{Offer, PinnedRelease, Release};
use pinlens_facts::words::versions::{self, Step};
use pinlens_loader::package_index::{Failure, PackageIndex, Query, TIME_LIMIT};
use std::sync::{Mutex, PoisonError};
use std::time::Instant;

/// Whoever looks up holds it: one program at a time is enough.
static TURN: Mutex<()> = Mutex::new(());

/// Nobody waits for what is only shown; it is ended with the process.
const NEVER: &dyn Fn() -> bool = &|| false;

impl Engine {
    /// Has what the requirements of a file would show looked up, as far as that was not done before.
    pub(crate) fn look_up_releases(&mut self, file: FileKey) {
        let Some((index, python)) = self.package_index(file.0) else { return };
        let Some(folder) = self.folders.get_mut(file.0) else { return };
        let due = folder.lookups.begin(update::wanted(&folder.workspace, file.1), Instant::now());
        if due.is_empty() {
            return;
        }
        let inbox = self.inbox.clone();
        spawn("releases", move || {
            for wanted in due {
                let offer = &wanted.offer;
                let show = |found: Release| {
                    let released = Released { file, offer: offer.clone(), found };
                    inbox.send(Event::Released(Box::new(released))).is_ok()
                };
                // what cannot be looked up is shown as nothing, and tried again in an hour
                match newest(&index, &wanted, python.as_deref(), &show) {
                    Err(Failure::NoTool) | Ok(false) => return,
                    Ok(true) | Err(_) => {}
                }
            }
        });
    }

    /// Has all versions of a distribution looked up, as far as that was not done before; whether it was begun now.
    pub(crate) fn look_up_versions(&mut self, file: FileKey, offer: Offer) -> bool {
        let Some((index, python)) = self.package_index(file.0) else { return false };
        let Some(folder) = self.folders.get_mut(file.0) else { return false };
        if !folder.lookups.begins_versions(&offer, Instant::now()) {
            return false;
        }
        let inbox = self.inbox.clone();
        spawn("versions", move || {
            if let Ok(versions) = all_versions(&index, &offer, python.as_deref()) {
                let found = Release { versions, ..Release::default() };
                let _ = inbox.send(Event::Released(Box::new(Released { file, offer, found })));
            }
        });
        true
    }

    /// The way to the package index of a folder, and the Python that its code is for; `None` where the user has not switched it on.
    fn package_index(&self, key: FolderKey) -> Option<(PackageIndex, Option<String>)> {
        let folder = self.folders.get(key).filter(|_| self.uses_package_index(key))?;
        let never_in = self.folders.iter().map(|folder| folder.loader.root.clone()).collect();
        let limit = folder.editor.settings.index_limit.unwrap_or(TIME_LIMIT);
        let index = PackageIndex { never_in, limit, ..PackageIndex::new(folder.loader.root.clone()) };
        Some((index, folder.workspace.python().map(|python| python.to_string())))
    }

    /// Takes in what was found, and has the file shown again.
    pub(super) fn released(&mut self, released: Released) {
        let Released { file, offer, found } = released;
        let Some(folder) = self.folders.get_mut(file.0) else { return };
        folder.workspace.enter_release(offer, found);
        self.queue.add([file]);
    }
}

fn query(offer: &Offer, python: Option<&str>) -> Query {
    let (name, options) = (offer.name.to_string(), offer.options.clone());
    Query { name, version: None, hashes: false, options, python: python.map(str::to_owned) }
}

/// Shows the newest version; then of a pin whether it was yanked, and the newest compatible version where the newest is not. Gives whether
/// anybody looks at it any more.
fn newest(
    index: &PackageIndex,
    wanted: &Wanted,
    python: Option<&str>,
    show: &dyn Fn(Release) -> bool,
) -> Result<bool, Failure> {
    let _turn = TURN.lock().unwrap_or_else(PoisonError::into_inner);
    let query = query(&wanted.offer, python);
    let newest = index.look_up(&query, NEVER)?.version;
    let is_shown = show(Release { newest: Some(newest.clone()), ..Release::default() });
    let Some(pinned) = wanted.pinned.as_ref().filter(|_| is_shown) else { return Ok(is_shown) };
    let is_major = Step::between(pinned, &newest) == Some(Step::Major);
    let within = versions::compatible_with(pinned).filter(|_| is_major);
    let compatible = within.and_then(|specifier| index.newest_within(&query, &specifier, NEVER).ok());
    let of_pin = index.look_up(&Query { version: Some(pinned.clone()), ..query }, NEVER).ok();
    let pin = PinnedRelease {
        compatible: compatible.map(|found| found.version),
        yanked: of_pin.and_then(|found| found.yanked),
    };
    Ok(show(Release { pins: [(pinned.clone(), pin)].into_iter().collect(), ..Release::default() }))
}

fn all_versions(index: &PackageIndex, offer: &Offer, python: Option<&str>) -> Result<Vec<String>, Failure> {
    let _turn = TURN.lock().unwrap_or_else(PoisonError::into_inner);
    index.versions(&query(offer, python), NEVER)
}
