//! Findings that the client asks for: of a document at once, of the workspace when there is something new.

use super::Engine;
use crate::folders::FolderKey;
use crate::outbox::Refresh;
use crate::publisher::{FileKey, List, result_id};
use rustc_hash::{FxHashMap, FxHashSet};
use tokio::sync::oneshot;
use tower_lsp::ls_types::{
    DocumentDiagnosticParams, DocumentDiagnosticReport, FullDocumentDiagnosticReport,
    RelatedFullDocumentDiagnosticReport, RelatedUnchangedDocumentDiagnosticReport, UnchangedDocumentDiagnosticReport,
    Uri, WorkspaceDiagnosticParams, WorkspaceDiagnosticReport, WorkspaceDocumentDiagnosticReport,
    WorkspaceFullDocumentDiagnosticReport,
};

/// In how many answers for the workspace a document is told that was closed. A client asks for it a last time by itself, lets go of
/// what the workspace's answer says until it has that one, and notes it as known all the same.
const TOLD_AFTER_CLOSE: u8 = 2;

/// The way back to who asked for the workspace's findings.
pub type WorkspaceReply = oneshot::Sender<WorkspaceDiagnosticReport>;

/// What the client has asked for so far.
#[derive(Debug, Default)]
pub struct Pulls {
    /// Whether it asks for the findings of the whole workspace: then nothing at all is pushed.
    pub whole_workspace: bool,
    /// The version of each document that its last answer was made from.
    answered: FxHashMap<FileKey, Option<i32>>,
    /// Whether a list has changed that the client does not ask for by itself.
    refresh: bool,
    /// Whether there is something that a waiting question may want to know.
    news: bool,
    /// The result that the client was last given of each document that it asked for by itself.
    given: FxHashMap<Uri, String>,
    /// Documents that were closed of late, and in how many more answers they are told whatever the client says it holds.
    closed: FxHashMap<Uri, u8>,
    /// Questions for the whole workspace. They wait until something differs from what the client holds.
    waiting: Vec<(WorkspaceDiagnosticParams, WorkspaceReply)>,
}

impl Pulls {
    /// Notes that the list of a file is another one. Of a document that was edited since, the client will ask by itself.
    pub fn changed(&mut self, file: FileKey, version: Option<i32>) {
        self.refresh |= self.answered.get(&file).is_some_and(|answered| *answered == version);
        self.news = true;
    }

    /// Notes that a document is closed: from here on its findings are the workspace's.
    pub fn closed(&mut self, uri: &Uri) {
        self.given.remove(uri);
        if self.whole_workspace {
            self.closed.insert(uri.clone(), TOLD_AFTER_CLOSE);
            self.news = true;
        }
    }

    /// An answer for the workspace has reached the client.
    fn told(&mut self) {
        self.closed.retain(|_, left| {
            *left -= 1;
            *left > 0
        });
    }
}

impl Engine {
    /// The findings of a document, or that they are those that the client holds.
    pub(crate) fn pull(&mut self, params: &DocumentDiagnosticParams) -> DocumentDiagnosticReport {
        let list = self.pulled(&params.text_document.uri);
        let (found, version) = list.map(|list| (list.found, list.version)).unwrap_or_default();
        let id = result_id(&found, version);
        self.pulls.given.insert(params.text_document.uri.clone(), id.clone());
        if params.previous_result_id.as_ref() == Some(&id) {
            return DocumentDiagnosticReport::Unchanged(RelatedUnchangedDocumentDiagnosticReport {
                related_documents: None,
                unchanged_document_diagnostic_report: UnchangedDocumentDiagnosticReport { result_id: id },
            });
        }
        let full = FullDocumentDiagnosticReport { result_id: Some(id), items: found };
        DocumentDiagnosticReport::Full(RelatedFullDocumentDiagnosticReport {
            related_documents: None,
            full_document_diagnostic_report: full,
        })
    }

