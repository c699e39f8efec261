//! The one thread that owns the workspaces, the open documents and what has been published. Everything that happens reaches it
//! as an [`Event`]; it never waits for the disk nor for the client.
//!
//! A round: take events in until a request, or for 20 ms; settle, that is, read the edited documents and apply them as one
//! change; answer the request; publish, the edited files first, and look at the inbox again after 2 ms.

mod actions;
mod disk;
mod publish;
mod pull;
mod requests;
mod resolve;
mod settings;
mod shown;
mod status;
mod sync;

use crate::capabilities::Session;
use crate::documents::Documents;
use crate::event::Event;
use crate::folders::{FolderKey, Folders};
use crate::outbox::Outbox;
use crate::publisher::{FileKey, Publisher};
use crate::request::Request;
use crate::to_proto::View;
use pinlens_analysis::model::change::Change;
use pinlens_facts::words::names::FilePath;
use std::collections::{BTreeMap, BTreeSet, VecDeque};
use std::sync::mpsc::{Receiver, RecvTimeoutError, Sender, TryRecvError};
use std::time::{Duration, Instant};
use tokio::sync::oneshot;
use tower_lsp::ls_types::{CodeActionOrCommand, CodeActionParams, MessageType, Uri};

/// How long a round takes events in before it looks at what they mean.
const DRAIN: Duration = Duration::from_millis(20);

/// How long a round publishes before it looks for events: an edit waits no longer than this behind a long list of other files.
const PUBLISH: Duration = Duration::from_millis(2);

/// How long after the last edit the lists are looked at whose related places have moved.
const QUIET: Duration = Duration::from_millis(150);

/// The state of the server.
pub struct Engine {
    inbox: Sender<Event>,
    outbox: Outbox,
    /// Who the client is; `None` before `initialize`.
    session: Option<Session>,
    folders: Folders,
    documents: Documents,
    publisher: Publisher,
    settings: settings::Layers,
    /// Whether the first walks have been ordered: they wait for the client's settings.
    started: bool,
    /// Documents whose texts have changed since the last settling.
    edited: BTreeSet<Uri>,
    /// Files to publish, the edited ones first, each once.
    urgent: VecDeque<FileKey>,
    /// Files to publish after those.
    pending: BTreeSet<FileKey>,
    /// Edited files; the lists that point into them are looked at when it is quiet.
    moved: BTreeSet<FileKey>,
    quiet_at: Option<Instant>,
    /// Requests that wait for the first index of their folder.
    early: Vec<(CodeActionParams, Reply)>,
    /// The same, of every other kind.
    waiting: Vec<Request>,
    /// What the client asks for of findings.
    pulls: pull::Pulls,
    /// What the client shows beside texts.
    shown: shown::Shown,
    /// Whether the status may be another one than the one told.
    status_due: bool,
    told_status: Option<Status>,
}

pub use pull::WorkspaceReply;
pub use shown::Start;
pub use status::{Status, StatusNotification};

/// The way back to who asked; closed once the request is cancelled.
type Reply = oneshot::Sender<Vec<CodeActionOrCommand>>;

impl Engine {
    /// An engine that nothing has happened to. Its jobs will answer to `inbox`.
    pub fn new(inbox: Sender<Event>, outbox: Outbox) -> Self {
        Self {
            folders: Folders::new(inbox.clone(), outbox.clone()),
            inbox,
            outbox,
            session: None,
            documents: Documents::default(),
            publisher: Publisher::default(),
            settings: settings::Layers::default(),
            started: false,
            edited: BTreeSet::new(),
            urgent: VecDeque::new(),
            pending: BTreeSet::new(),
            moved: BTreeSet::new(),
            quiet_at: None,
            early: Vec::new(),
            waiting: Vec::new(),
            pulls: pull::Pulls::default(),
            shown: shown::Shown::default(),
            status_due: false,
            told_status: None,
        }
    }

    /// Works until the process ends.
    pub fn run(mut self, events: &Receiver<Event>) {
        loop {
            match self.wait(events) {
                Ok(event) => self.drain(event, events),
                Err(RecvTimeoutError::Timeout) => {}
                Err(RecvTimeoutError::Disconnected) => return,
            }
            self.settle();
            self.wake();
            self.publish_slice();
        }
    }

    /// The next event. Does not wait while there is something to publish, nor past the next thing that is due.
    fn wait(&self, events: &Receiver<Event>) -> Result<Event, RecvTimeoutError> {
        if !self.urgent.is_empty() || !self.pending.is_empty() {
            return events.try_recv().map_err(|error| match error {
                TryRecvError::Empty => RecvTimeoutError::Timeout,
                TryRecvError::Disconnected => RecvTimeoutError::Disconnected,
            });
        }
        match [self.quiet_at, self.next_walk()].into_iter().flatten().min() {
            Some(due) => events.recv_timeout(due.saturating_duration_since(Instant::now())),
            None => events.recv().map_err(|_| RecvTimeoutError::Disconnected),
        }
    }

