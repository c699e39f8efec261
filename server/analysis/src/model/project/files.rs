//! What projects are built from, as a trait: it does not matter who holds the files. Of a file only [`Declares`] is seen, so
//! whatever is read is compared when a file changes.

use crate::config::RequirementsFile;
use crate::model::environment::Environment;
use crate::model::ids::FileId;
use pinlens_facts::facts::Declares;
use pinlens_facts::requirements::RequirementsFacts;
use pinlens_facts::words::markers::Target;
use pinlens_facts::words::names::FilePath;
use pinlens_facts::words::roles::{Role, role_of};

/// What the projects are built from.
pub trait Files {
    /// The facts of the file at `path`.
    fn at(&self, path: &FilePath) -> Option<(FileId, Declares<'_>)>;
    /// The path and facts of a file.
    fn get(&self, file: FileId) -> Option<(&FilePath, Declares<'_>)>;
    /// Every file with facts, in path order.
    fn manifests(&self) -> Vec<FileId>;
    /// The files that install distributions for development, in path order.
    fn installers(&self) -> Vec<FileId>;
    /// What the user says of a requirements file.
    fn configured(&self, path: &FilePath) -> Option<&RequirementsFile>;
    /// Whether the user says that a group of dependencies is for developers.
    fn is_dev_group(&self, name: &str) -> bool;
    /// Whether a command that some file writes down installs the requirements file at `path`.
    fn installs(&self, path: &FilePath) -> bool;
    /// Whether the user says that an extra is for developers.
    fn is_dev_extra(&self, name: &str) -> bool;
    /// Whether the user says that a group of dependencies is for run time.
    fn is_runtime_group(&self, name: &str) -> bool;
    /// Whether Python code lies in `folder` at some depth.
    fn has_code(&self, folder: &str) -> bool;
    /// Whether `folder` is a regular package: it has an `__init__`.
    fn is_package(&self, folder: &str) -> bool;
    /// What is installed.
    fn environment(&self) -> &Environment;
    /// What is known of the machine that the code will run on.
    fn target(&self) -> Target<'_>;
}

/// The path and declarations of a manifest.
pub(super) fn declarations(files: &impl Files, id: FileId) -> Option<(&FilePath, &RequirementsFacts)> {
    let (path, facts) = files.get(id)?;
    Some((path, facts.declarations?))
}

/// The folder itself, then each around it, up to the root.
pub(crate) fn folders_above(folder: &str) -> impl Iterator<Item = &str> {
    std::iter::successors(Some(folder), |at| match *at {
        "" => None,
        inner => Some(inner.rsplit_once('/').map_or("", |(outer, _)| outer)),
    })
}

/// The path of `name` in a folder.
pub(crate) fn in_folder(folder: &str, name: &str) -> String {
    if folder.is_empty() { name.to_owned() } else { format!("{folder}/{name}") }
}

/// What a manifest is for: as the user says, else by its name.
pub(crate) fn configured_role(path: &FilePath, files: &impl Files) -> Role {
    files.configured(path).and_then(|file| file.role).unwrap_or_else(|| role_of(path))
}
