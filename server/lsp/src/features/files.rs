//! Files that the user creates, renames and deletes in the editor: `workspace/willRenameFiles` and the notifications after the
//! deed, which come from clients that watch no files too.

use crate::border;
use crate::engine::Engine;
use pinlens_analysis::features::rename::{Move, moved};
use tower_lsp::ls_types::{
    DocumentChanges, FileChangeType, FileEvent, FileOperationFilter, FileOperationPattern,
    FileOperationRegistrationOptions, RenameFilesParams, Uri, WorkspaceEdit, WorkspaceFileOperationsServerCapabilities,
};

/// What the client is to report: every file and folder, for a folder may hold any.
pub fn operations() -> WorkspaceFileOperationsServerCapabilities {
    let pattern = FileOperationPattern { glob: "**/*".to_owned(), ..FileOperationPattern::default() };
    let filters = vec![FileOperationFilter { scheme: Some("file".to_owned()), pattern }];
    let all = Some(FileOperationRegistrationOptions { filters });
    WorkspaceFileOperationsServerCapabilities {
        did_create: all.clone(),
        did_rename: all.clone(),
        did_delete: all.clone(),
        will_rename: all,
        ..WorkspaceFileOperationsServerCapabilities::default()
    }
}

/// The URIs of these files; what is none is passed over.
pub fn uris<'a>(uris: impl Iterator<Item = &'a String>) -> Vec<Uri> {
    uris.filter_map(|uri| uri.parse().ok()).collect()
}

/// What watchers would report of these files; what is no URI is passed over.
pub fn events<'a>(uris: impl Iterator<Item = &'a String>, kind: FileChangeType) -> Vec<FileEvent> {
    self::uris(uris).into_iter().map(|uri| FileEvent::new(uri, kind)).collect()
}

/// The includes that lead to what moves, written anew.
pub fn will_rename(engine: &Engine, params: &RenameFilesParams) -> Option<WorkspaceEdit> {
    let place = |uri: &str| {
        let uri: Uri = uri.parse().ok()?;
        engine.place_at(&border::path(&uri)?)
    };
    let moves = params.files.iter().filter_map(|file| Some((place(&file.old_uri)?, place(&file.new_uri)?)));
    let moves: Vec<_> = moves.filter(|(from, to)| from.folder == to.folder).collect();
    let mut all = Vec::new();
    for view in engine.views() {
        let own = moves.iter().filter(|(from, _)| from.folder == view.folder.key);
        let own: Vec<Move> = own.map(|(from, to)| Move { from: from.path.clone(), to: to.path.clone() }).collect();
        if !own.is_empty() {
            all.extend(view.workspace_edit(&moved(&view.folder.workspace, &own)));
        }
    }
    joined(all)
}

/// The edits of several folders as one; `None` where nothing is to be changed.
fn joined(edits: Vec<WorkspaceEdit>) -> Option<WorkspaceEdit> {
    let mut whole = WorkspaceEdit::default();
    for edit in edits {
        if let Some(changes) = edit.changes.filter(|changes| !changes.is_empty()) {
            whole.changes.get_or_insert_default().extend(changes);
        }
        if let Some(DocumentChanges::Operations(operations)) = edit.document_changes.filter(|all| !is_empty(all)) {
            match &mut whole.document_changes {
                Some(DocumentChanges::Operations(all)) => all.extend(operations),
                _ => whole.document_changes = Some(DocumentChanges::Operations(operations)),
            }
        }
    }
    (whole != WorkspaceEdit::default()).then_some(whole)
}

fn is_empty(changes: &DocumentChanges) -> bool {
    match changes {
        DocumentChanges::Operations(operations) => operations.is_empty(),
        DocumentChanges::Edits(edits) => edits.is_empty(),
    }
}
