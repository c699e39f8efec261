//! What is known of deployments, as values.

use super::image::{Place, Unknown};
use crate::analysis::Analysis;
use crate::model::ids::FileId;
use crate::startup::chains::Fate;
use crate::startup::entries::Entry;
use pinlens_facts::facts::FileFacts;
use pinlens_facts::words::names::{DistributionName, FilePath, ModuleName, PythonVersion};
use pinlens_facts::words::text::TextRange;
use rustc_hash::FxHashMap;

/// Something that is deployed, or a job that checks the project.
#[derive(Clone, Debug)]
pub struct Deployment {
    /// Its name: that of a service, a process or a function; else the file's.
    pub name: Box<str>,
    /// Where it is described.
    pub at: Place,
    /// Where the image that it runs is described, if elsewhere.
    pub image: Option<FileId>,
    /// The Python that runs it, and where that is said.
    pub python: Option<(PythonVersion, Option<Place>)>,
    /// What it installs, in order.
    pub installs: Vec<Installs>,
    /// What it starts, in order.
    pub starts: Vec<Start>,
    /// What is not there, in the order in which it is come to.
    pub lacks: Vec<Lack>,
    /// What cannot be known.
    pub unknown: Vec<Unknown>,
    /// Whether it only checks the project.
    pub is_job: bool,
    /// What follows.
    pub verdict: Verdict,
    /// What its image holds.
    pub(super) holds: Holds,
}

/// What an image holds, as far as others than the judge need it.
#[derive(Clone, Debug, Default)]
pub(super) struct Holds {
    /// The lists that it installs and that are not read.
    pub wanted: Vec<FilePath>,
    /// The distributions that are there, those that come by the needs of others among them; which of the commands brings each.
    pub provided: FxHashMap<DistributionName, usize>,
    /// The files and folders of the workspace that are copied or mounted into it, as paths.
    pub folders: Vec<Box<str>>,
}

/// What one command installs.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Installs {
    /// Where it stands.
    pub at: Place,
    /// The command.
    pub words: Box<str>,
    /// The lists that it reads.
    pub lists: Vec<FileId>,
    /// Whether the platform looked which list is there: nothing names it.
    pub is_found: bool,
    /// The distributions that it requests.
    pub names: Vec<DistributionName>,
}

/// One command that a deployment starts.
#[derive(Clone, Debug)]
pub struct Start {
    /// Where it stands.
    pub at: Option<Place>,
    /// The command.
    pub words: Box<str>,
    /// The file of the workspace that runs first, if one does.
    pub entry: Option<Entry>,
    /// Whether it always runs, and its failure ends the deployment.
    pub is_certain: bool,
    /// The files of the workspace that it loads, ascending.
    pub loads: Vec<FileId>,
}

/// Something that a deployment comes to and that is not there.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Lack {
    /// Where it shows.
    pub file: FileId,
    /// The bytes there.
    pub range: TextRange,
    /// What is not there.
    pub what: What,
    /// The distribution that would bring it.
    pub distribution: Option<DistributionName>,
    /// What an import's failure means; `None` for what is no import: its failure ends the command.
    pub fate: Option<Fate>,
    /// The import's index in the facts of its file.
    pub import: Option<usize>,
    /// Whether the command always runs, and its failure ends the deployment.
    pub is_certain: bool,
    /// Why it may be there after all.
    pub doubt: Option<Box<str>>,
    /// Which of [`Deployment::starts`] comes to it.
    pub start: usize,
    /// When it shows.
    pub moment: Moment,
}

/// When a lack shows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Moment {
    /// As the command starts.
    Start,
    /// With the first request: the server runs, and fails to answer.
    Request,
}

/// What is not there.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum What {
    /// A module that a known distribution provides.
    Import {
        /// The module.
        module: ModuleName,
        /// How that is known.
        because: Box<str>,
    },
    /// A module that nothing is known to provide.
    Unknown {
        /// The module.
        module: ModuleName,
    },
    /// A module that the standard library has no longer.
    Removed {
        /// The module.
        module: ModuleName,
        /// The last Python that had it.
        last: PythonVersion,
    },
    /// A module that a string of Django's settings names, and that a known distribution provides.
    Named {
        /// The module.
        module: ModuleName,
        /// How that is known.
        because: Box<str>,
        /// The setting.
        by: &'static str,
    },
    /// A relative import in the file that is run by its path, which is part of no package then.
    Relative {
        /// The module, without its dots.
        module: ModuleName,
    },
    /// A module of the workspace that the image does not hold.
    NotCopied {
        /// The module.
        module: ModuleName,
        /// Its file in the workspace.
        path: Box<str>,
    },
    /// A module of the workspace that the image holds, in a folder where Python does not look.
    NotOnPath {
        /// The module.
        module: ModuleName,
        /// Its file in the workspace.
        path: Box<str>,
    },
    /// A command that nothing installs.
    Command {
        /// Its name.
        name: Box<str>,
    },
    /// A command that is installed and cannot be run.
    Unreachable {
        /// Its name.
        name: Box<str>,
        /// Why.
        why: Box<str>,
    },
    /// A module that a command names.
    Module {
        /// The module.
        name: Box<str>,
    },
    /// A file or module that is to be started.
    Entry {
        /// As it is named.
        words: Box<str>,
        /// Where it would be.
        looked_in: Box<str>,
    },
    /// What a part of a distribution requests.
    Demand {
        /// The distribution that requires it.
        host: Box<str>,
        /// What happens without it.
        source: Box<str>,
    },
    /// A list that is to be installed.
    List {
        /// As it is named.
        words: Box<str>,
    },
}

