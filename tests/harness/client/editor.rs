//! What a client does as an editor: documents are opened, typed in, saved and closed, and edits of the server are applied.

use super::{Client, path};
use crate::document::Document;
use serde_json::{Value, json};

impl Client {
    /// Opens a document.
    pub fn open(&mut self, uri: &str, language: &str, text: &str) {
        self.documents.insert(uri.to_owned(), Document::new(text));
        self.notify(
            "textDocument/didOpen",
            json!({"textDocument": {"uri": uri, "languageId": language, "version": 1, "text": text}}),
        );
    }

    /// Replaces the first occurrence of `old` in an open document by `new`, as an incremental edit.
    pub fn edit(&mut self, uri: &str, old: &str, new: &str) {
        let document = self.documents.get(uri).expect("an open document");
        let start = document.text.find(old).unwrap_or_else(|| panic!("no {old:?} in {:?}", document.text));
        let change = document.change(start..start + old.len(), new, self.unit);
        self.change(uri, &[change]);
    }

    /// Puts `new` at the end of an open document.
    pub fn append(&mut self, uri: &str, new: &str) {
        let document = self.documents.get(uri).expect("an open document");
        let change = document.change(document.text.len()..document.text.len(), new, self.unit);
        self.change(uri, &[change]);
    }

    /// Sends changes of an open document, and keeps the test's own copy in step.
    pub fn change(&mut self, uri: &str, changes: &[Value]) {
        let unit = self.unit;
        let document = self.documents.get_mut(uri).expect("an open document");
        for change in changes {
            document.apply(change, unit);
        }
        document.version += 1;
        let version = document.version;
        self.notify(
            "textDocument/didChange",
            json!({"textDocument": {"uri": uri, "version": version}, "contentChanges": changes}),
        );
    }

    /// Says that a document was saved, and writes it.
    pub fn save(&mut self, uri: &str) {
        let document = self.documents.get(uri).expect("an open document");
        std::fs::write(path(uri), &document.text).expect("the document is written");
        self.notify("textDocument/didSave", json!({"textDocument": {"uri": uri}}));
    }

    /// Closes a document.
    pub fn close(&mut self, uri: &str) {
        self.documents.remove(uri).expect("an open document");
        self.notify("textDocument/didClose", json!({"textDocument": {"uri": uri}}));
    }

    /// The text of an open document, as the test has it.
    pub fn text(&self, uri: &str) -> &str {
        &self.documents[uri].text
    }

    /// The end of an open document.
    pub fn end(&self, uri: &str) -> Value {
        let document = self.documents.get(uri).expect("an open document");
        let end = document.text.len();
        document.change(end..end, "", self.unit)["range"]["start"].take()
    }

    /// One column behind where `needle` first stands in an open document.
    pub fn position(&self, uri: &str, needle: &str) -> Value {
        let document = self.documents.get(uri).expect("an open document");
        let start = document.text.find(needle).unwrap_or_else(|| panic!("no {needle:?} in {:?}", document.text)) + 1;
        document.change(start..start, "", self.unit)["range"]["start"].take()
    }

    /// The code actions where `needle` first stands in an open document, of the kinds in `only` or of all.
    pub fn actions(&mut self, uri: &str, needle: &str, only: Option<&str>) -> Vec<Value> {
        let document = self.documents.get(uri).expect("an open document");
        let start = document.text.find(needle).expect("the needle");
        let range = document.change(start..start + needle.len(), "", self.unit)["range"].take();
        let mut context = json!({"diagnostics": []});
        if let Some(only) = only {
            context["only"] = json!([only]);
        }
        let params = json!({"textDocument": {"uri": uri}, "range": range, "context": context});
        let result = self.request("textDocument/codeAction", params);
        result.as_array().cloned().unwrap_or_default()
    }

    /// Applies an action's edit as an editor does: open documents change in their buffers, others on disk.
    pub fn apply(&mut self, action: &Value) {
        let edit = &action["edit"];
        let mut steps: Vec<Value> = edit["documentChanges"].as_array().cloned().unwrap_or_default();
        for (uri, edits) in edit["changes"].as_object().into_iter().flatten() {
            steps.push(json!({"textDocument": {"uri": uri}, "edits": edits}));
        }
        assert!(!steps.is_empty(), "no edit in {action:#}");
        for step in steps {
            self.apply_step(&step);
        }
    }

    fn apply_step(&mut self, step: &Value) {
        if step["kind"] == json!("create") {
            let file = path(step["uri"].as_str().expect("a URI"));
            assert!(!file.exists(), "{} is there already", file.display());
            std::fs::write(file, "").expect("the file is created");
            return;
        }
        let uri = step["textDocument"]["uri"].as_str().expect("a URI").to_owned();
        let version = &step["textDocument"]["version"];
        let mut edits = step["edits"].as_array().cloned().expect("edits");
        // from the end on, so that none moves the place of another
        edits.sort_by_key(|edit| std::cmp::Reverse(edit["range"]["start"].to_string()));
        let changes: Vec<Value> =
            edits.iter().map(|edit| json!({"range": edit["range"], "text": edit["newText"]})).collect();
        if let Some(document) = self.documents.get(&uri) {
            assert!(version.is_null() || version == &json!(document.version), "a stale edit: {step}");
            self.change(&uri, &changes);
        } else {
            assert!(version.is_null(), "a version of a closed file: {step}");
            let mut document = Document::new(&std::fs::read_to_string(path(&uri)).unwrap_or_default());
            for change in &changes {
                document.apply(change, self.unit);
            }
            std::fs::write(path(&uri), document.text).expect("the file is written");
        }
    }
}
