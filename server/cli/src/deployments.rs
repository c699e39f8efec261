//! `pinlens deployments`: what each deployment installs and starts, and whether that start comes to something that is not there.

use crate::args::{DeploymentsArgs, ListFormat};
use crate::exit::{CLEAN, FOUND};
use crate::failure::Failure;
use crate::output::{Style, count, printable, to_stdout};
use crate::project::{self, Project};
use pinlens_analysis::answers::deployments::{lack, place, range, verdict};
use pinlens_analysis::deployments::{Deployment, Verdict};
use pinlens_analysis::model::ids::FileId;
use pinlens_analysis::workspace::Workspace;
use pinlens_facts::mentions::command::starts_nothing;
use pinlens_facts::words::codes::Severity;
use pinlens_facts::words::text::TextRange;
use serde_json::{Value, json};
use std::collections::BTreeSet;
use std::io::{self, Write};

/// Runs `pinlens deployments`; gives the exit code: 1 where one crashes, or none is found.
pub fn run(args: &DeploymentsArgs) -> Result<u8, Failure> {
    let projects = project::load(&args.options.options())?;
    let style = Style::of(args.options.color);
    let (mut rows, mut number, mut crashes) = (Vec::new(), 0, false);
    for project in &projects {
        let ws = &project.workspace;
        for deployment in &ws.deployments().all {
            let is_meant = args.name.as_deref().is_none_or(|name| *deployment.name == *name);
            if !is_meant {
                continue;
            }
            number += 1;
            crashes |= matches!(deployment.verdict, Verdict::Crashes(_));
            match args.format {
                ListFormat::Json => rows.push(row(ws, deployment)),
                ListFormat::Text => to_stdout(|out| block(out, ws, deployment, style))?,
            }
        }
    }
    match args.format {
        ListFormat::Json => to_stdout(|out| {
            serde_json::to_writer_pretty(&mut *out, &json!({"version": 1, "deployments": rows}))?;
            writeln!(out)
        })?,
        ListFormat::Text => to_stdout(|out| match number {
            0 => writeln!(
                out,
                "No deployment was found: no Dockerfile, compose file, Procfile or file of a platform says what is installed and started."
            ),
            number => writeln!(out, "Found {}.", count(number, "deployment", "deployments")),
        })?,
    }
    Ok(if number == 0 || crashes { FOUND } else { CLEAN })
}

/// One deployment as people read it; of equal lines that follow each other one.
fn block(out: &mut dyn Write, ws: &Workspace, deployment: &Deployment, style: Style) -> io::Result<()> {
    let name = printable(&deployment.name).into_owned();
    writeln!(out, "{}  {}", style.strong(&name), printable(&place(ws, deployment.at)))?;
    let mut before = String::new();
    let mut line = |key: &str, text: &str| {
        let line = format!("  {key:<9} {}", printable(text));
        if line == before {
            return Ok(());
        }
        writeln!(out, "{line}")?;
        before = line;
        io::Result::Ok(())
    };
    if let Some((python, at)) = &deployment.python {
        let at = at.map_or_else(String::new, |at| format!("  {}", place(ws, at)));
        line("python", &format!("{python}{at}"))?;
    }
    for installs in deployment.installs.iter().filter(|installs| installs.at.line > 0) {
        let lists: Vec<&str> = installs.lists.iter().map(|list| ws.path(*list).as_str()).collect();
        let lists = if lists.is_empty() { String::new() } else { format!(" ({})", lists.join(", ")) };
        line("installs", &format!("{}{lists}  {}", installs.words, place(ws, installs.at)))?;
    }
    for start in deployment.starts.iter().filter(|start| start.entry.is_some() || runs_a_program(&start.words)) {
        let at = start.at.map_or_else(String::new, |at| format!("  {}", place(ws, at)));
        let entry = start.entry.as_ref().map_or_else(String::new, |entry| format!(" → {}", ws.path(entry.file)));
        line("starts", &format!("{}{entry}{at}", start.words))?;
    }
    for unknown in &deployment.unknown {
        let at = unknown.at.map_or_else(String::new, |at| format!("  {}", place(ws, at)));
        line("unknown", &format!("{}{at}", unknown.why))?;
    }
    for found in deployment.lacks.iter().filter(|found| found.ends_its_command()) {
        let doubt = found.doubt.as_ref().map_or_else(String::new, |why| format!(", if at all: {why}"));
        line("lacks", &format!("{}{doubt}  {}", lack(found), range(ws, found.file, found.range)))?;
    }
    let severity = match deployment.verdict {
        Verdict::Starts => Severity::Hint,
        Verdict::Crashes(_) => Severity::Error,
        Verdict::Unknown(_) => Severity::Warning,
    };
    writeln!(out, "  {}", style.severity(severity, printable(&verdict(ws, deployment))))?;
    writeln!(out)
}

