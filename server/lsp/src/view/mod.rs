//! The border, outwards: ranges become positions, files become URIs, findings and fixes become the protocol's.

pub mod spot;

use crate::client::session::Session;
use crate::state::documents::{Document, Documents};
use crate::state::folder::Folder;
use pinlens_analysis::finding::{Diagnostic, Related};
use pinlens_analysis::fixes::{FileEdit, SourceEdit};
use pinlens_analysis::model::ids::FileId;
use pinlens_facts::words::codes::{Code, Severity};
use pinlens_facts::words::names::{DistributionName, FilePath, ModuleName};
use pinlens_facts::words::printable::printable_lines;
use pinlens_facts::words::text::{self, Encoding, TextRange};
use serde_json::json;
use std::collections::HashMap;
use tower_lsp::ls_types::{
    self, CodeDescription, CreateFile, DiagnosticRelatedInformation, DiagnosticSeverity, DiagnosticTag,
    DocumentChangeOperation, DocumentChanges, Location, NumberOrString, OneOf, OptionalVersionedTextDocumentIdentifier,
    Position, Range, ResourceOp, TextDocumentEdit, TextEdit, Uri, WorkspaceEdit,
};

/// What is needed to show one folder's files to the client.
#[derive(Clone, Copy, Debug)]
pub struct View<'a> {
    /// The folder.
    pub folder: &'a Folder,
    /// The open documents; theirs are the texts and the spellings of URIs.
    pub documents: &'a Documents,
    /// What the client can do.
    pub session: &'a Session,
}

