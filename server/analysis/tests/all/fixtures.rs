//! The fixtures of the diagnostics and their fixes: every case of every file in `tests/fixtures`.
//!
//! A file holds cases, each headed by `#= title`. Inside a case, `#- /path` begins a file, whose lines follow. Below a line,
//! `#  ^^^ severity[code]: text` says that a finding stands under the carets and that its message holds the text; `#^^^` begins
//! at the line's first column, below the `#`. Options: `#- python: 3.11`, `#- env: PyYAML==6.0 (yaml, _yaml)` (one distribution a line; ` direct` at its end: from a repository),
//! `#- map: module = distribution`. `#- used: name: words` says that the requirement is used without an import, and in which words
//! (`/requirements.txt` is looked at first); an environment's entry points are `#- entry: name: pytest11, script:cmd`. `#- fix: title` requests the fix of that title, `#- after /path` for the text that it leaves;
//! one that is only shown is requested as `title (disabled: reason)`.
//! Every fix that any case offers is applied, and must make its finding go without bringing another.
//! With `PINLENS_BLESS=1` a mark without a text gets the message, and a fix without a text what it leaves.

mod bless;
pub mod case;

use bless::Blessed;
pub use case::Case;
use case::{ExpectedFix, parse};
use pinlens_analysis::finding::Diagnostic;
use pinlens_analysis::fixes::{Applicability, Fix};
use pinlens_analysis::model::ids::FileId;
use pinlens_analysis::uses;
use pinlens_analysis::workspace::Workspace;
use pinlens_facts::facts::{FileFacts, FileKind};
use pinlens_facts::words::codes::Code;
use pinlens_facts::words::names::{DistributionName, FilePath, ModuleName};
use pinlens_facts::words::text::{LineIndex, apply_edits};
use std::collections::BTreeMap;
use std::path::Path;

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

fn check_findings(case: &Case, workspace: &Workspace, blessed: &mut Blessed, errors: &mut Vec<String>) {
    let mut expected = case.expected.clone();
    // a mark without a text fits every message
    expected.sort_by_key(|mark| mark.text.is_empty());
    for (file, found) in all_findings(workspace) {
        let place = place(case, workspace, file, &found);
        match expected.iter().position(|mark| mark.place == place && found.message.contains(&mark.text)) {
            Some(at) => blessed.mark(&expected.remove(at), &found.message),
            None => errors.push(format!("{}: unexpected {place}: {}", case.title, found.message)),
        }
    }
    errors.extend(expected.iter().map(|mark| format!("{}: missing {}: {}", case.title, mark.place, mark.text)));
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

fn check_fixes(case: &Case, workspace: &Workspace, blessed: &mut Blessed, errors: &mut Vec<String>) {
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
                blessed.fix(case, expected, &after);
                errors.extend(texts_differ(case, expected, &after));
            }
            errors.extend(aftermath(case, &before, found, &fix, after));
        }
    }
    let offered = || {
        let fixes = before.iter().flat_map(|(file, found)| workspace.fixes(*file, found));
        fixes.map(|fix| fix.title).collect::<Vec<String>>().join("\n    ")
    };
    check_refactorings(case, workspace, &before, &mut wanted, blessed, errors);
    errors.extend(
        wanted.keys().map(|title| format!("{}: no fix is called {title}; there are\n    {}", case.title, offered())),
    );
}

/// The texts of a case that are others after a fix than it expects.
fn texts_differ(case: &Case, expected: &ExpectedFix, after: &BTreeMap<FilePath, String>) -> Vec<String> {
    let others = expected.after.iter().filter(|(path, text)| after.get(*path) != Some(*text));
    let found = |path: &FilePath| after.get(path).map_or("", |text| text.as_str());
    others
        .map(|(path, text)| {
            format!("{}: {}: {path} becomes\n{}instead of\n{text}", case.title, expected.title, found(path))
        })
        .collect()
}

