//! What a deployment starts: from commands to the executables, scripts and modules that they name, wrappers and shell scripts
//! followed.

pub(crate) mod application;
mod tasks;

use super::image::{Image, Place, folder_of_conda};
use super::make;
use super::run::{script_at, shown, split};
use crate::analysis::Analysis;
use pinlens_facts::deploy::decided::decided;
use pinlens_facts::deploy::dockerfile::{Form, UNKNOWN, substitute};
use pinlens_facts::deploy::effects::Selection;
use pinlens_facts::deploy::paths::base_name;
use pinlens_facts::deploy::paths::joined;
use pinlens_facts::deploy::service::Run;
use pinlens_facts::deploy::shell::{self, Joint, Prepared, Simple};
use pinlens_facts::deploy::start::{Program, activated, started};
use std::collections::BTreeMap;

/// One command that runs as a deployment starts.
#[derive(Clone, Debug, Default)]
pub(crate) struct Process {
    pub at: Option<Place>,
    pub words: Box<str>,
    /// Whether it always runs, and the deployment ends where it fails.
    pub is_certain: bool,
    /// The executables of distributions before it.
    pub wrappers: Vec<String>,
    pub runner: Option<&'static str>,
    /// What `uv run` installs first.
    pub syncs: Option<Selection>,
    pub program: Program,
    /// The folder in which it runs.
    pub folder: String,
    pub environment: BTreeMap<String, String>,
    /// The words that the defaults of variables give.
    pub defaults: Vec<String>,
}

/// Follows the commands of one start.
pub(crate) struct Starter<'a> {
    ws: &'a Analysis,
    image: &'a Image,
    pub found: Vec<Process>,
    /// What of the start cannot be known.
    pub unknown: Vec<Box<str>>,
    folder: String,
    environment: BTreeMap<String, String>,
    depth: usize,
    /// Whether a test decides over the command.
    is_tested: bool,
    /// The words that the defaults of variables gave so far.
    defaults: Vec<String>,
    /// The functions of the scripts that run now, the innermost last.
    functions: Vec<Prepared>,
    /// The calls of make that run now.
    making: Vec<String>,
}

/// Deeper scripts are not looked into.
const DEEPEST: usize = 8;

/// How the commands of a script stand to the whole start.
#[derive(Clone, Copy)]
struct Around<'a> {
    is_certain: bool,
    /// What stands for `$@`.
    arguments: &'a [String],
    at: Place,
    /// Whether `at` is the line of all commands, for they stand in another file.
    is_elsewhere: bool,
}

impl<'a> Starter<'a> {
    pub fn new(ws: &'a Analysis, image: &'a Image) -> Self {
        let (folder, environment) = (image.folder.clone(), image.environment.clone());
        Self {
            ws,
            image,
            found: Vec::new(),
            unknown: Vec::new(),
            folder,
            environment,
            depth: 0,
            is_tested: false,
            defaults: Vec::new(),
            functions: Vec::new(),
            making: Vec::new(),
        }
    }

    /// What a container runs: the entry point with the command behind it.
    pub fn container(&mut self, entry: Option<&(Run, Place)>, command: Option<&(Run, Place)>) {
        // the entry point of micromamba's own image enters an environment
        if self.image.has_command("micromamba") && entry.is_none() {
            self.enter_conda(self.image.environment.get("ENV_NAME").map_or("base", String::as_str));
        }
        let words = |form: &Form| match form {
            Form::Exec(words) => words.iter().map(ToString::to_string).collect(),
            Form::Shell(text) => vec!["/bin/sh".to_owned(), "-c".to_owned(), text.to_string()],
        };
        match (entry, command) {
            (Some((Run { form: Form::Exec(first), .. }, at)), command) => {
                let mut all: Vec<String> = first.iter().map(ToString::to_string).collect();
                let at = command.map_or(*at, |(_, place)| *place).min(*at);
                all.extend(command.into_iter().flat_map(|(run, _)| words(&run.form)));
                self.argv(&all, Around { is_certain: true, arguments: &[], at, is_elsewhere: false });
            }
            (Some((Run { form: Form::Shell(text), line }, at)), _) => self.text(text, *line, *at),
            (None, Some((Run { form: Form::Exec(words), .. }, at))) => {
                let words: Vec<String> = words.iter().map(ToString::to_string).collect();
                self.argv(&words, Around { is_certain: true, arguments: &[], at: *at, is_elsewhere: false });
            }
            (None, Some((Run { form: Form::Shell(text), line }, at))) => self.text(text, *line, *at),
            (None, None) => {}
        }
    }

