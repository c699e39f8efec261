//! What manifests, requirements and code are for: run time, or development alone. Known from the words of their names and folders.

use crate::words::lists::List;
use crate::words::names::FilePath;
use std::sync::LazyLock;

/// What a requirements file is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Role {
    /// What the deployed application needs.
    Runtime,
    /// What only its developers need: tests, documentation, tools.
    Development,
}

/// Whether a group of this name is for developers only.
pub(crate) fn is_group_for_development(name: &str) -> bool {
    let is_alone = words_of(name).count() == 1;
    is_alone && words_of(name).any(|word| List::ToolGroup.has(&word))
        || words_of(name)
            .filter_map(|word| List::DevelopmentWord.value_of(&word))
            .any(|kind| is_alone || kind != "vague")
}

/// Whether a word of the name says that what has it is for developers only.
pub fn is_for_development(name: &str) -> bool {
    words_of(name).any(|word| List::DevelopmentWord.has(&word))
}

/// The words of a name, in lower case: `requirements`, `test`, `txt` of `Requirements_test.txt`.
pub fn words_of(name: &str) -> impl Iterator<Item = String> + '_ {
    let words = name.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty());
    words.map(str::to_ascii_lowercase)
}

/// What a manifest is for, by the words of its name and of its folder's name: not of folders further up, for an
/// application may well lie under `examples`.
pub fn role_of(path: &FilePath) -> Role {
    let folder = path.folder().rsplit('/').next().unwrap_or_default();
    let in_ci = path.folder().split('/').any(|folder| matches!(folder, "ci" | ".ci" | ".github" | ".circleci"));
    let found = in_ci || is_for_development(path.file_name()) || is_for_development(folder);
    if found { Role::Development } else { Role::Runtime }
}

/// Whether code is run by hand, next to the application, by its path inside the project.
pub fn is_run_by_hand(path: &str) -> bool {
    let outermost = path.trim_start_matches('/').split_once('/').map_or("", |(folder, _)| folder);
    let stem = path.rsplit('/').next().unwrap_or_default().split('.').next().unwrap_or_default();
    let is_by_hand = |name: &str| List::ByHand.has(name) || name == "setup" || name == "release";
    // `searx_extra/update`, `setup-freeze.py`
    let is_of_scripts = words_of(outermost).last().is_some_and(|word| matches!(&*word, "scripts" | "extra"));
    let freezes = words_of(stem).any(|word| matches!(&*word, "freeze" | "pyinstaller" | "cxfreeze"));
    [outermost, stem].into_iter().any(is_by_hand) || is_of_scripts || freezes
}

/// Whether the path inside a project leads to a plugin of pytest in one of its packages: that a package itself is called so says
/// nothing.
fn is_for_pytest(inside: &str) -> bool {
    let packaged = inside.trim_start_matches('/').trim_start_matches("src/");
    let mut parts = packaged.split('/').skip(1);
    parts.any(|part| List::PytestModule.has(part.split('.').next().unwrap_or_default()))
}

/// What the code at `path` is for, by the words of its name and of the folders inside the project's `folder`.
pub fn role_of_code(path: &FilePath, folder: &str) -> Role {
    let inside = path.as_str().strip_prefix(folder).unwrap_or(path.as_str());
    // the tree of a system's root, as images are made of it
    let inside = inside.rsplit_once("usr/local/").map_or(inside, |(_, inside)| inside);
    let mut folders = inside.split('/');
    let documents = folders.any(|folder| List::DocumentationFolder.has(folder));
    let is_for_developers = is_for_development(inside) || is_run_by_hand(inside) || is_for_pytest(inside);
    if is_for_developers || documents { Role::Development } else { Role::Runtime }
}

/// Whether a folder of this name holds tests.
pub fn is_folder_of_tests(name: &str) -> bool {
    matches!(name, "test" | "tests" | "testing" | "testsuite" | "testsuites" | "unittests")
}

