//! What a run of pytest needs next to its imports: the plugins whose options stand on its command line or in its configuration, and those
//! that `-p` loads.

use super::super::deployment::What;
use super::super::image::Python;
use super::super::view::Found;
use super::One;
use pinlens_facts::deploy::paths::joined;
use pinlens_facts::knowledge::table::plugins_of_option;
use pinlens_facts::mentions::MentionKind;
use pinlens_facts::words::names::DistributionName;

/// The files that configure pytest, in the order in which it looks; the first that says something counts.
const CONFIGURATIONS: [&str; 5] = ["pytest.ini", ".pytest.ini", "pyproject.toml", "tox.ini", "setup.cfg"];

impl One<'_> {
    /// Looks up what a run of pytest with these arguments needs.
    pub(super) fn plugins(&mut self, python: &Python, arguments: &[String]) {
        let configured = self.configured_options();
        let own = || arguments.iter().take_while(|word| *word != "--");
        let words: Vec<&str> = configured.iter().chain(own()).map(String::as_str).collect();
        let view = self.view(python, std::slice::from_ref(&self.process.folder));
        let has = |name: &DistributionName| view.provided.names.contains(name);
        let mut lacking: Vec<(String, DistributionName)> = Vec::new();
        let mut note = |option: &str, name: DistributionName| {
            if !lacking.iter().any(|(_, known)| *known == name) {
                lacking.push((option.to_owned(), name));
            }
        };
        for (at, word) in words.iter().enumerate() {
            if let Some(module) = loaded(word, words.get(at + 1).copied()) {
                if let Found::Lacking(Some(found)) = view.look_up(module) {
                    note(&format!("-p {module}"), found.best);
                }
                continue;
            }
            let option = name_of(word);
            let brings = plugins_of_option("pytest", option);
            if let Some(first) = brings.first().filter(|_| !brings.iter().any(&has)) {
                note(option, first.clone());
            }
        }
        drop(view);
        for (option, name) in lacking {
            self.lack_at_start(What::Command { name: format!("pytest {option}").into() }, Some(name));
        }
    }

    /// The options that the configuration next to the tests adds to every run.
    fn configured_options(&self) -> Vec<String> {
        let files = CONFIGURATIONS.iter().filter_map(|name| {
            self.image
                .file(self.ws, &joined(&self.process.folder, name))
                .and_then(|file| self.ws.facts(file)?.mentions())
        });
        let options = |mention: &str| mention.strip_prefix("pytest ").map(str::to_owned);
        let mut said = files.map(|mentions| {
            let all = mentions.of(MentionKind::Options).filter_map(|mention| options(&mention.text));
            all.flat_map(|text| text.split_whitespace().map(str::to_owned).collect::<Vec<_>>()).collect::<Vec<_>>()
        });
        said.find(|words| !words.is_empty()).unwrap_or_default()
    }
}

/// The option of a word: `--cov` of `--cov=src`, `-n` of `-n4`.
fn name_of(word: &str) -> &str {
    let name = word.split('=').next().unwrap_or_default();
    let is_short = name.starts_with('-') && !name.starts_with("--");
    name.get(..2).filter(|_| is_short).unwrap_or(name)
}

/// The module of a plugin that `-p` loads. A word alone may be the name of an entry point, and `no:` switches a plugin off.
fn loaded<'a>(word: &'a str, next: Option<&'a str>) -> Option<&'a str> {
    let module = match word {
        "-p" => next?,
        _ => word.strip_prefix("-p").filter(|_| !word.starts_with("--"))?,
    };
    let is_module = module.chars().all(|c| c.is_alphanumeric() || matches!(c, '_' | '.'));
    (is_module && module.contains(['_', '.']) || module == "xdist").then_some(module)
}
