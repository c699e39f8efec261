//! The order that a list of requirements is in, as the tools that sort lists write it.
//!
//! uv and pip-compile sort by normalised names; pre-commit's `requirements-txt-fixer` by names as they are written, without regard to
//! capitals; `sort` by whole lines: by their bytes (`LC_ALL=C`), without regard to capitals (`-f`), or by letters and digits alone.

use pinlens_facts::requirements::{Requirement, RequirementsFacts};
use pinlens_facts::words::names::DistributionName;

/// One line of a list.
#[derive(Clone, Copy, Debug)]
pub(super) struct Entry<'a> {
    pub name: &'a DistributionName,
    /// The requirement as it is written.
    pub line: &'a str,
}

impl<'a> Entry<'a> {
    /// The entry of a requirement that comes from an index.
    pub fn of(facts: &'a RequirementsFacts, one: &'a Requirement) -> Option<Self> {
        let name = one.name.as_ref().filter(|_| one.source.is_by_name())?;
        Some(Self { name, line: facts.text.get(one.range.indices())? })
    }
}

/// How a list is sorted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Order {
    /// By normalised names.
    Names,
    /// By names as written, without regard to capitals.
    WrittenNames,
    /// By whole lines, without regard to capitals.
    FoldedLines,
    /// By the bytes of whole lines.
    Lines,
    /// By the letters and digits of whole lines.
    Letters,
}

/// Shorter lists are in some order by chance.
const FEWEST: usize = 3;

impl Order {
    /// The order of the entries; `None` where they are in none, or too few to know.
    pub fn of(entries: &[Entry]) -> Option<Self> {
        let holds = |order: &Self| entries.is_sorted_by_key(|entry| order.key(entry));
        let all = [Self::Names, Self::WrittenNames, Self::FoldedLines, Self::Lines, Self::Letters];
        let fewest = |order: &Self| if *order == Self::Names { 2 } else { FEWEST };
        all.into_iter().find(|order| entries.len() >= fewest(order) && holds(order))
    }

    /// How many of the entries, which are in this order, come before a new one.
    pub fn place(self, entries: &[Entry], new: &Entry) -> usize {
        let key = self.key(new);
        entries.partition_point(|entry| self.key(entry) < key)
    }

    fn key(self, entry: &Entry) -> String {
        match self {
            Self::Names => entry.name.as_str().to_owned(),
            Self::WrittenNames => {
                let end = entry.line.find(['=', '<', '>', '!', '~', ';', ' ']).unwrap_or(entry.line.len());
                entry.line[..end].to_ascii_lowercase()
            }
            Self::FoldedLines => entry.line.to_ascii_uppercase(),
            Self::Lines => entry.line.to_owned(),
            Self::Letters => {
                entry.line.chars().filter(char::is_ascii_alphanumeric).map(|c| c.to_ascii_lowercase()).collect()
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn order(lines: &[&str]) -> Option<Order> {
        let names: Vec<DistributionName> = lines
            .iter()
            .map(|line| DistributionName::new(line.split(['=', '<', '>', '[']).next().unwrap_or_default()))
            .collect();
        let entries: Vec<Entry> = names.iter().zip(lines).map(|(name, line)| Entry { name, line }).collect();
        Order::of(&entries)
    }

    #[test]
    fn the_orders_of_the_tools_are_known() {
        assert_eq!(order(&["fastapi==1", "fastapi-users==1", "zeep"]), Some(Order::Names));
        assert_eq!(order(&["Flask-Login==0.6.3", "Flask==3.0.0", "requests==2"]), Some(Order::FoldedLines));
        assert_eq!(order(&["Zeep==1", "fastapi-users==1", "fastapi==1"]), Some(Order::Lines));
        assert_eq!(order(&["fast_x", "fastapi", "fast-z"]), None);
        assert_eq!(order(&["zeep", "flask"]), None);
        assert_eq!(order(&["flask"]), None);
    }
}
