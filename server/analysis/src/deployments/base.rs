//! The image that a stage begins with, where the workspace does not build it.

use super::image::{About, Direct, From, Image, Installed, Layer, Place, Python};
use pinlens_facts::deploy::paths::{base_name, joined};
use pinlens_facts::knowledge::images;
use pinlens_facts::words::names::{DistributionName, PythonVersion};

/// The image `reference`, as far as it is known.
pub(crate) fn image(reference: &str, at: Place) -> Image {
    let mut image = Image::new();
    image.base.python_said = Some(at);
    if reference.contains('\u{2026}') {
        image.leave_base_open("a variable without a value names its base image", at);
        image.pythons.push(Python::at("/usr/local", None));
        return image;
    }
    let Some(known) = images::known(reference) else {
        image.leave_base_open(&format!("it is not known what the image {reference} holds"), at);
        image.pythons.push(Python::at("/usr/local", None));
        return image;
    };
    image.base.system = known.system;
    if let Some(folder) = known.folder {
        folder.clone_into(&mut image.folder);
    }
    image.base.system_python = known.system_python;
    image.commands.known.extend(known.commands.iter().map(|command| Box::from(*command)));
    image.base.on_build.clone_from(&known.installs);
    image.starts.by_base.extend(known.starts.iter().map(|start| Box::from(*start)));
    if !known.is_complete {
        image.leave_open(About::Installed, format!("the image {reference} holds more than is known"), Some(at));
    }
    let has_python = known.python.is_some() || !known.distributions.is_empty() || !known.is_complete;
    // `python:latest` names no version
    if has_python || is_of_python(reference) {
        add(&mut image, &known, reference, at);
    }
    image
}

/// Whether an image is called after Python.
fn is_of_python(reference: &str) -> bool {
    base_name(reference.split([':', '@']).next().unwrap_or_default()).contains("python")
}

/// The folder above the Python's commands; where packages of others are put matters only for what is copied between stages.
fn prefix_of(reference: &str) -> &'static str {
    match reference {
        _ if reference.contains("distroless") => "/usr",
        _ if reference.contains("conda") || reference.contains("mamba") || reference.contains("pytorch/") => {
            "/opt/conda"
        }
        _ if reference.contains("lambda") => "/var/lang",
        _ if reference.contains("bitnami/") => "/opt/bitnami/python",
        _ => "/usr/local",
    }
}

fn add(image: &mut Image, known: &images::Image, reference: &str, at: Place) {
    let prefix = prefix_of(reference);
    let python = if prefix == "/usr" { Python::of_debian(known.python) } else { Python::at(prefix, known.python) };
    let path = image.environment.entry("PATH".to_owned()).or_default();
    if !path.split(':').any(|folder| folder == python.bin) {
        *path = format!("{}:{path}", python.bin);
    }
    let mut direct: Vec<Direct> = known.distributions.iter().cloned().map(Direct::named).collect();
    // the installers of these came with them
    if known.python.is_none_or(|version| version < PythonVersion { major: 3, minor: 12 }) {
        let maybe = known.python.is_none();
        direct
            .extend(["setuptools", "wheel"].map(|name| Direct { maybe, ..Direct::named(DistributionName::new(name)) }));
    }
    for host in &known.hosts {
        direct.extend(host.distributions().map(Direct::named));
    }
    image.base.hosts.extend(known.hosts.iter().copied());
    image.installed.push(Installed {
        direct,
        site: python.sites.first().cloned(),
        bin: Some(python.bin.clone()),
        runs_by: Some(python.bin.clone()),
        at,
        words: format!("the image {reference}").into(),
        lists: Vec::new(),
        alone: false,
        is_whole: false,
        is_found: false,
    });
    if reference.contains("lambda") {
        image.folder = "/var/task".to_owned();
        image.environment.insert("LAMBDA_TASK_ROOT".to_owned(), "/var/task".to_owned());
    }
    if reference.contains("tiangolo/") {
        image.folder = "/app".to_owned();
        image.environment.insert("PYTHONPATH".to_owned(), "/app".to_owned());
    }
    image.pythons.push(python);
}

/// `COPY --from=image source target` of an image that is not built here.
pub(crate) fn copied(image: &mut Image, reference: &str, source: &str, target: &str, at: Place) {
    let is_uv = reference.contains("astral-sh/uv") || reference == "uv";
    if is_uv && matches!(base_name(source), "uv" | "uvx") {
        image.commands.known.push("uv".into());
        return;
    }
    let other = self::image(reference, at);
    if !image.copy(&other, source, target) {
        image.files.layers.push(Layer { to: joined("/", target), from: From::Foreign });
    }
    for unknown in other.unknown {
        image.leave_open(unknown.about, unknown.why, unknown.at);
    }
}

/// Makes the Python of the system's packages one of the image.
pub(crate) fn add_system_python(image: &mut Image, version: Option<PythonVersion>) {
    if image.pythons.iter().any(|python| python.bin == "/usr/bin") {
        return;
    }
    let version = version.or(image.base.system_python);
    image.pythons.push(Python::of_debian(version));
}