    /// Runs a text whose first line is number `line` of the file of `at`.
    pub fn text(&mut self, text: &str, line: u32, at: Place) {
        let around = Around { is_certain: true, arguments: &[], at, is_elsewhere: false };
        self.script(text, line as usize, around);
    }

    /// Runs a script; what of it is in functions, or in branches of a `case` that its arguments do not choose, does not run. Whether
    /// another command took the place of the shell.
    fn script(&mut self, text: &str, line: usize, around: Around<'_>) -> bool {
        let prepared = Prepared::of(text, around.arguments);
        self.note_defaults(text);
        let value = |name: &str| match name.parse::<usize>() {
            Ok(number) => around.arguments.get(number.checked_sub(1)?).cloned(),
            Err(_) => self.environment.get(name).cloned(),
        };
        let body = decided(&prepared.text, &value);
        self.functions.push(prepared);
        let is_over = self.commands(&body, text, line, around);
        self.functions.pop();
        is_over
    }

    fn commands(&mut self, body: &str, text: &str, line: usize, around: Around<'_>) -> bool {
        if self.depth > DEEPEST {
            return false;
        }
        self.depth += 1;
        let mut arguments = around.arguments.to_vec();
        let mut is_over = false;
        let commands = shell::commands(body, line);
        let stops = commands.iter().any(|command| sets_errexit(&command.words))
            || text.starts_with("#!/bin/sh -e")
            || text.starts_with("#!/bin/bash -e");
        for (index, command) in commands.iter().enumerate() {
            let flow = command.flow;
            let ends_all = stops
                || is_chained_to_last(&commands[index..])
                || command.words.first().is_some_and(|word| word == "exec");
            let runs = flow.depth == 0 && !flow.is_inner && flow.before != Joint::Or && !flow.is_tested;
            let is_heard = !matches!(flow.after, Joint::Or | Joint::Beside);
            let is_certain = around.is_certain && runs && is_heard && ends_all;
            let at = if around.is_elsewhere {
                around.at
            } else {
                Place { line: shifted(around.at, line, command.line), ..around.at }
            };
            self.is_tested = flow.depth > 0;
            if command.words.first().is_some_and(|word| word == "shift") && runs {
                let number = command.words.get(1).and_then(|number| number.parse::<usize>().ok()).unwrap_or(1);
                arguments.drain(..number.min(arguments.len()));
                continue;
            }
            if let [set, dashes, words @ ..] = &command.words[..]
                && set == "set"
                && dashes == "--"
            {
                // what a test decides over may be set or not
                arguments = if runs { self.words(words, &arguments) } else { arguments };
                continue;
            }
            let around = Around { is_certain, arguments: &arguments, at, ..around };
            let is_exec = command.words.first().is_some_and(|word| word == "exec") && command.words.len() > 1;
            is_over = self.simple(command, around) || is_exec;
            if is_over && runs {
                break;
            }
            is_over = false;
        }
        self.depth -= 1;
        is_over
    }

