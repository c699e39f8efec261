//! The templates of AWS SAM and of the Serverless Framework: their functions, each with its folder, handler and layers.

use super::service::{Document, Layer, Platform, Service, line};
use crate::formats::tree::{Node, Row, Value};

/// The functions of a SAM template that are Python's.
pub(super) fn sam(file: &Document<'_>) -> Vec<Service> {
    let root = file.root();
    let Some(resources) = file.get(root, "Resources") else { return Vec::new() };
    let globals = file.at(root, &["Globals", "Function"]);
    let found = resources.rows().iter().filter_map(|row| {
        let node = file.resolved(&row.node);
        let kind = file.text(node, "Type")?.0;
        let is_function = matches!(&*kind, "AWS::Serverless::Function" | "AWS::Lambda::Function");
        let properties = file.get(node, "Properties").filter(|_| is_function)?;
        let text = |key: &str| {
            let own = file.text(properties, key);
            own.or_else(|| file.text(globals?, key))
        };
        let python = text("Runtime").filter(|(runtime, _)| runtime.starts_with("python"))?;
        let folder = file.text(properties, "CodeUri").or_else(|| file.text(properties, "Code"));
        let folder = folder.or_else(|| text("CodeUri"));
        let builder = file.at(node, &["Metadata", "BuildMethod"]).and_then(Node::as_text);
        let mut unknown: Vec<Box<str>> = Vec::new();
        if builder.is_some_and(|method| !method.starts_with("python")) {
            unknown.push("its build method is its own".into());
        }
        let attached = [Some(properties), globals].into_iter().flatten().filter_map(|node| file.get(node, "Layers"));
        let layers = attached.flat_map(Node::items).filter_map(|item| layer(file, resources, item)).collect();
        Some(Service {
            name: row.key.as_str().into(),
            line: line(row.line),
            platform: Platform::Sam,
            python: Some(python),
            folder: Some(folder.map_or_else(|| ".".into(), |(folder, _)| folder)),
            environment: file.pairs(file.at(properties, &["Environment", "Variables"])),
            handler: text("Handler"),
            layers,
            unknown,
            ..Service::default()
        })
    });
    found.collect()
}

/// A layer that a function attaches: `!Ref Common`, `Ref: Common`, an ARN.
fn layer<'a>(file: &Document<'a>, resources: &'a Node, item: &'a Node) -> Option<Layer> {
    let item = file.resolved(item);
    let named = match &item.value {
        Value::Text(text) => text.trim().trim_start_matches("!Ref ").trim(),
        Value::Map(_) => file.get(item, "Ref").and_then(Node::as_text).unwrap_or("a layer"),
        _ => return None,
    };
    let Some(found) = resources.get(named) else { return Some(Layer::Foreign(named.into())) };
    let path = file.at(found, &["Properties", "ContentUri"]).or_else(|| file.at(found, &["Properties", "Content"]));
    let Some(path) = path.and_then(Node::as_text) else { return Some(Layer::Foreign(named.into())) };
    let method = file.at(found, &["Metadata", "BuildMethod"]).and_then(Node::as_text);
    let is_built = method.is_some_and(|method| method.starts_with("python"));
    Some(Layer::Folder { path: path.into(), is_built, line: line(item.line) })
}

/// The functions of serverless.yml.
pub(super) fn serverless(file: &Document<'_>) -> Vec<Service> {
    let root = file.root();
    let runtime = file.at(root, &["provider", "runtime"]);
    let runtime = runtime.and_then(|node| Some((Box::from(node.as_text()?), line(node.line))));
    let Some(functions) = file.get(root, "functions") else { return Vec::new() };
    let plugins = file.get(root, "plugins").map_or(&[][..], Node::items);
    let is_packed =
        plugins.iter().any(|one| one.as_text().is_some_and(|name| name.contains("serverless-python-requirements")));
    let function = |row: &Row| {
        let node = file.resolved(&row.node);
        let python = file.text(node, "runtime").or_else(|| runtime.clone())?;
        let mut unknown: Vec<Box<str>> = Vec::new();
        if !is_packed {
            unknown.push("what its package holds is not said".into());
        }
        let layers = file.get(node, "layers").into_iter().flat_map(Node::items);
        let layers = layers.map(|_| Layer::Foreign("a layer".into())).collect();
        let service = Service {
            name: row.key.as_str().into(),
            line: line(row.line),
            platform: Platform::Serverless,
            python: Some(python.clone()),
            folder: file.text(node, "module").map(|(folder, _)| folder),
            environment: file.pairs(file.get(node, "environment")),
            handler: file.text(node, "handler"),
            layers,
            unknown,
            ..Service::default()
        };
        python.0.starts_with("python").then_some(service)
    };
    functions.rows().iter().filter_map(function).collect()
}
