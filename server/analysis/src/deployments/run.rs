//! What the commands of a build do to an image.

mod installs;
mod pythons;

use super::image::{About, From, Image, Layer, Place, Python, folder_of_conda};
use super::install::{List, Reader};
use super::make;
use crate::analysis::Analysis;
use crate::model::ids::FileId;
use pinlens_facts::deploy::dockerfile::{UNKNOWN, substitute};
use pinlens_facts::deploy::effects::{self, Ask, Effect, Tool};
use pinlens_facts::deploy::paths::{base_name, joined};
use pinlens_facts::deploy::shell::{self, Joint, Prepared, Simple};
use pinlens_facts::deploy::start::{Program, activated, started};
use pinlens_facts::deploy::{DeployFacts, Says};
use pinlens_facts::facts::FileFacts;
use pinlens_facts::words::names::PythonVersion;
use std::sync::Arc;

/// A shell that runs the commands of a build.
pub(crate) struct Shell<'a> {
    ws: &'a Analysis,
    file: FileId,
    /// By how many lines those of the script are further down in the file.
    below: u32,
    image: &'a mut Image,
    depth: usize,
    /// Whether what runs now may not run at all.
    maybe: bool,
    /// The words of the command before, and of those whose output stands in its words.
    previous: Vec<String>,
    /// The words of the command whose output this one takes, as words or from a pipe.
    fed: Vec<String>,
    /// Whether what the file holds to which the command writes stays.
    appends: bool,
    /// The calls of make that run now.
    making: Vec<String>,
    /// The arguments of the script that runs now.
    arguments: Vec<String>,
    /// The functions of the scripts that run now, the innermost last.
    functions: Vec<Prepared>,
}

/// Deeper scripts are not looked into.
const DEEPEST: usize = 6;

impl<'a> Shell<'a> {
    pub fn new(ws: &'a Analysis, file: FileId, below: u32, image: &'a mut Image) -> Self {
        Self {
            ws,
            file,
            below,
            image,
            depth: 0,
            maybe: false,
            previous: Vec::new(),
            fed: Vec::new(),
            appends: false,
            making: Vec::new(),
            arguments: Vec::new(),
            functions: Vec::new(),
        }
    }

    /// Runs a script whose first line is number `line`.
    pub fn script(&mut self, text: &str, line: u32) {
        if self.depth > DEEPEST {
            return;
        }
        let prepared = Prepared::of(text, &self.arguments);
        let commands = shell::commands(&prepared.text, line as usize);
        self.functions.push(prepared);
        self.commands(commands);
        self.functions.pop();
    }

    fn commands(&mut self, commands: Vec<Simple>) {
        self.depth += 1;
        let maybe = self.maybe;
        for command in commands {
            let alternative =
                command.flow.before == Joint::Or && command.words.first().is_some_and(|word| word != "true");
            let flow = command.flow;
            self.maybe = maybe || flow.depth > 0 || alternative || flow.is_inner || flow.is_tested;
            self.command(&command);
        }
        self.maybe = maybe;
        self.depth -= 1;
    }

    fn place(&self, line: usize) -> Place {
        Place { file: self.file, line: u32::try_from(line).unwrap_or(u32::MAX).saturating_add(self.below) }
    }

