//! "Did you mean": the known word that an unknown one is nearest to.

/// The one of `known` that `word` was likely meant to be.
pub(crate) fn nearest<'a>(word: &str, known: &[&'a str]) -> Option<&'a str> {
    let word = kebab(word);
    let most = (word.chars().count() / 3).max(1);
    let scored = known.iter().map(|one| (strsim::osa_distance(&word, one), *one));
    scored.filter(|(distance, _)| *distance <= most).min().map(|(_, one)| one)
}

/// `pythonVersion` and `python_version` as `python-version`.
fn kebab(word: &str) -> String {
    let mut out = String::new();
    for character in word.chars().take(64) {
        match character {
            '_' => out.push('-'),
            upper if upper.is_ascii_uppercase() => out.extend(['-', upper.to_ascii_lowercase()]),
            other => out.push(other),
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn near_words_are_found() {
        let known = ["python-version", "select", "severity", "map"];
        assert_eq!(nearest("pythonVersion", &known), Some("python-version"));
        assert_eq!(nearest("python_version", &known), Some("python-version"));
        assert_eq!(nearest("selct", &known), Some("select"));
        assert_eq!(nearest("severities", &known), Some("severity"));
        assert_eq!(nearest("colour", &known), None);
        assert_eq!(nearest("flaks", &["flask", "black"]), Some("flask"), "two letters changed places");
    }
}
