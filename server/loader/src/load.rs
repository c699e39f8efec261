//! Reads many files at once.

use crate::{Loaded, Loader, Skipped, SkippedKind, read};
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

/// The stack of a reading thread: the statement parser descends into what it reads.
const STACK: usize = 8 << 20;

/// The statements parsed so far, by their text. On a tree of 8,813 files a load takes 167 ms with it and 211 ms without
/// (`examples/load_speed.rs`, 2 cores), and equal statements share one value.
type Memo = DashMap<Box<str>, Arc<ParsedImport>, FxBuildHasher>;

/// Reads `files` and hands the results to `sink`, from several threads.
pub(crate) fn load(loader: &Loader, files: Vec<FilePath>, sink: &(dyn Fn(Loaded) + Sync)) {
    let memo = Memo::default();
    let read = |chunk: Vec<FilePath>| read_chunk(loader, chunk, &memo, sink);
    if files.len() <= CHUNK {
        read(files);
    } else {
        in_pool(|| files.into_par_iter().chunks(CHUNK).for_each(read));
    }
}

/// The facts of one file.
pub(crate) fn one(loader: &Loader, path: &FilePath, kind: FileKind) -> Result<Option<FileFacts>, Skipped> {
    facts(loader, path, kind, &mut Vec::new(), &|text| statement::parse(text))
}

/// Runs `work` in a pool of its own, whose threads have large stacks and end with it.
pub(crate) fn in_pool<R: Send>(work: impl FnOnce() -> R + Send) -> R {
    match rayon::ThreadPoolBuilder::new().stack_size(STACK).build() {
        Ok(pool) => pool.install(work),
        // no thread could be started with such a stack: the common pool does it as well
        Err(_) => work(),
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
    let (text, _) = read::decode(buffer, kind).map_err(|reason| Skipped::failed(path, kind, reason))?;
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
