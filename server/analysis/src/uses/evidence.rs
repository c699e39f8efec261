//! Who says what: from a thing said to the files that say it. Kept in step with every file's facts.

use super::mentions::{Mention, Mentions, Said};
use super::scope::Scope;
use crate::facts::FileFacts;
use crate::modules::Found;
use crate::names::lies_in;
use crate::workspace::{FileId, Workspace};
use rustc_hash::FxHashMap;

/// The files that say each thing, by how it is said and what it is looked up by.
#[derive(Debug, Default)]
pub struct Evidence {
    /// The files are ascending, and never none.
    files: FxHashMap<Said, FxHashMap<Box<str>, Vec<FileId>>>,
}

/// A mention and the file that it stands in.
#[derive(Clone, Copy, Debug)]
pub(super) struct Place<'a> {
    pub file: FileId,
    pub mention: &'a Mention,
}

impl Evidence {
    /// Takes in that `file`, which said `old`, says `new`.
    pub(crate) fn replace(&mut self, file: FileId, old: &Mentions, new: &Mentions) {
        for mention in old.all() {
            self.remove(file, mention);
        }
        for mention in new.all() {
            let files = self.files.entry(mention.said).or_default().entry(key_of(mention).into()).or_default();
            if let Err(at) = files.binary_search(&file) {
                files.insert(at, file);
            }
        }
    }

    fn remove(&mut self, file: FileId, mention: &Mention) {
        let Some(by_key) = self.files.get_mut(&mention.said) else { return };
        let Some(files) = by_key.get_mut(key_of(mention)) else { return };
        if let Ok(at) = files.binary_search(&file) {
            files.remove(at);
        }
        if files.is_empty() {
            by_key.remove(key_of(mention));
        }
    }

    /// The keys under which something is said in one of the ways, in no order.
    pub(super) fn keys<'a>(&'a self, ways: &'a [Said]) -> impl Iterator<Item = (Said, &'a str)> {
        let known = ways.iter().filter_map(|said| Some((*said, self.files.get(said)?)));
        known.flat_map(|(said, by_key)| by_key.keys().map(move |key| (said, &**key)))
    }

    /// The files that say something in this way, ascending.
    pub(crate) fn files_that_say(&self, said: Said) -> Vec<FileId> {
        let mut files: Vec<FileId> =
            self.files.get(&said).into_iter().flat_map(FxHashMap::values).flatten().copied().collect();
        files.sort_unstable();
        files.dedup();
        files
    }

    /// The first place, by path, in `scope` where what `key` leads to is accepted.
    pub(super) fn find<'a>(
        &self,
        scope: &Scope<'a>,
        said: Said,
        key: &str,
        accept: impl Fn(&Mention) -> bool,
    ) -> Option<Place<'a>> {
        self.find_place(scope, said, key, |place| accept(place.mention))
    }

    /// The same, where the file matters too.
    pub(super) fn find_place<'a>(
        &self,
        scope: &Scope<'a>,
        said: Said,
        key: &str,
        accept: impl Fn(Place) -> bool,
    ) -> Option<Place<'a>> {
        let files = self.files.get(&said)?.get(key)?;
        let ws = scope.ws;
        let held = files.iter().copied().filter(|file| scope.holds(ws.path(*file)));
        let meant = held.filter(|file| said != Said::Name || !is_own(ws, *file, key));
        let accepted = meant.filter_map(|file| {
            let all = said_in(ws, file, said).filter(|mention| key_of(mention) == key);
            all.map(|mention| Place { file, mention }).find(|place| accept(*place))
        });
        accepted.min_by_key(|place| ws.path(place.file))
    }
}

/// Whether a module of the workspace that lies in a folder around the file has the name: it is what the file means.
fn is_own(ws: &Workspace, file: FileId, top: &str) -> bool {
    let folder = ws.path(file).folder();
    let is_module = |holder: &str| matches!(ws.modules().find(holder, top), Found::Whole(_));
    ws.modules().holders(top).iter().any(|holder| lies_in(folder, holder) && is_module(holder))
}

/// What a file says in one way.
pub(super) fn said_in(ws: &Workspace, file: FileId, said: Said) -> impl Iterator<Item = &Mention> {
    ws.facts(file).and_then(FileFacts::mentions).into_iter().flat_map(move |mentions| mentions.of(said))
}

/// What a mention is looked up by: the executable of a command, the first segment of a dotted name, the name of a variable.
pub(super) fn key_of(mention: &Mention) -> &str {
    match mention.said {
        Said::Command | Said::Module | Said::Options | Said::Distribution | Said::Tool => mention.head(),
        Said::Name => top_of(mention.head()),
        Said::Variable | Said::Ini => mention.text.split(['=', ' ']).next().unwrap_or_default(),
        Said::Url | Said::Build | Said::Code | Said::Fixture | Said::Install => &mention.text,
    }
}

/// `whitenoise` of `whitenoise.middleware.WhiteNoiseMiddleware`, `driver` of `driver.name=docker`.
pub(super) fn top_of(name: &str) -> &str {
    name.split(['.', '=', ':', '/']).next().unwrap_or_default()
}

impl Place<'_> {
    /// `path:line`.
    pub(super) fn at(&self, ws: &Workspace) -> String {
        format!("{}:{}", ws.path(self.file), self.mention.line)
    }
}
