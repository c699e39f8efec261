//! What the commands of a build do to an image.

use super::base;
use super::image::{About, Direct, From, Image, Installed, Layer, Link, Place, Python};
use super::install::{List, OwnProject, Reader};
use crate::analysis::Analysis;
use crate::model::ids::FileId;
use pinlens_facts::deploy::dockerfile::{UNKNOWN, substitute};
use pinlens_facts::deploy::effects::{self, Ask, Effect, Install, Into, Tool};
use pinlens_facts::deploy::paths::joined;
use pinlens_facts::deploy::shell::{self, Joint, Simple};
use pinlens_facts::deploy::start::{Program, started};
use pinlens_facts::deploy::{DeployFacts, Says};
use pinlens_facts::facts::FileFacts;
use pinlens_facts::knowledge::images::System;
use pinlens_facts::knowledge::system_packages;
use pinlens_facts::words::names::{DistributionName, PythonVersion};
use std::sync::Arc;

/// A shell that runs the commands of a build.
pub(crate) struct Shell<'a> {
    ws: &'a Analysis,
    file: FileId,
    /// By how many lines those of the script are further down in the file.
    below: u32,
    image: &'a mut Image,
    depth: usize,
    /// Whether what runs now may not run at all.
    maybe: bool,
}

/// Deeper scripts are not looked into.
const DEEPEST: usize = 6;

impl<'a> Shell<'a> {
    pub fn new(ws: &'a Analysis, file: FileId, below: u32, image: &'a mut Image) -> Self {
        Self { ws, file, below, image, depth: 0, maybe: false }
    }

    /// Runs a script whose first line is number `line`.
    pub fn script(&mut self, text: &str, line: u32) {
        if self.depth > DEEPEST {
            return;
        }
        self.depth += 1;
        let maybe = self.maybe;
        for command in shell::commands(text, line as usize) {
            let alternative =
                command.flow.before == Joint::Or && command.words.first().is_some_and(|word| word != "true");
            let flow = command.flow;
            self.maybe = maybe || flow.depth > 0 || alternative || flow.is_inner || flow.is_tested;
            self.command(&command);
        }
        self.maybe = maybe;
        self.depth -= 1;
    }

    fn place(&self, line: usize) -> Place {
        Place { file: self.file, line: u32::try_from(line).unwrap_or(u32::MAX).saturating_add(self.below) }
    }

    /// Runs one command.
    fn command(&mut self, command: &Simple) {
        let value = |name: &str| self.image.environment.get(name).cloned();
        let words: Vec<String> = command.words.iter().map(|word| substitute(word, &value)).collect();
        let output = command.output.as_ref().map(|file| substitute(file, &value));
        let at = self.place(command.line);
        match words.first().map(String::as_str) {
            Some("cd" | "pushd") => {
                if let Some(folder) = words.get(1).filter(|folder| !folder.contains(UNKNOWN)) {
                    self.image.folder = self.image.absolute(folder);
                }
                return;
            }
            Some("export" | "declare" | "readonly") => {
                for (name, value) in words[1..].iter().filter_map(|word| word.split_once('=')) {
                    self.image.environment.insert(name.to_owned(), value.to_owned());
                }
                return;
            }
            Some("." | "source") => return self.source(words.get(1).map_or("", String::as_str), command.line),
            _ => {}
        }
        let begun = started(&words);
        let before = self.image.environment.clone();
        self.image.environment.extend(begun.environment.iter().cloned());
        match begun.program {
            Program::Shell(text) => self.script(&text, u32::try_from(command.line).unwrap_or(u32::MAX)),
            Program::Command { path, arguments } => {
                let mut inner = vec![path];
                inner.extend(arguments);
                self.executable(&inner, output.as_deref(), at, command.line);
            }
            Program::File { python, path, arguments } => {
                let mut inner = vec![python, path];
                inner.extend(arguments);
                self.effect(&inner, output.as_deref(), at);
            }
            Program::Module { python, module, arguments } => {
                let mut inner = vec![python, "-m".to_owned(), module];
                inner.extend(arguments);
                self.effect(&inner, output.as_deref(), at);
            }
            Program::Code { .. } | Program::Imported { .. } => {}
            // only assignments: they hold for what follows
            Program::Nothing if begun.wrappers.is_empty() && !begun.environment.is_empty() => return,
            // `uv sync` and the like are wrappers without a command
            Program::Nothing => self.effect(&words, output.as_deref(), at),
        }
        self.image.environment = before;
    }

