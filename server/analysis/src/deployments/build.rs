//! Builds an image as a Dockerfile says: stage by stage, instruction by instruction. Nothing is run.

use super::assemble::is_by_command;
use super::base;
use super::image::{About, Context, Files, From, Image, Layer, Place};
use super::run::Shell;
use crate::analysis::Analysis;
use crate::model::ids::FileId;
use pinlens_facts::deploy::dockerfile::{self, Flag, Form, Instruction, form, json_list, pairs, substitute, words};
use pinlens_facts::deploy::paths::{base_name, joined};
use pinlens_facts::deploy::service::Run;
use pinlens_facts::deploy::start::started;
use pinlens_facts::words::lists::List;
use pinlens_facts::words::names::FilePath;
use std::collections::BTreeMap;
use std::sync::Arc;

/// A Dockerfile that is built.
pub(crate) struct Build<'a> {
    pub ws: &'a Analysis,
    /// The file that holds it.
    pub file: FileId,
    pub instructions: &'a [Instruction],
    /// By how many lines its lines are further down in the file.
    pub below: u32,
    pub context: Arc<Context>,
    /// The values of its arguments.
    pub args: BTreeMap<String, String>,
}

/// Images of this project may be built of each other; deeper ones are not looked into.
const MOST_STAGES: usize = 40;

