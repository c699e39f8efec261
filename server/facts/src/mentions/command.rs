//! From the text of a command line to the executables and modules that it runs.
//!
//! Knows shells, and the commands that run others; knows nothing of files or distributions. A command that only looks for
//! another one (`which x`, `x --version`), prints it or installs it is no use of it.

pub(crate) mod lexer;
mod words;
pub(crate) mod wrappers;

use super::installs;
use crate::formats::tree::{Node, Value};
use crate::words::mention::{Collector, MentionKind};
use rustc_hash::{FxHashMap, FxHashSet};
use words::{LENGTH, is_name, is_no_use, is_pip, is_python, is_setting, is_transparent, plain, plugins, variable};
use wrappers::{Inner, assignment};

pub(super) use lexer::UNKNOWN;
pub(super) use words::base_name;
pub use words::starts_nothing;

/// How many commands may run another in a row, and how many scripts may hold another.
const DEEPEST: usize = 12;

/// Reads command lines into a collector, and remembers what variables the file gives values.
pub(super) struct Commands<'a> {
    out: &'a mut Collector,
    names: FxHashMap<String, String>,
    /// What the file itself defines: a call of it runs no executable.
    functions: FxHashSet<String>,
    depth: usize,
}

#[cfg(test)]
/// Reads a shell script of which nothing else is known; its first line is number `line`.
pub(super) fn script(text: &str, line: usize, out: &mut Collector) {
    Commands::new(out).script(text, line);
}

/// Takes in options that are added to every run of `tool`.
pub(super) fn options(tool: &str, text: &str, line: usize, out: &mut Collector) {
    let words: Vec<String> = lexer::commands(text, line).into_iter().flat_map(|command| command.words).collect();
    if !words.is_empty() {
        out.add(MentionKind::Options, &plain(tool, &words), line);
        plugins(tool, &words, &mut |name| out.add(MentionKind::Name, name, line));
    }
}

/// The words of a command line that a shell would hand on, where it is one command.
pub(super) fn words(text: &str) -> Vec<String> {
    lexer::commands(text, 1).into_iter().next().map(|command| command.words).unwrap_or_default()
}

/// The texts of a list of texts, or the words of the one text.
pub(super) fn words_of(node: &Node) -> Vec<String> {
    match &node.value {
        Value::Text(text) => words(text),
        Value::List(items) => items.iter().filter_map(Node::as_text).map(str::to_owned).collect(),
        _ => Vec::new(),
    }
}

impl<'a> Commands<'a> {
    pub(super) fn new(out: &'a mut Collector) -> Self {
        Self { out, names: FxHashMap::default(), functions: FxHashSet::default(), depth: 0 }
    }

    /// Where what else the file says goes.
    pub(super) fn out(&mut self) -> &mut Collector {
        self.out
    }

    /// Gives a variable its value.
    pub(super) fn define(&mut self, name: &str, value: &str, line: usize) {
        let tool = match name {
            "PYTEST_ADDOPTS" => Some("pytest"),
            "GUNICORN_CMD_ARGS" => Some("gunicorn"),
            _ => None,
        };
        if let Some(tool) = tool {
            options(tool, value, line, self.out);
        }
        if value.len() < LENGTH {
            self.names.insert(name.to_owned(), value.to_owned());
        }
    }

    /// Every command of a script whose first line is number `line`.
    pub(super) fn script(&mut self, text: &str, line: usize) {
        if self.depth > DEEPEST {
            return;
        }
        self.depth += 1;
        let (commands, functions) = lexer::script(text, line);
        self.functions.extend(functions);
        for command in commands {
            self.argv(&command.words, command.line);
        }
        self.depth -= 1;
    }

