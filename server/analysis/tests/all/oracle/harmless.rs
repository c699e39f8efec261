//! Every fix makes its finding go and brings no other.

use super::random::{DEPLOYS, PROJECTS, edits};
use super::world::{Edit, World};
use pinlens_analysis::finding::Diagnostic;
use pinlens_analysis::fixes::{Applicability, Fix};
use pinlens_analysis::model::ids::FileId;
use pinlens_analysis::workspace::Workspace;
use pinlens_facts::words::codes::{Code, Severity};
use pinlens_facts::words::names::{DistributionName, ModuleName};
use pinlens_facts::words::text::apply_edits;
use proptest::prelude::*;

/// What identifies a finding over an edit that moves it. An undeclared import that a new requirement happens to bring is still
/// the same import without a requirement of its own, with a lower severity: no new finding. So is one that is required for tests now, be it
/// by the name of the module where the user's map names another distribution.
fn key(found: &Diagnostic) -> (Code, Option<DistributionName>, Option<ModuleName>) {
    match found.code {
        Code::UndeclaredImport | Code::TransitiveImport | Code::DevOnlyImport => {
            (Code::UndeclaredImport, None, found.module.clone())
        }
        other => (other, found.distribution.clone(), found.module.clone()),
    }
}

/// Every finding, by file.
fn findings(workspace: &Workspace) -> Vec<(FileId, Diagnostic)> {
    let files = workspace.files().into_iter();
    files.flat_map(|file| workspace.diagnostics(file).into_iter().map(move |found| (file, found))).collect()
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]
    #[test]
    fn fixes_mend_and_harm_nothing(edits in edits()) {
        let mut world = World::default();
        // two tables of one name, and what poetry and others say of one distribution, are mended one at a time; what a deployment
        // lacks is known once there is a list that it installs
        let is_apart = |path: &str| PROJECTS.contains(&path) || DEPLOYS.contains(&path);
        for edit in edits.iter().filter(|edit| !matches!(edit, Edit::Write(path, _) if is_apart(path.as_str()))) {
            world.edit(edit, &Workspace::default());
        }
        let workspace = world.fresh();
        let before = findings(&workspace);
        for (file, found) in &before {
            // what a person chooses may silence a finding in a file of settings, which this world does not read
            let offered = |fix: &Fix| fix.applicability < Applicability::Manual && fix.disabled.is_none();
            for fix in workspace.fixes(*file, found).into_iter().filter(offered) {
                let mut mended = world.clone();
                for edit in &fix.edit.files {
                    let text = mended.texts.entry(edit.path.clone()).or_default();
                    *text = apply_edits(text, &edit.edits);
                }
                let after = findings(&mended.fresh());
                let number = |list: &[(FileId, Diagnostic)]| list.iter().filter(|(_, other)| key(other) == key(found)).count();
                prop_assert!(number(&after) < number(&before), "after {:?} it is still there: {}", fix.title, found.message);
                // To remove a host may show that what it alone could use is unused too; a file that is made where an
                // include missed one may show that both require the same. Neither fix is ever applied of its own accord.
                let fills_a_gap = fix.edit.files.iter().any(|edit| edit.create)
                    && before.iter().any(|(_, old)| old.code == Code::UnresolvedInclude);
                // A source that got a requirement is to be compiled again: that is what the finding is for.
                let edits_a_source = fix.edit.files.iter().any(|edit| edit.path.file_name().rsplit('.').next() == Some("in"));
                // That code goes on without what a removed requirement happened to bring is only a hint.
                // Where the last requirement that can be read goes, one finding takes the place of those at the imports.
                let shown = |new: &Diagnostic| {
                    new.severity == Severity::Hint
                        || new.code == Code::UnreadableRequirements
                        // a comment that silenced it is of no use any more
                        || new.code == Code::UnusedIgnore
                        // what is added is still to be installed here
                        || new.code == Code::NotInstalled
                        || new.code == Code::StaleCompiledRequirements && edits_a_source
                        || fix.applicability == Applicability::Unsafe
                        && (matches!(new.code, Code::UnusedRequirement | Code::TestOnlyRequirement)
                            || new.code == Code::DuplicateRequirement && fills_a_gap)
                };
                let mut news = after.iter().filter(|(_, new)| before.iter().all(|(_, old)| key(old) != key(new)));
                let new = news.find(|(_, new)| !shown(new));
                prop_assert!(new.is_none(), "{:?} brings {:?}", fix.title, new.map(|(_, new)| &new.message));
            }
        }
    }
}
