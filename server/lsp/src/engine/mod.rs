//! The one thread that owns the workspaces, the open documents and what has been published. Everything that happens reaches it
//! as an [`Event`]; it never waits for the disk nor for the client.
//!
//! A round: take events in until a request, or for 20 ms; settle, that is, read the edited documents and apply them as one
//! change; answer the request; publish, the edited files first, and look at the inbox again after 2 ms.

mod disk;
mod install;
mod publish;
mod pull;
mod releases;
mod requests;
mod resolve;
mod settings;
mod shared;
mod shown;
mod status;
mod sync;

use crate::client::outbox::Outbox;
use crate::client::session::Session;
use crate::inbox::event;
use crate::inbox::request::Request;
use crate::keys::FolderKey;
use crate::state::documents::Documents;
use crate::state::folders::Folders;
use crate::state::layers::Layers;
use crate::state::publisher::Publisher;
use crate::state::pulls::Pulls;
use crate::state::queue::Queue;
use crate::state::shown::Shown;
use crate::state::status_line::StatusLine;
use pinlens_analysis::model::change::Change;
use pinlens_facts::words::names::FilePath;
use std::collections::BTreeMap;
use std::sync::Arc;
use std::sync::mpsc::{Receiver, RecvTimeoutError, Sender, TryRecvError};
use std::time::{Duration, Instant};
use tower_lsp::ls_types::MessageType;

/// What the engine hears of.
pub type Event = event::Event<Engine>;

/// How long a round takes events in before it looks at what they mean.
const DRAIN: Duration = Duration::from_millis(20);

/// The state of the server.
pub struct Engine {
    inbox: Sender<Event>,
    outbox: Outbox,
    /// Who the client is; `None` before `initialize`.
    session: Option<Session>,
    folders: Folders,
    documents: Documents,
    settings: Layers,
    /// Files to publish.
    queue: Queue,
    /// Requests that wait for the first index of their folder, in the order in which they came.
    waiting: Vec<Request<Engine>>,
    /// What the client holds of findings.
    publisher: Publisher,
    /// What the client requests of findings.
    pulls: Pulls,
    /// What the client shows next to texts.
    shown: Shown,
    /// What the status bar shows.
    status_line: StatusLine,
}

impl Engine {
    /// An engine that nothing has happened to. Its jobs will answer to `inbox`.
    pub fn new(inbox: Sender<Event>, outbox: Outbox) -> Self {
        let results = inbox.clone();
        let results = move |folder, batch| results.send(Event::Loaded(folder, Box::new(batch))).is_ok();
        Self {
            folders: Folders::new(Arc::new(results), outbox.clone()),
            inbox,
            outbox,
            session: None,
            documents: Documents::default(),
            settings: Layers::default(),
            queue: Queue::default(),
            waiting: Vec::new(),
            publisher: Publisher::default(),
            pulls: Pulls::default(),
            shown: Shown::default(),
            status_line: StatusLine::default(),
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
        if !self.queue.is_empty() {
            return events.try_recv().map_err(|error| match error {
                TryRecvError::Empty => RecvTimeoutError::Timeout,
                TryRecvError::Disconnected => RecvTimeoutError::Disconnected,
            });
        }
        match [self.queue.quiet_at(), self.next_walk()].into_iter().flatten().min() {
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
                Event::Request(request) => {
                    self.settle();
                    return self.answer(request);
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
            Event::PulledSettings(pulled) => self.pulled_settings(pulled),
            Event::WorkspaceDiagnostic(params, reply) => self.pull_workspace(*params, reply),
            Event::Loaded(folder, batch) => self.loaded(folder, *batch),
            Event::Resolve(action, reply) => self.resolve(*action, reply),
            Event::LookedUp(answer) => self.looked_up(*answer),
            Event::Released(released) => self.released(*released),
            Event::Installed(installed) => self.installed(&installed),
            Event::Request(_) => {} // answered where the inbox is drained
        }
    }

    fn initialize(&mut self, session: Session) {
        self.initial_settings(&session.options);
        for (uri, path) in &session.folders {
            if let Err(error) = self.folders.add(uri, path) {
                self.outbox.warn(&format!("Cannot read the folder {error}"));
            }
        }
        self.folders.nest();
        self.combine_settings();
        self.session = Some(session);
    }

    fn initialized(&mut self) {
        let Some(session) = &self.session else { return };
        self.outbox.register(session);
        self.status_line.look_again();
        if self.has_configuration() {
            self.pull_settings();
        } else {
            self.start();
        }
    }

    /// Orders the first walks.
    fn start(&mut self) {
        self.folders.start();
        self.walk_new_folders();
    }

    /// Reads the edited documents and applies them as one change a folder.
    fn settle(&mut self) {
        let mut changes: BTreeMap<FolderKey, Change> = BTreeMap::new();
        for uri in self.documents.take_edited() {
            self.read_settings_file(&uri);
            let Some(document) = self.documents.get(&uri) else { continue };
            self.change_elsewhere(document, &mut changes);
            if !document.tracked {
                continue;
            }
            let change = changes.entry(document.place.folder).or_default();
            let folder = self.folders.get(document.place.folder);
            let links = folder.into_iter().flat_map(|folder| folder.links.to(&document.place.path));
            let facts = document.facts();
            change.files.extend(links.map(|link| (link.clone(), facts.clone())));
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
        let paths: Vec<FilePath> = change.files.iter().map(|(path, _)| path.clone()).collect();
        let affected = folder.workspace.apply(change);
        self.queue.add(affected.files.into_iter().map(|file| (key, file)));
        if self.shown.has_starts() {
            self.queue.wait_if_not_waiting();
        }
        self.read_included(key);
        self.publish_elsewhere(key, &paths);
    }

    /// Puts edited files before all others, and notes that what points into them has to be looked at again.
    fn first(&mut self, key: FolderKey, edited: &[FilePath]) {
        let Some(folder) = self.folders.get(key) else { return };
        for file in edited.iter().filter_map(|path| folder.workspace.file(path)) {
            self.queue.add_edited((key, file));
        }
        self.queue.wait_for_quiet();
    }

    /// Does what has become due.
    fn wake(&mut self) {
        let now = Instant::now();
        if let Some(moved) = self.queue.take_moved(now) {
            self.configure_where_due();
            self.refresh_starts();
            for (key, file) in moved {
                if let Some(folder) = self.folders.get(key) {
                    self.queue.add(folder.workspace.pointing_at(file).into_iter().map(|other| (key, other)));
                }
            }
        }
        self.walk_where_due(now);
    }

    fn log(&self, text: &str) {
        self.outbox.log(MessageType::WARNING, text);
    }
}