    /// Runs one command; whether it took the place of the shell.
    fn simple(&mut self, command: &Simple, around: Around<'_>) -> bool {
        let words = self.words(&command.words, around.arguments);
        let called = words
            .first()
            .and_then(|first| self.functions.iter().rev().find_map(|script| script.function(first)).map(str::to_owned));
        if let Some(body) = called {
            let arguments: Vec<String> = words[1..].to_vec();
            return self.depth < DEEPEST
                && self.script(&body, 1, Around { arguments: &arguments, is_elsewhere: true, ..around });
        }
        match words.first().map(String::as_str) {
            Some("cd") => {
                if let Some(folder) = words.get(1).filter(|folder| !folder.contains(UNKNOWN)) {
                    self.folder = joined(&self.folder, folder);
                }
            }
            Some("export") => {
                let pairs = words[1..].iter().filter_map(|word| word.split_once('='));
                self.environment.extend(pairs.map(|(name, value)| (name.to_owned(), value.to_owned())));
            }
            _ if let Some(name) = activated(&words) => self.enter_conda(name),
            Some("." | "source") => self.source(words.get(1).map_or("", String::as_str), around),
            Some(_) => self.argv(&words, around),
            None => {}
        }
        false
    }

    /// Keeps the defaults of variables: `${MODULE:-main}`. Whoever runs the image may give another value.
    fn note_defaults(&mut self, text: &str) {
        for (at, mark) in text.match_indices(":-") {
            let rest = text.get(at + mark.len()..).unwrap_or_default();
            let word = rest.split(['}', '\n']).next().unwrap_or_default().trim_matches(['"', '\'', ' ']);
            if !word.is_empty() {
                self.defaults.push(word.to_owned());
            }
        }
    }

    /// Words with their variables and the arguments of their script.
    fn words(&self, words: &[String], arguments: &[String]) -> Vec<String> {
        let all = words.iter().flat_map(|word| match word.as_str() {
            "$@" | "$*" | "${@}" | "${*}" => arguments.to_vec(),
            _ => split(word, self.expanded(word, arguments)),
        });
        all.collect()
    }

    /// A word with its variables and the arguments of its script.
    fn expanded(&self, word: &str, arguments: &[String]) -> String {
        let value = |name: &str| self.environment.get(name).cloned();
        let text = substitute(word, &value);
        match text.strip_prefix('$').and_then(|number| number.parse::<usize>().ok()) {
            Some(number) if number > 0 => arguments.get(number - 1).cloned().unwrap_or_default(),
            _ => text,
        }
    }

    fn source(&mut self, path: &str, around: Around<'_>) {
        let at = joined(&self.folder, path);
        let made = self.image.pythons.last().filter(|python| path.contains(UNKNOWN) && python.base.is_some());
        let at =
            made.filter(|_| path.ends_with("/bin/activate")).map_or(at, |made| format!("{}/bin/activate", made.prefix));
        if let Some(prefix) = at.strip_suffix("/bin/activate") {
            let path = self.environment.get("PATH").cloned().unwrap_or_default();
            self.environment.insert("PATH".to_owned(), format!("{prefix}/bin:{path}"));
            self.environment.insert("VIRTUAL_ENV".to_owned(), prefix.to_owned());
        } else if let Some(text) = script_at(self.ws, self.image, &at) {
            self.script(&text, 1, Around { is_elsewhere: true, ..around });
        }
    }

    /// Runs what follows in an environment of conda, where that is known.
    fn enter_conda(&mut self, name: &str) {
        let prefix = folder_of_conda(name);
        if !self.image.pythons.iter().any(|python| python.prefix == prefix) {
            self.unknown.push(format!("it is not known what the environment {name} of conda holds").into());
        }
        let path = self.environment.get("PATH").cloned().unwrap_or_default();
        self.environment.insert("PATH".to_owned(), format!("{prefix}/bin:{path}"));
    }

