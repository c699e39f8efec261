//! What the packages of a system bring: the distributions, commands and modules of Python in `apt-get install python3-redis`.
//!
//! Most are called after their distribution; `data/apt.tsv` lists the others.

use super::images::System;
use crate::words::names::DistributionName;
use rustc_hash::FxHashMap;
use std::sync::LazyLock;

static BROUGHT: LazyLock<FxHashMap<(&str, &str), Brought>> = LazyLock::new(|| {
    let mut table: FxHashMap<_, Brought> = FxHashMap::default();
    for row in include_str!("../../data/apt.tsv").lines().skip(1) {
        let mut cells = row.split('\t');
        let mut cell = || cells.next().unwrap_or_default();
        let (system, package, fact, value) = (cell(), cell(), cell(), cell());
        let brought = table.entry((system, package)).or_default();
        match fact {
            "distribution" => brought.distributions.push(DistributionName::new(value)),
            "command" => brought.commands.push(value),
            "module" => brought.modules.push(value),
            // the row is there so that the rule for names is not applied
            _ => brought.is_part_of_python = true,
        }
    }
    table
});

/// What one package of a system brings for the system's own Python.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Brought {
    /// The distributions; any of them may be what a requirement calls it.
    pub distributions: Vec<DistributionName>,
    /// Commands of Python programs. Another program may be there under the package's own name as well.
    pub commands: Vec<&'static str>,
    /// Modules that belong to no distribution, or to the system alone.
    pub modules: Vec<&'static str>,
    /// Whether it is a part of Python itself, such as `python3-dev`.
    is_part_of_python: bool,
}

/// What the package `name` brings. Nothing where it is not known to be about Python.
pub fn brought_by(system: System, name: &str) -> Brought {
    // a version or a release may follow: `python3-redis=4.3.4-1`, `py3-redis~4`, `python3-redis/stable`
    let name = name.split(['=', '/', '~', '<', '>', ':']).next().unwrap_or_default();
    let (key, prefixes): (_, &[&str]) = match system {
        System::Debian => ("debian", &["python3-", "python-"]),
        System::Alpine => ("alpine", &["py3-", "python3-", "py-"]),
        System::Rpm | System::Other => {
            ("rpm", &["python3-", "python3.9-", "python3.11-", "python3.12-", "python3.13-", "python-"])
        }
    };
    let mut brought = BROUGHT.get(&(key, name)).cloned().unwrap_or_default();
    if brought.distributions.is_empty() && !brought.is_part_of_python {
        let after = prefixes.iter().find_map(|prefix| name.strip_prefix(prefix));
        brought.distributions.extend(after.map(DistributionName::new));
    }
    brought
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_row_is_understood() {
        for row in include_str!("../../data/apt.tsv").lines().skip(1) {
            let cells: Vec<&str> = row.split('\t').collect();
            assert!(cells.len() == 5 && cells.iter().all(|cell| !cell.is_empty()), "{row}");
            assert!(["debian", "alpine", "rpm"].contains(&cells[0]), "{row}");
            assert!(["distribution", "command", "module", "nothing"].contains(&cells[2]), "{row}");
        }
    }

    #[test]
    fn packages_bring_distributions_and_commands() {
        let names = |system, package| {
            let brought = brought_by(system, package);
            brought.distributions.iter().map(|name| name.as_str().to_owned()).collect::<Vec<_>>()
        };
        assert_eq!(names(System::Debian, "python3-redis"), ["redis"]);
        assert_eq!(names(System::Debian, "python3-yaml"), ["pyyaml"]);
        assert_eq!(names(System::Debian, "python3-requests=2.28.1+dfsg-1"), ["requests"]);
        assert_eq!(names(System::Debian, "gunicorn"), ["gunicorn"]);
        assert_eq!(names(System::Alpine, "py3-pillow"), ["pillow"]);
        assert!(names(System::Debian, "python3-dev").is_empty() && names(System::Debian, "curl").is_empty());
        assert_eq!(brought_by(System::Debian, "gunicorn").commands, ["gunicorn", "gunicorn3"]);
        assert!(brought_by(System::Debian, "python3-tk").modules.contains(&"tkinter"));
    }
}
