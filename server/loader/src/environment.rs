//! What is installed in the environment of a workspace folder, read from its files; no Python is run.

mod distribution;
mod files;
mod locate;
mod metadata;
mod modules;

use crate::errors::EnvironmentError;
use crate::folder::Loader;
use crate::pool::in_pool;
use crate::snapshot::Stamp;
use distribution::{Provided, Raw};
use locate::Located;
use pinlens_analysis::config::Config;
use pinlens_analysis::model::environment::{Environment, Installed};
use pinlens_facts::words::names::ModuleName;
use rayon::prelude::*;
use rustc_hash::{FxHashMap, FxHashSet};
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// How often a package that several distributions share is looked into: `azure`, `azure.mgmt`, `azure.mgmt.x`.
const SHARED_DEPTH: usize = 3;

/// Shared values are handed to the workspace in an `Arc`.
pub type SharedEnvironment = Arc<Environment>;

impl Loader {
    /// Finds and reads the environment that the configuration names, or else the one that belongs to the folder:
    /// `VIRTUAL_ENV`, `CONDA_PREFIX`, `.venv`, `venv`, `env`.
    ///
    /// # Errors
    ///
    /// Where the configured one is none.
    pub fn environment(&self, config: &Config) -> Result<Option<Environment>, EnvironmentError> {
        let located = locate::locate(self, config)?;
        Ok(located.map(|located| in_pool(|| read(located))))
    }

    /// By what a change of the environment shows: the stamps of its `site-packages`, which change when something is installed
    /// or removed, and of what is written after that: an installer makes the folder of a distribution first and its files one by one.
    pub fn environment_stamp(&self, config: &Config) -> Option<Vec<Stamp>> {
        let located = locate::locate(self, config).ok()??;
        let mut stamps = Vec::new();
        let mut add = |path: &Path| stamps.extend(path.metadata().ok().map(|metadata| Stamp::of(&metadata)));
        for site in &located.sites {
            add(site);
            for entry in files::entries(site) {
                match entry.extension().and_then(|ending| ending.to_str()) {
                    Some("dist-info") => {
                        add(&entry.join("METADATA"));
                        add(&entry.join("RECORD"));
                    }
                    Some("egg-info" | "egg-link" | "pth") => {}
                    _ => continue,
                }
                add(&entry);
            }
        }
        Some(stamps)
    }
}

/// Reads every distribution of an environment.
fn read(located: Located) -> Environment {
    let mut sites = located.sites;
    let linked: Vec<PathBuf> = sites.iter().flat_map(|site| linked_folders(site)).collect();
    // after the site-packages themselves, as on sys.path: of two with one name the first is kept
    for folder in linked {
        if !sites.contains(&folder) {
            sites.push(folder);
        }
    }
    let records: Vec<PathBuf> = sites.iter().flat_map(|site| files::entries(site)).collect();
    let found: Vec<Raw> = records.par_iter().filter_map(|path| distribution::read(path)).collect();
    let mut environment = Environment::new(located.location, located.python, installed(found));
    environment.stands_alone = located.stands_alone;
    environment
}

/// The folders that `*.pth` files of `site` add to `sys.path`.
fn linked_folders(site: &Path) -> Vec<PathBuf> {
    let links = files::entries(site).into_iter().filter(|path| path.extension().is_some_and(|ending| ending == "pth"));
    links.flat_map(|path| files::pth_folders(&path)).collect()
}

/// Decides the modules of each distribution, now that all are known: a package that several of them share is nobody's
/// own, so what each has inside it counts too.
fn installed(found: Vec<Raw>) -> Vec<Installed> {
    let mut shared = FxHashSet::default();
    for _ in 0..SHARED_DEPTH {
        let more = shared_packages(&found, &shared);
        if more.len() == shared.len() {
            break;
        }
        shared = more;
    }
    let own = |raw: Raw| {
        let (modules, listed_in) = match raw.provided {
            Provided::Files(set, listed_in) => (set.own(&shared), listed_in),
            Provided::Names(names, listed_in) => (names, listed_in),
        };
        Installed {
            name: raw.name,
            display: raw.display,
            version: raw.version,
            modules: modules.iter().map(|name| ModuleName::new(name)).collect(),
            listed_in,
            direct: raw.direct,
            requires: raw.requires,
            about: raw.about,
            scripts: raw.entry_points.scripts.into(),
            groups: raw.entry_points.groups.into(),
            is_complete: raw.is_complete,
        }
    };
    found.into_iter().map(own).collect()
}

/// The modules that two or more distributions provide, given those that are known to be shared.
fn shared_packages(found: &[Raw], known: &FxHashSet<String>) -> FxHashSet<String> {
    let mut counts: FxHashMap<String, usize> = FxHashMap::default();
    for raw in found {
        let names = match &raw.provided {
            Provided::Files(set, _) => set.own(known),
            Provided::Names(names, _) => names.clone(),
        };
        for name in names {
            *counts.entry(name).or_default() += 1;
        }
    }
    counts.into_iter().filter(|(_, count)| *count > 1).map(|(name, _)| name).collect()
}
