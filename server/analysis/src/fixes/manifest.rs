//! Adding to a manifest that is no requirements file: behind or before a neighbour of the same table, written as that one is.
//!
//! Nothing but the new item is written, so the file keeps its formatting.

use super::addition::Addition;
use super::empty::{self, Empty};
use super::order::{Entry, Order};
use super::purpose::{Purpose, Rank, has_pytest};
use super::sources;
use super::style::Style;
use pinlens_facts::manifest::conda;
use pinlens_facts::requirements::role_of_requirement;
use pinlens_facts::requirements::{Format, Group, Requirement, RequirementsFacts, Source};
use pinlens_facts::words::names::{DistributionName, FilePath};
use pinlens_facts::words::text::{TextEdit, line_ending};
use pinlens_facts::words::workspaces::Manager;
use rustc_hash::{FxHashMap, FxHashSet};

/// The edits that add the requirements for the purpose; `None` where the file has no table for it in which a place can be found.
pub(super) fn insertions(
    path: &FilePath,
    facts: &RequirementsFacts,
    style: &Style,
    purpose: &Purpose,
    additions: &[Addition],
) -> Option<Vec<TextEdit>> {
    let (group, _) = group_for(path, facts, purpose)?;
    let neighbours = of_group(facts, &group);
    let mut additions: Vec<&Addition> = additions.iter().collect();
    additions.sort_by(|a, b| a.name.cmp(&b.name));
    if neighbours.is_empty() {
        return first_items(facts, style, &group, &additions);
    }
    let mut edits: Vec<TextEdit> = Vec::new();
    for addition in additions {
        for edit in insertion(facts, &neighbours, style, addition)? {
            match edits.iter_mut().find(|other| other.range == edit.range) {
                Some(comma) if comma.text == "," && edit.text == "," => {}
                Some(other) => other.text += &edit.text,
                None => edits.push(edit),
            }
        }
    }
    edits.sort_by_key(|edit| edit.range);
    Some(edits)
}

fn insertion(
    facts: &RequirementsFacts,
    neighbours: &[&Requirement],
    style: &Style,
    addition: &Addition,
) -> Option<Vec<TextEdit>> {
    let entries: Vec<Entry> = neighbours.iter().filter_map(|one| Entry::of(facts, one)).collect();
    let line = style.line(addition, "\n");
    let at = match Order::of(&entries) {
        Some(order) => order.place(&entries, &Entry { name: &addition.name, line: &line }),
        None => neighbours.len(),
    };
    match at.checked_sub(1) {
        Some(before) => behind(facts, neighbours[before], style, addition),
        None => in_front_of(facts, neighbours.first()?, style, addition),
    }
}

/// The edits that put the first requirements into the table of the group.
fn first_items(
    facts: &RequirementsFacts,
    style: &Style,
    group: &Group,
    additions: &[&Addition],
) -> Option<Vec<TextEdit>> {
    let place = empty::find(facts, group)?;
    let item = |addition: &&Addition| format!("\"{}\"", escaped(&style.line(addition, "\n"), '"'));
    let items: Vec<String> = additions.iter().map(item).collect();
    let rows: Vec<String> = additions.iter().map(|addition| row(style, addition)).collect();
    Some(vec![place.edit(&facts.text, &items, &rows)?])
}

/// The requirements next to which one for the purpose goes, in the order of the text.
pub(super) fn neighbours<'a>(path: &FilePath, facts: &'a RequirementsFacts, purpose: &Purpose) -> Vec<&'a Requirement> {
    group_for(path, facts, purpose).map_or_else(Vec::new, |(group, _)| of_group(facts, &group))
}

