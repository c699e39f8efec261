//! The sessions of a noxfile: what each installs and runs, as texts for a shell.
//!
//! Read from the text alone: literal arguments, and constants of the file that hold such. What else is computed stands as `…`.

pub use super::session::{Session, SessionStep};
use super::{ImportStatement, scan};
use crate::words::text::TextRange;
use rustc_hash::FxHashMap;

/// What stands for a word that is not known.
const UNKNOWN: &str = "\u{2026}";

/// So many lines of decorators are looked at.
const MOST_DECORATORS: usize = 60;

/// The sessions of a text whose imports these are; none where nothing of nox is imported.
pub fn read(text: &str, imports: &[ImportStatement]) -> Box<[Session]> {
    let modules = || imports.iter().flat_map(|import| &import.parsed.modules);
    if !modules().any(|module| matches!(module.name.top(), "nox" | "nox_poetry" | "nox_uv")) {
        return Box::default();
    }
    let file = File::of(text);
    let mut found = Vec::new();
    let mut at = 0;
    while let Some((_, line)) = file.lines.get(at) {
        let is_session = is_decorator(line);
        let defined = || (at..file.lines.len().min(at + MOST_DECORATORS)).find(|at| is_definition(file.lines[*at].1));
        match is_session.then(defined).flatten() {
            Some(definition) => {
                found.push(file.session(at, definition));
                at = definition + 1;
            }
            None => at += 1,
        }
    }
    found.into()
}

/// `@nox.session`, `@session(python="3.12")`
fn is_decorator(line: &str) -> bool {
    let name = line.strip_prefix('@').and_then(|rest| rest.split(['(', ' ', '#']).next()).unwrap_or_default();
    name.rsplit('.').next() == Some("session")
}

fn is_definition(line: &str) -> bool {
    line.starts_with("def ")
}

struct File<'a> {
    text: &'a str,
    /// The lines, each with the offset at which it begins.
    lines: Vec<(usize, &'a str)>,
    /// The constants that hold strings.
    constants: FxHashMap<&'a str, Vec<String>>,
}

impl<'a> File<'a> {
    fn of(text: &'a str) -> Self {
        let mut start = 0;
        let mut lines = Vec::new();
        for line in text.split_inclusive('\n') {
            lines.push((start, line.trim_end_matches(['\n', '\r'])));
            start += line.len();
        }
        let mut file = Self { text, lines, constants: FxHashMap::default() };
        for at in 0..file.lines.len() {
            file.constants.extend(file.constant(at));
        }
        file
    }

    /// `NAME = "text"`, `NAME = ["a", "b"]` at the top of the file.
    fn constant(&self, at: usize) -> Option<(&'a str, Vec<String>)> {
        let (start, line) = self.lines[at];
        let (name, value) = line.split_once('=').filter(|(_, value)| !value.starts_with('='))?;
        let name = name.split(':').next().unwrap_or_default().trim_end();
        let is_name = |name: &str| name.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_');
        if name.is_empty() || line.starts_with(' ') || !is_name(name) {
            return None;
        }
        let begins = start + line.len() - value.trim_start().len();
        let value = self.text.get(begins..)?;
        let words = match value.chars().next()? {
            '[' | '(' => pieces(value.get(1..)?).into_iter().map(literal).collect::<Option<Vec<_>>>()?,
            _ => vec![literal(value.lines().next()?.split(" #").next()?)?],
        };
        Some((name, words))
    }

    /// The session whose decorators begin at one line, and whose function is defined at another.
    fn session(&self, first: usize, definition: usize) -> Session {
        let (start, line) = self.lines[definition];
        let head = self.text.get(self.lines[first].0..start).unwrap_or_default();
        let own = line.trim_start_matches("def ").split('(').next().unwrap_or_default().trim();
        let options: Vec<&str> = match head.find('(') {
            Some(open) if !head.get(..open).unwrap_or_default().contains('\n') => {
                pieces(head.get(open + 1..).unwrap_or_default())
            }
            _ => Vec::new(),
        };
        let option = |name: &str| options.iter().find_map(|piece| keyword(piece).filter(|(key, _)| *key == name));
        let python = option("python").map(|(_, value)| value);
        let backend = option("venv_backend").and_then(|(_, value)| literal(value));
        let parameter =
            line.split_once('(').map_or("", |(_, rest)| rest.split([':', ',', ')', '=']).next().unwrap_or_default());
        Session {
            name: option("name").and_then(|(_, value)| literal(value)).unwrap_or_else(|| own.to_owned()).into(),
            line: number(definition),
            python: python.and_then(|value| self.one(value)).map(Into::into),
            is_bare: python == Some("False") || backend.as_deref() == Some("none"),
            steps: self.steps(definition, parameter.trim()),
        }
    }

    /// The text that a value is.
    fn one(&self, value: &str) -> Option<String> {
        literal(value).or_else(|| self.constants.get(value).filter(|known| known.len() == 1)?.first().cloned())
    }

