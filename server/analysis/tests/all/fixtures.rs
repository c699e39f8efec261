//! The fixtures of the diagnostics and their fixes: every case of every file in `tests/fixtures`.
//!
//! A file holds cases, each headed by `#= title`. Inside a case, `#- /path` begins a file, whose lines follow. Below a line,
//! `#  ^^^ severity[code]: text` says that a finding stands under the carets and that its message holds the text; `#^^^` begins
//! at the line's first column, below the `#`. Options: `#- python: 3.11`, `#- env: PyYAML==6.0 (yaml, _yaml)` (one distribution a line; ` direct` at its end: from a repository),
//! `#- map: module = distribution`. `#- used: name: words` says that the requirement is used without an import, and in which words
//! (`/requirements.txt` is looked at first); an environment's entry points are `#- entry: name: pytest11, script:cmd`. `#- fix: title` requests the fix of that title, `#- after /path` for the text that it leaves;
//! one that is only shown is requested as `title (disabled: reason)`.
//! Every fix that any case offers is applied, and must make its finding go without bringing another.

use pinlens_analysis::config::Config;
use pinlens_analysis::finding::Diagnostic;
use pinlens_analysis::fixes::{Applicability, Fix};
use pinlens_analysis::model::change::Change;
use pinlens_analysis::model::environment::{About, Environment, Installed};
use pinlens_analysis::model::ids::FileId;
use pinlens_analysis::uses;
use pinlens_analysis::workspace::Workspace;
use pinlens_facts::facts::{FileFacts, FileKind};
use pinlens_facts::python::statement;
use pinlens_facts::words::codes::Code;
use pinlens_facts::words::names::{DistributionName, FilePath, ModuleName, PythonVersion};
use pinlens_facts::words::text::{LineIndex, apply_edits};
use std::collections::BTreeMap;
use std::fmt::Write;
use std::path::Path;
use std::sync::Arc;

#[derive(Default)]
struct Case {
    title: String,
    files: BTreeMap<FilePath, String>,
    /// `path:line:column-column severity[code]`, with the text that the message must hold.
    expected: Vec<(String, String)>,
    config: Config,
    installed: Vec<Installed>,
    fixes: Vec<ExpectedFix>,
    /// Names of requirements, each with words of a reason.
    used: Vec<(String, String)>,
    /// Whether its names are those of the package index, and its environment is whole. Other cases make names up, and install no more
    /// than they are about.
    is_of_real_packages: bool,
}

#[derive(Default)]
struct ExpectedFix {
    title: String,
    after: BTreeMap<FilePath, String>,
}

/// Where the lines of a case go.
enum Section {
    None,
    File(FilePath),
    After(FilePath),
}

fn parse(text: &str) -> Vec<Case> {
    let mut cases: Vec<Case> = Vec::new();
    let mut section = Section::None;
    for line in text.lines() {
        if let Some(title) = line.strip_prefix("#= ") {
            cases.iter_mut().last().into_iter().for_each(Case::close);
            cases.push(Case { title: title.to_owned(), ..Case::default() });
            section = Section::None;
            continue;
        }
        let Some(case) = cases.last_mut() else { continue };
        if let Some(directive) = line.strip_prefix("#- ") {
            section = case.directive(directive);
        } else {
            case.line(&section, line);
        }
    }
    cases.iter_mut().last().into_iter().for_each(Case::close);
    cases
}

impl Case {
    /// The blank line before the next case belongs to no text.
    fn close(&mut self) {
        let afters = self.fixes.iter_mut().flat_map(|fix| fix.after.values_mut());
        for text in self.files.values_mut().chain(afters) {
            while text.ends_with("\n\n") || text == "\n" {
                text.pop();
            }
        }
    }

    fn directive(&mut self, directive: &str) -> Section {
        let (key, value) = directive.split_once(": ").unwrap_or(("", directive));
        match (key, value.strip_prefix("after ")) {
            ("", Some(path)) => return Section::After(FilePath::new(path.trim_start_matches('/'))),
            ("", None) => {
                let path = FilePath::new(value.trim_start_matches('/'));
                self.files.insert(path.clone(), String::new());
                return Section::File(path);
            }
            ("python", _) => self.config.python_version = PythonVersion::parse(value),
            ("env", _) => self.installed.push(installed(value)),
            ("entry", _) => self.entry(value),
            ("used", _) => {
                let (name, words) = value.split_once(": ").expect("name: words");
                self.used.push((name.to_owned(), words.to_owned()));
            }
            ("map", _) => {
                let (module, distribution) = value.split_once(" = ").expect("module = distribution");
                self.config.map.insert(ModuleName::new(module), vec![DistributionName::new(distribution)]);
            }
            ("fix", _) => self.fixes.push(ExpectedFix { title: value.to_owned(), after: BTreeMap::new() }),
            _ => panic!("unknown directive: {directive}"),
        }
        Section::None
    }

