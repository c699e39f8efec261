//! uwsgi.ini: the options of uWSGI in a file, as they would stand on its command line.

use crate::formats::ini;

/// The options of the section `uwsgi`, each as `--name=value`; what a variable or a placeholder fills in is unknown.
pub fn options(text: &str) -> Vec<String> {
    let lines = ini::lines(text).into_iter().filter(|line| line.section == "uwsgi" && !line.key.is_empty());
    lines.map(|line| format!("--{}={}", line.key.trim(), filled(line.value.trim()))).collect()
}

/// `%(name)`, `$(NAME)` and `%d` as unknown words.
fn filled(value: &str) -> String {
    let mut out = String::new();
    let mut rest = value;
    while let Some(at) = rest.find(['%', '$']) {
        out.push_str(&rest[..at]);
        let behind = &rest[at + 1..];
        let length = match behind.strip_prefix('(') {
            Some(inside) => inside.find(')').map_or(behind.len(), |end| end + 2),
            None => behind.chars().next().map_or(0, char::len_utf8),
        };
        out.push('\u{2026}');
        rest = &behind[length..];
    }
    out.push_str(rest);
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    const TEXT: &str = "[uwsgi]\n; a comment\nmodule = shop.wsgi:application\nchdir=/srv\nmaster = true\npp = %(here)/x\nenv = A=$(HOME)\nsocket = %d/y\n[other]\nmodule = no\n";

    #[test]
    fn options_are_those_of_the_command_line() {
        assert_eq!(
            options(TEXT),
            [
                "--module=shop.wsgi:application",
                "--chdir=/srv",
                "--master=true",
                "--pp=…/x",
                "--env=A=…",
                "--socket=…/y"
            ]
        );
    }

    #[test]
    fn half_typed_options_cost_only_themselves() {
        for end in 0..=TEXT.len() {
            let found = options(&TEXT[..TEXT.floor_char_boundary(end)]);
            assert!(found.len() <= 6 && found.iter().all(|option| option.starts_with("--")), "{found:?}");
        }
    }
}
