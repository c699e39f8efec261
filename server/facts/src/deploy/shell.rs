//! The commands of a shell's text, each with how it is joined to the others.

pub use crate::mentions::command::lexer::{Flow, Joint, Simple, commands};
