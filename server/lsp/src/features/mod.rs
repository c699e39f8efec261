//! What the client can request of a document: one file a request. Here positions become bytes and places become locations; what is
//! found is decided in the file of the same name in `pinlens_analysis::features`.

pub mod actions;
pub mod commands;
pub mod completion;
pub mod definition;
pub mod files;
pub mod folding;
pub mod hover;
pub mod lenses;
pub mod links;
pub mod references;
pub mod startup;
pub mod symbols;
pub mod tokens;
