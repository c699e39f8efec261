//! Groups of dependencies that include others: `{include-group = "test"}` (PEP 735), poetry's `include-groups`.

use crate::formats::toml::{Table, at, str_at, strings, table_at};
use crate::words::names::DistributionName;
use crate::words::roles::is_for_development;
use rustc_hash::FxHashMap;

/// The groups that include others, read once for all groups of a file.
pub(super) struct Includers {
    /// By the name of a group, those that include it, as written and in the order of their names.
    by_group: FxHashMap<DistributionName, Vec<Box<str>>>,
    /// Whether a hook may make an extra of a group.
    may_be_extras: bool,
}

impl Includers {
    /// The groups of a pyproject.toml.
    pub fn of(root: &Table) -> Self {
        let mut by_group: FxHashMap<DistributionName, Vec<Box<str>>> = FxHashMap::default();
        let mut enter = |included: &str, by: &str| {
            let all = by_group.entry(DistributionName::new(included)).or_default();
            if all.last().is_none_or(|last| **last != *by) {
                all.push(by.into());
            }
        };
        for (name, list) in table_at(root, &["dependency-groups"]).into_iter().flat_map(Table::sorted) {
            let elements = list.as_list().into_iter().flat_map(|list| list.iter());
            let included = elements.filter_map(|one| str_at(one.as_table()?, &["include-group"]));
            included.for_each(|group| enter(group, &name.name));
        }
        for (name, group) in table_at(root, &["tool", "poetry", "group"]).into_iter().flat_map(Table::sorted) {
            let included = group.as_table().map(|table| strings(at(table, &["include-groups"])));
            included.into_iter().flatten().for_each(|group| enter(&group, &name.name));
        }
        let dynamic = strings(at(root, &["project", "dynamic"]));
        Self { by_group, may_be_extras: dynamic.iter().any(|field| &**field == "optional-dependencies") }
    }

    /// For whom the members of a group are declared: for the group itself; where its name does not tell that it is for developers and
    /// only groups whose names do include it, for those too: `servers (of dev)`. A group that another one collects, or that a
    /// hook may make an extra, may well be installed where the application runs.
    pub fn for_whom(&self, group: &str) -> Box<str> {
        let includers = self.by_group.get(&DistributionName::new(group)).map_or(&[][..], Vec::as_slice);
        match includers.first() {
            Some(first)
                if !self.may_be_extras
                    && !is_for_development(group)
                    && includers.iter().all(|one| is_for_development(one)) =>
            {
                format!("{group} (of {first})").into()
            }
            _ => group.into(),
        }
    }
}
