//! What is looked up in the package index for a code action, and what comes back.

use crate::keys::FolderKey;
use pinlens_analysis::fixes::lookup::Lookup;
use pinlens_facts::words::names::{DistributionName, FilePath};
use pinlens_loader::package_index::{Failure, Found};
use serde_json::{Value, json};
use thiserror::Error;
use tokio::sync::oneshot;
use tower_lsp::ls_types::CodeAction;

/// The way back to who wants an action's edit.
pub type Reply = oneshot::Sender<Result<CodeAction, LookupError>>;

/// Why an action has no edit, in words for the user.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum LookupError {
    /// The user has not allowed it.
    #[error("the package index is switched off (pinlens.index.enabled)")]
    SwitchedOff,
    /// The folder was closed meanwhile.
    #[error("the folder is gone")]
    NoFolder,
    /// There is no answer.
    #[error("{name}: {cause}")]
    NoAnswer {
        /// What was looked up.
        name: DistributionName,
        /// Why.
        #[source]
        cause: Failure,
    },
    /// The file has changed meanwhile.
    #[error("{target} has no place for {name} any more")]
    NoPlace {
        /// The file.
        target: FilePath,
        /// What was to be added.
        name: DistributionName,
    },
    /// The file cannot be named to the client.
    #[error("{target} has no address")]
    NoAddress {
        /// The file.
        target: FilePath,
    },
}

/// An answer of the package index, with what it is for.
#[derive(Debug)]
pub struct LookedUp {
    /// The action without its edit.
    pub action: CodeAction,
    /// Who waits for it.
    pub reply: Reply,
    /// The folder.
    pub folder: FolderKey,
    /// What was looked up.
    pub lookup: Lookup,
    /// What the package index answered.
    pub answer: Result<Found, Failure>,
}

/// What the client keeps of an action without an edit: how to make it.
pub fn data(folder: FolderKey, lookup: &Lookup) -> Value {
    json!({
        "folder": folder.0,
        "at": lookup.at.as_str(),
        "target": lookup.target.as_str(),
        "name": lookup.name.as_str(),
        "version": lookup.version,
        "hashes": lookup.hashes,
    })
}

/// The other way round; `None` for what is none of ours.
pub fn of_data(data: &Value) -> Option<(FolderKey, Lookup)> {
    let text = |key: &str| data.get(key).and_then(Value::as_str);
    let lookup = Lookup {
        at: FilePath::new(text("at")?),
        target: FilePath::new(text("target")?),
        name: DistributionName::new(text("name")?),
        version: text("version").map(str::to_owned),
        hashes: data.get("hashes")?.as_bool()?,
    };
    Some((FolderKey(u32::try_from(data.get("folder")?.as_u64()?).ok()?), lookup))
}
