//! Google's Cloud Functions, as commands deploy them: `gcloud functions deploy NAME --source=… --runtime=… --entry-point=…`.

use super::effects::{Word, Words};
use super::service::{Document, Platform, Service, Step};
use super::shell;
use crate::formats::tree::Node;

/// Options that take a value which might be read as a name.
const VALUED: &[&str] = &[
    "--source",
    "--runtime",
    "--entry-point",
    "--region",
    "--project",
    "--memory",
    "--timeout",
    "--trigger-topic",
    "--trigger-bucket",
    "--trigger-event",
    "--trigger-resource",
    "--set-env-vars",
    "--env-vars-file",
    "--set-secrets",
    "--service-account",
    "--max-instances",
    "--min-instances",
    "--vpc-connector",
    "--ingress-settings",
    "--cpu",
    "--concurrency",
    "--update-labels",
    "--set-build-env-vars",
    "--trigger-location",
    "--egress-settings",
];

/// The functions that the commands of steps deploy.
pub(super) fn of_steps(steps: &[Step]) -> Vec<Service> {
    let all = steps.iter().flat_map(|step| {
        let commands = shell::commands(&step.text, step.line as usize).into_iter();
        commands.filter_map(|command| {
            let at = u32::try_from(command.line).unwrap_or(u32::MAX);
            let mut found = of_words(&command.words, at)?;
            if let (Some(folder), Some(source)) = (&step.folder, &found.folder) {
                found.folder = Some(super::paths::joined(folder, source).into());
            }
            Some(found)
        })
    });
    all.collect()
}

/// The functions that cloudbuild.yaml deploys.
pub(super) fn cloudbuild(file: &Document<'_>) -> Vec<Service> {
    let steps = file.get(file.root(), "steps").map_or(&[][..], Node::items);
    let found = steps.iter().map(|node| file.resolved(node)).flat_map(|node| {
        let args = file.get(node, "args");
        let words: Vec<String> =
            args.map_or(&[][..], Node::items).iter().filter_map(Node::as_text).map(str::to_owned).collect();
        let at = args.map_or(node.line, |args| args.line);
        let named = file.text(node, "name").is_some_and(|(name, _)| name.contains("gcloud"));
        let entry = file.text(node, "entrypoint").map(|(entry, _)| entry);
        match (&words[..], entry.as_deref()) {
            ([dash, text], Some("bash" | "sh")) if dash == "-c" => {
                of_steps(&[Step { text: text.as_str().into(), line: super::service::line(at), folder: None }])
            }
            (_, None | Some("gcloud")) if named || entry.is_some() => {
                let all: Vec<String> = ["gcloud".to_owned()].into_iter().chain(words).collect();
                of_words(&all, super::service::line(at)).into_iter().collect()
            }
            _ => Vec::new(),
        }
    });
    found.collect()
}

/// The function that the action of that name deploys.
pub(super) fn of_action<'a>(file: &Document<'a>, step: &'a Node, action: &str) -> Option<Service> {
    let name = action.split('@').next().unwrap_or_default();
    if name != "google-github-actions/deploy-cloud-functions" {
        return None;
    }
    let with = file.get(step, "with")?;
    let (function, at) = file.text(with, "name")?;
    let text = |key: &str| file.text(with, key).map(|(text, _)| text);
    Some(service(
        &function,
        at,
        text("runtime").as_deref(),
        text("source_dir").as_deref(),
        text("entry_point").as_deref(),
    ))
}

fn of_words(words: &[String], at: u32) -> Option<Service> {
    let (first, rest) = words.split_first()?;
    let rest = match rest.first().map(String::as_str) {
        Some("beta" | "alpha") => &rest[1..],
        _ => rest,
    };
    let [functions, deploy, rest @ ..] = rest else { return None };
    if first != "gcloud" || functions != "functions" || deploy != "deploy" {
        return None;
    }
    let (mut name, mut source, mut runtime, mut entry) = (None, None, None, None);
    for word in Words::new(rest, VALUED) {
        match word {
            Word::Option("--source", value) => source = Some(value),
            Word::Option("--runtime", value) => runtime = Some(value),
            Word::Option("--entry-point", value) => entry = Some(value),
            Word::Option(..) => {}
            Word::Free(word) => name = name.or(Some(word)),
        }
    }
    Some(service(name?, at, runtime, source, entry)).filter(|_| runtime.is_none_or(|one| one.starts_with("python")))
}

fn service(name: &str, at: u32, runtime: Option<&str>, source: Option<&str>, entry: Option<&str>) -> Service {
    let is_open = |text: &&str| text.contains(['$', '\u{2026}']) || text.contains("://");
    let mut found = Service { name: name.into(), line: at, platform: Platform::CloudFunction, ..Service::default() };
    found.python = runtime.map(|runtime| (runtime.into(), at));
    found.handler = Some((format!("main.{}", entry.unwrap_or(name)).into(), at));
    match source.filter(is_open) {
        Some(_) => found.unknown.push("the folder of its source is not known".into()),
        None => found.folder = Some(source.unwrap_or(".").into()),
    }
    found
}