    /// An executable, or a script of the workspace.
    fn executable(&mut self, words: &[String], output: Option<&str>, at: Place, line: usize) {
        if words[0].contains('/') || words[0].ends_with(".sh") {
            let path = self.image.absolute(&words[0]);
            if let Some(text) = script_at(self.ws, self.image, &path) {
                let folder = self.image.folder.clone();
                // its lines are of another file: what it installs is told where it is called
                let (file, below) = (self.file, self.below);
                let inner = Shell { ws: self.ws, file, below, image: self.image, depth: self.depth, maybe: self.maybe };
                inner.called(&text, line);
                self.image.folder = folder;
                return;
            }
        }
        self.effect(words, output, at);
    }

    /// Runs a script of another file, all on the line that calls it.
    fn called(mut self, text: &str, line: usize) {
        if self.depth > DEEPEST {
            return;
        }
        self.depth += 1;
        for mut command in shell::commands(text, 1) {
            self.maybe |= command.flow.depth > 0;
            command.line = line;
            self.command(&command);
        }
    }

    /// `. /venv/bin/activate`, or a script of the workspace.
    fn source(&mut self, path: &str, line: usize) {
        let at = self.image.absolute(path);
        if let Some(prefix) = at.strip_suffix("/bin/activate") {
            let path = self.image.environment.get("PATH").cloned().unwrap_or_default();
            self.image.environment.insert("PATH".to_owned(), format!("{prefix}/bin:{path}"));
            self.image.environment.insert("VIRTUAL_ENV".to_owned(), prefix.to_owned());
        } else if let Some(text) = script_at(self.ws, self.image, &at) {
            self.script(&text, u32::try_from(line).unwrap_or(u32::MAX));
        }
    }

    fn effect(&mut self, words: &[String], output: Option<&str>, at: Place) {
        self.apply(effects::effect(words, output), &shown(words), at);
    }

    /// Does what a command does; `words` is the command as people read it.
    pub fn apply(&mut self, effect: Effect, words: &str, at: Place) {
        match effect {
            Effect::Install(install) => self.install(&install, words, at),
            Effect::Uninstall(names) => self.uninstall(&names),
            Effect::Venv { folder, python, sees_system } => {
                self.venv(&folder, &python, sees_system);
            }
            Effect::Writes { file, asks } => {
                let list = self.read(&asks, Tool::Pip, "");
                let to = self.image.absolute(&file);
                self.image.layers.push(Layer { to, from: From::List(Arc::new(list)) });
            }
            Effect::Wheels { folder, asks, .. } => {
                let list = self.read(&asks, Tool::Pip, "");
                let to = self.image.absolute(&folder);
                self.image.layers.push(Layer { to, from: From::Wheels(Arc::new(list)) });
            }
            Effect::Copies { from, to, keeps } => self.copies(&from, &to, keeps),
            Effect::Removes(paths) => {
                for path in paths.iter().filter(|path| !path.contains(['*', UNKNOWN])) {
                    let to = self.image.absolute(path);
                    if !self.maybe {
                        self.image.layers.push(Layer { to, from: From::Nothing });
                    }
                }
            }
            Effect::Sets(name, value) => {
                self.image.environment.insert(name.to_owned(), value);
            }
            Effect::Python(version) => {
                let version = PythonVersion::parse(&version);
                self.image.pythons.insert(0, Python::at("/root/.local/share/uv/python", version));
            }
            Effect::Opaque(why) => self.image.leave_open(About::Installed, why, Some(at)),
            Effect::Nothing => {}
        }
    }

    fn read(&self, asks: &[Ask], tool: Tool, folder: &str) -> List {
        let python =
            self.image.python("python").or_else(|| self.image.pythons.last()).and_then(|python| python.version);
        let mut reader = Reader::new(self.ws, self.image, python, folder.to_owned());
        reader.tool = tool;
        for ask in asks {
            reader.ask(ask);
        }
        reader.list
    }

