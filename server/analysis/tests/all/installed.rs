//! What is installed, as cases write it.

use pinlens_analysis::model::environment::{About, Installed};
use pinlens_facts::words::names::{DistributionName, ModuleName};

/// `PyYAML==6.0 (yaml, _yaml) -> required, other; extra == "fast"`, and ` direct` at its end for one from a repository.
pub fn installed(row: &str) -> Installed {
    let (row, direct) = row.strip_suffix(" direct").map_or((row, false), |row| (row, true));
    let (head, requires) = row.split_once(" -> ").unwrap_or((row, ""));
    let (pin, modules) = head.split_once(" (").expect("name==version (modules)");
    let (display, version) = pin.split_once("==").expect("name==version");
    let names = |list: &str| {
        list.trim_end_matches(')').split(", ").filter(|name| !name.is_empty()).map(str::to_owned).collect::<Vec<_>>()
    };
    Installed {
        name: DistributionName::new(display),
        display: display.to_owned(),
        version: version.to_owned(),
        modules: names(modules).iter().map(|module| ModuleName::new(module)).collect(),
        listed_in: "RECORD",
        about: About::default(),
        is_complete: true,
        direct,
        requires: names(requires).iter().map(|line| required(line)).collect(),
        scripts: Box::default(),
        groups: Box::default(),
    }
}

/// The name of a Requires-Dist line, and the rest.
fn required(line: &str) -> (DistributionName, Box<str>) {
    let (name, marker) = line.split_at(line.find([';', '[']).unwrap_or(line.len()));
    (DistributionName::new(name), marker.into())
}
