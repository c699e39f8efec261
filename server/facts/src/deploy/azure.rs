//! Jobs of Azure Pipelines: what each installs and runs. They check a project, and start nothing that is deployed.

use super::service::{Document, Platform, Service, Step, line};
use crate::formats::tree::Node;

/// The jobs of azure-pipelines.yml: those of its stages, its own, or its steps as one.
pub(super) fn read(file: &Document<'_>) -> Vec<Service> {
    let root = file.root();
    let list = |node, key: &str| file.get(node, key).map_or(&[][..], Node::items);
    let stages = list(root, "stages").iter().flat_map(|stage| list(file.resolved(stage), "jobs"));
    let jobs = stages.chain(list(root, "jobs")).map(|job| file.resolved(job));
    let mut found: Vec<Service> = jobs.map(|job| service(file, job)).collect();
    if file.get(root, "steps").is_some() {
        found.push(service(file, root));
    }
    found
}

fn service<'a>(file: &Document<'a>, node: &'a Node) -> Service {
    let name = ["job", "deployment"].iter().find_map(|key| file.text(node, key));
    let at = name.as_ref().map_or(1, |(_, at)| *at);
    let name = name.map_or_else(|| "pipeline".into(), |(name, _)| name);
    let mut found = Service { name, line: at, platform: Platform::AzurePipelines, ..Service::default() };
    found.environment = file.pairs(file.get(node, "variables"));
    for step in file.get(node, "steps").map_or(&[][..], Node::items).iter().map(|step| file.resolved(step)) {
        if file.get(step, "template").is_some() {
            found.unknown.push("what a template installs is not known".into());
        }
        if file.text(step, "task").is_some_and(|(task, _)| task.starts_with("UsePythonVersion@")) {
            let version = file.at(step, &["inputs", "versionSpec"]);
            let version = version.and_then(|node| Some((Box::from(node.as_text()?.trim()), line(node.line))));
            found.python =
                version.filter(|(version, _): &(Box<str>, u32)| !version.contains('$')).or(found.python.take());
        }
        let Some(script) = ["script", "bash"].iter().find_map(|key| file.get(step, key)) else { continue };
        let Some(text) = script.as_text().filter(|text| !text.trim().is_empty()) else { continue };
        // a step under a condition may not run
        let is_open = file.get(step, "condition").is_some();
        let text = if is_open { format!("if _; then\n{text}\nfi") } else { text.to_owned() };
        let first = line(script.line).saturating_sub(u32::from(is_open));
        let folder = file.text(step, "workingDirectory").map(|(folder, _)| folder);
        found.steps.push(Step {
            text: text.into(),
            line: first,
            folder: folder.filter(|folder| !folder.contains('$')),
        });
    }
    found
}
