//! The fixtures of what editors request: every case of every file in `tests/features`.
//!
//! A case is headed by `#= title`. `#- /path` begins a file; `$0` in one of them is the cursor. `#- env: redis==5.0 (redis) -> other`
//! installs a distribution, `#- about: redis: summary; label https://page` and `#- extras: redis: a, b` describe it. `#- hover` and the
//! other names in [`ask`] ask, and the lines below them are the whole answer. With `PINLENS_BLESS=1` the answers are written anew:
//! look at the difference before you keep it.

use crate::installed::installed;
use pinlens_analysis::features::links::LinkTarget;
use pinlens_analysis::features::places::Place;
use pinlens_analysis::features::references::Declarations;
use pinlens_analysis::features::shown::LensAction;
use pinlens_analysis::features::{
    completion, definition, folding, hints, hover, lenses, links, references, symbols, tokens,
};
use pinlens_analysis::model::change::Change;
use pinlens_analysis::model::environment::{Environment, Installed};
use pinlens_analysis::model::ids::FileId;
use pinlens_analysis::workspace::Workspace;
use pinlens_facts::facts::{FileFacts, FileKind};
use pinlens_facts::python::statement;
use pinlens_facts::words::names::{DistributionName, FilePath};
use pinlens_facts::words::text::{Encoding, TextRange};
use std::collections::BTreeMap;
use std::fmt::Write;
use std::path::Path;
use std::sync::Arc;

#[derive(Default)]
struct Case {
    title: String,
    files: BTreeMap<FilePath, String>,
    installed: Vec<Installed>,
    /// The questions, each with the lines that answer it.
    questions: Vec<(String, String)>,
}

enum Section {
    None,
    File(FilePath),
    Answer,
}

fn parse(text: &str) -> Vec<Case> {
    let mut cases: Vec<Case> = Vec::new();
    let mut section = Section::None;
    for line in text.lines() {
        if let Some(title) = line.strip_prefix("#= ") {
            cases.push(Case { title: title.to_owned(), ..Case::default() });
            section = Section::None;
        } else if let Some(case) = cases.last_mut() {
            match line.strip_prefix("#- ") {
                Some(directive) => section = case.directive(directive),
                None => case.line(&section, line),
            }
        }
    }
    cases.iter_mut().for_each(Case::close);
    cases
}

impl Case {
    fn directive(&mut self, directive: &str) -> Section {
        if let Some(path) = directive.strip_prefix('/') {
            self.files.insert(FilePath::new(path), String::new());
            return Section::File(FilePath::new(path));
        }
        match directive.split_once(": ") {
            Some(("env", row)) => self.installed.push(installed(row)),
            Some(("about", row)) => {
                let (summary, pages) = self.about(row).1.split_once("; ").unwrap_or((self.about(row).1, ""));
                let links = pages.split("; ").filter_map(|page| page.rsplit_once(' '));
                let links = links.map(|(label, url)| (label.to_owned(), url.to_owned())).collect();
                let summary = summary.to_owned();
                let at = self.about(row).0;
                (self.installed[at].about.summary, self.installed[at].about.links) = (summary, links);
            }
            Some(("extras", row)) => {
                let (at, names) = self.about(row);
                self.installed[at].about.extras = names.split(", ").map(Into::into).collect();
            }
            _ => {
                self.questions.push((directive.to_owned(), String::new()));
                return Section::Answer;
            }
        }
        Section::None
    }

