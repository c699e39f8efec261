//! What a text says of what is around the code when it runs: the host, the version of Python, modules that are not in the
//! repository.
//!
//! None of it is a use. It decides which imports can be judged, and by which standard library.

use super::files::{Dialect, Format};
use crate::knowledge::hosts;
use crate::knowledge::images::{self, Image};
use crate::words::lists::List;
use crate::words::mention::{Mention, MentionKind};
use crate::words::names::PythonVersion;
use rustc_hash::FxHashMap;

/// What a file that is no Python code says.
pub(super) fn of_file(format: Format, text: &str) -> Vec<Mention> {
    let mut found = Found::default();
    match format {
        Format::Ignore => ignored(text, &mut found),
        Format::Submodules => submodules(text, &mut found),
        Format::PythonVersion => version_file(text, &mut found),
        Format::Docker => images_of(text, &mut found),
        Format::Yaml(
            Dialect::Workflow
            | Dialect::Gitlab
            | Dialect::Circle
            | Dialect::Azure
            | Dialect::Steps
            | Dialect::ReadTheDocs,
        ) => {
            runtimes(text, &mut found);
            jobs(text, &mut found);
        }
        Format::Json(Dialect::Devcontainer) => jobs(text, &mut found),
        Format::Yaml(_) | Format::Toml(_) => runtimes(text, &mut found),
        Format::Extensions => extensions(text, &mut found),
        _ => {}
    }
    for mark in hosts::texts_of_files(text, |path| may_be(format, path)) {
        found.add(MentionKind::Host, mark, 1);
    }
    found.all
}

/// Whether a file that is read in this format may be called so.
fn may_be(format: Format, path: &str) -> bool {
    let extension = path.rsplit('.').next().unwrap_or_default();
    match format {
        Format::Yaml(_) => matches!(extension, "yml" | "yaml"),
        Format::Toml(_) => extension == "toml",
        Format::Json(_) => matches!(extension, "json" | "jsonc"),
        Format::Ini => matches!(extension, "ini" | "conf" | "cfg"),
        Format::OfHost => extension != "py",
        Format::Package => extension == "xml",
        Format::Extensions => extension == "txt",
        _ => false,
    }
}

/// What Python code says.
pub(super) fn of_code(text: &str) -> Vec<Mention> {
    let mut found = Found::default();
    for host in hosts::of_code(text) {
        found.add(MentionKind::Host, host.id, 1);
    }
    for mark in hosts::texts_of_files(text, |path| path.strip_suffix(".py").is_some()) {
        found.add(MentionKind::Host, mark, 1);
    }
    for (mark, line) in behind(text, &["sys.modules[", "sys.modules.setdefault("]) {
        // read, and not set
        let sets = mark.split_once(']').is_none_or(|(_, rest)| rest.trim_start().starts_with('='));
        if let Some(name) = literal(mark).filter(|_| sets) {
            found.add(MentionKind::Provides, name, line);
        }
    }
    let stand_ins = List::StandIn.rows().iter().filter(|(distribution, _)| text.contains(distribution));
    for (_, module) in stand_ins.filter(|_| text.contains("register(")) {
        found.add(MentionKind::Provides, module, 1);
    }
    for (mark, line) in behind(text, &[".install_as_"]) {
        let name = mark.split(|c: char| !(c.is_alphanumeric() || c == '_')).next().unwrap_or_default();
        found.add(MentionKind::Provides, name, line);
    }
    found.all
}

/// The modules that cells of a notebook write next to it: `%%writefile helper.py`.
pub(super) fn written_by_cells(text: &str) -> Vec<Mention> {
    let mut found = Found::default();
    for (rest, line) in behind(text, &["%%writefile ", "%%file "]) {
        let rest = rest.trim_start().trim_start_matches("-a ");
        let path = rest.split([' ', '\\', '"']).next().unwrap_or_default();
        if let Some(name) = path.strip_suffix(".py").filter(|name| !name.contains(['/', '.'])) {
            found.add(MentionKind::Provides, name, line);
        }
    }
    found.all
}

/// What a tox.ini says: the Pythons of its environments.
pub(super) fn of_tox(text: &str) -> Vec<Mention> {
    let mut found = Found::default();
    environments_of_tox(text, &mut found);
    found.all
}

/// What a setup.py or a pyproject.toml says of extensions that it builds.
pub(super) fn of_build(text: &str) -> Vec<Mention> {
    let mut found = Found::default();
    extensions(text, &mut found);
    found.all
}

#[derive(Default)]
struct Found {
    all: Vec<Mention>,
}

impl Found {
    /// The most that is kept of one file.
    const MOST: usize = 500;

