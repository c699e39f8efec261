//! What a Python file says about imports.
//!
//! [`scan`] walks the bytes once and finds the statements that matter, each with its block context; [`statement`] parses
//! those statements. Both are total: any text gives a value, and a half-typed statement costs only itself.

pub mod django;
mod django_facts;
mod import;
pub mod installs;
pub mod loading;
pub mod notebook;
pub mod scan;
mod session;
pub mod sessions;
pub mod statement;

use crate::requirements::RequirementsFacts;
use crate::words::layout::Layout;
use crate::words::mention::Mentions;
use crate::words::names::{DistributionName, PythonVersion};
use crate::words::suppress::Ignores;
use crate::words::text::{SparseLines, TextRange};
pub use import::{
    Alternative, Comparison, Condition, Context, Guard, ImportForm, ImportStatement, ImportedModule, Member,
    ParsedImport, Phase,
};

use loading::Loading;
use std::sync::Arc;

/// Turns the text of one import statement into its parsed form. The loader passes one that remembers, for the same lines
/// recur all over a workspace; [`statement::parse`] is the one that does not.
pub type ParseStatement<'a> = dyn Fn(&str) -> Arc<ParsedImport> + 'a;

/// What one Python file says about imports.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct PythonFacts {
    /// The imports, in the order of the text.
    pub imports: Vec<ImportStatement>,
    /// The positions of every range that the imports hold.
    pub lines: SparseLines,
    /// What else runs while the file is loaded, and what its handlers make of failures; `None` where that is nothing.
    pub loading: Option<Box<Loading>>,
    /// What the file as a whole is like.
    pub traits: FileTraits,
    /// What it says of uses without an import; the names in its strings too, where it is a file that configures something.
    pub mentions: Mentions,
    /// The lines on which code of the tables stands, or a URL.
    pub used: Vec<UsedLine>,
    /// The requirements that it declares itself: those of a setup.py, or of a script's block (PEP 723).
    pub declares: Option<Box<RequirementsFacts>>,
    /// The lower bound of the Python that it declares, and the newest known one that a setup.py lets in.
    pub pythons: [Option<PythonVersion>; 2],
    /// Where a setup.py says that packages lie.
    pub layout: Option<Box<Layout>>,
    /// What it says to Django; `None` where that is nothing.
    pub django: Option<Box<django_facts::Django>>,
    /// What the file itself installs, by a cell (`%pip install x`) or a call of pip: it satisfies the imports of that file.
    pub installs: Vec<DistributionName>,
    /// The sessions of a noxfile.
    pub sessions: Box<[session::Session]>,
}

/// A line on which code of the tables stands, or a URL.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct UsedLine {
    /// Its number, from 1.
    pub number: u32,
    /// Its bytes, without the blanks around them.
    pub range: TextRange,
    /// What its comment silences.
    pub ignores: Ignores,
}

/// What matters of a file next to its imports.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[allow(clippy::struct_excessive_bools)] // each is a fact of its own
pub struct FileTraits {
    /// It is run as a script: a `#!` line or a test of `__name__ == "__main__"`.
    pub is_script: bool,
    /// It tests `__name__ == "__main__"` at its top: modules of packages often have a `#!` line for no reason.
    pub has_main: bool,
    /// It makes submodules appear that no file shows: a module-level `__getattr__`, or use of `__path__` or `sys.modules`.
    pub makes_submodules: bool,
    /// It changes `sys.path` (`sys.path.insert`, `.append`, …), so that other folders may hold its modules.
    pub changes_path: bool,
    /// A folder that it puts there is one of the machine that it runs on, by its name.
    pub adds_outside_folder: bool,
    /// The name of a folder that it puts there begins with a dot, so that its files are not read.
    pub adds_hidden_folder: bool,
    /// A folder that it puts there is one that a test makes.
    pub adds_made_folder: bool,
    /// It holds nothing but comments, strings and dunder names: it binds no other name, and imports nothing.
    pub is_bare: bool,
    /// It changes how modules are found (`sys.meta_path`), so that its package's own may bear shorter names.
    pub changes_finders: bool,
    /// It defines functions at its top that are called as tests are: pytest alone runs them.
    pub has_test_functions: bool,
}

/// Whether a text binds no name but dunder ones, by a look at its lines: blank ones, comments, one string, `pass`, `__all__ = …`.
pub(crate) fn is_bare(text: &str) -> bool {
    let mut rest = text.trim_start_matches('\u{feff}').trim_start();
    while rest.starts_with('#') {
        rest = rest.split_once('\n').map_or("", |(_, rest)| rest).trim_start();
    }
    for quotes in ["\"\"\"", "\'\'\'"] {
        if let Some(inside) = rest.strip_prefix(quotes) {
            rest = inside.split_once(quotes).map_or("x", |(_, rest)| rest);
        }
    }
    rest.lines().map(str::trim).all(|line| {
        let is_dunder =
            || line.starts_with("__") && line.split('=').next().is_some_and(|name| name.trim_end().ends_with("__"));
        let is_string =
            || line.len() > 1 && line.starts_with(['"', '\'']) && line.ends_with(['"', '\'']) && !line.contains(';');
        line.is_empty()
            || line.starts_with('#')
            || line == "pass"
            || is_string()
            || is_dunder() && line.contains('=') && !line.contains(['(', ';'])
    })
}
