//! The files whose findings are to be published, in their order.

use crate::keys::FileKey;
use std::collections::{BTreeSet, VecDeque};
use std::time::{Duration, Instant};

/// How long after the last edit the lists are looked at whose related locations have moved.
const QUIET: Duration = Duration::from_millis(150);

/// What waits to be published: the edited files first, each once, then the others.
#[derive(Debug, Default)]
pub struct Queue {
    urgent: VecDeque<FileKey>,
    /// Those after the urgent ones; none of them is urgent.
    pending: BTreeSet<FileKey>,
    /// Edited files; the lists that point into them are looked at when it is quiet.
    moved: BTreeSet<FileKey>,
    quiet_at: Option<Instant>,
}

impl Queue {
    /// Whether nothing waits.
    pub fn is_empty(&self) -> bool {
        self.urgent.is_empty() && self.pending.is_empty()
    }

    /// Puts files behind the edited ones.
    pub fn add(&mut self, files: impl IntoIterator<Item = FileKey>) {
        self.pending.extend(files);
    }

    /// Puts a file before all that is not urgent.
    pub fn add_urgent(&mut self, file: FileKey) {
        self.pending.remove(&file);
        if !self.urgent.contains(&file) {
            self.urgent.push_back(file);
        }
    }

    /// The same for an edited file, into which lists of other files may point.
    pub fn add_edited(&mut self, file: FileKey) {
        self.add_urgent(file);
        self.moved.insert(file);
    }

    /// Takes out the file that comes next.
    pub fn next(&mut self) -> Option<FileKey> {
        self.urgent.pop_front().or_else(|| self.pending.pop_first())
    }

    /// An edit: what can wait for a pause in typing waits from now.
    pub fn wait_for_quiet(&mut self) {
        self.quiet_at = Some(Instant::now() + QUIET);
    }

    /// The same where nothing waits yet.
    pub fn wait_if_not_waiting(&mut self) {
        self.quiet_at.get_or_insert_with(|| Instant::now() + QUIET);
    }

    /// When the pause is long enough; `None` where nothing waits for it.
    pub fn quiet_at(&self) -> Option<Instant> {
        self.quiet_at
    }

    /// Once it is quiet, the files that were edited since the last time.
    pub fn take_moved(&mut self, now: Instant) -> Option<BTreeSet<FileKey>> {
        self.quiet_at.take_if(|due| *due <= now).map(|_| std::mem::take(&mut self.moved))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::keys::FolderKey;
    use pinlens_analysis::model::ids::FileId;

    fn file(id: u32) -> FileKey {
        (FolderKey(0), FileId(id))
    }

    #[test]
    fn edited_files_come_first_and_each_once() {
        let mut queue = Queue::default();
        queue.add([file(1), file(2), file(3)]);
        queue.add_edited(file(3));
        queue.add_edited(file(2));
        queue.add_edited(file(3));
        let order: Vec<FileKey> = std::iter::from_fn(|| queue.next()).collect();
        assert_eq!(order, [file(3), file(2), file(1)]);
        assert!(queue.is_empty());
    }

    #[test]
    fn what_moved_waits_for_a_pause() {
        let mut queue = Queue::default();
        queue.add_edited(file(1));
        assert_eq!(queue.take_moved(Instant::now() + QUIET), None);
        queue.wait_for_quiet();
        assert_eq!(queue.take_moved(Instant::now()), None);
        let due = queue.quiet_at().expect("a time");
        assert_eq!(queue.take_moved(due), Some(BTreeSet::from([file(1)])));
        assert_eq!((queue.quiet_at(), queue.take_moved(due)), (None, None));
    }
}
