//! The source lines of findings. A file's text is not kept when it is read, so it is read again: by a thread of its own, while
//! the findings of the next files are looked for.

use crate::place::Source;
use crate::project::Project;
use pinlens_facts::facts::{FileFacts, FileKind};
use pinlens_facts::words::names::FilePath;
use pinlens_facts::words::text::LineIndex;
use pinlens_loader::Loader;
use std::borrow::Cow;
use std::collections::BTreeMap;
use std::sync::mpsc::{Receiver, Sender};

/// Lines of source, by their files and their numbers from 1.
#[derive(Debug, Default)]
pub struct Lines(BTreeMap<Source, BTreeMap<u32, String>>);

/// Lines that are to be read.
pub struct Wanted<'a> {
    source: Source,
    text: Text<'a>,
    /// From 1.
    numbers: Vec<u32>,
}

/// So many files are handed on at once: to wake the reader for each took longer than to look for its findings.
const BATCH: usize = 32;

/// The way to who reads lines.
pub struct Reader<'a> {
    /// `None` where nobody wants lines.
    to: Option<Sender<Vec<Wanted<'a>>>>,
    /// What was not sent yet.
    batch: Vec<Wanted<'a>>,
}

impl Lines {
    /// The line of that number, from 1, without a byte-order mark; `None` where nobody wanted it, or the text is no longer
    /// that long.
    pub fn of(&self, source: Source, number: u32) -> Option<&str> {
        self.0.get(&source)?.get(&number).map(String::as_str)
    }

    /// Reads what is wanted until nobody can want more.
    pub fn read(wanted: Receiver<Vec<Wanted>>) -> Self {
        let mut all = BTreeMap::new();
        for Wanted { source, text, numbers } in wanted.into_iter().flatten() {
            let Some(text) = text.read() else { continue };
            let index = LineIndex::new(&text);
            let line = |number| Some((number, line(&text, &index, number)?.to_owned()));
            all.insert(source, numbers.into_iter().filter_map(line).collect());
        }
        Self(all)
    }
}

impl<'a> Reader<'a> {
    /// One that hands on what is wanted; without anybody to hand it to, it does nothing.
    pub fn new(to: Option<Sender<Vec<Wanted<'a>>>>) -> Self {
        Self { to, batch: Vec::new() }
    }

    /// Requests lines of a file.
    pub fn request(&mut self, project: &'a Project, source: Source, numbers: impl Iterator<Item = u32>) {
        if self.to.is_none() {
            return;
        }
        let Some(text) = Text::of(project, project.workspace.path(source.file)) else { return };
        let mut numbers: Vec<u32> = numbers.collect();
        numbers.dedup();
        self.batch.push(Wanted { source, text, numbers });
        if self.batch.len() == BATCH {
            self.send();
        }
    }

    fn send(&mut self) {
        if let Some(to) = &self.to {
            // a thread that is gone has panicked, which is passed on where it is joined
            let _ = to.send(std::mem::take(&mut self.batch));
        }
    }
}

impl Drop for Reader<'_> {
    fn drop(&mut self) {
        self.send();
    }
}

/// The text of a file whose facts are known, read again where the facts do not hold it; `None` where it is gone.
pub fn text_again(project: &Project, path: &FilePath) -> Option<String> {
    Text::of(project, path)?.read().map(Cow::into_owned)
}

/// Where the text of a file is to be had.
enum Text<'a> {
    Held(&'a str),
    OnDisk(&'a Loader, FilePath, FileKind),
}

impl<'a> Text<'a> {
    fn of(project: &'a Project, path: &FilePath) -> Option<Self> {
        let facts = project.workspace.file(path).and_then(|file| project.workspace.facts(file))?;
        if facts.unread_reason().is_some() {
            return None;
        }
        if let Some(facts) = facts.declarations() {
            return Some(Self::Held(&facts.text));
        }
        if matches!(facts, FileFacts::Module) {
            return None;
        }
        let kind = project.loader.kind(path, project.workspace.config())?;
        Some(Self::OnDisk(&project.loader, path.clone(), kind))
    }

    fn read(self) -> Option<Cow<'a, str>> {
        match self {
            Self::Held(text) => Some(Cow::Borrowed(text)),
            Self::OnDisk(loader, path, kind) => loader.text(&path, kind).ok()?.map(|source| Cow::Owned(source.text)),
        }
    }
}

fn line<'t>(text: &'t str, index: &LineIndex, number: u32) -> Option<&'t str> {
    let line = number.checked_sub(1).filter(|&line| line < index.len())?;
    let text = text.get(index.line_range(text, line).indices())?;
    Some(text.strip_prefix('\u{feff}').unwrap_or(text))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_are_looked_up() {
        let text = "\u{feff}import a\r\nimport b";
        let index = LineIndex::new(text);
        let found = [0, 1, 2, 3].map(|number| line(text, &index, number));
        assert_eq!(found, [None, Some("import a"), Some("import b"), None]);
    }
}
