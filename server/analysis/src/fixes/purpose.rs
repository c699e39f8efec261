//! What a requirement is added for, and how well a list of requirements fits that.
//!
//! A list fits by whom it is for: tests install what the list for tests names, an image what the application's does. What does not fit
//! is offered to a person, and is never applied without one.

use crate::model::project::Project;
use crate::model::queries::is_test;
use pinlens_facts::requirements::{Group, Requirement};
use pinlens_facts::words::lists::List;
use pinlens_facts::words::names::FilePath;
use pinlens_facts::words::roles::{Role, is_for_development, is_run_by_hand, role_of_code, words_of};

/// What a requirement is added for.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(crate) enum Purpose {
    /// The application: where it runs, the import runs.
    Application,
    /// Code that runs only where this extra was requested.
    Extra(Box<str>),
    /// The build of the project (PEP 517): it runs where only build requirements are.
    Build,
    /// Tests alone.
    Tests,
    /// Documentation alone.
    Documentation,
    /// Scripts that people run by hand, next to the application.
    Scripts,
    /// Developers' other code.
    Development,
}

/// For whom a list of requirements is, by the words of its name.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Audience {
    Application,
    Tests,
    Documentation,
    Scripts,
    /// Every developer, whatever they do.
    Developers,
    /// One tool: a linter, a type checker, a build.
    Tool,
}

/// How well a list fits; the least is the best.
pub(super) type Rank = u8;

/// From this rank on a list is for others.
pub(super) const UNFIT: Rank = 5;

impl Purpose {
    /// What is added to a list for `role`, of which no more is known.
    pub(crate) fn of_role(role: Role) -> Self {
        match role {
            Role::Runtime => Self::Application,
            Role::Development => Self::Development,
        }
    }

