//! Every other file that declares requirements, read into the same value as requirements files.
//!
//! One file a format. Each reader is total: any text gives a value, and its ranges are bytes of that text, on character
//! boundaries. A requirement's ranges are those inside its quotes; its `line_range` is what goes when it is removed: the
//! element of the list with its comma, and whole lines where nothing else stands on them.

pub mod conda;
mod constraint;
mod groups;
mod item;
pub mod lock;
pub mod pipfile;
pub mod pixi;
pub mod pyproject;
mod python;
mod rows;
pub mod script;
mod settings;
pub mod setup_cfg;
pub mod setup_py;
mod toml_text;
mod workspace;

pub use crate::words::layout::Layout;
pub use settings::SettingsFacts;

use crate::requirements::Format;

/// Reads all that a manifest says beside pinlens's own settings. The formats that have readers of their own, requirements
/// files and Python, say nothing here.
pub fn settings(format: Format, text: &str) -> SettingsFacts {
    match format {
        Format::Pyproject => pyproject::settings(text),
        Format::SetupCfg => setup_cfg::settings(text),
        Format::Pipfile => pipfile::settings(text),
        Format::Conda => conda::settings(text),
        Format::Pixi => pixi::settings(text),
        Format::Requirements | Format::SetupPy | Format::Script => SettingsFacts::default(),
    }
}
