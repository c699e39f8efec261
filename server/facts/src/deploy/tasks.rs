//! What names of a project's own scripts stand for: `pdm run serve`, `pipenv run serve`.

use crate::formats::toml;
use crate::formats::tree::{self, Node};

/// What a script is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Task {
    /// A text for a shell.
    Shell(String),
    /// A function that is called: its module, and its name.
    Call(String, String),
    /// Several of these, or commands, one after the other.
    Each(Vec<String>),
}

/// The script of that name in a pyproject.toml with scripts of pdm, or in a Pipfile.
pub fn task(text: &str, runner: &str, name: &str) -> Option<Task> {
    let keys: &[&str] = match runner {
        "pdm" => &["tool", "pdm", "scripts"],
        "pipenv" => &["scripts"],
        _ => return None,
    };
    let root = tree::of_toml(text, &toml::read(text).root);
    let scripts = keys.iter().try_fold(&root, |node, key| node.get(key))?;
    read(scripts.get(name)?)
}

fn read(node: &Node) -> Option<Task> {
    if let Some(text) = node.as_text() {
        return (!text.trim().is_empty()).then(|| Task::Shell(text.to_owned()));
    }
    if let Some(command) = node.get("cmd").or_else(|| node.get("shell")) {
        let text = match command.as_text() {
            Some(text) => text.to_owned(),
            None => quoted(command.items().iter().filter_map(Node::as_text)),
        };
        return (!text.trim().is_empty()).then_some(Task::Shell(text));
    }
    if let Some(call) = node.get("call").and_then(Node::as_text) {
        let (module, function) = call.split_once(':')?;
        let function = function.split('(').next().unwrap_or_default();
        return Some(Task::Call(module.trim().to_owned(), function.trim().to_owned()));
    }
    let each: Vec<String> =
        node.get("composite")?.items().iter().filter_map(Node::as_text).map(str::to_owned).collect();
    (!each.is_empty()).then_some(Task::Each(each))
}

fn quoted<'a>(words: impl Iterator<Item = &'a str>) -> String {
    words.map(|word| format!("'{}'", word.replace('\'', "'\\''"))).collect::<Vec<String>>().join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;

    const PYPROJECT: &str = "[tool.pdm.scripts]\nserve = \"uvicorn app:app\"\nwork = {cmd = [\"python\", \"-m\", \"it's\"]}\nall = {composite = [\"serve\", \"python x.py\"]}\nload = {call = \"shop.load:main(1)\", env = {A = \"1\"}}\nsh = {shell = \"a | b\"}\nempty = \"\"\n_.env_file = \".env\"\n";

    #[test]
    fn scripts_have_forms() {
        let shell = |text: &str| Some(Task::Shell(text.to_owned()));
        assert_eq!(task(PYPROJECT, "pdm", "serve"), shell("uvicorn app:app"));
        assert_eq!(task(PYPROJECT, "pdm", "work"), shell("'python' '-m' 'it'\\''s'"));
        assert_eq!(task(PYPROJECT, "pdm", "sh"), shell("a | b"));
        assert_eq!(task(PYPROJECT, "pdm", "load"), Some(Task::Call("shop.load".into(), "main".into())));
        assert_eq!(task(PYPROJECT, "pdm", "all"), Some(Task::Each(vec!["serve".into(), "python x.py".into()])));
        for name in ["empty", "nothing", "_"] {
            assert_eq!(task(PYPROJECT, "pdm", name), None, "{name}");
        }
        assert_eq!(task(PYPROJECT, "uv", "serve"), None);
        assert_eq!(task("[scripts]\nserve = \"flask run\"\n", "pipenv", "serve"), shell("flask run"));
    }

    #[test]
    fn half_typed_scripts_cost_only_themselves() {
        for end in 0..=PYPROJECT.len() {
            let text = &PYPROJECT[..PYPROJECT.floor_char_boundary(end)];
            // what is typed of a string is its value
            if let Some(found) = task(text, "pdm", "serve") {
                assert!(
                    matches!(&found, Task::Shell(typed) if "uvicorn app:app".starts_with(typed.as_str())),
                    "{text}"
                );
            }
        }
    }
}
