//! What may be claimed of an import, and what each claim must have proved.
//!
//! A finding claims something. Before it does, everything that could refute the claim, or show it to be harmless, is looked at;
//! what could not be ruled out is a [`Doubt`]. Severity and the safety of a fix follow from the doubts by one table,
//! `claims/table.rs`, and from nothing else.
//!
//! | claim | needs to be proved |
//! |---|---|
//! | undeclared | the distribution provides the module as one of its own (installed metadata, a checked row of the catalog); no declared requirement may provide it; neither the workspace, a host nor the program itself does; the manifests that apply are known |
//! | fails | the same, and what every declared distribution requires is known |
//! | transitive | what installs it now is known: metadata, a lock file, the package index's table |
//! | crash | an entry, and a path from it that is really taken, without a test that only shows when the program runs; and all of "fails" |
//! | safe fix | all of "undeclared", and that the requirement can be installed wherever the code runs |
//!
//! Those that leave nothing to claim (the workspace's own module, a host's) are no doubts: the import is then resolved.

mod table;

use super::import::Import;
use super::members::{self, OtherMember};
use super::unimported;
use super::{declared, elsewhere};
use crate::analysis::Analysis;
use crate::model::ids::FileId;
use crate::model::project::{Apart, Project, ProjectId, folders_above, in_folder, own_folder};
use crate::model::queries::is_test;
use crate::model::resolve::{Evidence, Providers};
use pinlens_facts::facts::FileFacts;
use pinlens_facts::knowledge::table::Table;
use pinlens_facts::knowledge::{filters, needs};
use pinlens_facts::python::{Guard, Phase};
use pinlens_facts::words::codes::Severity;
use pinlens_facts::words::lists::List;
use pinlens_facts::words::names::{DistributionName, FilePath, lies_in};
use pinlens_facts::words::roles::{Role, holds_examples, is_for_copies, is_for_shipping};

pub(crate) use table::{Claim, Doubt};

/// What was looked at before something is claimed of an import, as far as it was not ruled out.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Proof {
    doubts: Vec<Doubt>,
}

impl Proof {
    /// Looks at an import of `file` that nothing declares; `providers` are those who may provide it, where anybody may.
    pub fn of(ws: &Analysis, file: FileId, import: &Import, providers: Option<&Providers>) -> Self {
        let id = ws.project_of(file);
        let project = &ws.projects().all[id];
        let mut doubts = of_lists(ws, file, id);
        let best = providers.and_then(|providers| providers.candidates.first());
        doubts.extend(requires_unknown(ws, file, project));
        if best.is_some_and(|best| is_likely_brought(ws, file, project, best)) {
            doubts.push(Doubt::LikelyBrought);
        }
        doubts.extend(
            best.and_then(|best| required_under_marker(ws, file, project, best)).map(Doubt::RequiredUnderMarker),
        );
        if best.is_some_and(|best| List::SystemBinding.has(best.as_str())) {
            doubts.push(Doubt::SystemBinding);
        }
        if providers.is_some_and(|providers| is_for_other_platform(ws, providers)) {
            doubts.push(Doubt::OtherPlatform);
        }
        if providers.and_then(|providers| providers.candidates.first()).is_some_and(|best| is_listed(ws, file, best)) {
            doubts.push(Doubt::Listed);
        } else {
            doubts.extend(providers.and_then(|providers| declared_elsewhere(ws, file, providers)));
        }
        doubts.extend(elsewhere::installs_unknown(ws, file).map(|words| Doubt::InstallsUnknown(words.into())));
        doubts.extend(best.and_then(|best| project.indirect.locked.get(best)).cloned().map(Doubt::Locked));
        doubts.extend(best.and_then(|best| private(project, import, best)).map(Doubt::Private));
        doubts.extend(elsewhere::manifest_of_host(ws, file).map(Doubt::HostManifest));
        doubts.extend(lists_of_another_part(ws, file, project).map(Doubt::OtherPart));
        if is_vendored(ws, file) {
            doubts.push(Doubt::Vendored);
        }
        if ws.build_requirements(file).is_some() {
            doubts.push(Doubt::Build);
        }
        if puts_outside_folder_on_path(ws, file, import) {
            doubts.push(Doubt::OutsideFolder);
        }
        if puts_unread_folder_on_path(ws, file, import) {
            doubts.push(Doubt::UnreadFolder);
        }
        if ws.surroundings().lacks_a_submodule(|folder| ws.modules().has_folder(folder)) {
            doubts.push(Doubt::Submodule);
        }
        let is_known = providers.is_some_and(|providers| providers.evidence >= Evidence::Catalog);
        if !is_known && let Some(alike) = unimported::of(ws, id).sharing_a_word(&import.name) {
            doubts.push(Doubt::Alike(alike.clone()));
        } else if !is_known {
            doubts.extend(related(ws, file, project, import).map(Doubt::Related));
            doubts.extend(elsewhere::may_install(ws, file, import).map(Doubt::MayInstall));
            doubts.extend(declared::declared_alike(ws, file, import).map(Doubt::DeclaredIn));
        }
        Self { doubts }.and(of_context(ws, file, import))
    }

