//! The readers of files that show uses: cases next to what they are read as, and what must hold for any text.
//!
//! A file of `tests/mentions/` holds cases: `#= title`, `#- /path`, the text, and as `#> line said text` what it says. The
//! strings of Python files are left out. `BLESS=1 cargo test -p pinlens-facts --test all mentions` writes the last part anew; read
//! the difference.

use pinlens_facts::facts::{FileFacts, FileKind};
use pinlens_facts::mentions::{Mention, MentionKind, Mentions};
use pinlens_facts::python::statement;
use pinlens_facts::words::names::FilePath;
use proptest::prelude::*;
use std::path::Path;

#[derive(Default)]
struct Case {
    title: String,
    path: String,
    text: Vec<String>,
    expected: Vec<String>,
}

fn parse(text: &str) -> Vec<Case> {
    let mut cases: Vec<Case> = Vec::new();
    for line in text.lines() {
        if let Some(title) = line.strip_prefix("#= ") {
            cases.push(Case { title: title.to_owned(), ..Case::default() });
            continue;
        }
        let case = cases.last_mut().expect("a file begins with a case");
        match (line.strip_prefix("#- /"), line.strip_prefix("#> ")) {
            (Some(path), _) => path.clone_into(&mut case.path),
            (_, Some(expected)) => case.expected.push(expected.to_owned()),
            _ => case.text.push(line.to_owned()),
        }
    }
    for case in &mut cases {
        while case.text.last().is_some_and(String::is_empty) {
            case.text.pop();
        }
    }
    cases
}

fn mentions(path: &str, text: &str) -> (Mentions, bool) {
    let path = FilePath::new(path);
    let kind = FileKind::of(&path).or_else(|| FileKind::of_script(&path, text.as_bytes()));
    let kind = kind.unwrap_or_else(|| panic!("{path} is not read"));
    match FileFacts::of(kind, text, &statement::parse) {
        FileFacts::Mentions(mentions) => (*mentions, false),
        FileFacts::Deploy(facts) => (facts.mentions, false),
        FileFacts::Settings(settings) => (settings.mentions, false),
        FileFacts::Python(facts) => (facts.mentions, true),
        other => panic!("{path} is read as {other:?}"),
    }
}

fn word(kind: MentionKind) -> String {
    format!("{kind:?}").to_ascii_lowercase()
}

fn rendered(case: &Case, line_end: &str) -> Vec<String> {
    let text: String = case.text.iter().flat_map(|line| [line, line_end]).collect();
    let (mentions, is_python) = mentions(&case.path, &text);
    let mut all: Vec<&Mention> =
        mentions.all().iter().filter(|one| !is_python || one.kind != MentionKind::Name).collect();
    all.sort_by_key(|mention| mention.line);
    all.into_iter().map(|mention| format!("{} {} {}", mention.line, word(mention.kind), mention.text)).collect()
}

#[test]
fn each_file_says_what_is_expected() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/mentions");
    let mut paths: Vec<_> = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    paths.sort();
    let (mut count, mut errors) = (0, Vec::new());
    for path in paths {
        let cases = parse(&std::fs::read_to_string(&path).unwrap());
        let mut blessed = Vec::new();
        for case in &cases {
            let actual = rendered(case, "\n");
            assert_eq!(rendered(case, "\r\n"), actual, "{}: the ends of lines change what is read", case.title);
            if actual != case.expected {
                let (wanted, actual) = (case.expected.join("\n  "), actual.join("\n  "));
                errors.push(format!("{}: {}\n  {wanted}\nis read as\n  {actual}\n", path.display(), case.title));
            }
            blessed.extend([format!("#= {}", case.title), format!("#- /{}", case.path)]);
            blessed.extend(case.text.iter().cloned());
            blessed.extend(actual.iter().map(|line| format!("#> {line}")));
            blessed.push(String::new());
        }
        if std::env::var_os("BLESS").is_some() {
            std::fs::write(&path, blessed.join("\n")).unwrap();
        }
        count += cases.len();
    }
    assert!(errors.is_empty() || std::env::var_os("BLESS").is_some(), "{}", errors.join("\n"));
    assert!(count >= 45, "only {count} cases were found");
}

