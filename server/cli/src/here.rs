//! The folder from which paths are shown.

use crate::args::Format;
use pinlens_analysis::config::PathBase;
use std::path::{Path, PathBuf};

/// The folder from which paths are shown.
pub struct Here {
    folder: Option<PathBuf>,
    /// Whether what lies outside is shown by the way there, for people, and not by its absolute path.
    is_for_people: bool,
}

impl Here {
    /// The current folder.
    pub fn new() -> Self {
        let folder = std::env::current_dir().and_then(|folder| folder.canonicalize()).ok();
        Self { folder, is_for_people: false }
    }

    /// The folder that the readers of a format take paths from: services know the top of the repository that they have checked
    /// out, wherever in it the command runs.
    pub fn of(format: Format) -> Self {
        let variable = match format {
            Format::Github => "GITHUB_WORKSPACE",
            Format::Gitlab => "CI_PROJECT_DIR",
            Format::Text | Format::Concise | Format::Markdown => return Self::for_people(),
            Format::Json | Format::Junit | Format::Sarif => return Self::new(),
        };
        let here = Self::new();
        let top = std::env::var_os(variable).and_then(|folder| PathBuf::from(folder).canonicalize().ok());
        let is_around = |top: &PathBuf| here.folder.as_ref().is_some_and(|here| here.starts_with(top));
        top.filter(is_around).map_or(here, |top| Self { folder: Some(top), is_for_people: false })
    }

    /// The current folder, for what people read.
    pub fn for_people() -> Self {
        Self { is_for_people: true, ..Self::new() }
    }

    /// From where the messages of a project name its files.
    pub fn base(&self, root: &Path) -> PathBase {
        let Some(here) = &self.folder else { return PathBase::Root };
        let text = |path: &Path| path.to_string_lossy().replace(std::path::MAIN_SEPARATOR, "/");
        match (here.strip_prefix(root), root.strip_prefix(here)) {
            (Ok(inside), _) if inside.as_os_str().is_empty() => PathBase::Root,
            (Ok(inside), _) => PathBase::Inside(text(inside)),
            (_, Ok(below)) => PathBase::Above(text(below)),
            _ => upward(here, root).map_or(PathBase::Root, |way| PathBase::Above(text(&way))),
        }
    }

    /// The folder at `path`.
    pub fn at(path: &Path) -> Self {
        Self { folder: path.canonicalize().ok(), is_for_people: false }
    }

    /// The path that [`Self::show`] has shown so.
    pub fn absolute(&self, shown: &str) -> PathBuf {
        self.folder.as_deref().map_or_else(|| PathBuf::from(shown), |folder| folder.join(shown))
    }

    /// The same for a folder: `.` for the current one.
    pub fn folder(&self, path: &Path) -> String {
        let shown = self.show(path);
        if shown.is_empty() { ".".to_owned() } else { shown }
    }

    /// `path` relative to the current folder, with `/`. Outside of it absolute, or for people by the way there where that is short.
    pub fn show(&self, path: &Path) -> String {
        let inside = self.folder.as_deref().and_then(|here| path.strip_prefix(here).ok());
        let way = || self.folder.as_deref().filter(|_| self.is_for_people).and_then(|here| upward(here, path));
        let shown = inside.map(Path::to_path_buf).or_else(way).unwrap_or_else(|| path.to_path_buf());
        let shown = shown.to_string_lossy();
        if std::path::MAIN_SEPARATOR == '/' {
            shown.into_owned()
        } else {
            shown.replace(std::path::MAIN_SEPARATOR, "/")
        }
    }
}

/// The most steps upward that are easier to read than an absolute path.
const MOST_UPWARD: usize = 3;

/// The way from the folder `here` to `path`, by `..`; `None` where that is long.
fn upward(here: &Path, path: &Path) -> Option<PathBuf> {
    let shared = here.ancestors().take(MOST_UPWARD + 1).enumerate().find(|(_, above)| path.starts_with(above));
    let (steps, above) = shared.filter(|(_, above)| above.parent().is_some())?;
    Some(PathBuf::from("../".repeat(steps)).join(path.strip_prefix(above).ok()?))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn near_paths_are_shown_by_the_way_there() {
        let way = |path: &str| {
            upward(Path::new("/srv/shop/app"), Path::new(path)).map(|way| way.to_string_lossy().into_owned())
        };
        assert_eq!(way("/srv/shop/requirements.txt").as_deref(), Some("../requirements.txt"));
        assert_eq!(way("/srv/other/x.py").as_deref(), Some("../../other/x.py"));
        assert_eq!(way("/tmp/x.py"), None, "only the top of the disk is shared");
    }
}