    /// Looks at an import of another member of the workspace that the file's own does not require.
    pub fn of_member(ws: &Analysis, file: FileId, import: &Import, member: &OtherMember) -> Self {
        let doubts = of_lists(ws, file, ws.project_of(file));
        Self { doubts }.with(Some(Doubt::OtherMember(member.role))).and(of_context(ws, file, import))
    }

    /// Looks only at when an import runs, and what becomes of its failure.
    pub fn of_context(ws: &Analysis, file: FileId, import: &Import) -> Self {
        Self { doubts: of_context(ws, file, import) }
    }

    fn and(mut self, doubts: Vec<Doubt>) -> Self {
        self.doubts.extend(doubts);
        self
    }

    /// The same with one more doubt where there is one.
    pub fn with(self, doubt: Option<Doubt>) -> Self {
        self.and(doubt.into_iter().collect())
    }

    /// How bad the claim is, by what is proved; `None` where it may not be made.
    pub fn severity(&self, claim: Claim) -> Option<Severity> {
        self.doubts.iter().try_fold(claim.proved(), |worst, doubt| Some(worst.min(doubt.allows(claim)?)))
    }

    /// Whether a claim may be made at all.
    pub fn holds(&self, claim: Claim) -> bool {
        self.severity(claim).is_some()
    }

    /// Why a claim is not proved, in a few words; `None` for one that is.
    pub fn why_not(&self, claim: Claim) -> Option<String> {
        let doubt = self.doubts.iter().find(|doubt| doubt.allows(claim) < Some(claim.proved()))?;
        Some(match doubt {
            Doubt::RequiresUnknown(name, others) => {
                format!("{} may require it, which is not known", any_of(name, *others))
            }
            Doubt::RequiredUnderMarker(name) => format!("{name} requires it under a marker"),
            Doubt::DeclaredIn(list) => format!("{list} declares it, and may be installed"),
            Doubt::DeclaredByMember(list) => format!("{list}, of another member of the workspace, declares it"),
            Doubt::InstallsUnknown(words) => format!("`{words}` may install it, which is not known"),
            Doubt::Unread(why) => why.clone(),
            Doubt::UnknownImage(why) | Doubt::OtherImage(why) => why.to_string(),
            Doubt::Locked(lock) => format!("{lock} installs it for another package"),
            Doubt::Private(name) => format!("{name}, which is on no public index, may have it"),
            Doubt::HostManifest(manifest) => {
                format!("{manifest} says what is installed, and what comes with that is not known")
            }
            Doubt::OtherPart(list) => format!("{list} is for another part of the repository"),
            Doubt::Listed => "a list that may be installed declares it".to_owned(),
            Doubt::OutsideFolder => "a folder outside of the project is on `sys.path`".to_owned(),
            Doubt::NoManifest => "no requirements file says what is installed".to_owned(),
            Doubt::OtherPlatform => "it is for another platform".to_owned(),
            _ => "it may be there all the same".to_owned(),
        })
    }