impl Build<'_> {
    /// The image of the stage `target`, or of the last one. `None` where there is no stage.
    pub fn image(&self, target: Option<&str>) -> Option<Image> {
        let mut stages: Vec<(Option<String>, Image)> = Vec::new();
        let mut global: BTreeMap<String, String> = BTreeMap::new();
        let mut stage: Option<Stage> = None;
        for instruction in self.instructions {
            if &*instruction.name == "FROM" {
                if let Some(done) = stage.take() {
                    let is_it =
                        target.is_some_and(|target| done.name.as_deref() == Some(&*target.to_ascii_lowercase()));
                    stages.push((done.name, done.image));
                    if is_it || stages.len() > MOST_STAGES {
                        return stages.pop().map(|(_, image)| image);
                    }
                }
                stage = Some(self.from(instruction, &global, &stages));
            } else if let Some(stage) = &mut stage {
                self.take(instruction, stage, &global, &stages);
            } else if &*instruction.name == "ARG" {
                for (name, value) in pairs(&instruction.arguments) {
                    let known = self.args.get(&name).cloned();
                    let value =
                        known.or_else(|| value.map(|value| substitute(&value, &|name| global.get(name).cloned())));
                    global.extend(value.map(|value| (name, value)));
                }
            }
        }
        let last = stage?;
        // a number names a stage too
        let number = target.and_then(|target| target.parse::<usize>().ok());
        if let Some((_, image)) = number.and_then(|number| stages.get(number)) {
            return Some(image.clone());
        }
        let installs = |(_, image): &(Option<String>, Image)| image.installed.iter().any(is_by_command);
        let mut image = last.image;
        image.base.has_installing_stage = stages.iter().any(installs);
        Some(image)
    }

    fn place(&self, line: u32) -> Place {
        Place { file: self.file, line: line + self.below }
    }

    fn from(
        &self,
        instruction: &Instruction,
        global: &BTreeMap<String, String>,
        stages: &[(Option<String>, Image)],
    ) -> Stage {
        let (_, rest, _) = dockerfile::flags(&instruction.arguments);
        let rest = substitute(rest, &|name| global.get(name).cloned().or_else(|| platform_arg(name)));
        let mut parts = rest.split_whitespace();
        let reference = parts.next().unwrap_or_default().to_owned();
        let name = parts.next().filter(|word| word.eq_ignore_ascii_case("as")).and_then(|_| parts.next());
        let at = self.place(instruction.line);
        let image = match stage_of(stages, &reference) {
            Some(image) => image.clone(),
            None => self.built_on(base::image(&reference, at), instruction.line),
        };
        let name = name.map(str::to_ascii_lowercase);
        Stage { name, image, args: BTreeMap::new(), sets_command: false, shell: Vec::new() }
    }

    /// An image with what building on it does first: it takes the files of the context, and installs a list of them.
    fn built_on(&self, mut image: Image, line: u32) -> Image {
        for list in std::mem::take(&mut image.base.on_build) {
            let from = From::Workspace { path: self.context.folder.clone(), context: self.context.clone() };
            image.files.layers.push(Layer { to: image.folder.clone(), from });
            Shell::new(self.ws, self.file, self.below, &mut image).script(&format!("pip install -r {list}"), line);
        }
        image
    }

    fn take(
        &self,
        instruction: &Instruction,
        stage: &mut Stage,
        global: &BTreeMap<String, String>,
        stages: &[(Option<String>, Image)],
    ) {
        let at = self.place(instruction.line);
        let value = |stage: &Stage, name: &str| {
            stage.image.environment.get(name).or_else(|| stage.args.get(name)).cloned().or_else(|| platform_arg(name))
        };
        let text = substitute(&instruction.arguments, &|name| value(stage, name));
        match &*instruction.name {
            "ARG" => {
                for (name, default) in pairs(&instruction.arguments) {
                    let known = self.args.get(&name).or_else(|| global.get(&name)).cloned();
                    let default = default.map(|default| substitute(&default, &|name| value(stage, name)));
                    // one that is named outside gives its own value
                    let found = known.filter(|_| self.args.contains_key(&name) || default.is_none()).or(default);
                    stage.args.extend(found.map(|found| (name, found)));
                }
            }
            "ENV" => {
                for (name, given) in pairs(&instruction.arguments) {
                    let given = substitute(&given.unwrap_or_default(), &|name| value(stage, name));
                    stage.image.environment.insert(name, given);
                }
            }
            "WORKDIR" => stage.image.folder = stage.image.absolute(text.trim().trim_matches(['"', '\''])),
            "USER" => stage.image.user = text.trim().split(':').next().unwrap_or_default().to_owned(),
            "COPY" | "ADD" => self.copy(instruction, &text, stage, stages),
            "SHELL" => stage.shell = json_list(text.trim()).unwrap_or_default(),
            "RUN" => self.run(instruction, stage, stages),
            "CMD" => {
                stage.image.starts.command = Some((stage.run_of(instruction, &text), at));
                stage.sets_command = true;
            }
            "ENTRYPOINT" => {
                stage.image.starts.entry = Some((stage.run_of(instruction, &text), at));
                // what the base starts is no argument of another entry point
                if !stage.sets_command {
                    stage.image.starts.command = None;
                }
            }
            _ => {}
        }
    }

    fn run(&self, instruction: &Instruction, stage: &mut Stage, stages: &[(Option<String>, Image)]) {
        let (flags, rest, later) = dockerfile::flags(&instruction.arguments);
        let kept = stage.image.files.layers.len();
        for mount in flags.iter().filter(|flag| flag.name == "mount") {
            self.mount(mount, stage, stages);
        }
        let mounted = stage.image.files.layers.len() - kept;
        let first = instruction.line + later;
        let (text, line) = match instruction.bodies.first() {
            Some(body) if rest.starts_with("<<") => (body.text.to_string(), body.line),
            _ => match form(rest) {
                Form::Shell(text) => (stage.in_shell(&text), first),
                Form::Exec(words) => (quoted(&words), first),
            },
        };
        let before = stage.image.environment.clone();
        for (name, value) in &stage.args {
            stage.image.environment.entry(name.clone()).or_insert_with(|| value.clone());
        }
        let folder = stage.image.folder.clone();
        Shell::new(self.ws, self.file, self.below, &mut stage.image).script(&text, line);
        stage.image.folder = folder;
        // what a command exports ends with it; `poetry config` stays
        let kept_settings: Vec<(String, String)> = stage
            .image
            .environment
            .iter()
            .filter(|(name, _)| name.starts_with("POETRY_") || name.starts_with("PDM_"))
            .map(|(name, value)| (name.clone(), value.clone()))
            .collect();
        stage.image.environment = before;
        stage.image.environment.extend(kept_settings);
        stage.image.files.layers.drain(kept..kept + mounted);
    }

    /// `--mount=type=bind,source=a,target=b`: a file that is there for one command.
    fn mount(&self, flag: &Flag<'_>, stage: &mut Stage, stages: &[(Option<String>, Image)]) {
        let options: BTreeMap<&str, &str> = flag.value.split(',').filter_map(|part| part.split_once('=')).collect();
        let get = |names: &[&str]| names.iter().find_map(|name| options.get(name).copied());
        if get(&["type"]).is_some_and(|kind| kind != "bind") {
            return;
        }
        let Some(target) = get(&["target", "dst", "destination"]) else { return };
        let source = get(&["source", "src"]).unwrap_or("");
        let to = stage.image.absolute(target);
        match get(&["from"]) {
            Some(from) => match stage_of(stages, from) {
                Some(other) => drop(stage.image.copy(other, &joined("/", source), &to)),
                None => stage.image.files.layers.push(Layer { to, from: From::Foreign }),
            },
            None => {
                let path = joined(&self.context.folder, source.trim_start_matches('/'));
                let from = From::Workspace { path, context: self.context.clone() };
                stage.image.files.layers.push(Layer { to, from });
            }
        }
    }

    fn copy(&self, instruction: &Instruction, text: &str, stage: &mut Stage, stages: &[(Option<String>, Image)]) {
        let (flags, rest, _) = dockerfile::flags(text);
        let mut paths = json_list(&rest.replace("\\\n", " ")).unwrap_or_else(|| words(rest));
        let Some(to) = paths.pop() else { return };
        let is_folder = to.ends_with('/') || to == "." || paths.len() + instruction.bodies.len() > 1;
        let target = stage.image.absolute(&to);
        let get = |name: &str| flags.iter().find(|flag| flag.name == name).map(|flag| flag.value);
        let at = self.place(instruction.line);
        if to.contains('\u{2026}') || paths.iter().any(|path| path.contains('\u{2026}')) {
            return stage.image.leave_open(About::Files, "a variable without a value names what is copied", Some(at));
        }
        if let Some(from) = get("from") {
            let other = stage_of(stages, from);
            for path in &paths {
                // all of a folder is the folder
                let source = joined("/", path.strip_suffix("/*").unwrap_or(path));
                let copied = other.is_some_and(|other| {
                    let to = if is_single(other, self.ws, &source) && is_folder {
                        joined(&target, base_name(&source))
                    } else {
                        target.clone()
                    };
                    stage.image.copy(other, &source, &to)
                });
                if other.is_none() {
                    base::copied(&mut stage.image, from, &source, &target, at);
                } else if !copied {
                    stage.image.files.layers.push(Layer { to: target.clone(), from: From::Foreign });
                    // it may well be a command
                    stage.image.commands.known.push(base_name(&source).into());
                }
            }
            return;
        }
        for (path, body) in paths.iter().filter(|path| path.starts_with("<<")).zip(&instruction.bodies) {
            let _ = body;
            let name = path.trim_start_matches(['<', '-', '~']).trim_matches(['"', '\'']);
            let to = if is_folder { joined(&target, name) } else { target.clone() };
            stage.image.files.layers.push(Layer { to, from: From::Foreign });
        }
        let parents = get("parents").is_some();
        for path in paths.iter().filter(|path| !path.starts_with("<<")) {
            self.copy_one(path, &target, is_folder, parents, &get, stage, at);
        }
    }

    #[allow(clippy::too_many_arguments)]
    fn copy_one<'f>(
        &self,
        path: &str,
        target: &str,
        is_folder: bool,
        parents: bool,
        get: &dyn Fn(&str) -> Option<&'f str>,
        stage: &mut Stage,
        at: Place,
    ) {
        if path.contains("://") || path.starts_with("git@") {
            stage.image.files.layers.push(Layer { to: target.to_owned(), from: From::Foreign });
            return stage.image.leave_open(About::Files, format!("`{path}` is fetched"), Some(at));
        }
        let context = match get("exclude") {
            Some(pattern) => {
                let mut ignored = self.context.ignored.clone();
                ignored.extend(pinlens_facts::deploy::ignore::read(pattern));
                Arc::new(Context { folder: self.context.folder.clone(), ignored })
            }
            None => self.context.clone(),
        };
        let inside = joined("", path.trim_start_matches('/'));
        let source = joined(&context.folder, &inside);
        let into_folder = is_folder || parents || has_folder(&stage.image, self.ws, target);
        let Files { layers, absent, .. } = &mut stage.image.files;
        let mut put = |to: String, path: String| {
            let from = From::Workspace { path, context: context.clone() };
            layers.push(Layer { to, from });
        };
        let to_of = |source: &str| {
            let inside =
                if context.folder.is_empty() { source } else { source.strip_prefix(&context.folder).unwrap_or(source) };
            if parents { joined(target, inside.trim_start_matches('/')) } else { joined(target, base_name(source)) }
        };
        if path.contains(['*', '?', '[']) {
            // files go into the folder, and so does what lies in each folder
            for found in matching(self.ws, &source) {
                let is_file = self.ws.file(&FilePath::new(&found)).is_some_and(|file| self.ws.facts(file).is_some());
                if !is_file && !parents {
                    put(target.to_owned(), found);
                } else {
                    put(to_of(&found), found);
                }
            }
            return;
        }
        let is_file = self.ws.file(&FilePath::new(&source)).is_some_and(|file| self.ws.facts(file).is_some());
        let is_known_folder = !is_file && (source.is_empty() || self.ws.has_files_below(&source));
        if !is_file && !is_known_folder {
            absent.push(base_name(&source).into());
        }
        match (is_file, is_known_folder) {
            (true, _) if into_folder => put(to_of(&source), source),
            (false, true) if parents => put(to_of(&source), source),
            (true, _) | (_, true) => put(target.to_owned(), source),
            // a file that is not read, or is not there
            (false, false) => {
                let looks_like_a_file = base_name(&source).contains('.');
                let to = if is_folder && looks_like_a_file { to_of(&source) } else { target.to_owned() };
                put(to, source);
            }
        }
    }
}