    fn copies(&mut self, from: &[String], to: &str, keeps: bool) {
        let target = self.image.absolute(to);
        let whole = self.image.clone();
        let is_folder = to.ends_with('/') || from.len() > 1 || to == "." || whole.has_folder(self.ws, &target);
        for path in from {
            let source = whole.absolute(path);
            let inside = path.ends_with("/.");
            let to = match source.rsplit_once('/') {
                Some((_, name)) if is_folder && !inside => joined(&target, name),
                _ => target.clone(),
            };
            if path.contains('*') {
                let folder = source.rsplit_once('/').map_or("", |(folder, _)| folder);
                self.image.copy(&whole, folder, &target);
            } else if !self.image.copy(&whole, &source, &to) {
                self.image.layers.push(Layer { to, from: From::Foreign });
            }
            if !keeps && !self.maybe {
                self.image.layers.push(Layer { to: source, from: From::Nothing });
            }
        }
    }

    fn uninstall(&mut self, names: &[String]) {
        if self.maybe {
            return;
        }
        for name in names.iter().map(|name| DistributionName::new(name)) {
            for installed in &mut self.image.installed {
                installed.direct.retain(|direct| direct.name != name);
            }
        }
    }

    fn venv(&mut self, folder: &str, python: &str, sees_system: bool) -> Python {
        let prefix = self.image.absolute(folder);
        let base = self
            .image
            .python(python)
            .or_else(|| self.image.python("python3"))
            .or_else(|| self.image.pythons.last())
            .cloned();
        let asked = PythonVersion::parse(python.trim_start_matches("python")).filter(|_| python.contains('.'));
        let version = asked.or_else(|| base.as_ref().and_then(|base| base.version));
        let mut made = Python::at(&prefix, version);
        if sees_system && let Some(base) = &base {
            made.sites.extend(base.sites.iter().cloned());
        }
        made.base = Some(base.map_or_else(|| "/usr/bin".to_owned(), |base| base.base.unwrap_or(base.bin)));
        // the installers that it is made with
        let maybe = version.is_none();
        if version.is_none_or(|version| version < PythonVersion { major: 3, minor: 12 }) {
            let direct = Direct { maybe, ..Direct::named(DistributionName::new("setuptools")) };
            self.image.installed.push(self.installed(&made, vec![direct], Place { file: self.file, line: 0 }, "venv"));
        }
        self.image.pythons.push(made.clone());
        made
    }