fn of_group<'a>(facts: &'a RequirementsFacts, group: &Group) -> Vec<&'a Requirement> {
    let is_neighbour = |one: &&Requirement| {
        one.group == *group && one.source.is_by_name() && one.name.is_some() && shape(facts, one).is_some()
    };
    let mut all: Vec<&Requirement> = facts.requirements.iter().filter(is_neighbour).collect();
    // what stands in the table of a platform is installed there alone
    let is_of_target = |one: &&Requirement| matches!(shape(facts, one), Some(Shape::Row)) && is_for_target(facts, one);
    if facts.format == Format::Pixi || facts.format == Format::Pyproject {
        all.retain(|one| !is_of_target(one));
    }
    // of the tables of pixi, that of the package index is for its names; a list of `[project]` comes before both
    if matches!(facts.format, Format::Pyproject | Format::Pixi) {
        let is_listed = |one: &&Requirement| matches!(shape(facts, one), Some(Shape::Quoted));
        let is_of_index = |one: &&Requirement| one.source == Source::Index;
        if all.iter().any(is_listed) {
            all.retain(is_listed);
        } else if all.iter().any(is_of_index) {
            all.retain(is_of_index);
        }
    }
    // what pip installs stands deeper than what conda does
    if facts.format == Format::Conda {
        let depth = |one: &&Requirement| before_on_line(&facts.text, one.range.start as usize).len();
        let deepest = all.iter().map(depth).max();
        all.retain(|one| Some(depth(one)) == deepest);
    }
    all
}

/// Whether the table that a row stands in is one of pixi's for a platform: `[target.unix.dependencies]`.
fn is_for_target(facts: &RequirementsFacts, row: &Requirement) -> bool {
    let above = facts.text.get(..row.range.start as usize).unwrap_or_default();
    let header = above.lines().rev().map(str::trim).find(|line| line.starts_with('['));
    header.is_some_and(|header| header.trim_start_matches('[').split('.').any(|part| part == "target"))
}

/// How well the best table of the file fits the purpose; `None` where nothing can be added for it.
pub(super) fn rank(path: &FilePath, facts: &RequirementsFacts, purpose: &Purpose) -> Option<Rank> {
    Some(group_for(path, facts, purpose)?.1)
}

/// Whether the table for the purpose has rows `name = "constraint"`.
pub(super) fn is_rows(path: &FilePath, facts: &RequirementsFacts, purpose: &Purpose) -> bool {
    let Some((group, _)) = group_for(path, facts, purpose) else { return false };
    match of_group(facts, &group).first() {
        Some(one) => matches!(shape(facts, one), Some(Shape::Row)),
        None => matches!(empty::find(facts, &group), Some(Empty::Row(_))),
    }
}

/// The table that fits best, with its rank; of equal ones the first in the text.
fn group_for(path: &FilePath, facts: &RequirementsFacts, purpose: &Purpose) -> Option<(Group, Rank)> {
    // one look at each requirement, for a file may have as many groups as requirements
    let mut groups: Vec<&Group> = Vec::new();
    let mut with_pytest: FxHashMap<&Group, bool> = FxHashMap::default();
    for one in &facts.requirements {
        if shape(facts, one).is_some() {
            groups.push(&one.group);
        }
        *with_pytest.entry(&one.group).or_default() |= has_pytest([one]);
    }
    let empty = empty::groups(facts);
    groups.extend(&empty);
    let mut seen: FxHashSet<&Group> = FxHashSet::default();
    let mut best: Option<(&Group, Rank)> = None;
    for group in groups.into_iter().filter(|group| seen.insert(group)) {
        let has_pytest = with_pytest.get(group).copied().unwrap_or_default();
        let rank = purpose.rank_of_group(group, role_of_requirement(path, group), has_pytest);
        if let Some(rank) = rank.filter(|rank| best.as_ref().is_none_or(|(_, least)| rank < least)) {
            best = Some((group, rank));
        }
    }
    best.map(|(group, rank)| (group.clone(), rank))
}

/// How an item is written.
enum Shape {
    /// In quotes, one of a list.
    Quoted,
    /// `name = "constraint"`, a row of a table.
    Row,
    /// A line of its own, without quotes.
    Line,
    /// One of several on a line, with `;` between them.
    Parted,
}

