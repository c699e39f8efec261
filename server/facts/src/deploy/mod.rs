//! What a file says of deployments: how images are built, what services start, which files are left out.
//!
//! Knows the text of one file. What follows of several is for the analysis: which file an image copies, what a list holds.

// shells and pip compare the endings of names as they are written, and options that act alike stand apart where their reasons differ
#![allow(clippy::case_sensitive_file_extension_comparisons, clippy::match_same_arms)]

mod azure;
mod compose;
mod conventions;
pub mod decided;
pub mod effects;
mod functions;
mod gcloud;
pub mod ignore;
mod jobs;
pub mod makefile;
pub mod nox;
pub mod paths;
mod platforms;
mod procfile;
pub mod service;
pub mod shell;
pub mod start;
mod systemd;
pub mod tasks;
pub mod tox;
pub mod uwsgi;

pub use crate::formats::dockerfile;

use crate::formats::tree::Node;
use crate::formats::{flow, toml, tree, yaml};
use crate::mentions::{Mentions, Reader};
use crate::words::text::{LineIndex, TextRange};
use dockerfile::Instruction;
use rustc_hash::FxHashMap;
use service::{Document, Service};

/// A file that says something of deployments.
#[derive(Clone, Debug, PartialEq)]
pub struct DeployFacts {
    /// The whole text: these files are few and small.
    pub text: Box<str>,
    /// Where its lines begin.
    pub lines: LineIndex,
    /// What it says.
    pub says: Says,
    /// What it says that may show a use.
    pub mentions: Mentions,
}

/// What a file says of deployments.
#[derive(Clone, Debug, PartialEq)]
pub enum Says {
    /// How an image is built.
    Image(Vec<Instruction>),
    /// A script of a shell: its text is read as it is run.
    Script,
    /// What the targets of a makefile run.
    Targets(makefile::Makefile),
    /// What is deployed or checked.
    Services(Vec<Service>),
    /// Which files an image does not get.
    Ignored(Vec<ignore::Pattern>),
    /// Options of a command, as they would stand on its command line.
    Options(Vec<String>),
}

impl DeployFacts {
    /// Reads `text`.
    pub fn of(reader: Reader, text: &str, mentions: Mentions) -> Self {
        let mut says = match reader {
            Reader::Dockerfile => Says::Image(dockerfile::instructions(text)),
            Reader::Script => Says::Script,
            Reader::Makefile => Says::Targets(makefile::read(text)),
            Reader::Procfile => Says::Services(procfile::read(text)),
            Reader::Systemd => Says::Services(systemd::read(text)),
            Reader::Ignore => Says::Ignored(ignore::read(text)),
            Reader::Space => Says::Services(conventions::space(text)),
            Reader::Streamlit => Says::Services(conventions::streamlit()),
            Reader::Uwsgi => Says::Options(uwsgi::options(text)),
            _ => Says::Services(structured(reader, text)),
        };
        if let Says::Services(services) = &mut says {
            let last = service::line(text.lines().count().max(1));
            for service in services {
                service.keep_within(last);
            }
        }
        // of prose that describes nothing no text is kept, and of makefiles their rules
        let is_prose = reader == Reader::Space && says == Says::Services(Vec::new());
        let text = if is_prose || reader == Reader::Makefile { "" } else { text };
        Self { text: text.into(), lines: LineIndex::new(text), says, mentions }
    }

    /// The bytes of a line, from 1, without the blanks around what stands on it.
    pub fn line(&self, line: u32) -> TextRange {
        bare_line(&self.text, &self.lines, line)
    }
}

/// The bytes of a line of a text, from 1, without the blanks around what stands on it.
pub fn line_of(text: &str, line: u32) -> TextRange {
    bare_line(text, &LineIndex::new(text), line)
}

fn bare_line(text: &str, lines: &LineIndex, line: u32) -> TextRange {
    let range = lines.line_range(text, line.saturating_sub(1));
    let Some(text) = text.get(range.indices()) else { return TextRange::default() };
    let start = range.start + (text.len() - text.trim_start().len()) as u32;
    TextRange::new(start, start + text.trim().len() as u32)
}

/// The services of a file of YAML, TOML or JSON.
fn structured(reader: Reader, text: &str) -> Vec<Service> {
    let read = |root: &Node, anchors: &FxHashMap<String, Node>| {
        let file = Document::new(root, anchors);
        match reader {
            Reader::Compose => compose::read(&file),
            Reader::AppRunner => platforms::apprunner(&file),
            Reader::Render => platforms::render(&file),
            Reader::Fly => platforms::fly(&file),
            Reader::Nixpacks => platforms::nixpacks(&file),
            Reader::AppEngine => platforms::app_engine(&file),
            Reader::Sam => functions::sam(&file),
            Reader::Serverless => functions::serverless(&file),
            Reader::GitHub => jobs::github(&file),
            Reader::GitLab => jobs::gitlab(&file),
            Reader::AzurePipelines => azure::read(&file),
            Reader::CloudBuild => gcloud::cloudbuild(&file),
            Reader::Vercel => conventions::vercel(&file),
            Reader::Azure => conventions::azure(&file),
            Reader::AzureFunction => conventions::azure_function(&file),
            Reader::Dockerfile
            | Reader::Script
            | Reader::Makefile
            | Reader::Procfile
            | Reader::Systemd
            | Reader::Ignore
            | Reader::Space
            | Reader::Streamlit
            | Reader::Uwsgi => Vec::new(),
        }
    };
    let none = FxHashMap::default();
    match reader {
        Reader::Fly | Reader::Nixpacks if !text.trim_start().starts_with('{') => {
            read(&tree::of_toml(text, &toml::read(text).root), &none)
        }
        Reader::Nixpacks | Reader::Vercel | Reader::Azure | Reader::AzureFunction => read(&flow::read(text, 1), &none),
        Reader::GitHub | Reader::GitLab => {
            let text = crate::mentions::files::blanked(text.into(), "${{", "}}");
            let (root, anchors) = yaml::read(&text);
            read(&root, &anchors)
        }
        _ => {
            let (root, anchors) = yaml::read(text);
            read(&root, &anchors)
        }
    }
}
