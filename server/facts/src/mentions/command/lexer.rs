//! The text of a shell script as simple commands: words without quotes, with the line on which each command begins.
//!
//! Any text gives a value. What is not closed (a quote, a bracket) is taken as a plain character, so that it costs only
//! itself. Comments, redirections, the bodies of here-documents and the patterns of `case` are left out; what stands in
//! `$(…)` or backticks becomes commands of its own.

mod quotes;
mod redirections;

/// What stands in a word for something that the text alone does not show.
pub(in crate::mentions) const UNKNOWN: char = '…';

/// Deeper substitutions are not looked into.
const DEEPEST: usize = 6;
/// A longer text is no script that a person wrote.
const LONGEST: usize = 256 * 1024;

/// One command with its words, the assignments before it among them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Simple {
    /// Its words.
    pub words: Vec<String>,
    /// The line on which it begins, from 1.
    pub line: usize,
    /// How it stands among the others.
    pub flow: Flow,
    /// The file that its output is written to.
    pub output: Option<String>,
    /// Whether what the file holds already stays: `>>`.
    pub appends: bool,
}

/// How a command stands among the others of its script.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Flow {
    /// What joins it to the command before it.
    pub before: Joint,
    /// What joins it to the command behind it.
    pub after: Joint,
    /// How many conditions, loops, functions and subshells it stands in.
    pub depth: usize,
    /// Whether it stands in `$(…)` or backticks of another command.
    pub is_inner: bool,
    /// Whether it runs only as a test before it says: `[ -f x ] && command`.
    pub is_tested: bool,
}

/// What joins two commands.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Joint {
    /// A line break or `;`: both run.
    #[default]
    Next,
    /// `&&`: the second runs where the first succeeds.
    And,
    /// `||`: the second runs where the first fails.
    Or,
    /// `|`.
    Pipe,
    /// `&`: the first runs next to the second.
    Beside,
}

/// Whether what a file holds already stays as a command writes to it.
#[derive(Clone, Copy, Debug)]
struct Appends(bool);

/// The commands of `text`, whose first line is number `line`, in the order in which they end.
pub fn commands(text: &str, line: usize) -> Vec<Simple> {
    script(text, line).0
}

/// The commands, and the names of the functions that the text defines.
pub(super) fn script(text: &str, line: usize) -> (Vec<Simple>, Vec<String>) {
    if text.len() > LONGEST {
        return Default::default();
    }
    let chars: Vec<char> = text.chars().collect();
    let mut lexer = Lexer { chars: &chars, line, ..Lexer::default() };
    lexer.run();
    (lexer.found, lexer.functions)
}

fn nested(chars: &[char], line: usize, depth: usize) -> Vec<Simple> {
    let mut lexer = Lexer { chars, line, depth, ..Lexer::default() };
    lexer.run();
    lexer.found.iter_mut().for_each(|command| command.flow.is_inner = true);
    lexer.found
}

/// Words that begin or end a part of a compound command: what follows them is a command.
const KEYWORDS: [&str; 17] = [
    "if", "then", "elif", "else", "fi", "do", "done", "while", "until", "esac", "!", "{", "}", "time", "coproc", "try",
    "finally",
];

/// Words that begin a line of syntax, or a test.
const HEADERS: [&str; 7] = ["for", "foreach", "select", "function", "case", "[", "[["];

/// Whether a word is syntax where a command may begin.
pub(super) fn is_syntax(word: &str) -> bool {
    KEYWORDS.contains(&word) || HEADERS.contains(&word)
}

#[derive(Default)]
struct Lexer<'a> {
    chars: &'a [char],
    at: usize,
    line: usize,
    depth: usize,
    found: Vec<Simple>,
    /// The names of the functions that the text defines.
    functions: Vec<String>,
    /// The command that is read.
    current: Current,
    /// What it stands in.
    inside: Inside,
    /// The here-documents whose bodies begin after this line, by the word that ends each.
    heredocs: Vec<String>,
    unclosed: Unclosed,
    /// What stands before the next command.
    joint: Joint,
    /// Whether a test is joined to the next command.
    tested: bool,
}