    /// The installed distribution that a row describes, and the rest of the row.
    fn about<'a>(&self, row: &'a str) -> (usize, &'a str) {
        let (name, rest) = row.split_once(": ").expect("name: what is described");
        let at = self.installed.iter().position(|installed| installed.name == DistributionName::new(name));
        (at.expect("the distribution is installed"), rest)
    }

    fn line(&mut self, section: &Section, line: &str) {
        let target = match section {
            Section::None => return assert!(line.trim().is_empty(), "{}: text outside a file: {line}", self.title),
            Section::File(path) => self.files.get_mut(path),
            Section::Answer => self.questions.last_mut().map(|(_, answer)| answer),
        };
        writeln!(target.expect("the section has a text"), "{line}").expect("a string takes all");
    }

    /// The blank line before the next case belongs to no text.
    fn close(&mut self) {
        for text in self.files.values_mut().chain(self.questions.iter_mut().map(|(_, answer)| answer)) {
            while text.ends_with("\n\n") || text == "\n" {
                text.pop();
            }
        }
    }

    /// The workspace, and where the cursor is in it: at the start of the first file where no mark is.
    fn open(&self) -> (Workspace, FileId, u32) {
        let mut cursor = (self.files.keys().next().expect("a file").clone(), 0);
        let mut files = Vec::new();
        for (path, marked) in &self.files {
            if let Some(at) = marked.find("$0") {
                cursor = (path.clone(), at as u32);
            }
            let kind = FileKind::of(path).unwrap_or(FileKind::Requirements);
            files.push((path.clone(), Some(FileFacts::of(kind, &text(marked), &statement::parse))));
        }
        let environment = (!self.installed.is_empty())
            .then(|| Arc::new(Environment::new(".venv".into(), None, self.installed.clone())));
        let mut workspace = Workspace::default();
        workspace.apply(Change { files, environment, config: None });
        let file = workspace.file(&cursor.0).expect("the file of the cursor");
        (workspace, file, cursor.1)
    }
}

fn text(marked: &str) -> String {
    marked.replacen("$0", "", 1)
}

/// The place and the texts that a case is about.
struct Query<'a> {
    case: &'a Case,
    ws: &'a Workspace,
    file: FileId,
    offset: u32,
}

impl Query<'_> {
    fn answer(&self, question: &str) -> String {
        let (ws, file, offset) = (self.ws, self.file, self.offset);
        match question.split_once(": ").unwrap_or((question, "")) {
            ("hover", _) => hover::hover(ws, file, offset).map_or_else(
                || "nothing".to_owned(),
                |found| {
                    let show = |place: &Place| (self.line(place), Some(format!("at:{}", self.line(place))));
                    format!("{}\n{}", self.marked(file, found.range), found.text.markdown(&show))
                },
            ),
            ("definition", _) => definition::definition(ws, file, offset).map_or_else(
                || "nothing".to_owned(),
                |found| format!("{}\n{}", self.marked(file, found.origin), self.places(&found.places)),
            ),
            ("references", "with declarations") => {
                self.places(&references::references(ws, file, offset, Declarations::With))
            }
            ("references", _) => self.places(&references::references(ws, file, offset, Declarations::Without)),
            ("symbols", _) => {
                let line = |symbol: symbols::Symbol| {
                    let (range, name) = (self.marked(file, symbol.range), self.marked(file, symbol.name_range));
                    format!("{:?} {} {} [{range}] [{name}]", symbol.kind, symbol.name, symbol.detail)
                };
                lines(symbols::outline(ws, file).into_iter().map(line))
            }
            ("search", query) => lines(symbols::search(ws, query).into_iter().map(|found| {
                let group = found.group.map_or(String::new(), |group| format!(" [{group}]"));
                format!("{}{group} {}", found.name, self.line(&found.place))
            })),
            ("complete", _) => lines(self.completions()),
            (first, "complete") if first.starts_with("first ") => {
                lines(self.completions().take(first["first ".len()..].parse().expect("a number")))
            }
            ("lenses", _) => lines(lenses::lenses(ws, file).into_iter().map(|lens| {
                let mark = match lens.action {
                    LensAction::None => "",
                    LensAction::References(_) => " (references)",
                    LensAction::StartUp => " (start-up)",
                };
                format!("[{}] {}{mark}", self.marked(file, lens.range), lens.title)
            })),
            ("hints", _) => {
                let all = TextRange::new(0, u32::MAX);
                lines(hints::hints(ws, file, all).into_iter().map(|hint| {
                    let place = Place { file, range: TextRange::empty(hint.offset) };
                    format!("{} {} ({})", self.line(&place), hint.label, hint.tooltip)
                }))
            }
            ("links", _) => lines(links::links(ws, file).into_iter().map(|link| {
                let target = match link.target {
                    LinkTarget::File(file) => ws.path(file).to_string(),
                    LinkTarget::Page(url) => url,
                };
                format!("[{}] {target} ({})", self.marked(file, link.range), link.tooltip)
            })),
            ("folds", _) => lines(folding::folds(ws, file).into_iter().map(|fold| {
                let mark = if fold.is_comment { " comment" } else { "" };
                format!("{}-{}{mark}", fold.first + 1, fold.last + 1)
            })),
            ("tokens", _) => lines(
                tokens::tokens(ws, file)
                    .into_iter()
                    .map(|token| format!("{:?} {}", token.kind, self.marked(file, token.range))),
            ),
            _ => panic!("{}: nobody knows the question {question}", self.case.title),
        }
    }

    fn completions(&self) -> impl Iterator<Item = String> {
        let text = text(&self.case.files[self.ws.path(self.file)]);
        let items = completion::complete(self.ws, self.file, &text, self.offset).into_iter();
        items.map(move |item| {
            let typed = &text[item.replaces.indices()];
            format!("{:?} {} for [{typed}] {}", item.kind, item.label, item.detail)
        })
    }

    /// The text of a range, with its line breaks spelt.
    fn marked(&self, file: FileId, range: TextRange) -> String {
        let text = text(&self.case.files[self.ws.path(file)]);
        text[range.indices()].replace('\n', "\\n")
    }

    /// `path:line:column`, from 1.
    fn line(&self, place: &Place) -> String {
        let facts = self.ws.facts(place.file).expect("a file with facts");
        let at = facts.position(place.range.start, Encoding::Utf32);
        format!("{}:{}:{}", self.ws.path(place.file), at.line + 1, at.column + 1)
    }

    fn places(&self, places: &[Place]) -> String {
        lines(places.iter().map(|place| format!("{} {}", self.line(place), self.marked(place.file, place.range))))
    }
}

