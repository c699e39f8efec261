//! What the client holds of findings, and so what is worth sending it.

use crate::keys::FileKey;
use rustc_hash::FxHashMap;
use std::collections::BTreeMap;
use std::collections::hash_map::Entry;
use std::hash::{DefaultHasher, Hash, Hasher};
use tower_lsp::ls_types::{Diagnostic, PublishDiagnosticsParams, Uri};

/// How a list reaches the client.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Delivery {
    /// It is sent.
    Push,
    /// The client requests it; nothing is sent.
    Pull,
}

/// The findings under one URI. A file has one, a notebook that is open one a cell.
#[derive(Clone, Debug, PartialEq)]
pub struct List {
    /// The document.
    pub uri: Uri,
    /// The version that the findings were made from; `None` for what is not open.
    pub version: Option<i32>,
    /// The findings.
    pub found: Vec<Diagnostic>,
}

impl List {
    /// Whether an equal list is worth sending again: for another text, or one that has just been opened. VS Code stretches the
    /// ranges that it holds with the text, over a line that a fix inserts behind them, and Emacs does not show in a new buffer
    /// what it was sent of the file before.
    fn is_to_be_shown_anew(&self, old: Option<&Held>) -> bool {
        let version = old.and_then(|old| old.list.version);
        !self.found.is_empty() && self.version.is_some() && self.version != version
    }
}

/// A list that the client holds, or may request.
#[derive(Debug)]
struct Held {
    list: List,
    delivery: Delivery,
}

/// What a new state of a file means.
#[derive(Debug, Default)]
pub struct News {
    /// What is to be sent.
    pub messages: Vec<PublishDiagnosticsParams>,
    /// Whether a list that is pulled is another one than before.
    pub pulled: bool,
}

/// The lists as they are now.
#[derive(Debug, Default)]
pub struct Publisher {
    /// The lists that are not empty. Of what is not here, the client holds nothing, or requests in vain.
    held: BTreeMap<FileKey, Vec<Held>>,
    /// How many files have a list that is reported under that URI. Two do for a moment when another folder comes to report a file that
    /// both include.
    reported: FxHashMap<Uri, u32>,
    /// Of the URIs in `reported`: the file whose list was sent last.
    last: FxHashMap<Uri, FileKey>,
}

impl Publisher {
    /// Takes in the lists of a file; gives what to send so that the client holds them where they are pushed, and holds nothing
    /// twice where it pulls. A list that it holds under a URI which the file no longer has is emptied first.
    pub fn update(&mut self, file: FileKey, lists: Vec<List>, delivery: Delivery) -> News {
        let mut news = News::default();
        let mut before = self.take(file);
        for old in before.extract_if(.., |old| !lists.iter().any(|list| list.uri == old.list.uri)) {
            news.forget(old);
        }
        let mut held = Vec::new();
        for list in lists {
            let at = before.iter().position(|old| old.list.uri == list.uri);
            let old = at.map(|at| before.swap_remove(at));
            news.compare(old.as_ref(), &list, delivery);
            if !list.found.is_empty() {
                held.push(Held { list, delivery });
            }
        }
        for one in held.iter().filter(|one| one.delivery == Delivery::Push) {
            *self.reported.entry(one.list.uri.clone()).or_default() += 1;
        }
        if !held.is_empty() {
            self.held.insert(file, held);
        }
        for message in news.messages.iter().filter(|message| !message.diagnostics.is_empty()) {
            self.last.insert(message.uri.clone(), file);
        }
        self.without_what_others_hold(news)
    }

    /// What to send so that the client holds nothing of the file.
    pub fn clear(&mut self, file: FileKey) -> News {
        let mut news = News::default();
        self.take(file).into_iter().for_each(|old| news.forget(old));
        self.without_what_others_hold(news)
    }

    fn take(&mut self, file: FileKey) -> Vec<Held> {
        let lists = self.held.remove(&file).unwrap_or_default();
        for one in lists.iter().filter(|one| one.delivery == Delivery::Push) {
            if let Entry::Occupied(mut count) = self.reported.entry(one.list.uri.clone()) {
                *count.get_mut() -= 1;
                if *count.get() == 0 {
                    count.remove();
                    self.last.remove(&one.list.uri);
                }
            }
        }
        lists
    }

