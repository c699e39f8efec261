//! Code actions: what can be done about the findings of a range.

use crate::border;
use crate::engine::Engine;
use crate::features::commands::INSTALL;
use crate::inbox::lookup;
use crate::keys::Place;
use crate::state::documents::{Cell, Document};
use crate::view::View;
use pinlens_analysis::finding::Diagnostic;
use pinlens_analysis::fixes::Fix;
use pinlens_analysis::fixes::install::Install;
use pinlens_analysis::fixes::lookup::Lookup;
use pinlens_analysis::model::ids::FileId;
use pinlens_facts::words::codes::Code;
use pinlens_facts::words::printable::printable;
use tower_lsp::ls_types::{
    self, CodeAction, CodeActionDisabled, CodeActionKind, CodeActionOrCommand, CodeActionParams, Command, Position,
    Range, Uri,
};

/// The kind of the action that applies every safe fix of a file.
pub const FIX_ALL: CodeActionKind = CodeActionKind::new("source.fixAll.pinlens");

/// What can be done about the findings of a range, and with what stands there.
pub fn answer(engine: &Engine, params: &CodeActionParams) -> Vec<CodeActionOrCommand> {
    let actions = actions(engine, params).unwrap_or_default();
    actions.into_iter().map(CodeActionOrCommand::CodeAction).collect()
}

fn actions(engine: &Engine, params: &CodeActionParams) -> Option<Vec<CodeAction>> {
    let uri = &params.text_document.uri;
    let (place, cell) = (engine.place_of(uri)?, engine.documents().cell(uri).map(|(_, cell)| cell));
    let view = engine.view(place.folder)?;
    let file = view.folder.workspace.file(&place.path)?;
    view.folder.workspace.facts(file)?;
    if !view.session.actions.literals || !engine.is_enabled(place.folder) {
        return None;
    }
    let only = params.context.only.as_deref();
    let mut actions = Vec::new();
    if is_requested(only, &CodeActionKind::QUICKFIX) {
        actions.extend(quick_fixes(&view, file, cell, params.range, engine.uses_package_index(place.folder)));
    }
    if is_requested(only, &CodeActionKind::QUICKFIX) && view.session.actions.installs {
        actions.extend(installations(&view, uri, file, cell, params.range));
    }
    if is_requested(only, &CodeActionKind::REFACTOR) {
        actions.extend(refactorings(&view, file, &place, cell, params.range));
    }
    if is_requested(only, &FIX_ALL) && view.folder.reading.is_ready() {
        let fix = view.folder.workspace.fix_all(file);
        actions.extend(fix.and_then(|fix| action(&view, &fix, FIX_ALL, Vec::new())));
    }
    Some(actions)
}

/// Whether actions of `kind` are requested: kinds nest by their dots, and no list means all.
fn is_requested(only: Option<&[CodeActionKind]>, kind: &CodeActionKind) -> bool {
    let holds = |wanted: &CodeActionKind| {
        let rest = kind.as_str().strip_prefix(wanted.as_str());
        rest.is_some_and(|rest| rest.is_empty() || rest.starts_with('.') || wanted.as_str().is_empty())
    };
    only.is_none_or(|only| only.iter().any(holds))
}

/// Each fix of each finding that meets the range, and the one that adds all that is missing. Of a notebook's cell: of the
/// findings in it, for each cell counts its lines from its own start.
fn quick_fixes(view: &View<'_>, file: FileId, cell: Option<&Cell>, range: Range, uses_index: bool) -> Vec<CodeAction> {
    let workspace = &view.folder.workspace;
    let is_here = |found: &Diagnostic| cell.is_none_or(|cell| cell.range.touches(found.range.start));
    // of a folder that was not read whole, what is published is what the file alone shows
    let known =
        if view.folder.reading.is_ready() { workspace.diagnostics(file) } else { workspace.local_diagnostics(file) };
    let found: Vec<(Diagnostic, ls_types::Diagnostic)> = known
        .into_iter()
        .filter(is_here)
        .map(|found| (view.diagnostic(file, &found), found))
        .filter(|(shown, _)| meets(shown.range, range))
        .map(|(shown, found)| (found, shown))
        .collect();
    let mut fixes: Vec<(Fix, Vec<ls_types::Diagnostic>)> = Vec::new();
    for (found, shown) in &found {
        for fix in workspace.fixes(file, found) {
            // two imports of one distribution on a line have one fix
            match fixes.iter_mut().find(|(known, _)| *known == fix) {
                Some((_, targets)) => targets.push(shown.clone()),
                None => fixes.push((fix, vec![shown.clone()])),
            }
        }
    }
    let undeclared = |(found, _): &&(Diagnostic, _)| found.code == Code::UndeclaredImport;
    let missing: Vec<_> = found.iter().filter(undeclared).map(|(_, shown)| shown.clone()).collect();
    if !missing.is_empty() {
        fixes.extend(workspace.add_all_missing(file).map(|fix| (fix, missing)));
    }
    let is_unused = |(found, _): &&(Diagnostic, _)| found.code == Code::UnusedRequirement;
    let unused: Vec<_> = found.iter().filter(is_unused).map(|(_, shown)| shown.clone()).collect();
    if !unused.is_empty() {
        fixes.extend(workspace.remove_all_unused(file).map(|fix| (fix, unused)));
    }
    // what only silences a finding stands behind all that fixes one
    let text = view.document(workspace.path(file)).and_then(Document::code);
    for (found, shown) in &found {
        fixes.extend(workspace.choices(file, found, text).into_iter().map(|fix| (fix, vec![shown.clone()])));
    }
    let mut actions = Vec::new();
    for (fix, targets) in fixes {
        let mut fix = fix;
        if let Some(lookup) = fix.lookup.take().filter(|_| uses_index && view.session.actions.resolved) {
            actions.push(deferred(view, &fix, &lookup, targets.clone()));
            fix.preferred = false;
        }
        actions.extend(action(view, &fix, CodeActionKind::QUICKFIX, targets));
    }
    actions
}

