//! What a command does, as a value.

/// What a command does.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Effect {
    /// It installs something.
    Install(Install),
    /// It removes distributions.
    Uninstall(Vec<String>),
    /// It makes a virtual environment.
    Venv {
        /// Its folder.
        folder: String,
        /// The command of the Python that it is made of, as written; empty where it is the current one.
        python: String,
        /// Whether it sees what is installed for that Python.
        sees_system: bool,
    },
    /// It writes a list of requirements.
    Writes {
        /// The file.
        file: String,
        /// What the list holds.
        asks: Vec<Ask>,
    },
    /// It builds wheels into a folder.
    Wheels {
        /// The folder.
        folder: String,
        /// What the wheels are of.
        asks: Vec<Ask>,
        /// Whether the wheels of what these require are left out.
        alone: bool,
    },
    /// It copies, moves or links a file or a folder.
    Copies {
        /// From where.
        from: Vec<String>,
        /// To where.
        to: String,
        /// Whether `from` is there afterwards.
        keeps: bool,
    },
    /// It removes files.
    Removes(Vec<String>),
    /// It sets a variable that changes what other commands do: the same as in the environment.
    Sets(&'static str, String),
    /// It installs a Python of this version.
    Python(String),
    /// It makes folders.
    Folders(Vec<String>),
    /// It fetches files to a path.
    Fetches(String),
    /// It may install or make something that its words do not name; why, for messages.
    Opaque(String),
    /// Nothing that matters.
    Nothing,
}

/// What a command installs.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Install {
    /// By which tool.
    pub tool: Tool,
    /// What is requested.
    pub asks: Vec<Ask>,
    /// Where to.
    pub into: Into,
    /// Whether what that requires is left out (`--no-deps`).
    pub alone: bool,
    /// The folder in which the tool looks for the project; empty for the current one.
    pub folder: String,
}

/// Which tool installs.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Tool {
    /// pip, and what hands its words on to it; `easy_install` too.
    #[default]
    Pip,
    /// `uv pip install`: into an active environment, or with `--system`.
    UvPip,
    /// `uv sync`.
    Uv,
    /// `poetry install`.
    Poetry,
    /// `pdm install`, `pdm sync`.
    Pdm,
    /// `pipenv install`, `pipenv sync`.
    Pipenv,
    /// `conda install`, `mamba env update` and the like.
    Conda,
    /// Debian's packages.
    Apt,
    /// Alpine's packages.
    Apk,
    /// Packages of Fedora and the like.
    Dnf,
    /// `pipx install`, `uv tool install`: an environment for each command.
    Apart,
}

/// Where distributions are installed.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Into {
    /// Where the command's Python looks.
    #[default]
    Current,
    /// The user's own folder: `--user`.
    User,
    /// A folder as such: `--target`.
    Target(String),
    /// A folder with `lib` and `bin`: `--prefix`, `--root`.
    Prefix(String),
    /// The system's Python, whatever is active: `--system`.
    System,
    /// Where this Python looks: `--python`, `python3.12 -m pip`, `/venv/bin/pip`.
    Python(String),
    /// A named environment of conda.
    Named(String),
}

/// One thing that is requested.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Ask {
    /// The requirements of a file: `-r`.
    File(String),
    /// A requirement by its words: `celery[redis]==5.4`.
    Named(String),
    /// A folder or an archive of a project.
    Project {
        /// Its path.
        path: String,
        /// The extras.
        extras: Vec<String>,
        /// Whether its code is used where it is.
        editable: bool,
    },
    /// Wheels by a pattern: `/wheels/*`.
    Wheels(String),
    /// What the project in the current folder locks or declares.
    Own(Selection),
    /// A file of conda: `environment.yml`.
    Environment(String),
    /// A package of the system.
    Package(String),
    /// Something that the words do not name, as they are.
    Unknown(String),
}

/// Which parts of a project a tool installs.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[allow(clippy::struct_excessive_bools)] // each is an option of the command line
pub struct Selection {
    /// The extras that are named.
    pub extras: Vec<String>,
    /// All extras.
    pub all_extras: bool,
    /// The groups that are named next to those of every run.
    pub groups: Vec<String>,
    /// All groups.
    pub all_groups: bool,
    /// The groups that are left out.
    pub without: Vec<String>,
    /// Only these groups; `main` is what the project itself requires.
    pub only: Vec<String>,
    /// Whether development is left out: `--no-dev`, `--prod`, `--only main`.
    pub no_dev: bool,
    /// Whether the project itself is left out.
    pub no_project: bool,
    /// The member of the workspace that is installed in place of the current one.
    pub package: Option<String>,
    /// All members.
    pub all_packages: bool,
}