    /// What remains open, as notes for the message.
    pub fn remarks(&self) -> impl Iterator<Item = String> + '_ {
        self.doubts.iter().filter_map(|doubt| match doubt {
            Doubt::Unread(why) => Some(format!("this may be wrong: {why}")),
            Doubt::TestsUndeclared => Some("nothing here is required for tests".to_owned()),
            Doubt::DevelopmentUndeclared => Some("nothing here is required for development".to_owned()),
            Doubt::Example => Some("it is an example: what it needs may be written down elsewhere".to_owned()),
            Doubt::SystemBinding => {
                Some("it is built for a library of the system: the packages of the system have it too".to_owned())
            }
            Doubt::Alike(name) => {
                Some(format!("{name}, which is required and never imported, may have it in another release"))
            }
            Doubt::MayInstall(name) => Some(format!("{name}, which is required, may install it too")),
            Doubt::Related(name) => Some(format!("unless {name} installs it, or what it requires: that is not known")),
            Doubt::RequiredUnderMarker(name) => {
                Some(format!("unless {name} requires it here: its metadata does, under a marker"))
            }
            Doubt::DeclaredIn(list) => Some(format!("{list} declares it, and may be installed for this code")),
            Doubt::DeclaredByMember(list) => Some(format!(
                "{list} declares it, for another member of the workspace: without that one it is not there"
            )),
            Doubt::InstallsUnknown(words) => Some(format!("unless `{words}` installs it, which is not known")),
            Doubt::UnknownImage(why) | Doubt::OtherImage(why) => Some(why.to_string()),
            Doubt::Locked(lock) => Some(format!("{lock} has it, for another package: it is gone once that drops it")),
            Doubt::Private(name) => Some(format!("unless {name}, which is on no public index, has it")),
            Doubt::HostManifest(manifest) => {
                Some(format!("it belongs into {manifest}, unless something that is declared there brings it"))
            }
            Doubt::OtherPart(list) => Some(format!("{list} is for another part of the repository, as far as is known")),
            Doubt::Submodule => Some("a submodule of the repository is not checked out".to_owned()),
            Doubt::OutsideFolder => Some("the file puts a folder on `sys.path` that is not of this project".to_owned()),
            _ => None,
        })
    }

    /// Whether the build of the project runs the import.
    pub fn is_of_build(&self) -> bool {
        self.doubts.contains(&Doubt::Build)
    }

    /// The declared distributions of which nobody knows what they require, in words: `one of them` where there are several.
    pub fn requires_unknown(&self) -> Option<String> {
        self.doubts.iter().find_map(|doubt| match doubt {
            Doubt::RequiresUnknown(name, others) => Some(any_of(name, *others)),
            _ => None,
        })
    }
}

/// `flask`, `flask or one of 3 others`.
fn any_of(name: &DistributionName, others: usize) -> String {
    match others {
        0 => name.to_string(),
        1 => format!("{name} or another one"),
        _ => format!("{name} or one of {others} others"),
    }
}

/// What of the lists that apply to a file is not known.
fn of_lists(ws: &Analysis, file: FileId, id: ProjectId) -> Vec<Doubt> {
    let mut doubts = Vec::new();
    let project = &ws.projects().all[id];
    if ws.hidden(id).is_some() {
        doubts.push(Doubt::Hidden);
    } else if !project.has_declarations() {
        doubts.push(Doubt::NoManifest);
    } else if is_of_undeclared_tests(ws, file, project) {
        doubts.push(Doubt::TestsUndeclared);
    } else if !project.requires_for_development() && is_beside_application(ws, file, project) {
        doubts.push(Doubt::DevelopmentUndeclared);
    } else if is_of_example(ws, file, project) {
        doubts.push(Doubt::Example);
    }
    doubts.extend(project.gaps.weakness.clone().map(Doubt::Unread));
    doubts
}

/// What lists of other projects leave open. Those of other members of the workspace are not for code of this one, but one environment
/// may have all.
fn declared_elsewhere(ws: &Analysis, file: FileId, providers: &Providers) -> Option<Doubt> {
    let project = &ws.projects().all[ws.project_of(file)];
    if project.is_for_development(ws.path(file)) {
        return declared::declared_in(ws, file, providers, Role::Development).map(Doubt::DeclaredIn);
    }
    let by_member = members::declaring(ws, file, &providers.candidates).map(Doubt::DeclaredByMember);
    by_member.or_else(|| declared::declared_in(ws, file, providers, Role::Runtime).map(Doubt::DeclaredIn))
}

fn of_context(ws: &Analysis, file: FileId, import: &Import) -> Vec<Doubt> {
    let context = &import.statement.context;
    let mut doubts = Vec::new();
    if import.is_optional {
        doubts.push(Doubt::Optional);
    }
    if context.phase == Phase::Call && context.guard == Guard::Fails {
        doubts.push(Doubt::Advised);
    }
    if context.phase == Phase::TypeChecking {
        doubts.push(Doubt::TypeChecking);
    }
    if import.is_for_one_platform {
        doubts.push(Doubt::OnePlatform);
    }
    if context.phase == Phase::Call {
        doubts.push(Doubt::Later);
    }
    if is_open(ws, file, import) {
        doubts.push(Doubt::Open);
    }
    doubts
}

/// Whether the import stands behind a test that only shows when the program runs.
fn is_open(ws: &Analysis, file: FileId, import: &Import) -> bool {
    let Some(FileFacts::Python(facts)) = ws.facts(file) else { return false };
    let Some(loading) = facts.loading.as_deref() else { return false };
    loading.place(import.index).is_some_and(|place| place.is_open)
}

