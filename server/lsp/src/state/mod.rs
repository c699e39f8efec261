//! The state of the server, in parts that know nothing of each other's use: folders, documents, settings, what is to be
//! published and what the client holds. The engine holds one of each.

pub mod documents;
pub mod folder;
pub mod folders;
pub mod jobs;
pub mod layers;
pub mod links;
pub mod lookups;
pub mod publisher;
pub mod pulls;
pub mod queue;
pub mod settings;
pub mod shown;
pub mod status_line;
pub mod worker;
