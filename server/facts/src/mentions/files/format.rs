//! The syntaxes of files in which commands or plugins are written down, and the readers of what they say of deployments.

/// The syntax of a file.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Format {
    Procfile,
    Docker,
    Make,
    Just,
    Shell,
    Batch,
    PowerShell,
    Systemd,
    Crontab,
    Jenkins,
    Robot,
    /// Variables, one a line.
    Environment,
    /// Only that it is there matters.
    Bare,
    /// What git leaves out.
    Ignore,
    /// What other repositories fill.
    Submodules,
    /// The version of Python, and no more.
    PythonVersion,
    /// What builds compiled modules: `CMake`, Meson, Cargo.
    Extensions,
    /// A file by which a host is known.
    OfHost,
    /// package.xml, in which ROS and `FreeCAD` declare what they install.
    Package,
    /// What people read; the head of it may say something.
    Readme,
    Ini,
    Babel,
    Toml(Dialect),
    Json(Dialect),
    Yaml(Dialect),
}

/// Where in a structured file commands and plugins stand; see `rules`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Dialect {
    Workflow,
    Gitlab,
    Circle,
    Azure,
    /// Bitbucket, Travis, `AppVeyor`, AWS `CodeBuild`, Drone, Woodpecker, Cirrus, Semaphore, Buildkite, Gitpod.
    Steps,
    CloudBuild,
    ReadTheDocs,
    /// Where applications are deployed: App Runner, Render, Railway, Nixpacks, Fly, Heroku, platform.sh.
    Deploy,
    AppEngine,
    Compose,
    Kubernetes,
    Serverless,
    Taskfile,
    /// Lefthook.
    Hooks,
    PreCommit,
    Mkdocs,
    /// dbt, kedro, dagster, molecule, logging, DVC, `MLflow`, jupyter-book.
    Data,
    /// Configurations of hydra.
    Hydra,
    /// Playbooks and roles.
    Ansible,
    Devcontainer,
    /// What an editor starts.
    Editor,
    /// An integration of Home Assistant.
    Integration,
    /// package.json and its like.
    Node,
    LintStaged,
    Zappa,
    Pyproject,
    Tox,
    /// Runners of tasks: poe, hatch, pixi, Pipfile.
    Tasks,
    Zensical,
    Ini,
    Babel,
}

/// How a file is read for what it says of deployments.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Reader {
    /// A Dockerfile.
    Dockerfile,
    /// A script of a shell.
    Script,
    /// A makefile.
    Makefile,
    /// compose.yaml.
    Compose,
    /// A Procfile.
    Procfile,
    /// apprunner.yaml.
    AppRunner,
    /// render.yaml.
    Render,
    /// fly.toml.
    Fly,
    /// nixpacks.toml, railway.toml, railway.json.
    Nixpacks,
    /// app.yaml.
    AppEngine,
    /// A SAM template.
    Sam,
    /// serverless.yml.
    Serverless,
    /// A workflow of GitHub.
    GitHub,
    /// .gitlab-ci.yml.
    GitLab,
    /// azure-pipelines.yml.
    AzurePipelines,
    /// A unit of systemd.
    Systemd,
    /// .dockerignore.
    Ignore,
    /// cloudbuild.yaml.
    CloudBuild,
    /// vercel.json.
    Vercel,
    /// host.json of Azure Functions.
    Azure,
    /// function.json of Azure Functions.
    AzureFunction,
    /// .streamlit/config.toml.
    Streamlit,
    /// README.md, whose head may describe a Space of Hugging Face.
    Space,
    /// uwsgi.ini.
    Uwsgi,
}
