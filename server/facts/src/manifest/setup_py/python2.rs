//! Statements that only Python 2 has, made expressions so that the rest of an old setup.py can be read.

/// The text with such statements changed; every byte keeps its place: `print "x"` becomes `0   , "x"`.
pub(super) fn without(text: &str) -> String {
    text.split_inclusive('\n').map(line).collect()
}

fn line(line: &str) -> String {
    let body = line.trim_start_matches([' ', '\t']);
    let indent = &line[..line.len() - body.len()];
    let length = body.find(|c: char| !c.is_ascii_alphanumeric() && c != '_').unwrap_or(body.len());
    let (word, rest) = body.split_at(length);
    let next = rest.trim_start_matches([' ', '\t']);
    let instead = match word {
        "print" if next.starts_with(">>") => "0    ",
        "print" if next.trim_end().is_empty() => "pass ",
        "print" if !next.starts_with(['(', '=', '.', ',']) => "0   ,",
        "exec" if !next.trim_end().is_empty() && !next.starts_with(['(', '=', '.', ',']) => "0  ,",
        "raise" if next.split_once(',').is_some_and(|(error, _)| !error.contains('(')) => "0   ,",
        "except" => return format!("{indent}{}", without_name(body)),
        _ => return line.to_owned(),
    };
    format!("{indent}{instead}{rest}")
}

/// `except ValueError, error:` without the name.
fn without_name(body: &str) -> String {
    match (body.find(','), body.rfind(':')) {
        (Some(comma), Some(colon)) if comma < colon && !body.contains('(') => {
            format!("{}{}{}", &body[..comma], " ".repeat(colon - comma), &body[colon..])
        }
        _ => body.to_owned(),
    }
}
