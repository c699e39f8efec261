//! Invariants 1, 2 and 10: after any edits, what the incremental workspace says equals what a fresh one says; what a client was
//! told after each edit (only the affected files) is never stale, and after the quiet time not even in its ranges; and every
//! fix makes its finding go and brings no other.

use pinlens_analysis::config::Config;
use pinlens_analysis::diagnostics::{Code, Diagnostic};
use pinlens_analysis::environment::{Environment, Installed};
use pinlens_analysis::facts::{FileFacts, FileKind};
use pinlens_analysis::fixes::Applicability;
use pinlens_analysis::names::{DistributionName, FilePath, ModuleName};
use pinlens_analysis::python::statement;
use pinlens_analysis::text::apply_edits;
use pinlens_analysis::workspace::{Change, FileId, Workspace};
use proptest::prelude::*;
use std::collections::BTreeMap;
use std::sync::Arc;

const PYTHON: [&str; 8] = [
    "main.py",
    "app.py",
    "pkg/__init__.py",
    "pkg/views.py",
    "tests/test_app.py",
    "redis.py",
    "one/run.py",
    "redis/notes.py",
];
const MANIFESTS: [&str; 6] = [
    "requirements.txt",
    "base.txt",
    "requirements-dev.txt",
    "tests/requirements.txt",
    "one/requirements.txt",
    "constraints.txt",
];
const PYTHON_LINES: [&str; 14] = [
    "import redis",
    "import rq, flask",
    "from rq.job import Job",
    "from google.cloud import storage, bigquery",
    "try:\n    import ujson\nexcept ImportError:\n    pass",
    "def f():\n    import celery",
    "import pkg.views",
    "from pkg.gone import x",
    "from .views import y",
    "import nobody_knows",
    "import yaml  # pinlens: ignore",
    "# a comment that moves lines",
    "import requests",
    "def __getattr__(name): pass",
];
const MANIFEST_LINES: [&str; 16] = [
    "redis==5.0.1",
    "rq",
    "flask>=3",
    "celery",
    "google-cloud-storage",
    "-r base.txt",
    "-r requirements.txt",
    "-c constraints.txt",
    "-r ../base.txt",
    "types-requests",
    "broken=1",
    "==2",
    "redis",
    "git+https://example.com/x",
    "# comment",
    "ujson  # pinlens: ignore",
];

#[derive(Clone, Debug)]
enum Edit {
    Write(&'static str, String),
    Delete(&'static str),
    Environment(bool),
    Map(bool),
}

fn lines(pool: &'static [&'static str]) -> impl Strategy<Value = String> {
    proptest::collection::vec(proptest::sample::select(pool), 0..5).prop_map(|lines| lines.join("\n") + "\n")
}

fn edits() -> impl Strategy<Value = Vec<Edit>> {
    let python =
        (proptest::sample::select(&PYTHON[..]), lines(&PYTHON_LINES)).prop_map(|(path, text)| Edit::Write(path, text));
    let manifest = (proptest::sample::select(&MANIFESTS[..]), lines(&MANIFEST_LINES))
        .prop_map(|(path, text)| Edit::Write(path, text));
    let delete = proptest::sample::select([&PYTHON[..], &MANIFESTS[..]].concat()).prop_map(Edit::Delete);
    let one = prop_oneof![
        8 => python,
        5 => manifest,
        2 => delete,
        1 => any::<bool>().prop_map(Edit::Environment),
        1 => any::<bool>().prop_map(Edit::Map),
    ];
    proptest::collection::vec(one, 1..14)
}

/// The outside world that a workspace is built from.
#[derive(Clone, Default)]
struct World {
    texts: BTreeMap<FilePath, String>,
    environment: Arc<Environment>,
    config: Arc<Config>,
}

fn environment(there: bool) -> Arc<Environment> {
    let installed = |name: &str, module: &str, requires: &str| Installed {
        name: DistributionName::new(name),
        display: name.to_owned(),
        version: "1.0".to_owned(),
        modules: vec![ModuleName::new(module)],
        listed_in: "RECORD",
        direct: false,
        requires: vec![(DistributionName::new(requires), "".into())],
    };
    let all = [installed("rq", "rq", "redis"), installed("nobody", "nobody_knows", "six")];
    Arc::new(if there { Environment::new(".venv".into(), None, all.into()) } else { Environment::default() })
}

fn config(there: bool) -> Arc<Config> {
    let mut config = Config::default();
    if there {
        config.map.insert(ModuleName::new("flask"), vec![DistributionName::new("our-flask")]);
    }
    Arc::new(config)
}

fn facts(path: &FilePath, text: &str) -> FileFacts {
    FileFacts::of(FileKind::of(path).unwrap_or(FileKind::Requirements), text, &statement::parse)
}

impl World {
    /// Changes the world, and tells the change as the loader would: a file of no known kind is read only when an include
    /// wants it or has wanted it.
    fn edit(&mut self, edit: &Edit, workspace: &Workspace) -> Change {
        let mut change = Change::default();
        match edit {
            Edit::Write(path, text) => {
                let path = FilePath::new(path);
                self.texts.insert(path.clone(), text.clone());
                let is_known = workspace.file(&path).is_some_and(|file| workspace.facts(file).is_some());
                if FileKind::of(&path).is_some() || is_known {
                    let facts = facts(&path, text);
                    change.files.push((path, Some(facts)));
                }
            }
            Edit::Delete(path) => {
                let path = FilePath::new(path);
                self.texts.remove(&path);
                change.files.push((path, None));
            }
            Edit::Environment(there) => {
                self.environment = environment(*there);
                change.environment = Some(self.environment.clone());
            }
            Edit::Map(there) => {
                self.config = config(*there);
                change.config = Some(self.config.clone());
            }
        }
        change
    }