/// Whether a command starts more than what a shell does itself: a start-up script has many of those, and they say nothing of the
/// application.
fn runs_a_program(words: &str) -> bool {
    words.split_whitespace().next().is_none_or(|head| !starts_nothing(head))
}

/// One deployment for programs.
fn row(ws: &Workspace, deployment: &Deployment) -> Value {
    let installs = deployment.installs.iter().filter(|installs| installs.at.line > 0).map(|installs| {
        json!({
            "command": installs.words,
            "path": ws.path(installs.at.file).as_str(),
            "line": installs.at.line,
            "lists": installs.lists.iter().map(|list| ws.path(*list).as_str()).collect::<Vec<_>>(),
            "distributions": installs.names.iter().map(ToString::to_string).collect::<Vec<_>>(),
        })
    });
    let starts = deployment.starts.iter().map(|start| {
        json!({
            "command": start.words,
            "place": start.at.map(|at| place(ws, at)),
            "entry": start.entry.as_ref().map(|entry| ws.path(entry.file).as_str()),
            "certain": start.is_certain,
        })
    });
    let lacks = deployment.lacks.iter().filter(|found| found.ends_its_command()).map(|found| {
        json!({
            "what": lack(found),
            "place": range(ws, found.file, found.range),
            "distribution": found.distribution.as_ref().map(ToString::to_string),
            "crashes": found.crashes(),
            "doubt": found.doubt,
        })
    });
    let (kind, at) = match &deployment.verdict {
        Verdict::Starts => ("starts", None),
        Verdict::Crashes(at) => ("crashes", deployment.lacks.get(*at).map(|found| range(ws, found.file, found.range))),
        Verdict::Unknown(_) => ("unknown", None),
    };
    json!({
        "name": deployment.name,
        "path": ws.path(deployment.at.file).as_str(),
        "line": deployment.at.line,
        "job": deployment.is_job,
        "python": deployment.python.as_ref().map(|(python, _)| python.to_string()),
        "installs": installs.collect::<Vec<_>>(),
        "starts": starts.collect::<Vec<_>>(),
        "lacks": lacks.collect::<Vec<_>>(),
        "unknown": deployment.unknown.iter().map(|unknown| json!({
            "why": unknown.why,
            "place": unknown.at.map(|at| place(ws, at)),
        })).collect::<Vec<_>>(),
        "verdict": {"kind": kind, "at": at, "words": verdict(ws, deployment)},
    })
}

/// The index of the project that has a deployment of that name, the places of what it lacks, and why it cannot be judged, if so.
#[allow(clippy::type_complexity)]
pub fn lacks(
    projects: &[Project],
    name: &str,
) -> Result<(usize, BTreeSet<(FileId, TextRange)>, Option<String>), Failure> {
    for (index, project) in projects.iter().enumerate() {
        let deployments = project.workspace.deployments();
        let Some(deployment) = deployments.named(name) else { continue };
        let certain = deployment.lacks.iter().filter(|lack| lack.ends_its_command());
        let open = match &deployment.verdict {
            Verdict::Unknown(why) => Some(format!("{name} cannot be judged because {why}")),
            _ => None,
        };
        return Ok((index, certain.map(|lack| (lack.file, lack.range)).collect(), open));
    }
    let mut known: Vec<String> = Vec::new();
    for project in projects {
        known.extend(project.workspace.deployments().all.iter().map(|deployment| deployment.name.to_string()));
    }
    Err(Failure::NoDeployment { name: name.to_owned(), known })
}

/// The places that deployments lack which start in a file, and why one of them cannot be judged, if so.
pub fn of_entry(ws: &Workspace, entry: FileId) -> (BTreeSet<(FileId, TextRange)>, Option<String>) {
    let deployments = ws.deployments();
    let (mut found, mut open) = (BTreeSet::new(), None);
    for deployment in &deployments.all {
        let starts: Vec<usize> = (0..deployment.starts.len())
            .filter(|at| deployment.starts[*at].entry.as_ref().is_some_and(|start| start.file == entry))
            .collect();
        let lacks = deployment.lacks.iter().filter(|lack| lack.ends_its_command() && starts.contains(&lack.start));
        found.extend(lacks.map(|lack| (lack.file, lack.range)));
        if let (Verdict::Unknown(why), false) = (&deployment.verdict, starts.is_empty()) {
            open = Some(format!("{} cannot be judged because {why}", deployment.name));
        }
    }
    (found, open)
}
