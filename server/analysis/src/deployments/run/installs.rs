//! What a command installs, and where it puts it.

use super::super::base;
use super::super::image::{Direct, Installed, Link, Place, Python};
use super::super::install::OwnProject;
use super::Shell;
use pinlens_facts::deploy::effects::{Ask, Install, Into, Tool};
use pinlens_facts::deploy::paths::joined;
use pinlens_facts::facts::FileFacts;
use pinlens_facts::knowledge::images::System;
use pinlens_facts::knowledge::system_packages;
use pinlens_facts::words::names::{DistributionName, PythonVersion};

impl Shell<'_> {
    /// Takes distributions out, where the command surely runs.
    pub(super) fn uninstall(&mut self, names: &[String]) {
        if self.maybe {
            return;
        }
        for name in names.iter().map(|name| DistributionName::new(name)) {
            for installed in &mut self.image.installed {
                installed.direct.retain(|direct| direct.name != name);
            }
        }
    }

    /// What a command installs for a Python, before anything is said of where.
    pub(super) fn installed(&self, python: &Python, direct: Vec<Direct>, at: Place, words: &str) -> Installed {
        Installed {
            direct,
            site: python.sites.first().cloned(),
            bin: Some(python.bin.clone()),
            runs_by: Some(python.bin.clone()),
            at,
            words: words.into(),
            lists: Vec::new(),
            alone: false,
            is_whole: false,
            is_found: false,
        }
    }

    /// What an install command does to the image.
    pub(super) fn install(&mut self, install: &Install, words: &str, at: Place) {
        if matches!(install.tool, Tool::Apt | Tool::Apk | Tool::Dnf) {
            return self.packages(install, words, at);
        }
        let python = self.python_for(install);
        let given = if install.asks.is_empty() { self.given() } else { Vec::new() };
        let asks = if given.is_empty() { &install.asks } else { &given };
        let list = self.read(asks, install.tool, &install.folder);
        let mut installed = self.installed(&python, list.direct.clone(), at, words);
        if python.base.is_none() && python.prefix == "/usr" {
            installed.bin = Some("/usr/local/bin".to_owned());
        }
        match &install.into {
            Into::User => {
                let home = joined(&self.image.home(), ".local");
                let user = Python { base: None, ..Python::at(&home, python.version) };
                installed.site = user.sites.into_iter().next();
                installed.bin = Some(user.bin);
            }
            Into::Target(folder) => {
                let folder = self.image.absolute(folder);
                installed.bin = Some(joined(&folder, "bin"));
                installed.site = Some(folder);
            }
            Into::Prefix(prefix) if !prefix.is_empty() => {
                let prefix = self.image.absolute(prefix);
                let put = Python { base: None, ..Python::at(&prefix, python.version) };
                installed.site = put.sites.into_iter().next();
                installed.bin = Some(put.bin);
            }
            _ => {}
        }
        installed.alone = install.alone;
        installed.is_whole = list.is_whole;
        installed.lists.clone_from(&list.lists);
        for project in &list.projects {
            self.own_code(project, installed.site.as_deref());
        }
        self.image.own.projects.extend(list.projects.iter().map(|project| (project.clone(), installed.bin.clone())));
        for (about, why) in list.unknown {
            self.image.leave_open(about, why, Some(at));
        }
        self.image.lists.wanted.extend(list.wanted);
        for list in list.missing {
            if !self.maybe {
                self.image.lists.missing.push((list, at));
            }
        }
        self.image.installed.push(installed);
    }

    /// What a command installs whose words name nothing: `cat list.txt | xargs pip install`, `pip install $(cat list.txt)`.
    fn given(&self) -> Vec<Ask> {
        let is_list = |word: &&String| *word != "cat" && !word.starts_with('-');
        match self.fed.first() {
            Some(first) if first == "cat" => self.fed.iter().filter(is_list).cloned().map(Ask::File).collect(),
            _ => vec![Ask::Unknown("what it is given".to_owned())],
        }
    }

    /// Makes a project's own code importable.
    fn own_code(&mut self, project: &OwnProject, site: Option<&str>) {
        let Some(site) = site else { return };
        let roots = self.ws.facts(project.manifest).map_or(&[][..], FileFacts::roots);
        let mut roots: Vec<String> = roots.iter().map(|root| joined("", root)).collect();
        for root in ["src", ""] {
            if !roots.iter().any(|known| known == root) && self.ws.modules().has_folder(&joined(&project.folder, root))
            {
                roots.push(root.to_owned());
            }
        }
        for root in roots {
            if project.editable {
                self.image.own.links.push(Link { site: site.to_owned(), to: joined(&project.in_image, &root) });
            } else {
                let whole = self.image.clone();
                self.image.copy(&whole, &joined(&project.in_image, &root), site);
            }
        }
    }

    /// Packages of the system.
    fn packages(&mut self, install: &Install, words: &str, at: Place) {
        let names: Vec<&str> = install
            .asks
            .iter()
            .filter_map(|ask| match ask {
                Ask::Package(name) => Some(name.as_str()),
                _ => None,
            })
            .collect();
        let exact = names.iter().find_map(|name| PythonVersion::parse(name.strip_prefix("python")?.split('-').next()?));
        let exact = exact.filter(|version| version.minor > 0);
        if names.iter().any(|name| name.starts_with("python3") || name.starts_with("py3-") || *name == "python") {
            base::add_system_python(self.image, exact);
        }
        let by_tool = match install.tool {
            Tool::Apk => System::Alpine,
            Tool::Dnf => System::Rpm,
            _ => System::Debian,
        };
        let system = self.image.base.system.unwrap_or(by_tool);
        let mut direct: Vec<Direct> = Vec::new();
        for brought in names.iter().map(|name| system_packages::brought_by(system, name)) {
            self.image.commands.known.extend(brought.commands.iter().map(|command| Box::from(*command)));
            direct.extend(brought.distributions.into_iter().map(Direct::named));
        }
        self.image.commands.known.extend(names.iter().map(|name| Box::from(*name)));
        if direct.is_empty() {
            return;
        }
        // they require the system's Python
        base::add_system_python(self.image, exact);
        let python = Python::of_debian(exact);
        let mut installed = self.installed(&python, direct, at, words);
        installed.site = python.sites.last().cloned();
        self.image.installed.push(installed);
    }
}
