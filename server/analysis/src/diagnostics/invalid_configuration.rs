//! `invalid-configuration`: a setting of pinlens's own that cannot be taken, at its place.

use super::{Check, Findings, Rule};
use crate::config::Config;
use crate::finding::Diagnostic;
use crate::model::ids::FileId;
use crate::model::store::Model;
use pinlens_facts::facts::SettingsFacts;
use pinlens_facts::words::codes::{Code, Severity};
use pinlens_facts::words::suppress::Ignores;

/// Its row of the table.
pub(super) const RULE: Rule = Rule {
    code: Code::InvalidConfiguration,
    summary: "A setting of pinlens is unknown or has a wrong value.",
    check: Check::Settings(check),
    fixes: None,
};

/// Tells every setting of the file that is unknown or wrong. Only files at the root hold settings of ours.
fn check(ws: &Model, file: FileId, facts: &SettingsFacts, findings: &mut Findings) {
    let path = ws.path(file);
    if !path.folder().is_empty() {
        return;
    }
    let (_, errors) = Config::parse(path, &facts.text);
    for error in errors {
        let diagnostic = Diagnostic::new(
            Code::InvalidConfiguration,
            error.range.unwrap_or_default(),
            if error.fatal { error.message } else { format!("{}: {}", error.key, error.message) },
        )
        .severity(if error.fatal { Severity::Error } else { Severity::Warning });
        findings.add(diagnostic, &Ignores::None);
    }
}
