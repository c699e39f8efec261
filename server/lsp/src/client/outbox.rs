//! What goes to the client, out of the engine's way. The engine never waits for a client that is slow to read, and such a
//! client costs bounded memory: of each file only the newest list waits, and of messages only so many.

use crate::client::session::Session;
use crate::client::status::{Status, StatusNotification};
use pinlens_facts::words::printable::printable_lines;
use rustc_hash::FxHashMap;
use serde_json::{Value, json};
use std::collections::{HashMap, VecDeque};
use std::future::Future;
use std::path::PathBuf;
use std::sync::atomic::{AtomicBool, AtomicU32, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, Weak};
use std::time::Duration;
use tokio::runtime::Handle;
use tokio::sync::{Notify, watch};
use tower_lsp::Client;
use tower_lsp::ls_types::{
    ConfigurationItem, MessageActionItem, MessageType, ProgressToken, PublishDiagnosticsParams, Registration, Uri,
    WorkspaceEdit,
};

/// The messages that may wait; of more, the oldest are dropped.
const MESSAGES: usize = 100;

/// How long the client may take to answer a request of ours before we go on without.
const TIMEOUT: Duration = Duration::from_secs(5);

/// The files that are watched, as the protocol's globs: a little more than `FileKind` names, for the engine looks again.
const WATCHED: [&str; 15] = [
    "**/*.{py,pyi,ipynb,so,pyd,pyx}",
    "**/{*requirement*,*constraint*}.{txt,in}",
    "**/{requirements,reqs}/*.{txt,in}",
    "**/{pyproject,pinlens}.toml",
    "**/{uv.lock,poetry.lock,pdm.lock,Pipfile.lock,pylock.toml,pylock.*.toml}",
    "**/.gitignore",
    "**/site-packages/{*.dist-info,*.dist-info/METADATA,*.dist-info/RECORD}",
    "**/{Procfile,Dockerfile,dockerfile,Containerfile,Makefile,makefile,GNUmakefile,Justfile,justfile,.justfile,Pipfile,Jenkinsfile}*",
    "**/*.{sh,bash,zsh,ksh,bat,cmd,ps1,service,mk,mak,just,dockerfile,Dockerfile,containerfile,robot,resource,cron,smk}",
    "**/*.{yml,yaml,ini,cfg,conf,env}",
    "**/{.env,.flaskenv,.flake8,.coveragerc,.pylintrc,pylintrc,.bandit,.sqlfluff,.lintstagedrc,crontab,MLproject,Snakefile,.replit,start,*entrypoint}*",
    "**/{tox,fly,fly.*,nixpacks,railway,netlify,pixi,hatch,mise,.mise,poe_tasks,zensical,ruff,.ruff,zappa_settings}.toml",
    "**/{package,manifest,project,cdk,devcontainer,.devcontainer,railway,app,vercel,zappa_settings,pyrightconfig,cookiecutter}.json",
    "**/.vscode/{launch,tasks}.json",
    "**/{.ebextensions,.husky,.githooks,.git-hooks,cron.d}/*",
];

/// The client's settings: those of each folder, and under `None` those of all others.
pub type ByFolder = Vec<(Option<PathBuf>, Value)>;

/// The way to the client. Cheap to clone.
#[derive(Clone, Debug)]
pub struct Outbox {
    shared: Arc<Shared>,
}

#[derive(Debug)]
struct Shared {
    client: Client,
    runtime: Handle,
    waiting: Mutex<Waiting>,
    wake: Notify,
    tokens: AtomicU32,
    /// What the client is to request again; one that waits is not sent twice.
    refreshes: [Notify; 3],
    /// The progress that is shown, each with whether it was stopped.
    progress: Mutex<Vec<(ProgressToken, Weak<AtomicBool>)>>,
}

/// What the client can be made to request again.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Refresh {
    /// Findings.
    Diagnostics,
    /// Code lenses.
    Lenses,
    /// Inlay hints.
    Hints,
}

#[derive(Debug, Default)]
struct Waiting {
    messages: VecDeque<Message>,
    /// The newest list of each file that waits.
    lists: FxHashMap<Uri, PublishDiagnosticsParams>,
    /// The keys of `lists`, each once, in the order in which they began to wait.
    order: VecDeque<Uri>,
}

/// What is sent in order.
#[derive(Debug)]
enum Message {
    /// For the client's log.
    Log(MessageType, String),
    /// For the user.
    Show(MessageType, String),
    /// How the server is.
    Status(Status),
}

/// Progress that is shown.
#[derive(Debug)]
pub struct Progress {
    sender: watch::Sender<Seen>,
    stopped: Arc<AtomicBool>,
}

impl Progress {
    /// Shows how far it is.
    pub fn show(&self, seen: Seen) {
        self.sender.send_replace(seen);
    }