    /// `name: pytest11, script:cmd`
    fn entry(&mut self, value: &str) {
        let (name, groups) = value.split_once(": ").expect("name: groups");
        let name = DistributionName::new(name);
        let installed = self.installed.iter_mut().find(|one| one.name == name).expect("an installed distribution");
        let (scripts, groups): (Vec<&str>, Vec<&str>) = groups.split(", ").partition(|one| one.starts_with("script:"));
        installed.scripts =
            scripts.iter().filter_map(|script| script.strip_prefix("script:")).map(Into::into).collect();
        installed.groups = groups.into_iter().map(Into::into).collect();
    }

    fn line(&mut self, section: &Section, line: &str) {
        let target = match section {
            Section::None => return assert!(line.trim().is_empty(), "{}: text outside a file: {line}", self.title),
            Section::File(path) => {
                if let Some(expected) = annotation(path, self.files[path].lines().count(), line) {
                    return self.expected.push(expected);
                }
                self.files.get_mut(path)
            }
            Section::After(path) => {
                let fix = self.fixes.last_mut().expect("after without fix");
                Some(fix.after.entry(path.clone()).or_default())
            }
        };
        let target = target.expect("the section has a text");
        writeln!(target, "{line}").expect("a string takes all");
    }

    /// The settings that the case's own files hold, with those of its directives.
    fn settings(&self) -> Config {
        let file = ["pinlens.toml", "pyproject.toml"]
            .map(FilePath::new)
            .into_iter()
            .find(|path| self.files.contains_key(path));
        let mut config = file.map(|path| Config::parse(&path, &self.files[&path]).0).unwrap_or_default();
        config.python_version = self.config.python_version.or(config.python_version);
        config.map.extend(self.config.map.clone());
        if !self.is_of_real_packages {
            config.ignore.extend([Code::NotInstalled, Code::UnknownDistribution].map(|code| code.as_str().to_owned()));
        }
        config
    }

    fn workspace(&self) -> Workspace {
        let mut workspace = Workspace::default();
        workspace.apply(Change {
            files: self.files.iter().map(|(path, text)| (path.clone(), Some(facts(path, text)))).collect(),
            environment: (!self.installed.is_empty())
                .then(|| Arc::new(Environment::new(".venv".into(), None, self.installed.clone()))),
            config: Some(Arc::new(self.settings())),
        });
        let wanted: Vec<_> = workspace.wanted();
        let found = wanted.into_iter().filter_map(|path| {
            let text = self.files.get(&path)?;
            Some((path, Some(FileFacts::of(FileKind::Requirements, text, &statement::parse))))
        });
        let files = found.collect();
        workspace.apply(Change { files, ..Change::default() });
        workspace
    }
}

/// The name of a Requires-Dist line, and the rest.
fn required(line: &str) -> (DistributionName, Box<str>) {
    let (name, marker) = line.split_at(line.find(';').unwrap_or(line.len()));
    (DistributionName::new(name), marker.into())
}

/// `PyYAML==6.0 (yaml, _yaml) -> required, other; extra == "fast"`
fn installed(row: &str) -> Installed {
    let (row, direct) = row.strip_suffix(" direct").map_or((row, false), |row| (row, true));
    let (head, requires) = row.split_once(" -> ").unwrap_or((row, ""));
    let (pin, modules) = head.split_once(" (").expect("name==version (modules)");
    let (display, version) = pin.split_once("==").expect("name==version");
    let names = |list: &str| {
        list.trim_end_matches(')').split(", ").filter(|n| !n.is_empty()).map(str::to_owned).collect::<Vec<_>>()
    };
    Installed {
        name: DistributionName::new(display),
        display: display.to_owned(),
        version: version.to_owned(),
        modules: names(modules).iter().map(|module| ModuleName::new(module)).collect(),
        listed_in: "RECORD",
        about: About::default(),
        is_complete: true,
        direct,
        requires: names(requires).iter().map(|line| required(line)).collect(),
        scripts: Box::default(),
        groups: Box::default(),
    }
}

fn annotation(path: &FilePath, line_number: usize, line: &str) -> Option<(String, String)> {
    let body = line.strip_prefix('#')?;
    let carets = body.trim_start();
    if !carets.starts_with('^') {
        return None;
    }
    let width = carets.chars().take_while(|c| *c == '^').count();
    let indent = body.len() - carets.len();
    // directly behind the `#`, the carets begin below it
    let (start, end) = if indent == 0 { (1, width + 2) } else { (indent + 2, indent + 2 + width) };
    let (what, text) = carets[width..].trim().split_once(": ").unwrap_or((carets[width..].trim(), ""));
    Some((format!("{path}:{line_number}:{start}-{end} {what}"), text.to_owned()))
}

