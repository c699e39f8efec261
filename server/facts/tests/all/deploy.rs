//! What files say of deployments: every case of every file in `tests/deploy`.
//!
//! `#= title` heads a case, `#- /path` begins its file, whose lines follow, and `#> words` is what is read of it, a line a service or
//! an instruction. `PINLENS_BLESS=1` writes what is read in the place of the last. Each case is read half-typed as well: cut behind
//! every character it gives a value, whose lines lie in the text.

use pinlens_facts::deploy::dockerfile::Form;
use pinlens_facts::deploy::service::{Layer, Service};
use pinlens_facts::deploy::{DeployFacts, Says, tox};
use pinlens_facts::facts::{FileFacts, FileKind};
use pinlens_facts::python::statement;
use pinlens_facts::words::names::FilePath;
use std::fmt::Write;
use std::path::Path;

struct Case {
    title: String,
    path: FilePath,
    text: String,
    expected: Vec<String>,
}

fn parse(text: &str) -> Vec<Case> {
    let mut cases: Vec<Case> = Vec::new();
    for line in text.lines() {
        if let Some(title) = line.strip_prefix("#= ") {
            let path = FilePath::new("");
            cases.push(Case { title: title.to_owned(), path, text: String::new(), expected: Vec::new() });
            continue;
        }
        let Some(case) = cases.last_mut() else { continue };
        if let Some(path) = line.strip_prefix("#- /") {
            case.path = FilePath::new(path);
        } else if let Some(expected) = line.strip_prefix("#>") {
            case.expected.push(expected.strip_prefix(' ').unwrap_or(expected).to_owned());
        } else {
            writeln!(case.text, "{line}").expect("a string takes all");
        }
    }
    for case in &mut cases {
        case.text.truncate(case.text.trim_end_matches('\n').len() + 1);
    }
    cases
}

/// The services of a text, or the instructions of a Dockerfile, each as a line.
fn read(path: &FilePath, text: &str) -> Vec<String> {
    if path.file_name() == "tox.ini" {
        return tox::ini(text).iter().map(shown).collect();
    }
    let kind = FileKind::of(path).unwrap_or_else(|| panic!("{path} is read"));
    let FileFacts::Deploy(facts) = FileFacts::of(kind, text, &statement::parse) else {
        panic!("{path} says something")
    };
    match &facts.says {
        Says::Services(services) => {
            check_lines(&facts, services);
            services.iter().map(shown).collect()
        }
        Says::Image(instructions) => instructions
            .iter()
            .map(|one| {
                let bodies: Vec<String> =
                    one.bodies.iter().map(|body| format!("{}@{} {:?}", body.end, body.line, body.text)).collect();
                format!("{} {} {:?} {}", one.line, one.name, one.arguments, bodies.join(" ")).trim_end().to_owned()
            })
            .collect(),
        Says::Ignored(patterns) => patterns.iter().map(|pattern| format!("{pattern:?}")).collect(),
        Says::Options(options) => options.clone(),
        Says::Targets(makefile) => makefile.rules.iter().map(|rule| format!("{rule:?}")).collect(),
        Says::Script => Vec::new(),
    }
}

/// The lines lie in the text.
fn check_lines(facts: &DeployFacts, services: &[Service]) {
    let last = facts.text.lines().count().max(1) as u32;
    for service in services {
        let steps = service.steps.iter().map(|step| step.line);
        let runs = service.entry.iter().chain(&service.command).map(|run| run.line);
        let lines = [service.line].into_iter().chain(steps).chain(runs);
        assert!(lines.into_iter().all(|line| line <= last), "{service:?} of {last} lines");
    }
}

fn shown(service: &Service) -> String {
    let mut out = format!(
        "{} {:?} {}",
        service.line,
        service.platform,
        if service.name.is_empty() { "-" } else { &service.name }
    );
    let mut add = |word: &str, text: &str| write!(out, " | {word} {text}").expect("a string takes all");
    let form = |form: &Form| match form {
        Form::Shell(text) => format!("{text:?}"),
        Form::Exec(words) => format!("{words:?}"),
    };
    let pairs = |all: &[(Box<str>, Box<str>)]| {
        all.iter().map(|(name, value)| format!("{name}={value}")).collect::<Vec<_>>().join(" ")
    };
    if let Some((python, line)) = &service.python {
        add("python", &format!("{python}@{line}"));
    }
    if let Some(build) = &service.build {
        let mut text = format!("{}@{}", build.context, build.line);
        for (name, value) in [("file", &build.dockerfile), ("target", &build.target)] {
            if let Some(value) = value {
                write!(text, " {name}={value}").expect("a string takes all");
            }
        }
        if let Some((inline, line)) = &build.inline {
            write!(text, " inline@{line}={inline:?}").expect("a string takes all");
        }
        add("build", format!("{text} {}", pairs(&build.args)).trim_end());
    }
    if let Some((image, line)) = &service.image {
        add("image", &format!("{image}@{line}"));
    }
    for (name, value) in [("folder", &service.folder), ("workdir", &service.workdir)] {
        if let Some(value) = value {
            add(name, value);
        }
    }
    if !service.environment.is_empty() {
        add("env", &pairs(&service.environment));
    }
    if !service.mounts.is_empty() {
        add("mounts", &pairs(&service.mounts));
    }
    for step in &service.steps {
        let folder = step.folder.as_ref().map_or_else(String::new, |folder| format!(" in {folder}"));
        add("step", &format!("@{}{folder} {:?}", step.line, step.text));
    }
    for (name, run) in [("entry", &service.entry), ("command", &service.command)] {
        if let Some(run) = run {
            add(name, &format!("@{} {}", run.line, form(&run.form)));
        }
    }
    if let Some((handler, line)) = &service.handler {
        add("handler", &format!("{handler}@{line}"));
    }
    for layer in &service.layers {
        match layer {
            Layer::Folder { path, is_built, line } => add("layer", &format!("{path}@{line} built={is_built}")),
            Layer::Foreign(name) => add("layer", &format!("foreign {name}")),
        }
    }
    for unknown in &service.unknown {
        add("unknown", unknown);
    }
    out
}

#[test]
fn files_say_what_is_deployed() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/deploy");
    let mut paths: Vec<_> =
        std::fs::read_dir(folder).expect("the cases are here").map(|entry| entry.unwrap().path()).collect();
    paths.sort();
    let rewrites = std::env::var_os("PINLENS_BLESS").is_some();
    let (mut wrong, mut count) = (Vec::new(), 0);
    for path in paths {
        let mut blessed = String::new();
        for case in parse(&std::fs::read_to_string(&path).expect("a case is text")) {
            let found = read(&case.path, &case.text);
            if found != case.expected {
                wrong.push(format!("{}: {}\n{}", path.display(), case.title, found.join("\n")));
            }
            write!(blessed, "#= {}\n#- /{}\n{}", case.title, case.path, case.text).expect("a string takes all");
            for line in &found {
                writeln!(blessed, "#> {line}").expect("a string takes all");
            }
            blessed.push('\n');
            for end in (0..case.text.len()).filter(|end| case.text.is_char_boundary(*end)) {
                drop(read(&case.path, &case.text[..end]));
            }
            count += 1;
        }
        if rewrites {
            std::fs::write(&path, blessed.trim_end().to_owned() + "\n").expect("the cases can be written");
        }
    }
    assert!(rewrites || wrong.is_empty(), "{}", wrong.join("\n\n"));
    assert!(count > 60, "only {count} cases were found");
}
