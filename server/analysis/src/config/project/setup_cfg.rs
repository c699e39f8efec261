//! setup.cfg: `[metadata] name` and the requirements of `[options]` and `[options.extras_require]`.

use super::{leading_name, lower_bound};
use crate::facts::SettingsFacts;
use crate::names::DistributionName;

/// Reads the lines that matter; everything else says nothing.
pub(super) fn facts(text: &str) -> SettingsFacts {
    let mut facts = SettingsFacts::default();
    let (mut section, mut key) = (String::new(), String::new());
    for line in text.lines().filter(|line| !line.trim_start().starts_with(['#', ';'])) {
        if let Some(name) = line.strip_prefix('[').and_then(|rest| rest.split(']').next()) {
            (section, key) = (name.trim().to_owned(), String::new());
        } else if line.starts_with([' ', '\t']) {
            value(&mut facts, &section, &key, line.trim());
        } else if let Some((name, rest)) = line.split_once('=') {
            name.trim().clone_into(&mut key);
            value(&mut facts, &section, &key, rest.trim());
        }
    }
    facts.declared.sort_unstable();
    facts.declared.dedup();
    facts
}

/// Takes in one line of a value.
fn value(facts: &mut SettingsFacts, section: &str, key: &str, line: &str) {
    match (section, key) {
        ("metadata", "name") if !line.is_empty() => facts.name = Some(DistributionName::new(line)),
        ("options", "python_requires") => {
            facts.python = facts.python.or_else(|| line.split(',').filter_map(lower_bound).max());
        }
        ("options", "install_requires" | "tests_require") | ("options.extras_require", _) => {
            facts.declared.extend(line.split(',').filter_map(leading_name).map(DistributionName::new));
        }
        _ => {}
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_options_are_read() {
        let text = "[metadata]\nname = My.App\n[options]\npython_requires = >=3.9\ninstall_requires =\n    requests>=2\n    # none\n    rq\n\n[options.extras_require]\nx = redis\n[flake8]\nselect = B\n";
        let facts = facts(text);
        let names: Vec<&str> = facts.declared.iter().map(DistributionName::as_str).collect();
        assert_eq!(names, ["redis", "requests", "rq"]);
        assert_eq!(facts.name.unwrap().as_str(), "my-app");
        assert_eq!(facts.python.unwrap().to_string(), "3.9");
    }
}
