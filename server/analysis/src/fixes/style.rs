//! How a new requirement is written: as its neighbours are.

use super::addition::Addition;
use crate::config::FixStyle;
use pinlens_facts::requirements::{Format, Requirement, RequirementsFacts};

/// What a file's requirements look like.
#[derive(Clone, Debug, PartialEq, Eq)]
#[allow(clippy::struct_excessive_bools)] // each is one habit of writing
pub(crate) struct Style {
    /// How versions are requested.
    pub operator: FixStyle,
    /// Whether blanks stand around the operator.
    spaced: bool,
    /// What stands between the version and a marker.
    semicolon: &'static str,
    /// Whether names are spelt as their authors do: with capitals.
    display: bool,
    /// Whether names have `_` where others write `-`.
    underscores: bool,
    /// Whether a version follows one `=`, as conda has it.
    single_equals: bool,
}

impl Style {
    /// The style of `neighbours`, of the file `facts`. `wanted` is the user's word; `usual` is taken where there is no neighbour.
    pub fn of(
        facts: &RequirementsFacts,
        neighbours: &[&Requirement],
        wanted: Option<FixStyle>,
        usual: FixStyle,
    ) -> Self {
        let named: Vec<&Requirement> =
            neighbours.iter().copied().filter(|one| one.source.is_by_name() && one.name.is_some()).collect();
        let written = |one: &&Requirement| facts.text.get(one.name_range.indices()).unwrap_or_default();
        let ways: Vec<FixStyle> = named.iter().map(|one| way_of(raw(facts, one))).collect();
        let spellings = || named.iter().map(&written);
        Self {
            operator: wanted.unwrap_or_else(|| most_used(&ways).unwrap_or(usual)),
            spaced: named.iter().filter(|one| is_spaced(facts, one)).count() * 2
                > named.iter().filter(|one| one.specifier.is_some()).count(),
            semicolon: semicolon(facts, &named),
            display: spellings().any(|name| name.bytes().any(|byte| byte.is_ascii_uppercase())),
            underscores: spellings().any(|name| name.contains('_')) && !spellings().any(|name| name.contains('-')),
            single_equals: facts.format == Format::Conda
                && named.iter().any(|one| raw(facts, one).is_some_and(|raw| raw.starts_with('=')))
                && !named.iter().any(|one| raw(facts, one).is_some_and(|raw| raw.starts_with("=="))),
        }
    }

    /// The name, as the neighbours spell theirs.
    pub fn name(&self, addition: &Addition) -> String {
        let display = addition.display.as_deref().filter(|_| self.display);
        let name = display.unwrap_or(addition.name.as_str());
        if self.underscores { name.replace('-', "_") } else { name.to_owned() }
    }

    /// The specifier: `==1.2`, ` >= 1.2`, `^1.2`; empty without a version, or where the neighbours have none.
    pub fn specifier(&self, addition: &Addition) -> String {
        let Some(pin) = &addition.pin else { return String::new() };
        let version = &pin.version;
        let operator = match self.operator {
            FixStyle::Exact if self.single_equals => "=",
            FixStyle::Exact => "==",
            FixStyle::AtLeast => ">=",
            FixStyle::Caret => "^",
            FixStyle::Compatible => "~=",
            FixStyle::Bare => return String::new(),
        };
        // `~=` needs two numbers (PEP 440)
        let more = if operator == "~=" && !version.contains('.') { ".0" } else { "" };
        if self.spaced { format!(" {operator} {version}{more}") } else { format!("{operator}{version}{more}") }
    }

    /// The whole requirement (PEP 508), with its hashes on continued lines.
    pub fn line(&self, addition: &Addition, ending: &str) -> String {
        if let Some(verbatim) = &addition.verbatim {
            return verbatim.clone();
        }
        let mut line = self.name(addition) + &self.specifier(addition);
        if let Some(marker) = &addition.marker {
            line.extend([self.semicolon, marker]);
        }
        for hash in &addition.hashes {
            line.extend([" \\", ending, "    --hash=", hash]);
        }
        line
    }
}

/// The way of requesting a version that most neighbours have; of two the stricter.
fn most_used(ways: &[FixStyle]) -> Option<FixStyle> {
    let all = [FixStyle::Exact, FixStyle::Compatible, FixStyle::Caret, FixStyle::AtLeast, FixStyle::Bare];
    let counts = all.map(|style| ways.iter().filter(|way| **way == style).count());
    let most = counts.iter().copied().max().filter(|most| *most > 0)?;
    let at = counts.iter().position(|count| *count == most)?;
    Some(all[at])
}

/// The specifier as it is written, before any translation.
fn raw<'a>(facts: &'a RequirementsFacts, one: &Requirement) -> Option<&'a str> {
    facts.text.get(one.specifier.as_ref()?.range.indices())
}

fn way_of(specifier: Option<&str>) -> FixStyle {
    let Some(specifier) = specifier.map(str::trim) else { return FixStyle::Bare };
    match specifier {
        "*" | "" => FixStyle::Bare,
        _ if specifier.starts_with("~=") || specifier.starts_with('~') => FixStyle::Compatible,
        _ if specifier.starts_with('^') => FixStyle::Caret,
        _ if specifier.starts_with("==") || specifier.starts_with('=') => FixStyle::Exact,
        _ if specifier.starts_with(|c: char| c.is_ascii_digit()) => FixStyle::Exact,
        _ => FixStyle::AtLeast,
    }
}

fn is_spaced(facts: &RequirementsFacts, one: &Requirement) -> bool {
    one.specifier.as_ref().is_some_and(|specifier| {
        let start = specifier.range.start as usize;
        specifier.range.start > one.name_range.end && facts.text.get(..start).is_some_and(|text| text.ends_with(' '))
    })
}

fn semicolon(facts: &RequirementsFacts, named: &[&Requirement]) -> &'static str {
    let gap = named.iter().find_map(|one| {
        let marker = one.marker.as_ref()?;
        let before = facts.text.get(..marker.range.start as usize)?;
        let before_semicolon = before.trim_end().strip_suffix(';')?;
        Some(match (before_semicolon.ends_with(' '), before.ends_with(' ')) {
            (true, true) => " ; ",
            (true, false) => " ;",
            (false, true) => "; ",
            (false, false) => ";",
        })
    });
    gap.unwrap_or("; ")
}