/// Whether the file is one of tests, and nothing at all is required for development.
pub(crate) fn is_of_undeclared_tests(ws: &Analysis, file: FileId, project: &Project) -> bool {
    !project.requires_for_development() && is_test(ws.path(file), &project.folder)
}

/// Whether code is for documentation, measurements, examples or jobs of CI, by its folders inside the project's.
fn is_beside_application(ws: &Analysis, file: FileId, project: &Project) -> bool {
    let folder = ws.path(file).folder();
    let mut inside = folder.strip_prefix(&*project.folder).unwrap_or(folder).split('/');
    let is_aside = |name: &str| {
        matches!(
            name,
            ".circleci" | ".github" | "bench" | "benchmark" | "benchmarks" | "ci" | "doc" | "docs" | "examples"
        )
    };
    inside.any(is_aside)
}

/// Whether code is an example, in a folder of the project's that is called so and is no package: who runs it need not have what the project
/// requires.
fn is_of_example(ws: &Analysis, file: FileId, project: &Project) -> bool {
    let folder = ws.path(file).folder();
    let inside = folder.strip_prefix(&*project.folder).unwrap_or(folder).trim_start_matches('/');
    let first = inside.split('/').next().unwrap_or_default();
    !project.is_script && holds_examples(first) && !ws.modules().is_package(&in_folder(&project.folder, first))
}

/// The list that applies to a file for want of another, where it lies in another part of the repository, whose code it is next to
/// (`src/plugin/requirements/list.txt`, and `tutorials/train.ipynb`): nothing shows that it is for this code too.
fn lists_of_another_part(ws: &Analysis, file: FileId, project: &Project) -> Option<FilePath> {
    let is_elsewhere = |list: &FileId| {
        let path = ws.path(*list);
        let own = own_folder(path);
        let around = folders_above(&own).find(|folder| ws.modules().has_folder(folder)).unwrap_or_default();
        !is_for_shipping(&own) && around != &*project.folder && !lies_in(ws.path(file).as_str(), around)
    };
    let lists = &project.lists.entries;
    (!lists.is_empty() && lists.iter().all(is_elsewhere)).then(|| ws.path(lists[0]).clone())
}

/// The first declared distribution, of those that are installed where the code runs, of which nobody knows what it requires, and how
/// many more there are.
fn requires_unknown(ws: &Analysis, file: FileId, project: &Project) -> Option<Doubt> {
    let is_for_development = project.is_for_development(ws.path(file));
    let counts = |name: &&DistributionName| is_for_development || project.roles.get(*name) != Some(&Role::Development);
    let mut unknown = project.gaps.requires_unknown.iter().filter(counts);
    let first = unknown.next()?.clone();
    Some(Doubt::RequiresUnknown(first, unknown.count()))
}

/// Whether so many distributions require one that some of those of unknown requirements is likely to: one time in ten.
fn is_likely_brought(ws: &Analysis, file: FileId, project: &Project, best: &DistributionName) -> bool {
    let Some(Doubt::RequiresUnknown(_, others)) = requires_unknown(ws, file, project) else { return false };
    needs::demand(best.as_str()) * (others + 1) >= 100
}

/// One word that two names begin with says nothing.
const FEWEST_WORDS: usize = 2;

/// The declared distribution of unknown requirements that is called as the module's name begins: `ask-sdk-core` of `ask_sdk_model`.
fn related(ws: &Analysis, file: FileId, project: &Project, import: &Import) -> Option<DistributionName> {
    let top = import.name.split('.').next().unwrap_or_default();
    let words: Vec<&str> = top.split('_').collect();
    requires_unknown(ws, file, project)?;
    let is_it = |name: &&DistributionName| {
        let alike = name.as_str().split('-').zip(&words).take_while(|(one, other)| one == *other);
        alike.count() >= FEWEST_WORDS
    };
    project.gaps.requires_unknown.iter().find(is_it).cloned()
}

/// The declared distribution that requires another one under some marker, where the table of needs does not name which. What is mostly
/// required for old Pythons or one platform is not.
fn required_under_marker(
    ws: &Analysis,
    file: FileId,
    project: &Project,
    name: &DistributionName,
) -> Option<DistributionName> {
    let need = project.indirect.known_needs.get(name.as_str()).filter(|_| !List::OldOrElsewhere.has(name.as_str()))?;
    let is_for_development = project.is_for_development(ws.path(file));
    // what is installed, and what is known to be required everywhere, is reported otherwise
    let is_untold = |root: &&DistributionName| *root != name && ws.environment().get(root).is_none();
    let is_doubted = need.hosts.is_empty() && (is_for_development || need.is_for_runtime);
    is_doubted.then(|| need.roots.iter().find(is_untold).cloned())?
}

