//! Which modules a list of files makes, and which of them are a distribution's own.

use pinlens_facts::words::lists::List;
use pinlens_facts::words::names::MOST_PARTS;
use rustc_hash::FxHashSet;
use std::collections::BTreeMap;

/// A tree of modules by their names.
#[derive(Debug, Default, PartialEq)]
pub(super) struct ModuleSet {
    inside: BTreeMap<Box<str>, Self>,
    /// A module, or a package with `__init__`: not only a folder on the way.
    whole: bool,
}

impl ModuleSet {
    /// The modules among `files`, paths that are relative to an entry of `sys.path`.
    pub fn of<'a>(files: impl Iterator<Item = &'a str>) -> Self {
        let mut set = Self::default();
        files.for_each(|file| set.add(file));
        set
    }

    /// Takes the file at `path`, relative to an entry of `sys.path`, with `/`. What is no module is left out.
    pub fn add(&mut self, path: &str) {
        let (folder, file) = path.rsplit_once('/').map_or((None, path), |(folder, file)| (Some(folder), file));
        let Some(module) = module_name(file) else { return };
        let folders = || folder.into_iter().flat_map(|folder| folder.split('/'));
        // `..`, `bin-x`, `foo-stubs` and `foo-1.0.data` are no identifiers
        if !folders().all(is_identifier) || folders().any(|name| name == "__pycache__") {
            return;
        }
        if folders().nth(MOST_PARTS).is_some() {
            return;
        }
        if folder == Some("bin") {
            return;
        }
        let mut at = self;
        for name in folders() {
            at = at.child(name);
        }
        match module {
            "__init__" => at.whole = folder.is_some(),
            name if is_identifier(name) => at.child(name).whole = true,
            _ => {}
        }
    }

    fn child(&mut self, name: &str) -> &mut Self {
        if !self.inside.contains_key(name) {
            self.inside.insert(name.into(), Self::default());
        }
        self.inside.entry(name.into()).or_default()
    }

    /// Takes the modules that a project's own tools use out.
    pub fn without_tools(mut self) -> Self {
        for name in List::ToolModule.words() {
            self.inside.remove(name);
        }
        self
    }

    /// Takes the modules of `other` in.
    pub fn with(mut self, other: Self) -> Self {
        for (name, module) in other.inside {
            let mine = self.inside.remove(&name).unwrap_or_default();
            let whole = mine.whole || module.whole;
            self.inside.insert(name, Self { whole, ..mine.with(module) });
        }
        self
    }

    /// Whether there is no module.
    pub fn is_empty(&self) -> bool {
        self.inside.is_empty()
    }

    /// The shallowest modules, sorted; and those inside a package that is `shared` with other distributions.
    pub fn own(&self, shared: &FxHashSet<String>) -> Vec<String> {
        let mut names = Vec::new();
        let only_stray = self.inside.keys().all(|name| List::StrayFolder.has(name));
        for (name, module) in &self.inside {
            if only_stray || !List::StrayFolder.has(name) {
                module.collect(name, shared, &mut names);
            }
        }
        names
    }

    fn collect(&self, name: &str, shared: &FxHashSet<String>, names: &mut Vec<String>) {
        let descends = !self.whole || shared.contains(name);
        if self.whole {
            names.push(name.to_owned());
        }
        if descends {
            for (inner, module) in &self.inside {
                module.collect(&format!("{name}.{inner}"), shared, names);
            }
        }
    }
}

/// The module that a file is, without its folders: `x` of `x.py` and of `x.cpython-312-x86_64-linux-gnu.so`.
fn module_name(file: &str) -> Option<&str> {
    let (_, ending) = file.rsplit_once('.')?;
    matches!(ending, "py" | "pyi" | "so" | "pyd" | "pyc").then(|| file.split('.').next())?
}

/// Whether Python could import a module of that name.
pub(super) fn is_identifier(name: &str) -> bool {
    name.starts_with(|c: char| c == '_' || c.is_alphabetic()) && name.chars().all(|c| c == '_' || c.is_alphanumeric())
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn set(files: &[&str]) -> ModuleSet {
        ModuleSet::of(files.iter().copied())
    }

    fn own(files: &[&str], shared: &[&str]) -> Vec<String> {
        set(files).own(&shared.iter().map(ToString::to_string).collect())
    }

    #[test]
    fn the_shallowest_modules() {
        let files = [
            "yaml/__init__.py",
            "yaml/nodes.py",
            "_yaml.cpython-312-x86_64-linux-gnu.so",
            "google/cloud/storage/__init__.py",
            "google/cloud/storage/blob.py",
            "../../bin/tool.py",
            "bin/x.py",
            "yaml-stubs/__init__.pyi",
            "PyYAML-6.0.dist-info/METADATA",
            "yaml-6.0.data/scripts/run.py",
            "__pycache__/six.cpython-312.pyc",
            "tests/__init__.py",
            "data.txt",
        ];
        assert_eq!(own(&files, &[]), ["_yaml", "google.cloud.storage", "yaml"]);
    }

    #[test]
    fn what_lies_deeper_than_any_module_is_left_out() {
        let deep = format!("{}x.py", "a/".repeat(100_000));
        assert!(set(&[&deep]).is_empty());
    }

    #[test]
    fn a_shared_package_is_looked_into() {
        let files = ["azure/__init__.py", "azure/mgmt/__init__.py", "azure/mgmt/web/__init__.py"];
        assert_eq!(own(&files, &[]), ["azure"]);
        assert_eq!(own(&files, &["azure"]), ["azure", "azure.mgmt"]);
        assert_eq!(own(&files, &["azure", "azure.mgmt"]), ["azure", "azure.mgmt", "azure.mgmt.web"]);
    }

    #[test]
    fn stray_folders_count_only_alone() {
        assert_eq!(own(&["tests/__init__.py", "docs/conf.py"], &[]), ["docs.conf", "tests"]);
        assert_eq!(own(&["tests/__init__.py", "six.py"], &[]), ["six"]);
    }

    proptest! {
        #[test]
        fn any_path_gives_dotted_identifiers(paths in proptest::collection::vec("[a-z_./-]{0,12}(\\.py|/__init__\\.py)?", 0..8)) {
            let files: Vec<&str> = paths.iter().map(String::as_str).collect();
            for name in own(&files, &[]) {
                prop_assert!(name.split('.').all(is_identifier), "{}", name);
            }
        }
    }
}