    /// An empty list does not take the place of the one that another folder reports of the same file. Where the client holds neither
    /// that nor nothing, it is sent again.
    fn without_what_others_hold(&mut self, mut news: News) -> News {
        let mut messages = Vec::new();
        for message in news.messages {
            if !message.diagnostics.is_empty() || !self.reported.contains_key(&message.uri) {
                messages.push(message);
                continue;
            }
            let is_it = |held: &&Held| held.delivery == Delivery::Push && held.list.uri == message.uri;
            let other = self.held.iter().find_map(|(file, all)| Some((*file, all.iter().find(is_it)?)));
            if let Some((file, held)) = other.filter(|(file, _)| self.last.get(&message.uri) != Some(file)) {
                messages.push(self::message(&held.list));
                self.last.insert(message.uri, file);
            }
        }
        news.messages = messages;
        news
    }

    /// The files of which there are findings, in a fixed order.
    pub fn published(&self) -> impl Iterator<Item = FileKey> {
        self.held.keys().copied()
    }

    /// The lists that are not empty, in a fixed order.
    pub fn lists(&self) -> impl Iterator<Item = &List> {
        self.held.values().flatten().map(|held| &held.list)
    }
}

impl News {
    /// The client is to hold nothing of an old list.
    fn forget(&mut self, old: Held) {
        match old.delivery {
            Delivery::Push => self.messages.push(PublishDiagnosticsParams::new(old.list.uri, Vec::new(), None)),
            Delivery::Pull => self.pulled = true,
        }
    }

    /// The list `new` takes the place of `old`.
    fn compare(&mut self, old: Option<&Held>, new: &List, delivery: Delivery) {
        let before = old.map_or(&[][..], |old| &old.list.found);
        let same = before == new.found;
        match (delivery, old.map_or(delivery, |old| old.delivery)) {
            (Delivery::Push, Delivery::Push) if same && !new.is_to_be_shown_anew(old) => {}
            // of a document that it closes, a client forgets what it pulled
            (Delivery::Push, Delivery::Pull) if new.found.is_empty() => self.pulled |= !before.is_empty(),
            (Delivery::Push, _) => self.messages.push(message(new)),
            (Delivery::Pull, Delivery::Push) => {
                self.messages.push(PublishDiagnosticsParams::new(new.uri.clone(), Vec::new(), new.version));
                self.pulled |= !new.found.is_empty();
            }
            (Delivery::Pull, Delivery::Pull) => self.pulled |= !same,
        }
    }
}

fn message(list: &List) -> PublishDiagnosticsParams {
    PublishDiagnosticsParams::new(list.uri.clone(), list.found.clone(), list.version)
}

