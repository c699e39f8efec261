//! Which files these are, by their paths.

use super::format::{Dialect, Format, Reader};
use crate::knowledge::hosts;
use crate::words::lists::List;
use crate::words::names::FilePath;

/// How a file in which commands or plugins are written down is to be read.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Family {
    /// Its syntax.
    pub(super) format: Format,
    /// The tool whose own file it is; empty for none.
    pub tool: &'static str,
    /// What it says of deployments, if anything.
    reader: Option<Reader>,
}

impl Family {
    /// The family of a file by its path; `None` for a file of none. A walk looks it up for every file: extensions come first.
    pub fn of(path: &FilePath) -> Option<Self> {
        let of_host = || hosts::of_file(path).next().map(|_| Format::OfHost.alone());
        let family =
            Self::by_name(path).or_else(of_host).or_else(|| may_be_compose(path).then(|| Format::Bare.alone()))?;
        Some(Self { reader: reader(family.format, path), ..family })
    }

    /// The same where the text shows what the file is: YAML near the top of a repository with `services` at its own top is a file of
    /// compose, whatever it is called.
    pub(crate) fn by_content(self, text: &str) -> Self {
        match (self.format, self.reader) {
            (Format::OfHost | Format::Bare, Some(Reader::Compose)) if has_services(text) => {
                Self { format: Format::Yaml(Dialect::Compose), ..self }
            }
            (Format::OfHost | Format::Bare, Some(Reader::Compose)) => Self { reader: None, ..self },
            _ => self,
        }
    }

    /// How the file is read for what it says of deployments, if it says anything.
    pub fn reader(self) -> Option<Reader> {
        self.reader
    }

    fn by_name(path: &FilePath) -> Option<Self> {
        let name = path.file_name();
        let extension = name.rsplit_once('.').map_or("", |(_, extension)| extension);
        match extension {
            "sh" | "bash" | "zsh" | "ksh" => Some(Format::Shell.alone()),
            "bat" | "cmd" => Some(Format::Batch.alone()),
            "ps1" => Some(Format::PowerShell.alone()),
            "service" => Some(Format::Systemd.alone()),
            "mk" | "mak" => Some(Format::Make.alone()),
            "dockerfile" | "Dockerfile" | "containerfile" | "Containerfile" => Some(Format::Docker.alone()),
            "just" => Some(Format::Just.alone()),
            "smk" => Some(Format::Jenkins.of("snakemake")),
            "robot" | "resource" => Some(Format::Robot.of("robotframework")),
            "env" => Some(Format::Environment.alone()),
            "yml" | "yaml" => yaml(path, name),
            "toml" if name == "config.toml" && path.folder().ends_with(".streamlit") => Some(Format::Bare.alone()),
            "toml" => toml(name),
            "json" | "json5" => json(path, name),
            "ini" | "cfg" | "conf" | "config" => ini(path, name),
            _ => other(path, name),
        }
    }

    /// A script without a suffix whose first line names a shell.
    pub const SHELL: Self = Self { format: Format::Shell, tool: "", reader: Some(Reader::Script) };

    /// The folders with a dot before their names in which such files lie.
    pub fn is_folder(name: &str) -> bool {
        List::ToolFolder.has(name)
    }
}

impl Format {
    /// Whether all that such a file says is what is around the code.
    pub(in crate::mentions) const fn is_of_surroundings(self) -> bool {
        matches!(self, Self::Ignore | Self::Submodules | Self::PythonVersion | Self::Extensions | Self::OfHost)
    }

    const fn alone(self) -> Family {
        Family { format: self, tool: "", reader: None }
    }

    const fn of(self, tool: &'static str) -> Family {
        Family { format: self, tool, reader: None }
    }
}

