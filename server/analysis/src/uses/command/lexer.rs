//! The text of a shell script as simple commands: words without quotes, with the line on which each command begins.
//!
//! Any text gives a value. What is not closed (a quote, a bracket) is taken as a plain character, so that it costs only
//! itself. Comments, redirections, the bodies of here-documents and the patterns of `case` are left out; what stands in
//! `$(…)` or backticks becomes commands of its own.

/// What stands in a word for something that the text alone does not tell.
pub(in crate::uses) const UNKNOWN: char = '…';

/// Deeper substitutions are not looked into.
const DEEPEST: usize = 6;
/// A longer text is no script that a person wrote.
const LONGEST: usize = 256 * 1024;

/// One command with its words, the assignments before it among them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Simple {
    pub words: Vec<String>,
    pub line: usize,
}

/// The commands of `text`, whose first line is number `line`, in the order in which they end.
pub(super) fn commands(text: &str, line: usize) -> Vec<Simple> {
    if text.len() > LONGEST {
        return Vec::new();
    }
    nested(&text.chars().collect::<Vec<_>>(), line, 0)
}

fn nested(chars: &[char], line: usize, depth: usize) -> Vec<Simple> {
    let mut lexer = Lexer { chars, line, depth, ..Lexer::default() };
    lexer.run();
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
    words: Vec<String>,
    word: Option<String>,
    /// The line of the first of `words`.
    started: usize,
    /// The next word is the target of a redirection.
    redirects: bool,
    /// The here-documents whose bodies begin after this line, by the word that ends each.
    heredocs: Vec<String>,
    /// Subshells that are open.
    subshells: usize,
    /// `case`s that are open, and whether a pattern comes next.
    cases: usize,
    pattern: bool,
    /// Some bracket is not closed: none after it is looked for.
    unclosed: bool,
}

