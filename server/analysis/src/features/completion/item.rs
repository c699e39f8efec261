//! What may be typed, and where.

use crate::analysis::Analysis;
use crate::model::ids::FileId;
use pinlens_facts::words::names::DistributionName;
use pinlens_facts::words::text::TextRange;

/// One thing that may be typed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Item {
    /// What is shown, and typed.
    pub label: String,
    /// What is shown next to it.
    pub detail: String,
    /// What it is.
    pub kind: ItemKind,
    /// The bytes that it takes the place of; they end at the cursor.
    pub replaces: TextRange,
    /// The distribution, of which a card can be shown.
    pub distribution: Option<DistributionName>,
}

/// What an item is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[allow(missing_docs)] // the names say it
pub enum ItemKind {
    Distribution,
    Version,
    Extra,
    File,
    Option,
    Variable,
    Operator,
    Value,
    Comment,
    Code,
}

/// The text between where something begins and the cursor.
#[derive(Clone, Copy)]
pub(super) struct Spot<'a> {
    pub ws: &'a Analysis,
    pub file: FileId,
    pub text: &'a str,
    /// The byte at which the text begins.
    pub start: u32,
}

impl Spot<'_> {
    /// The bytes from `at` of the text to the cursor.
    pub fn from(&self, at: usize) -> TextRange {
        TextRange::new(self.start + at as u32, self.start + self.text.len() as u32)
    }

    /// An item that takes the place of the text from `at` on.
    pub fn item(&self, at: usize, kind: ItemKind, label: impl Into<String>, detail: impl Into<String>) -> Item {
        Item { label: label.into(), detail: detail.into(), kind, replaces: self.from(at), distribution: None }
    }
}

/// Whether `name` begins with what is typed, whatever the case.
pub(super) fn begins(name: &str, typed: &str) -> bool {
    name.get(..typed.len()).is_some_and(|start| start.eq_ignore_ascii_case(typed))
}
