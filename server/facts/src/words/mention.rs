//! What a file says that may show a use: typed, with its line, in a fixed order.

use std::fmt;

/// In which way a file says something.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum MentionKind {
    /// A command line is run; the text is its words, the executable's base name first.
    Command,
    /// `python -m text`, with the arguments behind it.
    Module,
    /// Options that a configuration adds to every run of a tool, whose name is the first word: `pytest --cov=src`.
    Options,
    /// A distribution that a tool requests by its own name: pytest's `required_plugins`, tox's `requires`.
    Distribution,
    /// A plugin, an extension or a dotted name in settings. Where the name alone says little, its key stands before it,
    /// `type=snowflake`, `driver.name=docker`; the codes of flake8 are `flake8 select B950`.
    Name,
    /// A URL with this scheme.
    Url,
    /// An environment variable of the table, with its value where one is written.
    Variable,
    /// A key of pytest's configuration.
    Ini,
    /// A tool has a table or a file of its own: weak.
    Tool,
    /// The build backend or what it requires.
    Build,
    /// Code of the table, `host atom`, in a file that imports the host.
    Code,
    /// A fixture that the project defines itself.
    Fixture,
    /// A distribution, or `-r file`, that tox or nox installs for its runs: a declaration for development, and no use.
    Install,
    /// A requirements file, as it is written, that pip is given or that goes into an image.
    List,
    /// A host that the code is for: its id, or the text by which `hosts.tsv` knows a file of it.
    Host,
    /// The version of Python that runs the code.
    Python,
    /// A pattern of what git leaves out.
    Ignored,
    /// A folder that another repository fills.
    Submodule,
    /// A module that code puts into `sys.modules` under this name.
    Provides,
    /// The last segment of a compiled module that a build makes.
    Extension,
    /// Packages come from another index than the public one, or from a folder: the option or variable that says so, never its value.
    PackageIndex,
    /// What a command of pip installs without naming distributions: a repository, an archive, a list in a variable.
    InstallsUnknown,
}

/// One thing that a file says.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Mention {
    /// In which way.
    pub kind: MentionKind,
    /// What.
    pub text: Box<str>,
    /// On which line, counted from 1.
    pub line: u32,
}

impl Mention {
    /// The first word: the executable of a command.
    pub fn head(&self) -> &str {
        self.text.split(' ').next().unwrap_or_default()
    }
}

/// All that a file says, sorted; each thing once, at its first line.
#[derive(Clone, Default, PartialEq, Eq)]
pub struct Mentions {
    all: Box<[Mention]>,
}

impl Mentions {
    /// Sorts what was collected.
    pub(crate) fn new(mut all: Vec<Mention>) -> Self {
        all.sort_unstable();
        all.dedup_by(|later, earlier| later.kind == earlier.kind && later.text == earlier.text);
        Self { all: all.into() }
    }

    /// All of them, in order.
    pub fn all(&self) -> &[Mention] {
        &self.all
    }

    /// Whether the file says nothing.
    pub fn is_empty(&self) -> bool {
        self.all.is_empty()
    }

    /// What is said, without the lines: a keystroke that only moves mentions changes nothing.
    pub fn texts(&self) -> impl Iterator<Item = (MentionKind, &str)> {
        self.all.iter().map(|one| (one.kind, &*one.text))
    }

    /// The same with more mentions.
    pub(crate) fn with(self, more: Vec<Mention>) -> Self {
        if more.is_empty() {
            return self;
        }
        Self::new(self.all.into_vec().into_iter().chain(more).collect())
    }

    /// The texts of one way.
    pub fn of(&self, kind: MentionKind) -> impl Iterator<Item = &Mention> {
        let start = self.all.partition_point(|mention| mention.kind < kind);
        self.all[start..].iter().take_while(move |mention| mention.kind == kind)
    }
}

impl fmt::Debug for Mentions {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.debug_list().entries(self.all.iter().map(|m| (m.kind, &*m.text, m.line))).finish()
    }
}

/// Where readers put what they find.
#[derive(Debug, Default)]
pub(crate) struct Collector {
    all: Vec<Mention>,
}

impl Collector {
    /// The most that is kept of one file and of one text: enough for any file that a person wrote.
    const LIMIT: usize = 2000;
    const LENGTH: usize = 600;

    pub(crate) fn add(&mut self, kind: MentionKind, text: &str, line: usize) {
        let text = text.trim();
        if self.all.len() < Self::LIMIT && !text.is_empty() && text.len() <= Self::LENGTH {
            self.all.push(Mention { kind, text: text.into(), line: u32::try_from(line).unwrap_or(u32::MAX) });
        }
    }

    /// Takes in what a part says whose first line is number `first`.
    pub(crate) fn add_part(&mut self, part: &Mentions, first: usize) {
        for mention in part.all() {
            self.add(mention.kind, &mention.text, first + mention.line as usize - 1);
        }
    }

    pub(crate) fn finish(self) -> Mentions {
        Mentions::new(self.all)
    }
}
