//! The reader.
use super::RequirementsFacts;

/// Reads a requirements file.
pub fn parse(text: &str) -> RequirementsFacts {
    RequirementsFacts {
        text: text.into(),
        requirements: Vec::new(),
        includes: Vec::new(),
        errors: Vec::new(),
        unknowns: Vec::new(),
        style: super::FileStyle::default(),
    }
}
