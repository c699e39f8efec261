//! The patterns of the bundled tables: text in which `*` stands for anything.

/// Whether `text` is what `pattern` describes.
pub fn fits(pattern: &str, text: &str) -> bool {
    let Some((head, rest)) = pattern.split_once('*') else { return pattern == text };
    let Some(text) = text.strip_prefix(head) else { return false };
    let mut text = text;
    let mut parts: Vec<&str> = rest.split('*').collect();
    let last = parts.pop().unwrap_or_default();
    for part in parts {
        let Some(at) = text.find(part) else { return false };
        text = &text[at + part.len()..];
    }
    text.ends_with(last)
}

/// What the last `*` of `pattern` stands for in `text`, the whole text where there is none; `None` where the text does not fit.
pub fn rest<'a>(pattern: &str, text: &'a str) -> Option<&'a str> {
    if !fits(pattern, text) {
        return None;
    }
    let Some((before, after)) = pattern.rsplit_once('*') else { return Some(text) };
    let anchor = before.rsplit('*').next().unwrap_or_default();
    // only the first `*` has the start of the text before it
    let start = if before.contains('*') { text.find(anchor)? } else { 0 } + anchor.len();
    text.get(start..text.len() - after.len())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn patterns_fit_whole_texts() {
        for (pattern, text, expected) in [
            ("setup.py", "setup.py", true),
            ("setup.py", "my_setup.py", false),
            ("*.nk", "comp.nk", true),
            ("*.nk", "nk", false),
            ("*_msgs", "sensor_msgs", true),
            ("a*b*c", "a1b2c", true),
            ("a*b*c", "a1c", false),
            ("a*a", "a", false),
            ("*", "", true),
        ] {
            assert_eq!(fits(pattern, text), expected, "{pattern} {text}");
        }
    }

    #[test]
    fn the_rest_is_what_the_last_star_stands_for() {
        assert_eq!(rest("docker.io/*", "docker.io/redis"), Some("redis"));
        assert_eq!(rest("*/library/*", "proxy.example/library/python"), Some("python"));
        assert_eq!(rest("docker.io/*", "quay.io/redis"), None);
        assert_eq!(rest("redis", "redis"), Some("redis"));
    }
}
