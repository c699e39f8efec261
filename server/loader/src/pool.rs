//! Threads for work that descends deeply.

/// The stack of a reading thread: the statement parser descends into what it reads.
const STACK: usize = 8 << 20;

/// Runs `work` in a pool of its own, whose threads have large stacks and end with it.
pub(crate) fn in_pool<R: Send>(work: impl FnOnce() -> R + Send) -> R {
    match rayon::ThreadPoolBuilder::new().stack_size(STACK).build() {
        Ok(pool) => pool.install(work),
        // no thread could be started with such a stack: the common pool does it as well
        Err(_) => work(),
    }
}
