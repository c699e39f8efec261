//! What an editor requests for a place in a file: one file a feature. Bytes in, bytes out; nothing of the protocol.
//!
//! [`subject`] finds what a cursor stands at, [`places`] where that is declared and imported, [`prose`] holds text that is
//! shown. The protocol's side of each is the file of the same name in `lsp/src/features`.

pub mod card;
pub mod completion;
pub mod definition;
mod deployments;
pub mod folding;
pub mod hints;
pub mod hover;
pub mod lenses;
pub mod links;
pub mod places;
pub mod prose;
pub mod references;
pub mod rename;
pub mod shown;
pub mod subject;
pub mod symbols;
pub mod tokens;
