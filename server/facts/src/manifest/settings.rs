//! What a manifest says of its project.

use crate::formats::toml::Document;
use crate::requirements::RequirementsFacts;
use crate::words::layout::Layout;
use crate::words::mention::Mentions;
use crate::words::names::{DistributionName, PythonVersion};
use std::sync::Arc;

/// What a manifest says of its project beside pinlens's own settings.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct SettingsFacts {
    /// The lower bound of the Python that it asks for.
    pub python: Option<PythonVersion>,
    /// The newest known Python that it lets in.
    pub newest_python: Option<PythonVersion>,
    /// The project's own name.
    pub name: Option<DistributionName>,
    /// Every distribution that pyproject.toml or setup.cfg declares, sorted, each once; empty for other files.
    pub declared: Vec<DistributionName>,
    /// The requirements of every table of dependencies, with their places; `None` for a file that never declares any.
    pub declarations: Option<Box<RequirementsFacts>>,
    /// Where it says that packages lie, or tests are run.
    pub layout: Layout,
    /// Whether it packages namespaces (`find_namespace:`): below its roots, one without `__init__` is a namespace.
    pub namespaces: bool,
    /// The commands and plugins that it names, where its kind of file is asked for them.
    pub mentions: Mentions,
    /// Whether all of it is settings of pinlens's own: a `pinlens.toml`.
    pub is_own: bool,
    /// The whole text of a file with settings of pinlens, which are checked where they stand, and of one with environments of tox; empty for
    /// others.
    pub text: Box<str>,
    /// The tree of that text, where it is a pyproject.toml or a pinlens.toml: whatever needs a table of it reads it here.
    pub document: Arc<Document>,
}
