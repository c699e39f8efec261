//! What the engine hears of. `E` stands for the engine, which is in a layer above.

pub mod event;
pub mod installed;
pub mod lookup;
pub mod released;
pub mod request;