/// A command of which the words so far were read.
#[derive(Default)]
struct Current {
    words: Vec<String>,
    word: Option<String>,
    /// The line of the first of `words`.
    started: usize,
    /// The next word is the target of a redirection.
    redirects: bool,
    /// The next word is the file that the output is written to, and the one of this command.
    writes: Option<Appends>,
    output: Option<(String, Appends)>,
}

/// The compound commands that are open.
#[derive(Default)]
struct Inside {
    /// Subshells.
    subshells: usize,
    /// `case`s, and whether a pattern comes next.
    cases: usize,
    pattern: bool,
    /// Conditions, loops and functions.
    compounds: usize,
    /// The braces, and whether each is a function's body.
    braces: Vec<bool>,
    /// A function's body comes next.
    defines: bool,
}

/// What is not closed: none after it is looked for.
#[derive(Clone, Copy, Default)]
struct Unclosed {
    bracket: bool,
    quote: bool,
}

impl Lexer<'_> {
    fn peek(&self, ahead: usize) -> Option<char> {
        self.chars.get(self.at + ahead).copied()
    }

    fn run(&mut self) {
        while let Some(next) = self.peek(0) {
            if self.inside.pattern && !next.is_whitespace() {
                self.skip_pattern();
                continue;
            }
            self.at += 1;
            self.take(next);
        }
        self.end_command(Joint::Next);
    }

    fn take(&mut self, next: char) {
        match next {
            '\n' => {
                self.end_command(Joint::Next);
                self.line += 1;
                self.skip_heredocs();
            }
            _ if next.is_whitespace() => self.end_word(),
            '\\' => self.escape(),
            '\'' => self.single_quoted(),
            '"' => self.double_quoted(),
            '`' => self.backticks(),
            '$' => self.dollar(false),
            '#' if self.current.word.is_none() => self.skip_line(),
            ';' => {
                self.end_command(Joint::Next);
                if matches!(self.peek(0), Some(';' | '&')) {
                    self.at += 1;
                    self.inside.pattern = self.inside.cases > 0;
                }
            }
            '&' if self.peek(0) == Some('>') => self.end_word(),
            '&' | '|' => {
                let is_double = self.peek(0) == Some(next);
                self.at += usize::from(is_double);
                self.end_command(match (next, is_double) {
                    ('&', true) => Joint::And,
                    ('&', false) => Joint::Beside,
                    (_, true) => Joint::Or,
                    (_, false) => Joint::Pipe,
                });
            }
            '(' => self.open(),
            ')' => self.close(),
            '<' => self.less(),
            '>' => self.greater(),
            _ => self.push(next),
        }
    }

    fn push(&mut self, c: char) {
        if self.current.word.is_none() && self.current.words.is_empty() {
            self.current.started = self.line;
        }
        self.current.word.get_or_insert_default().push(c);
    }

    fn push_all(&mut self, text: &str) {
        text.chars().for_each(|c| self.push(c));
    }

    /// Counts the lines of what is taken as a whole.
    fn pass(&mut self, to: usize) -> String {
        let taken: String = self.chars.get(self.at..to).unwrap_or_default().iter().collect();
        self.line += taken.matches('\n').count();
        self.at = to;
        taken
    }

    fn end_word(&mut self) {
        let Some(word) = self.current.word.take() else { return };
        if std::mem::take(&mut self.current.redirects) {
            if let Some(appends) = self.current.writes.take() {
                self.current.output = Some((word, appends));
            }
            return;
        }
        if word == "in" && self.current.words.len() == 2 && self.current.words[0] == "case" {
            self.current.words.clear();
            self.inside.cases += 1;
            self.inside.compounds += 1;
            self.inside.pattern = true;
            return;
        }
        if word == "{" && self.current.words.first().is_some_and(|first| first == "function") {
            self.functions.extend(self.current.words.drain(..).nth(1));
            self.inside.defines = true;
            self.enter("{");
            return;
        }
        // a keyword before a command is none of its words
        if self.current.words.is_empty() && KEYWORDS.contains(&word.as_str()) {
            self.inside.cases -= usize::from(word == "esac" && self.inside.cases > 0);
            self.enter(&word);
            return;
        }
        self.current.words.push(word);
    }

    /// Takes in a keyword that begins or ends a compound command.
    fn enter(&mut self, keyword: &str) {
        match keyword {
            "if" | "while" | "until" => self.inside.compounds += 1,
            "fi" | "done" | "esac" => self.inside.compounds = self.inside.compounds.saturating_sub(1),
            "{" => {
                let is_function = std::mem::take(&mut self.inside.defines);
                self.inside.compounds += usize::from(is_function);
                self.inside.braces.push(is_function);
            }
            "}" => {
                let is_function = self.inside.braces.pop().unwrap_or_default();
                self.inside.compounds = self.inside.compounds.saturating_sub(usize::from(is_function));
            }
            _ => {}
        }
    }

    /// Ends a command; `after` is what joins it to the next one.
    fn end_command(&mut self, after: Joint) {
        self.end_word();
        self.current.redirects = false;
        self.current.writes = None;
        let (output, appends) =
            self.current.output.take().map_or((None, false), |(file, appends)| (Some(file), appends.0));
        let words = std::mem::take(&mut self.current.words);
        let Some(first) = words.first() else {
            // `fi || …`, `} &`: what follows is joined to the whole
            if after != Joint::Next {
                self.joint = after;
            }
            return;
        };
        let before = std::mem::replace(&mut self.joint, after);
        let is_test = matches!(first.as_str(), "[" | "[[" | "test");
        self.tested = is_test || self.tested && matches!(before, Joint::And | Joint::Or);
        if HEADERS.contains(&first.as_str()) {
            self.inside.compounds += usize::from(matches!(first.as_str(), "for" | "foreach" | "select"));
            return;
        }
        let depth = self.inside.compounds + self.inside.subshells;
        let flow = Flow { before, after, depth, is_inner: false, is_tested: self.tested && !is_test };
        self.found.push(Simple { words, line: self.current.started, flow, output, appends });
    }

    fn escape(&mut self) {
        match self.peek(0) {
            Some('\n') => drop(self.pass(self.at + 1)),
            Some('\r') if self.peek(1) == Some('\n') => drop(self.pass(self.at + 2)),
            // a path of Windows
            Some(c) if c.is_alphanumeric() => self.push('/'),
            Some(c) => {
                self.push(c);
                self.at += 1;
            }
            None => {}
        }
    }

    fn skip_line(&mut self) {
        while self.peek(0).is_some_and(|c| c != '\n') {
            self.at += 1;
        }
    }

    fn open(&mut self) {
        match &self.current.word {
            // `name()` begins a function
            Some(_) if self.peek(0) == Some(')') => {
                self.at += 1;
                self.functions.extend(self.current.word.take());
                self.current.words.clear();
                self.inside.defines = true;
            }
            // `name=(a b)` is a list
            Some(word) if word.ends_with('=') => {
                self.at -= 1;
                match self.bracket_end('(', ')') {
                    Some(end) => {
                        self.pass(end);
                        self.at = end + 1;
                        self.push(UNKNOWN);
                    }
                    None => self.at += 1,
                }
            }
            Some(_) => self.push('('),
            // `((` is arithmetic
            None if self.peek(0) == Some('(') && (self.current.words.is_empty() || self.current.words == ["for"]) => {
                self.at -= 1;
                if let Some(end) = self.bracket_end('(', ')') {
                    self.pass(end);
                }
                self.at += 1;
            }
            None => {
                self.end_command(Joint::Next);
                self.inside.subshells += 1;
            }
        }
    }

    fn close(&mut self) {
        if self.inside.subshells > 0 {
            self.end_command(Joint::Next);
            self.inside.subshells -= 1;
        } else {
            // the pattern of a `case` that this text does not show
            self.current.word = None;
            self.current.words.clear();
        }
    }

    /// A pattern of a `case`: up to its `)`.
    fn skip_pattern(&mut self) {
        let rest = self.chars.get(self.at..).unwrap_or_default();
        self.inside.pattern = false;
        if rest.first() == Some(&'#') {
            self.inside.pattern = true;
            return self.skip_line();
        }
        if rest.starts_with(&['e', 's', 'a', 'c']) {
            return;
        }
        let end = rest.iter().position(|c| matches!(c, ')' | '\n'));
        if let Some(length) = end.filter(|length| rest[*length] == ')') {
            self.at += length + 1;
        }
    }
}
