//! Which files install a requirements file: who reads a list decides what it is for.

use crate::model::ids::FileId;
use crate::model::store::Model;
use pinlens_facts::facts::FileFacts;
use pinlens_facts::mentions::MentionKind;
use pinlens_facts::words::names::FilePath;
use pinlens_facts::words::roles::is_for_development;

/// Whether some file installs the requirements file at `path`: it names its path, or its name alone from the same folder.
pub(crate) fn installs_list(ws: &Model, path: &FilePath) -> bool {
    !installing(ws, path).is_empty()
}

/// Whether the image of an application holds what the requirements file at `path` names: a Dockerfile installs it that is not for
/// development by its own path.
pub(crate) fn is_list_of_image(ws: &Model, path: &FilePath) -> bool {
    let is_image = |from: &FilePath| from.file_name().to_ascii_lowercase().contains("dockerfile");
    let is_deployed = |from: &FilePath| !from.as_str().split('/').any(is_for_development);
    installing(ws, path).into_iter().any(|from| is_image(from) && is_deployed(from))
}

/// The files that install the requirements file at `path`.
pub(crate) fn installing<'a>(ws: &'a Model, path: &FilePath) -> Vec<&'a FilePath> {
    let installs = |text: &str, from: &FilePath| {
        let text = text.replace('\\', "/");
        let written = text.trim_start_matches("./").trim_start_matches('/');
        let is_end = path.as_str().strip_suffix(written).is_some_and(|rest| rest.is_empty() || rest.ends_with('/'));
        // what a service that builds reads of a hidden folder runs in the folder around that
        let is_around = || is_below_hidden(from, path, written);
        from.folder() == path.folder() || from.sibling(&text) == *path || written.contains('/') && is_end || is_around()
    };
    let files = ws.evidence().files_of(MentionKind::List, path.file_name()).iter();
    let does = |file: &&FileId| {
        let named =
            ws.facts(**file).and_then(FileFacts::mentions).into_iter().flat_map(|all| all.of(MentionKind::List));
        named.map(|mention| &*mention.text).any(|text| installs(text, ws.path(**file)))
    };
    files.filter(does).map(|file| ws.path(*file)).collect()
}

/// Whether `path` is `written`, seen from the folder around the outermost hidden folder that `from` lies in: `.github/workflows/test.yml`.
fn is_below_hidden(from: &FilePath, path: &FilePath, written: &str) -> bool {
    let names = || from.folder().split('/');
    let around = names().take_while(|name| !name.starts_with('.')).collect::<Vec<_>>().join("/");
    let inside = path.as_str().strip_prefix(&around).map(|rest| rest.trim_start_matches('/'));
    names().any(|name| name.starts_with('.') && name.len() > 1) && inside == Some(written)
}