    /// One command by its words, as it is executed without a shell.
    pub(super) fn argv(&mut self, words: &[String], line: usize) {
        let mut assigned = 0;
        for (name, value) in words.iter().map_while(|word| assignment(word)) {
            self.define(name, value, line);
            assigned += 1;
        }
        let Some((first, arguments)) = words.get(assigned..).and_then(<[String]>::split_first) else { return };
        // a variable holds the command, and maybe its first arguments
        if let Some(value) = variable(first).and_then(|name| self.names.get(name)) {
            let words: Vec<String> =
                value.split_whitespace().map(str::to_owned).chain(arguments.iter().cloned()).collect();
            return self.deeper(&words, line);
        }
        // an exec form with single quotes is none: the shell gets `[gunicorn, app:app]`
        if first.len() > 1 && first.starts_with('[') {
            let bare = |word: &String| word.trim_matches(['[', ']', ',']).to_owned();
            return self.deeper(&words[assigned..].iter().map(bare).collect::<Vec<_>>(), line);
        }
        // an interpreter that a variable of elsewhere names
        if first.contains("${") && arguments.first().is_some_and(|word| word == "-m") {
            return self.python(arguments, line);
        }
        let head = base_name(first);
        // `NAME = value` of a Makefile is no command
        let is_assignment = arguments.first().is_some_and(|word| word == "=");
        if is_name(head) && !is_assignment && !self.functions.contains(first) {
            self.command(MentionKind::Command, head, arguments, line);
        }
    }

    fn deeper(&mut self, words: &[String], line: usize) {
        if self.depth <= DEEPEST {
            self.depth += 1;
            self.argv(words, line);
            self.depth -= 1;
        }
    }

    /// A command that is known by its name, or a module that is run.
    fn command(&mut self, kind: MentionKind, head: &str, arguments: &[String], line: usize) {
        match head {
            _ if is_pip(head) => installs::of_pip(arguments, line, self.out),
            "uv" if arguments.first().is_some_and(|word| word == "pip") => {
                installs::of_pip(&arguments[1..], line, self.out);
            }
            _ => {}
        }
        match head {
            _ if is_python(head) => return self.python(arguments, line),
            "sh" | "bash" | "zsh" | "dash" | "ash" | "ksh" | "fish" | "cmd" | "powershell" | "pwsh" | "su" => {
                return self.shell(arguments, line);
            }
            "eval" | "Invoke-Expression" => return self.script(&arguments.join(" "), line),
            "trap" => return self.script(arguments.first().map_or("", String::as_str), line),
            _ if is_setting(head) => return self.settings(arguments, line),
            "command" if !arguments.first().is_some_and(|word| word.starts_with('-')) => {
                return self.deeper(arguments, line);
            }
            _ if is_no_use(head) => return,
            _ => {}
        }
        let Some((wrapper, inner)) = wrappers::unwrap(head, arguments) else {
            return self.emit(kind, head, arguments, line);
        };
        if wrapper.counts {
            self.emit(kind, head, arguments, line);
        }
        match inner {
            Inner::Command(words) if wrapper.words[0] == "hatch" => self.deeper(&without_environment(words), line),
            Inner::Command(words) if wrapper.words[0] == "uv" && is_brought(words, arguments) => {}
            Inner::Command(words) => self.deeper(words, line),
            Inner::Python(words) => self.python(words, line),
            Inner::Scripts(scripts) => scripts.into_iter().for_each(|text| self.script(text, line)),
            Inner::Nothing => {}
        }
    }

    /// The arguments of Python: `-m module`, `-c code` or a file.
    fn python(&mut self, arguments: &[String], line: usize) {
        let mut at = 0;
        while let Some(word) = arguments.get(at) {
            let rest = arguments.get(at + 1..).unwrap_or_default();
            let cluster = word.strip_prefix('-').filter(|rest| !rest.starts_with('-'));
            let letters = cluster.unwrap_or_default();
            match cluster {
                _ if word == "--module" => return self.module(rest, line),
                Some("W" | "X" | "Q") => at += 2,
                Some(_) if letters.len() < 5 && letters.ends_with('m') => return self.module(rest, line),
                Some(_) if letters.len() < 5 && letters.ends_with('c') => return self.code(rest, line),
                // `-mpytest`
                Some(_) if letters.starts_with('m') && is_name(&letters[1..]) => {
                    let words: Vec<String> =
                        std::iter::once(letters[1..].to_owned()).chain(rest.iter().cloned()).collect();
                    return self.module(&words, line);
                }
                Some(_) => at += 1,
                None if word.starts_with("--") => at += 1,
                None => {
                    let file = base_name(word);
                    if is_name(file) {
                        self.emit(MentionKind::Command, file, rest, line);
                    }
                    return;
                }
            }
        }
    }