/// What is offered for requirements with which nothing is wrong. It brings no finding, but what says that a requirement is now for others
/// than the code that needs it: whom it is for is what the person chose.
fn check_refactorings(
    case: &Case,
    workspace: &Workspace,
    before: &[(FileId, Diagnostic)],
    wanted: &mut BTreeMap<&str, &ExpectedFix>,
    blessed: &mut Blessed,
    errors: &mut Vec<String>,
) {
    for file in workspace.files() {
        let facts = workspace.facts(file).and_then(FileFacts::declarations);
        for requirement in facts.into_iter().flat_map(|facts| &facts.requirements) {
            for fix in workspace.refactorings(file, requirement.range.start) {
                let after = applied(case, &fix);
                if let Some(expected) = wanted.remove(fix.title.as_str()) {
                    blessed.fix(case, expected, &after);
                    errors.extend(texts_differ(case, expected, &after));
                }
                let mut findings = findings_after(case, after);
                findings.retain(|(_, new)| !says_for_whom(new.code));
                errors.extend(new_findings(case, before, &fix, &findings));
            }
        }
    }
}

/// Whether a code is about whom a requirement is for, or whether it is where it is needed.
fn says_for_whom(code: Code) -> bool {
    matches!(
        code,
        Code::DevOnlyImport
            | Code::TestOnlyRequirement
            | Code::UndeclaredImport
            | Code::UndeclaredUse
            | Code::UnusedRequirement
    )
}

/// The findings of a case with other texts.
fn findings_after(case: &Case, files: BTreeMap<FilePath, String>) -> Vec<(FileId, Diagnostic)> {
    let after = Case {
        files,
        config: case.config.clone(),
        installed: case.installed.clone(),
        is_of_real_packages: case.is_of_real_packages,
        ..Case::default()
    };
    all_findings(&after.workspace())
}

/// What makes two findings the same. An undeclared import that a new requirement happens to bring is the same one, with a lower severity.
fn key(found: &Diagnostic) -> (Code, Option<DistributionName>, Option<ModuleName>) {
    let code = if found.code == Code::TransitiveImport { Code::UndeclaredImport } else { found.code };
    (code, found.distribution.clone(), found.module.clone())
}

/// Invariant 10: the finding goes, and no other code comes.
fn aftermath(
    case: &Case,
    before: &[(FileId, Diagnostic)],
    found: &Diagnostic,
    fix: &Fix,
    files: BTreeMap<FilePath, String>,
) -> Vec<String> {
    let findings = findings_after(case, files);
    let mut errors = Vec::new();
    let count = |list: &[(FileId, Diagnostic)]| list.iter().filter(|(_, other)| key(other) == key(found)).count();
    let is_of_all = ["Add all", "Fix all", "Remove all"].iter().any(|start| fix.title.starts_with(start));
    if !is_of_all && count(&findings) >= count(before) {
        errors.push(format!("{}: after \"{}\" the finding is still there: {}", case.title, fix.title, found.message));
    }
    errors.extend(new_findings(case, before, fix, &findings));
    errors
}

/// Whether a fix writes a requirement for the distribution.
fn writes(fix: &Fix, name: &DistributionName) -> bool {
    let texts = fix.edit.files.iter().flat_map(|file| &file.edits).map(|edit| &edit.text);
    let is_end = |c: char| !(c.is_ascii_alphanumeric() || "._-".contains(c));
    let mut words = texts.flat_map(|text| text.split(is_end));
    words.any(|word| !word.is_empty() && DistributionName::new(word) == *name)
}

