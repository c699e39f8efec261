//! Runs one program to its end, to a time limit, or until nobody wants its answer; nothing of it stays behind.

use super::query::Failure;
use std::io::Read;
use std::process::{Child, Command, ExitStatus, Stdio};
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::thread::{self, JoinHandle};
use std::time::{Duration, Instant};

/// How often it is looked whether the program has ended.
const POLL: Duration = Duration::from_millis(20);

/// The most that is kept of what a program writes, in bytes.
const MOST: u64 = 4 << 20;

/// Whether this process is about to end.
static STOPPED: AtomicBool = AtomicBool::new(false);

/// How many queries are running.
static RUNNING: AtomicUsize = AtomicUsize::new(0);

/// How long [`stop`] waits at most.
const PATIENCE: Duration = Duration::from_millis(500);

/// Ends every program that runs and starts none any more, for this process is about to end and they must not outlive it.
/// Waits until they are gone with their folders, but not long.
pub fn stop() {
    STOPPED.store(true, Ordering::SeqCst);
    let began = Instant::now();
    while RUNNING.load(Ordering::SeqCst) > 0 && began.elapsed() < PATIENCE {
        thread::sleep(POLL / 4);
    }
}

/// Counts one query for as long as it lives.
pub struct Running;

impl Running {
    /// Counts from now on.
    pub fn new() -> Self {
        RUNNING.fetch_add(1, Ordering::SeqCst);
        Self
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        RUNNING.fetch_sub(1, Ordering::SeqCst);
    }
}

/// What a program printed.
pub struct Output {
    /// How it ended.
    pub status: ExitStatus,
    /// Its standard output.
    pub stdout: String,
    /// Its standard error.
    pub stderr: String,
}

/// Runs `command` without input.
pub fn run(mut command: Command, limit: Duration, cancelled: &dyn Fn() -> bool) -> Result<Output, Failure> {
    command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
    #[cfg(unix)]
    std::os::unix::process::CommandExt::process_group(&mut command, 0);
    let began = Instant::now();
    let mut child = command.spawn().map_err(|error| Failure::Other(error.to_string()))?;
    let (stdout, stderr) = (reader(child.stdout.take()), reader(child.stderr.take()));
    let stopped = loop {
        if has_ended(&mut child) {
            break None;
        }
        if cancelled() || STOPPED.load(Ordering::SeqCst) {
            break Some(Failure::Cancelled);
        }
        if began.elapsed() >= limit {
            break Some(Failure::TimedOut);
        }
        thread::sleep(POLL);
    };
    // also after a good end: what the program started and left must not hold the pipes
    let status = end(&mut child);
    let (stdout, stderr) = (text(stdout), text(stderr));
    match (stopped, status) {
        (Some(why), _) => Err(why),
        (None, Ok(status)) => Ok(Output { status, stdout, stderr }),
        (None, Err(error)) => Err(Failure::Other(error.to_string())),
    }
}

/// Whether the program has ended. It is not waited for yet: its id must stay its own until its group is ended.
#[cfg(unix)]
fn has_ended(child: &mut Child) -> bool {
    use rustix::process::{Pid, WaitId, WaitIdOptions, waitid};
    let Some(pid) = Pid::from_raw(child.id().cast_signed()) else { return true };
    let options = WaitIdOptions::EXITED | WaitIdOptions::NOHANG | WaitIdOptions::NOWAIT;
    !matches!(waitid(WaitId::Pid(pid), options), Ok(None))
}

#[cfg(not(unix))]
fn has_ended(child: &mut Child) -> bool {
    !matches!(child.try_wait(), Ok(None))
}

/// Ends the program with all that it started, and waits for it, so that no zombie stays.
fn end(child: &mut Child) -> std::io::Result<ExitStatus> {
    #[cfg(unix)]
    if let Some(group) = rustix::process::Pid::from_raw(child.id().cast_signed()) {
        // the group may have ended by itself
        let _ = rustix::process::kill_process_group(group, rustix::process::Signal::KILL);
    }
    let _ = child.kill();
    child.wait()
}

fn reader(pipe: Option<impl Read + Send + 'static>) -> Option<JoinHandle<Vec<u8>>> {
    let mut pipe = pipe?;
    Some(thread::spawn(move || {
        let mut kept = Vec::new();
        // what is too much is read and dropped, so that the program does not wait for a reader
        let _ = pipe.by_ref().take(MOST).read_to_end(&mut kept);
        let _ = std::io::copy(&mut pipe, &mut std::io::sink());
        kept
    }))
}

fn text(reader: Option<JoinHandle<Vec<u8>>>) -> String {
    let bytes = reader.and_then(|reader| reader.join().ok()).unwrap_or_default();
    String::from_utf8_lossy(&bytes).into_owned()
}

#[cfg(all(test, unix))]
mod tests {
    use super::*;

    fn shell(script: &str) -> Command {
        let mut command = Command::new("/bin/sh");
        command.args(["-c", script]);
        command
    }

    #[test]
    fn what_it_prints_is_read() {
        let output = run(shell("echo out; echo err >&2; exit 3"), Duration::from_secs(30), &|| false).ok().unwrap();
        assert_eq!((output.stdout.as_str(), output.stderr.as_str()), ("out\n", "err\n"));
        assert_eq!(output.status.code(), Some(3));
    }

    #[test]
    fn it_ends_with_all_that_it_started() {
        let folder = tempfile::tempdir().unwrap();
        let pid = folder.path().join("pid");
        let script = format!("sleep 600 & echo $! > {}; wait", pid.display());
        let started = || std::fs::read_to_string(&pid).is_ok_and(|text| text.ends_with('\n'));
        assert_eq!(run(shell(&script), Duration::from_mins(10), &started).err(), Some(Failure::Cancelled));
        let inner = std::fs::read_to_string(&pid).unwrap();
        let stat = || std::fs::read_to_string(format!("/proc/{}/stat", inner.trim())).unwrap_or_default();
        // the orphan is reaped by another process, which takes it a moment
        let is_gone = || stat().rsplit_once(')').is_none_or(|(_, rest)| rest.trim_start().starts_with(['Z', 'X']));
        while !is_gone() {
            thread::sleep(POLL);
        }
    }

    #[test]
    fn the_time_is_limited() {
        let ended = run(shell("sleep 600"), Duration::from_millis(100), &|| false);
        assert_eq!(ended.err(), Some(Failure::TimedOut));
    }
}
