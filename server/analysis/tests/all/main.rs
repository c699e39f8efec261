//! The tests of this crate in one binary, which is quicker to build than one a file. The cases lie next to, in `tests/`.

#![allow(clippy::disallowed_methods, clippy::disallowed_types)] // cases are files

mod features;
mod features_total;
mod fixes_properties;
mod fixtures;
mod installed;
mod limits;
mod one_answer;
mod oracle;