/// How a file of that syntax is read for what it says of deployments.
fn reader(format: Format, path: &FilePath) -> Option<Reader> {
    let name = path.file_name();
    let stem = stem(name);
    Some(match format {
        Format::Docker => Reader::Dockerfile,
        Format::Procfile => Reader::Procfile,
        Format::Shell => Reader::Script,
        Format::Make => Reader::Makefile,
        Format::Systemd => Reader::Systemd,
        Format::Bare if name.ends_with(".dockerignore") => Reader::Ignore,
        Format::Bare if name == "config.toml" && path.folder().ends_with(".streamlit") => Reader::Streamlit,
        Format::Readme => Reader::Space,
        Format::Ini if name.to_ascii_lowercase().contains("uwsgi") => Reader::Uwsgi,
        Format::Json(Dialect::Deploy) if matches!(name, "vercel.json" | "now.json") => Reader::Vercel,
        Format::Bare if name == "host.json" => Reader::Azure,
        Format::Bare if name == "function.json" => Reader::AzureFunction,
        Format::Yaml(Dialect::CloudBuild) => Reader::CloudBuild,
        Format::Yaml(Dialect::Compose) => Reader::Compose,
        Format::OfHost | Format::Bare if may_be_compose(path) => Reader::Compose,
        Format::Yaml(Dialect::Workflow) if path.folder().ends_with(".github/workflows") => Reader::GitHub,
        Format::Yaml(Dialect::Gitlab) => Reader::GitLab,
        Format::Yaml(Dialect::Azure) => Reader::AzurePipelines,
        Format::Yaml(Dialect::AppEngine) => Reader::AppEngine,
        Format::Yaml(Dialect::Serverless) if stem == "serverless" => Reader::Serverless,
        Format::Yaml(Dialect::Serverless) => Reader::Sam,
        Format::Yaml(Dialect::Deploy) if stem == "apprunner" => Reader::AppRunner,
        Format::Yaml(Dialect::Deploy) if stem == "render" => Reader::Render,
        Format::Toml(Dialect::Deploy) if name.starts_with("fly.") => Reader::Fly,
        Format::Toml(Dialect::Deploy) | Format::Json(Dialect::Deploy) if matches!(&*stem, "nixpacks" | "railway") => {
            Reader::Nixpacks
        }
        _ => return None,
    })
}

/// Whether a file may be one of compose by what stands in it: YAML near the top of a repository, such as `production.yml`.
fn may_be_compose(path: &FilePath) -> bool {
    let extension = path.file_name().rsplit_once('.').map_or("", |(_, extension)| extension);
    matches!(extension, "yml" | "yaml") && !path.folder().contains('/')
}

/// Whether the top of a file of YAML has the key `services`.
fn has_services(text: &str) -> bool {
    text.lines()
        .filter_map(|line| line.strip_prefix("services:"))
        .any(|rest| rest.trim().is_empty() || rest.trim().starts_with('#'))
}

/// The name up to the first dot but a leading one, in lower case.
fn stem(name: &str) -> String {
    let dot = name.get(1..).and_then(|rest| rest.find('.')).map_or(name.len(), |at| at + 1);
    name.get(..dot).unwrap_or(name).to_ascii_lowercase()
}

fn has_folder(path: &FilePath, folders: &[&str]) -> bool {
    path.folder().split('/').any(|folder| folders.contains(&folder))
}

fn yaml(path: &FilePath, name: &str) -> Option<Family> {
    use Dialect::{
        Ansible, AppEngine, Azure, Circle, CloudBuild, Compose, Data, Deploy, Gitlab, Hooks, Hydra, Kubernetes, Mkdocs,
        PreCommit, ReadTheDocs, Serverless, Steps, Taskfile, Workflow,
    };
    let stem = stem(name);
    let (dialect, tool) = match stem.as_str() {
        _ if path.folder().ends_with(".github/workflows") => (Workflow, ""),
        "action" => (Workflow, ""),
        ".gitlab-ci" => (Gitlab, ""),
        _ if has_folder(path, &[".circleci"]) => (Circle, ""),
        _ if has_folder(path, &[".gitlab", ".gitlab-ci"]) => (Gitlab, ""),
        "azure-pipelines" | "azure-pipeline" => (Azure, ""),
        _ if has_folder(path, &[".azure", ".azuredevops", ".azure-pipelines", ".pipelines"]) => (Azure, ""),
        "bitbucket-pipelines" | ".travis" | "appveyor" | ".appveyor" | "buildspec" | ".drone" | ".woodpecker" => {
            (Steps, "")
        }
        ".cirrus" | "codemagic" | ".gitpod" | "screwdriver" | ".scrutinizer" | "codeship-steps" => (Steps, ""),
        _ if has_folder(path, &[".woodpecker", ".semaphore", ".buildkite"]) => (Steps, ""),
        _ if stem.starts_with("buildspec") => (Steps, ""),
        "cloudbuild" => (CloudBuild, ""),
        ".readthedocs" | "readthedocs" => (ReadTheDocs, ""),
        "apprunner" | "render" | "heroku" | ".platform" | "koyeb" | "railway" | "amplify" => (Deploy, ""),
        "app" => (AppEngine, ""),
        "compose" | ".docker-compose" => (Compose, ""),
        _ if stem.starts_with("docker-compose") || stem.starts_with("compose-") => (Compose, ""),
        "serverless" | "template" | "sam" => (Serverless, ""),
        "taskfile" => (Taskfile, ""),
        "lefthook" | ".lefthook" => (Hooks, ""),
        ".pre-commit-config" => (PreCommit, "pre-commit"),
        "mkdocs" | "properdocs" => (Mkdocs, "mkdocs"),
        _ if stem.starts_with("mkdocs") => (Mkdocs, "mkdocs"),
        "profiles" | "catalog" | "dagster" | "workspace" | "prefect" | "copier" | "dvc" | "meta" | "recipe"
        | "_config" | "_toc" | "logging" | "log_config" | "logging_config" | "log" => (Data, ""),
        "dbt_project" => (Data, "dbt-core"),
        "molecule" => (Data, "molecule"),
        "mlproject" => (Data, "mlflow"),
        "playbook" | "site" | "ansible" => (Ansible, "ansible"),
        _ if has_folder(path, &["roles", "playbooks", "ansible", "group_vars", "host_vars"]) => (Ansible, "ansible"),
        _ if has_folder(path, &["k8s", "kubernetes", "kube", "helm", "charts", "manifests", "kustomize", "deploy"]) => {
            (Kubernetes, "")
        }
        _ if has_folder(path, &["conf", "configs", "config"]) => (Hydra, ""),
        "config" | "settings" | "application" | "secrets" => return Some(Format::Bare.alone()),
        "deployment" | "deploy" | "cronjob" | "k8s" | "kubernetes" | "values" | "statefulset" => (Kubernetes, ""),
        _ => return None,
    };
    Some(Format::Yaml(dialect).of(tool))
}