/// What follows of a deployment.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// As far as is known, its start comes to nothing that is not there.
    Starts,
    /// It ends by the lack of this index.
    Crashes(usize),
    /// It cannot be judged; why, in words that follow "because".
    Unknown(Box<str>),
}

/// What stands around a distribution in the words of the doubt that it may bring what is lacking.
const UNKNOWN_NEEDS: [&str; 2] = ["it is not known what ", " requires"];

/// The doubt that a distribution may bring what is lacking.
pub(super) fn unknown_needs(name: &DistributionName) -> Box<str> {
    let [before, behind] = UNKNOWN_NEEDS;
    format!("{before}{name}{behind}").into()
}

impl Lack {
    /// The distribution that may bring what is lacking, where nothing else leaves that open.
    pub fn may_come_with(&self) -> Option<&str> {
        let [before, behind] = UNKNOWN_NEEDS;
        self.doubt.as_deref()?.strip_prefix(before)?.strip_suffix(behind)
    }

    /// Whether it ends the command that comes to it.
    pub fn ends_its_command(&self) -> bool {
        self.fate.as_ref().is_none_or(|fate| matches!(fate, Fate::Crash { .. }))
    }

    /// Whether it ends the deployment as that starts, for sure.
    pub fn crashes(&self) -> bool {
        self.is_fatal() && self.moment == Moment::Start
    }

    /// Whether the deployment is of no use with it, for sure: it ends, or every request fails.
    pub fn is_fatal(&self) -> bool {
        self.is_certain && self.doubt.is_none() && self.ends_its_command()
    }
}

impl Deployment {
    /// The command that brings a distribution, if one does.
    pub fn brings(&self, name: &DistributionName) -> Option<&Installs> {
        self.installs.get(*self.holds.provided.get(name)?)
    }

    /// Why nothing is known of what its base image holds, where that is so.
    pub fn unknown_base(&self) -> Option<&str> {
        self.unknown.iter().find(|unknown| unknown.is_base).map(|unknown| &*unknown.why)
    }

    /// Whether any of its commands loads the file.
    pub fn loads(&self, file: FileId) -> bool {
        self.starts.iter().any(|start| start.loads.binary_search(&file).is_ok())
    }
}

/// The deployments of a workspace.
#[derive(Debug, Default)]
pub struct Deployments {
    /// By the place of their descriptions.
    pub all: Vec<Deployment>,
    /// The lacks that show in each file: the index of the deployment, and that of the lack.
    by_file: FxHashMap<FileId, Vec<(usize, usize)>>,
    /// Of the code that an image runs for which the lists around the code are not installed: why, in words.
    elsewhere: FxHashMap<FileId, Box<str>>,
}

impl Deployments {
    pub(super) fn new(all: Vec<Deployment>, elsewhere: FxHashMap<FileId, Box<str>>) -> Self {
        let mut by_file: FxHashMap<FileId, Vec<(usize, usize)>> = FxHashMap::default();
        for (at, deployment) in all.iter().enumerate() {
            for (index, lack) in deployment.lacks.iter().enumerate() {
                by_file.entry(lack.file).or_default().push((at, index));
            }
        }
        Self { all, by_file, elsewhere }
    }

    /// Why the lists around a file are not those of the image that runs it, in words; `None` where nothing shows that.
    pub(crate) fn runs_elsewhere(&self, file: FileId) -> Option<&str> {
        self.elsewhere.get(&file).map(|why| &**why)
    }

    /// The lacks that show in a file: the index of each one's deployment, and its own.
    pub fn in_file(&self, file: FileId) -> &[(usize, usize)] {
        self.by_file.get(&file).map_or(&[], Vec::as_slice)
    }

