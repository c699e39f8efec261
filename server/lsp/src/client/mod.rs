//! The client: who it is, and the way to it and from it. Nothing of the workspace is known here.

pub mod framing;
pub mod outbox;
pub mod session;
pub mod status;
pub mod stdin;
