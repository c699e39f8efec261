//! Goes through a structured file and reads the values at the places of its dialect.

use super::super::command::{self, Commands, UNKNOWN};
use super::super::installs;
use super::rules::{self, Lists, Rule, Take};
use crate::formats::tree::{Node, Row, Value};
use crate::knowledge::table::Table;
use crate::words::mention::MentionKind;
use crate::words::names::DistributionName;
use rustc_hash::FxHashMap;

/// The places of a file and the values that have names in it.
pub(super) struct Walk<'n> {
    pub rules: &'static [Rule],
    pub anchors: &'n FxHashMap<String, Node>,
    /// Reads the text of an INI file that a value holds, which begins on that line.
    pub inner_ini: fn(&str, usize, &mut Commands<'_>),
}

impl<'n> Walk<'n> {
    /// Reads all that stands below `node`.
    pub(super) fn visit(&self, node: &'n Node, path: &mut Vec<&'n str>, commands: &mut Commands<'_>) {
        match &node.value {
            Value::Map(rows) => {
                let is_code =
                    node.get("shell").and_then(Node::as_text).is_some_and(|shell| shell.starts_with("python"));
                for row in rows.iter().filter(|row| !(is_code && row.key == "run")) {
                    self.row(row, path, commands);
                }
            }
            Value::List(items) => items.iter().for_each(|item| self.visit(item, path, commands)),
            Value::Text(_) | Value::Alias(_) => {}
        }
    }

    fn row(&self, row: &'n Row, path: &mut Vec<&'n str>, commands: &mut Commands<'_>) {
        if row.key.is_empty() {
            return self.visit(&row.node, path, commands);
        }
        path.push(&row.key);
        let value = self.resolved(&row.node);
        for (_, take) in self.rules.iter().filter(|(pattern, _)| rules::matches(pattern, path)) {
            self.take(*take, row, value, commands);
        }
        self.visit(&row.node, path, commands);
        path.pop();
    }

