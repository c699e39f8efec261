//! What pinlens keeps of a file.

mod kinds;
mod parts;

pub use kinds::FileKind;
pub use parts::{Declares, Frame, Kind};

use crate::deploy::DeployFacts;
use crate::formats::toml;
use crate::manifest::{self, Layout, SettingsFacts, lock::LockFacts};
use crate::mentions::{self, MentionKind, Mentions};
use crate::python::notebook::ReadCell;
use crate::python::{self, ParseStatement, PythonFacts};
use crate::requirements::{self, Format, Group, RequirementsFacts, Unknown, UnknownReason};
use crate::words::names::DistributionName;
use crate::words::text::{Encoding, LineIndex, Position, SparseLines, TextRange};
use std::sync::Arc;
use thiserror::Error;

/// What is kept of one file.
#[derive(Clone, Debug, PartialEq)]
pub enum FileFacts {
    /// A Python file, a stub or a notebook.
    Python(PythonFacts),
    /// A requirements or constraints file.
    Requirements(Box<RequirementsFacts>),
    /// A settings file, or a manifest that is no requirements file.
    Settings(Box<SettingsFacts>),
    /// A lock file.
    Lock(Box<LockFacts>),
    /// A file that mentions commands and plugins.
    Mentions(Box<Mentions>),
    /// A file that says something of deployments, and mentions commands.
    Deploy(Box<DeployFacts>),
    /// A module that is not read.
    Module,
    /// A file or folder that is there, but whose content is not known.
    Unread(Box<UnreadFacts>),
}

/// Why the content of a file or folder is not known.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum UnreadReason {
    /// It lies outside of what may be read, or it is a link that leads there.
    #[error("it lies outside the workspace and its repository")]
    Outside,
    /// It could not be read or decoded; why, in words for the user.
    #[error("{0}")]
    Failed(Box<str>),
}

/// What is known of a file or folder that is there and was not read.
#[derive(Clone, Debug, PartialEq)]
pub struct UnreadFacts {
    /// Why not.
    pub reason: UnreadReason,
    /// What it would have been read as; `None` for a folder.
    pub kind: Option<FileKind>,
    /// Of a manifest, declarations of which all is unknown.
    pub declares: Option<Box<RequirementsFacts>>,
}

impl UnreadFacts {
    /// Whether it can be imported, whatever it holds.
    pub fn is_module(&self) -> bool {
        matches!(
            self.kind,
            Some(FileKind::Python | FileKind::PythonSettings | FileKind::Setup | FileKind::Stub | FileKind::Module)
        )
    }

    /// Whether something in it may use a requirement. A folder outside may be any data that is linked.
    pub fn may_use(&self) -> bool {
        match self.kind {
            None => self.reason != UnreadReason::Outside,
            Some(FileKind::Requirements | FileKind::OwnSettings | FileKind::Module) => false,
            Some(_) => true,
        }
    }
}

impl FileFacts {
    /// Reads `text` as `kind`. Pure and total: any text gives a value.
    ///
    /// ```
    /// use pinlens_facts::facts::{FileFacts, FileKind};
    /// use pinlens_facts::python::statement;
    ///
    /// let facts = FileFacts::of(FileKind::Python, "import redis.asyncio\ndef broken(", &statement::parse);
    /// let FileFacts::Python(facts) = facts else { panic!("it is Python") };
    /// assert_eq!(facts.imports.len(), 1);
    /// ```
    pub fn of(kind: FileKind, text: &str, parse: &ParseStatement) -> Self {
        match kind {
            FileKind::Python => Self::Python(python_facts(text, parse, false)),
            FileKind::Stub => Self::Python(python::scan::stub(text, parse)),
            FileKind::Notebook => Self::Python(of_notebook(text, python::notebook::read(text, parse))),
            FileKind::PythonSettings => Self::Python(python_facts(text, parse, true)),
            FileKind::Setup => Self::Python(setup_facts(text, parse)),
            FileKind::Requirements => Self::Requirements(Box::new(requirements::parse(text))),
            FileKind::Settings => Self::Settings(Box::new(SettingsFacts {
                text: text.into(),
                ..manifest::settings(Format::Pyproject, text)
            })),
            FileKind::OwnSettings => Self::Settings(Box::new(SettingsFacts {
                is_own: true,
                text: text.into(),
                document: Arc::new(toml::read(text)),
                ..SettingsFacts::default()
            })),
            FileKind::Manifest(format) => Self::Settings(Box::new(manifest::settings(format, text))),
            FileKind::Pytest => Self::Settings(Box::new(SettingsFacts {
                layout: manifest::setup_cfg::pytest_layout(text),
                mentions: mentions::ini_file(text),
                // its environments are read as a deployment's are
                text: if text.contains("[testenv") { text.into() } else { Box::default() },
                ..SettingsFacts::default()
            })),
            FileKind::Lock => Self::Lock(Box::new(manifest::lock::parse(text))),
            FileKind::Mentions(family) => {
                let family = family.by_content(text);
                let mentions = mentions::read(family, text);
                match family.reader() {
                    Some(reader) => Self::Deploy(Box::new(DeployFacts::of(reader, text, mentions))),
                    None => Self::Mentions(Box::new(mentions)),
                }
            }
            FileKind::Module => Self::Module,
        }
    }

