//! What manifests, requirements and code are for: run time, or development alone. Told by the words of their names and folders.

use crate::requirements::Group;
use crate::words::names::FilePath;

/// What a requirements file is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Role {
    /// What the deployed application needs.
    Runtime,
    /// What only its developers need: tests, documentation, tools.
    Development,
}

/// What a requirement is for: by its file's name in a requirements file, else by the table that it stands in.
pub fn role_of_requirement(path: &FilePath, group: &Group) -> Role {
    match group {
        Group::File => role_of(path),
        Group::Runtime => Role::Runtime,
        Group::Build | Group::Constraint => Role::Development,
        // a group called after what it brings (`boto3`, `prod`) may well be installed where the application runs
        Group::Extra(name) | Group::Development(name) => {
            if is_group_for_development(name) {
                Role::Development
            } else {
                Role::Runtime
            }
        }
    }
}

/// Words in the names of files and folders that are for developers only.
const DEVELOPMENT: [&str; 45] = [
    "bench",
    "benchmark",
    "benchmarks",
    "build",
    "check",
    "ci",
    "codestyle",
    "coverage",
    "debug",
    "dev",
    "devel",
    "develop",
    "developer",
    "developers",
    "development",
    "doc",
    "docs",
    "documentation",
    "examples",
    "format",
    "lint",
    "linters",
    "linting",
    "local",
    "mypy",
    "publish",
    "qa",
    "quality",
    "readthedocs",
    "release",
    "rtd",
    "style",
    "test",
    "testing",
    "tests",
    "testsuite",
    "testsuites",
    "testutil",
    "testutils",
    "tools",
    "tox",
    "typecheck",
    "types",
    "typing",
    "unittests",
];

/// Words that tell it only together with others: `dev-tools`, but not `atomic-tools`.
const VAGUE: [&str; 6] = ["build", "format", "local", "tools", "types", "typing"];

fn is_group_for_development(name: &str) -> bool {
    let lower = name.to_ascii_lowercase();
    let mut words = lower.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty());
    let is_alone = words.clone().count() == 1;
    words.any(|word| DEVELOPMENT.contains(&word) && (is_alone || !VAGUE.contains(&word)))
}

/// Whether a word of the name says that what bears it is for developers only.
pub fn is_for_development(name: &str) -> bool {
    let lower = name.to_ascii_lowercase();
    lower.split(|c: char| !c.is_alphanumeric()).any(|word| DEVELOPMENT.contains(&word))
}

/// What a manifest is for, by the words of its name and of its folder's name: not of folders further up, for an
/// application may well lie under `examples`.
pub fn role_of(path: &FilePath) -> Role {
    let folder = path.folder().rsplit('/').next().unwrap_or_default();
    let in_ci = path.folder().split('/').any(|folder| matches!(folder, "ci" | ".ci" | ".github" | ".circleci"));
    let found = in_ci || is_for_development(path.file_name()) || is_for_development(folder);
    if found { Role::Development } else { Role::Runtime }
}

/// Names of folders at the top of a project, and of files, for code that is run by hand, beside the application. Deeper down they are
/// parts of packages that get installed (`shop/contrib`).
const BY_HAND: [&str; 9] =
    ["conftest", "contrib", "extra", "extras", "hack", "maintenance", "noxfile", "script", "scripts"];

fn is_run_by_hand(path: &str) -> bool {
    let outermost = path.trim_start_matches('/').split_once('/').map_or("", |(folder, _)| folder);
    let stem = path.rsplit('/').next().unwrap_or_default().split('.').next().unwrap_or_default();
    [outermost, stem].into_iter().any(|name| BY_HAND.contains(&name) || name == "setup" || name == "release")
}

/// Folders of a project's own extensions for Sphinx.
const FOR_DOCUMENTATION: [&str; 5] = ["_ext", "_extensions", "_exts", "sphinx_ext", "sphinxext"];

/// What the code at `path` is for, by the words of its name and of the folders inside the project's `folder`.
pub fn role_of_code(path: &FilePath, folder: &str) -> Role {
    let inside = path.as_str().strip_prefix(folder).unwrap_or(path.as_str());
    let mut folders = inside.split('/');
    let documents = folders.any(|folder| FOR_DOCUMENTATION.contains(&folder));
    if is_for_development(inside) || is_run_by_hand(inside) || documents { Role::Development } else { Role::Runtime }
}

/// Whether a folder of this name holds tests.
pub fn is_folder_of_tests(name: &str) -> bool {
    matches!(name, "test" | "tests" | "testing" | "testsuite" | "testsuites" | "unittests")
}

/// Folders of what tests read, where their own folder is no code of the project's.
const TEST_DATA: [&str; 9] =
    ["cases", "data", "fixture", "fixtures", "resources", "samples", "test-data", "test_data", "testdata"];

/// Whether a project in `folder` is none that anybody runs: tests keep it as an example, or it is the template of others.
pub fn is_specimen(folder: &str) -> bool {
    let mut in_tests = false;
    folder.split('/').any(|name| {
        let is_data = TEST_DATA.contains(&name);
        let found = is_data && (in_tests || name.starts_with("test")) || name.contains("{{") || name.contains("{%");
        in_tests |= is_folder_of_tests(name);
        found
    })
}

#[cfg(test)]
mod tests {
    use super::*;

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
