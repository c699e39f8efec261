//! What fixes the findings about a missing distribution: to add it.

use super::pass::FixPass;
use crate::deployments::{reported, unknown_image};
use crate::finding::{Diagnostic, Subject};
use crate::fixes::{Applicability, Fix, deployed};
use crate::imports::claims::{Claim, Doubt, Proof};
use crate::imports::members;
use crate::imports::verdict::Missing;
use crate::model::resolve::Evidence;
use pinlens_facts::words::codes::Code;

/// One fix a candidate: add it to the requirements file that fits best, or make one.
pub(super) fn add_missing(pass: &mut FixPass, diagnostic: &Diagnostic) -> Vec<Fix> {
    let (ws, file) = (pass.ws, pass.file);
    let Subject::Import(index) = diagnostic.subject else { return Vec::new() };
    // a module that bears the name itself would hide what is added: it is to be renamed
    if diagnostic.module.as_ref().is_some_and(|module| module.top() == ws.path(file).stem()) {
        return Vec::new();
    }
    if let Some(fixes) = requiring_member(pass, diagnostic) {
        return fixes;
    }
    let lacking = diagnostic.distribution.as_ref().and_then(|name| pass.lacking(index, diagnostic.range, name));
    let Some((import, Missing { providers, .. })) = lacking else {
        // what another list declares goes to the list that the deployment installs
        let name = diagnostic.distribution.as_ref();
        return name.and_then(|name| deployed::fix(ws, file, diagnostic.range, name)).into_iter().collect();
    };
    // nothing says that the code is for a Python without the module
    let is_doubtful = diagnostic.code == Code::RemovedStdlibModule && !ws.knows_target();
    let proof = Proof::of(ws, file, import, Some(providers)).with(is_doubtful.then_some(Doubt::UnknownTarget));
    let proof = proof.with(unknown_image(ws, file));
    let best = providers.candidates.first();
    let is_installed = best.is_some_and(|best| reported::installed_by(ws, file, import.range, best).is_some());
    let proof = proof.with(is_installed.then_some(Doubt::Listed));
    let is_sure = providers.evidence >= Evidence::Catalog && proof.holds(Claim::SafeFix);
    // who builds the deployment again wants it in a list that this installs
    if let Some(fix) = best.and_then(|best| deployed::fix(ws, file, import.range, best)) {
        let applicability = if is_sure { fix.applicability } else { Applicability::Unsafe };
        return vec![Fix { applicability, ..fix }];
    }
    let mut fixes = Vec::new();
    for (rank, candidate) in providers.candidates.iter().enumerate() {
        for (place, mut fix) in pass.adding(candidate).into_iter().enumerate() {
            fix.preferred = rank == 0 && place == 0 && providers.evidence >= Evidence::Catalog;
            // another provider than the best one is somebody's choice
            if !is_sure || rank > 0 {
                fix.applicability = Applicability::Unsafe;
            }
            if providers.evidence < Evidence::Catalog {
                fix.title += " (a guess from the module's name)";
            }
            fixes.push(fix);
        }
    }
    fixes
}

/// The fixes of an import of another member of the workspace: its own requires it.
fn requiring_member(pass: &mut FixPass, diagnostic: &Diagnostic) -> Option<Vec<Fix>> {
    let Subject::Import(index) = diagnostic.subject else { return None };
    let (ws, file) = (pass.ws, pass.file);
    let import = pass.importing(index, diagnostic.range)?;
    let member = members::undeclared(ws, file, import)?;
    let is_safe = Proof::of_member(ws, file, import, &member).holds(Claim::SafeFix);
    let with = |fix: Fix| match is_safe {
        true => fix,
        false => Fix { applicability: Applicability::Unsafe.max(fix.applicability), ..fix },
    };
    Some(pass.adding(member.name).into_iter().map(with).collect())
}