    /// Runs one command.
    fn command(&mut self, command: &Simple) {
        let value = |name: &str| self.image.environment.get(name).cloned();
        let words: Vec<String> = command.words.iter().flat_map(|word| self.expanded(word)).collect();
        let output = command.output.as_ref().map(|file| substitute(file, &value));
        let at = self.place(command.line);
        let function = words.first().and_then(|first| self.functions.iter().rev().find_map(|one| one.function(first)));
        if let Some(body) = function.map(str::to_owned) {
            return self.called(&body, command.line, words[1..].to_vec());
        }
        match words.first().map(String::as_str) {
            Some("cd" | "pushd") => {
                if let Some(folder) = words.get(1).filter(|folder| !folder.contains(UNKNOWN)) {
                    self.image.folder = self.image.absolute(folder);
                }
                return;
            }
            Some("export" | "declare" | "readonly") => {
                for (name, value) in words[1..].iter().filter_map(|word| word.split_once('=')) {
                    self.image.environment.insert(name.to_owned(), value.to_owned());
                }
                return;
            }
            _ if let Some(name) = activated(&words) => {
                let made = self.environment(&folder_of_conda(name));
                return self.activate(&made.prefix);
            }
            Some("." | "source") => return self.source(words.get(1).map_or("", String::as_str), command.line),
            _ => {}
        }
        if command.flow.before == Joint::Pipe && is_shell(&words) {
            return self.fetched();
        }
        let before = std::mem::take(&mut self.previous);
        self.fed = if command.flow.is_inner { Vec::new() } else { before.clone() };
        self.previous = if command.flow.is_inner { [before, words.clone()].concat() } else { words.clone() };
        self.appends = command.appends;
        let begun = started(&words);
        // what is set for the command alone is taken back behind it
        let restored: Vec<(String, Option<String>)> = { begun.environment.iter() }
            .map(|(name, _)| (name.clone(), self.image.environment.get(name).cloned()))
            .collect();
        self.image.environment.extend(begun.environment.iter().cloned());
        let before = begun.conda.as_ref().map(|name| {
            let before = self.image.environment.clone();
            let made = self.environment(&folder_of_conda(name));
            self.activate(&made.prefix);
            before
        });
        match begun.program {
            Program::Shell(text) => self.script(&text, u32::try_from(command.line).unwrap_or(u32::MAX)),
            Program::Command { path, arguments } => {
                let mut inner = vec![path];
                inner.extend(arguments);
                self.executable(&inner, output.as_deref(), at, command.line);
            }
            Program::File { python, path, arguments } => {
                let mut inner = vec![python, path];
                inner.extend(arguments);
                self.effect(&inner, output.as_deref(), at);
            }
            Program::Module { python, module, arguments } => {
                let mut inner = vec![python, "-m".to_owned(), module];
                inner.extend(arguments);
                self.effect(&inner, output.as_deref(), at);
            }
            Program::Code { .. } | Program::Imported { .. } => {}
            // only assignments: they hold for what follows
            Program::Nothing if begun.wrappers.is_empty() && !begun.environment.is_empty() => return,
            // `uv sync` and the like are wrappers without a command
            Program::Nothing => self.effect(&words, output.as_deref(), at),
        }
        self.image.environment = before.unwrap_or_else(|| std::mem::take(&mut self.image.environment));
        for (name, value) in restored.into_iter().rev() {
            match value {
                Some(value) => drop(self.image.environment.insert(name, value)),
                None => drop(self.image.environment.remove(&name)),
            }
        }
    }

    /// A script that the command before fetches: `curl https://… | sh`.
    fn fetched(&mut self) {
        let from = self.previous.iter().find(|word| word.contains("://")).cloned().unwrap_or_default();
        let known = effects::commands_of_script(&from);
        if known.is_empty() && self.image.commands.fetched.is_none() {
            self.image.commands.fetched = Some(format!("it is not known what {from} installs").into());
        }
        self.image.commands.known.extend(known.into_iter().map(Box::from));
    }

    /// An executable, or a script of the workspace.
    fn executable(&mut self, words: &[String], output: Option<&str>, at: Place, line: usize) {
        if words[0].contains('/') || words[0].ends_with(".sh") {
            let path = self.image.absolute(&words[0]);
            if let Some(text) = script_at(self.ws, self.image, &path) {
                let folder = self.image.folder.clone();
                self.called(&text, line, words[1..].to_vec());
                self.image.folder = folder;
                return;
            }
        }
        self.effect(words, output, at);
    }

    /// Runs a script of another file, or a function, with its arguments. What it installs is reported on the line that calls it.
    fn called(&mut self, text: &str, line: usize, arguments: Vec<String>) {
        if self.depth > DEEPEST {
            return;
        }
        let before = std::mem::replace(&mut self.arguments, arguments);
        let prepared = Prepared::of(text, &self.arguments);
        let mut commands = shell::commands(&prepared.text, 1);
        for command in &mut commands {
            command.line = line;
        }
        self.functions.push(prepared);
        self.commands(commands);
        self.functions.pop();
        self.arguments = before;
    }

