//! Poetry's constraints as version specifiers (PEP 440): `^1.2` is `>=1.2,<2`.

/// The specifier that `constraint` means; `None` where it allows every version, or alternatives (`||`), or is none.
pub(super) fn translate(constraint: &str) -> Option<String> {
    if constraint.contains('|') {
        return None;
    }
    let separate = constraint.replace(',', " ");
    let mut parts: Vec<String> = Vec::new();
    let mut operator = String::new();
    for word in separate.split_whitespace() {
        // a space may stand between a comparison and its version
        operator.push_str(word);
        if word.ends_with(['<', '>', '=', '!', '~', '^']) {
            continue;
        }
        parts.extend(one(&std::mem::take(&mut operator))?);
    }
    (!parts.is_empty() && operator.is_empty()).then(|| parts.join(","))
}

/// One comparison. `Some(None)` for the one that every version passes.
#[allow(clippy::option_option)] // the two absences mean different things, and only here
fn one(word: &str) -> Option<Option<String>> {
    let version = word.trim_start_matches(['<', '>', '=', '!', '~', '^']);
    let operator = word.get(..word.len() - version.len())?;
    if !version
        .bytes()
        .all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'*' | b'+' | b'!' | b'-' | b'_'))
    {
        return None;
    }
    Some(match operator {
        "" if version == "*" => None,
        "" | "=" => Some(format!("=={version}")),
        "^" => Some(between(version, &caret(version)?)),
        "~" => Some(between(version, &tilde(version)?)),
        "==" | "===" | "!=" | "<=" | ">=" | "<" | ">" | "~=" => Some(format!("{operator}{version}")),
        _ => return None,
    })
}

fn between(low: &str, high: &str) -> String {
    format!(">={low},<{high}")
}

/// The numbers that a version begins with.
fn numbers(version: &str) -> Option<Vec<u64>> {
    let release = version.split(|c: char| !c.is_ascii_digit() && c != '.').next()?;
    let numbers = release.split('.').filter(|part| !part.is_empty()).map(|part| part.parse().ok());
    numbers.collect::<Option<Vec<u64>>>().filter(|numbers| !numbers.is_empty())
}

/// The first version that `^version` shuts out: the leftmost number that is not 0 is counted up.
fn caret(version: &str) -> Option<String> {
    let numbers = numbers(version)?;
    let last = numbers.len() - 1;
    counted_up(&numbers, numbers.iter().position(|&number| number > 0).unwrap_or(last))
}

/// The first version that `~version` shuts out: the second number is counted up, or the only one.
fn tilde(version: &str) -> Option<String> {
    let numbers = numbers(version)?;
    counted_up(&numbers, usize::from(numbers.len() > 1))
}

fn counted_up(numbers: &[u64], at: usize) -> Option<String> {
    let mut kept = numbers.get(..=at)?.to_vec();
    let last = kept.last_mut()?;
    *last = last.checked_add(1)?;
    Some(kept.iter().map(u64::to_string).collect::<Vec<_>>().join("."))
}

#[cfg(test)]
mod tests {
    use super::translate;

    #[test]
    fn constraints_are_translated() {
        for (constraint, specifier) in [
            ("^1.2", Some(">=1.2,<2")),
            ("^0.2.3", Some(">=0.2.3,<0.3")),
            ("^0.0.3", Some(">=0.0.3,<0.0.4")),
            ("^0", Some(">=0,<1")),
            ("~1.2.3", Some(">=1.2.3,<1.3")),
            ("~1", Some(">=1,<2")),
            ("~=1.2", Some("~=1.2")),
            ("1.2.*", Some("==1.2.*")),
            ("1.2", Some("==1.2")),
            (">= 1, <2", Some(">=1,<2")),
            (">=1 <2", Some(">=1,<2")),
            ("*", None),
            ("", None),
            ("^1 || ^2", None),
            (">=", None),
            ("^x", None),
        ] {
            assert_eq!(translate(constraint).as_deref(), specifier, "{constraint}");
        }
    }
}
