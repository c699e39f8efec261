//! `invalid-configuration`: a setting of pinlens's own that cannot be taken, at its place.

use super::rule::{Check, Findings, Rule};
use crate::analysis::Analysis;
use crate::config::{Config, ConfigError, idle_below_root, nearest};
use crate::finding::Diagnostic;
use crate::model::ids::FileId;
use pinlens_facts::facts::{FileFacts, FileKind};
use pinlens_facts::manifest::SettingsFacts;
use pinlens_facts::words::codes::{Code, Severity, code_names};
use pinlens_facts::words::names::FilePath;
use pinlens_facts::words::suppress::Ignores;
use pinlens_facts::words::text::TextRange;

/// Its row of the table.
pub(super) const RULE: Rule = Rule {
    code: Code::InvalidConfiguration,
    summary: "A setting of pinlens is unknown or has a wrong value.",
    check: Check::Settings(check),
    fixes: None,
};

/// Reports every setting of the file that is unknown or wrong, and those that have no effect in a subfolder.
fn check(ws: &Analysis, file: FileId, facts: &SettingsFacts, findings: &mut Findings) {
    let path = ws.path(file);
    if !FileKind::of(path).is_some_and(FileKind::has_settings) {
        return;
    }
    for error in idle(path, facts) {
        let message = format!("`{}` {}", error.key, error.message);
        let diagnostic = Diagnostic::new(Code::InvalidConfiguration, error.range.unwrap_or_default(), message);
        findings.add(diagnostic.severity(Severity::Info), &Ignores::None);
    }
    let (_, errors) = Config::of(path, &facts.text, &facts.document);
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

/// The settings of a subfolder that count only at the root.
fn idle(path: &FilePath, facts: &SettingsFacts) -> Vec<ConfigError> {
    if path.folder().is_empty() { Vec::new() } else { idle_below_root(path, facts) }
}

/// Reports the codes in comments of import statements and requirements that are none: such a comment silences nothing.
pub(super) fn check_comments(facts: &FileFacts, findings: &mut Findings) {
    let mut places: Vec<(TextRange, &Ignores)> = Vec::new();
    if let FileFacts::Python(facts) = facts {
        places.extend(facts.imports.iter().map(|statement| (statement.range(), &statement.ignores)));
    }
    if let Some(facts) = facts.declarations() {
        places.extend(facts.requirements.iter().map(|requirement| (requirement.range, &requirement.ignores)));
    }
    for (range, ignores) in places {
        for unknown in ignores.unknown() {
            let right = match nearest(unknown, &code_names()) {
                Some(near) => format!("did you mean `{near}`?"),
                None => "`pinlens explain` lists the codes".to_owned(),
            };
            let message = format!("unknown code `{unknown}` in a comment, which ignores nothing: {right}");
            findings.add(Diagnostic::new(Code::InvalidConfiguration, range, message), &Ignores::None);
        }
    }
}