fn facts(path: &FilePath, text: &str) -> FileFacts {
    let kind = FileKind::of(path).or_else(|| FileKind::of_script(path, text.as_bytes()));
    FileFacts::of(kind.unwrap_or(FileKind::Requirements), text, &statement::parse)
}

fn all_findings(workspace: &Workspace) -> Vec<(FileId, Diagnostic)> {
    let files = workspace.files().into_iter();
    files.flat_map(|file| workspace.diagnostics(file).into_iter().map(move |found| (file, found))).collect()
}

fn place(case: &Case, workspace: &Workspace, file: FileId, found: &Diagnostic) -> String {
    let path = workspace.path(file);
    let text = &case.files[path];
    let index = LineIndex::new(text);
    let at = |offset| index.position(text, offset, pinlens_facts::words::text::Encoding::Utf32);
    let (start, end) = (at(found.range.start), at(found.range.end));
    let what = format!("{}[{}]", found.severity.as_str(), found.code.as_str());
    format!("{path}:{}:{}-{} {what}", start.line + 1, start.column + 1, end.column + 1)
}

/// The texts of the case after a fix.
fn applied(case: &Case, fix: &Fix) -> BTreeMap<FilePath, String> {
    let mut files = case.files.clone();
    for edit in &fix.edit.files {
        assert_eq!(edit.create, !files.contains_key(&edit.path), "{}: {}", case.title, fix.title);
        let text = files.entry(edit.path.clone()).or_default();
        *text = apply_edits(text, &edit.edits);
    }
    files
}

fn check_findings(case: &Case, workspace: &Workspace, errors: &mut Vec<String>) {
    let mut expected = case.expected.clone();
    for (file, found) in all_findings(workspace) {
        let place = place(case, workspace, file, &found);
        match expected.iter().position(|(wanted, text)| *wanted == place && found.message.contains(text.as_str())) {
            Some(at) => drop(expected.remove(at)),
            None => errors.push(format!("{}: unexpected {place}: {}", case.title, found.message)),
        }
    }
    errors.extend(expected.iter().map(|(place, text)| format!("{}: missing {place}: {text}", case.title)));
}

/// Every `#- used:` is the words of a reason.
fn check_uses(case: &Case, workspace: &Workspace, errors: &mut Vec<String>) {
    for (name, words) in &case.used {
        let name = DistributionName::new(name);
        let declared = workspace.files().into_iter().flat_map(|file| {
            let all =
                workspace.facts(file).and_then(FileFacts::declarations).map_or(&[][..], |facts| &facts.requirements);
            all.iter().filter(|one| one.name.as_ref() == Some(&name)).map(move |one| (file, one)).collect::<Vec<_>>()
        });
        let reasons: Vec<String> = declared
            .flat_map(|(file, requirement)| uses::reasons(workspace, file, requirement))
            .map(|reason| format!("{:?}: {}", reason.strength, reason.words))
            .collect();
        if !reasons.iter().any(|reason| reason.contains(words.as_str())) {
            errors.push(format!("{}: {name} is not used by {words:?} but by {reasons:?}", case.title));
        }
    }
}

fn check_fixes(case: &Case, workspace: &Workspace, errors: &mut Vec<String>) {
    let before = all_findings(workspace);
    let mut wanted: BTreeMap<&str, &ExpectedFix> = case.fixes.iter().map(|fix| (fix.title.as_str(), fix)).collect();
    for (file, found) in &before {
        let mut fixes = workspace.fixes(*file, found);
        fixes.extend(workspace.add_all_missing(*file));
        fixes.extend(workspace.fix_all(*file));
        fixes.extend(workspace.remove_all_unused(*file));
        let path = workspace.path(*file);
        let text = case.files.get(path).filter(|_| FileKind::of(path) != Some(FileKind::Notebook));
        fixes.extend(workspace.choices(*file, found, text.map(String::as_str)));
        for fix in fixes {
            if let Some(reason) = &fix.disabled {
                wanted.remove(format!("{} (disabled: {reason})", fix.title).as_str());
                continue;
            }
            let after = applied(case, &fix);
            if let Some(expected) = wanted.remove(fix.title.as_str()) {
                for (path, text) in &expected.after {
                    if after.get(path) != Some(text) {
                        errors.push(format!(
                            "{}: {}: {path} becomes\n{}",
                            case.title,
                            fix.title,
                            after.get(path).map_or("", |t| t)
                        ));
                    }
                }
            }
            errors.extend(aftermath(case, &before, found, &fix, after));
        }
    }
    let offered = || {
        let fixes = before.iter().flat_map(|(file, found)| workspace.fixes(*file, found));
        fixes.map(|fix| fix.title).collect::<Vec<String>>().join("\n    ")
    };
    check_refactorings(case, workspace, &mut wanted, errors);
    errors.extend(
        wanted.keys().map(|title| format!("{}: no fix is called {title}; there are\n    {}", case.title, offered())),
    );
}

