//! An import of another member of the workspace, which the file's own member does not require.

use crate::analysis::Analysis;
use crate::finding::Diagnostic;
use crate::imports::Import;
use crate::imports::claims::{Claim, Proof};
use crate::imports::members::{self, OtherMember};
use crate::model::ids::FileId;
use crate::wording;
use pinlens_facts::words::codes::Code;
use pinlens_facts::words::names::ModuleName;

/// The finding of such an import, where it is one and nothing brings the other member along.
pub(super) fn of(ws: &Analysis, file: FileId, import: &Import) -> Option<Diagnostic> {
    let member = members::undeclared(ws, file, import).filter(|member| member.bringer.is_none())?;
    let proof = Proof::of_member(ws, file, import, &member);
    let severity = proof.severity(Claim::Undeclared)?;
    let message = wording::message(headline(ws, import, &member), proof.remarks());
    let diagnostic = Diagnostic::of_import(Code::UndeclaredImport, import, message).severity(severity);
    Some(diagnostic.module(ModuleName::new(&import.name)).distribution(Some(member.name.clone())))
}

fn headline(ws: &Analysis, import: &Import, member: &OtherMember) -> String {
    let what = wording::missing(&import.name, member.name);
    let list = ws.shown(&member.manifest);
    format!("{what} not in {list}: {} fails without that other member of the workspace", member.of)
}