    fn installed(&self, python: &Python, direct: Vec<Direct>, at: Place, words: &str) -> Installed {
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
        }
    }

    fn install(&mut self, install: &Install, words: &str, at: Place) {
        if matches!(install.tool, Tool::Apt | Tool::Apk | Tool::Dnf) {
            return self.packages(install, words, at);
        }
        let python = self.python_for(install);
        let list = self.read(&install.asks, install.tool, &install.folder);
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
        self.image.projects.extend(list.projects.iter().map(|project| (project.clone(), installed.bin.clone())));
        for (about, why) in list.unknown {
            self.image.leave_open(about, why, Some(at));
        }
        self.image.wanted.extend(list.wanted);
        for list in list.missing {
            if !self.maybe {
                self.image.missing.push((list, at));
            }
        }
        self.image.installed.push(installed);
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
                self.image.links.push(Link { site: site.to_owned(), to: joined(&project.in_image, &root) });
            } else {
                let whole = self.image.clone();
                self.image.copy(&whole, &joined(&project.in_image, &root), site);
            }
        }
    }

    /// The Python that a tool installs for.
    fn python_for(&mut self, install: &Install) -> Python {
        let none = || Python::at("/usr/local", None);
        let current = |image: &Image| image.python("python").or_else(|| image.python("python3")).cloned();
        let active = |image: &Image| {
            let prefix = image.environment.get("VIRTUAL_ENV")?;
            image.python(prefix).cloned()
        };
        if let Into::Python(python) = &install.into {
            return self.image.python(python).cloned().or_else(|| current(self.image)).unwrap_or_else(none);
        }
        let folder = self.image.absolute(&install.folder);
        match install.tool {
            Tool::UvPip => {
                let is_system = install.into == Into::System || self.is_on("UV_SYSTEM_PYTHON");
                let beside = self.image.python(&joined(&folder, ".venv")).cloned();
                let own = active(self.image).or(beside).filter(|_| !is_system);
                own.or_else(|| current(self.image)).unwrap_or_else(none)
            }
            Tool::Uv => {
                let named = self.image.environment.get("UV_PROJECT_ENVIRONMENT").cloned();
                let own = named.unwrap_or_else(|| joined(&folder, ".venv"));
                let prefix = self.image.absolute(&own);
                if install.into == Into::Current
                    && let Some(active) = active(self.image)
                {
                    return active;
                }
                self.environment(&prefix)
            }
            Tool::Poetry | Tool::Pdm | Tool::Pipenv => self.kept(install, &folder),
            Tool::Conda => match &install.into {
                Into::Named(name) if name != "base" => self.environment(&format!("/opt/conda/envs/{name}")),
                Into::Prefix(prefix) => self.environment(&self.image.absolute(prefix)),
                _ => self.environment("/opt/conda"),
            },
            Tool::Apart => {
                let bin = joined(&self.image.home(), ".local/bin");
                Python {
                    bin,
                    prefix: "/root/.apart".to_owned(),
                    sites: vec!["/root/.apart/lib".to_owned()],
                    version: None,
                    base: None,
                }
            }
            _ => current(self.image).or_else(|| self.image.pythons.last().cloned()).unwrap_or_else(none),
        }
    }

    /// The environment that poetry, pdm or pipenv keep for a project.
    fn kept(&mut self, install: &Install, folder: &str) -> Python {
        let is_off =
            |name: &str| self.image.environment.get(name).is_some_and(|value| matches!(value.as_str(), "false" | "0"));
        let active = self.image.environment.get("VIRTUAL_ENV").and_then(|prefix| self.image.python(prefix)).cloned();
        let (uses_current, is_inside, name) = match install.tool {
            Tool::Poetry => (
                is_off("POETRY_VIRTUALENVS_CREATE"),
                self.is_on("POETRY_VIRTUALENVS_IN_PROJECT") || self.image.python(&joined(folder, ".venv")).is_some(),
                "poetry",
            ),
            Tool::Pdm => (is_off("PDM_USE_VENV"), true, "pdm"),
            _ => (install.into == Into::Current, self.is_on("PIPENV_VENV_IN_PROJECT"), "pipenv"),
        };
        let current = || self.image.python("python").cloned();
        if let Some(python) = active.or_else(|| if uses_current { current() } else { None }) {
            return python;
        }
        if uses_current {
            return Python::at("/usr/local", None);
        }
        let prefix = if is_inside { joined(folder, ".venv") } else { format!("/root/.cache/{name}") };
        self.environment(&prefix)
    }

    fn is_on(&self, name: &str) -> bool {
        self.image.environment.get(name).is_some_and(|value| matches!(value.as_str(), "true" | "1" | "True"))
    }

    /// The environment in a folder, made now where there is none.
    fn environment(&mut self, prefix: &str) -> Python {
        if let Some(python) = self.image.python(prefix) {
            return python.clone();
        }
        // one that is the Python of the image itself
        if let Some(python) = self.image.pythons.iter().find(|python| python.prefix == prefix) {
            return python.clone();
        }
        self.venv(prefix, "", false)
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
        let system = self.image.system.unwrap_or(by_tool);
        let mut direct: Vec<Direct> = Vec::new();
        for brought in names.iter().map(|name| system_packages::brought_by(system, name)) {
            self.image.commands.extend(brought.commands.iter().map(|command| Box::from(*command)));
            direct.extend(brought.distributions.into_iter().map(Direct::named));
        }
        self.image.commands.extend(names.iter().map(|name| Box::from(*name)));
        if direct.is_empty() {
            return;
        }
        let python = Python::of_debian(exact);
        let mut installed = self.installed(&python, direct, at, words);
        installed.site = python.sites.last().cloned();
        self.image.installed.push(installed);
    }
}

/// The script of the workspace at a path of an image.
pub(crate) fn script_at(ws: &Analysis, image: &Image, path: &str) -> Option<String> {
    match ws.facts(image.file(ws, path)?)? {
        FileFacts::Deploy(facts) => match &**facts {
            DeployFacts { says: Says::Script, text, .. } => Some(text.to_string()),
            _ => None,
        },
        _ => None,
    }
}

/// The words of a command as people read them.
fn shown(words: &[String]) -> String {
    let whole = words.join(" ");
    match whole.char_indices().nth(100) {
        Some((at, _)) => format!("{}…", &whole[..at]),
        None => whole,
    }
}
