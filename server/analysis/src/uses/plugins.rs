//! Plugins of the environment: a distribution whose metadata registers entry points in a group that another one owns is used
//! by it.

use super::places;
use super::reason::Reason;
use super::scope::Scope;
use pinlens_facts::knowledge::catalog::{self, Catalog};
use pinlens_facts::knowledge::table::{Kind, Table};
use pinlens_facts::mentions::MentionKind;
use pinlens_facts::words::lists::List;

/// The use that the entry points of the installed distribution show: a script of it that some file runs, or a group.
pub(super) fn reason(scope: &Scope) -> Option<Reason> {
    let installed = scope.ws.environment().get(scope.name)?;
    for script in &installed.scripts {
        if let Some(place) = places::find(scope, MentionKind::Command, script, |_| true) {
            return Some(Reason::certain(scope.ws, place, &format!("runs {script}")));
        }
    }
    installed.groups.iter().filter(|group| !(***group == *"pytest11" && is_known(scope))).find_map(|group| {
        let host = owner(scope, group)?;
        Some(Reason::likely(format!("{host} loads it by its entry points in {group}")))
    })
}

/// Whether the table says what tests do with this plugin of pytest: then being loaded alone is no use.
fn is_known(scope: &Scope) -> bool {
    let mut rows = Table::bundled().rows(scope.name.as_str()).iter();
    rows.any(|row| row.kind == Kind::PluginOf && row.key == "pytest" && !row.condition.is_empty())
}

/// The distribution that is there and reads the group: by the table above, or the one that the group is called after.
fn owner(scope: &Scope, group: &str) -> Option<String> {
    let known = List::EntryPointGroup.rows().iter().find(|(start, host)| group.starts_with(start) && scope.has(host));
    if let Some((_, host)) = known {
        return Some((*host).to_owned());
    }
    let parts = group.match_indices(['.', ':', '/', '_', '-']).map(|(at, _)| at).chain([group.len()]);
    for top in parts.filter_map(|end| group.get(..end)).filter(|top| !top.is_empty()) {
        if scope.has(top) {
            return Some(top.to_owned());
        }
        let row = Catalog::bundled().row_of(top).filter(|row| row.sure);
        let mut hosts = row.into_iter().flat_map(catalog::Row::candidates);
        if let Some(host) = hosts.find(|host| scope.has(host.as_str())) {
            return Some(host.to_string());
        }
    }
    None
}