fn toml(name: &str) -> Option<Family> {
    use Dialect::{Deploy, Tasks, Tox, Zensical};
    Some(match name {
        "tox.toml" => Format::Toml(Tox).of("tox"),
        "poe_tasks.toml" => Format::Toml(Tasks).of("poethepoet"),
        "hatch.toml" | "mise.toml" | ".mise.toml" => Format::Toml(Tasks).alone(),
        "fly.toml" | "nixpacks.toml" | "railway.toml" | "netlify.toml" => Format::Toml(Deploy).alone(),
        "zensical.toml" => Format::Toml(Zensical).of("zensical"),
        "Cargo.toml" => Format::Extensions.alone(),
        "ruff.toml" | ".ruff.toml" => Format::Bare.of("ruff"),
        "zappa_settings.toml" => Format::Toml(Dialect::Zappa).of("zappa"),
        "pyrefly.toml" => Format::Bare.of("pyrefly"),
        "ty.toml" => Format::Bare.of("ty"),
        "config.toml" | "settings.toml" | ".secrets.toml" | "secrets.toml" => Format::Bare.alone(),
        _ if name.starts_with("fly.") => Format::Toml(Deploy).alone(),
        _ => return None,
    })
}

/// What an integration of Home Assistant says of itself; its host installs what it requires before it loads it.
const INTEGRATION: &str = "manifest.json";

/// What a package of ROS or an add-on of `FreeCAD` says of itself.
const PACKAGE: &str = "package.xml";

/// Whether what the file installs is there at run time, and not only for tests.
pub fn installs_for_runtime(path: &FilePath) -> bool {
    matches!(path.file_name(), INTEGRATION | PACKAGE)
}

fn json(path: &FilePath, name: &str) -> Option<Family> {
    use Dialect::{Deploy, Devcontainer, LintStaged, Node, Zappa};
    Some(match name {
        "package.json" | "cdk.json" | "project.json" | ".lintstagedrc.json" | ".huskyrc.json" | "deno.json" => {
            let dialect = if name == ".lintstagedrc.json" { LintStaged } else { Node };
            Format::Json(dialect).alone()
        }
        INTEGRATION => Format::Json(Dialect::Integration).alone(),
        "devcontainer.json" | ".devcontainer.json" => Format::Json(Devcontainer).alone(),
        "railway.json" | "app.json" | "vercel.json" | "now.json" | "nixpacks.json" => Format::Json(Deploy).alone(),
        "zappa_settings.json" => Format::Json(Zappa).of("zappa"),
        "launch.json" | "tasks.json" if path.folder().ends_with(".vscode") => Format::Json(Dialect::Editor).alone(),
        "host.json" | "function.json" => Format::Bare.alone(),
        "pyrightconfig.json" => Format::Bare.of("pyright"),
        "asv.conf.json" => Format::Bare.of("asv"),
        "cookiecutter.json" => Format::Json(Dialect::Data).of("cookiecutter"),
        "logging.json" | "log_config.json" => Format::Json(Dialect::Data).alone(),
        "config.json" if path.folder().ends_with(".chalice") => Format::Bare.of("chalice"),
        "config.json" | "settings.json" | "secrets.json" if !path.folder().ends_with(".vscode") => Format::Bare.alone(),
        _ => return None,
    })
}