fn shape(facts: &RequirementsFacts, item: &Requirement) -> Option<Shape> {
    let text = &facts.text;
    let around = |at: usize| text.as_bytes().get(at).is_some_and(|byte| matches!(byte, b'"' | b'\''));
    let (start, end) = (item.range.start as usize, item.range.end as usize);
    if facts.format != Format::Conda && start > 0 && around(start - 1) && around(end) {
        return Some(Shape::Quoted);
    }
    let before = before_on_line(text, start).trim_start();
    match facts.format {
        // a table of its own (`[tool.poetry.dependencies.x]`) is no neighbour of a row
        Format::Pyproject | Format::Pipfile | Format::Pixi => {
            let is_table = text.as_bytes().get(start) == Some(&b'[');
            (!is_table && (before.is_empty() || before == "\"")).then_some(Shape::Row)
        }
        Format::SetupCfg if before.is_empty() => Some(Shape::Line),
        Format::SetupCfg => one_line(text, item).then_some(Shape::Parted),
        Format::Conda => before.trim_end().strip_prefix('-').filter(|rest| rest.is_empty()).map(|_| Shape::Line),
        Format::Requirements | Format::SetupPy | Format::Script => None,
    }
}

/// Whether the values of a key of setup.cfg stand on its line, where `;` parts them and none has a marker.
fn one_line(text: &str, item: &Requirement) -> bool {
    let rest = text.get(item.range.start as usize..).unwrap_or_default();
    let near = &rest[..rest.floor_char_boundary(FARTHEST)];
    let line = near.lines().next().unwrap_or_default();
    item.marker.is_none() && !line.contains(['"', '\'', '#'])
}

/// How much of a line is looked at before and behind an item. A list on one line would else be read once for each of its items.
const FARTHEST: usize = 1_000;

/// What stands on the line before `at`; of a long line its end.
fn before_on_line(text: &str, at: usize) -> &str {
    let before = &text[text.ceil_char_boundary(at.saturating_sub(FARTHEST)).min(at)..at];
    let line = before.rfind(['\n', '\r']).map_or(0, |at| at + 1);
    &before[line..]
}

/// The rest of the line from `at` on, without its break.
fn rest_of_line(text: &str, at: usize) -> &str {
    let rest = text.get(at..).unwrap_or_default();
    &rest[..rest.find(['\n', '\r']).unwrap_or(rest.len())]
}

fn behind(facts: &RequirementsFacts, item: &Requirement, style: &Style, addition: &Addition) -> Option<Vec<TextEdit>> {
    let text = &facts.text;
    let (start, end) = (item.range.start as usize, item.range.end as usize);
    Some(match shape(facts, item)? {
        Shape::Quoted => behind_quoted(text, start, end, &quoted(text, start, style, addition)),
        Shape::Row => vec![next_line(text, item.line_range.end, &row_beside(item, style, addition))],
        Shape::Line => {
            let line = format!("{}{}", before_on_line(text, start), plain(facts, item, style, addition));
            vec![next_line(text, item.line_range.end.max(item.range.end), &line)]
        }
        Shape::Parted => vec![TextEdit::insert(end as u32, format!("; {}", style.line(addition, "\n")))],
    })
}

/// Behind a string of a list: on the next line where it has one of its own, so that a comment stays with what it is about.
fn behind_quoted(text: &str, start: usize, end: usize, item: &str) -> Vec<TextEdit> {
    let before = before_on_line(text, start - 1);
    let rest = rest_of_line(text, end + 1);
    let behind = rest.trim_start().strip_prefix(',');
    let has_comma = behind.is_some();
    let is_alone = behind.unwrap_or(rest.trim_start()).trim_start();
    if !is_own_line(before) || !(is_alone.is_empty() || is_alone.starts_with('#')) {
        return vec![TextEdit::insert(end as u32 + 1, format!(",{}{item}", separator(text, start - 1)))];
    }
    let line_end = (end + 1 + rest.trim_end().len()) as u32;
    let ending = line_ending(text);
    if has_comma {
        return vec![TextEdit::insert(line_end, format!("{ending}{before}{item},"))];
    }
    if line_end == end as u32 + 1 {
        return vec![TextEdit::insert(line_end, format!(",{ending}{before}{item}"))];
    }
    vec![TextEdit::insert(end as u32 + 1, ","), TextEdit::insert(line_end, format!("{ending}{before}{item}"))]
}

