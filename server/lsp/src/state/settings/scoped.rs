//! Settings by folder: what one source sets for all folders, and for single ones.

use super::{Settings, settings_value};
use crate::border;
use pinlens_analysis::config::ConfigError;
use serde_json::Value;
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use tower_lsp::ls_types::Uri;

/// The settings of one source. What it sets for a folder is all that it sets there: editors give a folder's settings whole, so
/// that one which a folder leaves empty is not to be filled with another's.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Scoped {
    /// For the folders that have none of their own.
    everywhere: Settings,
    /// By canonical folder.
    folders: BTreeMap<PathBuf, Settings>,
}

impl Scoped {
    /// Reads what the client sends of its own accord: one object for all folders; or under `settings` a list of objects, each with its
    /// folder as `workspace` (a URI or a path), and under `globalSettings` the object for what lies in none of these.
    pub fn read(value: &Value) -> (Self, Vec<ConfigError>) {
        let Some(list) = settings_value(value).as_array() else {
            let (everywhere, errors) = Settings::read(value);
            return (Self { everywhere, folders: BTreeMap::new() }, errors);
        };
        let (mut answers, mut homeless) = (vec![(None, value["globalSettings"].clone())], Vec::new());
        for entry in list {
            match entry["workspace"].as_str().and_then(folder) {
                Some(folder) => answers.push((Some(folder), entry.clone())),
                None => homeless.push(ConfigError::new(
                    "settings",
                    "an entry of the list `settings` has no `workspace`; it must be the URI of a folder",
                )),
            }
        }
        let (this, errors) = Self::answers(answers);
        homeless.extend(errors);
        (this, homeless)
    }

    /// Takes in what the client answered: an object for each folder, and that for all others under `None`. A null is no
    /// answer. A value that is wrong in several of them is reported once.
    pub fn answers(answers: Vec<(Option<PathBuf>, Value)>) -> (Self, Vec<ConfigError>) {
        let (mut this, mut all) = (Self::default(), Vec::new());
        for (folder, value) in answers.into_iter().filter(|(_, value)| !value.is_null()) {
            let (settings, errors) = Settings::read(&value);
            match folder {
                Some(folder) => {
                    this.folders.insert(folder, settings);
                }
                None => this.everywhere = settings,
            }
            for error in errors {
                if !all.contains(&error) {
                    all.push(error);
                }
            }
        }
        (this, all)
    }

    /// The settings of the folder, which is canonical.
    pub fn of(&self, folder: &Path) -> &Settings {
        self.folders.get(folder).unwrap_or(&self.everywhere)
    }
}

/// The canonical folder that a URI or a path names.
fn folder(name: &str) -> Option<PathBuf> {
    let path = match name.parse::<Uri>().ok().filter(|_| name.starts_with("file:")) {
        Some(uri) => border::path(&uri)?,
        None => PathBuf::from(name),
    };
    path.is_absolute().then(|| border::canonical(&path))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::state::settings::DiagnosticMode;
    use serde_json::json;

    #[test]
    fn a_list_has_settings_for_each_folder() {
        let (scoped, errors) = Scoped::read(&json!({
            "settings": [{"workspace": "file:///no/such/a%20b/", "enable": false}, {"enable": false}],
            "globalSettings": {"diagnosticMode": "openFilesOnly"},
        }));
        assert_eq!(errors.len(), 1, "{errors:?}");
        assert_eq!(scoped.of(Path::new("/no/such/a b")).enable, Some(false));
        assert_eq!(scoped.of(Path::new("/no/such/a b")).mode, None);
        assert_eq!(scoped.of(Path::new("/elsewhere")).mode, Some(DiagnosticMode::OpenFilesOnly));
    }

    #[test]
    fn one_object_is_for_every_folder() {
        let (scoped, errors) = Scoped::read(&json!({"settings": {"pinlens": {"enable": false}}}));
        assert_eq!((scoped.of(Path::new("/a")).enable, errors.len()), (Some(false), 0));
    }

    #[test]
    fn a_null_is_no_answer_and_an_error_is_told_once() {
        let (scoped, errors) = Scoped::answers(vec![
            (None, json!({"enable": false, "exclude": 1})),
            (Some("/a".into()), Value::Null),
            (Some("/b".into()), json!({"exclude": 1})),
        ]);
        assert_eq!(errors.len(), 1, "{errors:?}");
        assert_eq!(scoped.of(Path::new("/a")).enable, Some(false));
        assert_eq!(scoped.of(Path::new("/b")).enable, None);
    }
}
