//! What remembered values are made of.

use std::any::Any;

/// What a remembered value may be made of. Whether one differs follows from comparing values (`workspace/differs`).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Input {
    /// Which files there are and what each says of where modules lie, of Pythons and hosts; what is installed; the settings.
    Structure,
    /// What manifests declare, and what other files install.
    Declarations,
    /// What files mention that may show a use.
    Mentions,
    /// The facts of Python files, whatever they are.
    Code,
    /// The facts of files that are neither Python nor manifests.
    Texts,
    /// Which names from outside files import, and which of them the target never runs.
    Imports,
    /// What a file does as it is loaded.
    Steps,
    /// The facts of a file that a deployment loads, or that describes one.
    Deployed,
}

/// A set of inputs.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Inputs(u8);

impl Inputs {
    /// The set with one more, where `differs`.
    pub fn add(&mut self, input: Input, differs: bool) {
        self.0 |= u8::from(differs) << input as u8;
    }

    /// Whether the set has one of these.
    pub fn has_any(self, inputs: &[Input]) -> bool {
        inputs.iter().any(|input| self.0 & 1 << *input as u8 != 0)
    }
}

/// A value that a layer keeps between queries. It begins as the default and is filled as it is requested.
pub(crate) trait Remembered: Any + Default + Send {
    /// All that it is made of.
    const INPUTS: &'static [Input];
}