struct Stage {
    name: Option<String>,
    image: Image,
    args: BTreeMap<String, String>,
    /// Whether it has a `CMD` of its own.
    sets_command: bool,
    /// The words of the shell that runs texts; empty for the usual one.
    shell: Vec<String>,
}

impl Stage {
    /// A text as the stage's shell runs it. What shells have in common is read without them; one that conda starts is another's.
    fn in_shell(&self, text: &str) -> String {
        if started(&self.shell).conda.is_none() {
            return text.to_owned();
        }
        let words: Vec<Box<str>> = self.shell.iter().map(|word| word.as_str().into()).chain([text.into()]).collect();
        quoted(&words)
    }

    /// The command of an instruction.
    fn run_of(&self, instruction: &Instruction, text: &str) -> Run {
        // a shell puts its variables in as it runs: those that the image has no value for stay
        let form = match form(&instruction.arguments) {
            Form::Shell(text) => Form::Shell(self.in_shell(&text).into()),
            Form::Exec(_) => form(text),
        };
        Run { form, line: instruction.line }
    }
}

/// The stage of that name or number.
fn stage_of<'a>(stages: &'a [(Option<String>, Image)], name: &str) -> Option<&'a Image> {
    let lower = name.to_ascii_lowercase();
    let named = stages.iter().rev().find(|(stage, _)| stage.as_deref() == Some(&*lower));
    named.or_else(|| stages.get(name.parse::<usize>().ok()?)).map(|(_, image)| image)
}

