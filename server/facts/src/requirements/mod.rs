//! What a requirements file says, as pip reads it: a value AND its errors, with a range for every part.

mod parse;
mod role;

use crate::words::names::DistributionName;
use crate::words::suppress::Ignores;
use crate::words::text::{LineIndex, TextRange};
use crate::words::workspaces::WorkspaceFacts;
use std::sync::Arc;

pub use parse::parse;
pub use parse::parse_alone;
pub use role::role_of_requirement;

/// One requirements file.
#[derive(Clone, Debug, PartialEq)]
pub struct RequirementsFacts {
    /// The whole text, kept verbatim: these files are few and small, and every fix is placed in it.
    pub text: Arc<str>,
    /// Where its lines begin.
    pub lines: LineIndex,
    /// The requirements, in the order of the text, those with errors included where a name or source could be read.
    pub requirements: Vec<Requirement>,
    /// The `-r` and `-c` lines.
    pub includes: Vec<Include>,
    /// What is wrong, in the order of the text.
    pub errors: Vec<SyntaxError>,
    /// What of the file cannot be known; empty where everything is.
    pub unknowns: Vec<Unknown>,
    /// What the file is like as a whole.
    pub style: FileStyle,
    /// The format that they were read from.
    pub format: Format,
    /// The name of the project, where a setup.py says it; the other formats have it in their settings.
    pub project: Option<DistributionName>,
    /// Whether it says in so many words that the code requires nothing: its list is there, and empty.
    pub requires_nothing: bool,
    /// What a pyproject.toml says of the workspace that its project is part of.
    pub workspace: Option<Box<WorkspaceFacts>>,
    /// The parts of a program of which one alone is run: the branches of an `if`, in pairs.
    pub choices: Vec<[TextRange; 2]>,
}

impl RequirementsFacts {
    /// What `text` in `format` says before anything of it is read: nothing.
    pub fn new(text: &str, format: Format) -> Self {
        Self {
            text: text.into(),
            lines: LineIndex::new(text),
            requirements: Vec::new(),
            includes: Vec::new(),
            errors: Vec::new(),
            unknowns: Vec::new(),
            style: FileStyle::default(),
            format,
            project: None,
            requires_nothing: false,
            workspace: None,
            choices: Vec::new(),
        }
    }

    /// Whether the requirement at this place is in one of several branches.
    pub fn is_alternative(&self, range: TextRange) -> bool {
        let holds = |part: &TextRange| part.start <= range.start && range.end <= part.end;
        self.choices.iter().flatten().any(holds)
    }

    /// Whether the program that the file is declares only one of the requirements at these places.
    pub fn are_alternatives(&self, one: TextRange, other: TextRange) -> bool {
        let holds = |part: &TextRange, inner: TextRange| part.start <= inner.start && inner.end <= part.end;
        self.choices.iter().any(|[first, second]| {
            holds(first, one) && holds(second, other) || holds(first, other) && holds(second, one)
        })
    }

    /// Whether nothing is wrong on the lines of a requirement of the file.
    pub fn is_sound(&self, requirement: &Requirement) -> bool {
        let line = requirement.line_range;
        let after = self.errors.partition_point(|error| error.range.start < line.start);
        self.errors.get(after).is_none_or(|error| error.range.start >= line.end)
    }
}

/// The format of a file that declares requirements.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Format {
    /// A requirements or constraints file.
    #[default]
    Requirements,
    /// `pyproject.toml`.
    Pyproject,
    /// `setup.cfg`.
    SetupCfg,
    /// `setup.py`.
    SetupPy,
    /// `Pipfile`.
    Pipfile,
    /// conda's `environment.yml`.
    Conda,
    /// pixi's `pixi.toml`.
    Pixi,
    /// The block in a script's comments (PEP 723).
    Script,
}

/// For whom a requirement is declared.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub enum Group {
    /// A line of a requirements file: its role is the file's.
    #[default]
    File,
    /// Whoever installs the project.
    Runtime,
    /// Who requests this extra: optional dependencies.
    Extra(Box<str>),
    /// Its developers: a dependency group (PEP 735) or what older tools have in its place; the group's name, as written.
    Development(Box<str>),
    /// Whoever builds the project: `build-system.requires`, `setup_requires`.
    Build,
    /// Nobody: it only chooses versions.
    Constraint,
}