/// The name of a state of a list: equal for equal lists of the same version, also in another session. An equal list for another
/// text is another state, for VS Code has stretched the ranges that it holds with the text; but nothing is nothing.
pub fn result_id(found: &[Diagnostic], version: Option<i32>) -> String {
    let mut hasher = DefaultHasher::new(); // its keys are fixed
    version.filter(|_| !found.is_empty()).hash(&mut hasher);
    serde_json::to_string(found).unwrap_or_default().hash(&mut hasher);
    format!("{:016x}", hasher.finish())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::keys::FolderKey;
    use pinlens_analysis::model::ids::FileId;

    const FILE: FileKey = (FolderKey(0), FileId(1));

    fn list(uri: &str, version: Option<i32>, message: &str) -> List {
        let found = Diagnostic { message: message.to_owned(), ..Diagnostic::default() };
        let found = if message.is_empty() { Vec::new() } else { vec![found] };
        List { uri: uri.parse().expect("a URI"), version, found }
    }

    fn sent(news: &News) -> Vec<(&str, usize, Option<i32>)> {
        news.messages.iter().map(|sent| (sent.uri.as_str(), sent.diagnostics.len(), sent.version)).collect()
    }

    #[test]
    fn an_equal_list_is_sent_again_for_another_text_and_for_no_other_reason() {
        let mut publisher = Publisher::default();
        let mut update = |version, message| {
            sent(&publisher.update(FILE, vec![list("file:///a.py", version, message)], Delivery::Push))
                .into_iter()
                .map(|(_, count, version)| (count, version))
                .collect::<Vec<_>>()
        };
        assert_eq!(update(Some(1), ""), []);
        assert_eq!(update(Some(1), "x"), [(1, Some(1))]);
        assert_eq!(update(Some(1), "x"), []);
        assert_eq!(update(Some(2), "x"), [(1, Some(2))]);
        assert_eq!(update(None, "x"), []);
        assert_eq!(update(Some(1), "x"), [(1, Some(1))]);
        assert_eq!(update(Some(3), ""), [(0, Some(3))]);
        assert!(publisher.clear(FILE).messages.is_empty());
    }

    #[test]
    fn another_spelling_takes_the_list_over() {
        let mut publisher = Publisher::default();
        publisher.update(FILE, vec![list("file:///a.py", None, "x")], Delivery::Push);
        let news = publisher.update(FILE, vec![list("file:///%61.py", Some(1), "x")], Delivery::Push);
        assert_eq!(sent(&news), [("file:///a.py", 0, None), ("file:///%61.py", 1, Some(1))]);
        assert_eq!(sent(&publisher.clear(FILE)), [("file:///%61.py", 0, None)]);
    }

    #[test]
    fn what_is_pulled_is_not_pushed_and_the_other_way_round() {
        let mut publisher = Publisher::default();
        publisher.update(FILE, vec![list("file:///a.py", None, "x")], Delivery::Push);
        let news = publisher.update(FILE, vec![list("file:///a.py", Some(1), "x")], Delivery::Pull);
        assert_eq!((sent(&news), news.pulled), (vec![("file:///a.py", 0, Some(1))], true));
        let news = publisher.update(FILE, vec![list("file:///a.py", Some(2), "x")], Delivery::Pull);
        assert!(news.messages.is_empty() && !news.pulled);
        let news = publisher.update(FILE, vec![list("file:///a.py", Some(2), "")], Delivery::Pull);
        assert!(news.messages.is_empty() && news.pulled);
        publisher.update(FILE, vec![list("file:///a.py", Some(2), "y")], Delivery::Pull);
        let news = publisher.update(FILE, vec![list("file:///a.py", None, "y")], Delivery::Push);
        assert_eq!(sent(&news), [("file:///a.py", 1, None)]);
    }

    #[test]
    fn of_two_folders_that_tell_of_a_file_one_is_left() {
        let mut publisher = Publisher::default();
        let other = (FolderKey(1), FileId(7));
        publisher.update(FILE, vec![list("file:///a.py", None, "x")], Delivery::Push);
        let news = publisher.update(other, vec![list("file:///a.py", None, "y")], Delivery::Push);
        assert_eq!(sent(&news), [("file:///a.py", 1, None)]);
        assert!(publisher.update(FILE, vec![list("file:///a.py", None, "")], Delivery::Push).messages.is_empty());
        assert_eq!(sent(&publisher.clear(other)), [("file:///a.py", 0, None)]);
        // what was sent last is the list of the one that goes: the other's is sent again
        publisher.update(other, vec![list("file:///a.py", None, "y")], Delivery::Push);
        publisher.update(FILE, vec![list("file:///a.py", None, "x")], Delivery::Push);
        let news = publisher.clear(FILE);
        assert_eq!(news.messages[0].diagnostics[0].message, "y");
        assert_eq!(sent(&publisher.clear(other)), [("file:///a.py", 0, None)]);
        assert!(publisher.reported.is_empty());
    }

    #[test]
    fn equal_lists_have_one_name() {
        let (a, b) = (list("file:///a.py", None, "x"), list("file:///b.py", Some(1), "y"));
        assert_eq!(result_id(&a.found, None), result_id(&list("file:///b.py", Some(9), "x").found, None));
        assert_ne!(result_id(&a.found, None), result_id(&b.found, None));
        assert_ne!(result_id(&a.found, Some(1)), result_id(&a.found, Some(2)));
        assert_eq!(result_id(&[], Some(1)), result_id(&[], None));
    }
}
