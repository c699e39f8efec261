//! What a file lacks as it starts: by what is declared, and by what deployments install.

use crate::analysis::Analysis;
use crate::deployments::reported;
use crate::diagnostics::dev_only_import;
use crate::imports;
use crate::model::ids::FileId;
use crate::startup::needs::{self, Lack, Need};
use pinlens_facts::facts::FileFacts;
use pinlens_facts::words::names::ModuleName;

/// What the imports of a file lack, in the order of the text. What every deployment that comes to it installs is no lack; what is
/// required for development alone is one, but where a deployment installs it.
pub(super) fn of(ws: &Analysis, file: FileId) -> Vec<Need> {
    let Some(FileFacts::Python(facts)) = ws.facts(file) else { return Vec::new() };
    let mut needs = needs::of(ws, file);
    needs.retain(|need| match &need.lack {
        Lack::Requirement(name) => reported::installed_by(ws, file, need.range, name).is_none(),
        _ => true,
    });
    let is_new =
        |needs: &[Need], index: usize, range| !needs.iter().any(|known| known.import == index && known.range == range);
    for need in reported::needs(ws, file) {
        if is_new(&needs, need.import, need.range) {
            needs.push(need);
        }
    }
    for import in imports::settled(ws, file, facts) {
        if let Some(name) = dev_only_import::at(ws, file, &import).cloned()
            && is_new(&needs, import.index, import.range)
            && reported::installed_by(ws, file, import.range, &name).is_none()
        {
            let (module, lack) = (ModuleName::new(&import.name), Lack::Runtime(name));
            needs.push(Need { import: import.index, range: import.range, module, lack, doubt: None });
        }
    }
    for (range, name) in crate::diagnostics::undeclared_use::lacking(ws, file) {
        // the failure is that of the module which imports: nearest is the first import
        let Some(import) = imports::settled(ws, file, facts).into_iter().next() else { continue };
        if is_new(&needs, import.index, range) {
            let module = ModuleName::new(&name.as_str().replace('-', "_"));
            needs.push(Need { import: import.index, range, module, lack: Lack::Requirement(name), doubt: None });
        }
    }
    needs.sort_by_key(|need| need.range);
    needs
}
