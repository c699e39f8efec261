//! What is installed, as values. The loader reads it from disk; nothing here does.

use pinlens_facts::words::names::{DistributionName, ModuleName, PythonVersion, prefixes};
use rustc_hash::{FxHashMap, FxHashSet};

/// One environment: the distributions of a `site-packages` and what they provide.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Environment {
    /// Where it was found, for messages: `.venv`.
    pub location: String,
    /// The version in `pyvenv.cfg`, or the one in the path of its `site-packages`.
    pub python: Option<PythonVersion>,
    /// Whether its Python sees nothing but `distributions`: a virtual environment without the packages of the system.
    pub stands_alone: bool,
    distributions: Vec<Installed>,
    by_name: FxHashMap<DistributionName, usize>,
    /// The dotted prefixes that distributions provide, each with the indices of its providers, ascending.
    by_module: FxHashMap<ModuleName, Vec<usize>>,
    /// Every proper dotted prefix of a key of `by_module`.
    namespaces: FxHashSet<Box<str>>,
    /// The indices of the distributions that require each, ascending.
    requirers: FxHashMap<DistributionName, Vec<usize>>,
}

/// One installed distribution.
#[derive(Clone, Debug, PartialEq)]
pub struct Installed {
    /// Its normalised name.
    pub name: DistributionName,
    /// Its name as its METADATA spells it.
    pub display: String,
    /// Its version as its METADATA spells it.
    pub version: String,
    /// The dotted prefixes that it provides: the shallowest packages and modules that are its own.
    pub modules: Vec<ModuleName>,
    /// What the modules are known from, for messages: `RECORD`, `top_level.txt`, `Import-Name`.
    pub listed_in: &'static str,
    /// Whether it was installed from a local folder, a URL or a version control system (`direct_url.json`).
    pub direct: bool,
    /// The distributions that its Requires-Dist names, with markers and extras as written after the name.
    pub requires: Vec<(DistributionName, Box<str>)>,
    /// The commands that it installs: its entry points in `console_scripts` and `gui_scripts`.
    pub scripts: Box<[Box<str>]>,
    /// The other groups in which it registers entry points: `pytest11`, `flake8.extension`.
    pub groups: Box<[Box<str>]>,
    /// What its METADATA says to people.
    pub about: About,
    /// Whether all of it is there: of one that is being installed, what it requires may not be written yet.
    pub is_complete: bool,
}

/// What a distribution's metadata says to people of it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct About {
    /// `Summary`: one line; empty where there is none.
    pub summary: String,
    /// `Project-URL` and `Home-page`: labels and addresses that begin with `http://` or `https://`, in the order of the file.
    pub links: Vec<(String, String)>,
    /// `Provides-Extra`, as written.
    pub extras: Vec<Box<str>>,
}

impl Environment {
    /// Indexes `distributions`; they are sorted by name, and of two with one name the first is kept, as on `sys.path`. It stands alone.
    pub fn new(location: String, python: Option<PythonVersion>, mut distributions: Vec<Installed>) -> Self {
        distributions.sort_by(|a, b| a.name.cmp(&b.name));
        distributions.dedup_by(|later, earlier| later.name == earlier.name);
        let mut by_name = FxHashMap::default();
        let mut by_module: FxHashMap<ModuleName, Vec<usize>> = FxHashMap::default();
        for (at, installed) in distributions.iter().enumerate() {
            by_name.insert(installed.name.clone(), at);
            for module in &installed.modules {
                by_module.entry(module.clone()).or_default().push(at);
            }
        }
        let dotted = by_module.keys().flat_map(|module| module.prefixes().skip(1));
        let namespaces = dotted.map(Into::into).collect();
        let mut requirers: FxHashMap<DistributionName, Vec<usize>> = FxHashMap::default();
        for (at, installed) in distributions.iter().enumerate() {
            for (required, _) in &installed.requires {
                let all = requirers.entry(required.clone()).or_default();
                if all.last() != Some(&at) {
                    all.push(at);
                }
            }
        }
        Self { location, python, stands_alone: true, distributions, by_name, by_module, namespaces, requirers }
    }

    /// Everything installed, by name.
    pub fn distributions(&self) -> &[Installed] {
        &self.distributions
    }

    /// The installed distribution of that name.
    pub fn get(&self, name: &DistributionName) -> Option<&Installed> {
        self.by_name.get(name).map(|&at| &self.distributions[at])
    }

    /// The installed distributions whose metadata names `name`, in order.
    pub fn requirers(&self, name: &DistributionName) -> impl Iterator<Item = &Installed> {
        self.requirers.get(name).into_iter().flatten().map(|&at| &self.distributions[at])
    }

    /// Whether the metadata of that distribution says all that it provides and requires: not while it is being installed.
    pub fn knows(&self, name: &DistributionName) -> bool {
        self.get(name).is_some_and(|installed| installed.is_complete)
    }

    /// Whether distributions provide modules inside `dotted`, so that `from dotted import x` may name one of them.
    pub fn is_namespace(&self, dotted: &str) -> bool {
        self.namespaces.contains(dotted)
    }

    /// The distributions that provide the longest known prefix of `dotted`, and that prefix.
    pub fn providers<'a>(&self, dotted: &'a str) -> Option<(&'a str, Vec<&Installed>)> {
        prefixes(dotted).find_map(|prefix| {
            let at = self.by_module.get(prefix)?;
            Some((prefix, at.iter().map(|&at| &self.distributions[at]).collect()))
        })
    }
}
