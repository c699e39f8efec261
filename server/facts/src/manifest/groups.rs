//! Groups of dependencies that include others: `{include-group = "test"}` (PEP 735), poetry's `include-groups`.

use crate::formats::toml::{at, str_at, strings, table_at};
use crate::words::names::DistributionName;
use crate::words::roles::is_for_development;
use toml::de::DeTable;

/// For whom the members of a group are declared: for the group itself; where its name does not tell that it is for developers and
/// only groups whose names do include it, for those too: `servers (of dev)`. A group that another one collects, or that a
/// hook may make an extra, may well be installed where the application runs.
pub(super) fn for_whom(root: &DeTable<'_>, group: &str) -> Box<str> {
    let includers = includers(root, &DistributionName::new(group));
    let is_extra = strings(at(root, &["project", "dynamic"])).iter().any(|field| &**field == "optional-dependencies");
    match includers.first() {
        Some(first)
            if !is_extra && !is_for_development(group) && includers.iter().all(|one| is_for_development(one)) =>
        {
            format!("{group} (of {first})").into()
        }
        _ => group.into(),
    }
}

/// The groups that include `wanted`, as written.
fn includers(root: &DeTable<'_>, wanted: &DistributionName) -> Vec<String> {
    let is_it = |name: &str| DistributionName::new(name) == *wanted;
    let mut found = Vec::new();
    for (name, list) in table_at(root, &["dependency-groups"]).into_iter().flat_map(|table| table.iter()) {
        let elements = list.get_ref().as_array().into_iter().flat_map(|list| list.iter());
        let mut included = elements.filter_map(|one| str_at(one.get_ref().as_table()?, &["include-group"]));
        if included.any(is_it) {
            found.push(name.get_ref().to_string());
        }
    }
    for (name, group) in table_at(root, &["tool", "poetry", "group"]).into_iter().flat_map(|table| table.iter()) {
        let included = group.get_ref().as_table().map(|table| strings(at(table, &["include-groups"])));
        if included.into_iter().flatten().any(|name| is_it(&name)) {
            found.push(name.get_ref().to_string());
        }
    }
    found
}