    /// The files of which another thing is reported than before: those in which lacks show, and those that deployments load.
    pub(crate) fn differing(&self, before: &Self) -> Vec<FileId> {
        let files = |this: &Self| -> Vec<FileId> {
            let loaded =
                this.all.iter().flat_map(|deployment| &deployment.starts).flat_map(|start| start.loads.iter().copied());
            this.by_file.keys().chain(this.elsewhere.keys()).copied().chain(loaded).collect()
        };
        let mut all: Vec<FileId> = files(self).into_iter().chain(files(before)).collect();
        all.sort_unstable();
        all.dedup();
        all.retain(|file| {
            self.report_of(*file) != before.report_of(*file)
                || self.runs_elsewhere(*file) != before.runs_elsewhere(*file)
        });
        all
    }

    /// All that is reported of a file, without places in texts that move.
    fn report_of(&self, file: FileId) -> Vec<Report<'_>> {
        let report = |deployment, lack| Report { deployment: Outline::of(deployment), lack };
        let loading = self.all.iter().filter(|deployment| deployment.loads(file)).map(|one| report(one, None));
        let lacks = self.in_file(file).iter().map(|&(at, lack)| {
            let deployment = &self.all[at];
            report(deployment, Some(LackOutline::of(&deployment.lacks[lack])))
        });
        loading.chain(lacks).collect()
    }

    /// Whether nothing of what is known depends on the imports of these files.
    pub(crate) fn is_apart_from(&self, files: &[FileId]) -> bool {
        !self
            .all
            .iter()
            .any(|deployment| files.iter().any(|file| deployment.loads(*file) || deployment.at.file == *file))
    }

    /// The files whose findings point into `file`.
    pub(crate) fn pointing_at(&self, file: FileId) -> Vec<FileId> {
        let mut found = Vec::new();
        for deployment in &self.all {
            let is_described = deployment.at.file == file || deployment.installs.iter().any(|by| by.at.file == file);
            let passes = |lack: &&Lack| match &lack.fate {
                Some(Fate::Crash { chain, .. }) => chain.iter().any(|link| link.file == file),
                _ => false,
            };
            found.extend(deployment.lacks.iter().filter(|lack| is_described || passes(lack)).map(|lack| lack.file));
            if is_described {
                found.extend(deployment.starts.iter().flat_map(|start| start.loads.iter().copied()));
            }
        }
        found
    }

    /// The lists that are named, installed and read.
    pub(crate) fn lists(&self) -> impl Iterator<Item = FileId> {
        let installs = self.all.iter().flat_map(|deployment| &deployment.installs);
        installs.filter(|installs| !installs.is_found).flat_map(|installs| installs.lists.iter().copied())
    }

    /// The lists that are installed and not read.
    pub(crate) fn wanted(&self) -> impl Iterator<Item = &FilePath> {
        self.all.iter().flat_map(|deployment| &deployment.holds.wanted)
    }

    /// The deployment of that name.
    pub fn named(&self, name: &str) -> Option<&Deployment> {
        self.all.iter().find(|deployment| *deployment.name == *name)
    }
}

/// What is reported of a file that a deployment loads, or in which it lacks something.
#[derive(Debug, PartialEq)]
struct Report<'a> {
    deployment: Outline<'a>,
    lack: Option<LackOutline<'a>>,
}

#[derive(Debug, PartialEq)]
struct Outline<'a> {
    name: &'a str,
    at: Place,
    installs: &'a [Installs],
}

impl<'a> Outline<'a> {
    fn of(deployment: &'a Deployment) -> Self {
        Self { name: &deployment.name, at: deployment.at, installs: &deployment.installs }
    }
}

#[derive(Debug, PartialEq)]
struct LackOutline<'a> {
    what: &'a What,
    distribution: Option<&'a DistributionName>,
    import: Option<usize>,
    doubt: Option<&'a str>,
    is_certain: bool,
    /// Of each link: its file, the file that it comes to, and which of those that the import loads that is.
    chain: Vec<(FileId, FileId, u32)>,
}

impl<'a> LackOutline<'a> {
    fn of(lack: &'a Lack) -> Self {
        let chain = match &lack.fate {
            Some(Fate::Crash { chain, .. }) => chain.iter().map(|link| (link.file, link.to, link.number)).collect(),
            _ => Vec::new(),
        };
        Self {
            what: &lack.what,
            distribution: lack.distribution.as_ref(),
            import: lack.import,
            doubt: lack.doubt.as_deref(),
            is_certain: lack.is_certain,
            chain,
        }
    }
}

/// The bytes of a line of a file, without the blanks around it.
pub(crate) fn range_of(ws: &Analysis, at: Place) -> TextRange {
    match ws.facts(at.file) {
        Some(FileFacts::Deploy(facts)) => facts.line(at.line),
        Some(FileFacts::Settings(facts)) => pinlens_facts::deploy::line_of(&facts.text, at.line),
        Some(FileFacts::Python(facts)) => {
            let mut steps = facts.sessions.iter().flat_map(|session| &session.steps);
            steps.find(|step| step.line == at.line).map(|step| step.range).unwrap_or_default()
        }
        _ => TextRange::default(),
    }
}
