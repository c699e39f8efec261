//! Platforms that find the application by convention: Vercel, Azure Functions, Streamlit's cloud, Spaces of Hugging Face. Their files
//! say little more than that the convention holds; which files there are is looked up elsewhere.

use super::service::{Document, Platform, Service, line};
use crate::formats::tree::Node;
use crate::formats::yaml;

/// The files of Vercel's folder for functions.
const FUNCTIONS: &str = "api/**/*.py";

/// vercel.json: what is built for Python. A handler is a file, or a pattern of files.
pub(super) fn vercel(file: &Document<'_>) -> Vec<Service> {
    let service = |source: Box<str>, at: u32| Service {
        line: at,
        platform: Platform::Vercel,
        handler: Some((source, at)),
        ..Service::default()
    };
    let builds = file.get(file.root(), "builds").map_or(&[][..], Node::items);
    if builds.is_empty() {
        return vec![service(FUNCTIONS.into(), 1)];
    }
    let built = builds.iter().map(|node| file.resolved(node)).filter_map(|node| {
        let (builder, _) = file.text(node, "use")?;
        let (source, at) = file.text(node, "src")?;
        (builder.contains("python") && source.ends_with(".py")).then(|| service(source, at))
    });
    built.collect()
}

/// host.json of Azure Functions: the application that decorators describe.
pub(super) fn azure(file: &Document<'_>) -> Vec<Service> {
    if file.text(file.root(), "version").is_none() {
        return Vec::new();
    }
    let handler = Some(("function_app.py".into(), 1));
    vec![Service { line: 1, platform: Platform::Azure, handler, ..Service::default() }]
}

/// function.json of Azure Functions: the file of one function, as seen from its folder.
pub(super) fn azure_function(file: &Document<'_>) -> Vec<Service> {
    let root = file.root();
    if file.get(root, "bindings").is_none() {
        return Vec::new();
    }
    let (script, at) = file.text(root, "scriptFile").unwrap_or_else(|| ("__init__.py".into(), 1));
    let is_python = script.ends_with(".py");
    let service = Service { line: at, platform: Platform::Azure, handler: Some((script, at)), ..Service::default() };
    if is_python { vec![service] } else { Vec::new() }
}

/// .streamlit/config.toml: Streamlit's cloud starts the file of this name, where nobody chose another.
pub(super) fn streamlit() -> Vec<Service> {
    let handler = Some(("streamlit_app.py".into(), 1));
    vec![Service { line: 1, platform: Platform::Streamlit, folder: Some("..".into()), handler, ..Service::default() }]
}

/// The head of a README.md that describes a Space of Hugging Face.
pub(super) fn space(text: &str) -> Vec<Service> {
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    let Some(rest) = text.strip_prefix("---\n").or_else(|| text.strip_prefix("---\r\n")) else { return Vec::new() };
    let Some(end) = rest.find("\n---") else { return Vec::new() };
    // the line of the dashes counts
    let (root, anchors) = yaml::read(&format!("\n{}", &rest[..end]));
    let file = Document::new(&root, &anchors);
    let root = file.root();
    let Some(sdk) = file.text(root, "sdk").filter(|(sdk, _)| matches!(&**sdk, "gradio" | "streamlit")) else {
        return Vec::new();
    };
    let (application, at) = file.text(root, "app_file").unwrap_or_else(|| ("app.py".into(), sdk.1));
    vec![Service {
        name: file.text(root, "title").map_or_else(Box::default, |(title, _)| title),
        line: sdk.1,
        platform: Platform::Space,
        python: file.text(root, "python_version"),
        image: Some(sdk),
        handler: Some((application, line(at as usize))),
        ..Service::default()
    }]
}