/// One path of each reader.
const PATHS: [&str; 40] = [
    "Procfile",
    "Dockerfile",
    "compose.yaml",
    "Makefile",
    "justfile",
    "start.sh",
    "run.bat",
    "run.ps1",
    "app.service",
    "crontab",
    "Jenkinsfile",
    "x.robot",
    ".env",
    "tox.ini",
    "setup.cfg",
    "pytest.ini",
    "babel.cfg",
    "pyproject.toml",
    "Pipfile",
    "tox.toml",
    "fly.toml",
    "zensical.toml",
    "package.json",
    "devcontainer.json",
    "zappa_settings.json",
    ".github/workflows/ci.yml",
    ".gitlab-ci.yml",
    ".circleci/config.yml",
    "azure-pipelines.yml",
    ".travis.yml",
    "cloudbuild.yaml",
    ".readthedocs.yaml",
    "app.yaml",
    "render.yaml",
    "serverless.yml",
    "Taskfile.yml",
    ".pre-commit-config.yaml",
    "mkdocs.yml",
    "k8s/web.yaml",
    "noxfile.py",
];

fn texts() -> impl Strategy<Value = String> {
    let known = prop::sample::select(vec![
        "\n",
        "\n",
        "\n  ",
        "\n    ",
        "\n- ",
        "\n\t",
        " ",
        "  ",
        ": ",
        ":",
        "- ",
        "= ",
        "\\\n",
        "\r\n",
        "\"",
        "'",
        "\"\"\"",
        "[",
        "]",
        "{",
        "}",
        "(",
        ")",
        "${{ x }}",
        "{{",
        "}}",
        "$(X)",
        "${X}",
        "$$",
        "#",
        ";",
        "|\n",
        ">-\n",
        "&a ",
        "*a",
        "!x ",
        "---\n",
        "run",
        "script",
        "command",
        "commands",
        "services",
        "steps",
        "repos",
        "hooks",
        "entry",
        "plugins",
        "theme",
        "tasks",
        "[testenv]\n",
        "[flake8]\n",
        "[tool.poe.tasks]\n",
        "[program:x]\n",
        "select = B",
        "RUN ",
        "CMD ",
        "ENTRYPOINT ",
        "<<EOF\n",
        "EOF\n",
        "FROM x\n",
        "--mount=x ",
        "X := y\n",
        "x:\n",
        "web: ",
        "ExecStart=",
        "* * * * * ",
        "sh '",
        "subprocess.run(",
        "session.run(",
        "sys.executable",
        "gunicorn app",
        "python -m pytest",
        "postgresql://u:p@h",
        "DATABASE_URL=",
        "é",
        "…",
        "%X%",
        "%(a)s",
        "{posargs:x}",
        "py: ",
        ",",
    ]);
    let scrap = prop_oneof![9 => known.prop_map(str::to_owned), 1 => "\\PC{0,3}"];
    prop::collection::vec(scrap, 0..40).prop_map(|scraps| scraps.concat())
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(256))]

    #[test]
    fn any_text_gives_a_value(text in texts()) {
        let lines = text.matches('\n').count() as u32 + 1;
        for path in PATHS {
            let (mentions, _) = mentions(path, &text);
            for mention in mentions.all() {
                prop_assert!((1..=lines).contains(&mention.line), "{path} {text:?} {mention:?}");
                prop_assert!(!mention.text.is_empty() && !mention.text.contains('\n'), "{path} {text:?} {mention:?}");
                prop_assert!(!mention.text.contains("u:p@h"), "{path} keeps a secret of {text:?}: {mention:?}");
            }
            prop_assert!(mentions.texts().eq(mentions.clone().texts()));
        }
    }
}

#[test]
fn what_is_nested_deep_is_not_read_deep() {
    for scrap in
        ["[", "{", "- ", "a: ", "{a: ", "$(", "${", "(", "`", "\"", "{posargs:", "<<E ", "[[", "'", "a:\n", "&a "]
    {
        for path in PATHS.iter().filter(|path| **path != "noxfile.py") {
            mentions(path, &scrap.repeat(5_000));
            mentions(path, &format!("x:\n  run: {}", scrap.repeat(2_000)));
        }
    }
}
