//! The folder whose files a Dockerfile may copy, and what of it `.dockerignore` leaves out.

use super::described::facts;
use super::image::Context;
use crate::analysis::Analysis;
use crate::model::ids::FileId;
use pinlens_facts::deploy::Says;
use pinlens_facts::deploy::dockerfile::{self, Instruction};
use pinlens_facts::deploy::ignore::Pattern;
use pinlens_facts::deploy::paths::joined;
use pinlens_facts::words::names::FilePath;
use std::sync::Arc;

/// The folder whose files a Dockerfile copies: the one that is named, else the one in which most of what it copies lies.
pub(super) fn context_of(ws: &Analysis, file: FileId, named: Option<&str>) -> Arc<Context> {
    let path = ws.path(file);
    let folder = match named {
        Some(folder) => folder.to_owned(),
        None => likeliest(ws, file),
    };
    // one for this Dockerfile alone stands next to it
    let tries = [format!("{path}.dockerignore"), joined(&folder, ".dockerignore")];
    let ignored: Option<Vec<Pattern>> = tries.iter().find_map(|path| {
        let file = ws.file(&FilePath::new(path))?;
        match &facts(ws, file)?.says {
            Says::Ignored(patterns) => Some(patterns.clone()),
            _ => None,
        }
    });
    Arc::new(Context { folder, ignored: ignored.unwrap_or_default() })
}

/// The folder above a Dockerfile in which most of what it copies is found; the nearest where several are as good.
fn likeliest(ws: &Analysis, file: FileId) -> String {
    let path = ws.path(file);
    let Some(Says::Image(instructions)) = facts(ws, file).map(|facts| &facts.says) else {
        return path.folder().to_owned();
    };
    let sources = copied(instructions);
    let mut best = (0, path.folder().to_owned());
    let mut folder = Some(path.folder());
    while let Some(at) = folder {
        let is_there = |source: &&String| {
            let whole = joined(at, source);
            whole.contains(['*', '?'])
                || ws.file(&FilePath::new(&whole)).is_some_and(|file| ws.facts(file).is_some())
                || ws.has_files_below(&whole)
        };
        let count = sources.iter().filter(is_there).count();
        if count > best.0 {
            best = (count, at.to_owned());
        }
        folder = (!at.is_empty()).then(|| at.rsplit_once('/').map_or("", |(outer, _)| outer));
    }
    best.1
}

/// What instructions copy of the context, but for the whole of it.
fn copied(instructions: &[Instruction]) -> Vec<String> {
    let mut found = Vec::new();
    for instruction in instructions.iter().filter(|one| matches!(&*one.name, "COPY" | "ADD")) {
        let (flags, rest, _) = dockerfile::flags(&instruction.arguments);
        if flags.iter().any(|flag| flag.name == "from") {
            continue;
        }
        let mut words = dockerfile::json_list(&rest.replace("\\\n", " ")).unwrap_or_else(|| dockerfile::words(rest));
        words.pop();
        found.extend(
            words.into_iter().filter(|word| {
                !matches!(word.as_str(), "." | "./") && !word.contains("://") && !word.starts_with("<<")
            }),
        );
    }
    found
}
