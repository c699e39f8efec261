//! The conditions of the table: a closed set of atoms, and how they are written.

/// What shows a use. The grammar is `kind:rest`; several are alternatives.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Atom {
    /// A word of code in a file that imports the host.
    Code(Needle),
    /// A module is imported.
    Import(&'static str),
    /// Another distribution is required.
    Host(&'static str),
    /// A string with this scheme.
    Url(&'static str),
    /// A name in a configuration file; the words of it.
    Config(&'static str),
    /// A key of pytest's configuration.
    Ini(&'static str),
    /// An option of a command line.
    Option(&'static str),
    /// A fixture that a test requests.
    Fixture(Needle),
    /// An environment variable, or `K=value`.
    Variable(&'static str),
    /// A magic line of a notebook.
    Magic(&'static str),
    /// A file of this pattern lies in the workspace.
    Path(&'static str),
    /// A command line that begins so.
    Command(&'static str),
    /// A subcommand of the row's key.
    Subcommand(&'static str),
    /// The host is required with this extra.
    Extra(&'static str),
    /// The requirement stands behind a marker.
    Platform,
    /// It acts by being installed next to its host.
    Auto,
    /// It is never reported.
    Always,
    /// What this build cannot look for (headers): nobody can say that it is not there.
    Unseen,
}

/// A word of code, and how it stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Needle {
    /// The atom as the table writes it: the name under which a file's evidence is kept.
    pub atom: &'static str,
    /// The identifier to look for.
    pub word: &'static str,
    /// A text that must follow closely; empty for none.
    pub value: &'static str,
    /// What must surround the word.
    pub shape: Shape,
}

/// What must surround a word of code.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Shape {
    /// Nothing.
    Any,
    /// A `(` behind it, or an import or attribute that takes the name.
    Call,
    /// `=` or `:` behind it.
    Named,
    /// A quote around it.
    Text,
    /// A `.` before it.
    Attribute,
    /// `mark.` before it.
    Marker,
    /// It is a parameter, or a string of `usefixtures`.
    Fixture,
}

/// The atoms of a condition. What is written in no known way is `Unseen`.
pub fn parse(condition: &'static str) -> impl Iterator<Item = Atom> {
    condition.split(" | ").map(str::trim).filter(|atom| !atom.is_empty()).map(atom)
}

fn atom(text: &'static str) -> Atom {
    let (kind, rest) = text.split_once(':').unwrap_or((text, ""));
    let code = |shape, rest| needle(text, shape, rest).map_or(Atom::Unseen, Atom::Code);
    match kind {
        "call" => code(Shape::Call, rest),
        "arg" if rest.starts_with('"') => code(Shape::Text, rest.trim_matches('"')),
        "arg" | "setting" => code(Shape::Named, rest),
        "attr" | "method" => code(Shape::Attribute, rest),
        "class" | "decorator" | "field" => code(Shape::Any, rest),
        "marker" => code(Shape::Marker, rest),
        "fixture" => needle(text, Shape::Fixture, rest).map_or(Atom::Unseen, Atom::Fixture),
        "import" => Atom::Import(rest),
        "host" => Atom::Host(rest),
        "url" => Atom::Url(rest.trim_end_matches("://")),
        "config" => Atom::Config(rest),
        "ini" => Atom::Ini(rest),
        "option" => Atom::Option(rest),
        "envvar" => Atom::Variable(rest),
        "magic" => Atom::Magic(text),
        "path" => Atom::Path(rest),
        "command" => Atom::Command(rest),
        "subcommand" => Atom::Subcommand(rest),
        "extra" => Atom::Extra(rest),
        "platform" => Atom::Platform,
        "auto" => Atom::Auto,
        "always" => Atom::Always,
        // `rule` and `dev-only` stand in the rows of stubs, which need no condition
        _ => Atom::Unseen,
    }
}

/// `f` of `a.b.f("value")`, `name` of `name=value`.
fn needle(atom: &'static str, shape: Shape, rest: &'static str) -> Option<Needle> {
    let rest = rest.trim().trim_start_matches('.').trim_end_matches("()");
    let (head, value) = match rest.find(['(', '=', ' ']) {
        Some(at) => (&rest[..at], rest[at + 1..].trim_matches(['(', ')', '"', '\'', '[', ']', '=', '*'])),
        None => (rest, ""),
    };
    let word = if shape == Shape::Text { rest } else { head.rsplit('.').next().unwrap_or(head) };
    let value = if shape == Shape::Text { "" } else { value };
    let identifier = !word.is_empty() && word.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_');
    (identifier && word != "async").then_some(Needle { atom, word, value, shape })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn words(condition: &'static str) -> Vec<(&'static str, &'static str)> {
        let code = parse(condition).filter_map(|atom| match atom {
            Atom::Code(needle) => Some((needle.word, needle.value)),
            _ => None,
        });
        code.collect()
    }

    #[test]
    fn code_atoms() {
        assert_eq!(words("call:read_excel | class:EmailStr"), [("read_excel", ""), ("EmailStr", "")]);
        assert_eq!(words("arg:engine=\"openpyxl\""), [("engine", "openpyxl")]);
        assert_eq!(words("call:evaluate.load(\"rouge\")"), [("load", "rouge")]);
        assert_eq!(words("method:.numpy() | attr:DataFrame.plot"), [("numpy", ""), ("plot", "")]);
        assert_eq!(words("setting:broker_url=redis"), [("broker_url", "redis")]);
    }

    #[test]
    fn what_cannot_be_seen_is_said_to_be() {
        assert_eq!(parse("decorator:async view | header:Accept").collect::<Vec<_>>(), [Atom::Unseen, Atom::Unseen]);
    }
}
