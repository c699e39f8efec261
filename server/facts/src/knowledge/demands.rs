//! What a distribution requests only where a part of it is used, as `data/demands.tsv` lists it: `File(...)` of `FastAPI` needs
//! python-multipart, and nothing in its metadata says so.
//!
//! Rows are about what fails without it; what merely shows a use is in `uses.tsv`.

use super::atoms::{self, Atom};
use crate::words::names::{DistributionName, PythonVersion};
use rustc_hash::FxHashMap;
use std::sync::LazyLock;

static DEMANDS: LazyLock<FxHashMap<&'static str, Vec<Demand>>> = LazyLock::new(|| {
    let mut table: FxHashMap<_, Vec<Demand>> = FxHashMap::default();
    for demand in include_str!("../../data/demands.tsv").lines().skip(1).filter_map(Demand::of_row) {
        table.entry(demand.host).or_default().push(demand);
    }
    table
});

/// When the lack of it shows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum When {
    /// While the module that uses it is imported, or while the application or command starts.
    Start,
    /// When the code is called.
    Call,
    /// In the checks of the framework, which its own commands run: `manage.py migrate`.
    Check,
}

/// A part of a distribution that needs another one.
#[derive(Clone, Copy, Debug)]
pub struct Demand {
    /// The distribution that requires.
    pub host: &'static str,
    /// The first version of the host that no longer requires it; `None` for all.
    pub below: Option<&'static str>,
    /// The first version of the host that requires it; `None` for all.
    pub since: Option<&'static str>,
    /// When the lack of it shows.
    pub when: When,
    /// The extra of the host that brings what is needed.
    pub extra: Option<&'static str>,
    /// The message or the import that fails.
    pub source: &'static str,
    condition: &'static str,
    needs: &'static str,
    python: &'static str,
}

impl Demand {
    fn of_row(row: &'static str) -> Option<Self> {
        let mut cells = row.split('\t');
        let (host, condition, needs) = (cells.next()?, cells.next()?, cells.next()?);
        let when = match cells.next()? {
            "start" => When::Start,
            "call" => When::Call,
            "check" => When::Check,
            _ => return None,
        };
        let (extra, python, source) = (cells.next()?, cells.next()?, cells.next()?);
        let (host, below) = host.split_once('<').map_or((host, None), |(host, below)| (host, Some(below)));
        let (host, since) = host.split_once(">=").map_or((host, None), |(host, since)| (host, Some(since)));
        let extra = (!extra.is_empty()).then_some(extra);
        Some(Self { host, below, since, when, extra, source, condition, needs, python })
    }

    /// What shows that the part is used; any of them.
    pub fn atoms(self) -> impl Iterator<Item = Atom> {
        atoms::parse(self.condition)
    }

    /// The ways to satisfy it, the usual one first; each needs all its distributions.
    pub fn ways(self) -> impl Iterator<Item = Vec<DistributionName>> {
        self.needs.split('|').map(|way| way.split(',').map(DistributionName::new).collect())
    }

    /// Whether one of the ways is there.
    pub fn is_met(self, has: impl Fn(&DistributionName) -> bool) -> bool {
        self.ways().any(|way| way.iter().all(&has))
    }

    /// Whether it holds under that Python.
    pub fn applies_to(self, python: PythonVersion) -> bool {
        let bound = |text: &str| PythonVersion::parse(text);
        match (self.python.strip_prefix(">="), self.python.strip_prefix('<')) {
            (Some(first), _) => bound(first).is_none_or(|first| python >= first),
            (_, Some(end)) => bound(end).is_none_or(|end| python < end),
            (None, None) => true,
        }
    }
}

/// Every distribution that some row requests: the host, the first version of it that no longer requires it, the condition, and the
/// distribution.
pub(super) fn all() -> impl Iterator<Item = (&'static str, Option<&'static str>, &'static str, &'static str)> {
    let rows = include_str!("../../data/demands.tsv").lines().skip(1).filter_map(Demand::of_row);
    rows.flat_map(|demand| {
        let names = demand.needs.split(['|', ',']);
        names.map(move |name| (demand.host, demand.below, demand.condition, name))
    })
}

