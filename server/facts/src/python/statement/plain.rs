//! Reads the imports that nearly all are like: ASCII names with a dot between them, blanks, one pair of brackets at most.
//! What is written in another way, or wrong, is left to the parser, which takes some twenty times as long.

use super::MAX_LENGTH;
use crate::python::{ImportForm, ImportedModule, Member, ParsedImport};
use crate::words::names::ModuleName;
use crate::words::text::TextRange;

/// Reads one import statement as the parser would; nothing where the parser is needed.
pub(super) fn import(statement: &str) -> Option<ParsedImport> {
    if statement.len() > MAX_LENGTH || !statement.is_ascii() {
        return None;
    }
    let mut reader = Reader { text: statement, pos: 0 };
    let parsed = match reader.word() {
        "import" => reader.modules()?,
        "from" => reader.members()?,
        _ => return None,
    };
    (reader.pos == statement.len()).then_some(parsed)
}

/// The statement, which is ASCII, and the next byte of it.
struct Reader<'a> {
    text: &'a str,
    pos: usize,
}

impl<'a> Reader<'a> {
    /// `a.b as c, d`
    fn modules(&mut self) -> Option<ParsedImport> {
        let mut modules = Vec::new();
        loop {
            self.blanks();
            let start = self.pos;
            self.dotted()?;
            let name = ModuleName::new(&self.text[start..self.pos]);
            modules.push(ImportedModule { name, range: self.since(start), members: [].into() });
            self.blanks();
            self.alias(Self::blanks)?;
            if !self.takes(b',') {
                return Some(ParsedImport { modules: modules.into(), ..ParsedImport::default() });
            }
        }
    }

    /// `..a.b import c as d, e`
    fn members(&mut self) -> Option<ParsedImport> {
        self.blanks();
        let start = self.pos;
        while self.takes(b'.') {}
        let (level, dots) = ((self.pos - start) as u32, self.pos);
        if self.dotted().is_none() {
            // `from . import a`
            self.pos = dots;
        }
        let (name, range) = (ModuleName::new(&self.text[dots..self.pos]), self.since(start));
        self.blanks();
        if range.start == range.end || self.word() != "import" {
            return None;
        }
        self.blanks();
        let members = match self.byte() {
            b'*' => vec![self.star()],
            b'(' => self.bracketed()?,
            _ => self.listed()?,
        };
        let module = ImportedModule { name, range, members: members.into() };
        Some(ParsedImport { level, form: ImportForm::From, modules: [module].into(), ..ParsedImport::default() })
    }

    fn star(&mut self) -> Member {
        self.pos += 1;
        Member { name: "*".into(), range: self.since(self.pos - 1) }
    }

    fn listed(&mut self) -> Option<Vec<Member>> {
        let mut members = Vec::new();
        loop {
            self.blanks();
            members.push(self.member(Self::blanks)?);
            if !self.takes(b',') {
                return Some(members);
            }
        }
    }

    fn bracketed(&mut self) -> Option<Vec<Member>> {
        self.pos += 1;
        let mut members = Vec::new();
        loop {
            self.gap();
            if !members.is_empty() && self.takes(b')') {
                return Some(members);
            }
            members.push(self.member(Self::gap)?);
            if !self.takes(b',') {
                return self.takes(b')').then_some(members);
            }
        }
    }

    /// One name that is taken, with its alias and the `gap` behind it.
    fn member(&mut self, gap: fn(&mut Self)) -> Option<Member> {
        let start = self.pos;
        let member = Member { name: self.name()?.into(), range: self.since(start) };
        gap(self);
        self.alias(gap)?;
        Some(member)
    }

    /// Steps over `as c` and the `gap` behind it, where it stands here; nothing where `as` has no name.
    fn alias(&mut self, gap: fn(&mut Self)) -> Option<()> {
        let start = self.pos;
        if self.word() == "as" {
            gap(self);
            self.name()?;
            gap(self);
        } else {
            self.pos = start;
        }
        Some(())
    }

    /// Steps over names with a dot between them.
    fn dotted(&mut self) -> Option<()> {
        self.name()?;
        while self.takes(b'.') {
            self.name()?;
        }
        Some(())
    }

    fn name(&mut self) -> Option<&'a str> {
        let name = self.word();
        let is_name = !name.is_empty() && !name.starts_with(|c: char| c.is_ascii_digit()) && !is_keyword(name);
        is_name.then_some(name)
    }

    /// The letters, digits and underscores that stand here.
    fn word(&mut self) -> &'a str {
        let start = self.pos;
        while self.byte().is_ascii_alphanumeric() || self.byte() == b'_' {
            self.pos += 1;
        }
        &self.text[start..self.pos]
    }

    fn blanks(&mut self) {
        while matches!(self.byte(), b' ' | b'\t') {
            self.pos += 1;
        }
    }

    /// Steps over what may stand between the names in brackets: blanks, line breaks and comments.
    fn gap(&mut self) {
        loop {
            match self.byte() {
                b' ' | b'\t' | b'\n' => self.pos += 1,
                b'#' => {
                    let rest = &self.text.as_bytes()[self.pos..];
                    self.pos += memchr::memchr2(b'\n', b'\r', rest).unwrap_or(rest.len());
                }
                _ => return,
            }
        }
    }

    fn takes(&mut self, byte: u8) -> bool {
        let is_it = self.byte() == byte;
        self.pos += usize::from(is_it);
        is_it
    }

    /// The next byte; 0, which stands in no import, at the end.
    fn byte(&self) -> u8 {
        self.text.as_bytes().get(self.pos).copied().unwrap_or(0)
    }

    fn since(&self, start: usize) -> TextRange {
        TextRange::new(start as u32, self.pos as u32)
    }
}

/// Whether no name is spelt so; those that are keywords in places only are left to the parser too.
fn is_keyword(word: &str) -> bool {
    matches!(
        word,
        "False"
            | "None"
            | "True"
            | "and"
            | "as"
            | "assert"
            | "async"
            | "await"
            | "break"
            | "case"
            | "class"
            | "continue"
            | "def"
            | "del"
            | "elif"
            | "else"
            | "except"
            | "finally"
            | "for"
            | "from"
            | "global"
            | "if"
            | "import"
            | "in"
            | "is"
            | "lambda"
            | "match"
            | "nonlocal"
            | "not"
            | "or"
            | "pass"
            | "raise"
            | "return"
            | "try"
            | "type"
            | "while"
            | "with"
            | "yield"
    )
}
