//! Dockerfiles: RUN, CMD, ENTRYPOINT, HEALTHCHECK and ONBUILD, in shell form, exec form and with here-documents.

use super::super::command::{self, Commands};
use super::super::installs;
use super::walk::container;
use crate::formats::flow;
use crate::formats::tree::{Node, Value};
use crate::words::text::TextRange;

/// An instruction with its arguments, lines that go on included.
struct Instruction {
    name: String,
    arguments: String,
    line: usize,
    /// The bodies of its here-documents, each with its first line.
    bodies: Vec<(String, usize)>,
}

pub(super) fn read(text: &str, commands: &mut Commands<'_>) {
    let mut stage = Stage::default();
    for instruction in instructions(text) {
        if instruction.name == "FROM" {
            std::mem::take(&mut stage).end(commands);
        }
        stage.take(instruction, commands);
    }
    stage.end(commands);
}

/// What an image starts, known at the end of its stage.
#[derive(Default)]
struct Stage {
    entry: Option<Node>,
    command: Option<Node>,
}

impl Stage {
    fn take(&mut self, instruction: Instruction, commands: &mut Commands<'_>) {
        let Instruction { name, arguments, line, bodies } = instruction;
        match name.as_str() {
            "RUN" => {
                let (bare, line) = without_options(&arguments, line);
                if bare.starts_with("<<") {
                    // the document is the script; that of a command is its input
                    for (body, line) in &bodies {
                        commands.script(body, *line);
                    }
                } else {
                    run(bare, line, commands);
                }
            }
            "COPY" | "ADD" => {
                installs::copied(&command::words(&arguments), line, commands.out());
            }
            "ENTRYPOINT" => self.entry = Some(form(&arguments, line)),
            "CMD" => self.command = Some(form(&arguments, line)),
            "HEALTHCHECK" => {
                let (bare, line) = without_options(&arguments, line);
                if let Some(rest) = bare.strip_prefix("CMD") {
                    run(rest, line, commands);
                }
            }
            "ONBUILD" => {
                if let Some(inner) = instruction_of(&arguments, line) {
                    self.take(Instruction { bodies, ..inner }, commands);
                }
            }
            "ARG" | "ENV" => {
                let pairs = command::words(&arguments);
                for (name, value) in pairs.iter().filter_map(|pair| pair.split_once('=')) {
                    commands.define(name, value, line);
                }
                if let [name, rest @ ..] = &pairs[..]
                    && !name.contains('=')
                    && !rest.is_empty()
                {
                    commands.define(name, &rest.join(" "), line);
                }
            }
            _ => {}
        }
    }

    fn end(self, commands: &mut Commands<'_>) {
        container(self.entry.as_ref(), self.command.as_ref(), commands);
    }
}

fn run(arguments: &str, line: usize, commands: &mut Commands<'_>) {
    let node = form(arguments, line);
    match &node.value {
        Value::Text(text) => commands.script(text, line),
        _ => commands.argv(&command::words_of(&node), line),
    }
}

/// The exec form, a list in double quotes, or the shell form.
fn form(arguments: &str, line: usize) -> Node {
    let bare = arguments.trim();
    if bare.starts_with('[') && bare.ends_with(']') && !bare.contains('\'') {
        return flow::read(&bare.replace("\\\n", " "), line);
    }
    Node::text(line, TextRange::new(0, arguments.len() as u32), arguments)
}

/// The arguments without `--mount=…` and the like before them, and the line on which they begin.
fn without_options(arguments: &str, line: usize) -> (&str, usize) {
    let blanks = [' ', '\t', '\\', '\n'];
    let mut rest = arguments.trim_start_matches(blanks);
    while rest.starts_with("--") {
        let end = rest.find(char::is_whitespace).unwrap_or(rest.len());
        rest = rest[end..].trim_start_matches(blanks);
    }
    let skipped = &arguments[..arguments.len() - rest.len()];
    (rest, line + skipped.matches('\n').count())
}

fn instruction_of(text: &str, line: usize) -> Option<Instruction> {
    let text = text.trim_start();
    let end = text.find(|c: char| !c.is_ascii_alphabetic())?;
    let name = text[..end].to_ascii_uppercase();
    (end > 1).then(|| Instruction { name, arguments: text[end..].trim_start().to_owned(), line, bodies: Vec::new() })
}

fn instructions(text: &str) -> Vec<Instruction> {
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    let escape = if text.lines().take(3).any(|line| line.replace(' ', "") == "#escape=`") { '`' } else { '\\' };
    let lines: Vec<&str> = text.split('\n').map(|line| line.trim_end_matches('\r')).collect();
    let mut found = Vec::new();
    let mut at = 0;
    while at < lines.len() {
        let first = at;
        let mut whole = String::new();
        while let Some(line) = lines.get(at) {
            at += 1;
            let is_comment = line.trim_start().starts_with('#') || line.trim().is_empty();
            if is_comment && at - 1 == first {
                break;
            }
            match line.trim_end().strip_suffix(escape) {
                // a comment between lines that go on is no part of them
                _ if is_comment => whole.push_str("\\\n"),
                Some(line) => {
                    whole.push_str(line);
                    whole.push_str("\\\n");
                }
                None => {
                    whole.push_str(line);
                    break;
                }
            }
        }
        if let Some(mut instruction) = instruction_of(&whole, first + 1) {
            for end in heredocs(&whole, &instruction.name) {
                let rest = lines.get(at..).unwrap_or_default();
                let length = rest.iter().position(|line| line.trim() == end).unwrap_or(rest.len());
                instruction.bodies.push((rest[..length].join("\n"), at + 1));
                at += length + 1;
            }
            found.push(instruction);
        }
    }
    found
}

/// The words that end the here-documents of an instruction. Those of a command inside RUN belong to it.
fn heredocs(text: &str, name: &str) -> Vec<String> {
    if !matches!(name, "RUN" | "COPY" | "ADD") {
        return Vec::new();
    }
    let words = text.match_indices("<<").filter_map(|(at, _)| {
        let rest = text[at + 2..].trim_start_matches(['-', '~']);
        let word = rest.split_whitespace().next()?.trim_matches(['"', '\'']);
        let is_word = word.starts_with(|c: char| c.is_ascii_alphabetic() || c == '_');
        is_word.then(|| word.to_owned())
    });
    words.collect()
}
