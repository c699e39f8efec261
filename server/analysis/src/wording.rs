//! How messages are put together. The first line says what is wrong and what happens, in at most 120 characters and the most of it in
//! the first 60; each further line is a note that says one thing more. What to do is said by the fixes, and never here.

use pinlens_facts::words::names::DistributionName;

/// The headline with its notes, a line each.
pub(crate) fn message(headline: String, notes: impl IntoIterator<Item = String>) -> String {
    notes.into_iter().fold(headline, |message, note| message + "\n" + &note)
}

/// The package that an import is missing, named once where its name is the module's: `` `redis` is``, `` `yaml` needs PyYAML, which is``.
pub(crate) fn missing(module: &str, package: &DistributionName) -> String {
    if is_same(module, package) { format!("`{package}` is") } else { format!("`{module}` needs {package}, which is") }
}

/// Whether the top of a module has the name of its package, so that how pinlens knows is plain.
pub(crate) fn is_same(module: &str, package: &DistributionName) -> bool {
    let top = module.split('.').next().unwrap_or_default();
    &DistributionName::new(top) == package
}

/// `a, b or c`; of more than three the first two and the number of the others.
pub(crate) fn any_of(names: &[String]) -> String {
    match names {
        [] => String::new(),
        [one] => one.clone(),
        [first, second] => format!("{first} or {second}"),
        [first, second, third] => format!("{first}, {second} or {third}"),
        [first, second, others @ ..] => format!("{first}, {second} or {} other files", others.len()),
    }
}

/// `word` in the singular for one, else in the plural that `s` makes.
pub(crate) fn counted(number: usize, word: &str) -> String {
    if number == 1 { format!("1 {word}") } else { format!("{number} {word}s") }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_package_is_named_once() {
        assert_eq!(missing("rq.job", &DistributionName::new("rq")), "`rq` is");
        assert_eq!(missing("yaml", &DistributionName::new("PyYAML")), "`yaml` needs pyyaml, which is");
        assert_eq!(missing("flask_cors", &DistributionName::new("Flask-Cors")), "`flask-cors` is");
    }

    #[test]
    fn lists_stay_short() {
        let names: Vec<String> = ["a", "b", "c", "d", "e"].map(str::to_owned).to_vec();
        assert_eq!(any_of(&names[..2]), "a or b");
        assert_eq!(any_of(&names), "a, b or 3 other files");
    }
}
