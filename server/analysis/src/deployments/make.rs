//! What `make` runs: the recipes of the makefile in the folder in which it is called.

use super::image::Image;
use crate::analysis::Analysis;
use pinlens_facts::deploy::Says;
use pinlens_facts::deploy::makefile::RecipeLine;
use pinlens_facts::deploy::paths::joined;
use pinlens_facts::facts::FileFacts;
use std::collections::BTreeMap;

/// The names of makefiles, in the order in which make looks.
const NAMES: [&str; 3] = ["GNUmakefile", "makefile", "Makefile"];

/// What a call of make runs.
pub(super) struct Recipe {
    /// The lines, each for a shell of its own.
    pub lines: Vec<RecipeLine>,
    /// The folder in which they run.
    pub folder: String,
    /// The call: one that runs does not begin again.
    pub call: String,
}

/// What make runs with these arguments in a folder; `None` where no makefile with its goals is known there.
pub(super) fn recipe(ws: &Analysis, image: &Image, folder: &str, arguments: &[String]) -> Option<Recipe> {
    let call = Call::of(arguments)?;
    let folder = call.folder.map_or_else(|| folder.to_owned(), |inner| joined(folder, inner));
    let names = call.file.map_or_else(|| NAMES.to_vec(), |file| vec![file]);
    let file = names.iter().find_map(|name| image.file(ws, &joined(&folder, name)))?;
    let FileFacts::Deploy(facts) = ws.facts(file)? else { return None };
    let Says::Targets(makefile) = &facts.says else { return None };
    let lines = makefile.lines(&call.goals, &call.variables)?;
    Some(Recipe { lines, call: format!("{folder} {}", arguments.join(" ")), folder })
}

/// The words of a call.
#[derive(Default)]
struct Call<'a> {
    folder: Option<&'a str>,
    file: Option<&'a str>,
    goals: Vec<&'a str>,
    variables: BTreeMap<String, String>,
}

impl<'a> Call<'a> {
    /// `None` for what runs nothing: `make -n`.
    fn of(arguments: &'a [String]) -> Option<Self> {
        let mut call = Self::default();
        let mut words = arguments.iter().map(String::as_str);
        while let Some(word) = words.next() {
            match word {
                "-C" | "--directory" => call.folder = words.next(),
                "-f" | "--file" | "--makefile" => call.file = words.next(),
                "-n" | "--dry-run" | "--just-print" => return None,
                _ if word.starts_with('-') => {
                    let value = |name: &str| word.strip_prefix(name);
                    call.folder = value("--directory=").or_else(|| value("-C")).or(call.folder);
                    call.file = value("--file=").or_else(|| value("--makefile=")).or(call.file);
                }
                _ => match word.split_once('=') {
                    Some((name, value)) => drop(call.variables.insert(name.to_owned(), value.to_owned())),
                    None => call.goals.push(word),
                },
            }
        }
        Some(call)
    }
}
