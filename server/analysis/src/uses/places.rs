//! Places in the files of a scope where something is said.

use super::scope::Scope;
use crate::analysis::Analysis;
use crate::model::evidence::key_of;
use crate::model::ids::FileId;
use crate::model::modules::Found;
use pinlens_facts::facts::FileFacts;
use pinlens_facts::mentions::{Mention, MentionKind};
use pinlens_facts::words::names::lies_in;

/// A mention and the file that it stands in.
#[derive(Clone, Copy, Debug)]
pub(super) struct Place<'a> {
    pub file: FileId,
    pub mention: &'a Mention,
}

/// The first place, by path, in `scope` where what `key` leads to is accepted.
pub(super) fn find<'a>(
    scope: &Scope<'a>,
    kind: MentionKind,
    key: &str,
    accept: impl Fn(&Mention) -> bool,
) -> Option<Place<'a>> {
    find_place(scope, kind, key, |place| accept(place.mention))
}

/// The same, where the file matters too.
pub(super) fn find_place<'a>(
    scope: &Scope<'a>,
    kind: MentionKind,
    key: &str,
    accept: impl Fn(Place) -> bool,
) -> Option<Place<'a>> {
    let ws = scope.ws;
    let files = ws.evidence().files_of(kind, key);
    let held = files.iter().copied().filter(|file| scope.holds(ws.path(*file)));
    let meant = held.filter(|file| kind != MentionKind::Name || !is_own(ws, *file, key));
    let accepted = meant.filter_map(|file| {
        let all = mentions_in(ws, file, kind).filter(|mention| key_of(mention) == key);
        all.map(|mention| Place { file, mention }).find(|place| accept(*place))
    });
    accepted.min_by_key(|place| ws.path(place.file))
}

/// Whether a module of the workspace that lies in a folder around the file has the name: it is what the file means.
fn is_own(ws: &Analysis, file: FileId, top: &str) -> bool {
    let folder = ws.path(file).folder();
    let is_module = |holder: &str| matches!(ws.modules().find(holder, top), Found::Whole(_));
    ws.modules().holders(top).iter().any(|holder| lies_in(folder, holder) && is_module(holder))
}

/// What a file says in one way.
pub(super) fn mentions_in(ws: &Analysis, file: FileId, kind: MentionKind) -> impl Iterator<Item = &Mention> {
    ws.facts(file).and_then(FileFacts::mentions).into_iter().flat_map(move |mentions| mentions.of(kind))
}

impl Place<'_> {
    /// `path:line`.
    pub(super) fn at(&self, ws: &Analysis) -> String {
        format!("{}:{}", ws.path(self.file), self.mention.line)
    }
}
