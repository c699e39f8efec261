//! `pinlens doctor`: what was found and why, to read and to paste into a bug report.

use crate::args::DoctorArgs;
use crate::exit::CLEAN;
use crate::failure::Failure;
use crate::here::Here;
use crate::output::{self, Style, count, printable};
use crate::project::{self, Project};
use crate::roots::Mark;
use crate::{settings, version};
use pinlens_facts::facts::FileFacts;
use std::io::{self, Write};

/// The lists of a report are cut after so many rows.
const ROWS: usize = 20;

/// Runs `pinlens doctor`; gives the exit code.
pub fn run(args: &DoctorArgs) -> Result<u8, Failure> {
    let mut options = args.options.options();
    options.paths.clone_from(&args.paths);
    let projects = project::load(&options)?;
    let style = Style::of(args.options.color);
    output::to_stdout(|out| {
        let (os, machine) = (std::env::consts::OS, std::env::consts::ARCH);
        writeln!(out, "pinlens {} on {os} {machine}", version::LONG)?;
        let tools: Vec<&str> = ["uv", "pip", "pip-compile"].into_iter().filter(|tool| is_on_path(tool)).collect();
        writeln!(
            out,
            "on the PATH: {}",
            if tools.is_empty() { "neither uv nor pip".to_owned() } else { tools.join(", ") }
        )?;
        projects.iter().try_for_each(|project| Page { project, here: Here::for_people(), style }.write(out))
    })?;
    std::mem::forget(projects);
    Ok(CLEAN)
}

/// What is shown of one project.
struct Page<'a> {
    project: &'a Project,
    here: Here,
    style: Style,
}

impl Page<'_> {
    fn write(&self, out: &mut dyn Write) -> io::Result<()> {
        let workspace = &self.project.workspace;
        let why = match &self.project.mark {
            Mark::Setting => "its settings have `root = true`".to_owned(),
            Mark::Git => "it holds .git".to_owned(),
            Mark::File(name) => format!("no .git above, and it holds {name}"),
            Mark::Named => "no .git and no manifest above".to_owned(),
        };
        writeln!(out)?;
        self.row(out, "project", &format!("{} ({why})", self.here.folder(&self.project.loader.root)))?;
        self.row(out, "settings", &self.project.settings)?;
        for line in settings::text(workspace.config()).lines().filter(|line| !line.is_empty()) {
            writeln!(out, "    {}", printable(line))?;
        }
        let python = workspace
            .python()
            .map_or_else(|| "not known; set `python-version`".to_owned(), |python| python.to_string());
        self.row(out, "Python", &python)?;
        let none = || "none found: what is installed is not known".to_owned();
        self.row(out, "environment", &workspace.environment_in_words().unwrap_or_else(none))?;
        let counts = workspace.counts();
        let read = format!("{}, {}", count(counts.files, "file", "files"), count(counts.imports, "import", "imports"));
        self.row(out, "read", &read)?;
        self.list(out, "requirements", &self.requirements(), "none found: no file declares what the code needs")?;
        self.list(out, "lock files", &self.locks(), "none")?;
        self.list(out, "entry points", &self.entries(), "none found; set `entries`")?;
        let skipped = self.project.skipped.iter().map(|skipped| format!("{}: {}", skipped.path, skipped.reason));
        self.list(out, "not read", &skipped.collect::<Vec<_>>(), "none")
    }

    fn row(&self, out: &mut dyn Write, name: &str, value: &str) -> io::Result<()> {
        writeln!(out, "{}: {}", self.style.strong(name), printable(value))
    }

    fn list(&self, out: &mut dyn Write, name: &str, rows: &[String], none: &str) -> io::Result<()> {
        if rows.is_empty() {
            return self.row(out, name, none);
        }
        writeln!(out, "{}:", self.style.strong(name))?;
        rows.iter().take(ROWS).try_for_each(|row| writeln!(out, "    {}", printable(row)))?;
        if rows.len() > ROWS { writeln!(out, "    and {} more", rows.len() - ROWS) } else { Ok(()) }
    }

    fn requirements(&self) -> Vec<String> {
        let workspace = &self.project.workspace;
        let files = workspace.manifests_in_order().into_iter().filter_map(|file| {
            let number = workspace.facts(file)?.declarations()?.requirements.len();
            let path = self.here.show(&self.project.loader.absolute(workspace.path(file)));
            Some(format!("{path}: {}", count(number, "requirement", "requirements")))
        });
        files.collect()
    }

    fn locks(&self) -> Vec<String> {
        let workspace = &self.project.workspace;
        let locks =
            workspace.files().into_iter().filter(|&file| matches!(workspace.facts(file), Some(FileFacts::Lock(_))));
        locks.map(|file| self.here.show(&self.project.loader.absolute(workspace.path(file)))).collect()
    }

    fn entries(&self) -> Vec<String> {
        let workspace = &self.project.workspace;
        let entries = workspace.entries().into_iter().map(|entry| {
            let path = self.here.show(&self.project.loader.absolute(workspace.path(entry.file)));
            format!("{path}: by {}", entry.known_from(workspace))
        });
        entries.collect()
    }
}

/// Whether a program of that name is in a folder of the `PATH`. It is not run.
fn is_on_path(name: &str) -> bool {
    let file = format!("{name}{}", std::env::consts::EXE_SUFFIX);
    std::env::var_os("PATH").is_some_and(|path| std::env::split_paths(&path).any(|folder| folder.join(&file).is_file()))
}
