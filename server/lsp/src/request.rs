//! A request on its way to the engine and back: what it is about, and how it is answered there.

use crate::engine::Engine;
use std::fmt;
use tokio::sync::oneshot;
use tower_lsp::ls_types::Uri;

/// A question of the client. The engine answers it in its place among the edits.
pub struct Request {
    /// The document that it is about; `None` for the whole workspace.
    pub about: Option<Uri>,
    /// What has to be known before it can be answered.
    pub needs: Needs,
    question: Box<dyn Ask>,
}

/// What has to be known before a request can be answered.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Needs {
    /// The text of the document.
    Text,
    /// The whole folder: an answer before would be a wrong one.
    Folder,
}

trait Ask: Send {
    fn is_cancelled(&self) -> bool;
    fn answer(self: Box<Self>, engine: &mut Engine);
}

struct Question<W, T> {
    work: W,
    reply: oneshot::Sender<T>,
}

impl<W: FnOnce(&mut Engine) -> T + Send, T: Send> Ask for Question<W, T> {
    fn is_cancelled(&self) -> bool {
        self.reply.is_closed()
    }

    fn answer(self: Box<Self>, engine: &mut Engine) {
        let _ = self.reply.send((self.work)(engine)); // cancelled just now
    }
}

impl Request {
    /// A request that `work` answers, and the way on which the answer comes; that way is closed where there will be none.
    pub fn new<T: Send + 'static>(
        about: Option<Uri>,
        needs: Needs,
        work: impl FnOnce(&mut Engine) -> T + Send + 'static,
    ) -> (Self, oneshot::Receiver<T>) {
        let (reply, answer) = oneshot::channel();
        (Self { about, needs, question: Box::new(Question { work, reply }) }, answer)
    }

    /// Whether nobody waits for the answer any more.
    pub fn is_cancelled(&self) -> bool {
        self.question.is_cancelled()
    }

    /// Answers it.
    pub fn answer(self, engine: &mut Engine) {
        self.question.answer(engine);
    }
}

impl fmt::Debug for Request {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.debug_struct("Request").field("about", &self.about).field("needs", &self.needs).finish_non_exhaustive()
    }
}
