//! `invalid-configuration`: a setting of pinlens's own that cannot be taken, at its place.

use super::{Diagnostic, Findings};
use crate::config::Config;
use pinlens_facts::facts::SettingsFacts;
use pinlens_facts::words::codes::{Code, Severity};
use pinlens_facts::words::names::FilePath;
use pinlens_facts::words::suppress::Ignores;

/// Tells every setting of the file that is unknown or wrong. Only files at the root hold settings of ours.
pub(super) fn check(path: &FilePath, facts: &SettingsFacts, findings: &mut Findings) {
    if !path.folder().is_empty() {
        return;
    }
    let (_, errors) = Config::parse(path, &facts.text);
    for error in errors {
        let diagnostic = Diagnostic {
            code: Code::InvalidConfiguration,
            // of a file that is no TOML, other tools read nothing at all
            severity: if error.fatal { Severity::Error } else { Severity::Warning },
            range: error.range.unwrap_or_default(),
            message: if error.fatal { error.message } else { format!("{}: {}", error.key, error.message) },
            module: None,
            distribution: None,
            related: Vec::new(),
            unnecessary: false,
        };
        findings.add(diagnostic, &Ignores::None);
    }
}
