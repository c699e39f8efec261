//! What a file says of something that is deployed, whatever its format.

use super::dockerfile::Form;
use crate::formats::tree::{Node, Value};
use rustc_hash::FxHashMap;

/// One thing that a file says is deployed: a service, a process, a function, a job.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Service {
    /// Its name in the file; empty where the file describes one alone.
    pub name: Box<str>,
    /// The line that names it, from 1.
    pub line: u32,
    /// What runs it.
    pub platform: Platform,
    /// The Python that is named, as written, and its line.
    pub python: Option<(Box<str>, u32)>,
    /// The image that is built for it.
    pub build: Option<Build>,
    /// The image that it runs as it is, and its line.
    pub image: Option<(Box<str>, u32)>,
    /// The folder that is deployed, relative to the file's; the file's own where nothing is said.
    pub folder: Option<Box<str>>,
    /// The folder in which it starts.
    pub workdir: Option<Box<str>>,
    /// The variables of its environment that are given values.
    pub environment: Vec<(Box<str>, Box<str>)>,
    /// What is mounted from the repository: from where, and to where.
    pub mounts: Vec<(Box<str>, Box<str>)>,
    /// The commands that build it, in order.
    pub steps: Vec<Step>,
    /// What replaces the entry point of its image.
    pub entry: Option<Run>,
    /// What it runs.
    pub command: Option<Run>,
    /// The function that is called: `main.handler`, and its line.
    pub handler: Option<(Box<str>, u32)>,
    /// The folders of layers that are installed next to it.
    pub layers: Vec<Layer>,
    /// What of it cannot be known, for messages.
    pub unknown: Vec<Box<str>>,
}

impl Service {
    /// Keeps its lines within a text of so many: a value that is not typed yet would stand on the line below.
    pub(super) fn keep_within(&mut self, last: u32) {
        let steps = self.steps.iter_mut().map(|step| &mut step.line);
        let runs = self.entry.iter_mut().chain(&mut self.command).map(|run| &mut run.line);
        for line in [&mut self.line].into_iter().chain(steps).chain(runs) {
            *line = last.min(*line);
        }
    }
}

/// What runs a service.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Platform {
    /// A container of compose.
    #[default]
    Compose,
    /// A process of a Procfile: Heroku and its like.
    Procfile,
    /// AWS App Runner.
    AppRunner,
    /// A function of AWS Lambda, built by `sam build`.
    Sam,
    /// A function of the Serverless Framework.
    Serverless,
    /// Google App Engine.
    AppEngine,
    /// Render.
    Render,
    /// Railway and Nixpacks.
    Nixpacks,
    /// Fly.io.
    Fly,
    /// A unit of systemd.
    Systemd,
    /// A job of GitHub Actions.
    GitHub,
    /// A job of GitLab.
    GitLab,
    /// A job of Azure Pipelines.
    AzurePipelines,
    /// An environment of tox.
    Tox,
    /// A session of nox.
    Nox,
    /// An image that a job builds: it says from which folder, and starts nothing.
    Build,
    /// A function of Vercel.
    Vercel,
    /// A function of Azure Functions.
    Azure,
    /// A function of Google's Cloud Functions.
    CloudFunction,
    /// An application in Streamlit's cloud.
    Streamlit,
    /// A Space of Hugging Face.
    Space,
}

impl Platform {
    /// Whether it only checks or builds the project.
    pub fn is_ci(self) -> bool {
        matches!(self, Self::GitHub | Self::GitLab | Self::AzurePipelines | Self::Tox | Self::Nox)
    }
}

/// How an image is built.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Build {
    /// The folder whose files it may copy, relative to the file's.
    pub context: Box<str>,
    /// The Dockerfile, relative to that folder; `Dockerfile` where none is named.
    pub dockerfile: Option<Box<str>>,
    /// The Dockerfile's own text, where it stands in the file.
    pub inline: Option<(Box<str>, u32)>,
    /// The stage that is built.
    pub target: Option<Box<str>>,
    /// The values of its arguments.
    pub args: Vec<(Box<str>, Box<str>)>,
    /// The line that says so.
    pub line: u32,
}

/// A command that builds something, and its line.
#[derive(Clone, Debug, PartialEq)]
pub struct Step {
    /// A text for a shell.
    pub text: Box<str>,
    /// Its first line, from 1.
    pub line: u32,
    /// The folder in which it runs, relative to what is deployed.
    pub folder: Option<Box<str>>,
}

/// A command that starts something, and its line.
#[derive(Clone, Debug, PartialEq)]
pub struct Run {
    /// The command.
    pub form: Form,
    /// Its line, from 1.
    pub line: u32,
}

