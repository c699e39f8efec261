//! Findings that the client pulls: of a document at once, of the workspace when there is something new.

use super::Engine;
use crate::client::outbox::Refresh;
use crate::keys::FolderKey;
use crate::state::publisher::{List, result_id};
use crate::state::pulls::WorkspaceReply;
use rustc_hash::{FxHashMap, FxHashSet};
use tower_lsp::ls_types::{
    DocumentDiagnosticParams, DocumentDiagnosticReport, FullDocumentDiagnosticReport,
    RelatedFullDocumentDiagnosticReport, RelatedUnchangedDocumentDiagnosticReport, UnchangedDocumentDiagnosticReport,
    Uri, WorkspaceDiagnosticParams, WorkspaceDiagnosticReport, WorkspaceDocumentDiagnosticReport,
    WorkspaceFullDocumentDiagnosticReport,
};

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
        let wanted = lists.iter().find(own).cloned();
        let news = self.publisher.update(file, lists, way);
        self.send(news);
        wanted
    }

    /// Takes in a request for the whole workspace. From the first one on, nothing is pushed.
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

    /// Everything that waited has been looked at: the client is made to pull again, or its requests are answered.
    pub(super) fn all_published(&mut self) {
        if std::mem::take(&mut self.pulls.refresh) {
            self.outbox.refresh(Refresh::Diagnostics);
        }
        self.refresh_shown();
        self.send_status();
        let is_known = self.folders.is_started() && self.folders.iter().all(|folder| !folder.reading.is_early());
        if is_known && std::mem::take(&mut self.pulls.news) {
            self.answer_workspace_pulls();
        }
    }

    fn answer_workspace_pulls(&mut self) {
        let mut is_answered = false;
        for (params, reply) in std::mem::take(&mut self.pulls.waiting) {
            let items = self.differences(&params);
            if reply.is_closed() {
                continue;
            }
            if items.is_empty() {
                self.pulls.waiting.push((params, reply));
            } else {
                is_answered |= reply.send(WorkspaceDiagnosticReport { items }).is_ok(); // else cancelled just now
            }
        }
        if is_answered {
            self.pulls.answered_workspace();
        }
    }

    /// The lists that differ from those that the client holds. Those of its open documents it pulls by itself, but for
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
            let is_held = held.get(&list.uri) == Some(&id.as_str()) && !self.pulls.is_closed_of_late(&list.uri);
            let is_given = !is_closed(&list.uri) && self.pulls.given.get(&list.uri) == Some(&id);
            if !is_held && !is_given {
                items.push(report(&list.uri, list.version, id, list.found.clone()));
            }
        }
        let nothing = result_id(&[], None);
        let previous = params.previous_result_ids.iter().filter(|previous| previous.value != nothing);
        let pulled = |uri: &Uri| !is_closed(uri) && self.pulls.given.get(uri) == Some(&nothing);
        let clean: FxHashSet<&Uri> =
            previous.map(|previous| &previous.uri).chain(self.pulls.closed_of_late()).collect();
        let clean = clean.into_iter().filter(|uri| !seen.contains(uri) && !pulled(uri));
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
