//! Where members of the workspace are to be had from, as the tool that manages it wants it written next to their names: no package index has
//! them.

use super::addition::{Addition, Member};
use super::empty::end_of_table;
use crate::analysis::Analysis;
use crate::model::project::in_folder;
use pinlens_facts::facts::FileFacts;
use pinlens_facts::formats::toml::{self, at};
use pinlens_facts::requirements::{Format, RequirementsFacts};
use pinlens_facts::words::names::{DistributionName, FilePath};
use pinlens_facts::words::text::{TextEdit, line_ending};
use pinlens_facts::words::workspaces::Manager;

/// The tables in which the tools look.
const UV: &[&str] = &["tool", "uv", "sources"];
const POETRY: &[&str] = &["tool", "poetry", "dependencies"];

/// The edit that says of each addition which is a member where it is; none where nothing is to be said. `rows`: the additions themselves
/// are rows of poetry's, which say it.
///
/// # Errors
///
/// Where the file has no place for it.
pub(super) fn edit(
    ws: &Analysis,
    path: &FilePath,
    facts: &RequirementsFacts,
    additions: &[Addition],
    rows: bool,
) -> Result<Option<TextEdit>, NoPlace> {
    let members: Vec<(&DistributionName, &Member)> =
        additions.iter().filter_map(|one| Some((&one.name, one.member.as_ref()?))).collect();
    if members.is_empty() {
        return Ok(None);
    }
    if facts.format != Format::Pyproject {
        return Err(NoPlace);
    }
    let of = |manager: Manager| members.iter().filter(move |(_, member)| member.manager == manager);
    let uv = of(Manager::Uv).filter(|(name, _)| !is_told(ws, path, facts, name));
    let uv: Vec<String> = uv.map(|(name, _)| format!("{name} = {{ workspace = true }}")).collect();
    let poetry: Vec<String> = of(Manager::Poetry).filter(|_| !rows).map(|(name, member)| row(name, member)).collect();
    match (uv.is_empty(), poetry.is_empty()) {
        (true, true) => Ok(None),
        (false, _) => into_table(&facts.text, UV, &uv).map(Some),
        (true, false) => into_table(&facts.text, POETRY, &poetry).map(Some),
    }
}

/// That a table has no place in the file.
#[derive(Debug)]
pub(super) struct NoPlace;

/// Poetry's row for a member.
pub(super) fn row(name: &DistributionName, member: &Member) -> String {
    format!("{name} = {{path = \"{}\", develop = true}}", member.path)
}

/// Whether the manifest, or the workspace's, tells uv already where the distribution is from.
fn is_told(ws: &Analysis, path: &FilePath, facts: &RequirementsFacts, name: &DistributionName) -> bool {
    let root = ws.projects().workspaces.root_of(ws.projects().of_path(path.as_str()));
    let root = root.and_then(|root| ws.file(&FilePath::new(&in_folder(root, "pyproject.toml"))));
    let root = root.and_then(|file| ws.facts(file)).and_then(FileFacts::declarations);
    let mut told = [Some(facts), root].into_iter().flatten().filter_map(|facts| facts.workspace.as_deref());
    told.any(|facts| facts.sources.contains(name))
}

/// Puts rows at the end of a table, or makes it at the end of the file.
fn into_table(text: &str, keys: &[&str], rows: &[String]) -> Result<TextEdit, NoPlace> {
    let (name, ending) = (keys.join("."), line_ending(text));
    if let Some(end) = end_of_table(text, &name) {
        return Ok(TextEdit::insert(end, format!("{ending}{}", rows.join(ending))));
    }
    // what dotted keys or braces have made cannot be opened again
    let below = format!("[{name}.");
    if at(&toml::read(text).root, keys).is_some() && !text.lines().any(|line| line.trim_start().starts_with(&below)) {
        return Err(NoPlace);
    }
    let (body, gap) = (text.trim_end(), if text.ends_with('\n') { "" } else { ending });
    let has_blank = body.is_empty() || text.ends_with(&ending.repeat(2));
    let blank = if has_blank { "" } else { ending };
    let rows: String = rows.iter().flat_map(|row| [row, ending]).collect();
    Ok(TextEdit::insert(text.len() as u32, format!("{gap}{blank}[{name}]{ending}{rows}")))
}

#[cfg(test)]
mod tests {
    use super::*;
    use pinlens_facts::words::text::apply_edits;

    #[test]
    fn rows_go_to_the_table_or_to_a_new_one() {
        let with = |text: &str| into_table(text, UV, &["b = 1".to_owned()]).map(|edit| apply_edits(text, &[edit])).ok();
        assert_eq!(with("[project]\n").as_deref(), Some("[project]\n\n[tool.uv.sources]\nb = 1\n"));
        assert_eq!(with("[project]").as_deref(), Some("[project]\n\n[tool.uv.sources]\nb = 1\n"));
        assert_eq!(with("[x]\r\n").as_deref(), Some("[x]\r\n\r\n[tool.uv.sources]\r\nb = 1\r\n"));
        let table = "[tool.uv.sources]\na = 1\n\n# next\n[x]\n";
        assert_eq!(with(table).as_deref(), Some("[tool.uv.sources]\na = 1\nb = 1\n\n# next\n[x]\n"));
        assert_eq!(with("[tool.uv]\nsources = {a = 1}\n"), None);
        assert_eq!(with("[tool.uv]\nsources.a = 1\n"), None);
        let inner = "[tool.uv.sources.a]\nworkspace = true\n";
        assert_eq!(with(inner), Some(format!("{inner}\n[tool.uv.sources]\nb = 1\n")));
    }
}
