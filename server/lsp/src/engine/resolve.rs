//! The edit of a code action that needs the package index: looked up when the action is chosen, off the engine's thread.

use super::{Engine, Event};
use crate::inbox::lookup::{LookedUp, LookupError, Reply, of_data};
use crate::keys::FolderKey;
use crate::lifecycle::spawn;
use pinlens_analysis::fixes::lookup::Answer;
use pinlens_loader::package_index::{Failure, PackageIndex, Query, TIME_LIMIT};
use tower_lsp::ls_types::CodeAction;

impl Engine {
    /// Whether the user has switched the index on for a folder.
    pub(crate) fn uses_package_index(&self, key: FolderKey) -> bool {
        self.folders.get(key).is_some_and(|folder| folder.editor.settings.index.unwrap_or_default())
    }

    /// Answers an action that has its edit; looks up that of another in the package index.
    pub(super) fn resolve(&mut self, action: CodeAction, reply: Reply) {
        let question = action.data.as_ref().filter(|_| action.edit.is_none()).and_then(of_data);
        let Some((key, lookup)) = question else {
            let _ = reply.send(Ok(action)); // cancelled just now
            return;
        };
        self.settle();
        let Some(folder) = self.folders.get(key).filter(|_| self.uses_package_index(key)) else {
            let _ = reply.send(Err(LookupError::SwitchedOff));
            return;
        };
        let query = Query {
            name: lookup.name.to_string(),
            version: lookup.version.clone(),
            hashes: lookup.hashes,
            options: folder.workspace.index_options(&lookup),
            python: folder.workspace.python().map(|python| python.to_string()),
        };
        let roots = self.folders.iter().map(|folder| folder.loader.root.clone()).collect();
        let limit = folder.editor.settings.index_limit.unwrap_or(TIME_LIMIT);
        let index = PackageIndex { never_in: roots, limit, ..PackageIndex::new(folder.loader.root.clone()) };
        let shows = self.session.as_ref().is_some_and(|session| session.progress);
        let title = format!("pinlens: looking up {} in the package index", lookup.name);
        let progress = shows.then(|| self.outbox.progress(title));
        let inbox = self.inbox.clone();
        spawn("index", move || {
            let answer = index.look_up(&query, &|| reply.is_closed());
            drop(progress);
            let _ = inbox.send(Event::LookedUp(Box::new(LookedUp { action, reply, folder: key, lookup, answer })));
        });
    }

    /// Makes the edit with the answer of the package index, of the texts as they are now.
    pub(super) fn looked_up(&mut self, looked_up: LookedUp) {
        self.settle();
        let LookedUp { mut action, reply, folder, lookup, answer } = looked_up;
        let answer = match answer {
            Ok(found) => Ok(Answer::Version(found.version, found.hashes)),
            Err(Failure::NoWheel) if !lookup.hashes => Ok(Answer::NoWheel),
            Err(cause) => Err(LookupError::NoAnswer { name: lookup.name.clone(), cause }),
        };
        let made = answer.and_then(|answer| {
            let view = self.view(folder).ok_or(LookupError::NoFolder)?;
            let fix = view.folder.workspace.complete(&lookup, &answer);
            let (target, name) = (lookup.target.clone(), lookup.name.clone());
            let fix = fix.ok_or(LookupError::NoPlace { target: target.clone(), name })?;
            let edit = view.workspace_edit(&fix.edit).ok_or(LookupError::NoAddress { target })?;
            Ok((fix.title, edit, answer))
        });
        let _ = reply.send(made.map(|(title, edit, answer)| {
            if answer == Answer::NoWheel {
                self.outbox.warn(&format!("pinlens: {title}"));
            }
            action.title = title;
            action.edit = Some(edit);
            action
        }));
    }
}
