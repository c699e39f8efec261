//! When the process ends, and with which code.

use pinlens_loader::package_index;
use std::process::ExitCode;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

/// How long the last answers may take to be written once the end is known.
const GRACE: Duration = Duration::from_millis(200);

/// How often the parent process is looked at.
const PARENT_POLL: Duration = Duration::from_millis(500);

/// What is known of the end.
#[derive(Debug, Default)]
pub struct Lifecycle {
    shut_down: AtomicBool,
}

impl Lifecycle {
    /// The client has requested to shut down: the end is a clean one from here on.
    pub fn shut_down(&self) {
        self.shut_down.store(true, Ordering::SeqCst);
    }

    /// 0 after `shutdown`, else 1.
    pub fn exit_code(&self) -> ExitCode {
        ExitCode::from(self.code())
    }

    fn code(&self) -> u8 {
        u8::from(!self.shut_down.load(Ordering::SeqCst))
    }

    /// Ends the process after a short grace, whatever still waits: a client that does not read must not keep it alive.
    pub fn end_soon(self: &Arc<Self>) {
        let lifecycle = Arc::clone(self);
        spawn("end", move || {
            std::thread::sleep(GRACE);
            package_index::stop();
            std::process::exit(i32::from(lifecycle.code()));
        });
    }

    /// Ends the process when `parent` does. A process that is not there now is not watched: containers give foreign ids.
    pub fn watch_parent(self: &Arc<Self>, parent: u32) {
        let Some(is_alive) = watch(parent) else { return };
        let lifecycle = Arc::clone(self);
        spawn("parent", move || {
            while is_alive() {
                std::thread::sleep(PARENT_POLL);
            }
            package_index::stop();
            std::process::exit(i32::from(lifecycle.code()));
        });
    }
}

/// A test of whether the process `id` still lives, or `None` where that cannot be known or it does not live now.
fn watch(id: u32) -> Option<Box<dyn Fn() -> bool + Send>> {
    #[cfg(unix)]
    if std::os::unix::process::parent_id() == id {
        // a process whose parent dies gets another one at once
        return Some(Box::new(move || std::os::unix::process::parent_id() == id));
    }
    runs(id).then(|| Box::new(move || runs(id)) as Box<dyn Fn() -> bool + Send>)
}

/// Whether the process `id` runs, where the system shows its processes as files; a dead one that nobody has waited for does not.
fn runs(id: u32) -> bool {
    let stat = std::fs::read_to_string(format!("/proc/{id}/stat")).unwrap_or_default();
    stat.rsplit_once(')').is_some_and(|(_, rest)| !rest.trim_start().starts_with(['Z', 'X']))
}

/// Starts a thread whose panic ends the process: the editor starts it again, and a failure never looks like "clean".
pub fn spawn(name: &str, work: impl FnOnce() + Send + 'static) {
    let guarded = || {
        if std::panic::catch_unwind(std::panic::AssertUnwindSafe(work)).is_err() {
            eprintln!("pinlens: a thread failed; ending");
            std::process::exit(1);
        }
    };
    if let Err(error) = std::thread::Builder::new().name(format!("pinlens-{name}")).spawn(guarded) {
        eprintln!("pinlens: no thread: {error}");
        std::process::exit(1);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_living_process_is_watched_and_a_missing_one_is_not() {
        if cfg!(target_os = "linux") {
            assert!(runs(std::process::id()));
        }
        assert!(watch(u32::MAX).is_none());
    }
}