/// The findings that a fix brings.
fn new_findings(
    case: &Case,
    before: &[(FileId, Diagnostic)],
    fix: &Fix,
    findings: &[(FileId, Diagnostic)],
) -> Vec<String> {
    // a source that got a requirement is to be compiled again, as the fix's title says
    let edits_a_source = fix.edit.files.iter().any(|edit| edit.path.as_str().rsplit('.').next() == Some("in"));
    // what is added, or what a lock or a constraint pins, need not be installed here yet; and who puts what tests need into the list of
    // every user, which is nothing that happens without a person, is reported
    let is_due = |new: &Diagnostic| match new.code {
        Code::StaleCompiledRequirements => edits_a_source,
        // what a fix writes need not be installed here yet, nor in that version
        Code::VersionMismatch | Code::NotInstalled => new.distribution.as_ref().is_some_and(|name| writes(fix, name)),
        // a comment next to what is fixed is of no use any more
        Code::UnusedIgnore => new.message.contains("silences nothing"),
        Code::TestOnlyRequirement => fix.applicability >= Applicability::Unsafe,
        _ => false,
    };
    let is_new = |new: &Diagnostic| !is_due(new) && before.iter().all(|(_, old)| key(old) != key(new));
    let new = findings.iter().filter(|(_, new)| is_new(new));
    new.map(|(_, new)| format!("{}: after \"{}\" there is a new finding: {}", case.title, fix.title, new.message))
        .collect()
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
        let text = std::fs::read_to_string(&path).expect("a fixture is text");
        let mut blessed = Blessed::default();
        for mut case in parse(&text) {
            case.is_of_real_packages = is_of_real_packages;
            let workspace = case.workspace();
            check_findings(&case, &workspace, &mut blessed, &mut errors);
            check_uses(&case, &workspace, &mut errors);
            check_fixes(&case, &workspace, &mut blessed, &mut errors);
            count += 1;
        }
        blessed.write(&path, &text);
    }
    assert!(errors.is_empty(), "{} of the fixtures' expectations fail:\n\n{}\n", errors.len(), errors.join("\n"));
    assert!(count > 40, "only {count} cases were found");
}

/// Every case, for whoever needs many worlds.
pub fn cases() -> Vec<Case> {
    let mut texts = texts();
    texts.sort();
    texts.iter().flat_map(|(_, text)| parse(text)).collect()
}

/// The files of cases, each with its name and its text.
fn texts() -> Vec<(String, String)> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures");
    let files = std::fs::read_dir(folder).expect("the fixtures are here").map(|entry| entry.expect("a file").path());
    let stem = |path: &Path| path.file_stem().expect("a name").to_string_lossy().into_owned();
    files.map(|path| (stem(&path), std::fs::read_to_string(&path).expect("a fixture is text"))).collect()
}

/// A test that finds a finding at its place and not its words lets every wrong word pass.
#[test]
fn every_mark_asserts_its_message() {
    for (name, text) in texts() {
        for mark in parse(&text).iter().flat_map(|case| &case.expected) {
            assert!(!mark.text.is_empty(), "{name}.txt:{}: a mark without a text (PINLENS_BLESS=1)", mark.line + 1);
        }
    }
}

#[test]
fn every_fix_asserts_the_text_after_it() {
    for (name, text) in texts() {
        for fix in parse(&text).iter().flat_map(|case| &case.fixes) {
            let is_shown_only = fix.title.contains(" (disabled: ");
            let line = fix.line + 1;
            assert!(
                is_shown_only || !fix.after.is_empty(),
                "{name}.txt:{line}: a fix without a text (PINLENS_BLESS=1)"
            );
        }
    }
}

#[test]
fn every_code_has_three_marks_in_its_own_file() {
    let texts = texts();
    for code in Code::ALL {
        let own = texts.iter().find(|(name, _)| name == code.as_str());
        let cases = own.map(|(_, text)| parse(text)).unwrap_or_default();
        let end = format!("[{}]", code.as_str());
        let count = cases.iter().flat_map(|case| &case.expected).filter(|mark| mark.place.ends_with(&end)).count();
        assert!(count >= 3, "{}.txt has {count} marks of its code", code.as_str());
    }
}