    fn add(&mut self, kind: MentionKind, text: &str, line: usize) {
        if !text.is_empty() && text.len() < 300 && self.all.len() < Self::MOST {
            self.all.push(Mention { kind, text: text.into(), line: line as u32 });
        }
    }

    fn python(&mut self, version: Option<PythonVersion>, line: usize) {
        if let Some(version) = version {
            self.add(MentionKind::Python, &version.to_string(), line);
        }
    }
}

/// The rest of the line behind each of the marks, with the line's number.
fn behind<'a>(text: &'a str, marks: &'a [&'a str]) -> impl Iterator<Item = (&'a str, usize)> {
    // most files hold none
    let is_there = marks.iter().any(|mark| memchr::memmem::find(text.as_bytes(), mark.as_bytes()).is_some());
    let lines = text.lines().zip(1..).filter(move |_| is_there).filter(|(line, _)| !line.trim_start().starts_with('#'));
    lines.flat_map(move |(line, number)| marks.iter().filter_map(move |mark| Some((line.split_once(mark)?.1, number))))
}

/// The string that the text begins with.
fn literal(text: &str) -> Option<&str> {
    let text = text.trim_start();
    let quote = text.chars().next().filter(|c| matches!(c, '"' | '\''))?;
    text[1..].split_once(quote).map(|(inside, _)| inside)
}

/// The patterns of a .gitignore that name one thing.
fn ignored(text: &str, found: &mut Found) {
    for (line, number) in text.lines().zip(1..) {
        let pattern = line.trim();
        if !pattern.starts_with(['#', '!']) && !pattern.contains(['[', '?']) {
            found.add(MentionKind::Ignored, pattern, number);
        }
    }
}

/// The folders of a .gitmodules.
fn submodules(text: &str, found: &mut Found) {
    for (line, number) in text.lines().zip(1..) {
        if let Some((key, path)) = line.split_once('=').filter(|(key, _)| key.trim() == "path") {
            let _ = key;
            found.add(MentionKind::Submodule, path.trim().trim_matches('"').trim_end_matches('/'), number);
        }
    }
}

/// `3.11.9`, `python-3.11.9`, `python 3.11.9`: the first version in a file that holds no more.
fn version_file(text: &str, found: &mut Found) {
    let lines = text.lines().zip(1..).filter(|(line, _)| !line.trim_start().starts_with('#'));
    let mut versions = lines.filter_map(|(line, number)| {
        let line = line.trim();
        let bare = line.strip_prefix("python").map_or(line, |rest| rest.trim_start_matches(['-', ' ', '\t', '=']));
        let bare = bare.strip_prefix("cpython-").unwrap_or(bare);
        let bare = bare.split([' ', '\t', '-']).next().unwrap_or_default();
        PythonVersion::parse(bare).map(|version| (version, number))
    });
    if let Some((version, number)) = versions.next() {
        found.python(Some(version), number);
    }
}

/// How many stages of a Dockerfile are looked at for their Python.
const MOST_STAGES: usize = 100;

/// The Python of the images that a Dockerfile builds on.
fn images_of(text: &str, found: &mut Found) {
    let mut arguments: FxHashMap<&str, &str> = FxHashMap::default();
    let mut stages: Vec<(String, usize)> = Vec::new();
    for (line, number) in text.lines().zip(1..) {
        let mut words = line.split_whitespace();
        match words.next().map(str::to_ascii_uppercase).as_deref() {
            Some("ARG") => arguments.extend(words.next().and_then(|pair| pair.split_once('='))),
            Some("FROM") => {
                let reference = words.find(|word| !word.starts_with("--"));
                stages.extend(reference.map(|reference| (expanded(reference, &arguments), number)));
            }
            _ => {}
        }
    }
    // a system has a Python where its packages are installed
    let installs =
        text.contains("install") && text.split_whitespace().any(|word| matches!(word, "python3" | "python3-pip"));
    let python = |image: &Image| image.python.or(image.system_python.filter(|_| installs));
    for (reference, number) in stages.iter().take(MOST_STAGES) {
        found.python(images::known(reference).as_ref().and_then(python), *number);
    }
    // what an earlier stage holds is not there
    if let Some((image, number)) = stages.last().and_then(|(last, number)| Some((images::known(last)?, *number))) {
        image.hosts.iter().for_each(|host| found.add(MentionKind::Host, host.id, number));
    }
}

