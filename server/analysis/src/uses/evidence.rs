//! Who says what: from a thing said to the files that say it. Kept in step with every file's facts.

use super::mentions::{Mention, Mentions, Said};
use super::scope::{Scope, is_inside};
use crate::facts::FileFacts;
use crate::modules::Found;
use crate::workspace::{FileId, Workspace};
use rustc_hash::FxHashMap;

/// The files that say each thing, by how it is said and what it is looked up by.
#[derive(Debug, Default)]
pub struct Evidence {
    /// The files are ascending.
    files: FxHashMap<(Said, Box<str>), Vec<FileId>>,
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
            let key = (mention.said, key_of(mention).into());
            let files = self.files.entry(key).or_default();
            if let Ok(at) = files.binary_search(&file) {
                files.remove(at);
            }
        }
        for mention in new.all() {
            let files = self.files.entry((mention.said, key_of(mention).into())).or_default();
            if let Err(at) = files.binary_search(&file) {
                files.insert(at, file);
            }
        }
        for mention in old.all() {
            let key = (mention.said, Box::from(key_of(mention)));
            if self.files.get(&key).is_some_and(Vec::is_empty) {
                self.files.remove(&key);
            }
        }
    }

    /// The keys under which something is said in one of the ways.
    pub(super) fn keys(&self, ways: &[Said]) -> Vec<(Said, &str)> {
        let all = self.files.keys().filter(|(said, _)| ways.contains(said));
        all.map(|(said, key)| (*said, &**key)).collect()
    }

    /// The first place, by path, in `scope` where what `key` leads to is accepted.
    pub(super) fn find<'a>(
        &self,
        scope: &Scope<'a>,
        said: Said,
        key: &str,
        accept: impl Fn(&Mention) -> bool,
    ) -> Option<Place<'a>> {
        let files = self.files.get(&(said, Box::from(key)))?;
        let ws = scope.ws;
        let held = files.iter().copied().filter(|file| scope.holds(ws.path(*file)));
        let accepted = held.filter_map(|file| {
            let mention = said_in(ws, file, said).find(|mention| key_of(mention) == key && accept(mention))?;
            if said == Said::Name && is_own(ws, file, key) {
                return None;
            }
            Some(Place { file, mention })
        });
        accepted.min_by_key(|place| ws.path(place.file))
    }
}

/// Whether a module of the workspace that lies in a folder around the file has the name: it is what the file means.
fn is_own(ws: &Workspace, file: FileId, top: &str) -> bool {
    let folder = ws.path(file).folder();
    let is_module = |holder: &str| matches!(ws.modules().find(holder, top), Found::Whole(_));
    ws.modules().holders(top).iter().any(|holder| is_inside(folder, holder) && is_module(holder))
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
        Said::Url | Said::Build | Said::Code | Said::Fixture => &mention.text,
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