    /// What an alias stands for.
    fn resolved(&self, node: &'n Node) -> &'n Node {
        match &node.value {
            Value::Alias(name) => self.anchors.get(name).unwrap_or(node),
            _ => node,
        }
    }

    fn take(&self, take: Take, row: &Row, value: &Node, commands: &mut Commands<'_>) {
        match take {
            Take::Script => self.script(value, commands),
            Take::Argv => argv(value, commands),
            Take::Argvs => value.items().iter().for_each(|item| argv(item, commands)),
            Take::Health => health(value, commands),
            Take::Container(entry, arguments) => {
                for item in value.items() {
                    container(item.get(entry), item.get(arguments), commands);
                }
            }
            Take::Task(lists) => task(value, lists, commands),
            Take::Options(tool) => options(tool, value, commands),
            Take::Ini => {
                if let Some(text) = value.as_text() {
                    (self.inner_ini)(text, value.line, commands);
                }
            }
            _ => notes(take, row, value, commands),
        }
    }

    fn script(&self, value: &Node, commands: &mut Commands<'_>) {
        for item in value.items() {
            let item = match &item.value {
                Value::Alias(name) => self.anchors.get(name).unwrap_or(item),
                _ => item,
            };
            match &item.value {
                Value::Text(text) => commands.script(text, item.line),
                Value::List(inner) => {
                    for one in inner {
                        commands.script(one.as_text().unwrap_or_default(), one.line);
                    }
                }
                _ => {}
            }
        }
    }
}

/// What is written down without being a command.
fn notes(take: Take, row: &Row, value: &Node, commands: &mut Commands<'_>) {
    let out = commands.out();
    match take {
        Take::Names => names(value, &mut |name, line| out.add(MentionKind::Name, name, line)),
        Take::Keyed(key) => {
            for item in value.items() {
                if let Some(name) = item.as_text().map(str::trim).filter(|name| is_plain(name)) {
                    out.add(MentionKind::Name, &format!("{key}={name}"), item.line);
                    out.add(MentionKind::Name, name, item.line);
                }
            }
        }
        Take::Key => out.add(MentionKind::Name, row.key.split(':').next().unwrap_or_default(), row.line),
        Take::Keys => keys(row, value, &mut |name, line| out.add(MentionKind::Name, name, line)),
        Take::Import => {
            for item in value.items() {
                let text = item.as_text().unwrap_or_default();
                let object = text.split([':', ' ', '(']).next().unwrap_or_default().trim_start_matches("ext//");
                if is_plain(object) && text.contains(['.', ':']) && !object.contains('/') {
                    out.add(MentionKind::Name, object, item.line);
                }
            }
        }
        Take::Egg => {
            let text = value.as_text().unwrap_or_default();
            if let Some(name) = text.strip_prefix("egg:").and_then(|rest| rest.split(['#', ' ']).next()) {
                out.add(MentionKind::Distribution, DistributionName::new(name).as_str(), value.line);
            }
        }
        Take::Distributions => {
            for (name, line) in requirements(value) {
                out.add(MentionKind::Distribution, &name, line);
            }
        }
        Take::Installs => {
            for item in value.items() {
                for (count, line) in item.as_text().unwrap_or_default().split('\n').enumerate() {
                    installs::line(without_factors(line.trim()), item.line + count, out);
                }
            }
        }
        Take::InstalledKey => installs::line(&row.key, row.line, out),
        Take::Brings(list) => {
            for name in list.words() {
                installs::line(name, row.line, out);
            }
        }
        Take::Module => {
            if let Some(module) = value.as_text().filter(|module| is_plain(module)) {
                out.add(MentionKind::Module, module, value.line);
            }
        }
        Take::Backend => {
            let module = value.as_text().unwrap_or_default().split(['.', ':']).next().unwrap_or_default();
            out.add(MentionKind::Build, DistributionName::new(module).as_str(), value.line);
        }
        Take::Build => {
            for (name, line) in requirements(value) {
                out.add(MentionKind::Build, &name, line);
            }
        }
        Take::PytestKeys => {
            for row in value.rows().iter().filter(|row| row.key != "ini_options") {
                out.add(MentionKind::Ini, &row.key, row.line);
            }
            out.add(MentionKind::Tool, "pytest", row.line);
        }
        Take::Flake8 => {
            out.add(MentionKind::Tool, "flake8", row.line);
            for row in value.rows() {
                flake8(row, &mut |kind, text, line| out.add(kind, text, line));
            }
        }
        Take::Tool(tool) => out.add(MentionKind::Tool, tool, row.line),
        Take::Distribution(name) => out.add(MentionKind::Distribution, name, row.line),
        Take::Tools => {
            for row in value.rows() {
                out.add(MentionKind::Tool, &row.key, row.line);
            }
        }
        _ => {}
    }
}

/// A command as a script or as the list of its words.
fn argv(value: &Node, commands: &mut Commands<'_>) {
    match &value.value {
        Value::Text(text) => commands.script(text, value.line),
        Value::List(_) => commands.argv(&command::words_of(value), value.line),
        _ => {}
    }
}

/// Options of a list or of a text.
fn options(tool: &str, value: &Node, commands: &mut Commands<'_>) {
    let text = match &value.value {
        Value::Text(text) => text.replace('\n', " "),
        _ => command::words_of(value).join(" "),
    };
    command::options(tool, &text, value.line, commands.out());
}

/// `test: ["CMD-SHELL", "a || b"]`.
fn health(value: &Node, commands: &mut Commands<'_>) {
    let words = command::words_of(value);
    match (&value.value, words.split_first()) {
        (Value::List(_), Some((first, rest))) if first == "CMD" => commands.argv(rest, value.line),
        (Value::List(_), Some((first, rest))) if first == "CMD-SHELL" => commands.script(&rest.join(" "), value.line),
        (Value::Text(text), _) => commands.script(text, value.line),
        _ => {}
    }
}

/// What a container runs: the entry point with the arguments behind it.
pub(super) fn container(entry: Option<&Node>, arguments: Option<&Node>, commands: &mut Commands<'_>) {
    match (entry, arguments) {
        (Some(entry), Some(arguments)) => {
            let (first, rest) = (command::words_of(entry), command::words_of(arguments));
            // a script of the project hands on to what follows it
            let hands_on =
                first.first().is_none_or(|word| word.strip_suffix(".sh").is_some() || word.contains("entrypoint"));
            let is_script = |node: &Node| node.as_text().is_some_and(|text| text.contains(['\n', '&', ';', '|']));
            if is_script(entry) {
                argv(entry, commands);
            } else {
                commands.argv(&[first, rest].concat(), entry.line);
            }
            if hands_on || is_script(arguments) {
                argv(arguments, commands);
            }
        }
        (Some(only), None) | (None, Some(only)) => argv(only, commands),
        (None, None) => {}
    }
}

/// A task of poe, taskipy, pdm, rye, hatch or pixi.
fn task(value: &Node, lists: Lists, commands: &mut Commands<'_>) {
    match &value.value {
        Value::Text(text) => commands.script(text, value.line),
        Value::List(_) if lists == Lists::Words => commands.argv(&command::words_of(value), value.line),
        Value::List(items) => items.iter().for_each(|item| element(item, lists, commands)),
        Value::Map(rows) => {
            for row in rows {
                let text = row.node.as_text().unwrap_or_default();
                match row.key.as_str() {
                    "cmd" => argv(&row.node, commands),
                    "shell" | "command" => commands.script(text, row.node.line),
                    "run" => row.node.items().iter().for_each(|item| task(item, Lists::Commands, commands)),
                    "sequence" | "chain" | "composite" | "parallel" => {
                        row.node.items().iter().for_each(|item| element(item, Lists::Tasks, commands));
                    }
                    "script" | "call" => {
                        let module = text.split([':', '(', ' ']).next().unwrap_or_default();
                        if is_plain(module) {
                            commands.out().add(MentionKind::Module, module, row.node.line);
                        }
                    }
                    _ => {}
                }
            }
        }
        Value::Alias(_) => {}
    }
}

/// An element of a task's list: a single word may be another task.
fn element(item: &Node, lists: Lists, commands: &mut Commands<'_>) {
    let is_name = item.as_text().is_some_and(|text| !text.trim().contains(' '));
    if !(is_name && lists == Lists::Tasks) {
        task(item, lists, commands);
    }
}

/// The names of a text or a list; of a table its keys.
fn names(value: &Node, add: &mut impl FnMut(&str, usize)) {
    for item in value.items() {
        match &item.value {
            Value::Text(text) => {
                for (count, line) in text.split('\n').enumerate() {
                    let line = line.split(" #").next().unwrap_or_default();
                    let words = line.split([',', ' ', '\t']).map(|word| word.trim_matches(['"', '\'', '\\', '[', ']']));
                    words.filter(|word| is_plain(word)).for_each(|word| add(word, item.line + count));
                }
            }
            Value::Map(rows) => rows.iter().filter(|row| is_plain(&row.key)).for_each(|row| add(&row.key, row.line)),
            Value::List(_) | Value::Alias(_) => {}
        }
    }
}

/// The keys of a table, and those of one deeper, that the table of uses knows; and the row's own where it has a plain value.
fn keys(row: &Row, value: &Node, add: &mut impl FnMut(&str, usize)) {
    let known = &Table::bundled().names;
    for item in value.items() {
        if item.rows().is_empty() && known.contains(row.key.as_str()) {
            add(&row.key, row.line);
        }
        for row in item.rows() {
            if known.contains(row.key.as_str()) {
                add(&row.key, row.line);
            }
        }
    }
}

/// The names of requirements: one an element or a line, or several with commas or blanks between.
fn requirements(value: &Node) -> Vec<(String, usize)> {
    let mut found = Vec::new();
    for item in value.items() {
        for (count, line) in item.as_text().unwrap_or_default().split('\n').enumerate() {
            // neither markers, comments nor addresses hold names
            let line = line.split([';', '#', '@']).next().unwrap_or_default();
            let mut in_extras = false;
            let is_end = |c: char| {
                in_extras = (in_extras || c == '[') && c != ']';
                !in_extras && (c == ',' || c.is_whitespace())
            };
            for piece in line.split(is_end).map(|piece| piece.trim_matches(['"', '\''])) {
                let end =
                    piece.find(|c: char| !(c.is_ascii_alphanumeric() || "._-".contains(c))).unwrap_or(piece.len());
                if piece.starts_with(|c: char| c.is_ascii_alphabetic()) {
                    found.push((DistributionName::new(&piece[..end]).as_str().to_owned(), item.line + count));
                }
            }
        }
    }
    found
}

/// A setting of flake8: its codes begin with the letters of their plugins.
fn flake8(row: &Row, add: &mut impl FnMut(MentionKind, &str, usize)) {
    let key = row.key.replace('_', "-");
    let values = row.node.items().iter().filter_map(Node::as_text);
    match key.as_str() {
        "select" | "extend-select" | "ignore" | "extend-ignore" | "per-file-ignores" | "enable-extensions" => {
            for word in values.flat_map(|text| text.split(|c: char| !c.is_ascii_alphanumeric())) {
                let letters = word.trim_end_matches(|c: char| c.is_ascii_digit());
                let is_code = !letters.is_empty() && letters.len() <= 4 && word.len() <= 8;
                if is_code && letters.bytes().all(|byte| byte.is_ascii_uppercase()) {
                    let action = if key.ends_with("ignore") || key.ends_with("ignores") { "ignore" } else { "select" };
                    add(MentionKind::Name, &format!("flake8 {action} {word}"), row.line);
                }
            }
        }
        "require-plugins" => {
            for (name, line) in requirements(&row.node) {
                add(MentionKind::Distribution, &name, line);
            }
        }
        _ => add(MentionKind::Name, &format!("flake8 {key}"), row.line),
    }
}

/// Whether a text may name a plugin or a module: no path, no expression.
fn is_plain(name: &str) -> bool {
    name.starts_with(|c: char| c.is_ascii_alphabetic() || c == '_')
        && name.len() < 100
        && name.strip_suffix(".py").is_none()
        && !name.contains(UNKNOWN)
        && name.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"_-./".contains(&byte))
}

/// `py311,lint: command` without its factors.
pub(super) fn without_factors(line: &str) -> &str {
    let is_factor = |c: char| c.is_ascii_alphanumeric() || "-_.,!{} ".contains(c);
    match line.split_once(": ") {
        Some((factors, rest))
            if factors.chars().all(is_factor) && factors.split(',').all(|one| !one.trim().contains(' ')) =>
        {
            rest.trim_start()
        }
        _ => line,
    }
}