/// A reference with the values of the arguments in the place of `$NAME` and `${NAME}`; what has none stays.
fn expanded(reference: &str, arguments: &FxHashMap<&str, &str>) -> String {
    let mut whole = String::with_capacity(reference.len());
    let mut rest = reference;
    while let Some((before, behind)) = rest.split_once('$') {
        whole.push_str(before);
        let bare = behind.strip_prefix('{').unwrap_or(behind);
        let name = bare.split(|c: char| !(c.is_ascii_alphanumeric() || c == '_')).next().unwrap_or_default();
        let after = bare.get(name.len()..).unwrap_or_default();
        if let Some(value) = arguments.get(name) {
            whole.push_str(value.trim_matches(['"', '\'']));
            rest = if behind.starts_with('{') { after.strip_prefix('}').unwrap_or(after) } else { after };
        } else {
            whole.push('$');
            rest = behind;
        }
    }
    whole + rest
}

/// `runtime: python39`, `Runtime: python3.11`, `runtime-version: 3.11`, and `python = "3.11"` of a list of tools.
fn runtimes(text: &str, found: &mut Found) {
    let mut section = "";
    let mut is_version = false;
    for (line, number) in text.lines().zip(1..) {
        if line.starts_with('[') {
            section = line.trim_end();
        }
        let Some((key, value)) = line.split_once([':', '=']) else { continue };
        let key = key.trim().trim_start_matches("- ").trim_matches(['"', '\'']);
        let value = value.split('#').next().unwrap_or_default().trim().trim_matches(['"', '\'']);
        match key {
            // the variable by which platforms choose it, and the value below a key of that name
            "PYTHON_VERSION" => found.python(PythonVersion::parse(value), number),
            "value" if is_version => found.python(PythonVersion::parse(value), number),
            "runtime" | "Runtime" => found.python(value.strip_prefix("python").and_then(runtime), number),
            // `[tools]` of mise
            "python" if section == "[tools]" => found.python(PythonVersion::parse(value), number),
            "runtime-version" | "runtime_version" | "python_version" => {
                found.python(PythonVersion::parse(value), number);
            }
            _ => {}
        }
        is_version = key == "key" && value == "PYTHON_VERSION";
    }
}

/// The Pythons of jobs and containers for development: `image: python:3.11`, `python-version: ["3.10", "3.11"]` and the list below such
/// a key.
fn jobs(text: &str, found: &mut Found) {
    let mut is_list = false;
    for (line, number) in text.lines().zip(1..) {
        let line = line.split(" #").next().unwrap_or_default().trim();
        if let Some(item) = line.strip_prefix("- ").filter(|_| is_list) {
            found.python(PythonVersion::parse(item.trim_matches(['"', '\'', ' '])), number);
            continue;
        }
        is_list = false;
        let Some((key, value)) = line.trim_start_matches("- ").split_once(':') else { continue };
        let value = value.trim().trim_end_matches(',');
        match key.trim_matches(['"', '\'']) {
            "image" if value.contains("python") => {
                let image = images::known(value.trim_matches(['"', '\'']));
                found.python(image.and_then(|image| image.python), number);
            }
            "python-version" | "versionSpec" | "python" => {
                is_list = value.is_empty();
                for one in value.trim_matches(['[', ']']).split(',') {
                    found.python(PythonVersion::parse(one.trim_matches(['"', '\'', ' '])), number);
                }
            }
            _ => {}
        }
    }
}

/// The Pythons of tox's environments: `envlist = py310, py311-django` and the lines below it.
fn environments_of_tox(text: &str, found: &mut Found) {
    let mut is_list = false;
    for (line, number) in text.lines().zip(1..) {
        let names = match line.split_once('=') {
            Some((key, value)) if matches!(key.trim(), "envlist" | "env_list") => value,
            None if is_list && line.starts_with([' ', '\t']) => line,
            _ => {
                is_list = false;
                continue;
            }
        };
        is_list = true;
        for name in names.split([',', ' ', '{', '}', '\t', '-']) {
            let version = name.strip_prefix("py").filter(|digits| digits.len() > 1);
            found.python(version.and_then(runtime), number);
        }
    }
}

/// `27` and `3.11`, as platforms write versions.
fn runtime(text: &str) -> Option<PythonVersion> {
    if text.contains('.') {
        return PythonVersion::parse(text);
    }
    let (major, minor) = (text.get(..1)?.parse().ok()?, text.get(1..)?.parse().ok()?);
    Some(PythonVersion { major, minor })
}

