//! Installing what is missing, where a person has chosen the action: the command is shown, then run off the engine's thread.

use super::{Engine, Event};
use crate::client::outbox::Progress;
use crate::inbox::installed::{Installed, OrderError};
use crate::lifecycle::spawn;
use pinlens_loader::install::Order;
use tower_lsp::ls_types::Uri;

/// What the user answers to being shown the command.
const RUN: &str = "Run";

impl Engine {
    /// Begins the installation of that title, which an action of the file offered: shows its command, and runs it when the user says so.
    pub(crate) fn install(&mut self, uri: &Uri, title: &str) -> Result<(), OrderError> {
        self.settle();
        let order = self.order(uri, title)?;
        let (command, inbox, outbox) = (order.shown(), self.inbox.clone(), self.outbox.clone());
        let shows = self.session.as_ref().is_some_and(|session| session.progress);
        self.outbox.ask(format!("pinlens: run `{command}`?"), RUN, move || {
            let progress = shows.then(|| outbox.progress(format!("pinlens: {command}")));
            spawn("install", move || {
                let result = order.run(&|| progress.as_ref().is_some_and(Progress::is_stopped));
                drop(progress);
                let _ = inbox.send(Event::Installed(Box::new(Installed { command, result })));
            });
        });
        Ok(())
    }

    /// The installation that is offered under the title, as it is now, with its program.
    fn order(&self, uri: &Uri, title: &str) -> Result<Order, OrderError> {
        let gone = || OrderError::Gone(title.to_owned());
        let place = self.place_of(uri).ok_or_else(gone)?;
        let view = self.view(place.folder).ok_or_else(gone)?;
        if !view.session.actions.installs {
            return Err(OrderError::NotTrusted);
        }
        let workspace = &view.folder.workspace;
        let file = workspace.file(&place.path).ok_or_else(gone)?;
        let found = workspace.diagnostics(file);
        let mut offered = found.iter().flat_map(|found| workspace.installs(file, found));
        let install = offered.find(|install| install.title == title).ok_or_else(gone)?;
        let root = &view.folder.loader.root;
        let environment = workspace.environment_location().map(|location| root.join(location));
        let roots: Vec<_> = self.folders.iter().map(|folder| folder.loader.root.clone()).collect();
        Ok(Order::new(&install, root, environment.as_deref(), &roots)?)
    }

    /// Takes note of an installation that has ended: what is installed and required is read again, and a failure is shown.
    pub(super) fn installed(&mut self, installed: &Installed) {
        match &installed.result {
            Ok(()) => self.outbox.info(&format!("pinlens: `{}` is done", installed.command)),
            Err(reason) => self.outbox.warn(&format!("pinlens: `{}` failed: {reason}", installed.command)),
        }
        self.reload();
    }
}