    /// The calls of a session in the body of the function that is defined at a line.
    fn steps(&self, definition: usize, session: &str) -> Vec<SessionStep> {
        let mut found = Vec::new();
        let mut blocks: Vec<(usize, bool)> = Vec::new();
        for (at, (start, line)) in self.lines.iter().enumerate().skip(definition + 1) {
            let bare = line.trim();
            if bare.is_empty() || bare.starts_with('#') {
                continue;
            }
            let indent = line.len() - line.trim_start().len();
            if indent == 0 && !bare.starts_with(')') {
                break;
            }
            blocks.retain(|(around, _)| *around < indent);
            let is_open = blocks.iter().any(|(_, is_open)| *is_open);
            let calls = calls(line, session);
            found.extend(calls.filter_map(|(column, length, method)| {
                let arguments = self.text.get(start + column + length + 1..)?;
                let text = step(method, &self.words(arguments))?;
                let text = if is_open { format!("if _; then {text}; fi") } else { text };
                let range = TextRange::new((start + column) as u32, (start + column + length) as u32);
                let ignores = scan::lexer::ignores_at(self.text, range.start as usize);
                Some(SessionStep { text: text.into(), line: number(at), range, ignores })
            }));
            if bare.split(" #").next().unwrap_or_default().trim_end().ends_with(':') {
                blocks.push((indent, !bare.starts_with("with ")));
            }
        }
        found
    }

    /// The words that the arguments of a call are, up to its end.
    fn words(&self, arguments: &str) -> Vec<String> {
        let mut words = Vec::new();
        for piece in pieces(arguments) {
            let (name, is_many) = piece.strip_prefix('*').map_or((piece, false), |name| (name.trim(), true));
            if name.starts_with('*') || name.ends_with("posargs") || keyword(piece).is_some() {
                continue;
            }
            match (literal(piece), self.constants.get(name)) {
                (Some(word), _) => words.push(word),
                (None, Some(known)) if is_many || known.len() == 1 => words.extend(known.iter().cloned()),
                _ => words.push(UNKNOWN.to_owned()),
            }
        }
        words
    }
}

fn number(line: usize) -> u32 {
    u32::try_from(line + 1).unwrap_or(u32::MAX)
}

/// The calls of methods of `session` on a line: the column of each, the length of its name, and the method.
fn calls<'a>(line: &'a str, session: &'a str) -> impl Iterator<Item = (usize, usize, &'a str)> {
    let starts = line.match_indices(session).filter(move |_| !session.is_empty());
    starts.filter_map(move |(at, _)| {
        let is_whole = !line.get(..at)?.ends_with(|c: char| c.is_alphanumeric() || matches!(c, '_' | '.' | '"' | '\''));
        let method = line.get(at + session.len()..)?.strip_prefix('.')?.split('(').next()?;
        let length = session.len() + 1 + method.len();
        (is_whole && line.as_bytes().get(at + length) == Some(&b'(')).then_some((at, length, method))
    })
}

/// What a method does with these words, as a text for a shell.
fn step(method: &str, words: &[String]) -> Option<String> {
    let head: &[&str] = match method {
        "install" => &["pip", "install"],
        "conda_install" => &["conda", "install"],
        "run" | "run_always" | "run_install" => &[],
        "chdir" | "cd" => &["cd"],
        _ => return None,
    };
    let all: Vec<String> =
        head.iter().map(|word| (*word).to_owned()).chain(words.iter().map(|word| quoted(word))).collect();
    (!words.is_empty()).then(|| all.join(" "))
}

/// A word as a shell takes it.
fn quoted(word: &str) -> String {
    let is_plain = |c: char| c.is_alphanumeric() || "_-./:=,@+\u{2026}".contains(c);
    if !word.is_empty() && word.chars().all(is_plain) {
        word.to_owned()
    } else {
        format!("'{}'", word.replace('\'', "'\\''"))
    }
}

/// `name=value` of a call.
fn keyword(piece: &str) -> Option<(&str, &str)> {
    let (name, value) = piece.split_once('=')?;
    let name = name.trim();
    let is_name = !name.is_empty() && name.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_');
    (is_name && !value.starts_with('=')).then(|| (name, value.trim()))
}

/// The longest list of arguments that is read, in bytes.
const LONGEST: usize = 4_000;