    /// What the code at the paths needs, which belongs to `project`: the application, where any of it does.
    pub(super) fn of_code<'a>(project: &Project, paths: impl Iterator<Item = &'a FilePath>) -> Self {
        // the name of a layer's folder shows what its code is for
        let folder = if project.parent.is_some() { "" } else { &*project.folder };
        let mut found: Option<Self> = None;
        for path in paths {
            let purpose = match Self::of_path(path, folder) {
                // who installs the project gets no notebooks of it; a list next to them is for them
                Self::Application if !project.own.is_empty() && is_notebook_beside(path, &project.folder) => {
                    Self::Development
                }
                // nor scripts beside it
                Self::Scripts if !project.own.is_empty() && !project.required.build.is_empty() => Self::Development,
                purpose => purpose,
            };
            match &found {
                // one of thousands settles it
                _ if project.is_script || purpose == Self::Application => return Self::Application,
                Some(known) if *known != purpose => found = Some(Self::Development),
                _ => found = Some(purpose),
            }
        }
        found.unwrap_or(Self::Application)
    }

    fn of_path(path: &FilePath, folder: &str) -> Self {
        if role_of_code(path, folder) == Role::Runtime || is_part_of_source(path, folder) {
            return Self::Application;
        }
        let inside = path.as_str().strip_prefix(folder).unwrap_or(path.as_str());
        let documents = |word: &str| audience_of_word(word) == Some(Audience::Documentation);
        if is_test(path, folder) || path.stem() == "factories" {
            Self::Tests
        } else if inside.split('/').any(|part| words_of(part).any(|word| documents(&word))) {
            Self::Documentation
        } else if is_run_by_hand(inside)
            && path.file_name() != "setup.py"
            && !matches!(path.stem(), "noxfile" | "toxfile")
        {
            Self::Scripts
        } else {
            Self::Development
        }
    }

    /// The role that requirements for it have.
    pub(crate) fn role(&self) -> Role {
        match self {
            Self::Application | Self::Extra(_) => Role::Runtime,
            Self::Build | Self::Tests | Self::Documentation | Self::Scripts | Self::Development => Role::Development,
        }
    }

    /// How well a requirements file of that role fits; `None` where nothing can be added to it for this. `has_pytest`: tests
    /// are run with what it names.
    pub(super) fn rank_of_file(&self, path: &FilePath, role: Role, has_pytest: bool) -> Option<Rank> {
        let folder = path.folder().rsplit('/').next().unwrap_or_default();
        let by_name = audience(path.file_name());
        let by_folder = || audience(folder).filter(|_| path.stem().starts_with("requirement"));
        let audience = match role {
            Role::Runtime => by_name.filter(|found| *found == Audience::Scripts).unwrap_or(Audience::Application),
            Role::Development => by_name.or_else(by_folder).unwrap_or(Audience::Developers),
        };
        self.rank(audience, has_pytest)
    }

    /// How well a table of a manifest fits, whose requirements have that role.
    pub(super) fn rank_of_group(&self, group: &Group, role: Role, has_pytest: bool) -> Option<Rank> {
        match (self, group) {
            (Self::Extra(wanted), Group::Extra(name)) => (wanted == name).then_some(0),
            (Self::Build, Group::Build) => Some(0),
            (Self::Extra(_) | Self::Build, _) | (_, Group::File | Group::Build | Group::Constraint) => None,
            (_, Group::Runtime) => self.rank(Audience::Application, has_pytest),
            (Self::Application, Group::Development(_)) if role == Role::Runtime => Some(1),
            (Self::Application, _) => None,
            (_, Group::Development(name)) => (role == Role::Development)
                .then(|| self.rank(audience(name).unwrap_or(Audience::Developers), has_pytest))?,
            // whoever installs the project may request an extra: a group of its own comes first
            (_, Group::Extra(name)) => {
                let rank = (role == Role::Development)
                    .then(|| self.rank(audience(name).unwrap_or(Audience::Developers), has_pytest))??;
                Some(if rank < UNFIT { (rank + 2).min(UNFIT - 1) } else { rank })
            }
        }
    }

    fn rank(&self, audience: Audience, has_pytest: bool) -> Option<Rank> {
        Some(match (self, audience) {
            (Self::Application, Audience::Application) => 0,
            (Self::Application, Audience::Scripts) => 7,
            (Self::Application, _) => 8,
            (Self::Tests, Audience::Tests) => 0,
            (Self::Tests, Audience::Developers | Audience::Tool) if has_pytest => 1,
            (Self::Tests | Self::Documentation, Audience::Developers) => 2,
            (Self::Documentation, Audience::Documentation) | (Self::Scripts, Audience::Scripts) => 0,
            (Self::Development | Self::Scripts, Audience::Developers) => 1,
            (Self::Development, Audience::Tool) => UNFIT,
            (Self::Scripts, Audience::Application) => 3,
            (Self::Tests | Self::Documentation | Self::Development, Audience::Application) => UNFIT,
            (Self::Extra(_) | Self::Build, _) => return None,
            (Self::Tests | Self::Documentation | Self::Scripts | Self::Development, _) => 9,
        })
    }
}

/// Whether code lies in a package below `src`, and only a folder inside that package is called as developers' are: `src/acme/tools` is
/// installed with the rest of `acme`.
fn is_part_of_source(path: &FilePath, folder: &str) -> bool {
    let inside = path.as_str().strip_prefix(folder).unwrap_or(path.as_str()).trim_start_matches('/');
    let Some((package, rest)) = inside.strip_prefix("src/").and_then(|inside| inside.split_once('/')) else {
        return false;
    };
    let is_installed =
        |part: &str| words_of(part).any(|word| matches!(&*word, "tools" | "types" | "typing" | "format"));
    let mut folders = rest.split('/').rev().skip(1).filter(|part| is_for_development(part)).peekable();
    !is_for_development(package) && !is_test(path, folder) && folders.peek().is_some() && folders.all(is_installed)
}

/// Whether a notebook lies in a folder of notebooks inside the project's.
fn is_notebook_beside(path: &FilePath, folder: &str) -> bool {
    let inside = path.folder().strip_prefix(folder).unwrap_or_else(|| path.folder());
    path.file_name().rsplit('.').next() == Some("ipynb")
        && inside.split('/').any(|part| words_of(part).any(|word| matches!(&*word, "notebook" | "notebooks")))
}

/// For whom a list of that name is, where its words show it: those for all developers win, for they need the rest too.
fn audience(name: &str) -> Option<Audience> {
    let words: Vec<String> = words_of(name).collect();
    if words.iter().any(|word| word.len() > 4 && word.ends_with("docs")) {
        return Some(Audience::Documentation);
    }
    let is_for_all = words.iter().any(|word| word.starts_with("dev") || word == "local");
    if is_for_all {
        return Some(Audience::Developers);
    }
    words.iter().find_map(|word| audience_of_word(word))
}