/// The installations that answer the findings which meet the range, each once.
fn installations(view: &View<'_>, uri: &Uri, file: FileId, cell: Option<&Cell>, range: Range) -> Vec<CodeAction> {
    let workspace = &view.folder.workspace;
    let mut actions: Vec<CodeAction> = Vec::new();
    let is_here = |found: &&Diagnostic| cell.is_none_or(|cell| cell.range.touches(found.range.start));
    let known = if view.folder.reading.is_ready() { workspace.diagnostics(file) } else { Vec::new() };
    for found in known.iter().filter(is_here) {
        let shown = view.diagnostic(file, found);
        if !meets(shown.range, range) {
            continue;
        }
        for one in workspace.installs(file, found) {
            if actions.iter().all(|known| known.title != one.title) {
                actions.push(installation(uri, &one, vec![shown.clone()]));
            }
        }
    }
    actions
}

/// The action that offers an installation: a command, for nothing is edited here.
fn installation(uri: &Uri, install: &Install, mended: Vec<ls_types::Diagnostic>) -> CodeAction {
    let arguments = vec![uri.as_str().into(), install.title.clone().into()];
    CodeAction {
        title: install.title.clone(),
        kind: Some(CodeActionKind::QUICKFIX),
        diagnostics: Some(mended),
        command: Some(Command {
            title: install.title.clone(),
            command: INSTALL.to_owned(),
            arguments: Some(arguments),
        }),
        ..CodeAction::default()
    }
}

/// What can be done with the requirement at the range's start.
fn refactorings(view: &View<'_>, file: FileId, place: &Place, cell: Option<&Cell>, range: Range) -> Vec<CodeAction> {
    let Some(document) = view.documents.at(place) else { return Vec::new() };
    let offset = document.offset(border::position(range.start), cell, view.session.encoding);
    let fixes = view.folder.workspace.refactorings(file, offset).into_iter();
    fixes.filter_map(|fix| action(view, &fix, CodeActionKind::REFACTOR, Vec::new())).collect()
}

/// The action that looks up in the package index what the fix leaves open, when it is chosen.
fn deferred(view: &View<'_>, fix: &Fix, lookup: &Lookup, targets: Vec<ls_types::Diagnostic>) -> CodeAction {
    let what = if lookup.hashes { "with the hashes" } else { "in the version" };
    CodeAction {
        title: format!("Add {} to {} {what} that the package index has", lookup.name, lookup.target),
        kind: Some(CodeActionKind::QUICKFIX),
        diagnostics: Some(targets),
        is_preferred: fix.preferred.then_some(true),
        data: Some(lookup::data(view.folder.key, lookup)),
        ..CodeAction::default()
    }
}

fn action(view: &View<'_>, fix: &Fix, kind: CodeActionKind, targets: Vec<ls_types::Diagnostic>) -> Option<CodeAction> {
    let disabled = fix.disabled.clone().map(|reason| CodeActionDisabled { reason });
    if disabled.is_some() && !view.session.actions.disabled {
        return None;
    }
    let edit = if disabled.is_some() { None } else { Some(view.workspace_edit(&fix.edit)?) };
    Some(CodeAction {
        title: printable(&fix.title).into_owned(),
        kind: Some(kind),
        diagnostics: (!targets.is_empty()).then_some(targets),
        edit,
        is_preferred: (fix.preferred && disabled.is_none()).then_some(true),
        disabled,
        ..CodeAction::default()
    })
}

/// Whether the ranges share a character or an end.
fn meets(a: Range, b: Range) -> bool {
    let before = |x: Position, y: Position| (x.line, x.character) <= (y.line, y.character);
    before(a.start, b.end) && before(b.start, a.end)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn kinds_nest_by_their_dots() {
        let requested = |only: &str| is_requested(Some(&[CodeActionKind::from(only.to_owned())]), &FIX_ALL);
        for only in ["", "source", "source.fixAll", "source.fixAll.pinlens"] {
            assert!(requested(only), "{only}");
        }
        for only in ["quickfix", "sour", "source.fixAll.pinlens.more", "source.organizeImports"] {
            assert!(!requested(only), "{only}");
        }
        assert!(is_requested(None, &FIX_ALL));
        assert!(!is_requested(Some(&[]), &FIX_ALL));
    }

    #[test]
    fn ranges_meet_at_their_ends() {
        let range = |a: (u32, u32), b: (u32, u32)| Range::new(Position::new(a.0, a.1), Position::new(b.0, b.1));
        assert!(meets(range((1, 2), (1, 5)), range((1, 5), (1, 5))));
        assert!(meets(range((1, 2), (3, 0)), range((2, 9), (2, 9))));
        assert!(!meets(range((1, 2), (1, 5)), range((1, 6), (2, 0))));
    }
}
