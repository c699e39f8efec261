//! `unresolved-entry`: a deployment starts a file or module that is not there, or installs a list that is not.

use super::rule::{Check, Findings, Rule};
use crate::analysis::Analysis;
use crate::deployments::{Deployment, Lack, What};
use crate::finding::Diagnostic;
use crate::model::ids::FileId;
use crate::startup::entries::scripts;
use pinlens_facts::facts::FileFacts;
use pinlens_facts::words::codes::{Code, Severity};
use pinlens_facts::words::suppress::Ignores;

/// Its row of the table.
pub(super) const RULE: Rule = Rule {
    code: Code::UnresolvedEntry,
    summary: "A deployment starts a file or module that is not there.",
    check: Check::Deployments(check),
    fixes: None,
};

/// Finds the entries that deployments name in this file and that are not there, and the scripts of packaging metadata that name
/// no module.
fn check(ws: &Analysis, file: FileId, findings: &mut Findings) {
    let deployments = crate::deployments::of(ws);
    for &(at, lack) in deployments.in_file(file) {
        let (deployment, lack) = (&deployments.all[at], &deployments.all[at].lacks[lack]);
        if let Some(diagnostic) = diagnostic(ws, deployment, lack) {
            findings.add(diagnostic, &Ignores::default());
        }
    }
    if let Some(FileFacts::Settings(settings)) = ws.facts(file)
        && ws.path(file).file_name() == "pyproject.toml"
    {
        for (range, module, is_partly_there) in scripts::unresolved(ws, file, settings) {
            let severity = if is_partly_there { Severity::Warning } else { Severity::Info };
            let message =
                format!("The script names the module `{module}`, which is not there: it fails when it is run.");
            findings.add(finding(severity, range, message), &Ignores::default());
        }
    }
}

fn diagnostic(ws: &Analysis, deployment: &Deployment, lack: &Lack) -> Option<Diagnostic> {
    let message = match &lack.what {
        What::Entry { words, looked_in } => {
            let place = if looked_in.ends_with(".py") {
                format!("{looked_in} is not in the image")
            } else {
                format!("no such module is in {looked_in}")
            };
            let follows = match (lack.is_certain, lack.start) {
                (true, 0) => format!("{} ends before anything else runs", deployment.name),
                (true, _) => format!("{} ends there", deployment.name),
                (false, _) => format!("{} ends where it runs that command", deployment.name),
            };
            format!("`{words}` is not there ({place}): {follows}.")
        }
        What::List { words } => format!("The list `{words}` is not in the image: the build ends there."),
        _ => return None,
    };
    let _ = ws;
    let severity = match (&lack.doubt, lack.is_certain && !deployment.is_job) {
        (None, true) => Severity::Error,
        (None, false) => Severity::Warning,
        (Some(_), _) => Severity::Info,
    };
    Some(finding(severity, lack.range, message))
}

fn finding(severity: Severity, range: pinlens_facts::words::text::TextRange, message: String) -> Diagnostic {
    Diagnostic::new(Code::UnresolvedEntry, range, message).severity(severity)
}
