//! Settings in subfolders: those of the nearest folder count for a file, as ruff takes them.

use super::entries;
use super::settings::{Config, ConfigError, Groups};
use pinlens_facts::manifest::SettingsFacts;
use pinlens_facts::words::names::FilePath;

/// The settings that count only at the root: they decide which files are read, and for which Python and environment.
const OF_ROOT: [&str; 5] = ["python-version", "python-platform", "environment", "exclude", "requirements"];

/// The settings of one subfolder, for what lies below it.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Scope {
    /// The folder, relative to the root.
    pub folder: String,
    /// What holds there.
    pub config: Config,
}

impl Scope {
    /// The settings that `own`, those of the files in `folder`, make of the root's.
    pub fn new(folder: &str, own: &Config, root: &Config) -> Self {
        Self { folder: folder.to_owned(), config: root.in_folder(own) }
    }
}

impl Config {
    /// The settings in a subfolder whose own files give `own`: what the root alone decides stays, and so does what the command
    /// line or the editor has set.
    fn in_folder(&self, own: &Self) -> Self {
        let is_set = |key: &str| self.set_by_user.contains(&key);
        let mut config = self.clone();
        let mut take = |key: &str, take: &mut dyn FnMut(&mut Self)| {
            if !is_set(key) {
                take(&mut config);
            }
        };
        take("select", &mut |config| config.select.clone_from(&own.select));
        take("ignore", &mut |config| config.ignore.clone_from(&own.ignore));
        take("severity", &mut |config| config.severity.clone_from(&own.severity));
        take("overrides", &mut |config| config.overrides.clone_from(&own.overrides));
        take("keep", &mut |config| config.keep.clone_from(&own.keep));
        take("fix-style", &mut |config| config.fix_style = own.fix_style);
        take("off-start-up", &mut |config| config.off_start_up = own.off_start_up);
        config
    }

    /// These settings, those of the root, with what the scopes name for the whole workspace: where modules lie, what they are,
    /// where applications start, and which groups are for developers.
    pub(crate) fn with_nested(&self, nested: &[(&str, Config)]) -> Self {
        let mut all = self.clone();
        for (folder, own) in nested {
            let below = |path: &String| FilePath::new(&format!("{folder}/{path}")).to_string();
            all.roots.extend(own.roots.iter().map(below));
            all.entries
                .extend(own.entries.iter().map(|entry| if is_file(entry) { below(entry) } else { entry.clone() }));
            all.first_party.extend(own.first_party.iter().cloned());
            for (module, providers) in &own.map {
                all.map.entry(module.clone()).or_insert_with(|| providers.clone());
            }
            all.groups.extend(&own.groups);
        }
        all
    }
}

/// What is reported of settings in a subfolder that count only at the root.
pub(crate) fn idle_below_root(path: &FilePath, facts: &SettingsFacts) -> Vec<ConfigError> {
    let found = entries::keys(path, facts).into_iter().filter(|(key, _)| OF_ROOT.contains(&key.as_str()));
    let errors = found.map(|(key, range)| ConfigError {
        range: Some(range),
        ..ConfigError::new(key, format!("has no effect in {}/; set it in the settings at the root", path.folder()))
    });
    errors.collect()
}

/// Whether an entry names a file, and not a function of a module.
fn is_file(entry: &str) -> bool {
    !entry.contains(':')
}

impl Groups {
    fn extend(&mut self, other: &Self) {
        self.development.extend(other.development.iter().cloned());
        self.development_extras.extend(other.development_extras.iter().cloned());
        self.runtime.extend(other.runtime.iter().cloned());
    }
}