fn lines(lines: impl Iterator<Item = String>) -> String {
    let all: Vec<String> = lines.map(|line| line.trim_end().to_owned()).collect();
    if all.is_empty() { "nothing".to_owned() } else { all.join("\n") }
}

/// The text of a file of cases with the answers that are given now.
fn blessed(text: &str, answers: &[String]) -> String {
    let mut answers = answers.iter();
    let (mut out, mut skips) = (String::new(), false);
    for line in text.lines() {
        if line.starts_with("#= ") || line.starts_with("#- ") {
            if skips && line.starts_with("#= ") {
                out.push('\n');
            }
            skips = false;
        }
        if !skips {
            out.push_str(line);
            out.push('\n');
        }
        let files = ["/", "env: ", "about: ", "extras: "];
        let is_question = |rest: &str| !files.iter().any(|start| rest.starts_with(start));
        if line.strip_prefix("#- ").is_some_and(is_question) {
            out.push_str(answers.next().expect("an answer a question"));
            out.push('\n');
            skips = true;
        }
    }
    out
}

#[test]
fn features() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/features");
    let mut paths: Vec<_> =
        std::fs::read_dir(folder).expect("the fixtures are here").map(|entry| entry.unwrap().path()).collect();
    paths.sort();
    let (mut errors, mut count) = (Vec::new(), 0);
    for path in paths {
        let fixture = std::fs::read_to_string(&path).expect("a fixture is text");
        let mut answers = Vec::new();
        for case in parse(&fixture) {
            let (ws, file, offset) = case.open();
            let query = Query { case: &case, ws: &ws, file, offset };
            for (question, expected) in &case.questions {
                let answer = query.answer(question);
                if answer.trim_end() != expected.trim_end() {
                    errors.push(format!("{}: {question}:\n{answer}\n-- expected:\n{expected}", case.title));
                }
                answers.push(answer);
                count += 1;
            }
        }
        if std::env::var_os("PINLENS_BLESS").is_some() {
            std::fs::write(&path, blessed(&fixture, &answers)).expect("the fixture is written");
        }
    }
    assert!(errors.is_empty(), "{} answers differ:\n\n{}\n", errors.len(), errors.join("\n\n"));
    assert!(count > 30, "only {count} questions were found");
}
