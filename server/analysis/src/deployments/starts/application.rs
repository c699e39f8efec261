//! The application that the arguments of a process name.

use super::super::image::Image;
use super::Process;
use crate::analysis::Analysis;
use pinlens_facts::deploy::Says;
use pinlens_facts::deploy::paths::base_name;
use pinlens_facts::deploy::start::{self, Program};
use pinlens_facts::facts::FileFacts;

/// Reads what the arguments of a process name; see [`start::application`].
pub(crate) fn application(ws: &Analysis, image: &Image, process: &Process) -> Option<start::Application> {
    let (head, arguments) = match &process.program {
        Program::Command { path, arguments } => (base_name(path), arguments),
        Program::Module { module, arguments, .. } => (module.as_str(), arguments),
        _ => return None,
    };
    // what a variable says comes before the command line, whose options win
    let value = |name: &str| process.environment.get(name).filter(|value| !value.is_empty());
    let before: Vec<String> = match head {
        "flask" => value("FLASK_APP").map(|name| format!("--app={name}")).into_iter().collect(),
        "celery" => value("CELERY_APP").map(|name| format!("--app={name}")).into_iter().collect(),
        "gunicorn" => value("GUNICORN_CMD_ARGS")
            .map_or_else(Vec::new, |words| words.split_whitespace().map(str::to_owned).collect()),
        _ => Vec::new(),
    };
    let names_application = arguments.iter().any(|word| word == "-A" || word.starts_with("--app"));
    let before = if head != "gunicorn" && names_application { Vec::new() } else { before };
    let all: Vec<String> =
        if head == "gunicorn" { [&arguments[..], &before].concat() } else { [&before[..], arguments].concat() };
    let of_file = if head == "uwsgi" { options_of_file(ws, image, &all) } else { Vec::new() };
    start::application(head, &[all, of_file].concat())
}

/// The options of the file that a command line of uWSGI names.
fn options_of_file(ws: &Analysis, image: &Image, arguments: &[String]) -> Vec<String> {
    let behind = |at: usize| arguments.get(at + 1);
    let named = arguments.iter().enumerate().find_map(|(at, word)| match word.as_str() {
        "--ini" | "--ini-paste" => behind(at).map(String::as_str),
        _ => word.strip_prefix("--ini=").or_else(|| Some(word.as_str()).filter(|word| word.ends_with(".ini"))),
    });
    let file = named.and_then(|path| image.file(ws, &image.absolute(path.split(':').next().unwrap_or_default())));
    match file.and_then(|file| ws.facts(file)) {
        Some(FileFacts::Deploy(facts)) => match &facts.says {
            Says::Options(options) => options.clone(),
            _ => Vec::new(),
        },
        _ => Vec::new(),
    }
}
