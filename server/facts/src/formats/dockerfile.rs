//! A Dockerfile as its instructions: names, arguments over several lines, here-documents, flags, forms and variables.
//!
//! Reading is total: a line that begins no instruction is passed over, and a here-document that is not closed reaches to the
//! end of the text.

/// One instruction with its arguments.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Instruction {
    /// Its name in upper case: `RUN`.
    pub name: Box<str>,
    /// Its arguments as written; between lines that go on stands `\` and a line break, whatever the escape character is.
    pub arguments: Box<str>,
    /// The line on which it begins, from 1.
    pub line: u32,
    /// The bodies of its here-documents.
    pub bodies: Vec<Body>,
}

/// The body of a here-document.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Body {
    /// The word that ends it.
    pub end: Box<str>,
    /// Its lines, without the one that ends it.
    pub text: Box<str>,
    /// Its first line, from 1.
    pub line: u32,
}

/// What an instruction or a service runs.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Form {
    /// A text for a shell.
    Shell(Box<str>),
    /// The words of one command, run without a shell.
    Exec(Vec<Box<str>>),
}

/// A flag before the arguments: `--from=build`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Flag<'a> {
    /// Its name without dashes.
    pub name: &'a str,
    /// Its value; empty where it has none.
    pub value: &'a str,
}

/// The instructions of `text`, in its order.
pub fn instructions(text: &str) -> Vec<Instruction> {
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    let escape = if text.lines().take(3).any(|line| line.replace(' ', "") == "#escape=`") { '`' } else { '\\' };
    let lines: Vec<&str> = text.split('\n').map(|line| line.trim_end_matches('\r')).collect();
    let mut found = Vec::new();
    let mut at = 0;
    while at < lines.len() {
        let first = at;
        let whole = logical_line(&lines, &mut at, escape);
        let Some(mut instruction) = instruction(&whole, first + 1) else { continue };
        for end in heredocs(&whole, &instruction.name) {
            let rest = lines.get(at..).unwrap_or_default();
            let length = rest.iter().position(|line| line.trim_start_matches('\t') == end);
            let length = length.or_else(|| rest.iter().position(|line| line.trim() == end)).unwrap_or(rest.len());
            let text = rest[..length].join("\n").into();
            instruction.bodies.push(Body { end: end.into(), text, line: number(at + 1) });
            at += length + 1;
        }
        found.push(instruction);
    }
    found
}

/// The stages before the last one that start something by themselves: they have a command, and no other stage takes anything of them.
pub fn targets(instructions: &[Instruction]) -> Vec<&str> {
    let mut stages: Vec<(&str, bool)> = Vec::new();
    let mut taken: Vec<&str> = Vec::new();
    for instruction in instructions {
        match &*instruction.name {
            "FROM" => {
                let words: Vec<&str> = flags(&instruction.arguments).1.split_whitespace().collect();
                taken.extend(words.first());
                let name = words.get(1).filter(|word| word.eq_ignore_ascii_case("as")).and_then(|_| words.get(2));
                stages.push((name.copied().unwrap_or_default(), false));
            }
            "CMD" | "ENTRYPOINT" => stages.iter_mut().last().into_iter().for_each(|stage| stage.1 = true),
            "COPY" | "ADD" | "RUN" => {
                let flags = flags(&instruction.arguments).0;
                taken.extend(flags.iter().filter(|flag| flag.name == "from").map(|flag| flag.value));
                let mounts = flags.iter().filter(|flag| flag.name == "mount").flat_map(|flag| flag.value.split(','));
                taken.extend(mounts.filter_map(|part| part.strip_prefix("from=")));
            }
            _ => {}
        }
    }
    stages.pop();
    let is_taken = |name: &str| taken.iter().any(|other| other.eq_ignore_ascii_case(name));
    stages
        .into_iter()
        .filter(|(name, starts)| *starts && !name.is_empty() && !is_taken(name))
        .map(|(name, _)| name)
        .collect()
}

/// The instruction in the arguments of `ONBUILD`.
pub fn inner(outer: &Instruction) -> Option<Instruction> {
    Some(Instruction { bodies: outer.bodies.clone(), ..instruction(&outer.arguments, outer.line as usize)? })
}

fn number(line: usize) -> u32 {
    u32::try_from(line).unwrap_or(u32::MAX)
}