fn ini(path: &FilePath, name: &str) -> Option<Family> {
    Some(match name {
        "pyvenv.cfg" => return None,
        "mypy.ini" | ".mypy.ini" => Format::Ini.of("mypy"),
        "alembic.ini" => Format::Ini.of("alembic"),
        _ if is_of_uwsgi(name) => Format::Ini.of("uwsgi"),
        "circus.ini" => Format::Ini.of("circus"),
        "babel.cfg" | "babel.ini" | "babel-mapping.ini" => Format::Babel.of("babel"),
        "scrapy.cfg" => Format::Ini.of("scrapy"),
        "airflow.cfg" => Format::Ini.of("apache-airflow"),
        ".isort.cfg" => Format::Ini.of("isort"),
        ".bumpversion.cfg" => Format::Bare.of("bumpversion"),
        _ if path.folder().ends_with(".ebextensions") => Format::Yaml(Dialect::Deploy).alone(),
        // many a supervisor's or a logger's settings; what is of another syntax says nothing
        _ if !name.ends_with("config") => Format::Ini.alone(),
        _ => return None,
    })
}

/// `uwsgi.ini`, `uwsgi-prod.ini`
fn is_of_uwsgi(name: &str) -> bool {
    let lower = name.to_ascii_lowercase();
    lower.contains("uwsgi") && lower.rsplit_once('.').is_some_and(|(_, extension)| extension == "ini")
}

/// Names without an extension, and those whose extension is a part of the name.
fn other(path: &FilePath, name: &str) -> Option<Family> {
    Some(match name {
        ".gitignore" => Format::Ignore.alone(),
        ".gitmodules" => Format::Submodules.alone(),
        PACKAGE => Format::Package.alone(),
        ".python-version" | ".tool-versions" => Format::PythonVersion.alone(),
        // platforms read the one at the top; in other folders it may be a list of requirements
        "runtime.txt" if path.folder().is_empty() => Format::PythonVersion.alone(),
        "CMakeLists.txt" | "meson.build" => Format::Extensions.alone(),
        ".flake8" => Format::Ini.of("flake8"),
        ".coveragerc" => Format::Ini.of("coverage"),
        ".pylintrc" | "pylintrc" => Format::Ini.of("pylint"),
        ".bandit" => Format::Ini.of("bandit"),
        _ if name.ends_with(".dockerignore") => Format::Bare.alone(),
        ".style.yapf" => Format::Bare.of("yapf"),
        ".pydocstyle" => Format::Bare.of("pydocstyle"),
        ".yamllint" => Format::Bare.of("yamllint"),
        ".sqlfluff" => Format::Ini.of("sqlfluff"),
        ".importlinter" => Format::Bare.of("import-linter"),
        ".lintstagedrc" => Format::Json(Dialect::LintStaged).alone(),
        ".flaskenv" | ".env" | "env.example" | "dotenv" => Format::Environment.alone(),
        ".replit" => Format::Toml(Dialect::Tasks).alone(),
        "Snakefile" => Format::Jenkins.of("snakemake"),
        "README.md" => Format::Readme.alone(),
        "MLproject" => Format::Yaml(Dialect::Data).of("mlflow"),
        "crontab" => Format::Crontab.alone(),
        "start" | "entrypoint" | "docker-entrypoint" | "start-server" => Format::Shell.alone(),
        _ if name.starts_with(".env.") => Format::Environment.alone(),
        _ if name.strip_suffix(".cron").is_some() || path.folder().ends_with("cron.d") => Format::Crontab.alone(),
        _ if is_hooks(path) && !name.contains('.') => Format::Shell.alone(),
        _ => {
            let lower = name.to_ascii_lowercase();
            match lower.split('.').next().unwrap_or_default() {
                "procfile" => Format::Procfile.alone(),
                "dockerfile" | "containerfile" => Format::Docker.alone(),
                "makefile" | "gnumakefile" => Format::Make.alone(),
                "justfile" => Format::Just.alone(),
                "" if lower == ".justfile" => Format::Just.alone(),
                "jenkinsfile" => Format::Jenkins.alone(),
                _ if lower.starts_with("dockerfile-") || lower.starts_with("dockerfile_") => Format::Docker.alone(),
                _ => return None,
            }
        }
    })
}

/// Whether a file lies directly in a folder of git's hooks.
fn is_hooks(path: &FilePath) -> bool {
    let folder = path.folder().rsplit('/').next().unwrap_or_default();
    matches!(folder, ".husky" | ".git-hooks" | ".githooks" | ".hooks")
}
