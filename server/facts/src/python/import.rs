//! Import statements, as values.

use crate::words::names::ModuleName;
use crate::words::suppress::Ignores;
use crate::words::text::TextRange;
use std::sync::Arc;

/// One import statement (or dynamic import call) at its place in a file.
#[derive(Clone, Debug, PartialEq)]
pub struct ImportStatement {
    /// The byte at which the statement begins; the ranges of `parsed` count from here.
    pub start: u32,
    /// What it says. Shared: equal statements of many files are parsed once.
    pub parsed: Arc<ParsedImport>,
    /// When it runs.
    pub context: Context,
    /// What comments on its physical lines silence.
    pub ignores: Ignores,
}

impl ImportStatement {
    /// The bytes of the whole statement.
    pub fn range(&self) -> TextRange {
        TextRange::new(self.start, self.start + self.parsed.len)
    }

    /// The bytes of a range that `parsed` holds.
    pub fn absolute(&self, relative: TextRange) -> TextRange {
        relative.shifted(self.start)
    }
}

/// One parsed import statement. Every range counts from the statement's first byte.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub struct ParsedImport {
    /// The statement's length in bytes.
    pub len: u32,
    /// The number of leading dots of a relative import; 0 for an absolute one.
    pub level: u32,
    /// How it imports.
    pub form: ImportForm,
    /// The modules named: several for `import a, b`, one for `from a import b`, none where nothing could be read.
    pub modules: Box<[ImportedModule]>,
}

/// How a statement imports.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum ImportForm {
    /// `import a.b as c`
    #[default]
    Import,
    /// `from a import b`
    From,
    /// `importlib.import_module("a.b")`, `__import__("a")`: a call with a literal name.
    Dynamic,
}

/// One module that a statement names.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct ImportedModule {
    /// The dotted name without leading dots; empty for `from . import x`.
    pub name: ModuleName,
    /// The dotted name as written, leading dots included.
    pub range: TextRange,
    /// What a `from` import takes from the module: attributes or submodules. `*` for a star.
    pub members: Box<[Member]>,
}

/// A name that a `from` import takes.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Member {
    /// The name in the module, not the one after `as`.
    pub name: Box<str>,
    /// Its bytes.
    pub range: TextRange,
}

/// When an import runs, and what a failure would mean.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub struct Context {
    /// At which time.
    pub phase: Phase,
    /// What a surrounding `try` makes of an `ImportError`.
    pub guard: Guard,
    /// The version and platform tests that must hold, outermost first; all of them.
    pub conditions: Box<[Condition]>,
    /// Which imports are tried instead of it, where there are any.
    pub alternative: Option<Alternative>,
}

/// The place of an import among others of which one is enough: `try: import a`, `except ImportError: import b`.
///
/// A chain is satisfied when all imports of one of its branches are. Where none is, the last branch whose guard is
/// [`Guard::Fallback`] is the one that fails; where there is no such branch, the code carries on without all of them.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Alternative {
    /// Equal for all imports of a chain, and for no others of the file.
    pub chain: u32,
    /// Equal for the imports of a chain that are needed together; it ascends in the order in which they are tried.
    pub branch: u32,
}

/// When a statement runs. The later ones are weaker; nested blocks take the weakest.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Phase {
    /// As the module is imported.
    #[default]
    Import,
    /// As a function or method is called.
    Call,
    /// Only for a type checker: under `if TYPE_CHECKING`.
    TypeChecking,
    /// Never: under `if False`, or after a module-level `sys.exit()`.
    Never,
}

/// What a surrounding `try` makes of an `ImportError`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Guard {
    /// Nothing catches it.
    #[default]
    None,
    /// A handler catches it, and raises or exits.
    Fails,
    /// A handler catches it and carries on, or `contextlib.suppress` does: the import is optional.
    CarriesOn,
    /// The import stands in a handler that caught an `ImportError`, and nothing catches its own: it is tried when another
    /// failed.
    Fallback,
}

/// A test of the running Python that can be decided for a target.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Condition {
    /// `sys.version_info OP (major, minor)`.
    Version {
        /// The comparison.
        op: Comparison,
        /// The right-hand side; a missing minor is 0.
        version: (u8, u8),
    },
    /// `sys.platform`, `os.name`, `platform.system()` or the name of the implementation compared with literals.
    Platform {
        /// Whether the test is for these platforms, or for any other one.
        is: bool,
        /// The literals, as written, of which one is enough: `win32`, `nt`, `Windows`, `PyPy`…
        names: Box<[Box<str>]>,
    },
    /// A setting that is on while people develop: `settings.DEBUG`.
    Debug,
}

/// A comparison operator.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[allow(missing_docs)] // the names say it
pub enum Comparison {
    Less,
    LessOrEqual,
    Equal,
    NotEqual,
    GreaterOrEqual,
    Greater,
}

impl Comparison {
    /// Whether `left OP right` holds, given how `left` compares with `right`.
    pub fn holds(self, ordering: std::cmp::Ordering) -> bool {
        match self {
            Self::Less => ordering.is_lt(),
            Self::LessOrEqual => ordering.is_le(),
            Self::Equal => ordering.is_eq(),
            Self::NotEqual => ordering.is_ne(),
            Self::GreaterOrEqual => ordering.is_ge(),
            Self::Greater => ordering.is_gt(),
        }
    }
}