impl<'a> View<'a> {
    /// The open document that speaks for a file.
    pub fn document(&self, path: &FilePath) -> Option<&'a Document> {
        self.documents.at(&self.folder.place(path))
    }

    /// The same where the workspace's facts are those of its text, so that ranges of the file are ranges of that text. They are the
    /// disk's while it is ignored, excluded, or deleted in the editor.
    pub fn text(&self, path: &FilePath) -> Option<&'a Document> {
        self.document(path).filter(|document| document.tracked)
    }

    /// The URI of a file: of an open one as the client spelt it. `None` where the path makes no URI.
    pub fn uri(&self, path: &FilePath) -> Option<Uri> {
        self.document(path).map_or_else(|| self.folder.uri_of(path), |document| Some(document.uri.clone()))
    }

    /// The URI of the byte `offset` of a file: that of its cell, where it is a notebook that is open as one.
    pub fn uri_at(&self, path: &FilePath, offset: u32) -> Option<Uri> {
        let cell = self.text(path).and_then(|document| document.cell_at(offset));
        cell.map_or_else(|| self.uri(path), |cell| Some(cell.uri.clone()))
    }

    /// Where a range of a file lies.
    pub fn range(&self, file: FileId, range: TextRange) -> Range {
        let position = self.positions(self.folder.workspace.path(file));
        Range::new(position(range.start), position(range.end))
    }

    /// The findings of one file in the protocol's terms.
    pub fn diagnostics(&self, file: FileId, found: &[Diagnostic]) -> Vec<ls_types::Diagnostic> {
        found.iter().map(|diagnostic| self.diagnostic(file, diagnostic)).collect()
    }

    /// One finding in the protocol's terms.
    pub fn diagnostic(&self, file: FileId, found: &Diagnostic) -> ls_types::Diagnostic {
        let tags = (found.unnecessary && self.session.findings.tags).then(|| vec![DiagnosticTag::UNNECESSARY]);
        let related: Vec<_> = found.related.iter().filter_map(|place| self.related(place)).collect();
        let data = json!({
            "module": found.module.as_ref().map(ModuleName::as_str),
            "distribution": found.distribution.as_ref().map(DistributionName::as_str),
        });
        ls_types::Diagnostic {
            range: self.range(file, found.range),
            severity: Some(severity(found.severity)),
            code: Some(NumberOrString::String(found.code.as_str().to_owned())),
            code_description: self.page(found.code),
            source: Some("pinlens".to_owned()),
            message: printable_lines(&found.message).into_owned(),
            related_information: (self.session.findings.related && !related.is_empty()).then_some(related),
            tags,
            data: self.session.findings.data.then_some(data),
        }
    }

    /// Where the client's page of a code is.
    fn page(&self, code: Code) -> Option<CodeDescription> {
        let base = self.session.findings.docs.as_ref()?;
        Some(CodeDescription { href: format!("{base}/{}.md", code.as_str()).parse().ok()? })
    }

    fn related(&self, related: &Related) -> Option<DiagnosticRelatedInformation> {
        let uri = self.uri_at(self.folder.workspace.path(related.file), related.range.start)?;
        let location = Location::new(uri, self.range(related.file, related.range));
        Some(DiagnosticRelatedInformation { location, message: printable_lines(&related.message).into_owned() })
    }

    /// The edit as the client takes it: versioned, where it can be. `None` where a file has no URI.
    pub fn workspace_edit(&self, edit: &SourceEdit) -> Option<WorkspaceEdit> {
        let documents: Vec<Edited> =
            edit.files.iter().map(|file| self.edited(file)).collect::<Option<Vec<_>>>()?.concat();
        if !self.session.edits.versions {
            let changes: HashMap<_, _> = documents.into_iter().map(|one| (one.uri, one.edits)).collect();
            return Some(WorkspaceEdit { changes: Some(changes), ..WorkspaceEdit::default() });
        }
        let mut operations = Vec::new();
        for Edited { uri, version, edits, create } in documents {
            if create && self.session.edits.create_files {
                let create = CreateFile { uri: uri.clone(), options: None, annotation_id: None };
                operations.push(DocumentChangeOperation::Op(ResourceOp::Create(create)));
            }
            let text_document = OptionalVersionedTextDocumentIdentifier { uri, version };
            let edits = edits.into_iter().map(OneOf::Left).collect();
            operations.push(DocumentChangeOperation::Edit(TextDocumentEdit { text_document, edits }));
        }
        let document_changes = Some(DocumentChanges::Operations(operations));
        Some(WorkspaceEdit { document_changes, ..WorkspaceEdit::default() })
    }

    /// The edits of one file: of a notebook that is open as one, those of each cell.
    fn edited(&self, file: &FileEdit) -> Option<Vec<Edited>> {
        let document = self.text(&file.path);
        let position = self.positions(&file.path);
        let mut documents: Vec<Edited> = Vec::new();
        for edit in &file.edits {
            let cell = document.and_then(|document| document.cell_at(edit.range.start));
            let uri = cell.map_or_else(|| self.uri(&file.path), |cell| Some(cell.uri.clone()))?;
            let version = cell.map(|cell| cell.version).or(document.map(|document| document.version));
            let range = Range::new(position(edit.range.start), position(edit.range.end));
            let edit = TextEdit::new(range, edit.text.clone());
            match documents.iter_mut().find(|one| one.uri == uri) {
                Some(one) => one.edits.push(edit),
                None => documents.push(Edited { uri, version, edits: vec![edit], create: file.create }),
            }
        }
        Some(documents)
    }

    /// The positions in one file: its open text, else the facts that are kept of it. A file that has neither is
    /// one that is yet to be created, and empty.
    fn positions(&self, path: &FilePath) -> impl Fn(u32) -> Position + use<'a> {
        let encoding: Encoding = self.session.encoding;
        let document = self.text(path);
        let workspace = &self.folder.workspace;
        let facts = workspace.file(path).and_then(|file| workspace.facts(file));
        move |offset| {
            let at = match (document, facts) {
                (Some(document), _) => document.position(offset, encoding),
                (None, Some(facts)) => facts.position(offset, encoding),
                (None, None) => text::Position::default(),
            };
            Position::new(at.line, at.column)
        }
    }
}

/// The edits of one document.
#[derive(Clone)]
struct Edited {
    uri: Uri,
    version: Option<i32>,
    edits: Vec<TextEdit>,
    create: bool,
}

fn severity(severity: Severity) -> DiagnosticSeverity {
    match severity {
        Severity::Error => DiagnosticSeverity::ERROR,
        Severity::Warning => DiagnosticSeverity::WARNING,
        Severity::Info => DiagnosticSeverity::INFORMATION,
        Severity::Hint => DiagnosticSeverity::HINT,
    }
}
