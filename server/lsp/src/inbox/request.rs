//! A request on its way to the engine and back: what it is about, and how it is answered there.

use std::fmt;
use tokio::sync::oneshot;
use tower_lsp::ls_types::Uri;

/// A request of the client. `E`, the engine, answers it in its place among the edits.
pub struct Request<E> {
    /// The document that it is about; `None` for the whole workspace.
    pub about: Option<Uri>,
    /// What has to be known before it can be answered.
    pub needs: Needs,
    work: Box<dyn Answer<E>>,
}

/// What has to be known before a request can be answered.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Needs {
    /// The text of the document.
    Text,
    /// The whole folder: an answer before would be a wrong one.
    Folder,
}

trait Answer<E>: Send {
    fn is_cancelled(&self) -> bool;
    fn answer(self: Box<Self>, engine: &mut E);
}

struct Work<W, T> {
    work: W,
    reply: oneshot::Sender<T>,
}

impl<E, W: FnOnce(&mut E) -> T + Send, T: Send> Answer<E> for Work<W, T> {
    fn is_cancelled(&self) -> bool {
        self.reply.is_closed()
    }

    fn answer(self: Box<Self>, engine: &mut E) {
        let _ = self.reply.send((self.work)(engine)); // cancelled just now
    }
}

impl<E> Request<E> {
    /// A request that `work` answers, and the way on which the answer comes; that way is closed where there will be none.
    pub fn new<T: Send + 'static>(
        about: Option<Uri>,
        needs: Needs,
        work: impl FnOnce(&mut E) -> T + Send + 'static,
    ) -> (Self, oneshot::Receiver<T>) {
        let (reply, answer) = oneshot::channel();
        (Self { about, needs, work: Box::new(Work { work, reply }) }, answer)
    }

    /// Whether nobody waits for the answer any more.
    pub fn is_cancelled(&self) -> bool {
        self.work.is_cancelled()
    }

    /// Answers it.
    pub fn answer(self, engine: &mut E) {
        self.work.answer(engine);
    }
}

impl<E> fmt::Debug for Request<E> {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.debug_struct("Request").field("about", &self.about).field("needs", &self.needs).finish_non_exhaustive()
    }
}
