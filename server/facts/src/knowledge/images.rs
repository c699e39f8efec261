//! Container images that carry Python, distributions or commands, as `data/images.tsv` lists them.

use super::hosts::{self, Host};
use super::patterns;
use crate::words::names::{DistributionName, PythonVersion};
use std::borrow::Cow;
use std::sync::LazyLock;

static ROWS: LazyLock<Vec<Row>> = LazyLock::new(|| {
    let table = include_str!("../../data/images.tsv").lines().skip(1);
    table.filter_map(Row::of_line).collect()
});

/// One row of the table.
#[derive(Clone, Copy, Debug)]
struct Row {
    /// The image's name without its tag, as a pattern.
    image: &'static str,
    /// The tag, as a pattern; empty for any. `{python}` is a version such as `3.12`, `{pynn}` one such as `312`.
    tag: &'static str,
    fact: &'static str,
    value: &'static str,
}

/// That a text fits a pattern.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Fit {
    /// The version that stands where the pattern has `{python}` or `{pynn}`.
    python: Option<PythonVersion>,
}

/// Who installs packages of the system.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum System {
    /// Alpine's `apk`.
    Alpine,
    /// Debian's `apt`, Ubuntu included.
    Debian,
    /// `dnf`, `yum` and the like.
    Rpm,
    /// Another one.
    Other,
}

/// What is known of a container image.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Image {
    /// The version that `python` and `pip` of the image are for.
    pub python: Option<PythonVersion>,
    /// The version of the system's own Python, where the image's system has one to install.
    pub system_python: Option<PythonVersion>,
    /// Whose packages it has.
    pub system: Option<System>,
    /// Whether the lists of distributions and commands are all that it carries beyond the plain system.
    pub is_complete: bool,
    /// The managed runtimes and programs that it holds.
    pub hosts: Vec<&'static Host>,
    /// The folder in which commands run, where it is not the root.
    pub folder: Option<&'static str>,
    /// The distributions that it carries.
    pub distributions: Vec<DistributionName>,
    /// The commands that it carries and no distribution of the list installs.
    pub commands: Vec<&'static str>,
    /// The requirements files that building on it installs by itself (`ONBUILD`).
    pub installs: Vec<&'static str>,
    /// What it starts where no command is given, as `module:object`, the first that is there.
    pub starts: Vec<&'static str>,
}

impl Row {
    fn of_line(line: &'static str) -> Option<Self> {
        let mut cells = line.split('\t');
        Some(Self { image: cells.next()?, tag: cells.next()?, fact: cells.next()?, value: cells.next()? })
    }

    /// How the row is about the image; `None` where it is not.
    fn applies(self, name: &str, tag: &str) -> Option<Fit> {
        let by_name = captured(self.image, name)?;
        let by_tag = if self.tag.is_empty() { None } else { captured(self.tag, tag)?.python };
        Some(Fit { python: by_tag.or(by_name.python) })
    }
}

/// How the text fits the pattern; `None` where it does not.
fn captured(pattern: &str, text: &str) -> Option<Fit> {
    let marked = [("{python}", true), ("{pynn}", false)];
    let Some((mark, dotted)) = marked.into_iter().find(|(mark, _)| pattern.contains(mark)) else {
        return patterns::fits(pattern, text).then_some(Fit { python: None });
    };
    let digits = |c: char| c.is_ascii_digit() || c == '.';
    // each run of digits may be the version
    let starts = text.char_indices().filter(|&(at, c)| c.is_ascii_digit() && !text[..at].ends_with(digits));
    starts.into_iter().find_map(|(at, _)| {
        let run = text[at..].find(|c| !digits(c)).map_or(&text[at..], |end| &text[at..at + end]);
        let version = if dotted {
            two_parts(run)
        } else {
            run.split_at_checked(1).map(|(major, minor)| format!("{major}.{minor}"))
        };
        let version = PythonVersion::parse(&version?).filter(|version| (2..=3).contains(&version.major))?;
        let (before, after) = pattern.split_once(mark)?;
        let fits = patterns::fits(before, &text[..at]) && patterns::fits(after, &text[at + run.len()..]);
        fits.then_some(Fit { python: Some(version) })
    })
}

/// `3.12` of `3.12.4`.
fn two_parts(version: &str) -> Option<String> {
    let mut parts = version.split('.');
    Some(format!("{}.{}", parts.next()?, parts.next().filter(|minor| !minor.is_empty())?))
}

/// Name and tag of a reference, without its digest; the tag is `latest` where none is written.
fn split(reference: &str) -> (&str, &str) {
    let reference = reference.split_once('@').map_or(reference, |(name, _)| name);
    match reference.rsplit_once(':') {
        // the colon before a port is followed by a path
        Some((name, tag)) if !tag.contains('/') => (name, tag),
        _ => (reference, "latest"),
    }
}

/// Parses the table now, so that nobody waits for it later.
pub fn prepare() {
    LazyLock::force(&ROWS);
}