impl Lexer<'_> {
    fn peek(&self, ahead: usize) -> Option<char> {
        self.chars.get(self.at + ahead).copied()
    }

    fn run(&mut self) {
        while let Some(next) = self.peek(0) {
            if self.pattern && !next.is_whitespace() {
                self.skip_pattern();
                continue;
            }
            self.at += 1;
            self.take(next);
        }
        self.end_command();
    }

    fn take(&mut self, next: char) {
        match next {
            '\n' => {
                self.end_command();
                self.line += 1;
                self.skip_heredocs();
            }
            _ if next.is_whitespace() => self.end_word(),
            '\\' => self.escape(),
            '\'' => self.single_quoted(),
            '"' => self.double_quoted(),
            '`' => self.backticks(),
            '$' => self.dollar(false),
            '#' if self.word.is_none() => self.skip_line(),
            ';' => {
                self.end_command();
                if matches!(self.peek(0), Some(';' | '&')) {
                    self.at += 1;
                    self.pattern = self.cases > 0;
                }
            }
            '&' if self.peek(0) == Some('>') => self.end_word(),
            '&' | '|' => self.end_command(),
            '(' => self.open(),
            ')' => self.close(),
            '<' => self.less(),
            '>' => self.greater(),
            _ => self.push(next),
        }
    }

    fn push(&mut self, c: char) {
        if self.word.is_none() && self.words.is_empty() {
            self.started = self.line;
        }
        self.word.get_or_insert_default().push(c);
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
        let Some(word) = self.word.take() else { return };
        if std::mem::take(&mut self.redirects) {
            return;
        }
        if word == "in" && self.words.len() == 2 && self.words[0] == "case" {
            self.words.clear();
            self.cases += 1;
            self.pattern = true;
            return;
        }
        if word == "{" && self.words.first().is_some_and(|first| first == "function") {
            return self.words.clear();
        }
        // a keyword before a command is none of its words
        if self.words.is_empty() && KEYWORDS.contains(&word.as_str()) {
            self.cases -= usize::from(word == "esac" && self.cases > 0);
            return;
        }
        self.words.push(word);
    }

    fn end_command(&mut self) {
        self.end_word();
        self.redirects = false;
        let words = std::mem::take(&mut self.words);
        let first = words.first().map_or("", String::as_str);
        if !words.is_empty() && !HEADERS.contains(&first) {
            self.found.push(Simple { words, line: self.started });
        }
    }

    fn escape(&mut self) {
        match self.peek(0) {
            Some('\n') => self.pass(self.at + 1),
            Some('\r') if self.peek(1) == Some('\n') => self.pass(self.at + 2),
            // a path of Windows
            Some(c) if c.is_alphanumeric() => return self.push('/'),
            Some(c) => {
                self.push(c);
                self.pass(self.at + 1)
            }
            None => return,
        };
    }

    fn skip_line(&mut self) {
        while self.peek(0).is_some_and(|c| c != '\n') {
            self.at += 1;
        }
    }

    fn single_quoted(&mut self) {
        let rest = self.chars.get(self.at..).unwrap_or_default();
        let Some(length) = rest.iter().position(|c| *c == '\'') else { return };
        if self.word.is_none() && self.words.is_empty() {
            self.started = self.line;
        }
        let taken = self.pass(self.at + length);
        self.word.get_or_insert_default().push_str(&taken);
        self.at += 1;
    }

    fn double_quoted(&mut self) {
        let Some(end) = quote_end(self.chars, self.at) else { return };
        if self.word.is_none() && self.words.is_empty() {
            self.started = self.line;
        }
        self.word.get_or_insert_default();
        while self.at < end {
            let c = self.chars[self.at];
            self.at += 1;
            match c {
                '\\' if self.peek(0).is_some_and(|c| matches!(c, '"' | '\\' | '$' | '`')) => {
                    self.push(self.chars[self.at]);
                    self.at += 1;
                }
                '\\' if self.peek(0) == Some('\n') => {
                    self.at += 1;
                    self.line += 1;
                }
                '$' => self.dollar(true),
                '`' => self.backticks(),
                _ => {
                    self.line += usize::from(c == '\n');
                    self.push(c);
                }
            }
        }
        // a substitution inside may have reached beyond: quotes in it pair up otherwise
        self.at = self.at.max(end + 1);
    }

    fn backticks(&mut self) {
        let rest = self.chars.get(self.at..).unwrap_or_default();
        let Some(length) = rest.iter().position(|c| *c == '`') else { return };
        let end = self.at + length;
        self.substitute(end);
    }

    /// Commands up to `end`, where their closing character stands.
    fn substitute(&mut self, end: usize) {
        self.push(UNKNOWN);
        let line = self.line;
        let start = self.at;
        self.pass(end);
        self.at = end + 1;
        if self.depth < DEEPEST {
            let inner = self.chars.get(start..end).unwrap_or_default();
            self.found.extend(nested(inner, line, self.depth + 1));
        }
    }

    /// After a `$`.
    fn dollar(&mut self, quoted: bool) {
        match self.peek(0) {
            Some('(') => match self.bracket_end('(', ')') {
                Some(end) if self.peek(1) == Some('(') => {
                    self.push(UNKNOWN);
                    self.pass(end);
                    self.at = end + 1;
                }
                Some(end) => {
                    self.at += 1;
                    self.substitute(end);
                }
                None => self.push('$'),
            },
            Some('{') => match self.bracket_end('{', '}') {
                Some(end) => {
                    self.at += 1;
                    let body = self.pass(end);
                    self.at = end + 1;
                    self.parameter(&body, quoted);
                }
                None => self.push('$'),
            },
            Some('\'') if !quoted => {}
            Some(c) if c.is_ascii_alphabetic() || c == '_' => {
                let name = |c: &&char| c.is_ascii_alphanumeric() || **c == '_';
                let length = self.chars.get(self.at..).unwrap_or_default().iter().take_while(name).count();
                let name = self.pass(self.at + length);
                self.push_all(&format!("${{{name}}}"));
            }
            Some(c @ ('@' | '*' | '#' | '?' | '!' | '$' | '-' | '0'..='9')) => {
                self.at += 1;
                self.push('$');
                self.push(c);
            }
            _ => self.push('$'),
        }
    }

    /// `${name}`, or the default that `${name:-default}` gives.
    fn parameter(&mut self, body: &str, quoted: bool) {
        let text = default_of(body, 0);
        if quoted {
            return self.push_all(&text);
        }
        for (at, piece) in text.split(char::is_whitespace).enumerate() {
            if at > 0 {
                self.end_word();
            }
            self.push_all(piece);
        }
    }

    /// Where the bracket that begins here is closed, quotes respected.
    fn bracket_end(&mut self, open: char, close: char) -> Option<usize> {
        if self.unclosed {
            return None;
        }
        let (mut depth, mut at) = (0_usize, self.at);
        while let Some(&c) = self.chars.get(at) {
            match c {
                '\\' => at += 1,
                '\'' if open == '(' => {
                    let rest = self.chars.get(at + 1..).unwrap_or_default();
                    at += rest.iter().position(|c| *c == '\'').map_or(0, |length| length + 1);
                }
                _ if c == open => depth += 1,
                _ if c == close => {
                    depth -= 1;
                    if depth == 0 {
                        return Some(at);
                    }
                }
                _ => {}
            }
            at += 1;
        }
        self.unclosed = true;
        None
    }

    fn open(&mut self) {
        match &self.word {
            // `name()` begins a function
            Some(_) if self.peek(0) == Some(')') => {
                self.at += 1;
                self.word = None;
                self.words.clear();
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
            None => {
                self.end_command();
                self.subshells += 1;
            }
        }
    }

    fn close(&mut self) {
        if self.subshells > 0 {
            self.end_command();
            self.subshells -= 1;
        } else {
            // the pattern of a `case` that this text does not show
            self.word = None;
            self.words.clear();
        }
    }

    fn less(&mut self) {
        match (self.peek(0), self.peek(1)) {
            (Some('<'), Some('<')) => {
                self.end_word();
                self.at += 2;
                self.redirects = true;
            }
            (Some('<'), _) => {
                self.end_word();
                self.at += 1;
                self.heredoc();
            }
            (Some('('), _) => self.dollar(false),
            _ => {
                self.end_descriptor();
                self.at += usize::from(self.peek(0) == Some('&'));
                self.redirects = true;
            }
        }
    }

    fn greater(&mut self) {
        if self.peek(0) == Some('(') {
            return self.dollar(false);
        }
        self.end_descriptor();
        while matches!(self.peek(0), Some('>' | '|' | '&')) {
            self.at += 1;
        }
        self.redirects = true;
    }

    /// The number before `<` or `>` is no word.
    fn end_descriptor(&mut self) {
        if self.word.as_ref().is_some_and(|word| word.bytes().all(|byte| byte.is_ascii_digit())) {
            self.word = None;
        }
        self.end_word();
    }

    /// After `<<`.
    fn heredoc(&mut self) {
        let rest = self.chars.get(self.at..).unwrap_or_default();
        let skipped = rest.iter().take_while(|c| matches!(c, '-' | '~' | ' ' | '\t')).count();
        let rest = rest.get(skipped..).unwrap_or_default();
        let word = |c: &&char| c.is_alphanumeric() || matches!(c, '_' | '-' | '.' | '\'' | '"' | '\\' | '!');
        let word: String = rest.iter().take_while(word).collect();
        self.at += skipped + word.chars().count();
        let word: String = word.chars().filter(|c| !matches!(c, '\'' | '"' | '\\')).collect();
        if !word.is_empty() {
            self.heredocs.push(word);
        }
    }

    fn skip_heredocs(&mut self) {
        for end in std::mem::take(&mut self.heredocs) {
            while self.at < self.chars.len() {
                let start = self.at;
                self.skip_line();
                let line: String = self.chars.get(start..self.at).unwrap_or_default().iter().collect();
                if self.at < self.chars.len() {
                    self.at += 1;
                    self.line += 1;
                }
                if line.trim() == end {
                    break;
                }
            }
        }
    }

    /// A pattern of a `case`: up to its `)`.
    fn skip_pattern(&mut self) {
        let rest = self.chars.get(self.at..).unwrap_or_default();
        self.pattern = false;
        if rest.first() == Some(&'#') {
            self.pattern = true;
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

/// The end of the double-quoted string whose content begins at `at`.
fn quote_end(chars: &[char], mut at: usize) -> Option<usize> {
    while let Some(&c) = chars.get(at) {
        match c {
            '"' => return Some(at),
            '\\' => at += 2,
            _ => at += 1,
        }
    }
    None
}

/// The text that `${body}` stands for: its default, or itself without what is done to it.
fn default_of(body: &str, depth: usize) -> String {
    let is_name = |c: char| c.is_ascii_alphanumeric() || c == '_';
    let name_end = body.find(|c| !is_name(c)).unwrap_or(body.len());
    let (name, rest) = body.split_at(name_end);
    let default = [":-", ":=", "-", "="].iter().find_map(|sign| rest.strip_prefix(sign));
    match default {
        Some(default) if !name.is_empty() => {
            let default = default.trim_matches(['"', '\'']);
            match default.strip_prefix("${").and_then(|inner| inner.strip_suffix('}')) {
                Some(inner) if depth < DEEPEST => default_of(inner, depth + 1),
                _ => default.to_owned(),
            }
        }
        _ if name.is_empty() => UNKNOWN.to_string(),
        _ if rest.starts_with([':', '+']) => UNKNOWN.to_string(),
        _ => format!("${{{name}}}"),
    }
}