fn in_front_of(
    facts: &RequirementsFacts,
    item: &Requirement,
    style: &Style,
    addition: &Addition,
) -> Option<Vec<TextEdit>> {
    let text = &facts.text;
    let start = item.range.start as usize;
    let ending = line_ending(text);
    Some(vec![match shape(facts, item)? {
        Shape::Quoted => {
            let between = separator(text, start - 1);
            TextEdit::insert(start as u32 - 1, format!("{},{between}", quoted(text, start, style, addition)))
        }
        Shape::Row => TextEdit::insert(item.line_range.start, format!("{}{ending}", row_beside(item, style, addition))),
        Shape::Line => {
            let indent = before_on_line(text, start);
            TextEdit::insert(start as u32, format!("{}{ending}{indent}", plain(facts, item, style, addition)))
        }
        Shape::Parted => TextEdit::insert(start as u32, format!("{}; ", style.line(addition, "\n"))),
    }])
}

/// The item between the quotes that its neighbour at `start` has.
fn quoted(text: &str, start: usize, style: &Style, addition: &Addition) -> String {
    let quote = if text.as_bytes().get(start.wrapping_sub(1)) == Some(&b'\'') { '\'' } else { '"' };
    format!("{quote}{}{quote}", escaped(&style.line(addition, "\n"), quote))
}

/// A marker's quotes must not end the string.
fn escaped(line: &str, quote: char) -> String {
    line.replace(quote, if quote == '"' { "'" } else { "\"" })
}

/// The item without quotes. conda's own list knows no markers, and some distributions by other names.
fn plain(facts: &RequirementsFacts, item: &Requirement, style: &Style, addition: &Addition) -> String {
    if facts.format != Format::Conda || is_of_pip(&facts.text, item) {
        return style.line(addition, "\n");
    }
    // a name of conda's is as it is: `mkl_fft` is not `mkl-fft`
    let name = conda::name_of(addition.name.as_str()).map_or_else(|| style.name(addition), str::to_owned);
    name + &style.specifier(addition)
}

/// Whether an item of an environment.yml stands in the list below `- pip:`.
fn is_of_pip(text: &str, item: &Requirement) -> bool {
    let depth = |line: &str| line.len() - line.trim_start().len();
    let before = before_on_line(text, item.range.start as usize);
    let above = text.get(..item.range.start as usize - before.len()).unwrap_or_default();
    let mut outer = above.lines().rev().filter(|line| !line.trim().is_empty() && depth(line) < depth(before));
    outer.next().is_some_and(|line| line.trim_start().starts_with("- pip:"))
}

fn is_own_line(before: &str) -> bool {
    before.chars().all(|c| c.is_whitespace() || c == '#')
}

/// What stands between two items: a line break with the indentation of one that has a line of its own, else a blank.
fn separator(text: &str, quote: usize) -> String {
    let before = before_on_line(text, quote);
    if is_own_line(before) { format!("{}{before}", line_ending(text)) } else { " ".to_owned() }
}

/// The row next to `item`; a table of conda's packages has conda's names.
fn row_beside(item: &Requirement, style: &Style, addition: &Addition) -> String {
    let known = conda::name_of(addition.name.as_str()).filter(|_| item.source == Source::Conda);
    match known {
        Some(name) => row(style, &Addition { name: DistributionName::new(name), ..addition.clone() }),
        None => row(style, addition),
    }
}

/// `name = "^1.2"`, or a table where a marker goes with it.
fn row(style: &Style, addition: &Addition) -> String {
    if let Some(member) = addition.member.as_ref().filter(|member| member.manager == Manager::Poetry) {
        return sources::row(&addition.name, member);
    }
    let (name, specifier) = (style.name(addition), style.specifier(addition));
    let constraint = if specifier.is_empty() { "*" } else { specifier.trim() };
    match &addition.marker {
        Some(marker) => format!("{name} = {{version = \"{constraint}\", markers = \"{}\"}}", escaped(marker, '"')),
        None => format!("{name} = \"{constraint}\""),
    }
}

/// Puts `line` after the line that ends at `end`, with its break or without.
fn next_line(text: &str, end: u32, line: &str) -> TextEdit {
    let ending = line_ending(text);
    let has_break = text[..end as usize].ends_with(['\n', '\r']);
    let line = if has_break { format!("{line}{ending}") } else { format!("{ending}{line}") };
    TextEdit::insert(end, line)
}
