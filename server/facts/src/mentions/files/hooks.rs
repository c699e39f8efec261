//! What some YAML files say in ways of their own.

use super::super::command::{self, Commands};
use crate::formats::tree::Node;
use crate::knowledge::table::Table;
use crate::words::mention::MentionKind;

/// pre-commit's configuration. Hooks of the project itself run in its environment; a hook of another repository brings its
/// own copy of the tool, which says little of the one that is required.
pub(super) fn pre_commit(root: &Node, commands: &mut Commands<'_>) {
    for repository in root.get("repos").map_or(&[][..], Node::items) {
        let is_local = repository.get("repo").and_then(Node::as_text) == Some("local");
        for hook in repository.get("hooks").map_or(&[][..], Node::items) {
            let of = |key: &str| hook.get(key).and_then(|node| Some((node.as_text()?, node.line)));
            match (of("entry"), of("id")) {
                (Some((entry, line)), _) if is_local => {
                    let foreign = ["node", "docker", "docker_image", "golang", "rust", "ruby", "pygrep", "fail"];
                    if of("language").is_none_or(|(language, _)| !foreign.contains(&language)) {
                        commands.script(entry, line);
                    }
                }
                (_, Some((id, line))) if !is_local => {
                    commands.out().add(MentionKind::Tool, command::base_name(id), line);
                }
                _ => {}
            }
        }
    }
}

/// Python objects that a mkdocs.yml names in tags: `!!python/name:material.extensions.emoji.twemoji`.
pub(super) fn mkdocs_tags(text: &str, commands: &mut Commands<'_>) {
    for (count, line) in text.split('\n').enumerate() {
        let tags = ["!!python/name:", "!!python/object/apply:", "!!python/object/new:"];
        for rest in tags.iter().filter_map(|tag| line.split_once(tag)).map(|(_, rest)| rest) {
            let end = rest.find(|c: char| !(c.is_ascii_alphanumeric() || "._".contains(c))).unwrap_or(rest.len());
            commands.out().add(MentionKind::Name, &rest[..end], count + 1);
        }
    }
}

/// App Engine's Python runtimes start gunicorn where the file names no other server.
pub(super) fn app_engine(root: &Node, commands: &mut Commands<'_>) {
    let runtime = root.get("runtime").filter(|node| node.as_text().is_some_and(|text| text.starts_with("python3")));
    if let Some(runtime) = runtime.filter(|_| root.get("entrypoint").is_none()) {
        commands.out().add(MentionKind::Command, "gunicorn", runtime.line);
    }
}

/// The modules of collections that a playbook runs, `community.docker.docker_container:`, and the filters of its templates.
pub(super) fn ansible(text: &str, commands: &mut Commands<'_>) {
    for (count, line) in text.split('\n').enumerate() {
        let bare = line.trim_start_matches([' ', '-']);
        let module = bare.split(':').next().unwrap_or_default();
        if module.matches('.').count() == 2
            && module.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"._".contains(&byte))
        {
            commands.out().add(MentionKind::Name, module, count + 1);
        }
        for filter in line.split('|').skip(1).map(str::trim_start) {
            let end = filter.find(|c: char| !(c.is_ascii_alphanumeric() || "._".contains(c))).unwrap_or(filter.len());
            if Table::bundled().names.contains(&filter[..end]) {
                commands.out().add(MentionKind::Name, &filter[..end], count + 1);
            }
        }
    }
}
