//! Invariants 1, 2 and 10: after any edits, what the incremental workspace reports equals what a fresh one does; what a client has
//! after each edit (only the affected files are sent) is never stale, and after the quiet time not even in its ranges; and every
//! fix makes its finding go and brings no other.

mod cases;
mod equal;
mod harmless;
#[cfg(feature = "mutations")]
mod mutations;
mod random;
mod reported;
mod world;