/// The lines from `at` on that make one instruction. Comments and blank lines between lines that go on are no part of it.
fn logical_line(lines: &[&str], at: &mut usize, escape: char) -> String {
    let first = *at;
    let mut whole = String::new();
    while let Some(line) = lines.get(*at) {
        *at += 1;
        let is_comment = line.trim_start().starts_with('#') || line.trim().is_empty();
        if is_comment && *at - 1 == first {
            break;
        }
        match line.trim_end().strip_suffix(escape) {
            _ if is_comment => whole.push_str("\\\n"),
            Some(line) => {
                whole.push_str(line);
                whole.push_str("\\\n");
            }
            None => {
                whole.push_str(line);
                break;
            }
        }
    }
    whole
}

fn instruction(text: &str, line: usize) -> Option<Instruction> {
    let text = text.trim_start();
    let end = text.find(|c: char| !c.is_ascii_alphabetic())?;
    let name = text[..end].to_ascii_uppercase().into();
    (end > 1).then(|| Instruction {
        name,
        arguments: text[end..].trim_start().into(),
        line: number(line),
        bodies: Vec::new(),
    })
}

/// The words that end the here-documents of an instruction. Those of a command inside `RUN` belong to it.
fn heredocs(text: &str, name: &str) -> Vec<String> {
    if !matches!(name, "RUN" | "COPY" | "ADD" | "ONBUILD") {
        return Vec::new();
    }
    let words = text.match_indices("<<").filter_map(|(at, _)| {
        // `<<<` is a here-string
        if text[at + 2..].starts_with('<') || text[..at].ends_with('<') {
            return None;
        }
        let rest = text[at + 2..].trim_start_matches(['-', '~']);
        let word = rest.split_whitespace().next()?.trim_matches(['"', '\'']);
        let is_word = word.starts_with(|c: char| c.is_ascii_alphabetic() || c == '_');
        is_word.then(|| word.to_owned())
    });
    words.collect()
}

/// The flags before the arguments, the arguments behind them, and by how many lines those begin later.
pub fn flags(arguments: &str) -> (Vec<Flag<'_>>, &str, u32) {
    let blanks = [' ', '\t', '\\', '\n'];
    let mut rest = arguments.trim_start_matches(blanks);
    let mut found = Vec::new();
    while let Some(flag) = rest.strip_prefix("--") {
        let end = flag.find(char::is_whitespace).unwrap_or(flag.len());
        let (name, value) = flag[..end].split_once('=').unwrap_or((&flag[..end], ""));
        found.push(Flag { name, value: value.trim_matches(['"', '\'']) });
        rest = flag[end..].trim_start_matches(blanks);
    }
    let skipped = &arguments[..arguments.len() - rest.len()];
    (found, rest, number(skipped.matches('\n').count()))
}

/// The exec form, a JSON list, or else the shell form.
pub fn form(arguments: &str) -> Form {
    let bare = arguments.replace("\\\n", " ");
    match json_list(bare.trim()) {
        Some(words) => Form::Exec(words.into_iter().map(Into::into).collect()),
        None => Form::Shell(arguments.into()),
    }
}

/// The strings of a JSON list of strings; `None` for anything else, as Docker takes it then for the text of a shell.
pub fn json_list(text: &str) -> Option<Vec<String>> {
    let list: serde_json::Value = serde_json::from_str(text).ok()?;
    list.as_array()?.iter().map(|item| item.as_str().map(str::to_owned)).collect()
}

/// The names and values of `ENV`, `ARG` and `LABEL`: `A=1 B="x y"`, or `A the rest`. A name without a value has none.
pub fn pairs(arguments: &str) -> Vec<(String, Option<String>)> {
    let words = words(arguments);
    match &words[..] {
        [name, rest @ ..] if !name.contains('=') && !rest.is_empty() && !rest.iter().any(|word| word.contains('=')) => {
            vec![(name.clone(), Some(rest.join(" ")))]
        }
        _ => words
            .into_iter()
            .map(|word| match word.split_once('=') {
                Some((name, value)) => (name.to_owned(), Some(value.to_owned())),
                None => (word, None),
            })
            .collect(),
    }
}