    fn fresh(&self) -> Workspace {
        let mut workspace = Workspace::default();
        let known = self.texts.iter().filter(|(path, _)| FileKind::of(path).is_some());
        workspace.apply(Change {
            files: known.map(|(path, text)| (path.clone(), Some(facts(path, text)))).collect(),
            environment: Some(self.environment.clone()),
            config: Some(self.config.clone()),
        });
        self.settle(&mut workspace);
        workspace
    }

    /// Reads what includes want, as the loader does, until nothing more is found; tells what was affected.
    fn settle(&self, workspace: &mut Workspace) -> Vec<FileId> {
        let mut affected = Vec::new();
        loop {
            let wanted = workspace.wanted().into_iter();
            let found: Vec<_> =
                wanted.filter_map(|path| Some((path.clone(), Some(facts(&path, self.texts.get(&path)?))))).collect();
            if found.is_empty() {
                return affected;
            }
            affected.extend(workspace.apply(Change { files: found, ..Change::default() }).files);
        }
    }
}

/// One finding without file ids, which are given out in the order of arrival.
fn row(workspace: &Workspace, found: &Diagnostic) -> String {
    let related: Vec<String> = found
        .related
        .iter()
        .map(|related| format!("{}:{:?} {}", workspace.path(related.file), related.range, related.message))
        .collect();
    format!(
        "{:?} {:?} {:?} {} {:?} {:?} {related:?}",
        found.range, found.code, found.severity, found.message, found.module, found.distribution
    )
}

fn told(workspace: &Workspace, file: FileId) -> Vec<String> {
    workspace.diagnostics(file).iter().map(|found| row(workspace, found)).collect()
}

fn all(workspace: &Workspace) -> BTreeMap<FilePath, Vec<String>> {
    let files = workspace.files().into_iter();
    let lists = files.map(|file| (workspace.path(file).clone(), told(workspace, file)));
    lists.filter(|(_, list)| !list.is_empty()).collect()
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]
    #[test]
    fn incremental_equals_fresh(edits in edits()) {
        let mut world = World::default();
        let mut workspace = Workspace::default();
        let mut client: BTreeMap<FilePath, Vec<String>> = BTreeMap::new();
        // files that an include once reached stay known, and a fresh workspace would not know them: they say nothing
        for edit in &edits {
            let change = world.edit(edit, &workspace);
            let edited: Vec<FilePath> = change.files.iter().map(|(path, _)| path.clone()).collect();
            let mut affected = workspace.apply(change).files;
            affected.extend(world.settle(&mut workspace));
            for path in edited {
                let Some(file) = workspace.file(&path) else { continue };
                affected.extend(workspace.pointing_at(file));
            }
            for file in affected {
                client.insert(workspace.path(file).clone(), told(&workspace, file));
            }
            client.retain(|_, list| !list.is_empty());
            prop_assert_eq!(&client, &all(&workspace), "the client is told less than what changed, after {:?}", edit);
        }
        let fresh = world.fresh();
        let known: Vec<FilePath> = fresh.files().into_iter().map(|file| fresh.path(file).clone()).collect();
        let mut incremental = all(&workspace);
        incremental.retain(|path, _| known.contains(path));
        prop_assert_eq!(incremental, all(&fresh));
    }
}

/// What identifies a finding over an edit that moves it.
fn key(found: &Diagnostic) -> (Code, Option<DistributionName>, Option<ModuleName>) {
    (found.code, found.distribution.clone(), found.module.clone())
}

/// Every finding, by file.
fn findings(workspace: &Workspace) -> Vec<(FileId, Diagnostic)> {
    let files = workspace.files().into_iter();
    files.flat_map(|file| workspace.diagnostics(file).into_iter().map(move |found| (file, found))).collect()
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]
    #[test]
    fn fixes_mend_and_harm_nothing(edits in edits()) {
        let mut world = World::default();
        for edit in &edits {
            world.edit(edit, &Workspace::default());
        }
        let workspace = world.fresh();
        let before = findings(&workspace);
        for (file, found) in &before {
            for fix in workspace.fixes(*file, found) {
                let mut mended = world.clone();
                for edit in &fix.edit.files {
                    let text = mended.texts.entry(edit.path.clone()).or_default();
                    *text = apply_edits(text, &edit.edits);
                }
                let after = findings(&mended.fresh());
                let number = |list: &[(FileId, Diagnostic)]| list.iter().filter(|(_, other)| key(other) == key(found)).count();
                prop_assert!(number(&after) < number(&before), "after {:?} it is still there: {}", fix.title, found.message);
                // To remove a host may show that what it alone could use is unused too; a file that is made where an
                // include missed one may show that both require the same. Neither fix is ever applied unasked.
                let fills_a_gap = fix.edit.files.iter().any(|edit| edit.create)
                    && before.iter().any(|(_, old)| old.code == Code::UnresolvedInclude);
                let shown = |new: &Diagnostic| {
                    fix.applicability == Applicability::Unsafe
                        && (new.code == Code::UnusedRequirement
                            || new.code == Code::DuplicateRequirement && fills_a_gap)
                };
                let mut news = after.iter().filter(|(_, new)| before.iter().all(|(_, old)| key(old) != key(new)));
                let new = news.find(|(_, new)| !shown(new));
                prop_assert!(new.is_none(), "{:?} brings {:?}", fix.title, new.map(|(_, new)| &new.message));
            }
        }
    }
}