    /// One command by its words.
    fn argv(&mut self, words: &[String], around: Around<'_>) {
        // the rest of a test: `[[ -n $A || -n $B ]]`
        if self.depth > DEEPEST || words.last().is_some_and(|word| word == "]]") {
            return;
        }
        let begun = started(words);
        let is_only_settings = begun.program == Program::Nothing && begun.wrappers.is_empty();
        if is_only_settings && !begun.environment.is_empty() {
            // a test decides over the value
            let value = |value: String| if self.is_tested { UNKNOWN.to_string() } else { value };
            let pairs: Vec<_> = begun.environment.into_iter().map(|(name, given)| (name, value(given))).collect();
            return self.environment.extend(pairs);
        }
        let mut environment = self.environment.clone();
        environment.extend(begun.environment.iter().cloned());
        if let Some(name) = &begun.conda {
            let before = std::mem::replace(&mut self.environment, environment);
            self.enter_conda(name);
            environment = std::mem::replace(&mut self.environment, before);
        }
        match &begun.program {
            Program::Shell(text) => {
                let before = std::mem::replace(&mut self.environment, environment);
                self.depth += 1;
                let behind: Vec<String> = after_text(words);
                self.script(text, around.at.line as usize, Around { arguments: &behind, is_elsewhere: true, ..around });
                self.depth -= 1;
                self.environment = before;
                return;
            }
            Program::Command { path, arguments } => {
                if let Some((runner, task)) = begun.runner.and_then(|runner| Some((runner, self.task(runner, path)?))) {
                    let before = std::mem::replace(&mut self.environment, environment);
                    self.run_task(&task, runner, arguments, around);
                    self.environment = before;
                    return;
                }
                if base_name(path) == "make"
                    && let Some(recipe) = make::recipe(self.ws, self.image, &self.folder, arguments)
                {
                    let before = std::mem::replace(&mut self.environment, environment);
                    self.recipe(&recipe, around);
                    self.environment = before;
                    return;
                }
                let at = self.script_path(path);
                if let Some(text) = at.and_then(|at| script_at(self.ws, self.image, &at)) {
                    let (before, folder) = (std::mem::replace(&mut self.environment, environment), self.folder.clone());
                    self.script(&text, 1, Around { arguments, is_elsewhere: true, ..around });
                    self.environment = before;
                    self.folder = folder;
                    return;
                }
                if path.contains(UNKNOWN) || path.starts_with('$') {
                    self.unknown.push(format!("`{}` is not known", shown(words)).into());
                    return;
                }
            }
            _ => {}
        }
        self.found.push(Process {
            at: Some(around.at),
            words: shown(words).into(),
            is_certain: around.is_certain,
            wrappers: begun.wrappers,
            runner: begun.runner,
            syncs: begun.syncs,
            program: begun.program,
            folder: self.folder.clone(),
            environment,
            defaults: self.defaults.clone(),
        });
    }

    /// Where the script lies that a command names: by its path, or in a folder of the path.
    fn script_path(&self, command: &str) -> Option<String> {
        if command.contains('/') || base_name(command).ends_with(".sh") {
            return Some(joined(&self.folder, command));
        }
        let path = self.environment.get("PATH")?;
        let tries = path.split(':').map(|folder| joined(folder, command));
        tries.into_iter().find(|path| self.image.file(self.ws, path).is_some())
    }
}

/// The line of a command: that of the script's first line is `first`, which stands at `at`.
fn shifted(at: Place, first: usize, line: usize) -> u32 {
    at.line.saturating_add(u32::try_from(line.saturating_sub(first)).unwrap_or_default())
}

/// What stands behind the text of `sh -c text name a b`.
fn after_text(words: &[String]) -> Vec<String> {
    let at = words.iter().position(|word| word.starts_with('-') && word.ends_with('c') && !word.starts_with("--"));
    at.and_then(|at| words.get(at + 3..)).unwrap_or_default().to_vec()
}

fn sets_errexit(words: &[String]) -> bool {
    words.first().is_some_and(|word| word == "set")
        && words.iter().skip(1).any(|word| {
            word == "errexit" || word.starts_with('-') && word[1..].contains('e') && !word.starts_with("--")
        })
}

/// Whether the first of these commands is joined by `&&` to the last one that runs.
fn is_chained_to_last(commands: &[Simple]) -> bool {
    let last = commands.len().saturating_sub(1);
    commands.iter().take(last).all(|command| matches!(command.flow.after, Joint::And | Joint::Pipe))
}
