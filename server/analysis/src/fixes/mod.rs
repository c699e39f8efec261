//! What mends a finding: edits of texts, with how sure they are.

pub mod add;
mod addition;
pub(crate) mod change;
pub(crate) mod deployed;
mod dropped;
mod empty;
pub(crate) mod extra;
mod fix;
mod hosts;
pub(crate) mod idle;
mod importing;
pub mod install;
pub mod lookup;
mod manifest;
mod marker;
mod named;
mod order;
mod place;
pub(crate) mod purpose;
pub mod remove;
pub mod script;
pub(crate) mod silence;
mod sources;
mod style;
mod target;
pub(crate) mod transfer;
pub mod update;
pub mod version;

pub use fix::{Applicability, FileEdit, Fix, SourceEdit};

pub use dropped::RemoveError;
pub(crate) use dropped::fix as dropped;
pub use named::AddError;
pub(crate) use named::fixes as named;
