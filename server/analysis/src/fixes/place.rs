//! The place of a new line in a requirements file.
//!
//! A sorted file stays sorted. Another one is looked at by its groups, the runs of requirements between blank lines and
//! comments: the line goes to the group that fits, at its place where the group is sorted, else at its end.

use super::addition::Addition;
use super::order::{Entry, Order};
use super::style::Style;
use pinlens_facts::requirements::{Requirement, RequirementsFacts, Source};
use pinlens_facts::words::names::DistributionName;
use pinlens_facts::words::roles::{Role, is_for_development};
use pinlens_facts::words::text::{TextEdit, line_ending};

/// The edits that put the additions into a file.
pub(super) fn insertions(
    facts: &RequirementsFacts,
    style: &Style,
    role: Role,
    additions: &[Addition],
) -> Vec<TextEdit> {
    let mut additions: Vec<&Addition> = additions.iter().collect();
    additions.sort_by(|a, b| a.name.cmp(&b.name));
    let ending = line_ending(&facts.text);
    let mut edits: Vec<TextEdit> = Vec::new();
    for addition in additions {
        let line = style.line(addition, ending);
        let edit = match place(facts, &Entry { name: &addition.name, line: &line }, role) {
            Some(offset) if (offset as usize) < facts.text.len() => TextEdit::insert(offset, line + ending),
            Some(_) | None => at_end(&facts.text, &line),
        };
        match edits.iter_mut().find(|other| other.range == edit.range) {
            Some(other) => other.text += &edit.text,
            None => edits.push(edit),
        }
    }
    edits.sort_by_key(|edit| edit.range);
    edits
}

/// The start of the line before which the requirement goes; `None` for the end of the text.
fn place(facts: &RequirementsFacts, new: &Entry, role: Role) -> Option<u32> {
    let all: Vec<&Requirement> = facts.requirements.iter().collect();
    if let Some(order) = order_of(facts, &all) {
        return in_order(facts, &all, order, new);
    }
    let groups = groups(facts, &all);
    let group = fitting(&groups, new.name, role)?;
    let within = order_of(facts, &group.members).and_then(|order| in_order(facts, &group.members, order, new));
    within.or_else(|| group.members.last().map(|last| end_of(facts, last)))
}

fn names<'a>(members: &'a [&'a Requirement]) -> impl Iterator<Item = (&'a DistributionName, &'a Requirement)> {
    let named = members.iter().filter(|one| one.source == Source::Index);
    named.filter_map(|one| Some((one.name.as_ref()?, *one)))
}

/// The order of those that come from an index.
fn order_of(facts: &RequirementsFacts, members: &[&Requirement]) -> Option<Order> {
    Order::of(&members.iter().filter_map(|one| Entry::of(facts, one)).collect::<Vec<_>>())
}

/// The end of the last smaller name: a heading above the next one stays with it. `None` after the last.
fn in_order(facts: &RequirementsFacts, members: &[&Requirement], order: Order, new: &Entry) -> Option<u32> {
    let (entries, members): (Vec<Entry>, Vec<&Requirement>) =
        members.iter().filter_map(|one| Some((Entry::of(facts, one)?, *one))).unzip();
    let at = order.place(&entries, new);
    let next = members.get(at)?;
    Some(match at.checked_sub(1).and_then(|previous| members.get(previous)) {
        Some(previous) => end_of(facts, previous),
        None => next.line_range.start,
    })
}

/// The end of a requirement with the indented comments below it, which say why it is there.
pub(super) fn end_of(facts: &RequirementsFacts, requirement: &Requirement) -> u32 {
    let mut end = requirement.line_range.end as usize;
    for line in facts.text.get(end..).unwrap_or_default().split_inclusive('\n') {
        if !(line.starts_with([' ', '\t']) && line.trim_start().starts_with('#')) {
            break;
        }
        end += line.len();
    }
    end as u32
}

/// A run of requirements without a blank line or a comment between them.
struct Block<'a> {
    /// The words of the comment above it.
    heading: String,
    members: Vec<&'a Requirement>,
}

fn groups<'a>(facts: &RequirementsFacts, all: &[&'a Requirement]) -> Vec<Block<'a>> {
    let mut groups: Vec<Block<'a>> = Vec::new();
    let mut end = 0;
    for &requirement in all {
        let between = facts.text.get(end..requirement.line_range.start as usize).unwrap_or_default();
        let parts = between.lines().any(|line| line.trim().is_empty() || line.starts_with('#'));
        if let Some(group) = groups.last_mut().filter(|_| !parts) {
            group.members.push(requirement);
        } else {
            let heading = between.lines().rfind(|line| line.starts_with('#')).unwrap_or_default().to_owned();
            groups.push(Block { heading, members: vec![requirement] });
        }
        end = requirement.line_range.end as usize;
    }
    groups
}

