//! Dockerfiles: RUN, CMD, ENTRYPOINT, HEALTHCHECK and ONBUILD, in shell form, exec form and with here-documents.

use super::super::command::{self, Commands};
use super::super::installs;
use super::walk::container;
use crate::formats::dockerfile::{self, Instruction};
use crate::formats::flow;
use crate::formats::tree::{Node, Value};
use crate::words::text::TextRange;

pub(super) fn read(text: &str, commands: &mut Commands<'_>) {
    let mut stage = Stage::default();
    for instruction in dockerfile::instructions(text) {
        if &*instruction.name == "FROM" {
            std::mem::take(&mut stage).end(commands);
        }
        stage.take(&instruction, commands);
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
    fn take(&mut self, instruction: &Instruction, commands: &mut Commands<'_>) {
        let line = instruction.line as usize;
        let arguments = &instruction.arguments;
        match &*instruction.name {
            "RUN" => {
                let (_, bare, later) = dockerfile::flags(arguments);
                let line = line + later as usize;
                if bare.starts_with("<<") {
                    // the document is the script; that of a command is its input
                    for body in &instruction.bodies {
                        commands.script(&body.text, body.line as usize);
                    }
                } else {
                    run(bare, line, commands);
                }
            }
            "COPY" | "ADD" => {
                installs::copied(&command::words(arguments), line, commands.out());
            }
            "ENTRYPOINT" => self.entry = Some(form(arguments, line)),
            "CMD" => self.command = Some(form(arguments, line)),
            "HEALTHCHECK" => {
                let (_, bare, later) = dockerfile::flags(arguments);
                if let Some(rest) = bare.strip_prefix("CMD") {
                    run(rest, line + later as usize, commands);
                }
            }
            "ONBUILD" => {
                if let Some(inner) = dockerfile::inner(instruction) {
                    self.take(&inner, commands);
                }
            }
            "ARG" | "ENV" => {
                let pairs = command::words(arguments);
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