/// Words with quotes taken off; variables stay as they are written.
pub fn words(text: &str) -> Vec<String> {
    let mut found = Vec::new();
    let mut word: Option<String> = None;
    let mut quote = None;
    let mut chars = text.chars().peekable();
    while let Some(c) = chars.next() {
        match (quote, c) {
            (None, '\\') if chars.peek() == Some(&'\n') => {
                chars.next();
                found.extend(word.take());
            }
            // an escaped `$` is no variable: it stays escaped for `substitute`
            (None | Some('"'), '\\') if chars.peek() == Some(&'$') => {
                word.get_or_insert_default().push_str("\\$");
                chars.next();
            }
            (None | Some('"'), '\\') => word.get_or_insert_default().extend(chars.next()),
            (None, '"' | '\'') => {
                quote = Some(c);
                word.get_or_insert_default();
            }
            (Some(open), _) if open == c => quote = None,
            (None, _) if c.is_whitespace() => found.extend(word.take()),
            _ => word.get_or_insert_default().push(c),
        }
    }
    found.extend(word);
    found
}

/// What stands in a text for the value of a variable that nothing shows.
pub const UNKNOWN: char = '\u{2026}';

/// The longest value in bytes: twice the longest path of Linux. Variables that name each other would double without end, and many
/// that name a long one would need memory out of proportion.
const LONGEST_VALUE: usize = 8 * 1024;

/// Defaults that stand in defaults are read so deep.
const DEEPEST_DEFAULT: usize = 32;

/// The text with its variables in place: `$NAME`, `${NAME}`, `${NAME:-default}`, `${NAME:+other}`. One without a value becomes
/// [`UNKNOWN`], and so does the whole where it becomes longer than any value can be.
pub fn substitute(text: &str, value: &dyn Fn(&str) -> Option<String>) -> String {
    substitute_at(text, value, 0)
}

fn substitute_at(text: &str, value: &dyn Fn(&str) -> Option<String>, depth: usize) -> String {
    if depth > DEEPEST_DEFAULT {
        return UNKNOWN.to_string();
    }
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find(['$', '\\']) {
        if out.len() > LONGEST_VALUE.max(text.len()) {
            return UNKNOWN.to_string();
        }
        out.push_str(&rest[..at]);
        let from = &rest[at..];
        if let Some(escaped) = from.strip_prefix("\\$") {
            out.push('$');
            rest = escaped;
        } else if let Some(behind) = from.strip_prefix('\\') {
            out.push('\\');
            rest = behind;
        } else if let Some((name, body, behind)) = braced(&from[1..]) {
            out.push_str(&parameter(name, body, value, depth));
            rest = behind;
        } else {
            let name = from[1..].find(|c: char| !c.is_ascii_alphanumeric() && c != '_').unwrap_or(from.len() - 1);
            let (name, behind) = from[1..].split_at(name);
            let is_name = name.starts_with(|c: char| c.is_ascii_alphabetic() || c == '_');
            if is_name {
                out.push_str(&value(name).unwrap_or_else(|| UNKNOWN.to_string()));
                rest = behind;
            } else {
                out.push('$');
                rest = &from[1..];
            }
        }
    }
    out.push_str(rest);
    if out.len() > LONGEST_VALUE.max(text.len()) { UNKNOWN.to_string() } else { out }
}

/// The name and the rest of `{NAME:-default}`, and what stands behind it.
fn braced(text: &str) -> Option<(&str, &str, &str)> {
    let inside = text.strip_prefix('{')?;
    let mut depth = 1;
    let end = inside.char_indices().find_map(|(at, c)| {
        depth += match c {
            '{' => 1,
            '}' => -1,
            _ => 0,
        };
        (depth == 0).then_some(at)
    })?;
    let body = &inside[..end];
    let name = body.find(|c: char| !c.is_ascii_alphanumeric() && c != '_').unwrap_or(body.len());
    Some((&body[..name], &body[name..], &inside[end + 1..]))
}

