//! What a command installs: from what it requests to distributions, by the files of the workspace that lie in the image.

mod projects;

pub(crate) use super::image::{List, OwnProject};

use super::image::{About, Direct, Image};
use crate::analysis::Analysis;
use crate::model::ids::FileId;
use pinlens_facts::deploy::effects::{Ask, Selection, Tool};
use pinlens_facts::deploy::paths::{base_name, joined};
use pinlens_facts::facts::FileFacts;
use pinlens_facts::requirements::{Group, IncludeKind, Requirement, RequirementsFacts, Source, parse_alone};
use pinlens_facts::words::markers::{self, Target};
use pinlens_facts::words::names::{DistributionName, FilePath, PythonVersion};
use pinlens_facts::words::suppress::Ignores;

/// Reads what is requested.
pub(crate) struct Reader<'a> {
    pub ws: &'a Analysis,
    pub image: &'a Image,
    /// The Python that it is installed for.
    pub python: Option<PythonVersion>,
    /// The folder of the image in which the tool looks for its project.
    pub folder: String,
    pub tool: Tool,
    pub list: List,
}

/// How deep lists include others.
const DEEPEST: usize = 12;

impl<'a> Reader<'a> {
    pub fn new(ws: &'a Analysis, image: &'a Image, python: Option<PythonVersion>, folder: String) -> Self {
        Self { ws, image, python, folder, tool: Tool::Pip, list: List::default() }
    }

    /// Takes in one thing that is requested.
    pub fn ask(&mut self, ask: &Ask) {
        match ask {
            Ask::File(path) => self.file(path),
            Ask::Named(text) => self.named(text),
            Ask::Project { path, extras, editable } => self.project(path, extras, *editable),
            Ask::Wheels(pattern) => self.wheels(pattern),
            Ask::Own(selection) => self.own(selection),
            Ask::Environment(path) => self.environment(path),
            Ask::Package(_) => {}
            Ask::Unknown(words) => self.leave_open(format!("`{words}` is not known")),
        }
    }

    fn leave_open(&mut self, why: impl Into<Box<str>>) {
        self.list.unknown.push((About::Installed, why.into()));
    }

    /// Whether the tool installs what is declared for `group`.
    fn chooses(&self, file: FileId, group: &Group, selection: &Selection) -> bool {
        let same = |names: &[String], name: &str| {
            names.iter().any(|other| DistributionName::new(other) == DistributionName::new(name))
        };
        match group {
            Group::File => true,
            Group::Runtime => selection.only.is_empty() || same(&selection.only, "main"),
            Group::Extra(name) => {
                selection.all_extras || same(&selection.extras, name) || same(&selection.groups, name)
            }
            Group::Development(name) => {
                if same(&selection.without, name) {
                    return false;
                }
                if !selection.only.is_empty() {
                    return same(&selection.only, name);
                }
                let by_default = !selection.no_dev && self.is_default(file, name);
                selection.all_groups || same(&selection.groups, name) || by_default
            }
            Group::Build | Group::Constraint => false,
        }
    }

    /// Whether the tool installs a group where nothing is said of it.
    fn is_default(&self, file: FileId, group: &str) -> bool {
        match self.tool {
            Tool::Uv => {
                let named = match self.ws.facts(file) {
                    Some(FileFacts::Settings(settings)) => settings.text.contains("default-groups"),
                    _ => false,
                };
                group == "dev" || named
            }
            Tool::Poetry | Tool::Pdm | Tool::Pipenv => true,
            _ => false,
        }
    }