/// The names of compiled modules that a build makes.
fn extensions(text: &str, found: &mut Found) {
    let builds: Vec<&str> = List::ExtensionBuild.words().collect();
    for (rest, line) in behind(text, &builds) {
        let rest = rest.trim_start_matches([' ', '=', '(']);
        let rest = rest.strip_prefix("name").map_or(rest, |rest| rest.trim_start_matches([' ', '=']));
        let word = |text: &str| -> String {
            text.chars().take_while(|c| c.is_alphanumeric() || matches!(c, '_' | '.')).collect()
        };
        let name = literal(rest).map_or_else(|| word(rest), str::to_owned);
        found.add(MentionKind::Extension, name.rsplit(['.', '/']).next().unwrap_or_default(), line);
    }
    // the name stands below the call's bracket
    let lines: Vec<&str> = text.lines().collect();
    for (at, pair) in lines.windows(2).enumerate() {
        let calls = pair[0].trim_end().ends_with("Extension(");
        let name = pair[1].trim_start();
        let name = name.strip_prefix("name").map_or(name, |rest| rest.trim_start_matches([' ', '=']));
        if let Some(name) = literal(name).filter(|_| calls) {
            found.add(MentionKind::Extension, name.rsplit('.').next().unwrap_or_default(), at + 2);
        }
    }
    // a crate of Rust that is a module of Python
    let is_crate = text.contains("cdylib") && ["pyo3", "cpython", "rustpython"].iter().any(|name| text.contains(name));
    if is_crate {
        for (line, number) in text.lines().zip(1..) {
            if let Some((key, value)) = line.split_once('=').filter(|(key, _)| key.trim() == "name") {
                let _ = key;
                let name = literal(value).unwrap_or_default().replace('-', "_");
                found.add(MentionKind::Extension, &name, number);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn texts(found: Vec<Mention>, kind: MentionKind) -> Vec<String> {
        found.into_iter().filter(|one| one.kind == kind).map(|one| one.text.to_string()).collect()
    }

    #[test]
    fn versions_of_python() {
        let of = |format, text: &str| texts(of_file(format, text), MentionKind::Python);
        assert_eq!(of(Format::PythonVersion, "# ours\n3.11.9\n3.12\n"), ["3.11"]);
        assert_eq!(of(Format::PythonVersion, "python-3.9.2"), ["3.9"]);
        assert_eq!(of(Format::PythonVersion, "nodejs 20.1\npython 3.10.1\n"), ["3.10"]);
        assert_eq!(of(Format::Docker, "ARG PYTHON=3.12\nFROM python:${PYTHON}-slim AS base\n"), ["3.12"]);
        assert_eq!(of(Format::Docker, "FROM --platform=linux/amd64 python:3.11\nFROM node:20\n"), ["3.11"]);
        assert!(of(Format::PythonVersion, "pypy\n").is_empty());
        let mut found = Found::default();
        runtimes("runtime: python27\nProperties:\n  Runtime: python3.11\n  runtime: nodejs20.x\n", &mut found);
        assert_eq!(texts(found.all, MentionKind::Python), ["2.7", "3.11"]);
    }

    #[test]
    fn modules_that_are_set_at_run_time() {
        let of = |text: &str| texts(of_code(text), MentionKind::Provides);
        assert_eq!(of("import pymysql\npymysql.install_as_MySQLdb()\n"), ["MySQLdb"]);
        assert_eq!(of("sys.modules['sqlite3'] = other\n"), ["sqlite3"]);
        assert_eq!(of("sys.modules.setdefault(\"yaml\", fake)\n"), ["yaml"]);
        assert!(of("x = sys.modules['yaml'].load\n# sys.modules['a'] = b\n").is_empty());
    }

    #[test]
    fn extensions_that_a_build_makes() {
        let of = |text: &str| texts(of_build(text), MentionKind::Extension);
        assert_eq!(of("ext = Extension(\"shop._fast\", [\"a.c\"])\n"), ["_fast"]);
        assert_eq!(of("Extension(\n    name='shop._slow',\n"), ["_slow"]);
        assert_eq!(of("pybind11_add_module(_core src/a.cpp)\n"), ["_core"]);
        assert_eq!(
            of("[package]\nname = \"red-wood\"\n[lib]\ncrate-type = [\"cdylib\"]\n[dependencies]\npyo3 = \"1\"\n"),
            ["red_wood"]
        );
        assert_eq!(of("[tool.maturin]\nmodule-name = \"pkg._native\"\n"), ["_native"]);
        assert!(of("[package]\nname = \"tool\"\n").is_empty());
    }

    #[test]
    fn what_git_does_not_hold() {
        let of = |format, text: &str, kind| texts(of_file(format, text), kind);
        assert_eq!(
            of(Format::Ignore, "# x\n*.pyc\n/conf/keys.py\n!keep.py\n", MentionKind::Ignored),
            ["*.pyc", "/conf/keys.py"]
        );
        assert_eq!(
            of(Format::Submodules, "[submodule \"a\"]\n\tpath = libs/a\n\turl = x\n", MentionKind::Submodule),
            ["libs/a"]
        );
    }
}
