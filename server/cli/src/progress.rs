//! The progress bar: one line on standard error, only on a terminal, only for work that takes long, gone at the end.

use std::io::{IsTerminal, Write};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::mpsc::{self, RecvTimeoutError, Sender};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

/// How long the work may take before the bar appears.
const PATIENCE: Duration = Duration::from_millis(500);
/// How often the bar is drawn again.
const TICK: Duration = Duration::from_millis(100);
/// The cells of the bar itself.
const WIDTH: usize = 24;

/// A bar that a thread of its own draws, so that it moves on while the work is stuck. Dropping it clears the line.
#[derive(Debug)]
pub struct Progress {
    counts: Arc<Counts>,
    drawing: Option<(Sender<()>, JoinHandle<()>)>,
}

#[derive(Debug, Default)]
struct Counts {
    done: AtomicUsize,
    total: AtomicUsize,
}

impl Progress {
    /// Begins to count, and to draw where standard error is a terminal.
    pub fn start() -> Self {
        let counts = Arc::new(Counts::default());
        let drawing = std::io::stderr().is_terminal().then(|| draw_in_thread(Arc::clone(&counts)));
        Self { counts, drawing }
    }

    /// So many more files are to be read.
    pub fn expect(&self, files: usize) {
        self.counts.total.fetch_add(files, Ordering::Relaxed);
    }

    /// So many more have been read.
    pub fn advance(&self, files: usize) {
        self.counts.done.fetch_add(files, Ordering::Relaxed);
    }
}

impl Drop for Progress {
    fn drop(&mut self) {
        if let Some((stop, thread)) = self.drawing.take() {
            drop(stop);
            // a panic of the drawing thread has been printed already, and costs nothing but the bar
            let _ = thread.join();
        }
    }
}

fn draw_in_thread(counts: Arc<Counts>) -> (Sender<()>, JoinHandle<()>) {
    let (stop, stopped) = mpsc::channel::<()>();
    let thread = std::thread::spawn(move || {
        let started = Instant::now();
        let mut drawn = false;
        while stopped.recv_timeout(TICK) == Err(RecvTimeoutError::Timeout) {
            if started.elapsed() >= PATIENCE {
                show(&line(counts.done.load(Ordering::Relaxed), counts.total.load(Ordering::Relaxed)));
                drawn = true;
            }
        }
        if drawn {
            show("");
        }
    });
    (stop, thread)
}

/// Puts `line` in place of what stands on the terminal's line. A terminal that is gone is not worth a message.
fn show(line: &str) {
    let mut stderr = std::io::stderr().lock();
    let _ = write!(stderr, "\r\x1b[K{line}");
    let _ = stderr.flush();
}

/// `Reading [######      ] 512/1024`; before the number of files is known, that they are looked for.
fn line(done: usize, total: usize) -> String {
    if total == 0 {
        return String::from("Looking for files…");
    }
    let done = done.min(total);
    let filled = done * WIDTH / total;
    format!("Reading [{:<WIDTH$}] {done}/{total}", "#".repeat(filled))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_bar_fills() {
        assert_eq!(line(0, 0), "Looking for files…");
        assert_eq!(line(0, 8), "Reading [                        ] 0/8");
        assert_eq!(line(2, 8), "Reading [######                  ] 2/8");
        assert_eq!(line(9, 8), "Reading [########################] 8/8");
    }
}
