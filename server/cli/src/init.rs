//! `pinlens init`: a commented pinlens.toml of what is found, for people to edit.

use crate::args::{CheckArgs, CheckExtra, InitArgs};
use crate::check::once::once;
use crate::console::print_line;
use crate::exit::CLEAN;
use crate::failure::Failure;
use crate::output::{printable, to_stdout};
use crate::project::{self, Project};
use crate::{script, settings};
use pinlens_analysis::config::Config;
use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::time::Instant;

/// Runs `pinlens init`; gives the exit code.
pub fn run(args: &InitArgs) -> Result<u8, Failure> {
    if let Some(file) = &args.script {
        return script::init(file, args);
    }
    let folder = args.folder.clone().unwrap_or_else(|| PathBuf::from("."));
    let file = folder.join("pinlens.toml");
    if !args.dry_run {
        refuse_where_settings_are(&folder)?;
    }
    let mut options = args.options.options();
    options.paths = vec![folder.clone()];
    let projects = project::load(&options)?;
    let project = projects.first().ok_or(Failure::NoProject)?;
    let text = text(project);
    if args.dry_run {
        to_stdout(|out| out.write_all(text.as_bytes()))?;
        return Ok(CLEAN);
    }
    std::fs::write(&file, text).map_err(|cause| Failure::File { path: file.clone(), cause })?;
    to_stdout(|out| writeln!(out, "Wrote {}.", printable(&shown(&file))))?;
    if args.baseline {
        let baseline = folder.join("pinlens-baseline.json");
        options.exit_zero = true;
        options.output.quiet = true;
        let check = CheckArgs {
            deployments: Vec::new(),
            projects: Vec::new(),
            options,
            entries: vec![],
            baseline: None,
            write_baseline: Some(Some(baseline.clone())),
            extra: CheckExtra::default(),
        };
        let projects = project::load(&check.options)?;
        once(&check, projects, Instant::now())?;
        print_line(&format!("Next: `pinlens check --baseline={}` reports only what is new.", shown(&baseline)));
    } else {
        print_line("Next: `pinlens check`.");
    }
    std::mem::forget(projects);
    Ok(CLEAN)
}

fn shown(path: &Path) -> String {
    path.strip_prefix(".").unwrap_or(path).display().to_string()
}

/// Nothing that somebody wrote is replaced.
fn refuse_where_settings_are(folder: &Path) -> Result<(), Failure> {
    let file = folder.join("pinlens.toml");
    if file.exists() {
        return Err(Failure::HasSettings { file: shown(&file), what: "exists" });
    }
    let pyproject = folder.join("pyproject.toml");
    let has_table = std::fs::read_to_string(&pyproject)
        .is_ok_and(|text| text.lines().any(|line| line.trim().starts_with("[tool.pinlens")));
    if has_table {
        return Err(Failure::HasSettings { file: shown(&pyproject), what: "has [tool.pinlens]" });
    }
    Ok(())
}

/// The text of the new file: the settings that are in force, and those that people set most often as comments.
fn text(project: &Project) -> String {
    let workspace = &project.workspace;
    let config = workspace.config();
    let mut out =
        String::from("# Settings of pinlens. Every setting is optional; `pinlens schema` describes them all.\n\n");
    let own = Config { base: config.base.clone(), ..Config::default() };
    if *config != own {
        // writing to a string cannot fail
        let _ = write!(out, "# taken over from {}\n{}\n", project.settings, settings::text(config));
    }
    let mut propose = |is_set: bool, comment: &str, line: String| {
        if !is_set {
            // writing to a string cannot fail
            let _ = write!(out, "# {comment}\n# {line}\n\n");
        }
    };
    let python = workspace.python().map_or_else(|| "3.12".to_owned(), |python| python.to_string());
    let python = format!("python-version = {}", settings::quoted(&python));
    propose(config.python_version.is_some(), "The Python version that the code runs on.", python);
    let entries: Vec<String> =
        workspace.entries().iter().take(3).map(|entry| settings::quoted(workspace.path(entry.file).as_str())).collect();
    let entries = if entries.is_empty() { "\"main.py\"".to_owned() } else { entries.join(", ") };
    let comment = "Where the application starts. These were found; name others that were not.";
    propose(!config.entries.is_empty(), comment, format!("entries = [{entries}]"));
    propose(
        !config.exclude.is_empty(),
        "Files to leave out, as in .gitignore.",
        "exclude = [\"examples/\"]".to_owned(),
    );
    propose(
        !config.keep.is_empty(),
        "Packages that are used in a way that pinlens cannot see.",
        "keep = [\"gunicorn\"]".to_owned(),
    );
    let tables = "[severity]\n# unused-requirement = \"info\"\n#\n# [map]\n# yaml = \"PyYAML\"";
    propose(
        !config.severity.is_empty() || !config.map.is_empty(),
        "Severity by code, and the package of a module.",
        tables.to_owned(),
    );
    out.trim_end().to_owned() + "\n"
}
