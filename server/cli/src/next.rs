//! What to run after a file of requirements has changed: nothing is installed by pinlens.

use crate::here::Here;
use crate::project::Project;
use pinlens_facts::facts::FileFacts;
use pinlens_facts::words::names::FilePath;

/// The command that installs what the file at `path` now requires, or makes its lock file true again; `None` where that depends on
/// tools that nothing shows.
pub fn command(project: &Project, here: &Here, path: &FilePath) -> Option<String> {
    let shown = here.show(&project.loader.absolute(path));
    let name = path.file_name();
    match name {
        "Pipfile" => Some("pipenv install".to_owned()),
        "pyproject.toml" => Some(of_pyproject(project, path)),
        "setup.py" | "setup.cfg" => Some("pip install -e .".to_owned()),
        _ if is_yaml(name) => Some(format!("conda env update --file {shown}")),
        // the fix's title shows how it is compiled
        _ if has_extension(name, "in") => None,
        _ if has_extension(name, "txt") => Some(format!("pip install -r {shown}")),
        // a script runs with its own block by `uv run`
        _ if has_extension(name, "py") => Some(format!("uv run {shown}")),
        _ => None,
    }
}

fn of_pyproject(project: &Project, path: &FilePath) -> String {
    let commands =
        [("uv.lock", "uv sync"), ("poetry.lock", "poetry lock && poetry install"), ("pdm.lock", "pdm install")];
    let nearest = |name: &str| {
        let workspace = &project.workspace;
        workspace.files().into_iter().any(|file| {
            let lock = workspace.path(file);
            matches!(workspace.facts(file), Some(FileFacts::Lock(_)))
                && lock.file_name() == name
                && (lock.folder().is_empty() || path.as_str().starts_with(&format!("{}/", lock.folder())))
        })
    };
    let found = commands.into_iter().find(|(lock, _)| nearest(lock));
    found.map_or_else(|| "pip install -e .".to_owned(), |(_, command)| command.to_owned())
}

fn is_yaml(name: &str) -> bool {
    has_extension(name, "yml") || has_extension(name, "yaml")
}

fn has_extension(name: &str, extension: &str) -> bool {
    std::path::Path::new(name).extension().is_some_and(|found| found == extension)
}
