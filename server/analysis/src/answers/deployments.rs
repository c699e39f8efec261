//! Deployments in words: what each lacks, and what follows.

use crate::analysis::Analysis;
use crate::deployments::{Deployment, Lack, Moment, Place, Verdict, What};
use crate::model::ids::FileId;
use crate::startup::entries::Entry;
use pinlens_facts::facts::FileFacts;
use pinlens_facts::words::text::{Encoding, TextRange};

/// `compose.yml:14`
pub fn place(ws: &Analysis, at: Place) -> String {
    format!("{}:{}", ws.path(at.file), at.line)
}

/// `app.py:3`
pub fn range(ws: &Analysis, file: FileId, range: TextRange) -> String {
    let line = ws.facts(file).map_or(1, |facts: &FileFacts| facts.position(range.start, Encoding::Utf8).line + 1);
    format!("{}:{line}", ws.path(file))
}

/// What is not there, in words that follow "because".
pub fn lack(lack: &Lack) -> String {
    let by = lack.distribution.as_ref().map_or_else(String::new, |name| format!(" of {name}"));
    match &lack.what {
        What::Import { module, .. } => match &lack.distribution {
            Some(name) => format!("`{module}` needs {name}, which is not installed"),
            None => format!("`{module}` is not installed"),
        },
        What::Unknown { module } => format!("nothing is known to provide `{module}`"),
        What::Removed { module, last } => format!("`{module}` left the standard library after Python {last}"),
        What::NotCopied { module, path } => format!("`{module}` is {path}, which is not in the image"),
        What::NotOnPath { module, path } => {
            format!("`{module}` is {path}, in a folder that is not on sys.path there")
        }
        What::Command { name } => format!("the command `{name}`{by} is not installed"),
        What::Unreachable { name, why } => format!("the command `{name}` cannot be run: {why}"),
        What::Relative { module } => {
            format!(
                "`.{module}` is relative, and a file that is run by its path has no package",
                module = module.as_str()
            )
        }
        What::Named { module, by: setting, .. } => format!("`{module}`{by} is not installed, which {setting} names"),
        What::Module { name } => format!("`{name}`{by} is not installed"),
        What::Entry { words, .. } => format!("`{words}` is not there"),
        What::Demand { host, source } => {
            format!("{host} needs {} here ({source})", lack.distribution.as_ref().map_or("", |name| name.as_str()))
        }
        What::List { words } => format!("the list `{words}` is not in the image"),
    }
}

/// The verdict: `starts`, `crashes at app.py:3 because …`, `cannot be judged because …`.
pub fn verdict(ws: &Analysis, deployment: &Deployment) -> String {
    match &deployment.verdict {
        Verdict::Starts => {
            let failing = deployment.lacks.iter().find(|lack| lack.moment == Moment::Request && lack.is_fatal());
            failing.map_or_else(
                || "starts".to_owned(),
                |first| {
                    let at = range(ws, first.file, first.range);
                    format!("starts, and fails at the first request at {at} because {}", lack(first))
                },
            )
        }
        Verdict::Crashes(at) => match deployment.lacks.get(*at) {
            Some(first) => format!("crashes at {} because {}", range(ws, first.file, first.range), lack(first)),
            None => "crashes".to_owned(),
        },
        Verdict::Unknown(why) => format!("cannot be judged because {why}"),
    }
}

/// The entries of a workspace, and those that only deployments show.
pub fn entries(ws: &Analysis) -> Vec<Entry> {
    let mut found = crate::startup::start_up(ws).entries.clone();
    for start in crate::deployments::of(ws)
        .all
        .iter()
        .filter(|deployment| !deployment.is_job)
        .flat_map(|deployment| &deployment.starts)
    {
        let new = start.entry.as_ref().filter(|entry| !found.iter().any(|known| known.file == entry.file));
        found.extend(new.cloned());
    }
    found
}

/// The commands that name a file or a module which is not there, in words: `web.py, as Procfile:1 starts it, is not there`.
pub fn nowhere(ws: &Analysis) -> Vec<String> {
    let deployments = crate::deployments::of(ws);
    let all = deployments.all.iter().flat_map(|deployment| &deployment.lacks);
    let entries = all.filter(|lack| matches!(lack.what, What::Entry { .. }));
    entries.map(|found| format!("{}: {}", range(ws, found.file, found.range), lack(found))).collect()
}
