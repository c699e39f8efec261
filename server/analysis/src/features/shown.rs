//! What an editor shows at a place: the text of a hover, and a lens.

use super::prose::Prose;
use pinlens_facts::words::text::TextRange;

/// What is shown, and of which bytes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Hover {
    /// The bytes that it is about.
    pub range: TextRange,
    /// The text.
    pub text: Prose,
}

/// One line above another.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Lens {
    /// The bytes that it is about.
    pub range: TextRange,
    /// What it says.
    pub title: String,
    /// What a click does.
    pub action: LensAction,
}

/// What a click on a lens does.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum LensAction {
    /// Nothing.
    None,
    /// It shows the references of what stands at this byte of the file.
    References(u32),
    /// It shows what the file loads as it is started.
    StartUp,
}
