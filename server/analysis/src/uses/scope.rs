//! Which code and which files a requirement is for, and which other distributions are there with it.

use crate::analysis::Analysis;
use crate::model::ids::FileId;
use crate::model::project::{Project, ProjectId};
use pinlens_facts::facts::{FileFacts, FileKind};
use pinlens_facts::requirements::Requirement;
use pinlens_facts::words::names::{DistributionName, FilePath, lies_in};
use pinlens_facts::words::versions;

/// The projects that read a manifest, and those whose requirements they see.
pub(super) struct Scope<'a> {
    pub ws: &'a Analysis,
    /// The requirement in question.
    pub name: &'a DistributionName,
    projects: Vec<ProjectId>,
}

impl<'a> Scope<'a> {
    pub(super) fn new(ws: &'a Analysis, manifest: FileId, name: &'a DistributionName) -> Self {
        let mut projects: Vec<ProjectId> =
            ws.projects().users(manifest).iter().flat_map(|id| ws.projects().with_parents(*id)).collect();
        projects.sort_unstable();
        projects.dedup();
        Self { ws, name, projects }
    }

    /// The same scope, for another distribution.
    pub(super) fn about(&self, name: &'a DistributionName) -> Self {
        Self { ws: self.ws, name, projects: self.projects.clone() }
    }

    fn projects(&self) -> impl Iterator<Item = &'a Project> + '_ {
        self.projects.iter().map(|id| &self.ws.projects().all[*id])
    }

    /// Whether a file lies in a folder of the projects, or in one around them.
    pub(super) fn holds(&self, path: &FilePath) -> bool {
        let hidden = [".github/workflows", ".circleci", ".devcontainer", ".husky", ".githooks"];
        let around = hidden.iter().find_map(|folder| path.folder().strip_suffix(folder)).unwrap_or(path.folder());
        let around = around.trim_end_matches('/');
        let is_near = |project: &Project| lies_in(path.as_str(), &project.folder) || lies_in(&project.folder, around);
        self.projects().any(is_near) || !self.is_of_others(path)
    }

    /// Whether a file is of a project that requires the distribution itself, or has code of its own: what else stands next to
    /// the projects (`docker/api/Dockerfile`) may be about any of them.
    fn is_of_others(&self, path: &FilePath) -> bool {
        let project = self.ws.projects().of_path(path.as_str());
        let requires = |id: ProjectId| self.ws.projects().all[id].names.contains(self.name);
        let is_code = matches!(FileKind::of(path), Some(kind) if kind.is_python());
        is_code || self.ws.projects().with_parents(project).any(requires)
    }

    /// Whether a distribution is there next to the requirement: required, or imported. A distribution is no host of its own.
    pub(super) fn has(&self, host: &str) -> bool {
        let imports = |name: &DistributionName| self.projects.iter().any(|&id| self.ws.index().imports_of(id, name));
        self.requires(host) || (host != self.name.as_str() && imports(&DistributionName::new(host)))
    }

    /// Whether another distribution is declared, brought, or known to be needed by what is declared.
    pub(super) fn requires(&self, host: &str) -> bool {
        let name = DistributionName::new(host);
        let declares = |project: &Project| {
            project.names.contains(&name)
                || project.indirect.brought.contains_key(&name)
                || project.indirect.known_needs.get(host).is_some_and(|need| need.is_of_another(self.name))
        };
        host != self.name.as_str() && self.projects().any(declares)
    }

    /// The name of a distribution that is declared there.
    pub(super) fn declared(&self, name: &str) -> Option<&'a DistributionName> {
        let name = DistributionName::new(name);
        self.projects().find_map(|project| project.required.declared.get_key_value(&name)).map(|(name, _)| name)
    }

    /// Whether the code imports `module`, or something inside it.
    pub(super) fn imports(&self, module: &str) -> bool {
        self.projects.iter().any(|&id| self.ws.index().imports_within(id, module))
    }

    /// Whether the code takes a name of a module: `from pydantic import BaseSettings`, written `pydantic.BaseSettings`.
    pub(super) fn takes(&self, dotted: &str) -> bool {
        let Some((module, name)) = dotted.rsplit_once('.').filter(|(_, name)| name.starts_with(char::is_uppercase))
        else {
            return false;
        };
        let code = self.ws.all_ids().iter().filter_map(|file| match self.ws.facts(*file)? {
            FileFacts::Python(facts) => Some(facts),
            _ => None,
        });
        let mut taken = code.flat_map(|facts| &facts.imports).flat_map(|statement| &statement.parsed.modules);
        taken.any(|one| one.name.as_str() == module && one.members.iter().any(|member| &*member.name == name))
    }

    /// Whether the host is required with the extra.
    pub(super) fn has_extra(&self, host: &str, extra: &str) -> bool {
        let host = DistributionName::new(host);
        let declared = self.projects().filter_map(|project| project.required.declared.get(&host)).flatten();
        declared.filter_map(|id| self.requirement(id.file, id.index)).any(|requirement| {
            requirement.extras.iter().any(|found| DistributionName::new(&found.text) == DistributionName::new(extra))
        })
    }

    /// Whether a version of `host` before `below` may be there: the installed one, else one that its requirements let in while they let
    /// no newer one in.
    pub(super) fn may_be_below(&self, host: &str, below: &str) -> bool {
        let name = DistributionName::new(host);
        if let Some(installed) = self.ws.environment().get(&name) {
            return versions::lets_in(&format!("<{below}"), &installed.version);
        }
        let newer = format!(">={below}");
        let declared = self.projects().filter_map(|project| project.required.declared.get(&name)).flatten();
        let specifiers = declared.filter_map(|id| self.requirement(id.file, id.index)?.specifier.as_ref());
        specifiers.map(|specifier| &specifier.text).any(|text| versions::exclude_each_other(text, &newer))
    }

    fn requirement(&self, file: FileId, index: usize) -> Option<&'a Requirement> {
        self.ws.facts(file)?.declarations()?.requirements.get(index)
    }
}
