//! `misnamed-requirement`: a requirement bears the name of a module, or of a stand-in, where another distribution is meant.
//!
//! At best the stand-in installs the right one; at worst pip stops, or installs what somebody else gave that name.

use super::pass::FixPass;
use super::rule::{Check, Findings, Rule};
use crate::analysis::Analysis;
use crate::finding::{Diagnostic, Indexed};
use crate::fixes::{Fix, change, remove};
use crate::model::ids::FileId;
use crate::model::project;
use pinlens_facts::requirements::{RequirementsFacts, Source};
use pinlens_facts::words::codes::{Code, Severity};
use pinlens_facts::words::names::DistributionName;
use rustc_hash::FxHashMap;
use std::sync::LazyLock;

/// Its row of the table.
pub(super) const RULE: Rule = Rule {
    code: Code::MisnamedRequirement,
    summary: "A requirement bears another name than the distribution that is meant.",
    check: Check::Requirements(check),
    fixes: Some(fixes),
};

/// One row of the table.
struct Row {
    /// The distribution that is meant; `None` where the requirement is needless.
    right: Option<DistributionName>,
    kind: Kind,
}

/// What the index has under the wrong name.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Kind {
    /// A stand-in that installs the right one.
    Stub,
    /// Something whose installation fails.
    Broken,
    /// Nothing.
    Absent,
    /// Another project.
    Other,
}

/// The rows behind their names.
static TABLE: LazyLock<FxHashMap<&'static str, &'static str>> = LazyLock::new(|| {
    let rows = include_str!("../../../facts/data/misnamed.tsv").lines().skip(1);
    rows.filter_map(|row| row.split_once('\t')).collect()
});

/// Whether the table says what is meant by the name.
pub(super) fn has_row(name: &DistributionName) -> bool {
    TABLE.contains_key(name.as_str())
}

fn row_of(name: &DistributionName) -> Option<Row> {
    let mut cells = TABLE.get(name.as_str())?.split('\t');
    let right = cells.next().filter(|right| !right.is_empty()).map(DistributionName::new);
    let kind = match cells.next()? {
        "stub" => Kind::Stub,
        "broken" => Kind::Broken,
        "absent" => Kind::Absent,
        _ => Kind::Other,
    };
    Some(Row { right, kind })
}

/// Finds the misnamed requirements of a file. A name that is installed, mapped or made here is known to be right.
fn check(ws: &Analysis, file: FileId, facts: &RequirementsFacts, findings: &mut Findings) {
    if ws.projects().is_constraints(file, ws.path(file)) || project::source_of(ws.model(), file).is_some() {
        return;
    }
    for requirement in Indexed::sound(facts).filter(|one| one.source == Source::Index) {
        let Some(name) = &requirement.name else { continue };
        let Some(row) = row_of(name).filter(|row| !is_right(ws, name, row.kind)) else { continue };
        findings.add(diagnostic(requirement, name, &row), &requirement.ignores);
    }
}

fn is_right(ws: &Analysis, name: &DistributionName, kind: Kind) -> bool {
    let is_mapped = ws.config().map.values().any(|names| names.contains(name));
    is_mapped || ws.makes(name) || kind != Kind::Stub && ws.environment().get(name).is_some()
}

fn diagnostic(requirement: Indexed, name: &DistributionName, row: &Row) -> Diagnostic {
    let right = row.right.as_ref().map_or("nothing", DistributionName::as_str);
    let what = match row.kind {
        Kind::Stub => {
            format!("`{name}` only installs {right}: its version says nothing of the one that you get")
        }
        Kind::Broken => format!("`{name}` cannot be installed: it was a stand-in for {right}"),
        Kind::Absent if row.right.is_some() => {
            format!("there is no package `{name}` on PyPI, so pip stops here: {right} is meant")
        }
        Kind::Absent => format!("there is no package `{name}` on PyPI, so pip stops here"),
        Kind::Other if row.right.is_some() => {
            format!("`{name}` is another project on PyPI; the module of that name is in {right}")
        }
        Kind::Other => format!("`{name}` is not a package that code needs"),
    };
    Diagnostic::of_requirement(Code::MisnamedRequirement, requirement, what).severity(if row.kind == Kind::Stub {
        Severity::Info
    } else {
        Severity::Warning
    })
}

/// Requires the right one in its place.
fn fixes(pass: &mut FixPass, diagnostic: &Diagnostic) -> Vec<Fix> {
    let Some(requirement) = pass.requirement(diagnostic) else { return Vec::new() };
    let (ws, file) = (pass.ws, pass.file);
    let Some(row) = requirement.name.as_ref().and_then(row_of) else { return Vec::new() };
    let fix = match &row.right {
        Some(right) => change::rename(ws, file, requirement, right),
        None => Some(remove::fix(ws, file, requirement, "Remove")),
    };
    fix.map(|fix| Fix { preferred: true, ..fix }).into_iter().collect()
}