    /// The facts of a file of that kind, or of a folder where it is `None`, which is there and could not be read.
    pub fn unread(kind: Option<FileKind>, reason: UnreadReason) -> Self {
        let declares = kind.and_then(FileKind::format).map(|format| {
            let group = if format == Format::Requirements { Group::File } else { Group::Runtime };
            let unknown = Unknown { range: TextRange::default(), reason: UnknownReason::Unread, group };
            Box::new(RequirementsFacts { format, unknowns: vec![unknown], ..requirements::parse("") })
        });
        Self::Unread(Box::new(UnreadFacts { reason, kind, declares }))
    }

    /// Why the file could not be read, where that is so.
    pub fn unread_reason(&self) -> Option<&UnreadReason> {
        match self {
            Self::Unread(facts) => Some(&facts.reason),
            Self::Python(_)
            | Self::Requirements(_)
            | Self::Settings(_)
            | Self::Lock(_)
            | Self::Mentions(_)
            | Self::Deploy(_)
            | Self::Module => None,
        }
    }

    /// What the file says that may show a use.
    pub fn mentions(&self) -> Option<&Mentions> {
        match self {
            Self::Python(facts) => Some(&facts.mentions),
            Self::Settings(facts) => Some(&facts.mentions),
            Self::Mentions(mentions) => Some(mentions),
            Self::Deploy(facts) => Some(&facts.mentions),
            Self::Requirements(_) | Self::Lock(_) | Self::Module | Self::Unread(_) => None,
        }
    }

    /// The requirements that the file declares, whatever its format.
    pub fn declarations(&self) -> Option<&RequirementsFacts> {
        match self {
            Self::Requirements(facts) => Some(facts),
            Self::Settings(facts) => facts.declarations.as_deref(),
            Self::Python(facts) => facts.declares.as_deref(),
            Self::Unread(facts) => facts.declares.as_deref(),
            Self::Mentions(_) | Self::Deploy(_) | Self::Lock(_) | Self::Module => None,
        }
    }

    /// Where a manifest says that modules lie.
    pub fn layout(&self) -> Option<&Layout> {
        match self {
            Self::Settings(facts) => Some(&facts.layout),
            Self::Python(facts) => facts.layout.as_deref(),
            Self::Requirements(_)
            | Self::Mentions(_)
            | Self::Deploy(_)
            | Self::Lock(_)
            | Self::Module
            | Self::Unread(_) => None,
        }
    }

    /// The folders, relative to the file's own, that a manifest puts on `sys.path`.
    pub fn roots(&self) -> &[Box<str>] {
        self.layout().map_or(&[], |layout| &layout.roots)
    }

    /// The name of the project that the file is a manifest of, where it says it.
    pub fn own_name(&self) -> Option<&DistributionName> {
        match self {
            Self::Settings(facts) => facts.name.as_ref(),
            Self::Python(facts) => facts.declares.as_ref()?.project.as_ref(),
            Self::Requirements(_)
            | Self::Mentions(_)
            | Self::Deploy(_)
            | Self::Lock(_)
            | Self::Module
            | Self::Unread(_) => None,
        }
    }

    /// The position of `offset`, which must be an end of a range that these facts hold.
    pub fn position(&self, offset: u32, encoding: Encoding) -> Position {
        match self {
            Self::Python(PythonFacts { declares: None, lines, .. }) => lines.position(offset, encoding),
            Self::Settings(facts) if facts.declarations.is_none() => {
                LineIndex::new(&facts.text).position(&facts.text, offset, encoding)
            }
            Self::Deploy(facts) => facts.lines.position(&facts.text, offset, encoding),
            Self::Python(_)
            | Self::Requirements(_)
            | Self::Settings(_)
            | Self::Mentions(_)
            | Self::Lock(_)
            | Self::Module
            | Self::Unread(_) => match self.declarations() {
                Some(facts) => facts.lines.position(&facts.text, offset, encoding),
                None => SparseLines::default().position(offset, encoding),
            },
        }
    }
}