    /// Takes in what has come: up to a request, which sees all that came before it and nothing that came after.
    fn drain(&mut self, first: Event, events: &Receiver<Event>) {
        let began = Instant::now();
        let mut next = Some(first);
        while let Some(event) = next {
            match event {
                Event::CodeAction(params, reply) => {
                    self.settle();
                    return self.answer(*params, reply);
                }
                Event::Request(request) => {
                    self.settle();
                    return self.respond(request);
                }
                event => self.take(event),
            }
            next = (began.elapsed() < DRAIN).then(|| events.try_recv().ok()).flatten();
        }
    }

    fn take(&mut self, event: Event) {
        match event {
            Event::Initialize(session) => self.initialize(*session),
            Event::Initialized => self.initialized(),
            Event::Opened(document) => self.opened(*document),
            Event::Changed(change) => self.changed(*change),
            Event::Saved(uri) => self.saved(&uri),
            Event::Closed(uri) => self.closed(&uri),
            Event::NotebookOpened(notebook) => self.notebook_opened(*notebook),
            Event::NotebookChanged(change) => self.notebook_changed(*change),
            Event::Watched(files) => self.watched(&files),
            Event::Gone(uris) => self.gone(&uris),
            Event::Folders(change) => self.folders_changed(&change),
            Event::PushedSettings(settings) => self.pushed_settings(&settings),
            Event::PulledSettings(answers) => self.pulled_settings(answers),
            Event::WorkspaceDiagnostic(params, reply) => self.pull_workspace(*params, reply),
            Event::Loaded(folder, batch) => self.loaded(folder, *batch),
            Event::Resolve(action, reply) => self.resolve(*action, reply),
            Event::Asked(asked) => self.asked(*asked),
            Event::CodeAction(..) | Event::Request(_) => {} // answered where the inbox is drained
        }
    }

    fn initialize(&mut self, session: Session) {
        self.initial_settings(&session.options);
        for (uri, path) in &session.folders {
            if let Err(error) = self.folders.add(uri, path) {
                self.outbox.warn(error);
            }
        }
        self.folders.nest();
        self.combine_settings();
        self.session = Some(session);
    }

    fn initialized(&mut self) {
        let Some(session) = &self.session else { return };
        self.outbox.register(session);
        self.status_due = true;
        if self.can_be_asked() {
            self.pull_settings();
        } else {
            self.start();
        }
    }

    /// Orders the first walks.
    fn start(&mut self) {
        self.started = true;
        self.walk_new_folders();
    }

    /// Reads the edited documents and applies them as one change a folder.
    fn settle(&mut self) {
        let mut changes: BTreeMap<FolderKey, Change> = BTreeMap::new();
        for uri in std::mem::take(&mut self.edited) {
            self.read_settings_file(&uri);
            let Some(document) = self.documents.get(&uri).filter(|document| document.tracked) else { continue };
            let change = changes.entry(document.place.folder).or_default();
            let aliases = self.folders.get(document.place.folder).map(|folder| &folder.aliases);
            let links = aliases.into_iter().flatten().filter(|(_, real)| **real == document.place.path);
            let facts = document.facts();
            change.files.extend(links.map(|(link, _)| (link.clone(), facts.clone())));
            change.files.push((document.place.path.clone(), facts));
        }
        for (folder, change) in changes {
            let edited: Vec<FilePath> = change.files.iter().map(|(path, _)| path.clone()).collect();
            self.apply(folder, change);
            self.first(folder, &edited);
        }
    }

    /// The only way in: applies a change to a folder and notes what is to be published.
    fn apply(&mut self, key: FolderKey, change: Change) {
        let Some(folder) = self.folders.get_mut(key) else { return };
        let affected = folder.workspace.apply(change);
        self.pending.extend(affected.files.into_iter().map(|file| (key, file)));
        if self.shown.has_starts() {
            self.quiet_at.get_or_insert_with(|| Instant::now() + QUIET);
        }
        self.ask_for_included(key);
    }

    /// Puts edited files before all others, and notes that what points into them has to be looked at again.
    fn first(&mut self, key: FolderKey, edited: &[FilePath]) {
        let Some(folder) = self.folders.get(key) else { return };
        for file in edited.iter().filter_map(|path| folder.workspace.file(path)) {
            self.pending.remove(&(key, file));
            if !self.urgent.contains(&(key, file)) {
                self.urgent.push_back((key, file));
            }
            self.moved.insert((key, file));
        }
        self.quiet_at = Some(Instant::now() + QUIET);
    }

    /// Does what has become due.
    fn wake(&mut self) {
        let now = Instant::now();
        if self.quiet_at.is_some_and(|due| due <= now) {
            self.quiet_at = None;
            self.configure_where_due();
            self.refresh_starts();
            for (key, file) in std::mem::take(&mut self.moved) {
                if let Some(folder) = self.folders.get(key) {
                    self.pending.extend(folder.workspace.pointing_at(file).into_iter().map(|other| (key, other)));
                }
            }
        }
        self.walk_where_due(now);
    }

    fn view(&self, folder: FolderKey) -> Option<View<'_>> {
        let (folder, session) = (self.folders.get(folder)?, self.session.as_ref()?);
        Some(View { folder, documents: &self.documents, session })
    }

    fn log(&self, text: String) {
        self.outbox.log(MessageType::WARNING, text);
    }
}
