//! Whatever a requirements file holds, an addition changes nothing else of it: the same requirements are read as before and the
//! new one, sorted files stay sorted, and line breaks, the byte-order mark and the end of the text stay as they are.

use pinlens_analysis::fixes::Fix;
use pinlens_analysis::model::change::Change;
use pinlens_analysis::model::ids::FileId;
use pinlens_analysis::workspace::Workspace;
use pinlens_facts::facts::{FileFacts, FileKind};
use pinlens_facts::python::statement;
use pinlens_facts::requirements::{self, RequirementsFacts};
use pinlens_facts::words::names::FilePath;
use pinlens_facts::words::text::apply_edits;
use proptest::prelude::*;

const LINES: [&str; 16] = [
    "",
    "# a heading",
    "# tests",
    "# celery==5",
    "flask==3.0",
    "Django >= 4",
    "zope.interface",
    "black; python_version < \"3.8\"",
    "attrs==23 \\\n    --hash=sha256:0123456789012345678901234567890123456789012345678901234567890123",
    "werkzeug==3.0\n    # via flask",
    "-r base.txt",
    "--extra-index-url simple",
    "git+https://example.com/x#egg=x",
    "-e .",
    "numpy  # a comment",
    "\t pytest",
];

fn texts() -> impl Strategy<Value = String> {
    let lines = proptest::collection::vec(proptest::sample::select(&LINES[..]), 0..9);
    let shape = (proptest::sample::select(&["\n", "\r\n"][..]), any::<bool>(), any::<bool>());
    (lines, shape).prop_map(|(lines, (ending, mark, last))| {
        let text = lines.join("\n").replace('\n', ending);
        format!("{}{text}{}", if mark { "\u{feff}" } else { "" }, if last { ending } else { "" })
    })
}

fn workspace(text: &str) -> (Workspace, FileId) {
    let mut workspace = Workspace::default();
    let files = [("app.py", "import redis\n"), ("requirements.txt", text), ("base.txt", "")].map(|(path, text)| {
        let path = FilePath::new(path);
        let kind = FileKind::of(&path).unwrap_or(FileKind::Requirements);
        (path, Some(FileFacts::of(kind, text, &statement::parse)))
    });
    workspace.apply(Change { files: files.into(), ..Change::default() });
    let file = workspace.file(&FilePath::new("requirements.txt")).expect("it was given");
    (workspace, file)
}

/// The text with each requirement on its own.
fn written(text: &str, facts: &RequirementsFacts) -> Vec<String> {
    let mut all: Vec<String> = facts.requirements.iter().map(|one| text[one.range.indices()].to_owned()).collect();
    all.sort();
    all
}

fn additions(workspace: &Workspace, file: FileId) -> Vec<Fix> {
    let fixes = workspace.add_module(&FilePath::new("app.py"), "redis", Some(file)).unwrap_or_default();
    fixes.into_iter().filter(|fix| fix.disabled.is_none()).collect()
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]
    #[test]
    fn an_addition_adds_one_line(text in texts()) {
        let (workspace, file) = workspace(&text);
        for fix in additions(&workspace, file) {
            let [edit] = &fix.edit.files[..] else { panic!("one file is changed: {fix:?}") };
            let after = apply_edits(&text, &edit.edits);
            let (old, new) = (requirements::parse(&text), requirements::parse(&after));
            let mut expected = written(&text, &old);
            expected.push("redis".to_owned());
            expected.sort();
            prop_assert_eq!(written(&after, &new), expected, "{:?} becomes {:?}", text, after);
            prop_assert_eq!(old.errors.len(), new.errors.len());
            prop_assert_eq!(old.includes.len(), new.includes.len());
            prop_assert_eq!(text.starts_with('\u{feff}'), after.starts_with('\u{feff}'));
            if text.trim_start_matches('\u{feff}').trim().is_empty() {
                continue;
            }
            prop_assert_eq!(text.ends_with('\n'), after.ends_with('\n'));
            let bare = |text: &str| text.replace("\r\n", "").contains('\n');
            prop_assert!(!text.contains("\r\n") || bare(&text) || !bare(&after), "{:?} becomes {:?}", text, after);
            let names = |facts: &RequirementsFacts| {
                let index = facts.requirements.iter().filter(|one| one.source == requirements::Source::Index);
                index.filter_map(|one| one.name.clone()).collect::<Vec<_>>()
            };
            let shows_order = names(&old).len() >= 2 && names(&old).is_sorted();
            prop_assert!(!shows_order || names(&new).is_sorted(), "{:?} becomes {:?}", text, after);
        }
    }

    #[test]
    fn a_removal_takes_one_requirement(text in texts()) {
        let (workspace, file) = workspace(&text);
        let old = requirements::parse(&text);
        for found in workspace.diagnostics(file) {
            for fix in workspace.fixes(file, &found).into_iter().filter(|fix| fix.title.starts_with("Remove unused")) {
                let [edit] = &fix.edit.files[..] else { panic!("one file is changed: {fix:?}") };
                let after = apply_edits(&text, &edit.edits);
                let mut expected = written(&text, &old);
                let gone = text[found.range.indices()].to_owned();
                let at = expected.iter().position(|one| *one == gone).expect("it was there");
                expected.remove(at);
                prop_assert_eq!(written(&after, &requirements::parse(&after)), expected, "{:?} becomes {:?}", text, after);
                prop_assert_eq!(text.starts_with('\u{feff}'), after.starts_with('\u{feff}'));
            }
        }
    }
}