/// The values that the builder gives by itself, for the usual machine.
fn platform_arg(name: &str) -> Option<String> {
    let value = match name {
        "TARGETPLATFORM" | "BUILDPLATFORM" => "linux/amd64",
        "TARGETARCH" | "BUILDARCH" => "amd64",
        "TARGETOS" | "BUILDOS" => "linux",
        _ => return None,
    };
    Some(value.to_owned())
}

/// Whether a path of an image is a file.
fn is_single(image: &Image, ws: &Analysis, path: &str) -> bool {
    image.file(ws, path).is_some() || image.is_written(path)
}

fn has_folder(image: &Image, ws: &Analysis, path: &str) -> bool {
    path == image.folder
        || List::SystemFolder.has(path)
        || image.files.made.iter().any(|folder| folder == path)
        || image.file(ws, path).is_none() && image.has_folder(ws, path)
}

/// The words of an exec form as a shell would take them.
pub(crate) fn quoted(words: &[Box<str>]) -> String {
    let quote = |word: &str| {
        let plain = word.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"_-./:=,@+".contains(&byte));
        if plain && !word.is_empty() { word.to_string() } else { format!("'{}'", word.replace('\'', "'\\''")) }
    };
    words.iter().map(|word| quote(word)).collect::<Vec<_>>().join(" ")
}

/// The files and folders of the workspace that match a pattern.
fn matching(ws: &Analysis, pattern: &str) -> Vec<String> {
    let depth = pattern.split('/').count();
    let mut found: Vec<String> = Vec::new();
    for path in ws.files_with_facts() {
        // a folder matches by its own depth
        let at = path.as_str().match_indices('/').map(|(at, _)| at).nth(depth - 1).unwrap_or(path.as_str().len());
        let candidate = &path.as_str()[..at];
        if pinlens_facts::deploy::paths::matches(candidate, pattern) && !found.iter().any(|known| known == candidate) {
            found.push(candidate.to_owned());
        }
    }
    found.sort();
    found
}
