//! What a pyproject.toml says of the workspace that its project is part of.

use crate::formats::toml::{Table, Value, str_at, strings, table_at};
use crate::words::names::DistributionName;
use crate::words::workspaces::{Manager, WorkspaceFacts};

/// Reads the tables of workspaces; `None` where there are none.
pub(super) fn read(root: &Table) -> Option<Box<WorkspaceFacts>> {
    let mut found = WorkspaceFacts { is_of_poetry: is_of_poetry(root), ..WorkspaceFacts::default() };
    for (manager, table) in [(Manager::Uv, "uv"), (Manager::Pdm, "pdm")] {
        take(&mut found, manager, table_at(root, &["tool", table, "workspace"]));
    }
    let environments = table_at(root, &["tool", "hatch", "envs"]).into_iter().flat_map(Table::iter);
    for environment in environments.filter_map(|(_, environment)| environment.as_table()) {
        take(&mut found, Manager::Hatch, table_at(environment, &["workspace"]));
    }
    let sources = table_at(root, &["tool", "uv", "sources"]).into_iter().flat_map(Table::iter);
    found.sources = sources.map(|(name, _)| DistributionName::new(&name.name)).collect();
    (found != WorkspaceFacts::default()).then(|| Box::new(found))
}

fn is_of_poetry(root: &Table) -> bool {
    let backend = str_at(root, &["build-system", "build-backend"]).unwrap_or_default();
    table_at(root, &["tool", "poetry"]).is_some() || backend.starts_with("poetry.")
}

/// Takes in the members that a table names, and the folders that it leaves out.
fn take(found: &mut WorkspaceFacts, manager: Manager, table: Option<&Table>) {
    let Some(table) = table else { return };
    found.members.extend(folders(table.get("members")).map(|folder| (manager, folder)));
    found.excluded.extend(folders(table.get("exclude")).map(|folder| (manager, folder)));
}

/// The folders of a list: texts, and hatch's tables with a `path`.
fn folders(list: Option<&Value>) -> impl Iterator<Item = Box<str>> {
    let tables = list.and_then(Value::as_list).unwrap_or_default().iter().filter_map(Value::as_table);
    let paths: Vec<Box<str>> = tables.filter_map(|table| str_at(table, &["path"]).map(Into::into)).collect();
    let written = strings(list).into_iter().chain(paths);
    written.map(|folder| folder.trim_start_matches("./").trim_end_matches('/').into())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::formats::toml;

    fn of(text: &str) -> WorkspaceFacts {
        read(&toml::read(text).root).map(|found| *found).unwrap_or_default()
    }

    #[test]
    fn each_tool_has_its_own_table() {
        let uv = of(
            "[tool.uv.workspace]\nmembers = ['./libs/*/', 'apps/web']\nexclude = ['libs/old']\n[tool.uv.sources]\nA_b = {workspace = true}\n",
        );
        assert_eq!(uv.members, [(Manager::Uv, "libs/*".into()), (Manager::Uv, "apps/web".into())]);
        assert_eq!(uv.excluded, [(Manager::Uv, "libs/old".into())]);
        assert_eq!(uv.sources, [DistributionName::new("a-b")]);
        assert_eq!(of("tool.pdm.workspace.members = ['a']").members, [(Manager::Pdm, "a".into())]);
        let hatch = of("[tool.hatch.envs.default]\nworkspace.members = ['a/*', {path = 'b', features = ['x']}]\n");
        assert_eq!(hatch.members, [(Manager::Hatch, "a/*".into()), (Manager::Hatch, "b".into())]);
        assert!(of("[build-system]\nbuild-backend = 'poetry.core.masonry.api'\n").is_of_poetry);
        assert!(of("[tool.poetry]\nname = 'a'\n").is_of_poetry);
        assert_eq!(of("[project]\nname = 'a'\n[tool.uv]\ndev-dependencies = []\n"), WorkspaceFacts::default());
    }
}
