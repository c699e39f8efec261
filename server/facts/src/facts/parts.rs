//! What of a file's facts others are made of, as values that are compared as a whole.
//!
//! Who derives something from many files takes one of these and not the facts, so that whatever it reads is compared
//! when a file changes.

use super::{FileFacts, UnreadFacts};
use crate::manifest::SettingsFacts;
use crate::manifest::lock::LockFacts;
use crate::python::FileTraits;
use crate::requirements::{Format, RequirementsFacts};
use crate::words::layout::Layout;
use crate::words::mention::{MentionKind, Mentions};
use crate::words::names::{DistributionName, PythonVersion};

/// What a file is, as far as the structure of a workspace goes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[allow(missing_docs)] // as the variants of `FileFacts`
pub enum Kind {
    Python,
    Requirements,
    Settings,
    Lock,
    Mentions,
    Deploy,
    Module,
    Unread,
}

/// What a file says that frames its workspace: where modules lie, for which Pythons and hosts the code is, what the project is
/// called.
#[derive(Clone, Debug, PartialEq)]
pub struct Frame<'a> {
    /// What the file is.
    pub kind: Kind,
    /// Whether it declares requirements at all.
    pub declares: bool,
    /// What a Python file as a whole is like; nothing of other files.
    pub traits: FileTraits,
    /// Where a manifest says that modules lie.
    pub layout: Option<&'a Layout>,
    /// Whether a manifest packages namespaces.
    pub namespaces: bool,
    /// The name of the project that it is a manifest of.
    pub name: Option<&'a DistributionName>,
    /// The lower bound of the Python that a manifest requests, and the newest that it lets in.
    pub pythons: [Option<PythonVersion>; 2],
    /// The Python that the head of a compiled list names.
    pub compiled_for: Option<PythonVersion>,
    /// The parts of its text that are settings of pinlens's own, or of deptry, which fill them.
    pub settings: Vec<&'a str>,
    /// Why and as what it could not be read.
    pub unread: Option<&'a UnreadFacts>,
    /// What it mentions of what is around the code.
    around: Vec<(MentionKind, &'a str)>,
}

impl<'a> Frame<'a> {
    /// The texts of one kind of mention that shows what is around the code.
    pub fn of(&self, kind: MentionKind) -> impl Iterator<Item = &'a str> + '_ {
        self.around.iter().filter(move |(one, _)| *one == kind).map(|(_, text)| *text)
    }
}

/// What a file declares, and what it installs: all that projects are made of.
#[derive(Clone, Debug, PartialEq)]
pub struct Declares<'a> {
    /// The requirements, whatever the format.
    pub declarations: Option<&'a RequirementsFacts>,
    /// The packages of a lock file.
    pub locked: Option<&'a LockFacts>,
    /// The name of the project that it is a manifest of.
    pub name: Option<&'a DistributionName>,
    /// Where a manifest says that modules lie.
    pub layout: Option<&'a Layout>,
    /// The text of a settings file: tables of tools in it are read where they matter.
    pub settings: Option<&'a str>,
    /// What it installs ([`MentionKind::Install`]) and which lists it names ([`MentionKind::List`]).
    pub installs: Vec<(MentionKind, &'a str)>,
    /// Whether it is a requirements file that was read.
    pub is_list: bool,
    /// Whether it is there and could not be read.
    pub is_unread: bool,
}

impl<'a> Declares<'a> {
    /// The folders, relative to the file's own, that a manifest puts on `sys.path`.
    pub fn roots(&self) -> &'a [Box<str>] {
        self.layout.map_or(&[], |layout| &layout.roots)
    }
}

/// The ways of saying what is around the code.
const AROUND: [MentionKind; 7] = [
    MentionKind::Host,
    MentionKind::Python,
    MentionKind::Ignored,
    MentionKind::Submodule,
    MentionKind::Provides,
    MentionKind::Extension,
    MentionKind::InstallsUnknown,
];

impl FileFacts {
    /// What frames the workspace.
    pub fn frame(&self) -> Frame<'_> {
        let settings = match self {
            Self::Settings(facts) => Some(facts),
            _ => None,
        };
        Frame {
            kind: self.kind(),
            declares: self.declarations().is_some(),
            traits: match self {
                Self::Python(facts) => facts.traits,
                _ => FileTraits::default(),
            },
            layout: self.layout(),
            namespaces: settings.is_some_and(|facts| facts.namespaces),
            name: self.own_name(),
            pythons: match self {
                Self::Settings(facts) => [facts.python, facts.newest_python],
                Self::Python(facts) if facts.declares.is_some() => facts.pythons,
                _ => [None; 2],
            },
            compiled_for: match self {
                Self::Requirements(facts) => compiled_for(facts),
                _ => None,
            },
            settings: settings.map(|facts| own_settings(facts)).unwrap_or_default(),
            unread: match self {
                Self::Unread(facts) => Some(facts),
                _ => None,
            },
            around: texts(self.mentions(), &AROUND),
        }
    }

    /// What it declares and installs.
    pub fn declares(&self) -> Declares<'_> {
        Declares {
            declarations: self.declarations(),
            locked: match self {
                Self::Lock(facts) => Some(facts),
                _ => None,
            },
            name: self.own_name(),
            layout: self.layout(),
            settings: match self {
                Self::Settings(facts) => Some(&facts.text),
                _ => None,
            },
            installs: texts(self.mentions(), &[MentionKind::Install, MentionKind::List]),
            is_list: matches!(self, Self::Requirements(_)),
            is_unread: self.unread_reason().is_some(),
        }
    }

    fn kind(&self) -> Kind {
        match self {
            Self::Python(_) => Kind::Python,
            Self::Requirements(_) => Kind::Requirements,
            Self::Settings(_) => Kind::Settings,
            Self::Lock(_) => Kind::Lock,
            Self::Mentions(_) => Kind::Mentions,
            Self::Deploy(_) => Kind::Deploy,
            Self::Module => Kind::Module,
            Self::Unread(_) => Kind::Unread,
        }
    }
}

/// The whole text of a `pinlens.toml`, and of other files the lines of the tables of settings.
fn own_settings(facts: &SettingsFacts) -> Vec<&str> {
    if facts.is_own {
        return vec![&facts.text];
    }
    if !facts.text.contains("tool.pinlens") && !facts.text.contains("tool.deptry") {
        return Vec::new();
    }
    let mut is_ours = false;
    let lines = facts.text.split_inclusive('\n').filter(|line| {
        if let Some(table) = line.trim_start().strip_prefix('[') {
            let table = table.trim_start_matches('[').trim_start();
            is_ours = ["tool.pinlens", "tool.deptry"].iter().any(|own| table.starts_with(own));
        }
        is_ours
    });
    lines.collect()
}

fn texts<'a>(mentions: Option<&'a Mentions>, kinds: &[MentionKind]) -> Vec<(MentionKind, &'a str)> {
    let mut found = Vec::new();
    for kind in kinds {
        found.extend(mentions.into_iter().flat_map(|all| all.of(*kind)).map(|one| (one.kind, &*one.text)));
    }
    found
}

/// The version in the head of compiled requirements: `autogenerated by pip-compile with Python 3.12`.
fn compiled_for(facts: &RequirementsFacts) -> Option<PythonVersion> {
    let mut head = facts.text.lines().take_while(|line| line.starts_with('#'));
    let behind = head.find_map(|line| Some(line.split_once("with Python ")?.1))?;
    PythonVersion::parse(behind.trim().trim_end_matches('.')).filter(|_| facts.format == Format::Requirements)
}
