//! The mention index: from a thing said to the files that say it. Kept in step with every file's facts.

use super::ids::FileId;
use pinlens_facts::mentions::{Mention, MentionKind, Mentions};
use rustc_hash::FxHashMap;

/// The files that say each thing, by how it is said and what it is looked up by.
#[derive(Debug, Default)]
pub struct Evidence {
    /// The files are ascending, and never none.
    files: FxHashMap<MentionKind, FxHashMap<Box<str>, Vec<FileId>>>,
}

impl Evidence {
    /// Takes in that `file`, which said `old`, says `new`.
    pub(crate) fn replace(&mut self, file: FileId, old: &Mentions, new: &Mentions) {
        for mention in old.all() {
            self.remove(file, mention);
        }
        for mention in new.all() {
            let files = self.files.entry(mention.kind).or_default().entry(key_of(mention).into()).or_default();
            if let Err(at) = files.binary_search(&file) {
                files.insert(at, file);
            }
        }
    }

    fn remove(&mut self, file: FileId, mention: &Mention) {
        let Some(by_key) = self.files.get_mut(&mention.kind) else { return };
        let Some(files) = by_key.get_mut(key_of(mention)) else { return };
        if let Ok(at) = files.binary_search(&file) {
            files.remove(at);
        }
        if files.is_empty() {
            by_key.remove(key_of(mention));
        }
    }

    /// The keys under which something is said in one of the ways, in no order.
    pub(crate) fn keys<'a>(&'a self, ways: &'a [MentionKind]) -> impl Iterator<Item = (MentionKind, &'a str)> {
        let known = ways.iter().filter_map(|kind| Some((*kind, self.files.get(kind)?)));
        known.flat_map(|(kind, by_key)| by_key.keys().map(move |key| (kind, &**key)))
    }

    /// The files that say something in this way, ascending.
    pub(crate) fn files_that_say(&self, kind: MentionKind) -> Vec<FileId> {
        let mut files: Vec<FileId> =
            self.files.get(&kind).into_iter().flat_map(FxHashMap::values).flatten().copied().collect();
        files.sort_unstable();
        files.dedup();
        files
    }

    /// The files that say something in this way that is looked up by `key`, ascending.
    pub(crate) fn files_of(&self, kind: MentionKind, key: &str) -> &[FileId] {
        self.files.get(&kind).and_then(|by_key| by_key.get(key)).map_or(&[], Vec::as_slice)
    }
}

/// What a mention is looked up by: the executable of a command, the first segment of a dotted name, the name of a variable.
pub(crate) fn key_of(mention: &Mention) -> &str {
    match mention.kind {
        MentionKind::Command
        | MentionKind::Module
        | MentionKind::Options
        | MentionKind::Distribution
        | MentionKind::Tool => mention.head(),
        MentionKind::Name => top_of(mention.head()),
        MentionKind::Variable | MentionKind::Ini => mention.text.split(['=', ' ']).next().unwrap_or_default(),
        MentionKind::Url | MentionKind::Build | MentionKind::Code | MentionKind::Fixture | MentionKind::Install => {
            &mention.text
        }
        MentionKind::List => mention.text.rsplit(['/', '\\']).next().unwrap_or_default(),
        MentionKind::Host
        | MentionKind::Python
        | MentionKind::Ignored
        | MentionKind::Submodule
        | MentionKind::Provides
        | MentionKind::Extension
        | MentionKind::PackageIndex
        | MentionKind::InstallsUnknown => &mention.text,
    }
}

/// `whitenoise` of `whitenoise.middleware.WhiteNoiseMiddleware`, `driver` of `driver.name=docker`.
pub(crate) fn top_of(name: &str) -> &str {
    name.split(['.', '=', ':', '/']).next().unwrap_or_default()
}
