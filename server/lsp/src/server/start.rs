//! What comes while `initialize` is being answered waits until it is.
//!
//! The protocol library refuses such messages, and drops notifications without a word. Of a client that sends `initialized` in one go
//! with `initialize`, the folders would never be read, and its requests never be answered.

use std::future::Future;
use std::pin::Pin;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::task::{Context, Poll, Waker};
use tower_lsp::jsonrpc::{Request, Response};
use tower_service::Service;

/// A service that handles `initialize` to its end before it takes the next message.
#[derive(Debug)]
pub struct OneStart<S> {
    inner: S,
    start: Arc<Start>,
}

/// Whether `initialize` is being handled, and who waits for its end.
#[derive(Debug, Default)]
struct Start(Mutex<(bool, Option<Waker>)>);

impl Start {
    fn lock(&self) -> MutexGuard<'_, (bool, Option<Waker>)> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Ends the start when it is dropped: when `initialize` is answered, or will not be.
struct Running(Arc<Start>);

impl Drop for Running {
    fn drop(&mut self) {
        let mut start = self.0.lock();
        start.0 = false;
        if let Some(waker) = start.1.take() {
            waker.wake();
        }
    }
}

impl<S> OneStart<S> {
    /// The service `inner`, with its start in order.
    pub fn new(inner: S) -> Self {
        Self { inner, start: Arc::default() }
    }
}

impl<S: Service<Request, Response = Option<Response>>> Service<Request> for OneStart<S>
where
    S::Future: Send + 'static,
{
    type Response = S::Response;
    type Error = S::Error;
    type Future = Pin<Box<dyn Future<Output = Result<S::Response, S::Error>> + Send>>;

    fn poll_ready(&mut self, context: &mut Context<'_>) -> Poll<Result<(), S::Error>> {
        let mut start = self.start.lock();
        if start.0 {
            start.1 = Some(context.waker().clone());
            return Poll::Pending;
        }
        drop(start);
        self.inner.poll_ready(context)
    }

    fn call(&mut self, request: Request) -> Self::Future {
        let running = (request.method() == "initialize").then(|| {
            self.start.lock().0 = true;
            Running(Arc::clone(&self.start))
        });
        let answer = self.inner.call(request);
        Box::pin(async move {
            let answer = answer.await;
            drop(running);
            answer
        })
    }
}
