//! Which folder is the environment, and where in it distributions are.

use super::files;
use crate::errors::EnvironmentError;
use crate::folder::Loader;
use crate::paths::joined;
use crate::read;
use crate::walk::filter::is_environment;
use pinlens_analysis::config::Config;
use pinlens_facts::words::names::PythonVersion;
use std::path::{Path, PathBuf};

/// An environment that was found.
pub(super) struct Located {
    /// Where, for messages: relative to the root where it is inside.
    pub location: String,
    /// Its Python's version.
    pub python: Option<PythonVersion>,
    /// Its `site-packages`, in the order of `sys.path`.
    pub sites: Vec<PathBuf>,
    /// Whether they are all that its Python sees: a virtual environment without the packages of the system (PEP 405).
    pub stands_alone: bool,
}

/// The environment that the configuration names, else the one that belongs to the folder. The system's is never searched.
pub(super) fn locate(loader: &Loader, config: &Config) -> Result<Option<Located>, EnvironmentError> {
    let root = &loader.root;
    match config.environment.as_deref() {
        Some("none") => return Ok(None),
        Some(configured) => return self::configured(root, configured).map(Some),
        None => {}
    }
    let named = [&loader.variables.virtual_env, &loader.variables.conda_prefix].into_iter().flatten().cloned();
    let usual = [".venv", "venv", "env"].map(|name| root.join(name));
    Ok(named.chain(usual).find(|folder| is_environment(folder)).map(|folder| described(root, &folder)))
}

fn configured(root: &Path, configured: &str) -> Result<Located, EnvironmentError> {
    let folder = root.join(configured);
    if is_environment(&folder) || holds_distributions(&folder) {
        return Ok(described(root, &folder));
    }
    Err(EnvironmentError { configured: configured.to_owned(), is_folder: folder.is_dir() })
}

/// Whether `folder` is itself a kind of `site-packages`, such as the target of `pip install --target`.
fn holds_distributions(folder: &Path) -> bool {
    files::entries(folder).iter().any(|path| path.extension().is_some_and(|ending| ending == "dist-info"))
}

fn described(root: &Path, folder: &Path) -> Located {
    let canonical = folder.canonicalize().unwrap_or_else(|_| folder.to_path_buf());
    let inside = canonical.strip_prefix(root).ok().and_then(|inside| joined("", inside));
    let location = inside.unwrap_or_else(|| canonical.to_string_lossy().replace('\\', "/"));
    let sites = sites(&canonical);
    let python = configured_version(&canonical)
        .or_else(|| sites.first().and_then(|site| version_in_path(site)))
        .or_else(|| conda_version(&canonical));
    let sees_system = setting(&canonical, "include-system-site-packages").is_some_and(|value| value == "true");
    let stands_alone = canonical.join("pyvenv.cfg").is_file() && !sees_system;
    Located { location, python, sites, stands_alone }
}

/// The `site-packages` of an environment, POSIX (`lib/python3.12/site-packages`) or Windows (`Lib/site-packages`).
fn sites(environment: &Path) -> Vec<PathBuf> {
    if !is_environment(environment) {
        return vec![environment.to_path_buf()];
    }
    let mut sites: Vec<PathBuf> = Vec::new();
    for library in ["lib", "lib64", "Lib"] {
        let library = environment.join(library);
        let versions = files::entries(&library).into_iter().filter(|path| version_of_folder(path).is_some());
        for folder in versions.chain([library.clone()]) {
            // `lib64` is often a symlink to `lib`, and where case does not matter `Lib` is `lib`
            if let Ok(site) = folder.join("site-packages").canonicalize()
                && site.is_dir()
                && !sites.contains(&site)
            {
                sites.push(site);
            }
        }
    }
    sites
}

/// The version in `pyvenv.cfg`: `version` (venv) or `version_info` (virtualenv, uv).
fn configured_version(environment: &Path) -> Option<PythonVersion> {
    let value = |key: &str| version(&setting(environment, key)?);
    value("version_info").or_else(|| value("version"))
}

/// A setting of `pyvenv.cfg`.
fn setting(environment: &Path, key: &str) -> Option<String> {
    let mut bytes = Vec::new();
    let is_there = read::anywhere(&environment.join("pyvenv.cfg"), &mut bytes).ok()?;
    let text = is_there.then(|| String::from_utf8(bytes).ok()).flatten()?;
    let mut pairs = text.lines().filter_map(|line| line.split_once('='));
    pairs.find(|(name, _)| name.trim().eq_ignore_ascii_case(key)).map(|(_, value)| value.trim().to_ascii_lowercase())
}

/// `lib/python3.12/site-packages` -> 3.12.
fn version_in_path(site: &Path) -> Option<PythonVersion> {
    version_of_folder(site.parent()?)
}

/// `python3.12`, `python3.13t`, `pypy3.10` -> the version.
fn version_of_folder(folder: &Path) -> Option<PythonVersion> {
    let name = folder.file_name()?.to_str()?;
    version(name.strip_prefix("python").or_else(|| name.strip_prefix("pypy"))?.trim_end_matches('t'))
}

/// The version in the name of conda's record of Python itself: `conda-meta/python-3.11.5-h955ad1f_0.json`.
fn conda_version(environment: &Path) -> Option<PythonVersion> {
    let records = files::entries(&environment.join("conda-meta"));
    records.iter().filter_map(|path| path.file_name()?.to_str()).find_map(|name| version(name.strip_prefix("python-")?))
}

/// The first two parts of a version: `3.11.7.final.0` is 3.11.
fn version(text: &str) -> Option<PythonVersion> {
    let mut parts = text.split(|c: char| !c.is_ascii_digit());
    let version = PythonVersion { major: parts.next()?.parse().ok()?, minor: parts.next()?.parse().ok()? };
    Some(version)
}
