//! What the client has been told, and so what is worth telling it.

use crate::folders::FolderKey;
use pinlens_analysis::workspace::FileId;
use std::collections::BTreeMap;
use tower_lsp::ls_types::{Diagnostic, PublishDiagnosticsParams, Uri};

/// A file of any folder.
pub type FileKey = (FolderKey, FileId);

/// The lists that the client holds now.
#[derive(Debug, Default)]
pub struct Publisher {
    /// The lists that are not empty. What is not here, the client holds nothing of.
    told: BTreeMap<FileKey, Told>,
}

/// A list that the client holds.
#[derive(Debug)]
struct Told {
    /// The URI it was told under.
    uri: Uri,
    /// The edit after which it was told.
    edit: Option<i32>,
    list: Vec<Diagnostic>,
}

impl Publisher {
    /// What to send so that the client holds `list` for the file under `uri`: nothing where it does already. A list that it
    /// holds under another spelling of the file's URI is emptied first. `edit` is the version, once the text was edited after it was
    /// opened: then an equal list is told again, for the client has moved and stretched the old one's ranges with the text (in VS
    /// Code a line that a fix inserts behind a finding becomes part of it).
    pub fn tell(
        &mut self,
        file: FileKey,
        uri: &Uri,
        version: Option<i32>,
        edit: Option<i32>,
        list: Vec<Diagnostic>,
    ) -> Vec<PublishDiagnosticsParams> {
        let mut messages = Vec::new();
        let before = match self.told.remove(&file) {
            Some(told) if told.uri != *uri => {
                messages.push(PublishDiagnosticsParams::new(told.uri, Vec::new(), None));
                None
            }
            before => before,
        };
        let holds = match &before {
            Some(told) => told.list == list && (edit.is_none() || told.edit == edit),
            None => list.is_empty(),
        };
        if !list.is_empty() {
            self.told.insert(file, Told { uri: uri.clone(), edit, list: list.clone() });
        }
        if !holds {
            messages.push(PublishDiagnosticsParams::new(uri.clone(), list, version));
        }
        messages
    }

    /// What to send so that the client holds nothing of the file.
    pub fn clear(&mut self, file: FileKey) -> Option<PublishDiagnosticsParams> {
        let told = self.told.remove(&file)?;
        Some(PublishDiagnosticsParams::new(told.uri, Vec::new(), None))
    }

    /// The files of which the client holds something, in a fixed order.
    pub fn told(&self) -> impl Iterator<Item = FileKey> {
        self.told.keys().copied()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const FILE: FileKey = (FolderKey(0), FileId(1));

    fn list(message: &str) -> Vec<Diagnostic> {
        vec![Diagnostic { message: message.to_owned(), ..Diagnostic::default() }]
    }

    #[test]
    fn an_equal_list_is_told_again_for_another_text_only() {
        let (mut publisher, uri) = (Publisher::default(), "file:///a.py".parse().expect("a URI"));
        assert!(publisher.tell(FILE, &uri, Some(1), None, Vec::new()).is_empty());
        assert_eq!(publisher.tell(FILE, &uri, Some(1), None, list("x"))[0].version, Some(1));
        assert!(publisher.tell(FILE, &uri, Some(1), None, list("x")).is_empty());
        assert_eq!(publisher.tell(FILE, &uri, Some(2), Some(2), list("x"))[0].version, Some(2));
        assert!(publisher.tell(FILE, &uri, Some(2), Some(2), list("x")).is_empty());
        assert!(publisher.tell(FILE, &uri, None, None, list("x")).is_empty());
        assert_eq!(publisher.tell(FILE, &uri, Some(3), Some(3), Vec::new()).len(), 1);
        assert!(publisher.clear(FILE).is_none());
    }

    #[test]
    fn another_spelling_takes_the_list_over() {
        let mut publisher = Publisher::default();
        let (old, new) = ("file:///a.py".parse().expect("a URI"), "file:///%61.py".parse().expect("a URI"));
        publisher.tell(FILE, &old, None, None, list("x"));
        let messages = publisher.tell(FILE, &new, Some(1), None, list("x"));
        assert_eq!(messages.iter().map(|m| (&m.uri, m.diagnostics.len())).collect::<Vec<_>>(), [(&old, 0), (&new, 1)]);
        assert_eq!(publisher.clear(FILE).map(|m| m.uri), Some(new));
    }
}