/// What is known of the image that `reference` names: `python:3.12-slim`, `ghcr.io/astral-sh/uv:python3.12-alpine`. `None` for one
/// that no row is about: then it may carry anything.
pub fn known(reference: &str) -> Option<Image> {
    let (name, tag) = split(reference.trim());
    let mut name = Cow::Borrowed(name);
    let mut image = Image::default();
    let mut is_known = image.take(&name, tag);
    // a mirror of a mirror, an image built on another: the table has no longer chains
    for _ in 0..6 {
        let other = ROWS.iter().find_map(|row| match row.fact {
            "alias" if !is_known => Some(Cow::Owned(
                row.value.replace('*', patterns::rest(row.image, &name).filter(|rest| !rest.is_empty())?),
            )),
            "like" if row.applies(&name, tag).is_some() => Some(Cow::Borrowed(row.value)),
            _ => None,
        });
        let Some(other) = other else { break };
        name = other;
        is_known |= image.take(&name, tag);
    }
    is_known.then_some(image)
}

impl Image {
    /// Adds what the rows say about the image of that very name; whether one does.
    fn take(&mut self, name: &str, tag: &str) -> bool {
        let mut is_known = false;
        for row in ROWS.iter().filter(|row| row.fact != "alias") {
            let Some(fit) = row.applies(name, tag) else { continue };
            is_known = true;
            let version = fit.python.or_else(|| PythonVersion::parse(row.value));
            match row.fact {
                "python" => self.python = self.python.or(version),
                "system-python" => self.system_python = self.system_python.or(version),
                "system" => self.system = self.system.or(Some(System::of(row.value))),
                "complete" => self.is_complete = true,
                "host" => self.hosts.extend(hosts::by_id(row.value)),
                "distribution" => self.distributions.push(DistributionName::new(row.value)),
                "command" => self.commands.push(row.value),
                "installs" => self.installs.push(row.value),
                "starts" => self.starts.push(row.value),
                "folder" => self.folder = self.folder.or(Some(row.value)),
                _ => {}
            }
        }
        is_known
    }
}

impl System {
    fn of(name: &str) -> Self {
        match name {
            "alpine" | "apk" => Self::Alpine,
            "debian" | "ubuntu" => Self::Debian,
            "rpm" => Self::Rpm,
            _ => Self::Other,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn python_of(reference: &str) -> Option<String> {
        known(reference).and_then(|image| image.python).map(|python| python.to_string())
    }

    #[test]
    fn every_row_is_understood() {
        const FACTS: [&str; 11] = [
            "folder",
            "alias",
            "like",
            "python",
            "system-python",
            "system",
            "complete",
            "host",
            "distribution",
            "command",
            "installs",
        ];
        let lines = include_str!("../../data/images.tsv").lines().skip(1);
        for line in lines {
            let cells: Vec<&str> = line.split('\t').collect();
            assert!(cells.len() == 5 && !cells[0].is_empty() && !cells[3].is_empty() && !cells[4].is_empty(), "{line}");
            let row = Row::of_line(line).unwrap();
            assert!(FACTS.contains(&row.fact) || row.fact == "starts", "{line}");
            let is_version = row.value.starts_with('{') || PythonVersion::parse(row.value).is_some();
            assert!(!row.fact.ends_with("python") || is_version, "{line}");
            assert!(row.fact != "host" || hosts::by_id(row.value).is_some(), "{line}");
        }
    }

    #[test]
    fn tags_tell_the_version() {
        for (reference, expected) in [
            ("python:3.12-slim", Some("3.12")),
            ("python:3.11.4-bookworm@sha256:00ff", Some("3.11")),
            ("docker.io/library/python:3.10", Some("3.10")),
            ("proxy.example:5000/library/python:3.9-alpine3.18", Some("3.9")),
            ("ghcr.io/astral-sh/uv:python3.13-bookworm-slim", Some("3.13")),
            ("ghcr.io/astral-sh/uv:0.5.4-python3.12-alpine", Some("3.12")),
            ("tiangolo/uvicorn-gunicorn-fastapi:python3.8-alpine3.10", Some("3.8")),
            ("public.ecr.aws/lambda/python:3.12", Some("3.12")),
            ("registry.access.redhat.com/ubi9/python-311:1-77", Some("3.11")),
            ("apache/airflow:2.7.1-python3.11", Some("3.11")),
            ("rayproject/ray:2.9.0-py310-gpu", Some("3.10")),
            ("python:3", Some("3.14")),
            ("debian:bookworm-slim", None),
            ("example/python:3.12", None),
        ] {
            assert_eq!(python_of(reference).as_deref(), expected, "{reference}");
        }
    }

    #[test]
    fn images_carry_distributions_and_commands() {
        let carries = |reference: &str, name: &str| {
            known(reference).is_some_and(|image| image.distributions.contains(&DistributionName::new(name)))
        };
        assert!(carries("tiangolo/uvicorn-gunicorn-fastapi:python3.11", "fastapi"));
        assert!(
            carries("jupyter/pyspark-notebook", "pandas")
                && carries("quay.io/jupyter/scipy-notebook:latest", "jupyterlab")
        );
        assert!(carries("python:3.11", "setuptools") && !carries("python:3.12", "setuptools"));
        let uv = known("ghcr.io/astral-sh/uv:latest").unwrap();
        assert!(uv.commands.contains(&"uv") && uv.python.is_none());
        let debian = known("debian:bookworm-slim").unwrap();
        assert_eq!((debian.system, debian.is_complete), (Some(System::Debian), true));
        assert_eq!(debian.system_python, PythonVersion::parse("3.11"));
        assert_eq!(known("public.ecr.aws/lambda/python:3.12").unwrap().hosts[0].id, "aws-lambda");
        assert_eq!(known("example.com/team/base:1"), None);
    }
}
