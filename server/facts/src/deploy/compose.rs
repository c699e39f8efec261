//! compose.yaml: its services, each with the image that it builds or runs, and what it starts.

use super::dockerfile::{Form, substitute};
use super::service::{Build, Document, Platform, Run, Service, line};
use crate::formats::tree::{Node, Row, Value};

/// The services of a file, in its order.
pub(super) fn read(file: &Document<'_>) -> Vec<Service> {
    let Some(services) = file.get(file.root(), "services") else { return Vec::new() };
    services.rows().iter().filter(|row| row.key != "<<").map(|row| service(file, services, row)).collect()
}

fn service<'a>(file: &Document<'a>, services: &'a Node, row: &'a Row) -> Service {
    let node = file.resolved(&row.node);
    let mut found = one(file, node);
    found.name = row.key.as_str().into();
    found.line = line(row.line);
    // `extends: base`: what the service does not say itself is the other one's
    let mut base = node;
    for _ in 0..4 {
        let Some(extends) = file.get(base, "extends") else { break };
        let name = extends.as_text().or_else(|| file.get(extends, "service")?.as_text());
        if file.get(extends, "file").is_some() {
            found.unknown.push("it extends a service of another file".into());
            break;
        }
        let Some(other) = name.and_then(|name| services.get(name)) else { break };
        base = file.resolved(other);
        found.inherit(one(file, base));
    }
    found
}

impl Service {
    /// Takes what it does not say itself from another one of compose: that of `extends`, or that which it overrides.
    pub fn inherit(&mut self, base: Self) {
        if self.build.is_none() && self.image.is_none() {
            self.build = base.build;
            self.image = base.image;
        }
        self.entry = self.entry.take().or(base.entry);
        self.command = self.command.take().or(base.command);
        self.workdir = self.workdir.take().or(base.workdir);
        let mut environment = base.environment;
        environment.append(&mut self.environment);
        self.environment = environment;
        self.mounts.extend(base.mounts);
        self.unknown.extend(base.unknown);
    }
}

fn one<'a>(file: &Document<'a>, node: &'a Node) -> Service {
    Service {
        platform: Platform::Compose,
        build: file.get(node, "build").map(|build| build_of(file, build)),
        image: file.text(node, "image").map(|(image, line)| (interpolated(&image), line)),
        workdir: file.text(node, "working_dir").map(|(folder, _)| interpolated(&folder)),
        environment: file
            .pairs(file.get(node, "environment"))
            .into_iter()
            .map(|(k, v)| (k, interpolated(&v)))
            .collect(),
        mounts: mounts(file, node),
        entry: file.run(file.get(node, "entrypoint")).map(in_words),
        command: file.run(file.get(node, "command")).map(in_words),
        unknown: file.get(node, "env_file").map(|_| "its env_file may set PYTHONPATH".into()).into_iter().collect(),
        ..Service::default()
    }
}

fn build_of<'a>(file: &Document<'a>, node: &'a Node) -> Build {
    let at = line(node.line);
    if let Some(context) = node.as_text() {
        return Build { context: interpolated(context.trim()), line: at, ..Build::default() };
    }
    let text = |key: &str| file.text(node, key).map(|(text, _)| interpolated(&text));
    Build {
        context: text("context").unwrap_or_else(|| ".".into()),
        dockerfile: text("dockerfile"),
        inline: file
            .get(node, "dockerfile_inline")
            .and_then(|inline| Some((inline.as_text()?.into(), line(inline.line)))),
        target: text("target"),
        args: file.pairs(file.get(node, "args")).into_iter().map(|(k, v)| (k, interpolated(&v))).collect(),
        line: at,
    }
}

/// A command as its words: compose hands a text on without a shell. One that a shell alone understands, or whose variables are put in
/// elsewhere, stays as it is.
fn in_words(run: Run) -> Run {
    let Form::Shell(text) = &run.form else { return run };
    let commands = super::shell::commands(text, 1);
    match &commands[..] {
        [only] if only.output.is_none() && !text.contains(['$', '|', '&', ';', '<', '>']) => {
            let form = Form::Exec(only.words.iter().map(|word| word.as_str().into()).collect());
            Run { form, ..run }
        }
        _ => run,
    }
}

/// The folders and files of the repository that are mounted: `./app:/srv/app:ro`, or the long form.
fn mounts<'a>(file: &Document<'a>, node: &'a Node) -> Vec<(Box<str>, Box<str>)> {
    let Some(volumes) = file.get(node, "volumes") else { return Vec::new() };
    let mounted = volumes.items().iter().filter_map(|item| {
        let item = file.resolved(item);
        let (from, to): (Box<str>, Box<str>) = match &item.value {
            Value::Text(text) => {
                let text = interpolated(text);
                let mut parts = text.split(':');
                (parts.next()?.into(), parts.next()?.into())
            }
            Value::Map(_) => (file.text(item, "source")?.0, file.text(item, "target")?.0),
            _ => return None,
        };
        // another word is a volume of Docker's own
        from.starts_with(['.', '/', '~']).then_some((from, to))
    });
    mounted.collect()
}

/// A text with the defaults of its variables; `$$` is a plain `$`.
fn interpolated(text: &str) -> Box<str> {
    substitute(&text.replace("$$", "\\$"), &|_| None).into()
}
