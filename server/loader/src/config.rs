//! Which file the settings are in.

use crate::Loader;
use ignore::gitignore::GitignoreBuilder;
use pinlens_analysis::config::{Config, ConfigError};
use pinlens_analysis::facts::FileKind;
use pinlens_analysis::names::FilePath;

/// Reads the text of a settings file.
type Parser = fn(&str) -> (Config, Vec<ConfigError>);

/// `pinlens.toml` where it exists, whatever it holds; else `pyproject.toml`.
pub(crate) fn read(loader: &Loader) -> (Config, Vec<ConfigError>) {
    let parsers: [(&str, Parser); 2] =
        [("pinlens.toml", Config::parse_pinlens_toml), ("pyproject.toml", Config::parse_pyproject)];
    for (name, parse) in parsers {
        match loader.text(&FilePath::new(name), FileKind::Settings) {
            Ok(Some(source)) => {
                let (config, mut errors) = parse(&source.text);
                let table = if name == "pinlens.toml" { "" } else { "tool.pinlens." };
                errors.extend(
                    wrong_patterns(&config).map(|message| ConfigError { key: format!("{table}exclude"), message }),
                );
                return (config, errors);
            }
            Ok(None) => {}
            Err(skipped) => {
                let error = ConfigError { key: name.into(), message: skipped.reason };
                return (Config::default(), vec![error]);
            }
        }
    }
    (Config::default(), Vec::new())
}

/// What is wrong with patterns of `exclude`; a wrong one excludes nothing.
fn wrong_patterns(config: &Config) -> impl Iterator<Item = String> {
    let error = |pattern: &String| GitignoreBuilder::new("").add_line(None, pattern).err();
    config.exclude.iter().filter_map(move |pattern| Some(format!("\"{pattern}\" is no pattern: {}", error(pattern)?)))
}
