//! The application that the arguments of a command name.

use super::{Application, Named};
use crate::deploy::effects::{Word, Words};
use crate::formats::toml::{Table, str_at};
use crate::words::lists::List;
use std::sync::LazyLock;

/// Options of servers that take a value which might be read as an application.
static SERVER_OPTIONS: LazyLock<Vec<&str>> = LazyLock::new(|| List::ServerValueOption.words().collect());

/// The value of one of these options.
fn option<'a>(arguments: &'a [String], names: &[&str]) -> Option<&'a str> {
    arguments.iter().enumerate().find_map(|(at, word)| {
        let joined = names.iter().find_map(|name| {
            let rest = word.strip_prefix(name)?;
            rest.strip_prefix('=').or_else(|| (!name.starts_with("--") && !rest.is_empty()).then_some(rest))
        });
        let behind = || names.contains(&word.as_str()).then(|| arguments.get(at + 1).map(String::as_str)).flatten();
        joined.or_else(behind)
    })
}

/// The application that a command starts; `None` for a command that starts none.
pub fn application(head: &str, arguments: &[String]) -> Option<Application> {
    let named = Named::Elsewhere;
    let mut found = Application { named, folder: None, modules: Vec::new(), configuration: None, environment: None };
    match head {
        "gunicorn" | "uvicorn" | "hypercorn" | "waitress-serve" | "daphne" | "granian" | "chaussette" | "dramatiq"
        | "arq" | "taskiq" | "huey_consumer" | "huey_consumer.py" | "uwsgi" | "circusd" | "robyn" | "sanic"
        | "litestar" => {
            server(head, arguments, &mut found);
        }
        "celery" | "faust" => {
            let Some(name) = option(arguments, &["-A", "--app"]) else { return Some(found) };
            found.named = object(name, false);
            found.folder = option(arguments, &["--workdir"]).map(str::to_owned);
        }
        "flask" => {
            let is_run = arguments.iter().any(|word| !word.starts_with('-'));
            found.named = match option(arguments, &["-A", "--app"]) {
                Some(name) if name.ends_with(".py") => Named::Imported(name.to_owned()),
                Some(name) => object(name, false),
                None if is_run => Named::FirstOf(&["wsgi.py", "app.py"]),
                None => Named::Elsewhere,
            };
        }
        "fastapi" => {
            let command = arguments.iter().position(|word| word == "run" || word == "dev")?;
            let rest = &arguments[command + 1..];
            let file = rest.iter().find(|word| word.ends_with(".py"));
            let folder = rest.iter().find(|word| !word.starts_with('-') && word.contains('/'));
            found.named = match (option(rest, &["--entrypoint", "-e"]), file, folder) {
                (Some(object_name), ..) => object(object_name, false),
                (None, Some(file), _) => Named::Imported(file.clone()),
                (None, None, Some(folder)) => Named::Imported(folder.clone()),
                // the order in which its command line looks
                (None, None, None) => {
                    Named::FirstOf(&["main.py", "app.py", "api.py", "app/main.py", "app/app.py", "app/api.py"])
                }
            };
        }
        "streamlit" | "chainlit" | "flet" | "bokeh" | "panel" | "marimo" | "gradio" | "mod_wsgi-express" | "scrapy"
        | "mesop" => {
            let file = arguments.iter().find(|word| word.ends_with(".py"))?;
            found.named = Named::File(file.clone());
        }
        _ => return None,
    }
    Some(found)
}

/// Whether the last part of a dotted name may be an attribute for a command: `celery -A shop.tasks.app`, `arq worker.Settings`.
pub fn names_attributes_by_dots(head: &str) -> bool {
    List::AttributeByDots.has(head)
}

/// What `[tool.fastapi] entrypoint` of a pyproject.toml names.
pub fn fastapi_entry(root: &Table) -> Option<&str> {
    str_at(root, &["tool", "fastapi", "entrypoint"]).filter(|entry| !entry.is_empty())
}

fn server(head: &str, arguments: &[String], found: &mut Application) {
    let folder = option(arguments, &["--chdir", "--app-dir", "--pythonpath", "--pp"]);
    let folder = folder.filter(|folder| !folder.contains('\u{2026}'));
    found.folder = folder.map(str::to_owned).filter(|folder| folder != ".");
    let free = Words::new(arguments, &SERVER_OPTIONS).filter_map(|word| match word {
        Word::Free(word) => Some(word),
        Word::Option(..) => None,
    });
    let free: Vec<&str> = free.collect();
    let by_option = match head {
        "uwsgi" => option(arguments, &["--wsgi-file"])
            .map(|file| Named::Imported(file.to_owned()))
            .or_else(|| option(arguments, &["--module", "-w", "--wsgi"]).map(|name| object(name, false)))
            // `--mount /=app:app`
            .or_else(|| option(arguments, &["--mount"])?.split_once('=').map(|(_, name)| object(name, false))),
        _ => None,
    };
    let is_called = arguments.iter().any(|word| word == "--factory" || word == "--call");
    let named = free.iter().find(|word| word.contains(':')).or_else(|| free.first());
    let is_module = |word: &str| word.chars().all(|c| c.is_alphanumeric() || "._:()'\"-=, ".contains(c));
    found.named = match by_option {
        Some(named) => named,
        None => match named.filter(|word| is_module(word) && !word.ends_with(".ini")) {
            Some(word) => object(word, is_called),
            None => Named::Elsewhere,
        },
    };
    if head == "uwsgi" {
        let home = option(arguments, &["--home", "--virtualenv", "--venv", "--pyhome", "-H"]);
        found.environment = home.filter(|home| !home.contains('\u{2026}')).map(str::to_owned);
    }
    if head == "gunicorn" {
        let class = option(arguments, &["-k", "--worker-class", "--logger-class"]);
        let file = option(arguments, &["-c", "--config"]).map(|file| file.strip_prefix("file:").unwrap_or(file));
        found.configuration = file.map(str::to_owned);
        found.modules.extend(class.filter(|class| !class.contains(['$', '\u{2026}'])).map(str::to_owned));
    }
}

/// `package.module:attribute`, `app:create_app()`, or `app.py`.
fn object(words: &str, is_called: bool) -> Named {
    if words.contains(['$', '\u{2026}', '/']) && !words.ends_with(".py") {
        return Named::Elsewhere;
    }
    if words.ends_with(".py") {
        return Named::Imported(words.to_owned());
    }
    let (module, attribute) = words.split_once(':').unwrap_or((words, ""));
    let is_called = is_called || attribute.contains('(');
    let attribute = attribute.split(['(', '[', '.']).next().unwrap_or_default();
    let is_dotted = |text: &str| text.chars().all(|c| c.is_alphanumeric() || c == '_' || c == '.');
    if module.is_empty() || !is_dotted(module) {
        return Named::Elsewhere;
    }
    Named::Object { module: module.to_owned(), attribute: attribute.to_owned(), is_called }
}