/// The declared distribution that no public index has and whose name begins with the module's.
fn private(project: &Project, import: &Import, best: &DistributionName) -> Option<DistributionName> {
    let top = DistributionName::new(import.name.split('.').next().unwrap_or_default());
    let is_it = |name: &&DistributionName| {
        let rest = name.as_str().strip_prefix(top.as_str());
        rest.is_some_and(|rest| rest.starts_with('-')) && *name != best && !filters::is_on_index(name)
    };
    project.names.iter().filter(is_it).min().cloned()
}

/// What is for Windows or macOS alone is missed there, by code that seldom says so in a test. Where it is installed, the code is for
/// that platform.
fn is_for_other_platform(ws: &Analysis, providers: &Providers) -> bool {
    let Some(best) = providers.candidates.first() else { return false };
    let is_meant = |only: &str| ws.config().python_platform.is_some_and(|platform| platform.answers_to(only));
    let is_known = !List::Portable.has(best.as_str()) && providers.evidence != Evidence::Installed;
    let only = Table::bundled().platform_of(best.as_str()).filter(|only| is_known && !is_meant(only));
    matches!(only, Some("win32" | "darwin"))
}

/// Whether a list in the project's folder names the distribution of which nothing shows that it is installed for the code.
fn is_listed(ws: &Analysis, file: FileId, name: &DistributionName) -> bool {
    let folder = &ws.projects().all[ws.project_of(file)].folder;
    let near = |list: &&Apart| lies_in(ws.path(list.file).as_str(), folder);
    ws.projects().apart.iter().filter(near).any(|list| list.names.contains(name))
}

/// Whether a file lies in a folder of copies of other people's projects, as the folder's name says, that is no package.
fn is_vendored(ws: &Analysis, file: FileId) -> bool {
    let folder = ws.path(file).folder();
    let ends = folder.match_indices('/').map(|(at, _)| at).chain([folder.len()]);
    let mut folders = ends.filter_map(|end| folder.get(..end)).filter(|folder| !folder.is_empty());
    folders
        .any(|folder| is_for_copies(folder.rsplit('/').next().unwrap_or_default()) && !ws.modules().is_package(folder))
}

/// Whether a folder that is not of the workspace was put on `sys.path` above the import.
fn puts_outside_folder_on_path(ws: &Analysis, file: FileId, import: &Import) -> bool {
    let Some(FileFacts::Python(facts)) = ws.facts(file) else { return false };
    facts.traits.adds_outside_folder && import.statement.parsed.level == 0
}

/// Whether a folder may be on `sys.path` where the import runs whose files nobody reads: a hidden one, or one that the test makes.
fn puts_unread_folder_on_path(ws: &Analysis, file: FileId, import: &Import) -> bool {
    let Some(FileFacts::Python(facts)) = ws.facts(file) else { return false };
    let is_in_test = import.statement.context.phase == Phase::Call;
    import.statement.parsed.level == 0
        && (facts.traits.adds_hidden_folder || facts.traits.adds_made_folder && is_in_test)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn severity(doubts: &[Doubt], claim: Claim) -> Option<Severity> {
        Proof { doubts: doubts.to_vec() }.severity(claim)
    }

    /// What is proved is reported at its worst; each doubt takes from it what the table says, whatever else is doubted.
    #[test]
    fn severity_follows_from_doubts() {
        let unknown = || Doubt::RequiresUnknown(DistributionName::new("parrot"), 0);
        assert_eq!(severity(&[], Claim::Undeclared), Some(Severity::Error));
        assert_eq!(severity(&[unknown()], Claim::Undeclared), Some(Severity::Warning));
        assert_eq!(severity(&[unknown()], Claim::Crash), None);
        assert_eq!(severity(&[unknown()], Claim::SafeFix), Some(Severity::Error));
        assert_eq!(severity(&[Doubt::Later], Claim::Crash), Some(Severity::Error));
        assert_eq!(severity(&[Doubt::Later, Doubt::Optional], Claim::Undeclared), Some(Severity::Hint));
        assert_eq!(severity(&[Doubt::Optional], Claim::SafeFix), None);
        assert_eq!(severity(&[Doubt::Hidden, unknown()], Claim::Undeclared), Some(Severity::Hint));
        assert_eq!(severity(&[Doubt::Inseparable], Claim::Transitive), Some(Severity::Info));
        assert_eq!(severity(&[Doubt::Unread(String::new())], Claim::SafeFix), None);
    }
}