    fn module(&mut self, words: &[String], line: usize) {
        let Some((module, arguments)) = words.split_first() else { return };
        let module = module.trim_end_matches(".__main__");
        if is_pip(module) {
            return installs::of_pip(arguments, line, self.out);
        }
        if is_name(module) {
            if is_no_use(module) || is_python(module) {
                self.emit(MentionKind::Module, module, arguments, line);
            } else {
                self.depth += 1;
                if self.depth <= DEEPEST {
                    self.command(MentionKind::Module, module, arguments, line);
                }
                self.depth -= 1;
            }
        }
    }

    /// The modules that `python -c code` imports.
    fn code(&mut self, words: &[String], line: usize) {
        let Some(code) = words.first() else { return };
        for statement in code.split([';', '\n']).map(str::trim) {
            let imported = statement.strip_prefix("import ").or_else(|| statement.strip_prefix("from "));
            let modules = imported.map_or("", |rest| rest.split(" import ").next().unwrap_or_default());
            for module in modules.split(',').filter_map(|module| module.split_whitespace().next()) {
                if is_name(module) && !is_pip(module) {
                    self.emit(MentionKind::Module, module, &[], line);
                }
            }
        }
    }

    /// `sh -c 'script'`; a script file says what it runs itself.
    fn shell(&mut self, arguments: &[String], line: usize) {
        let takes_script = |word: &String| {
            let letters = word.strip_prefix('-').unwrap_or_default();
            matches!(word.as_str(), "/c" | "/C" | "-Command" | "--command")
                || letters.ends_with('c') && letters.bytes().all(|byte| byte.is_ascii_alphabetic())
        };
        if let Some(at) = arguments.iter().position(takes_script) {
            match arguments.get(at + 1..).unwrap_or_default() {
                [text] => self.script(text, line),
                [text, ..] if text.contains(' ') => self.script(text, line),
                words => self.deeper(words, line),
            }
        }
    }

    /// `export NAME=value`, and `set -- command`.
    fn settings(&mut self, arguments: &[String], line: usize) {
        for (name, value) in arguments.iter().filter_map(|word| assignment(word)) {
            self.define(name, value, line);
        }
        if arguments.first().is_some_and(|word| word == "--") {
            self.deeper(&arguments[1..], line);
        }
    }

    fn emit(&mut self, kind: MentionKind, head: &str, arguments: &[String], line: usize) {
        let asks = |word: &String| matches!(word.as_str(), "--version" | "-V" | "--help" | "-h" | "version");
        let is_asked = arguments.len() == 1 && arguments.iter().any(asks);
        let hidden = kind == MentionKind::Command
            && (lexer::is_syntax(head) || is_no_use(head) || is_python(head) || is_transparent(head));
        if !is_asked && !hidden {
            self.out.add(kind, &plain(head, arguments), line);
            plugins(head, arguments, &mut |name| self.out.add(MentionKind::Name, name, line));
        }
    }
}

/// `hatch run environment:command`.
fn without_environment(words: &[String]) -> Vec<String> {
    let mut words = words.to_vec();
    if let Some(first) = words.first_mut() {
        *first = first.rsplit(':').next().unwrap_or_default().to_owned();
    }
    words
}

/// Whether `uv run --with x x` runs what it brings for this run alone.
fn is_brought(words: &[String], arguments: &[String]) -> bool {
    let Some(head) = words.first() else { return false };
    let named = |with: &str| with.split(',').any(|one| one.split(['=', '<', '>', '@', '[']).next() == Some(head));
    let mut pairs = arguments.iter().zip(arguments.iter().skip(1));
    pairs.any(|(option, value)| matches!(option.as_str(), "--with" | "-w") && named(value))
        || arguments.iter().filter_map(|word| word.strip_prefix("--with=")).any(named)
}

#[cfg(test)]
#[path = "command/tests.rs"]
mod tests;
