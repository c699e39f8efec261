//! What remembered values are made of.

use super::mutations;
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

impl Input {
    const fn name(self) -> &'static str {
        match self {
            Self::Structure => "Structure",
            Self::Declarations => "Declarations",
            Self::Mentions => "Mentions",
            Self::Code => "Code",
            Self::Texts => "Texts",
            Self::Imports => "Imports",
            Self::Steps => "Steps",
            Self::Deployed => "Deployed",
        }
    }
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
        inputs.iter().any(|input| self.has(*input))
    }

    /// Whether the set has one of the inputs of the value that is called so.
    pub fn has_any_of(self, value: &'static str, inputs: &'static [Input]) -> bool {
        inputs.iter().any(|input| !mutations::forgets(value, input.name()) && self.has(*input))
    }

    fn has(self, input: Input) -> bool {
        self.0 & 1 << input as u8 != 0
    }
}

/// A value that a layer keeps between queries. It begins as the default and is filled as it is requested.
pub(crate) trait Remembered: Any + Default + Send {
    /// All that it is made of.
    const INPUTS: &'static [Input];
}
