//! What is as deep or as long as nobody writes it: it is reported where it is cut, and nothing ends for it.

use pinlens_analysis::finding::Diagnostic;
use pinlens_analysis::model::change::Change;
use pinlens_analysis::workspace::Workspace;
use pinlens_facts::facts::{FileFacts, FileKind};
use pinlens_facts::python::statement;
use pinlens_facts::words::codes::Code;
use pinlens_facts::words::names::FilePath;

fn workspace(files: impl IntoIterator<Item = (String, String)>) -> Workspace {
    let facts = |path: &FilePath, text: &str| {
        FileFacts::of(FileKind::of(path).unwrap_or(FileKind::Requirements), text, &statement::parse)
    };
    let files = files.into_iter().map(|(path, text)| (FilePath::new(&path), text));
    let files = files.map(|(path, text)| (path.clone(), Some(facts(&path, &text)))).collect();
    let mut workspace = Workspace::default();
    workspace.apply(Change { files, ..Change::default() });
    workspace
}

fn findings(workspace: &Workspace, path: &str, code: Code) -> Vec<Diagnostic> {
    let file = workspace.file(&FilePath::new(path)).expect("it was added");
    workspace.diagnostics(file).into_iter().filter(|found| found.code == code).collect()
}

/// `requirements.txt` and `length` lists, of which each includes the next.
fn chain(length: usize) -> Vec<(String, String)> {
    let lists = (0..length).map(|at| (format!("r{at}.list"), format!("-r r{}.list\n", at + 1)));
    let ends = [("requirements.txt", "-r r0.list\n"), ("app.py", "import redis\n")];
    lists.chain(ends.map(|(path, text)| (path.to_owned(), text.to_owned()))).collect()
}

#[test]
fn lists_that_include_each_other_without_end_are_cut_and_that_is_reported() {
    let mut files = chain(3000);
    files.push(("r3000.list".to_owned(), "redis\n".to_owned()));
    let workspace = workspace(files);
    assert!(findings(&workspace, "r98.list", Code::UnresolvedInclude).is_empty());
    let found = findings(&workspace, "r99.list", Code::UnresolvedInclude);
    assert!(found[0].message.contains("more than 100 deep"), "{}", found[0].message);
    // what lies behind may require it
    let found = findings(&workspace, "app.py", Code::UndeclaredImport);
    assert!(found[0].message.contains("this may be wrong"), "{}", found[0].message);
}

#[test]
fn what_is_behind_the_cut_is_not_wanted() {
    let workspace = workspace(chain(100));
    assert!(workspace.wanted().is_empty());
    let workspace = self::workspace(chain(99));
    assert_eq!(workspace.wanted(), [FilePath::new("r99.list")]);
}

#[test]
fn a_long_way_to_what_is_near_is_read() {
    let mut files = chain(3000);
    files.push(("r3000.list".to_owned(), "redis\n".to_owned()));
    let all = (0..=3000).map(|at| format!("-r r{at}.list")).collect::<Vec<_>>().join("\n");
    files.push(("requirements.txt".to_owned(), all));
    let workspace = workspace(files);
    assert!(findings(&workspace, "app.py", Code::UndeclaredImport).is_empty());
}

#[test]
fn a_circle_of_many_lists_is_read() {
    let mut files = chain(3000);
    files.push(("r3000.list".to_owned(), "-r r0.list\nredis\n".to_owned()));
    let workspace = workspace(files);
    assert_eq!(findings(&workspace, "r99.list", Code::UnresolvedInclude).len(), 1);
}
