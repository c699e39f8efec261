//! `transitive-import`: a module whose distribution is installed only because another requirement needs it.
//!
//! It works until that requirement changes what it needs: then the application dies at the import.

use super::missing::add_missing;
use super::rule::{Check, Findings, Rule};
use crate::analysis::Analysis;
use crate::deployments::unknown_image;
use crate::finding::Diagnostic;
use crate::imports::Import;
use crate::imports::claims::{Claim, Doubt, Proof};
use crate::imports::members;
use crate::imports::verdict::{Missing, bringer, brought_alike, missing, module_of, routes};
use crate::model::ids::FileId;
use crate::model::project::Bringer;
use crate::wording;
use pinlens_facts::knowledge::needs;
use pinlens_facts::words::codes::{Code, Severity};
use pinlens_facts::words::names::{DistributionName, ModuleName};
use rustc_hash::FxHashSet;

/// Its row of the table.
pub(super) const RULE: Rule = Rule {
    code: Code::TransitiveImport,
    summary: "An imported module's distribution is installed only because another requirement needs it.",
    check: Check::Imports(check),
    fixes: Some(add_missing),
};

/// Finds the imports among `imports` that only other requirements satisfy.
fn check(ws: &Analysis, file: FileId, imports: &[Import], findings: &mut Findings) {
    let mut reported = FxHashSet::default();
    for import in imports {
        if let Some(diagnostic) = of_member(ws, file, import) {
            findings.add(diagnostic, &import.statement.ignores);
            continue;
        }
        let missing = missing(ws, file, import);
        let Some(bringer) = missing.and_then(|missing| bringer(ws, file, &missing)) else {
            let alike = brought_alike(ws, file, import).filter(|_| !import.is_optional);
            let severity = alike.and_then(|_| Proof::of_context(ws, file, import).severity(Claim::Transitive));
            if let (Some((name, bringer)), Some(severity)) = (alike, severity) {
                findings.add(diagnostic_of_alike(import, name, bringer, severity), &import.statement.ignores);
            }
            continue;
        };
        let Some(missing) = missing else { continue };
        // where the code goes on without it, coming by another's need is as good as any
        let key = (import.range, missing.best.clone());
        if !import.is_optional && reported.insert(key) {
            let proof = Proof::of(ws, file, import, Some(missing.providers)).with(unknown_image(ws, file));
            let proof = proof
                .with(bringer.all().any(|by| needs::are_inseparable(by, missing.best)).then_some(Doubt::Inseparable));
            let Some(severity) = proof.severity(Claim::Transitive) else { continue };
            let unknown = proof.requires_unknown();
            let routes = routes(ws, file, &missing, &bringer);
            let found = diagnostic(import, &missing, (&bringer, &routes), unknown, severity);
            findings.add(found, &import.statement.ignores);
        }
    }
}

/// The finding of an import of another member of the workspace that a third one requires.
fn of_member(ws: &Analysis, file: FileId, import: &Import) -> Option<Diagnostic> {
    let member = members::undeclared(ws, file, import).filter(|_| !import.is_optional)?;
    let bringer = member.bringer?;
    let severity = Proof::of_member(ws, file, import, &member).severity(Claim::Transitive)?;
    let by: Vec<DistributionName> = bringer.all().cloned().collect();
    let message = wording::message(
        format!("{} only installed because {}", wording::missing(&import.name, member.name), depend_on_it(&by)),
        [format!("{} says so; the import fails once {}", bringer.known_from, dropped(&by))],
    );
    let diagnostic = Diagnostic::of_import(Code::TransitiveImport, import, message).severity(severity);
    Some(diagnostic.module(ModuleName::new(&import.name)).distribution(Some(member.name.clone())))
}

fn diagnostic_of_alike(import: &Import, name: &DistributionName, bringer: &Bringer, severity: Severity) -> Diagnostic {
    let all: Vec<DistributionName> = bringer.all().cloned().collect();
    let message = wording::message(
        format!("{} only installed because {}", wording::missing(&import.name, name), depend_on_it(&all)),
        [
            format!("{} says so; the import fails once {}", bringer.known_from, dropped(&all)),
            format!("that {name} provides it is known from its name"),
        ],
    );
    Diagnostic::of_import(Code::TransitiveImport, import, message).severity(severity).distribution(Some(name.clone()))
}

/// `unknown`: the declared distributions that may require it too, for all that is known.
fn diagnostic(
    import: &Import,
    missing: &Missing,
    (bringer, routes): (&Bringer, &[DistributionName]),
    unknown: Option<String>,
    severity: Severity,
) -> Diagnostic {
    let module = module_of(import, missing.providers);
    let best = missing.best;
    let only = if unknown.is_some() { "not declared, and" } else { "only" };
    let unknown = unknown.map(|names| format!("{names} may require it too, which is not known"));
    Diagnostic::of_import(
        Code::TransitiveImport,
        import,
        wording::message(
            format!("{} {only} installed because {}", wording::missing(module.as_str(), best), depend_on_it(routes)),
            [format!("{} says so; the import fails once {}", bringer.known_from, dropped(routes))]
                .into_iter()
                .chain(unknown)
                .chain((!wording::is_same(module.as_str(), best)).then(|| missing.providers.because.clone())),
        ),
    )
    .severity(severity)
    .module(module)
    .distribution(Some(best.clone()))
}

/// `flask depends on it`, `alembic and sqlmodel depend on it`.
fn depend_on_it(names: &[DistributionName]) -> String {
    match names {
        [one] => format!("{one} depends on it"),
        [one, other] => format!("{one} and {other} depend on it"),
        [one, two, others @ ..] => {
            format!("{one}, {two} and {} depend on it", wording::counted(others.len(), "other"))
        }
        [] => String::new(),
    }
}

/// `flask drops it`, `they drop it`.
fn dropped(names: &[DistributionName]) -> String {
    match names {
        [one] => format!("{one} drops it"),
        _ => "they drop it".to_owned(),
    }
}