/// What a notebook says whose imports and cells were read.
fn of_notebook(text: &str, (facts, cells): (PythonFacts, Vec<ReadCell>)) -> PythonFacts {
    PythonFacts { mentions: mentions::with_written(mentions::mentions_of_cells(&cells, &facts.imports), text), ..facts }
}

/// What the cells of a notebook say that is open in an editor; see [`python::notebook::read_cells`].
pub fn of_cells(text: &str, cells: &[TextRange], parse: &ParseStatement) -> PythonFacts {
    of_notebook(text, python::notebook::read_cells(text, cells, parse))
}

/// What a Python file says: its imports, what it uses without one, and what the block of a script declares (PEP 723).
fn python_facts(text: &str, parse: &ParseStatement, is_settings: bool) -> PythonFacts {
    let mut facts = python::scan::scan(text, parse);
    let is_settings = is_settings || mentions::sets_up_django(text);
    facts.mentions = mentions::mentions_of_code(text, &facts.imports, is_settings);
    facts.traits.is_bare = python::is_bare(text);
    facts.used = lines_of_uses(text, &facts.mentions);
    facts.installs = python::installs::of_code(text);
    facts.django = python::django::read(text, &facts.imports, facts.loading.as_deref(), is_settings);
    let of_django = facts.django.iter().flat_map(|django| django.offsets());
    facts.sessions = python::sessions::read(text, &facts.imports);
    let of_sessions = facts.sessions.iter().flat_map(|session| &session.steps).map(|step| step.range);
    let of_sessions = of_sessions.flat_map(|range| [range.start, range.end]);
    let of_uses = facts.used.iter().flat_map(|line| [line.range.start, line.range.end]);
    let offsets: Vec<u32> = of_uses.chain(of_django).chain(of_sessions).collect();
    if !offsets.is_empty() {
        facts.lines = std::mem::take(&mut facts.lines).with(text, offsets);
    }
    match manifest::script::read(text) {
        Some((declares, python)) => {
            PythonFacts { declares: Some(Box::new(declares)), pythons: [python, None], ..facts }
        }
        None => facts,
    }
}

/// The lines on which code of the tables stands, or a URL: their numbers, from 1, and their bytes without the blanks around them.
fn lines_of_uses(text: &str, mentions: &Mentions) -> Vec<python::UsedLine> {
    let kind = [MentionKind::Code, MentionKind::Url];
    let mut numbers: Vec<u32> =
        kind.into_iter().flat_map(|kind| mentions.of(kind)).map(|mention| mention.line).collect();
    if numbers.is_empty() {
        return Vec::new();
    }
    numbers.sort_unstable();
    numbers.dedup();
    let lines = LineIndex::new(text);
    let range = |number: u32| {
        let whole = lines.line_range(text, number.saturating_sub(1));
        let line = text.get(whole.indices())?;
        let start = whole.start + (line.len() - line.trim_start().len()) as u32;
        let range = TextRange::new(start, start + line.trim().len() as u32);
        let ignores = python::scan::lexer::ignores_at(text, range.start as usize);
        (!range.is_empty()).then_some(python::UsedLine { number, range, ignores })
    };
    numbers.into_iter().filter_map(range).collect()
}

fn setup_facts(text: &str, parse: &ParseStatement) -> PythonFacts {
    let setup = manifest::setup_py::read(text);
    let facts = python::scan::scan(text, parse);
    PythonFacts {
        // the names in its strings are declared, not used
        mentions: mentions::with_extensions(mentions::mentions_of_code(text, &facts.imports, false), text),
        declares: Some(Box::new(setup.declares)),
        pythons: [setup.python, setup.newest_python],
        layout: (setup.layout != Layout::default()).then(|| Box::new(setup.layout)),
        ..facts
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::words::names::FilePath;

    #[test]
    fn stubs_are_for_type_checkers() {
        let parse = python::statement::parse;
        let FileFacts::Python(facts) = FileFacts::of(FileKind::Stub, "import a\nif False: import b\n", &parse) else {
            panic!("a stub is Python");
        };
        let phases: Vec<_> = facts.imports.iter().map(|import| import.context.phase).collect();
        assert_eq!(phases, [python::Phase::TypeChecking, python::Phase::Never]);
        assert_eq!(FileKind::of(&FilePath::new("a.pyi")), Some(FileKind::Stub));
    }
}