    fn pulled(&mut self, uri: &Uri) -> Option<List> {
        let spot = self.spot(uri)?;
        let file = (spot.view.folder.key, spot.file);
        let is_cell = self.documents.cell(uri).is_some();
        let (lists, way, version) = self.lists(file)?;
        self.pulls.answered.insert(file, version);
        let own = |list: &&List| list.uri == *uri || !is_cell;
        let asked = lists.iter().find(own).cloned();
        let news = self.publisher.tell(file, lists, way);
        self.send(news);
        asked
    }

    /// Takes in a question for the whole workspace. From the first one on, nothing is pushed.
    pub(super) fn pull_workspace(&mut self, params: WorkspaceDiagnosticParams, reply: WorkspaceReply) {
        if !self.pulls.whole_workspace {
            self.pulls.whole_workspace = true;
            let folders: Vec<FolderKey> = self.folders.iter().map(|folder| folder.key).collect();
            for folder in folders {
                self.publish_all(folder);
            }
        }
        self.pulls.news = true;
        self.pulls.waiting.push((params, reply));
    }

    /// Everything that waited has been looked at: the client is told to ask again, or answered what it has asked.
    pub(super) fn all_published(&mut self) {
        if std::mem::take(&mut self.pulls.refresh) {
            self.outbox.refresh(Refresh::Diagnostics);
        }
        self.refresh_shown();
        self.tell_status();
        let is_known = self.started && self.folders.iter().all(|folder| folder.ready || folder.stopped);
        if is_known && std::mem::take(&mut self.pulls.news) {
            self.answer_workspace_pulls();
        }
    }

    fn answer_workspace_pulls(&mut self) {
        let mut is_told = false;
        for (params, reply) in std::mem::take(&mut self.pulls.waiting) {
            let items = self.differences(&params);
            if reply.is_closed() {
                continue;
            }
            if items.is_empty() {
                self.pulls.waiting.push((params, reply));
            } else {
                is_told |= reply.send(WorkspaceDiagnosticReport { items }).is_ok(); // else cancelled just now
            }
        }
        if is_told {
            self.pulls.told();
        }
    }

    /// The lists that are others than those that the client says it holds. Those of its open documents it asks for by itself, but for
    /// documents that no editor shows.
    fn differences(&self, params: &WorkspaceDiagnosticParams) -> Vec<WorkspaceDocumentDiagnosticReport> {
        let held: FxHashMap<&Uri, &str> =
            params.previous_result_ids.iter().map(|previous| (&previous.uri, previous.value.as_str())).collect();
        let is_closed = |uri: &Uri| {
            self.documents.get(uri).is_none_or(|document| document.gone) && self.documents.cell(uri).is_none()
        };
        let mut items = Vec::new();
        let mut seen: FxHashSet<&Uri> = FxHashSet::default();
        for list in self.publisher.lists() {
            seen.insert(&list.uri);
            let id = result_id(&list.found, list.version);
            let is_held = held.get(&list.uri) == Some(&id.as_str()) && !self.pulls.closed.contains_key(&list.uri);
            let is_given = !is_closed(&list.uri) && self.pulls.given.get(&list.uri) == Some(&id);
            if !is_held && !is_given {
                items.push(report(&list.uri, list.version, id, list.found.clone()));
            }
        }
        let nothing = result_id(&[], None);
        let previous = params.previous_result_ids.iter().filter(|previous| previous.value != nothing);
        let asked_for = |uri: &Uri| !is_closed(uri) && self.pulls.given.get(uri) == Some(&nothing);
        let clean: FxHashSet<&Uri> = previous.map(|previous| &previous.uri).chain(self.pulls.closed.keys()).collect();
        let clean = clean.into_iter().filter(|uri| !seen.contains(uri) && !asked_for(uri));
        items.extend(clean.map(|uri| report(uri, None, nothing.clone(), Vec::new())));
        items
    }
}

fn report(
    uri: &Uri,
    version: Option<i32>,
    id: String,
    items: Vec<tower_lsp::ls_types::Diagnostic>,
) -> WorkspaceDocumentDiagnosticReport {
    WorkspaceDocumentDiagnosticReport::Full(WorkspaceFullDocumentDiagnosticReport {
        uri: uri.clone(),
        version: version.map(i64::from),
        full_document_diagnostic_report: FullDocumentDiagnosticReport { result_id: Some(id), items },
    })
}
