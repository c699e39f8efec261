//! Redirections and here-documents.

use super::{Appends, Lexer};

impl Lexer<'_> {
    pub(super) fn less(&mut self) {
        match (self.peek(0), self.peek(1)) {
            (Some('<'), Some('<')) => {
                self.end_word();
                self.at += 2;
                self.current.redirects = true;
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
                self.current.redirects = true;
            }
        }
    }

    pub(super) fn greater(&mut self) {
        if self.peek(0) == Some('(') {
            return self.dollar(false);
        }
        let is_error = self.current.word.as_deref() == Some("2");
        self.end_descriptor();
        let (mut copies, mut appends) = (is_error, false);
        while let Some(sign @ ('>' | '|' | '&')) = self.peek(0) {
            copies |= sign == '&';
            appends |= sign == '>';
            self.at += 1;
        }
        self.current.redirects = true;
        self.current.writes = (!copies).then_some(Appends(appends));
    }

    /// The number before `<` or `>` is no word.
    fn end_descriptor(&mut self) {
        if self.current.word.as_ref().is_some_and(|word| word.bytes().all(|byte| byte.is_ascii_digit())) {
            self.current.word = None;
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

    pub(super) fn skip_heredocs(&mut self) {
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
}