    fn target(&self) -> Target<'static> {
        Target { python: self.python, platform: Some("linux") }
    }

    /// A list by its path in the image.
    fn file(&mut self, path: &str) {
        let at = self.image.absolute(path);
        if path.contains('\u{2026}') || path.contains("://") || path == "-" || path.starts_with("/dev/") {
            return self.leave_open(format!("the list `{path}` is not known"));
        }
        if let Some(list) = self.image.list(&at) {
            return self.take(&list);
        }
        match self.image.file(self.ws, &at) {
            Some(file) => {
                let declares = self
                    .ws
                    .facts(file)
                    .is_some_and(|facts| facts.declarations().is_some() || matches!(facts, FileFacts::Lock(_)));
                if !declares {
                    self.list.wanted.push(self.ws.path(file).to_string());
                }
                self.read(file, &Selection::default(), 0);
            }
            None if self.image.is_foreign(&at) || self.image.unknown.iter().any(|one| one.about == About::Files) => {
                // what is copied is the workspace's, whatever the base holds
                self.list.wanted.extend(self.image.source(&at));
                self.leave_open(format!("it is not known what `{path}` holds"));
            }
            None => match self.image.source(&at) {
                // it would be copied; that it is there is not seen
                Some(source) => {
                    self.list.missing.push(path.into());
                    let why = format!("{source} is copied, and is not in the workspace");
                    self.list
                        .unknown
                        .extend([About::Installed, About::Files].map(|about| (about, why.as_str().into())));
                    self.list.wanted.push(source);
                }
                None => {
                    self.list.missing.push(path.into());
                    self.leave_open(format!("`{path}` is not in the image"));
                }
            },
        }
    }

    /// Takes in what a command wrote down before.
    fn take(&mut self, list: &List) {
        self.list.direct.extend(list.direct.iter().cloned());
        self.list.lists.extend(&list.lists);
        self.list.projects.extend(list.projects.iter().cloned());
        self.list.unknown.extend(list.unknown.iter().cloned());
        self.list.wanted.extend(list.wanted.iter().cloned());
        self.list.is_whole |= list.is_whole;
    }

    /// The requirements of a manifest, as far as they are chosen.
    fn read(&mut self, file: FileId, selection: &Selection, depth: usize) {
        // a path that was looked up in vain has a number too, and no facts
        let Some(facts) = self.ws.facts(file) else {
            return self.leave_open(format!("{} is not read", self.ws.path(file)));
        };
        if let FileFacts::Lock(lock) = facts {
            let direct = lock.packages.iter().map(|locked| Direct {
                requires: Some(locked.requires.iter().map(|one| one.name.clone()).collect()),
                ..Direct::named(locked.name.clone())
            });
            self.list.direct.extend(direct);
            self.list.is_whole = true;
            self.list.lists.push(file);
            return;
        }
        let Some(facts) = facts.declarations() else {
            return self.leave_open(format!("{} is not read", self.ws.path(file)));
        };
        if self.list.lists.contains(&file) && depth > 0 {
            return;
        }
        if depth == DEEPEST {
            let path = self.ws.path(file);
            return self.leave_open(format!("{path} is not read: lists include each other more than {DEEPEST} deep"));
        }
        self.list.lists.push(file);
        self.list.is_whole |= facts.style.compiled;
        self.requirements(file, facts, selection, depth);
    }

    fn requirements(&mut self, file: FileId, facts: &RequirementsFacts, selection: &Selection, depth: usize) {
        for requirement in &facts.requirements {
            if self.chooses(file, &requirement.group, selection) {
                self.requirement(requirement);
            }
        }
        for unknown in &facts.unknowns {
            if !self.chooses(file, &unknown.group, selection) {
                continue;
            }
            let line =
                facts.lines.position(&facts.text, unknown.range.start, pinlens_facts::words::text::Encoding::Utf8).line
                    + 1;
            self.leave_open(format!("{}:{line} cannot be read", self.ws.path(file)));
        }
        for include in facts.includes.iter().filter(|one| one.kind == IncludeKind::Requirements) {
            if !self.chooses(file, &include.group, selection) {
                continue;
            }
            let target = self.ws.path(file).sibling(&include.target);
            // as pip does, next to the list in the image
            let in_image = self.image.path_of(self.ws, self.ws.path(file).as_str());
            let beside =
                in_image.map(|path| joined(path.rsplit_once('/').map_or("", |(folder, _)| folder), &include.target));
            let found = beside.as_deref().and_then(|path| self.image.file(self.ws, path));
            let is_open = self.image.unknown.iter().any(|unknown| unknown.about == About::Files);
            if let Some(beside) =
                beside.filter(|beside| found.is_none() && !is_open && self.is_missing(beside, &target))
            {
                self.list.missing.push(include.target.clone());
                self.leave_open(format!("{beside} is not in the image"));
                continue;
            }
            match found.or_else(|| self.ws.file(&target)) {
                Some(inner) => self.read(inner, selection, depth + 1),
                None => self.leave_open(format!("{target} is not read")),
            }
        }
    }

    /// Whether nothing lies at a path of the image where a list would, though the workspace has it.
    fn is_missing(&self, path: &str, source: &FilePath) -> bool {
        let is_there = self.image.list(path).is_some() || self.image.is_foreign(path);
        !is_there && self.ws.file(source).is_some_and(|file| self.ws.facts(file).is_some())
    }

    fn requirement(&mut self, requirement: &Requirement) {
        let holds = match &requirement.marker {
            None => Some(true),
            Some(marker) => markers::holds(&marker.text, self.target()),
        };
        if holds == Some(false) {
            return;
        }
        let extras: Vec<Box<str>> = requirement.extras.iter().map(|extra| extra.text.clone()).collect();
        match (&requirement.name, requirement.source) {
            (Some(name), _) => {
                let versions = requirement.specifier.as_ref().map(|specifier| specifier.text.clone());
                let maybe = holds.is_none();
                self.list.direct.push(Direct { extras, maybe, versions, ..Direct::named(name.clone()) });
            }
            // the project next to the list
            (None, Source::Path) => {}
            (None, _) => self.leave_open("a requirement has no name".to_owned()),
        }
    }

    /// A requirement of a command line.
    fn named(&mut self, text: &str) {
        // what stands for a version is not kept
        let plain = text.replace('\u{2026}', "0");
        let read = parse_alone(&plain, 0, &Ignores::default());
        match read.requirement {
            Some(mut requirement) => {
                requirement.specifier = requirement.specifier.filter(|_| plain == text);
                self.requirement(&requirement);
            }
            None => match pinlens_facts::words::names::leading_name(text) {
                Some(name) if !text.starts_with('-') => {
                    self.list.direct.push(Direct::named(DistributionName::new(name)));
                }
                _ => self.leave_open(format!("`{text}` cannot be read")),
            },
        }
    }

    fn wheels(&mut self, pattern: &str) {
        let at = self.image.absolute(pattern);
        let folder = at.rsplit_once('/').map_or("", |(folder, _)| folder).to_owned();
        match self.image.list(&folder) {
            Some(list) => self.take(&list),
            None => {
                let base = base_name(pattern);
                match base.split('-').next().filter(|name| base.contains('-') && !name.contains('*')) {
                    Some(name) => self.named(name),
                    None => self.leave_open(format!("it is not known what `{pattern}` holds")),
                }
            }
        }
    }

    /// A file of conda.
    fn environment(&mut self, path: &str) {
        let at = self.image.absolute(path);
        match self.image.file(self.ws, &at) {
            Some(file) => self.read(file, &Selection::default(), 0),
            None => self.leave_open(format!("it is not known what `{path}` holds")),
        }
    }
}

/// The distributions that an extra brings.
pub(crate) fn of_extra(name: &DistributionName, extra: &str) -> Vec<DistributionName> {
    pinlens_facts::knowledge::needs::brought_by_extra(name.as_str(), extra)
}
