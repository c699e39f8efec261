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
    /// The lists that are not empty, each with the URI it was told under. What is not here, the client holds nothing of.
    told: BTreeMap<FileKey, (Uri, Vec<Diagnostic>)>,
}

impl Publisher {
    /// What to send so that the client holds `list` for the file under `uri`: nothing where it does already. A list that it
    /// holds under another spelling of the file's URI is emptied first.
    pub fn tell(
        &mut self,
        file: FileKey,
        uri: &Uri,
        version: Option<i32>,
        list: Vec<Diagnostic>,
    ) -> Vec<PublishDiagnosticsParams> {
        let mut messages = Vec::new();
        let before = match self.told.remove(&file) {
            Some((told_as, _)) if told_as != *uri => {
                messages.push(PublishDiagnosticsParams::new(told_as, Vec::new(), None));
                Vec::new()
            }
            Some((_, before)) => before,
            None => Vec::new(),
        };
        if !list.is_empty() {
            self.told.insert(file, (uri.clone(), list.clone()));
        }
        if before != list {
            messages.push(PublishDiagnosticsParams::new(uri.clone(), list, version));
        }
        messages
    }

    /// What to send so that the client holds nothing of the file.
    pub fn clear(&mut self, file: FileKey) -> Option<PublishDiagnosticsParams> {
        let (uri, _) = self.told.remove(&file)?;
        Some(PublishDiagnosticsParams::new(uri, Vec::new(), None))
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
    fn an_equal_list_is_not_told_twice() {
        let (mut publisher, uri) = (Publisher::default(), "file:///a.py".parse().expect("a URI"));
        assert!(publisher.tell(FILE, &uri, Some(1), Vec::new()).is_empty());
        assert_eq!(publisher.tell(FILE, &uri, Some(1), list("x"))[0].version, Some(1));
        assert!(publisher.tell(FILE, &uri, Some(2), list("x")).is_empty());
        assert_eq!(publisher.tell(FILE, &uri, Some(3), Vec::new()).len(), 1);
        assert!(publisher.clear(FILE).is_none());
    }

    #[test]
    fn another_spelling_takes_the_list_over() {
        let mut publisher = Publisher::default();
        let (old, new) = ("file:///a.py".parse().expect("a URI"), "file:///%61.py".parse().expect("a URI"));
        publisher.tell(FILE, &old, None, list("x"));
        let messages = publisher.tell(FILE, &new, Some(1), list("x"));
        assert_eq!(messages.iter().map(|m| (&m.uri, m.diagnostics.len())).collect::<Vec<_>>(), [(&old, 0), (&new, 1)]);
        assert_eq!(publisher.clear(FILE).map(|m| m.uri), Some(new));
    }
}