/// The group whose members are of one family with the name, else the last one whose heading is for the role.
fn fitting<'g, 'a>(groups: &'g [Block<'a>], name: &DistributionName, role: Role) -> Option<&'g Block<'a>> {
    let family = |name: &str| name.split('-').next().unwrap_or_default().to_owned();
    let own = family(name.as_str());
    let of_family = |group: &&Block| names(&group.members).any(|(other, _)| family(other.as_str()) == own);
    let role_of = |group: &Block| {
        if is_for_development(&group.heading) { Role::Development } else { Role::Runtime }
    };
    let from_index = |group: &&Block| names(&group.members).next().is_some();
    let of_role = || groups.iter().rev().filter(from_index).find(|group| role_of(group) == role);
    let found = groups.iter().filter(|group| own.len() > 2 && role_of(group) == role).find(of_family).or_else(of_role);
    found.or_else(|| groups.iter().rev().find(from_index)).or(groups.last())
}

/// Puts `line` after the last line that is not blank; the end of the text stays as it was, with or without a line break.
pub(super) fn at_end(text: &str, line: &str) -> TextEdit {
    let content = text.trim_end();
    let ending = line_ending(text);
    if content.trim_start_matches('\u{feff}').is_empty() {
        let bom = text.len() - text.trim_start_matches('\u{feff}').len();
        return TextEdit::insert(bom as u32, format!("{line}{ending}"));
    }
    // a backslash at the very end would swallow the new line
    let apart = if content.ends_with('\\') { ending } else { "" };
    let rest = &text[content.len()..];
    let line_break = rest.find(['\n', '\r']).map(|at| content.len() + at);
    match line_break {
        // before the last line's break: what is inserted behind the very last one, Neovim takes for a line more
        Some(at) => TextEdit::insert(at as u32, format!("{ending}{apart}{line}")),
        None => TextEdit::insert(text.len() as u32, format!("{ending}{apart}{line}")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::FixStyle;
    use crate::fixes::version::Pin;
    use pinlens_facts::requirements;
    use pinlens_facts::words::text::apply_edits;

    fn added(text: &str, names: &[&str]) -> String {
        let pin = Pin { version: "1".into(), known_from: String::new(), lock: None };
        let additions: Vec<Addition> = names
            .iter()
            .map(|name| Addition { pin: Some(pin.clone()), ..Addition::bare(&DistributionName::new(name)) })
            .collect();
        let facts = requirements::parse(text);
        let style = Style::of(&facts, &[], Some(FixStyle::Exact), FixStyle::Exact);
        apply_edits(text, &insertions(&facts, &style, Role::Runtime, &additions))
    }

    #[test]
    fn sorted_files_stay_sorted() {
        assert_eq!(added("celery==5\nflask==3\n", &["rq", "django"]), "celery==5\ndjango==1\nflask==3\nrq==1\n");
        assert_eq!(added("b\nc\n", &["a"]), "a==1\nb\nc\n");
        assert_eq!(added("a\n\n# heading\nc\n", &["b"]), "a\nb==1\n\n# heading\nc\n");
    }

    #[test]
    fn others_get_it_at_the_end() {
        assert_eq!(added("flask==3\ncelery==5\n\n\n", &["a"]), "flask==3\ncelery==5\na==1\n\n\n");
        assert_eq!(added("", &["a"]), "a==1\n");
        assert_eq!(added("\u{feff}", &["a"]), "\u{feff}a==1\n");
    }

    #[test]
    fn ends_and_line_breaks_stay() {
        assert_eq!(added("z", &["b"]), "z\nb==1");
        assert_eq!(added("z\r\nb\r\n", &["c"]), "z\r\nb\r\nc==1\r\n");
        assert_eq!(added("z==1 \\", &["b", "c"]), "z==1 \\\n\nb==1\n\nc==1");
    }

    #[test]
    fn groups_are_kept() {
        let text = "# web\nflask\ndjango\n\n# tests\npytest\nblack\n";
        assert_eq!(added(text, &["redis"]), "# web\nflask\ndjango\nredis==1\n\n# tests\npytest\nblack\n");
        let text = "# web\nflask\ndjango\n\n# queue\nrq\ncelery\n";
        assert_eq!(added(text, &["django-rq"]), "# web\nflask\ndjango\ndjango-rq==1\n\n# queue\nrq\ncelery\n");
        assert_eq!(added(text, &["redis"]), "# web\nflask\ndjango\n\n# queue\nrq\ncelery\nredis==1\n");
        let text = "# web\ndjango\nflask\n\n# queue\ncelery\nrq\n";
        assert_eq!(added(text, &["kombu"]), "# web\ndjango\nflask\n\n# queue\ncelery\nkombu==1\nrq\n");
    }
}
