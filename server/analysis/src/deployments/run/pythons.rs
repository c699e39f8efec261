//! Which Python a command installs for, and the environments that tools make.

use super::super::image::{Direct, Image, Place, Python, folder_of_conda};
use super::Shell;
use pinlens_facts::deploy::effects::{Ask, Install, Into, Tool};
use pinlens_facts::deploy::paths::joined;
use pinlens_facts::words::names::{DistributionName, PythonVersion};

impl Shell<'_> {
    pub(super) fn venv(&mut self, folder: &str, python: &str, sees_system: bool) -> Python {
        let prefix = self.image.absolute(folder);
        let base = self
            .image
            .python(python)
            .or_else(|| self.image.python("python3"))
            .or_else(|| self.image.pythons.last())
            .cloned();
        let named = PythonVersion::parse(python.trim_start_matches("python")).filter(|_| python.contains('.'));
        let version = named.or_else(|| base.as_ref().and_then(|base| base.version));
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

    /// The Python that a tool installs for.
    pub(super) fn python_for(&mut self, install: &Install) -> Python {
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
                Into::Named(name) => {
                    let of_file = if name.is_empty() { self.name_in_file(&install.asks) } else { Some(name.clone()) };
                    self.environment(&folder_of_conda(of_file.as_deref().unwrap_or("base")))
                }
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

    /// The name that a file of conda gives to its environment.
    fn name_in_file(&self, asks: &[Ask]) -> Option<String> {
        asks.iter().find_map(|ask| {
            let Ask::Environment(path) = ask else { return None };
            let file = self.image.file(self.ws, &self.image.absolute(path))?;
            let text = &self.ws.facts(file)?.declarations()?.text;
            pinlens_facts::manifest::conda::environment_name(text).map(str::to_owned)
        })
    }

    /// The environment that poetry, pdm or pipenv keep for a project.
    pub(super) fn kept(&mut self, install: &Install, folder: &str) -> Python {
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

    pub(super) fn is_on(&self, name: &str) -> bool {
        self.image.environment.get(name).is_some_and(|value| matches!(value.as_str(), "true" | "1" | "True"))
    }

    /// The environment in a folder, made now where there is none.
    pub(super) fn environment(&mut self, prefix: &str) -> Python {
        if let Some(python) = self.image.python(prefix) {
            return python.clone();
        }
        // one that is the Python of the image itself
        if let Some(python) = self.image.pythons.iter().find(|python| python.prefix == prefix) {
            return python.clone();
        }
        self.venv(prefix, "", false)
    }
}