/// The parts of a text up to the bracket that closes it, between commas outside of strings and brackets; comments are left out.
fn pieces(text: &str) -> Vec<&str> {
    let (mut found, mut start, mut depth) = (Vec::new(), 0, 0_u32);
    let mut rest = text.char_indices().take_while(|(at, _)| *at < LONGEST).peekable();
    let mut quote: Option<char> = None;
    while let Some((at, c)) = rest.next() {
        match (quote, c) {
            (Some(_), '\\') => drop(rest.next()),
            (Some(open), c) if c == open => quote = None,
            (Some(_), _) => {}
            (None, '"' | '\'') => quote = Some(c),
            (None, '#') => {
                let before = text.get(start..at).unwrap_or_default().trim();
                found.extend((!before.is_empty()).then_some(before));
                while rest.next_if(|(_, c)| *c != '\n').is_some() {}
                start = rest.peek().map_or(text.len(), |(at, _)| *at);
            }
            (None, '(' | '[' | '{') => depth += 1,
            (None, ')' | ']' | '}') if depth == 0 => {
                found.push(text.get(start..at).unwrap_or_default().trim());
                break;
            }
            (None, ')' | ']' | '}') => depth -= 1,
            (None, ',') if depth == 0 => {
                found.push(text.get(start..at).unwrap_or_default().trim());
                start = at + 1;
            }
            _ => {}
        }
    }
    found.retain(|piece| !piece.is_empty());
    found
}

/// The value of a string, or of several next to each other; what a formatted one computes stands as `…`.
fn literal(piece: &str) -> Option<String> {
    let mut value = String::new();
    let mut rest = piece.trim();
    while !rest.is_empty() {
        let prefix = rest.find(['"', '\''])?;
        let (kind, string) = rest.split_at(prefix);
        if !kind.bytes().all(|byte| matches!(byte, b'r' | b'R' | b'f' | b'F' | b'u')) {
            return None;
        }
        let open = string.chars().next()?;
        let end = string.get(1..)?.find(open)? + 1;
        let inside = string.get(1..end)?;
        match kind.contains(['f', 'F']) {
            true => value.push_str(&computed(inside)),
            false => value.push_str(inside),
        }
        rest = string.get(end + 1..)?.trim_start();
    }
    (!piece.trim().is_empty()).then_some(value)
}

/// The text of a formatted string with `…` in the place of what it computes.
fn computed(inside: &str) -> String {
    let mut out = String::new();
    let mut rest = inside;
    while let Some((before, behind)) = rest.split_once('{') {
        out.push_str(before);
        out.push_str(UNKNOWN);
        rest = behind.split_once('}').map_or("", |(_, rest)| rest);
    }
    out.push_str(rest);
    out
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::python::statement;

    const NOXFILE: &str = r#"import nox

PYTHON = "3.12"
DEPS = ["pytest", "pytest-cov"]  # for tests
LIST: tuple = (
    "a",  # one
    'b[c]',
)

@nox.session(python=PYTHON, reuse_venv=True)
def tests(session: nox.Session) -> None:
    """session.run("no")"""
    session.install("-e", ".[test]", *DEPS)
    session.install(
        "-r",
        "requirements/test.txt",
        *LIST,
    )
    if session.posargs:
        session.install("xdist")
    with session.chdir("sub"):
        session.run("pytest", "-n", "auto", *session.posargs, env={"A": "b"})
    helper(session)

@nox.session(name="lint it", venv_backend="none")
@nox.parametrize("x", [1])
def lint(s, x):
    s.run("ruff", f"--x={x}", str(x), external=True)

@nox.session
def docs(session): session.run("x")

def helper(session):
    session.run("no")
"#;

    fn sessions(text: &str) -> Box<[Session]> {
        read(text, &scan::scan(text, &statement::parse).imports)
    }

    #[test]
    fn sessions_install_and_run() {
        let found = sessions(NOXFILE);
        let names: Vec<&str> = found.iter().map(|session| &*session.name).collect();
        assert_eq!(names, ["tests", "lint it", "docs"]);
        let steps = |at: usize| found[at].steps.iter().map(|step| (&*step.text, step.line)).collect::<Vec<_>>();
        let tests = [
            ("pip install -e '.[test]' pytest pytest-cov", 13),
            ("pip install -r requirements/test.txt a 'b[c]'", 14),
            ("if _; then pip install xdist; fi", 20),
            ("cd sub", 21),
            ("pytest -n auto", 22),
        ];
        assert_eq!(steps(0), tests);
        assert_eq!(steps(1), [("ruff --x=\u{2026} \u{2026}", 28)]);
        assert!(found[1].is_bare && !found[0].is_bare);
        assert_eq!(&NOXFILE[found[0].steps[4].range.indices()], "session.run");
        assert_eq!((found[0].line, found[0].python.as_deref()), (11, Some("3.12")));
    }

    #[test]
    fn a_file_without_nox_has_none() {
        assert!(sessions("@pytest.session\ndef f(session):\n    session.run('x')\n").is_empty());
    }

    #[test]
    fn half_typed_sessions_cost_only_themselves() {
        for end in 0..=NOXFILE.len() {
            for session in &sessions(&NOXFILE[..end]) {
                assert!(session.steps.iter().all(|step| NOXFILE.get(step.range.indices()).is_some()), "{end}");
            }
        }
    }
}