/// What matters of a requirements file as a whole.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct FileStyle {
    /// The file says that pip-compile, uv or a like tool wrote it.
    pub compiled: bool,
    /// It holds a `--hash` or `--require-hashes`, so pip demands hashes of every line.
    pub hashes: bool,
}

/// One requirement: a line that makes pip install something.
#[derive(Clone, Debug, PartialEq)]
pub struct Requirement {
    /// The distribution, where it is known: written, `#egg=`, or the name part of a wheel's file name.
    pub name: Option<DistributionName>,
    /// The bytes of that name; of the URL or path where it has none.
    pub name_range: TextRange,
    /// The requirement from its name (or `-e`) to the end of its marker; without options, comment and line break.
    pub range: TextRange,
    /// The whole logical line: indentation, continuation lines, hashes, trailing comment and final line break.
    pub line_range: TextRange,
    /// Where it comes from.
    pub source: Source,
    /// The extras, in the order of the text, as written.
    pub extras: Vec<Spanned>,
    /// The version specifiers (`>=2,<3`), without brackets, as written; empty text never occurs.
    pub specifier: Option<Spanned>,
    /// The environment marker after `;`, as written.
    pub marker: Option<Spanned>,
    /// The comment at the line's end, with its `#`.
    pub comment: Option<TextRange>,
    /// What comments on its physical lines silence.
    pub ignores: Ignores,
    /// The names after `# via`, where a compiling tool wrote them below or behind the requirement.
    pub via: Vec<Box<str>>,
    /// For whom it is declared.
    pub group: Group,
}

impl Requirement {
    /// The version of an exact pin (`==1.2.3`, not `==1.2.*`, not several specifiers), as written.
    pub fn pinned_version(&self) -> Option<&str> {
        let version = self.specifier.as_ref()?.text.strip_prefix("==")?.trim_start_matches('=').trim();
        (!version.contains([',', '*']) && !version.is_empty()).then_some(version)
    }
}

/// A piece of text with its place.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Spanned {
    /// The text as written.
    pub text: Box<str>,
    /// Its bytes.
    pub range: TextRange,
}

/// Where a requirement comes from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Source {
    /// The index, by name.
    Index,
    /// A channel of conda, by conda's name.
    Conda,
    /// An archive at a URL: `name @ https://…` or a bare URL.
    Url,
    /// A version control system: `git+https://…`.
    Vcs,
    /// A local file or folder.
    Path,
}

impl Source {
    /// Whether a repository of packages is requested it by its name.
    pub const fn is_by_name(self) -> bool {
        matches!(self, Self::Index | Self::Conda)
    }
}

/// A `-r` or `-c` line.
#[derive(Clone, Debug, PartialEq)]
pub struct Include {
    /// Whether its requirements are installed, or only constrain others.
    pub kind: IncludeKind,
    /// The path as written, unquoted.
    pub target: Box<str>,
    /// The bytes of the path.
    pub target_range: TextRange,
    /// The bytes from the option to the path's end.
    pub range: TextRange,
    /// What comments on its physical lines silence.
    pub ignores: Ignores,
    /// For whom the file's requirements are declared.
    pub group: Group,
}

/// What an included file is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum IncludeKind {
    /// `-r`: its requirements are installed.
    Requirements,
    /// `-c`: its pins choose versions, and declare nothing.
    Constraints,
}

/// Something that pip would refuse.
#[derive(Clone, Debug, PartialEq)]
pub struct SyntaxError {
    /// The bytes that are wrong.
    pub range: TextRange,
    /// What is wrong and what would be right, in one sentence.
    pub message: String,
    /// What comments on the physical lines silence.
    pub ignores: Ignores,
}

/// Why the requirements of a file cannot all be known.
#[derive(Clone, Debug, PartialEq)]
pub struct Unknown {
    /// The bytes that hide something.
    pub range: TextRange,
    /// Why.
    pub reason: UnknownReason,
    /// For whom what it hides is declared.
    pub group: Group,
}

/// What hides a requirement's name.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum UnknownReason {
    /// A `${VAR}` stands where the name, the URL's end or the path would.
    Variable,
    /// A URL or local path that does not name the distribution.
    Nameless,
    /// A line whose name is lost in an error.
    Invalid,
    /// Declarations that a program computes elsewhere.
    Dynamic,
    /// The whole file is there and was not read.
    Unread,
}
