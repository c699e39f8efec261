//! README.md: the commands that it tells people to type. They show that a tool is in use, and nothing of what is deployed.

use super::super::command::Commands;
use crate::words::mention::{Collector, MentionKind};

/// The languages of blocks that hold commands.
const SHELLS: [&str; 7] = ["", "bash", "sh", "shell", "console", "zsh", "text"];

/// Reads the commands of the blocks between fences.
pub(super) fn read(text: &str, out: &mut Collector) {
    let mut block: Option<(bool, Vec<&str>, usize)> = None;
    for (line, number) in text.lines().zip(1..) {
        let Some(language) = line.trim_start().strip_prefix("```") else {
            if let Some((_, lines, _)) = &mut block {
                lines.push(line);
            }
            continue;
        };
        block = match block.take() {
            Some((is_shell, lines, start)) => {
                if is_shell {
                    commands(&lines, start, out);
                }
                None
            }
            None => Some((SHELLS.contains(&language.trim()), Vec::new(), number + 1)),
        };
    }
}

/// The commands of a block; of a session those behind a prompt.
fn commands(lines: &[&str], start: usize, out: &mut Collector) {
    let prompt = |line: &&str| line.trim_start().starts_with("$ ");
    let is_session = lines.iter().any(prompt);
    let bare = lines.iter().map(|line| match line.trim_start().strip_prefix("$ ") {
        Some(command) => command,
        None if is_session => "",
        None => line,
    });
    let script = bare.collect::<Vec<_>>().join("\n");
    let mut found = Collector::default();
    Commands::new(&mut found).script(&script, start);
    let found = found.finish();
    for kind in [MentionKind::Command, MentionKind::Module] {
        for mention in found.of(kind) {
            out.add(kind, &mention.text, mention.line as usize);
        }
    }
}
