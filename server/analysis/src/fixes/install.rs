//! How what a manifest requires gets installed: the project's own tool, and its command line.

use crate::analysis::Analysis;
use pinlens_facts::requirements::Format;
use pinlens_facts::words::names::FilePath;

/// The command that installs what the manifest at `path` requires.
pub(crate) fn command(ws: &Analysis, path: &FilePath, format: Format) -> String {
    let is_there = |name: &str| ws.file(&path.sibling(name)).is_some_and(|file| ws.facts(file).is_some());
    match format {
        Format::Requirements => format!("pip install -r {path}"),
        Format::Pyproject if is_there("uv.lock") => "uv sync".to_owned(),
        Format::Pyproject if is_there("poetry.lock") => "poetry install".to_owned(),
        Format::Pyproject if is_there("pdm.lock") => "pdm sync".to_owned(),
        Format::Pyproject | Format::SetupCfg | Format::SetupPy => match path.folder() {
            "" => "pip install -e .".to_owned(),
            folder => format!("pip install -e {folder}"),
        },
        Format::Pipfile => "pipenv sync".to_owned(),
        Format::Conda => format!("conda env update --file {path}"),
        Format::Pixi => "pixi install".to_owned(),
        Format::Script => format!("uv run {path}"),
    }
}
