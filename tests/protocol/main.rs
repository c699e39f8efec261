//! The server over standard input and output, story by story. The client fails on any message that is missing or unclaimed.

mod abuse;
mod actions;
mod bounds;
mod disk;
mod documents;
mod features;
mod lifecycle;
mod settings;
mod shared;
mod waiting;