/// What is offered for requirements with which nothing is wrong: it brings no finding.
fn check_refactorings(
    case: &Case,
    workspace: &Workspace,
    wanted: &mut BTreeMap<&str, &ExpectedFix>,
    errors: &mut Vec<String>,
) {
    for file in workspace.files() {
        let facts = workspace.facts(file).and_then(FileFacts::declarations);
        for requirement in facts.into_iter().flat_map(|facts| &facts.requirements) {
            for fix in workspace.refactorings(file, requirement.range.start) {
                let Some(expected) = wanted.remove(fix.title.as_str()) else { continue };
                let after = applied(case, &fix);
                for (path, text) in expected.after.iter().filter(|(path, text)| after.get(*path) != Some(*text)) {
                    let found = after.get(path).map_or("", |text| text);
                    errors.push(format!("{}: {}: {path} becomes\n{found}instead of\n{text}", case.title, fix.title));
                }
            }
        }
    }
}

/// Invariant 10: the finding goes, and no other code comes.
fn aftermath(
    case: &Case,
    before: &[(FileId, Diagnostic)],
    found: &Diagnostic,
    fix: &Fix,
    files: BTreeMap<FilePath, String>,
) -> Vec<String> {
    let after = Case {
        files,
        config: case.config.clone(),
        installed: case.installed.clone(),
        is_of_real_packages: case.is_of_real_packages,
        ..Case::default()
    };
    let workspace = after.workspace();
    let findings = all_findings(&workspace);
    // an undeclared import that a new requirement happens to bring is the same one, with a lower severity
    let key = |found: &Diagnostic| {
        let code = if found.code == Code::TransitiveImport { Code::UndeclaredImport } else { found.code };
        (code, found.distribution.clone(), found.module.clone())
    };
    let mut errors = Vec::new();
    let count = |list: &[(FileId, Diagnostic)]| list.iter().filter(|(_, other)| key(other) == key(found)).count();
    let is_of_all = ["Add all", "Fix all", "Remove all"].iter().any(|start| fix.title.starts_with(start));
    if !is_of_all && count(&findings) >= count(before) {
        errors.push(format!("{}: after \"{}\" the finding is still there: {}", case.title, fix.title, found.message));
    }
    // a source that got a requirement is to be compiled again, as the fix's title says
    let edits_a_source = fix.edit.files.iter().any(|edit| edit.path.as_str().rsplit('.').next() == Some("in"));
    // what is added, or what a lock or a constraint pins, need not be installed here yet; and who puts what tests need into the list of
    // every user, which is nothing that happens without a person, is reported
    let is_due = |new: &Diagnostic| match new.code {
        Code::StaleCompiledRequirements => edits_a_source,
        // a comment that silenced what is mended is of no use any more
        Code::VersionMismatch | Code::NotInstalled | Code::UnusedIgnore => true,
        Code::TestOnlyRequirement => fix.applicability >= Applicability::Unsafe,
        _ => false,
    };
    let is_new = |new: &Diagnostic| !is_due(new) && before.iter().all(|(_, old)| key(old) != key(new));
    for (_, new) in findings.iter().filter(|(_, new)| is_new(new)) {
        errors.push(format!("{}: after \"{}\" there is a new finding: {}", case.title, fix.title, new.message));
    }
    errors
}

#[test]
fn fixtures() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures");
    let mut paths: Vec<_> =
        std::fs::read_dir(folder).expect("the fixtures are here").map(|entry| entry.unwrap().path()).collect();
    paths.sort();
    let (mut errors, mut count) = (Vec::new(), 0);
    for path in paths {
        let stem = path.file_stem().and_then(|stem| stem.to_str()).expect("a name");
        let is_of_real_packages =
            [Code::NotInstalled, Code::UnknownDistribution].iter().any(|code| code.as_str() == stem);
        for mut case in parse(&std::fs::read_to_string(&path).expect("a fixture is text")) {
            case.is_of_real_packages = is_of_real_packages;
            let workspace = case.workspace();
            check_findings(&case, &workspace, &mut errors);
            check_uses(&case, &workspace, &mut errors);
            check_fixes(&case, &workspace, &mut errors);
            count += 1;
        }
    }
    assert!(errors.is_empty(), "{} of the fixtures' expectations fail:\n\n{}\n", errors.len(), errors.join("\n"));
    assert!(count > 40, "only {count} cases were found");
}
