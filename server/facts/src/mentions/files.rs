//! The files in which projects write down what they use: which these are, and their readers.
//!
//! A text format has a reader of its own; YAML, TOML, JSON and INI become a tree (`tree`), of which `rules` says where commands
//! and plugins stand. Every reader is total: any text gives a value. Nothing is run, and of values that may be secrets nothing
//! is kept.

mod blank;
mod docker;
mod environment;
mod family;
mod format;
mod hooks;
mod ini;
mod make;
mod package;
mod readme;
mod rules;
mod scripts;
mod walk;

use super::command::Commands;
use super::surroundings;
use crate::formats::toml::{self, Table};
use crate::formats::tree::{self, Node};
use crate::formats::{flow, yaml};
use crate::words::mention::{Collector, MentionKind, Mentions};
use rustc_hash::FxHashMap;
use std::borrow::Cow;
use walk::Walk;

pub use blank::blanked;
pub use family::{Family, installs_for_runtime};
pub use format::Reader;
pub(super) use format::{Dialect, Format};
pub use ini::ini_file;
use ini::ini_text;

/// A longer file is no work of a person.
const LONGEST: usize = 1024 * 1024;

/// All that a file of this family says.
pub fn read(family: Family, text: &str) -> Mentions {
    let mut out = Collector::default();
    if text.len() > LONGEST {
        return out.finish();
    }
    let around = surroundings::of_file(family.format, text);
    if family.format == Format::Readme {
        readme::read(text, &mut out);
        return out.finish().with(around);
    }
    if family.format.is_of_surroundings() {
        return out.finish().with(around);
    }
    if !family.tool.is_empty() {
        out.add(MentionKind::Tool, family.tool, 1);
    }
    environment::read(text, 1, &mut out);
    let mut commands = Commands::new(&mut out);
    match family.format {
        Format::Procfile => scripts::procfile(text, &mut commands),
        Format::Docker => docker::read(text, &mut commands),
        Format::Make => make::makefile(text, &mut commands),
        Format::Just => make::justfile(text, &mut commands),
        Format::Shell => commands.script(text, 1),
        Format::Batch => scripts::batch(text, &mut commands),
        Format::PowerShell => scripts::powershell(text, &mut commands),
        Format::Systemd => scripts::systemd(text, &mut commands),
        Format::Crontab => scripts::crontab(text, &mut commands),
        Format::Jenkins => scripts::jenkins(text, &mut commands),
        Format::Robot => scripts::robot(text, &mut commands),
        Format::Environment
        | Format::Bare
        | Format::Ignore
        | Format::Submodules
        | Format::PythonVersion
        | Format::Extensions
        | Format::Readme
        | Format::OfHost => {}
        Format::Package => package::read(text, commands.out()),
        Format::Ini => ini::read(Dialect::Ini, text, &mut commands),
        Format::Babel => ini::babel(text, &mut commands),
        Format::Toml(dialect) => toml_text(dialect, text, &mut commands),
        Format::Json(dialect) => tree(dialect, &flow::read(text, 1), &FxHashMap::default(), &mut commands),
        Format::Yaml(dialect) => yaml_text(dialect, text, &mut commands),
    }
    out.finish().with(around)
}

/// What a pyproject.toml says next to what it declares.
pub fn pyproject(text: &str, root: &Table) -> Mentions {
    of_toml(Dialect::Pyproject, text, root)
}

/// The commands of a Pipfile's `[scripts]`.
pub fn pipfile(text: &str, root: &Table) -> Mentions {
    of_toml(Dialect::Tasks, text, root)
}

fn of_toml(dialect: Dialect, text: &str, root: &Table) -> Mentions {
    let mut out = Collector::default();
    environment::read(text, 1, &mut out);
    tree(dialect, &tree::of_toml(text, root), &FxHashMap::default(), &mut Commands::new(&mut out));
    out.finish().with(surroundings::of_build(text))
}

fn toml_text(dialect: Dialect, text: &str, commands: &mut Commands<'_>) {
    tree(dialect, &tree::of_toml(text, &toml::read(text).root), &FxHashMap::default(), commands);
}

fn yaml_text(dialect: Dialect, text: &str, commands: &mut Commands<'_>) {
    let original = text;
    let text = without_templates(dialect, text);
    let (root, anchors) = yaml::read(&text);
    tree(dialect, &root, &anchors, commands);
    match dialect {
        Dialect::PreCommit => hooks::pre_commit(&root, commands),
        Dialect::Mkdocs => hooks::mkdocs_tags(&text, commands),
        Dialect::AppEngine => hooks::app_engine(&root, commands),
        Dialect::Ansible => hooks::ansible(original, commands),
        _ => {}
    }
}

fn tree(dialect: Dialect, root: &Node, anchors: &FxHashMap<String, Node>, commands: &mut Commands<'_>) {
    Walk { rules: rules::of(dialect), anchors, inner_ini: ini_text }.visit(root, &mut Vec::new(), commands);
}

/// The text without what is filled in elsewhere: `${{ x }}`, `{{ x }}`, `<< parameters.x >>`, `$(x)` become unknown words.
fn without_templates(dialect: Dialect, text: &str) -> Cow<'_, str> {
    let mut text = blanked(blanked(Cow::Borrowed(text), "${{", "}}"), "{{", "}}");
    match dialect {
        Dialect::Circle => text = blanked(blanked(text, "<< ", " >>"), "<<parameters", ">>"),
        Dialect::Azure => text = blanked(text, "$(", ")"),
        Dialect::Compose if text.contains("$$") => text = Cow::Owned(text.replace("$$", "$")),
        _ => {}
    }
    text
}