/// What folders of some names hold whose lists are for no code around them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Apart {
    /// What a run of a tool left behind.
    Record,
    Example,
    /// How the code around is built, packed and installed: its own lists are for that code.
    Shipping,
    /// Copies of other people's projects.
    Vendored,
    /// A template, a copy of another project, or what is kept and not run any more.
    Other,
}

/// `data/folders.tsv`: the folders, one inside the other, with what they hold.
static APART: LazyLock<Vec<(Vec<&'static str>, Apart)>> = LazyLock::new(|| {
    let rows = include_str!("../../data/folders.tsv").lines().skip(1);
    let cells = rows.filter_map(|row| row.split_once('\t'));
    let kind = |rest: &str| match rest.split('\t').next() {
        Some("record") => Apart::Record,
        Some("example") => Apart::Example,
        Some("shipping") => Apart::Shipping,
        Some("vendored") => Apart::Vendored,
        _ => Apart::Other,
    };
    cells.map(|(folders, rest)| (folders.split('/').collect(), kind(rest))).collect()
});

fn lies_apart(folder: &str, accept: impl Fn(Apart) -> bool) -> bool {
    let names: Vec<&str> = folder.split('/').collect();
    let is = |name: &str, pattern: &str| match pattern.strip_suffix('*') {
        Some(start) => name.starts_with(start),
        None => name.eq_ignore_ascii_case(pattern),
    };
    let holds = |patterns: &[&str]| {
        names.windows(patterns.len()).any(|window| window.iter().zip(patterns).all(|(name, pattern)| is(name, pattern)))
    };
    APART.iter().any(|(patterns, kind)| accept(*kind) && holds(patterns))
}

/// Whether `folder` holds what a run of a tool left: neither code of the project nor lists that anybody installs.
pub fn is_record(folder: &str) -> bool {
    lies_apart(folder, |kind| kind == Apart::Record)
}

/// Whether `folder` holds examples.
pub fn holds_examples(folder: &str) -> bool {
    lies_apart(folder, |kind| kind == Apart::Example)
}

/// Whether a list in `folder` is for no code around it: an example's, a template's, another project's copy, or past.
pub fn is_apart(folder: &str) -> bool {
    lies_apart(folder, |kind| kind != Apart::Shipping)
}

/// Whether a folder of this name holds copies of other people's projects, or what a browser is given.
pub fn is_for_copies(name: &str) -> bool {
    name == "static" || lies_apart(name, |kind| kind == Apart::Vendored)
}

/// Whether `folder` holds how the code around it is built, packed and installed.
pub fn is_for_shipping(folder: &str) -> bool {
    lies_apart(folder, |kind| kind == Apart::Shipping)
}

/// Whether a project in `folder` is none that anybody runs: tests keep it as an example, or it is the template of others.
pub fn is_specimen(folder: &str) -> bool {
    let mut in_tests = false;
    folder.split('/').any(|name| {
        let is_data = List::TestDataFolder.has(name);
        let found = is_data && (in_tests || name.starts_with("test")) || name.contains("{{") || name.contains("{%");
        in_tests |= is_folder_of_tests(name);
        found
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn folders_apart() {
        assert!(is_record("mlruns/0/abc/artifacts/model") && is_record("a/wandb/run-2024-x/files"));
        assert!(!is_record("wandb/files") && !is_record("runs"));
        assert!(holds_examples("examples/a") && !holds_examples("docker"));
        assert!(is_apart("deploy/legacy") && is_apart("third_party/x") && !is_apart("deploy") && !is_apart(""));
    }

    #[test]
    fn roles_by_name_and_folder() {
        let role = |path: &str| role_of(&FilePath::new(path));
        for path in ["requirements.txt", "requirements/base.txt", "requirements/prod.in", "api/requirements.txt"] {
            assert_eq!(role(path), Role::Runtime, "{path}");
        }
        for path in [
            "requirements-dev.txt",
            "dev_requirements.txt",
            "requirements/test.in",
            "docs/requirements.txt",
            "requirements/local.txt",
        ] {
            assert_eq!(role(path), Role::Development, "{path}");
        }
    }
}
