//! Files of sections and keys: tox, pytest, flake8, mypy, alembic, supervisor, uwsgi, paste…

use super::super::command::{Commands, UNKNOWN};
use super::super::surroundings;
use super::blank::blanked;
use super::format::Dialect;
use super::walk::{Walk, without_factors};
use super::{environment, rules};
use crate::formats::tree::{self, Node, Row, Value};
use crate::words::mention::{Collector, MentionKind, Mentions};
use rustc_hash::FxHashMap;

/// What a setup.cfg or pytest.ini says.
pub fn ini_file(text: &str) -> Mentions {
    let mut out = Collector::default();
    environment::read(text, 1, &mut out);
    read(Dialect::Ini, text, &mut Commands::new(&mut out));
    out.finish().with(surroundings::of_tox(text))
}

/// The text of an INI file that stands in another file from `line` on.
pub(super) fn ini_text(text: &str, line: usize, commands: &mut Commands<'_>) {
    let mut root = tree::of_ini(text);
    shift(&mut root, line.saturating_sub(1));
    go(Dialect::Ini, root, commands);
}

pub(super) fn read(dialect: Dialect, text: &str, commands: &mut Commands<'_>) {
    go(dialect, tree::of_ini(text), commands);
}

fn go(dialect: Dialect, mut root: Node, commands: &mut Commands<'_>) {
    if let Value::Map(sections) = &mut root.value {
        for section in sections {
            let Value::Map(rows) = &mut section.node.value else { continue };
            let kind = section.key.split(':').next().unwrap_or_default();
            for row in rows {
                make_plain(kind, row);
            }
        }
    }
    Walk { rules: rules::of(dialect), anchors: &FxHashMap::default(), inner_ini: ini_text }.visit(
        &root,
        &mut Vec::new(),
        commands,
    );
}

/// The values of a section without what its tool fills in.
fn make_plain(kind: &str, row: &mut Row) {
    let Value::Text(text) = &mut row.node.value else { return };
    if kind.starts_with("testenv") && row.key.starts_with("commands") {
        *text = tox_commands(text);
    } else if matches!(kind, "entry_points" | "options.entry_points") {
        // `name = package.module:function`
        let targets = text.split('\n').map(|line| line.split_once('=').map_or("", |(_, target)| target.trim()));
        *text = targets.collect::<Vec<_>>().join("\n");
    } else if matches!(kind, "program" | "eventlistener" | "fcgi-program") {
        // a comment of supervisor's
        let bare: Vec<&str> = text.split('\n').map(|line| line.split(" ;").next().unwrap_or_default()).collect();
        *text = bare.join("\n");
    }
    if text.contains("%(") {
        *text = blanked(text.as_str().into(), "%(", ")s").into_owned();
    }
    if kind == "watcher" {
        *text = blanked(text.as_str().into(), "$(", ")").into_owned();
    }
    row.key.truncate(row.key.trim_end().len());
}

/// tox's commands as a shell would have them: `{posargs:default}`, `{envpython}`, `py311: command`, `- command`.
fn tox_commands(text: &str) -> String {
    let lines = text.split('\n').map(|line| {
        let mut line = line.trim_start();
        while let Some(rest) = line.strip_prefix(['-', '!']).filter(|rest| rest.starts_with([' ', '\t'])) {
            line = rest.trim_start();
        }
        substituted(without_factors(line), 0)
    });
    lines.collect::<Vec<_>>().join("\n")
}

fn substituted(line: &str, depth: usize) -> String {
    let Some(start) = line.find('{') else { return line.to_owned() };
    let Some(length) = closing(&line[start..]) else { return line.to_owned() };
    let inner = &line[start + 1..start + length];
    let value = match inner.split_once(':') {
        _ if inner == "envpython" => "python".to_owned(),
        _ if inner == "envbindir" => "bin".to_owned(),
        Some(("posargs", default)) if depth < 8 => substituted(default, depth + 1),
        Some(("env", rest)) if depth < 8 => {
            rest.split_once(':').map_or(UNKNOWN.to_string(), |(_, default)| substituted(default, depth + 1))
        }
        _ if inner == "posargs" => String::new(),
        _ => UNKNOWN.to_string(),
    };
    // as long a line of commands as a person writes has few of them
    let rest = &line[start + length + 1..];
    let rest = if depth < 64 { substituted(rest, depth + 1) } else { rest.to_owned() };
    format!("{}{value}{rest}", &line[..start])
}

/// Where the bracket at the start is closed.
fn closing(text: &str) -> Option<usize> {
    let mut depth = 0_usize;
    for (at, c) in text.char_indices() {
        match c {
            '{' => depth += 1,
            '}' => {
                depth -= 1;
                if depth == 0 {
                    return Some(at);
                }
            }
            _ => {}
        }
    }
    None
}

/// A mapping of Babel: its sections name extractors, `[jinja2: **.html]`.
pub(super) fn babel(text: &str, commands: &mut Commands<'_>) {
    read(Dialect::Babel, text, commands);
    for (count, line) in text.split('\n').enumerate() {
        let extractor = line.trim().strip_prefix('[').and_then(|rest| rest.split([':', ']']).next()).map(str::trim);
        if let Some(name) =
            extractor.filter(|name| !matches!(*name, "" | "python" | "extractors" | "ignore" | "javascript"))
        {
            commands.out().add(MentionKind::Name, name, count + 1);
        }
    }
}

fn shift(node: &mut Node, by: usize) {
    node.line += by;
    if let Value::Map(rows) = &mut node.value {
        for row in rows {
            row.line += by;
            shift(&mut row.node, by);
        }
    }
}