    /// Whether the user has stopped it.
    pub fn is_stopped(&self) -> bool {
        self.stopped.load(Ordering::Relaxed)
    }
}

/// How far a load is, in files.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Seen {
    /// Read so far.
    pub done: usize,
    /// To be read in all; 0 while that is not known.
    pub total: usize,
}

impl Outbox {
    /// Starts to carry what is put here to `client`.
    pub fn start(client: Client, runtime: Handle) -> Self {
        let (waiting, wake, tokens) = (Mutex::default(), Notify::new(), AtomicU32::new(0));
        let refreshes = [Notify::new(), Notify::new(), Notify::new()];
        let progress = Mutex::default();
        let shared = Shared { client, runtime, waiting, wake, tokens, refreshes, progress };
        let outbox = Self { shared: Arc::new(shared) };
        outbox.spawn(outbox.clone().carry());
        for kind in [Refresh::Diagnostics, Refresh::Lenses, Refresh::Hints] {
            outbox.spawn(outbox.clone().carry_refreshes(kind));
        }
        outbox
    }

    /// Puts a list where it waits in place of an older one of the same file.
    pub fn publish(&self, list: PublishDiagnosticsParams) {
        let mut waiting = self.waiting();
        let uri = list.uri.clone();
        if waiting.lists.insert(uri.clone(), list).is_none() {
            waiting.order.push_back(uri);
        }
        drop(waiting);
        self.shared.wake.notify_one();
    }

    /// Has the client request again, once it has answered the last time.
    pub fn refresh(&self, kind: Refresh) {
        self.shared.refreshes[kind as usize].notify_one();
    }

    async fn carry_refreshes(self, kind: Refresh) {
        let client = &self.shared.client;
        loop {
            self.shared.refreshes[kind as usize].notified().await;
            // a client that refuses or is slow requests at its next edit
            let _ = match kind {
                Refresh::Diagnostics => tokio::time::timeout(TIMEOUT, client.workspace_diagnostic_refresh()).await,
                Refresh::Lenses => tokio::time::timeout(TIMEOUT, client.code_lens_refresh()).await,
                Refresh::Hints => tokio::time::timeout(TIMEOUT, client.inlay_hint_refresh()).await,
            };
        }
    }

    /// Sends how the server is.
    pub fn status(&self, status: Status) {
        self.push(Message::Status(status));
    }

    /// Has the client apply an edit; one that it refuses is logged.
    pub fn apply(&self, edit: WorkspaceEdit) {
        let this = self.clone();
        self.spawn(async move {
            match this.shared.client.apply_edit(edit).await {
                Ok(answer) if answer.applied => {}
                Ok(answer) => {
                    let reason = answer.failure_reason.unwrap_or_default();
                    this.log(MessageType::WARNING, &format!("The client did not apply the edit: {reason}"));
                }
                Err(error) => this.log(MessageType::WARNING, &format!("The client did not apply the edit: {error}")),
            }
        });
    }

    /// Writes to the client's log.
    pub fn log(&self, kind: MessageType, text: &str) {
        self.push(Message::Log(kind, printable_lines(text).into_owned()));
    }

    /// Shows the user a message.
    pub fn info(&self, text: &str) {
        self.push(Message::Show(MessageType::INFO, printable_lines(text).into_owned()));
    }

    /// Asks the user whether to do what `word` says, and does it when the answer is yes. Closing the question is a no.
    pub fn ask(&self, question: String, word: &'static str, then: impl FnOnce() + Send + 'static) {
        let client = self.shared.client.clone();
        self.spawn(async move {
            let choice = |title: &str| MessageActionItem { title: title.to_owned(), properties: HashMap::new() };
            let choices = vec![choice(word), choice("Cancel")];
            let answer = client.show_message_request(MessageType::INFO, question, Some(choices)).await;
            if answer.ok().flatten().is_some_and(|chosen| chosen.title == word) {
                then();
            }
        });
    }

    /// Shows the user a warning.
    pub fn warn(&self, text: &str) {
        self.push(Message::Show(MessageType::WARNING, printable_lines(text).into_owned()));
    }

    fn push(&self, message: Message) {
        let mut waiting = self.waiting();
        if waiting.messages.len() == MESSAGES {
            waiting.messages.pop_front();
        }
        waiting.messages.push_back(message);
        drop(waiting);
        self.shared.wake.notify_one();
    }