    /// A word with its variables, and with the arguments of the script.
    fn expanded(&self, word: &str) -> Vec<String> {
        let value = |name: &str| self.image.environment.get(name).cloned();
        match word {
            "$@" | "$*" | "${@}" | "${*}" => self.arguments.clone(),
            _ if word.contains('{') && !word.contains('$') => shell::braces(word),
            _ => match word.strip_prefix('$').and_then(|number| number.parse::<usize>().ok()) {
                Some(number) if number > 0 && number <= self.arguments.len() => {
                    vec![self.arguments[number - 1].clone()]
                }
                _ => split(word, substitute(word, &value)),
            },
        }
    }

    /// `. /venv/bin/activate`, or a script of the workspace.
    fn source(&mut self, path: &str, line: usize) {
        let at = self.image.absolute(path);
        if let Some(prefix) = at.strip_suffix("/bin/activate") {
            self.activate(prefix);
            self.image.environment.insert("VIRTUAL_ENV".to_owned(), prefix.to_owned());
        } else if let Some(text) = script_at(self.ws, self.image, &at) {
            self.script(&text, u32::try_from(line).unwrap_or(u32::MAX));
        }
    }

    /// Puts the commands of an environment before the others.
    fn activate(&mut self, prefix: &str) {
        let path = self.image.environment.get("PATH").cloned().unwrap_or_default();
        self.image.environment.insert("PATH".to_owned(), format!("{prefix}/bin:{path}"));
    }

    fn effect(&mut self, words: &[String], output: Option<&str>, at: Place) {
        if let Some(("make", arguments)) = words.split_first().map(|(head, rest)| (base_name(head), rest))
            && let Some(recipe) = make::recipe(self.ws, self.image, &self.image.folder, arguments)
        {
            return self.recipe(recipe, at);
        }
        self.apply(effects::effect(words, output), &shown(words), at);
    }

    /// Runs the lines of a makefile, all on the line that calls make; each in the folder of the makefile.
    fn recipe(&mut self, recipe: make::Recipe, at: Place) {
        if self.depth > DEEPEST || self.making.contains(&recipe.call) {
            return;
        }
        let (folder, maybe) = (self.image.folder.clone(), self.maybe);
        self.depth += 1;
        self.making.push(recipe.call);
        for line in recipe.lines {
            self.image.folder.clone_from(&recipe.folder);
            for mut command in shell::commands(&line.text, 1) {
                self.maybe = maybe || line.is_open || command.flow.depth > 0;
                command.line = (at.line - self.below) as usize;
                self.command(&command);
            }
        }
        self.depth -= 1;
        self.making.pop();
        (self.image.folder, self.maybe) = (folder, maybe);
    }

    /// Does what a command does; `words` is the command as people read it.
    pub fn apply(&mut self, effect: Effect, words: &str, at: Place) {
        match effect {
            Effect::Install(install) => self.install(&install, words, at),
            Effect::Uninstall(names) => self.uninstall(&names),
            Effect::Venv { folder, python, sees_system } => {
                self.venv(&folder, &python, sees_system);
            }
            Effect::Writes { file, asks } => {
                let to = self.image.absolute(&file);
                let is_there = self.image.list(&to).is_some() || self.image.file(self.ws, &to).is_some();
                let before = (self.appends && is_there).then(|| Ask::File(file.clone()));
                let all: Vec<Ask> = before.into_iter().chain(asks).collect();
                let list = self.read(&all, Tool::Pip, "");
                self.image.files.layers.push(Layer { to, from: From::List(Arc::new(list)) });
            }
            Effect::Wheels { folder, asks, .. } => {
                let list = self.read(&asks, Tool::Pip, "");
                let to = self.image.absolute(&folder);
                self.image.files.layers.push(Layer { to, from: From::Wheels(Arc::new(list)) });
            }
            Effect::Copies { from, to, keeps } => self.copies(&from, &to, keeps),
            Effect::Removes(paths) => {
                for path in paths.iter().filter(|path| !path.contains(['*', UNKNOWN])) {
                    let to = self.image.absolute(path);
                    if !self.maybe {
                        self.image.files.layers.push(Layer { to, from: From::Nothing });
                    }
                }
            }
            Effect::Sets(name, value) => {
                self.image.environment.insert(name.to_owned(), value);
            }
            Effect::Python(version) => {
                let version = PythonVersion::parse(&version);
                self.image.pythons.insert(0, Python::at("/root/.local/share/uv/python", version));
            }
            Effect::Folders(paths) => {
                let paths: Vec<String> = paths.iter().map(|path| self.image.absolute(path)).collect();
                self.image.files.made.extend(paths);
            }
            Effect::Fetches(path) => {
                let to = self.image.absolute(&path);
                self.image.files.layers.push(Layer { to, from: From::Foreign });
            }
            Effect::Opaque(why) => self.image.leave_open(About::Installed, why, Some(at)),
            Effect::Nothing => {}
        }
    }