fn parameter(name: &str, body: &str, value: &dyn Fn(&str) -> Option<String>, depth: usize) -> String {
    let known = value(name);
    let unknown = || UNKNOWN.to_string();
    if body.is_empty() {
        return known.unwrap_or_else(unknown);
    }
    if let Some(default) = body.strip_prefix(":-").or_else(|| body.strip_prefix('-')) {
        return known.filter(|value| !value.is_empty()).unwrap_or_else(|| substitute_at(default, value, depth + 1));
    }
    match body.strip_prefix(":+").or_else(|| body.strip_prefix('+')) {
        Some(other) if known.is_some() => substitute_at(other, value, depth + 1),
        Some(_) => String::new(),
        None => unknown(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_that_name_each_other_stay_short() {
        let mut text = "x".to_owned();
        for _ in 0..40 {
            text = substitute("$A$A", &|_| Some(text.clone()));
            assert!(text.len() <= 2 * LONGEST_VALUE);
        }
        let long = "x".repeat(LONGEST_VALUE + 1);
        assert_eq!(substitute("$A", &|_| Some(long.clone())), UNKNOWN.to_string());
        let nested = format!("{}x{}", "${A:-".repeat(3000), "}".repeat(3000));
        assert_eq!(substitute(&nested, &|_| None), UNKNOWN.to_string());
    }

    #[test]
    fn instructions_go_over_lines_comments_and_documents() {
        let text = "# syntax=docker/dockerfile:1\nfrom python:3.12 as build\nRUN pip install \\\n  # why\n\n  -r a.txt \\\n  && true\nRUN <<EOF\npip install x\nEOF\nCOPY <<-'ONE' <<TWO /app/\n1\n\tONE\n2\nTWO\nCMD [\"a\"]";
        let found = instructions(text);
        let shown: Vec<(&str, u32, usize)> = found.iter().map(|i| (&*i.name, i.line, i.bodies.len())).collect();
        assert_eq!(shown, [("FROM", 2, 0), ("RUN", 3, 0), ("RUN", 8, 1), ("COPY", 11, 2), ("CMD", 16, 0)]);
        assert_eq!(&*found[1].arguments, "pip install \\\n\\\n\\\n  -r a.txt \\\n  && true");
        assert_eq!(&*found[3].bodies[0].text, "1");
        assert_eq!((&*found[3].bodies[1].text, found[3].bodies[1].line), ("2", 14));
    }

    #[test]
    fn half_typed_text_costs_only_itself() {
        for text in [
            "",
            "F",
            "FROM",
            "RUN <<EOF\npip",
            "RUN pip \\",
            "ENV",
            "\u{feff}FROM x",
            "CMD [\"a\", ",
            "\\\n\\\n",
            "COPY --from=",
        ] {
            for instruction in instructions(text) {
                let (_, rest, _) = flags(&instruction.arguments);
                let _ = (form(rest), pairs(rest), substitute(rest, &|_| None));
            }
        }
        assert_eq!(form("[\"a\", "), Form::Shell("[\"a\", ".into()));
        assert_eq!(form("['a']"), Form::Shell("['a']".into()));
    }

    #[test]
    fn flags_stand_before_the_arguments() {
        let (found, rest, lines) = flags("--mount=type=bind,source=a,target=b \\\n  --from=x  pip install y --no");
        let shown: Vec<(&str, &str)> = found.iter().map(|flag| (flag.name, flag.value)).collect();
        assert_eq!(shown, [("mount", "type=bind,source=a,target=b"), ("from", "x")]);
        assert_eq!((rest, lines), ("pip install y --no", 1));
    }

    #[test]
    fn variables_have_values_and_defaults() {
        let value = |name: &str| (name == "V").then(|| "3.12".to_owned());
        for (text, expected) in [
            ("python:${V}-slim", "python:3.12-slim"),
            ("$V/x", "3.12/x"),
            ("${W:-a${V}}", "a3.12"),
            ("${V:+on}${W:+on}", "on"),
            ("$W", "\u{2026}"),
            ("\\$V", "$V"),
            ("${V", "${V"),
            ("a$", "a$"),
            ("C:\\x", "C:\\x"),
        ] {
            assert_eq!(substitute(text, &value), expected, "{text}");
        }
        assert_eq!(
            pairs("A=1 B=\"x y\" C"),
            [("A".to_owned(), Some("1".to_owned())), ("B".to_owned(), Some("x y".to_owned())), ("C".to_owned(), None)]
        );
        assert_eq!(pairs("PATH /a b"), [("PATH".to_owned(), Some("/a b".to_owned()))]);
    }
}