    /// Requests the settings of these folders, each as the client spells it and as it is on disk, and of what lies in none. `done`
    /// gets them by folder, those of what lies in none under `None`; or nothing, where no answer comes in time.
    pub fn pull_settings(&self, folders: Vec<(Uri, PathBuf)>, done: impl FnOnce(Option<ByFolder>) + Send + 'static) {
        let client = self.shared.client.clone();
        self.spawn(async move {
            let item = |scope_uri| ConfigurationItem { scope_uri, section: Some("pinlens".to_owned()) };
            let (scopes, roots): (Vec<Uri>, Vec<PathBuf>) = folders.into_iter().unzip();
            let items = std::iter::once(None).chain(scopes.into_iter().map(Some)).map(item).collect();
            let answer = tokio::time::timeout(TIMEOUT, client.configuration(items)).await.ok().and_then(Result::ok);
            done(answer.map(|values| std::iter::once(None).chain(roots.into_iter().map(Some)).zip(values).collect()));
        });
    }

    /// Registers for what the client can watch for us.
    pub fn register(&self, session: &Session) {
        let mut registrations = Vec::new();
        let mut add = |method: &str, options: Value| {
            let (id, method) = (format!("pinlens/{method}"), method.to_owned());
            registrations.push(Registration { id, method, register_options: Some(options) });
        };
        if session.registers.watchers {
            let watchers: Vec<Value> = WATCHED.iter().map(|glob| json!({ "globPattern": glob })).collect();
            add("workspace/didChangeWatchedFiles", json!({ "watchers": watchers }));
        }
        if session.registers.configuration {
            add("workspace/didChangeConfiguration", json!({ "section": "pinlens" }));
        }
        if registrations.is_empty() {
            return;
        }
        let this = self.clone();
        self.spawn(async move {
            let answer = tokio::time::timeout(TIMEOUT, this.shared.client.register_capability(registrations)).await;
            if !matches!(answer, Ok(Ok(()))) {
                let text = "The client did not register the file watchers: files that change on disk are seen late.";
                this.log(MessageType::WARNING, text);
            }
        });
    }

    /// Shows progress until what is given is dropped.
    pub fn progress(&self, title: String) -> Progress {
        let (sender, seen) = watch::channel(Seen::default());
        let number = self.shared.tokens.fetch_add(1, Ordering::Relaxed);
        let token = ProgressToken::String(format!("pinlens/load/{number}"));
        let stopped = Arc::new(AtomicBool::new(false));
        self.shown_progress().push((token.clone(), Arc::downgrade(&stopped)));
        self.spawn(show_progress(self.shared.client.clone(), token, title, seen));
        Progress { sender, stopped }
    }

    /// The user wants the work of this progress stopped.
    pub fn stop(&self, token: &ProgressToken) {
        let mut shown = self.shown_progress();
        shown.retain(|(_, stopped)| stopped.strong_count() > 0);
        let found = shown.iter().find(|(other, _)| other == token).and_then(|(_, stopped)| stopped.upgrade());
        if let Some(stopped) = found {
            stopped.store(true, Ordering::Relaxed);
        }
    }

    fn shown_progress(&self) -> MutexGuard<'_, Vec<(ProgressToken, Weak<AtomicBool>)>> {
        self.shared.progress.lock().unwrap_or_else(PoisonError::into_inner)
    }

    async fn carry(self) {
        loop {
            let client = &self.shared.client;
            while let Some(message) = self.next_message() {
                match message {
                    Message::Log(kind, text) => client.log_message(kind, text).await,
                    Message::Show(kind, text) => client.show_message(kind, text).await,
                    Message::Status(status) => client.send_notification::<StatusNotification>(status).await,
                }
            }
            match self.next_list() {
                Some(list) => self.shared.client.publish_diagnostics(list.uri, list.diagnostics, list.version).await,
                None => self.shared.wake.notified().await,
            }
        }
    }

    fn next_message(&self) -> Option<Message> {
        self.waiting().messages.pop_front()
    }

    fn next_list(&self) -> Option<PublishDiagnosticsParams> {
        let mut waiting = self.waiting();
        let uri = waiting.order.pop_front()?;
        waiting.lists.remove(&uri)
    }

    fn waiting(&self) -> MutexGuard<'_, Waiting> {
        self.shared.waiting.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn spawn(&self, task: impl Future<Output = ()> + Send + 'static) {
        self.shared.runtime.spawn(task);
    }
}

async fn show_progress(client: Client, token: ProgressToken, title: String, mut seen: watch::Receiver<Seen>) {
    let created = tokio::time::timeout(TIMEOUT, client.create_work_done_progress(token.clone())).await;
    if !matches!(created, Ok(Ok(()))) {
        return;
    }
    let progress = client.progress(token, title).with_percentage(0).with_cancel_button().begin().await;
    let mut shown = 0;
    while seen.changed().await.is_ok() {
        let Seen { done, total } = *seen.borrow_and_update();
        let percentage = (done * 100).checked_div(total).unwrap_or_default().min(100) as u32;
        if percentage > shown {
            shown = percentage;
            progress.report_with_message(format!("{done} of {total} files"), percentage, Some(true)).await;
        }
    }
    progress.finish().await;
}