/// A layer of a function.
#[derive(Clone, Debug, PartialEq)]
pub enum Layer {
    /// What is built of this folder of the repository; by which its content is known: whether a build installs its list.
    Folder {
        /// The folder, relative to the file's.
        path: Box<str>,
        /// Whether the build installs the requirements.txt in it, and puts all below `python/`.
        is_built: bool,
        /// The line that attaches it.
        line: u32,
    },
    /// One that is not of this repository, as it is named.
    Foreign(Box<str>),
}

/// A structured file with the values that have names in it.
#[derive(Debug)]
pub(super) struct Document<'a> {
    root: &'a Node,
    anchors: &'a FxHashMap<String, Node>,
}

/// How often an alias may lead to another one.
const DEEPEST: usize = 8;

impl<'a> Document<'a> {
    pub fn new(root: &'a Node, anchors: &'a FxHashMap<String, Node>) -> Self {
        Self { root, anchors }
    }

    pub fn root(&self) -> &'a Node {
        self.resolved(self.root)
    }

    /// What a node stands for.
    pub fn resolved(&self, node: &'a Node) -> &'a Node {
        let mut node = node;
        for _ in 0..DEEPEST {
            let Value::Alias(name) = &node.value else { break };
            let Some(named) = self.anchors.get(name) else { break };
            node = named;
        }
        node
    }

    /// The value of a key; one of a merged table (`<<: *base`) where the table has none itself.
    pub fn get(&self, node: &'a Node, key: &str) -> Option<&'a Node> {
        self.get_at(node, key, 0)
    }

    fn get_at(&self, node: &'a Node, key: &str, depth: usize) -> Option<&'a Node> {
        let node = self.resolved(node);
        if let Some(found) = node.get(key) {
            return Some(self.resolved(found));
        }
        let merged = node.rows().iter().filter(|row| row.key == "<<" && depth < DEEPEST);
        merged.flat_map(|row| self.resolved(&row.node).items()).find_map(|base| self.get_at(base, key, depth + 1))
    }

    /// The value below several keys.
    pub fn at(&self, node: &'a Node, keys: &[&str]) -> Option<&'a Node> {
        keys.iter().try_fold(node, |node, key| self.get(node, key))
    }

    /// The text of a key, without blanks around it, and its line.
    pub fn text(&self, node: &'a Node, key: &str) -> Option<(Box<str>, u32)> {
        let found = self.get(node, key)?;
        let text = found.as_text()?.trim();
        (!text.is_empty()).then(|| (text.into(), line(found.line)))
    }

    /// The commands of a text or of a list of texts.
    pub fn steps(&self, node: Option<&'a Node>) -> Vec<Step> {
        let Some(node) = node.map(|node| self.resolved(node)) else { return Vec::new() };
        let items = node.items().iter().map(|item| self.resolved(item));
        let mut steps = Vec::new();
        for item in items {
            match &item.value {
                // what is not typed yet runs nothing
                Value::Text(text) if text.trim().is_empty() => {}
                Value::Text(text) => {
                    steps.push(Step { text: text.as_str().into(), line: line(item.line), folder: None });
                }
                // `!reference [a, script]`, and lists that an anchor brings
                Value::List(_) => steps.extend(self.steps(Some(item))),
                Value::Map(_) | Value::Alias(_) => {}
            }
        }
        steps
    }

    /// A command as a text for a shell, or as a list of words.
    pub fn run(&self, node: Option<&'a Node>) -> Option<Run> {
        let node = node.map(|node| self.resolved(node))?;
        let form = match &node.value {
            Value::Text(text) if text.trim().is_empty() => return None,
            Value::Text(text) => Form::Shell(text.as_str().into()),
            Value::List(items) => {
                let words = items.iter().filter_map(|item| self.resolved(item).as_text());
                Form::Exec(words.map(Into::into).collect())
            }
            _ => return None,
        };
        Some(Run { form, line: line(node.line) })
    }

    /// Variables and their values, of a table or of a list of `NAME=value`.
    pub fn pairs(&self, node: Option<&'a Node>) -> Vec<(Box<str>, Box<str>)> {
        let Some(node) = node.map(|node| self.resolved(node)) else { return Vec::new() };
        match &node.value {
            Value::Map(rows) => {
                let merged = rows.iter().filter(|row| row.key == "<<");
                let mut pairs: Vec<_> = merged.flat_map(|row| self.pairs(Some(&row.node))).collect();
                let own = rows
                    .iter()
                    .filter_map(|row| Some((row.key.as_str().into(), self.resolved(&row.node).as_text()?.into())));
                pairs.extend(own);
                pairs
            }
            Value::List(items) => {
                let texts = items.iter().filter_map(|item| self.resolved(item).as_text());
                texts.filter_map(|text| text.split_once('=')).map(|(name, value)| (name.into(), value.into())).collect()
            }
            _ => Vec::new(),
        }
    }
}

/// A line as it is kept.
pub(super) fn line(line: usize) -> u32 {
    u32::try_from(line).unwrap_or(u32::MAX)
}
