//! Applies every fix that pinlens offers in a folder, one after the other, each to the folder as it is: its finding must go and no
//! other come. Nothing is written to the folder.
//!
//! `apply_fixes FOLDER [ENVIRONMENT|none]` prints what is wrong on standard error, and on standard output one JSON object a fix
//! that changes a requirements file, with its texts before and after, for `tests/accuracy/fixes` to hand to pip.

use pinlens_analysis::config::Config;
use pinlens_analysis::finding::Diagnostic;
use pinlens_analysis::fixes::{Applicability, Fix};
use pinlens_analysis::model::change::Change;
use pinlens_analysis::model::ids::FileId;
use pinlens_analysis::workspace::Workspace;
use pinlens_facts::facts::{FileFacts, FileKind};
use pinlens_facts::python::statement;
use pinlens_facts::words::codes::Code;
use pinlens_facts::words::names::{DistributionName, FilePath, ModuleName};
use pinlens_facts::words::text::apply_edits;
use pinlens_loader::{Loaded, Loader};
use std::collections::{BTreeMap, BTreeSet};
use std::path::PathBuf;
use std::process::ExitCode;
use std::sync::{Arc, Mutex};

fn main() -> ExitCode {
    let mut args = std::env::args_os().skip(1);
    let folder = PathBuf::from(args.next().expect("a folder"));
    let mut loader = Loader::new(&folder).expect("the folder is readable");
    loader.variables = pinlens_loader::EnvironmentVariables::default();
    let (mut config, _) = loader.config();
    config.environment = args.next().and_then(|environment| environment.into_string().ok()).or(config.environment);
    let mut tree = Tree::load(loader, config);
    let before = tree.findings(&tree.workspace.files());
    let (mut applied, mut wrong) = (0, 0);
    for (file, found) in &before {
        let mut fixes = tree.workspace.fixes(*file, found);
        let path = tree.workspace.path(*file).clone();
        let text = tree.text(&path).filter(|_| FileKind::of(&path) != Some(FileKind::Notebook));
        fixes.extend(tree.workspace.choices(*file, found, text.as_deref()));
        for fix in fixes.into_iter().filter(|fix| fix.disabled.is_none()) {
            applied += 1;
            for problem in tree.try_out(*file, found, &fix, &before) {
                wrong += 1;
                eprintln!("{}: {path}: {}: {}: {problem}", folder.display(), found.code.as_str(), fix.title);
            }
        }
    }
    eprintln!("{}: {applied} fixes of {} findings, {wrong} wrong", folder.display(), before.len());
    if wrong == 0 { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}

/// A folder as it is on disk.
struct Tree {
    loader: Loader,
    config: Config,
    workspace: Workspace,
}

/// What identifies a finding while it moves.
type Key = (Code, FilePath, Option<DistributionName>, Option<ModuleName>);

impl Tree {
    fn load(loader: Loader, config: Config) -> Self {
        let paths = loader.walk(&config).files.into_keys().collect();
        let files = Mutex::new(Vec::new());
        loader.load(paths, &|loaded| {
            if let Loaded::Files(found) = loaded {
                files.lock().unwrap().extend(found.into_iter().map(|(path, facts)| (path, Some(facts))));
            }
        });
        let mut workspace = Workspace::default();
        let environment = loader.environment(&config).expect("the environment is readable").map(Arc::new);
        let files = files.into_inner().unwrap();
        workspace.apply(Change { files, environment, config: Some(Arc::new(config.clone())) });
        let mut tried = BTreeSet::new();
        loop {
            let new: Vec<FilePath> = workspace.wanted().into_iter().filter(|path| tried.insert(path.clone())).collect();
            if new.is_empty() {
                return Self { loader, config, workspace };
            }
            let read = |path: FilePath| Some((path.clone(), Some(loader.read(&path, FileKind::Requirements).ok()??)));
            workspace.apply(Change { files: new.into_iter().filter_map(read).collect(), ..Change::default() });
        }
    }

    fn kind(&self, path: &FilePath) -> FileKind {
        self.config.kind_of(path).unwrap_or(FileKind::Requirements)
    }

    fn text(&self, path: &FilePath) -> Option<String> {
        self.loader.text(path, self.kind(path)).ok()?.map(|text| text.text)
    }

    fn findings(&self, files: &[FileId]) -> Vec<(FileId, Diagnostic)> {
        let all =
            files.iter().flat_map(|file| self.workspace.diagnostics(*file).into_iter().map(move |one| (*file, one)));
        all.collect()
    }

    /// An undeclared import that a new requirement happens to install is the same one, with a lower severity.
    fn key(&self, file: FileId, found: &Diagnostic) -> Key {
        let code = if found.code == Code::TransitiveImport { Code::UndeclaredImport } else { found.code };
        (code, self.workspace.path(file).clone(), found.distribution.clone(), found.module.clone())
    }

    fn tally(&self, findings: &[(FileId, Diagnostic)]) -> BTreeMap<Key, usize> {
        let mut tally = BTreeMap::new();
        for (file, found) in findings {
            *tally.entry(self.key(*file, found)).or_default() += 1;
        }
        tally
    }

    /// Applies a fix, looks at what it changes, and takes it back.
    fn try_out(&mut self, file: FileId, found: &Diagnostic, fix: &Fix, before: &[(FileId, Diagnostic)]) -> Vec<String> {
        let mut change = Change::default();
        let mut back = Change { config: Some(Arc::new(self.config.clone())), ..Change::default() };
        for edit in &fix.edit.files {
            let old = self.text(&edit.path);
            let new = apply_edits(old.as_deref().unwrap_or_default(), &edit.edits);
            let kind = self.kind(&edit.path);
            if kind == FileKind::Requirements {
                let old = old.as_deref().unwrap_or_default();
                let path = edit.path.as_str();
                println!("{}", serde_json::json!({"title": fix.title, "path": path, "before": old, "after": new}));
            }
            if edit.path.folder().is_empty() && kind.has_settings() {
                let environment = self.config.environment.clone();
                let config = Config { environment, ..Config::parse(&edit.path, &new).0 };
                change.config = Some(Arc::new(config));
            }
            let facts = |text: &str| FileFacts::of(kind, text, &statement::parse);
            change.files.push((edit.path.clone(), Some(facts(&new))));
            back.files.push((edit.path.clone(), old.as_deref().map(facts)));
        }
        let affected = self.workspace.apply(change).files;
        let after = self.findings(&affected);
        let problems = self.judge(file, found, fix, before, &after, &affected);
        self.workspace.apply(back);
        problems
    }

    fn judge(
        &self,
        file: FileId,
        found: &Diagnostic,
        fix: &Fix,
        before: &[(FileId, Diagnostic)],
        after: &[(FileId, Diagnostic)],
        affected: &[FileId],
    ) -> Vec<String> {
        let old = self.tally(before);
        let new = self.tally(after);
        let mut problems = Vec::new();
        let key = self.key(file, found);
        if !affected.contains(&file) || new.get(&key).unwrap_or(&0) >= old.get(&key).unwrap_or(&0) {
            problems.push("the finding is still there".to_owned());
        }
        let edits_a_source = fix.edit.files.iter().any(|edit| edit.path.as_str().rsplit('.').next() == Some("in"));
        let is_due = |code: Code| match code {
            Code::StaleCompiledRequirements => edits_a_source,
            // what a lock pins need not be installed
            Code::VersionMismatch => true,
            // to remove a host shows that what it alone loads is unused too
            Code::UnusedRequirement => fix.applicability >= Applicability::Unsafe,
            _ => false,
        };
        for (file, found) in after {
            let key = self.key(*file, found);
            let same = |other: &Key| other.0 == key.0 && other.2 == key.2 && other.3 == key.3;
            if !old.keys().any(same) && !is_due(key.0) {
                problems.push(format!("new: {}: {}: {}", key.1, key.0.as_str(), found.message));
            }
        }
        problems
    }
}
