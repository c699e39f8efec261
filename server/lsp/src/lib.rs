//! The protocol crate: the language server on standard input and output.
//!
//! The only place where LSP's positions, URIs and async occur. [`server`] puts every message on one inbox, [`engine`] is the
//! one thread that owns the workspaces and answers, [`client`] carries what is sent to the client. Nothing here decides
//! what a finding is; that is `pinlens_analysis`.

#![forbid(unsafe_code)]

mod border;
mod client;
mod engine;
mod features;
mod inbox;
mod keys;
mod lifecycle;
mod server;
mod state;
mod view;

use client::stdin;
use server::backend::Backend;
use server::start::OneStart;
use std::process::ExitCode;
use std::sync::Arc;
use tower_lsp::ls_types::notification::{Notification, WorkDoneProgressCancel};
use tower_lsp::{LspService, Server};

/// How many messages may be waiting for the engine at a time: any number. At a limit, the edits and cancellations behind it would wait
/// too, and the client's answer about its settings, without which no folder is read and nothing is answered.
const CONCURRENCY: usize = usize::MAX;

/// Serves one client on standard input and output until `exit`, the end of the input, or the death of the client.
///
/// Gives 0 after a `shutdown` and 1 otherwise, as the protocol has it.
///
/// ```no_run
/// fn main() -> std::process::ExitCode {
///     pinlens_lsp::serve()
/// }
/// ```
pub fn serve() -> ExitCode {
    let runtime = match tokio::runtime::Builder::new_current_thread().enable_time().build() {
        Ok(runtime) => runtime,
        Err(error) => {
            eprintln!("pinlens: no runtime: {error}");
            return ExitCode::FAILURE;
        }
    };
    let lifecycle = Arc::new(lifecycle::Lifecycle::default());
    runtime.block_on(run(Arc::clone(&lifecycle)));
    // not dropped: that would wait for a write which a dead client never reads
    runtime.shutdown_background();
    pinlens_loader::package_index::stop();
    lifecycle.exit_code()
}

async fn run(lifecycle: Arc<lifecycle::Lifecycle>) {
    let runtime = tokio::runtime::Handle::current();
    let init = |client| Backend::new(client, runtime.clone(), Arc::clone(&lifecycle));
    let unreadable = Backend::unreadable;
    let service = LspService::build(init).custom_method(stdin::UNREADABLE_METHOD, unreadable);
    let (service, socket) = service.custom_method(WorkDoneProgressCancel::METHOD, Backend::stop).finish();
    let outbox = service.inner().outbox();
    let input = stdin::tap(&runtime, lifecycle, outbox);
    Server::new(input, tokio::io::stdout(), socket).concurrency_level(CONCURRENCY).serve(OneStart::new(service)).await;
}
