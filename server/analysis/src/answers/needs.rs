//! What a file lacks as an entry starts: by what the deployments install that start it, or by what is declared. It is what `check`
//! reports of the same imports.

use crate::analysis::Analysis;
use crate::deployments::{reported, unknown_image};
use crate::diagnostics::{dev_only_import, undeclared_use};
use crate::imports;
use crate::imports::claims::Doubt;
use crate::model::ids::FileId;
use crate::startup::chains::{self, Fate};
use crate::startup::entries::Entry;
use crate::startup::needs::{self, Lack, Need};
use crate::startup::reach::Reach;
use pinlens_facts::facts::FileFacts;
use pinlens_facts::words::names::ModuleName;

/// Something that a file lacks, and what that means where a deployment decides it.
pub(super) struct Lacking {
    /// What.
    pub need: Need,
    /// What a deployment's start makes of it; nothing where no deployment starts the entry.
    pub fate: Option<Fate>,
}

/// What the imports of a file lack as `entry` starts, in the order of the text.
pub(super) fn of(ws: &Analysis, entry: &Entry, file: FileId) -> Vec<Lacking> {
    let Some(FileFacts::Python(_)) = ws.facts(file) else { return Vec::new() };
    let mut found = match reported::is_started(ws, entry.file) {
        true => installed(ws, entry, file),
        false => declared(ws, file).into_iter().map(|need| Lacking { need, fate: None }).collect(),
    };
    found.sort_by_key(|lacking| lacking.need.range);
    found
}

/// What the lack of something that the lists leave out means for the entries of a walk.
pub(super) fn fate(ws: &Analysis, reach: &Reach, file: FileId, need: &Need) -> Fate {
    match (need.import, need.named) {
        (Some(import), _) => chains::fate(ws, reach, file, import),
        (None, Some(named)) => chains::fate_of_named(ws, reach, file, named),
        (None, None) => Fate::Unreached,
    }
}

/// By what the deployments install that start the entry. What they leave out of the workspace's own is no matter of a list.
fn installed(ws: &Analysis, entry: &Entry, file: FileId) -> Vec<Lacking> {
    let by_lists = declared(ws, file);
    let surely = |range| by_lists.iter().find(|need| need.range == range && need.doubt.is_none());
    // where a deployment leaves it open, what is declared decides
    let by_deployments =
        reported::needs(ws, entry.file, file).into_iter().map(|(need, fate)| match surely(need.range) {
            Some(sure) if need.doubt.is_some() => Lacking { need: sure.clone(), fate: None },
            _ => Lacking { need, fate: Some(fate) },
        });
    let mut found: Vec<Lacking> = by_deployments.collect();
    for need in needs::of(ws, file).into_iter().filter(|need| matches!(need.lack, Lack::Part | Lack::Unknown)) {
        if !found.iter().any(|known| known.need.range == need.range) {
            found.push(Lacking { need, fate: None });
        }
    }
    found
}

/// By what is declared. What every deployment that comes to it installs is no lack; what is required for development alone is one, but
/// where a deployment installs it.
fn declared(ws: &Analysis, file: FileId) -> Vec<Need> {
    let Some(FileFacts::Python(facts)) = ws.facts(file) else { return Vec::new() };
    let mut needs = needs::of(ws, file);
    needs.retain(|need| match &need.lack {
        Lack::Requirement(name) => reported::installed_by(ws, file, need.range, name).is_none(),
        _ => true,
    });
    let image = match unknown_image(ws, file) {
        Some(Doubt::UnknownImage(why)) => Some(why),
        _ => None,
    };
    for need in needs.iter_mut().filter(|need| matches!(need.lack, Lack::Requirement(_)) && need.doubt.is_none()) {
        need.doubt.clone_from(&image);
    }
    let is_new = |needs: &[Need], range| !needs.iter().any(|known| known.range == range);
    for import in imports::settled(ws, file, facts) {
        if let Some(name) = dev_only_import::at(ws, file, &import).cloned()
            && is_new(&needs, import.range)
            && reported::installed_by(ws, file, import.range, &name).is_none()
        {
            let doubt = Some(format!("{name} is required for development, and may be installed").into());
            let (module, lack) = (ModuleName::new(&import.name), Lack::Runtime(name));
            needs.push(Need { import: Some(import.index), named: None, range: import.range, module, lack, doubt });
        }
    }
    let mut found: Vec<Need> = Vec::new();
    for (range, name) in undeclared_use::lacking(ws, file) {
        // the failure is that of the module which imports: nearest is the first import
        let Some(import) = imports::settled(ws, file, facts).into_iter().next() else { continue };
        if is_new(&needs, range) {
            let module = ModuleName::new(&name.as_str().replace('-', "_"));
            let doubt = Some("it is not known whether the line runs".into());
            needs.push(Need {
                import: Some(import.index),
                named: None,
                range,
                module,
                lack: Lack::Requirement(name),
                doubt,
            });
        }
    }
    for one in undeclared_use::named(ws, file).into_iter().filter(|one| is_new(&needs, one.range)) {
        let doubt = (!one.is_at_start).then(|| "Django imports it later".into());
        let (named, range, module, lack) = (Some(one.index), one.range, one.module, Lack::Requirement(one.name));
        found.push(Need { import: None, named, range, module, lack, doubt });
    }
    needs.extend(found);
    needs
}