    fn read(&self, asks: &[Ask], tool: Tool, folder: &str) -> List {
        let python =
            self.image.python("python").or_else(|| self.image.pythons.last()).and_then(|python| python.version);
        let mut reader = Reader::new(self.ws, self.image, python, folder.to_owned());
        reader.tool = tool;
        for ask in asks {
            reader.ask(ask);
        }
        reader.list
    }

    fn copies(&mut self, from: &[String], to: &str, keeps: bool) {
        let target = self.image.absolute(to);
        let whole = self.image.clone();
        let is_folder = to.ends_with('/') || from.len() > 1 || to == "." || whole.has_folder(self.ws, &target);
        for path in from {
            let source = whole.absolute(path);
            let inside = path.ends_with("/.");
            let to = match source.rsplit_once('/') {
                Some((_, name)) if is_folder && !inside => joined(&target, name),
                _ => target.clone(),
            };
            if path.contains('*') {
                let folder = source.rsplit_once('/').map_or("", |(folder, _)| folder);
                self.image.copy(&whole, folder, &target);
            } else if !self.image.copy(&whole, &source, &to) {
                self.image.files.layers.push(Layer { to, from: From::Foreign });
            }
            if !keeps && !self.maybe {
                self.image.files.layers.push(Layer { to: source, from: From::Nothing });
            }
        }
    }
}

/// The script of the workspace at a path of an image.
pub(crate) fn script_at(ws: &Analysis, image: &Image, path: &str) -> Option<String> {
    match ws.facts(image.file(ws, path)?)? {
        FileFacts::Deploy(facts) => match &**facts {
            DeployFacts { says: Says::Script, text, .. } => Some(text.to_string()),
            _ => None,
        },
        _ => None,
    }
}

/// Whether a command reads a script from its input.
fn is_shell(words: &[String]) -> bool {
    let head =
        words.iter().map(|word| base_name(word)).find(|word| !matches!(*word, "sudo" | "env") && !word.contains('='));
    head.is_some_and(|head| matches!(head, "sh" | "bash" | "zsh" | "dash" | "python" | "python3"))
}

/// The words of a command as people read them.
pub(super) fn shown(words: &[String]) -> String {
    let whole = words.join(" ");
    match whole.char_indices().nth(100) {
        Some((at, _)) => format!("{}…", &whole[..at]),
        None => whole,
    }
}

/// The words that a word stands for: a variable alone may hold several.
pub(super) fn split(word: &str, value: String) -> Vec<String> {
    let name = word.strip_prefix('$').map_or("", |rest| rest.trim_start_matches('{').trim_end_matches('}'));
    let is_name = |name: &str| name.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_');
    let is_variable =
        !name.is_empty() && (is_name(name) || name.split_once(":-").is_some_and(|(name, _)| is_name(name)));
    if is_variable && value.contains(char::is_whitespace) {
        return value.split_whitespace().filter(|part| *part != "\\").map(str::to_owned).collect();
    }
    vec![value]
}