/// For whom a list is whose name has that word. What is for development by its name and has none of these is for all developers.
fn audience_of_word(word: &str) -> Option<Audience> {
    Some(match List::Audience.value_of(word)? {
        "tests" => Audience::Tests,
        "documentation" => Audience::Documentation,
        "scripts" => Audience::Scripts,
        _ => Audience::Tool,
    })
}

/// Whether tests are run with what the requirements name.
pub(super) fn has_pytest<'a>(requirements: impl IntoIterator<Item = &'a Requirement>) -> bool {
    let is_runner = |one: &Requirement| one.name.as_ref().is_some_and(|name| name.as_str() == "pytest");
    requirements.into_iter().any(is_runner)
}

#[cfg(test)]
mod tests {
    use super::*;
    use pinlens_facts::words::names::DistributionName;

    #[test]
    fn lists_are_ranked_by_whom_they_are_for() {
        let rank = |purpose: Purpose, path: &str, role| purpose.rank_of_file(&FilePath::new(path), role, false);
        let (run, dev) = (Role::Runtime, Role::Development);
        assert_eq!(rank(Purpose::Tests, "requirements-test.txt", dev), Some(0));
        assert!(rank(Purpose::Tests, "requirements-dev.txt", dev) < Some(UNFIT));
        assert!(rank(Purpose::Tests, "requirements.txt", run) >= Some(UNFIT));
        assert!(rank(Purpose::Tests, "docs/requirements.txt", dev) >= Some(UNFIT));
        assert_eq!(rank(Purpose::Documentation, "docs/requirements.txt", dev), Some(0));
        assert!(
            rank(Purpose::Scripts, "requirements_scripts.txt", run) < rank(Purpose::Scripts, "requirements.txt", run)
        );
        assert!(rank(Purpose::Scripts, "requirements_test.txt", dev) >= Some(UNFIT));
        assert!(rank(Purpose::Application, "requirements-dev.txt", dev) >= Some(UNFIT));
    }

    #[test]
    fn tools_inside_a_package_are_installed_with_it() {
        let purpose = |path: &str| Purpose::of_code(&Project::default(), [&FilePath::new(path)].into_iter());
        assert_eq!(purpose("src/acme/tools/runner.py"), Purpose::Application);
        assert_eq!(purpose("src/acme/tests/test_a.py"), Purpose::Tests);
        assert_eq!(purpose("tools/runner.py"), Purpose::Development);
    }

    #[test]
    fn notebooks_are_no_part_of_what_is_installed() {
        let own = |names: &[&str]| Project {
            own: names.iter().map(|name| DistributionName::new(name)).collect(),
            ..Project::default()
        };
        let purpose = |project: &Project, path: &str| Purpose::of_code(project, [&FilePath::new(path)].into_iter());
        assert_eq!(purpose(&own(&["acme"]), "notebooks/map.ipynb"), Purpose::Development);
        assert_eq!(purpose(&own(&["acme"]), "acme/report.ipynb"), Purpose::Application);
        assert_eq!(purpose(&own(&[]), "notebooks/map.ipynb"), Purpose::Application);
    }

    #[test]
    fn groups_are_ranked_by_whom_they_are_for() {
        let rank = |purpose: &Purpose, group: Group, role| purpose.rank_of_group(&group, role, false);
        let group = |name: &str| Group::Development(name.into());
        let dev = Role::Development;
        assert!(rank(&Purpose::Tests, group("test"), dev) < rank(&Purpose::Tests, group("dev"), dev));
        assert!(rank(&Purpose::Tests, group("dev"), dev) < rank(&Purpose::Tests, group("lint"), dev));
        assert!(rank(&Purpose::Tests, group("dev"), dev) < rank(&Purpose::Tests, Group::Extra("dev".into()), dev));
        assert_eq!(rank(&Purpose::Application, Group::Extra("s3".into()), Role::Runtime), None);
        assert_eq!(rank(&Purpose::Extra("s3".into()), Group::Extra("s3".into()), Role::Runtime), Some(0));
        assert_eq!(rank(&Purpose::Extra("s3".into()), Group::Runtime, Role::Runtime), None);
    }
}
