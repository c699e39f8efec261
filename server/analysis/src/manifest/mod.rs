//! Every other file that declares requirements, read into the same value as requirements files.
//!
//! One file a format. Each reader is total: any text gives a value, and its ranges are bytes of that text, on character
//! boundaries. A requirement's ranges are those inside its quotes; its `line_range` is what goes when it is removed: the
//! element of the list with its comma, and whole lines where nothing else stands on them.

pub mod conda;
mod constraint;
mod groups;
pub(crate) mod ini;
mod item;
pub mod lock;
pub mod pipfile;
pub mod pyproject;
mod python;
mod rows;
pub mod script;
pub mod setup_cfg;
pub mod setup_py;
pub(crate) mod toml_text;

use crate::facts::SettingsFacts;
use crate::requirements::Format;

/// Reads all that a manifest says beside pinlens's own settings. The formats that have readers of their own, requirements
/// files and Python, say nothing here.
pub fn settings(format: Format, text: &str) -> SettingsFacts {
    match format {
        Format::Pyproject => pyproject::settings(text),
        Format::SetupCfg => setup_cfg::settings(text),
        Format::Pipfile => pipfile::settings(text),
        Format::Conda => conda::settings(text),
        Format::Requirements | Format::SetupPy | Format::Script => SettingsFacts::default(),
    }
}

/// The folder that holds a package, by the folder that is the package itself: `lib` for `("a.b", "lib/a/b")`, and the folder
/// itself for the packages without a row of their own (`("", "src")`). `None` where the folder is not called as the package.
fn package_root(package: &str, folder: &str) -> Option<Box<str>> {
    let folder = folder.trim_end_matches('/');
    if package.is_empty() {
        return Some(folder.into());
    }
    let inner = package.replace('.', "/");
    let outer = folder.strip_suffix(inner.as_str())?;
    (outer.is_empty() || outer.ends_with('/')).then(|| outer.trim_end_matches('/').into())
}

/// The roots as written, each once: without `./` and a `/` at the end, empty for the file's own folder.
fn tidy(roots: impl Iterator<Item = Box<str>>) -> Vec<Box<str>> {
    let mut found: Vec<Box<str>> = Vec::new();
    for root in roots {
        let root = root.trim().trim_end_matches('/');
        let root: Box<str> = root.strip_prefix("./").unwrap_or(if root == "." { "" } else { root }).into();
        if !found.contains(&root) {
            found.push(root);
        }
    }
    found
}
