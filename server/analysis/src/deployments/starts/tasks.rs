//! What runs by another name: the lines of a makefile, and the scripts of a project's own manifest.

use super::super::make;
use super::{Around, DEEPEST, Process, Starter};
use pinlens_facts::deploy::paths::joined;
use pinlens_facts::deploy::start::Program;
use pinlens_facts::deploy::tasks::{self, Task};
use pinlens_facts::facts::FileFacts;

impl Starter<'_> {
    /// Runs the lines of a makefile: the first that fails ends make.
    pub(super) fn recipe(&mut self, recipe: &make::Recipe, around: Around<'_>) {
        if self.making.contains(&recipe.call) {
            return;
        }
        let folder = self.folder.clone();
        self.depth += 1;
        self.making.push(recipe.call.clone());
        // of what may fail nothing is to be said
        for line in recipe.lines.iter().filter(|line| !line.may_fail) {
            self.folder.clone_from(&recipe.folder);
            let is_certain = around.is_certain && !line.is_open;
            // the shell of one line ends with its last command
            let text = format!("set -e; {}", line.text);
            self.script(&text, 1, Around { is_certain, arguments: &[], is_elsewhere: true, ..around });
        }
        self.making.pop();
        self.depth -= 1;
        self.folder = folder;
    }

    /// What a script of the project's own manifest is: `pdm run serve`.
    pub(super) fn task(&self, runner: &str, name: &str) -> Option<Task> {
        let manifest = match runner {
            "pdm" => "pyproject.toml",
            "pipenv" => "Pipfile",
            _ => return None,
        };
        let file = self.image.file(self.ws, &joined(&self.folder, manifest))?;
        let FileFacts::Settings(settings) = self.ws.facts(file)? else { return None };
        // a Pipfile keeps its text with what it declares
        let text = settings.declarations.as_ref().map_or(&*settings.text, |declared| &*declared.text);
        tasks::task(text, runner, name)
    }

    /// Runs a script of the manifest in the environment that its tool keeps.
    pub(super) fn run_task(&mut self, task: &Task, runner: &'static str, arguments: &[String], around: Around<'_>) {
        if self.depth > DEEPEST {
            return;
        }
        if let Some(python) = self.image.of_runner(runner, &self.folder) {
            let path = self.environment.get("PATH").cloned().unwrap_or_default();
            self.environment.insert("PATH".to_owned(), format!("{}:{path}", python.bin));
            self.environment.insert("VIRTUAL_ENV".to_owned(), python.prefix);
        }
        self.depth += 1;
        match task {
            Task::Shell(text) => {
                let whole = [std::slice::from_ref(text), arguments].concat().join(" ");
                self.script(&whole, 1, Around { arguments: &[], is_elsewhere: true, ..around });
            }
            Task::Call(module, _) => self.found.push(Process {
                at: Some(around.at),
                words: format!("{runner} run {module}").into(),
                is_certain: around.is_certain,
                runner: Some(runner),
                program: Program::Imported { module: module.clone() },
                folder: self.folder.clone(),
                environment: self.environment.clone(),
                defaults: self.defaults.clone(),
                ..Process::default()
            }),
            Task::Each(all) => {
                for text in all {
                    let name = text.split_whitespace().next().unwrap_or_default();
                    match self.task(runner, name) {
                        Some(inner) => self.run_task(&inner, runner, &[], around),
                        None => {
                            self.script(text, 1, Around { arguments: &[], is_elsewhere: true, ..around });
                        }
                    }
                }
            }
        }
        self.depth -= 1;
    }
}
