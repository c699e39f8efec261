//! What a file describes of a deployment, and whether it is deployed.

use crate::analysis::Analysis;
use crate::model::ids::FileId;
use pinlens_facts::deploy::DeployFacts;
use pinlens_facts::facts::FileFacts;
use pinlens_facts::words::lists::List;
use pinlens_facts::words::names::FilePath;

pub(super) fn facts(ws: &Analysis, file: FileId) -> Option<&DeployFacts> {
    match ws.facts(file)? {
        FileFacts::Deploy(facts) => Some(facts),
        _ => None,
    }
}

/// Whether what a file describes is deployed: not where tests, documentation or examples lie.
pub(super) fn is_deployed(path: &FilePath) -> bool {
    let is_aside = |folder: &str| List::AsideFolder.has(folder) || folder.contains("{{");
    let name = path.file_name().to_ascii_lowercase();
    let mut parts = name.split(['.', '-', '_']);
    !path.folder().split('/').any(is_aside) && !parts.any(|part| List::AsideWord.has(part))
}
