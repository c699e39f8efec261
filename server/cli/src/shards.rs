//! A large repository in parts: `pinlens projects` lists the projects that can be checked apart, `check --project` does one, and
//! `pinlens merge` joins the reports.

use crate::args::{Format, ListFormat, MergeArgs, Options, ProjectsArgs};
use crate::check::once;
use crate::exit::CLEAN;
use crate::failure::Failure;
use crate::here::Here;
use crate::output::{count, printable, to_stdout};
use crate::project::{self, Project};
use crate::report::Report;
use pinlens_analysis::model::project::ProjectId;
use serde_json::{Value, json};
use std::path::{Path, PathBuf};

/// Runs `pinlens projects`; gives the exit code.
///
/// # Errors
/// Where a root cannot be read.
pub fn list(args: &ProjectsArgs) -> Result<u8, Failure> {
    let mut options = args.options.options();
    options.paths.clone_from(&args.paths);
    let roots = project::load(&options)?;
    let here = if args.format == ListFormat::Json { Here::new() } else { Here::for_people() };
    let rows: Vec<Row> = roots.iter().flat_map(|root| rows(root, &here)).collect();
    to_stdout(|out| match args.format {
        ListFormat::Json => {
            let rows: Vec<Value> = rows.iter().map(Row::json).collect();
            serde_json::to_writer_pretty(&mut *out, &json!({"version": 1, "projects": rows}))?;
            writeln!(out)
        }
        ListFormat::Text => {
            for row in &rows {
                let lists = row.manifests.join(", ");
                let lists = if lists.is_empty() { "no requirements".to_owned() } else { lists };
                let files = count(row.files.len(), "file", "files");
                writeln!(out, "{}  {files}  {}", printable(&row.name), printable(&lists))?;
            }
            writeln!(out, "Found {}.", count(rows.len(), "project", "projects"))
        }
    })?;
    Ok(CLEAN)
}

/// One project as it is listed.
struct Row {
    /// What `--project` takes: the folder, or the path of a script with requirements of its own.
    name: String,
    /// The root that it is read with.
    root: String,
    /// The name of the project whose requirements it sees too.
    parent: Option<String>,
    manifests: Vec<String>,
    files: Vec<String>,
}

impl Row {
    fn json(&self) -> Value {
        json!({
            "name": self.name,
            "root": self.root,
            "parent": self.parent,
            "manifests": self.manifests,
            "files": self.files,
        })
    }
}

/// The projects of a root in which something is read, in the order of their folders.
fn rows(root: &Project, here: &Here) -> Vec<Row> {
    let ws = &root.workspace;
    let mut files: Vec<Vec<String>> = vec![Vec::new(); ws.projects().all.len()];
    let mut is_there = vec![false; files.len()];
    for file in root.reported() {
        let id = ws.projects().of_path(ws.path(file).as_str());
        is_there[id] = true;
        if root.is_read(file) {
            files[id].push(here.show(&root.loader.absolute(ws.path(file))));
        }
    }
    for skipped in root.skipped.iter().filter(|skipped| root.covers(&skipped.path)) {
        is_there[ws.projects().of_path(skipped.path.as_str())] = true;
    }
    let all = ws.projects().all.iter().enumerate().zip(files).filter(|((id, _), _)| is_there[*id]);
    let row = |((id, project), files): ((ProjectId, &pinlens_analysis::model::project::Project), Vec<String>)| Row {
        name: name(root, id, here),
        root: here.folder(&root.loader.root),
        parent: project.parent.map(|parent| name(root, parent, here)),
        manifests: project.lists.files.iter().map(|file| here.show(&root.loader.absolute(ws.path(*file)))).collect(),
        files,
    };
    all.map(row).collect()
}

/// The name of a project: its folder as seen from the current one.
fn name(root: &Project, id: ProjectId, here: &Here) -> String {
    let folder = &root.workspace.projects().all[id].folder;
    let path = if folder.is_empty() { root.loader.root.clone() } else { root.loader.root.join(&**folder) };
    here.folder(&path)
}

/// Limits `roots` to the projects of these names; roots without one of them are left out.
///
/// # Errors
/// Where no project has the name.
pub fn limit(roots: &mut Vec<Project>, names: &[String]) -> Result<(), Failure> {
    if names.is_empty() {
        return Ok(());
    }
    let here = Here::new();
    for wanted in names {
        let plain = wanted.trim_start_matches("./").trim_end_matches('/');
        let plain = if plain.is_empty() { "." } else { plain };
        let mut is_known = false;
        for root in roots.iter_mut() {
            let ids = (0..root.workspace.projects().all.len()).filter(|id| name(root, *id, &here) == plain);
            let ids: Vec<ProjectId> = ids.collect();
            is_known |= !ids.is_empty();
            root.shard.get_or_insert_default().extend(ids);
        }
        if !is_known {
            return Err(Failure::UnknownProject(wanted.clone()));
        }
    }
    roots.retain(|root| root.shard.as_ref().is_some_and(|ids| !ids.is_empty()));
    Ok(())
}

/// Runs `pinlens merge`; gives the exit code that one check of everything would have.
///
/// # Errors
/// Where a file cannot be read or is no report.
pub fn merge(args: &MergeArgs) -> Result<u8, Failure> {
    let mut whole = Report::default();
    for path in &args.reports {
        whole.take(read(path)?);
    }
    whole.settle();
    let options = Options {
        output: args.output.clone(),
        fail_on: args.fail_on,
        exit_zero: args.exit_zero,
        read: args.read(),
        ..Options::default()
    };
    if options.output.all && options.output.format != Format::Json {
        whole.part_facts();
    }
    once::print(whole, &options)
}

fn read(path: &Path) -> Result<Report, Failure> {
    let failed = |cause| Failure::File { path: PathBuf::from(path), cause };
    let text = std::fs::read_to_string(path).map_err(failed)?;
    let report: Report =
        serde_json::from_str(&text).map_err(|cause| Failure::NoReport { path: path.to_owned(), cause })?;
    if report.version != 1 {
        return Err(Failure::OtherReport { path: path.to_owned(), version: report.version });
    }
    Ok(report)
}