/// Parses the table now, so that nobody waits for it later.
pub fn prepare() {
    LazyLock::force(&DEMANDS);
}

/// What the distribution requests where parts of it are used.
pub fn of(host: &DistributionName) -> &'static [Demand] {
    DEMANDS.get(host.as_str()).map_or(&[], Vec::as_slice)
}

/// What these distributions ask for as a command line of these words starts: the command itself, and its options.
pub fn of_line(hosts: &[DistributionName], words: &[&str]) -> Vec<&'static Demand> {
    let shows = |demand: &&Demand| {
        demand.atoms().any(|atom| match atom {
            Atom::Command(line) => words.starts_with(&line.split(' ').collect::<Vec<&str>>()),
            Atom::Option(option) => {
                let option: Vec<&str> = option.split(' ').collect();
                words.windows(option.len()).any(|some| some == option)
            }
            _ => false,
        })
    };
    let at_start = |demand: &&Demand| demand.when == When::Start && demand.below.is_none();
    hosts.iter().flat_map(of).filter(at_start).filter(shows).collect()
}

/// What asks for `needs` as the command `command` starts.
pub fn of_command(command: &str, needs: &DistributionName) -> impl Iterator<Item = &'static Demand> {
    let is_command = |demand: &&Demand| {
        demand.atoms().any(|atom| matches!(atom, Atom::Command(line) if line.split(' ').next() == Some(command)))
    };
    let asks = |demand: &&Demand| is_command(demand) && demand.ways().flatten().any(|name| name == *needs);
    let mut found: Vec<&Demand> = DEMANDS.values().flatten().filter(asks).collect();
    found.sort_by_key(|demand| demand.host);
    found.into_iter()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_row_is_understood() {
        for row in include_str!("../../data/demands.tsv").lines().skip(1) {
            assert_eq!(row.split('\t').count(), 7, "{row}");
            let demand = Demand::of_row(row).unwrap_or_else(|| panic!("{row}"));
            assert!(demand.atoms().count() > 0 && demand.atoms().all(|atom| atom != Atom::Unseen), "{row}");
            let names = demand.ways().flatten().chain([DistributionName::new(demand.host)]);
            assert!(names.into_iter().all(|name| row.contains(name.as_str())), "names are normal: {row}");
            assert!(!demand.source.is_empty(), "{row}");
            assert!(demand.python.is_empty() || demand.python.starts_with(['>', '<']), "{row}");
        }
    }

    #[test]
    fn demands_are_found_by_host() {
        let fastapi = of(&DistributionName::new("fastapi"));
        let form = fastapi.iter().find(|demand| demand.condition.contains("call:Form")).unwrap();
        assert_eq!(form.when, When::Start);
        assert!(!form.is_met(|_| false) && form.is_met(|name| name.as_str() == "python-multipart"));
        let excel = of(&DistributionName::new("pandas")).iter().find(|demand| demand.condition.contains("read_excel"));
        assert!(excel.unwrap().ways().count() > 2);
        assert!(of(&DistributionName::new("nowhere")).is_empty());
    }

    #[test]
    fn command_lines_ask_for_what_they_name() {
        let needs = |host: &str, line: &str| {
            let found = of_line(&[DistributionName::new(host)], &line.split(' ').collect::<Vec<&str>>());
            found.iter().map(|demand| demand.needs).collect::<Vec<&str>>()
        };
        assert_eq!(needs("celery", "celery -A app worker -P gevent"), ["gevent"]);
        assert_eq!(needs("celery", "celery -A app worker --pool=gevent"), ["gevent"]);
        assert_eq!(needs("celery", "celery -A app worker -P solo"), [""; 0]);
        assert_eq!(needs("fastapi", "fastapi run main.py"), ["fastapi-cli", "uvicorn"]);
        assert_eq!(needs("fastapi", "uvicorn fastapi"), [""; 0]);
    }

    #[test]
    fn demands_may_depend_on_python() {
        let pydub = of(&DistributionName::new("pydub"))[0];
        let python = |minor| PythonVersion { major: 3, minor };
        assert!(pydub.applies_to(python(13)) && !pydub.applies_to(python(12)));
    }
}
