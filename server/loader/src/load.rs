//! Reads many files at once.

use crate::decode::{SourceText, decode};
use crate::folder::Loader;
use crate::pool::in_pool;
use crate::read;
use crate::skipped::{Skipped, SkippedKind};
use dashmap::DashMap;
use pinlens_facts::facts::{FileFacts, FileKind};
use pinlens_facts::python::{ParseStatement, ParsedImport, statement};
use pinlens_facts::words::names::FilePath;
use rayon::prelude::*;
use rustc_hash::FxBuildHasher;
use std::sync::Arc;

/// The files of one message to the sink: few enough to spread over the threads and to show progress, and enough that the
/// messages cost nothing.
const CHUNK: usize = 64;

/// The statements parsed so far, by their text. On a tree of 8,813 files a load takes 167 ms with it and 211 ms without
/// (`examples/load_speed.rs`, 2 cores), and equal statements share one value.
type Memo = DashMap<Box<str>, Arc<ParsedImport>, FxBuildHasher>;

/// A part of a load.
#[derive(Debug)]
pub enum Loaded {
    /// So many files are to be read; the first of all that a load reports.
    Found(usize),
    /// Facts of some files, as they come from the threads; the order is not fixed.
    Files(Vec<(FilePath, FileFacts)>),
    /// Files that could not be read.
    Skipped(Vec<Skipped>),
}

impl Loader {
    /// Reads the files in parallel and hands out their facts in chunks, in about the order of `files`. What has no
    /// [`FileKind`] by its name and is no script by its first line is read as a requirements file, for only a `-r` can have led there. Files that are gone
    /// are left out.
    pub fn load(&self, files: Vec<FilePath>, sink: &(dyn Fn(Loaded) + Sync)) {
        sink(Loaded::Found(files.len()));
        let memo = Memo::default();
        let read = |chunk: Vec<FilePath>| read_chunk(self, chunk, &memo, sink);
        if files.len() <= CHUNK {
            read(files);
        } else {
            in_pool(|| files.into_par_iter().chunks(CHUNK).for_each(read));
        }
    }

    /// The facts of one file; `Ok(None)` where there is no such file. `kind` is given for files that a `-r` reaches.
    ///
    /// # Errors
    ///
    /// Where it is there and was not read, with the reason.
    pub fn read(&self, path: &FilePath, kind: FileKind) -> Result<Option<FileFacts>, Skipped> {
        facts(self, path, kind, &mut Vec::new(), &|text| statement::parse(text))
    }

    /// The text of one file; `Ok(None)` where there is no such file.
    ///
    /// # Errors
    ///
    /// Where it is there and was not read, with the reason.
    pub fn text(&self, path: &FilePath, kind: FileKind) -> Result<Option<SourceText>, Skipped> {
        let absolute = self.absolute(path);
        let skipped = |reason| Skipped { path: path.clone(), what: SkippedKind::File(kind), reason };
        let mut bytes = Vec::new();
        if !read::bytes(&self.bounds, &absolute, &mut bytes).map_err(skipped)? {
            return Ok(None);
        }
        let (text, encoding) = decode(&bytes, kind).map_err(|error| Skipped::failed(path, kind, error.to_string()))?;
        Ok(Some(SourceText { text: text.into_owned(), encoding }))
    }
}

fn read_chunk(loader: &Loader, chunk: Vec<FilePath>, memo: &Memo, sink: &(dyn Fn(Loaded) + Sync)) {
    let mut buffer = Vec::new();
    let mut found = Vec::with_capacity(chunk.len());
    let mut skipped = Vec::new();
    let parse = |text: &str| remembered(memo, text);
    for path in chunk {
        let kind = FileKind::of(&path).unwrap_or(FileKind::Requirements);
        match facts(loader, &path, kind, &mut buffer, &parse) {
            Ok(Some(facts)) => found.push((path, facts)),
            Ok(None) => {}
            Err(problem) => skipped.push(problem),
        }
    }
    if !found.is_empty() {
        sink(Loaded::Files(found));
    }
    if !skipped.is_empty() {
        sink(Loaded::Skipped(skipped));
    }
}

/// Reads one file; `buffer` is used again and again, so that a load allocates one a chunk.
fn facts(
    loader: &Loader,
    path: &FilePath,
    kind: FileKind,
    buffer: &mut Vec<u8>,
    parse: &ParseStatement,
) -> Result<Option<FileFacts>, Skipped> {
    let absolute = loader.absolute(path);
    if kind == FileKind::Module {
        return Ok(absolute.is_file().then_some(FileFacts::Module));
    }
    let skipped = |reason| Skipped { path: path.clone(), what: SkippedKind::File(kind), reason };
    if !read::bytes(&loader.bounds, &absolute, buffer).map_err(skipped)? {
        return Ok(None);
    }
    // a path that has no kind was found for what stands in the file, or by a `-r`
    let kind = if kind == FileKind::Requirements { FileKind::of_script(path, buffer).unwrap_or(kind) } else { kind };
    let (text, _) = decode(buffer, kind).map_err(|error| Skipped::failed(path, kind, error.to_string()))?;
    Ok(Some(FileFacts::of(kind, &text, parse)))
}

/// Parses a statement, or remembers what it gave before.
fn remembered(memo: &Memo, text: &str) -> Arc<ParsedImport> {
    if let Some(known) = memo.get(text) {
        return Arc::clone(&known);
    }
    let parsed = statement::parse(text);
    memo.insert(text.into(), Arc::clone(&parsed));
    parsed
}
