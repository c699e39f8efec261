//! The codes that people write: ours, `ALL`, and those of deptry.

use clap::builder::TypedValueParser;
use clap::error::{ContextKind, ContextValue, ErrorKind};
use clap::{Arg, Command, Error};
use pinlens_facts::words::codes::{Code, codes_of};
use std::ffi::OsStr;

/// The codes that one word names: `unused-requirement`, `ALL`, `DEP001`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Codes(pub Vec<Code>);

/// Reads the codes of `--select` and `--ignore`.
#[derive(Clone, Debug)]
pub struct CodesParser;

/// Reads the one code of `explain`.
#[derive(Clone, Debug)]
pub struct CodeParser;

impl TypedValueParser for CodesParser {
    type Value = Codes;

    fn parse_ref(&self, command: &Command, arg: Option<&Arg>, value: &OsStr) -> Result<Codes, Error> {
        let word = value.to_string_lossy();
        codes(word.trim()).ok_or_else(|| unknown(command, arg, word.trim()))
    }
}

impl TypedValueParser for CodeParser {
    type Value = Code;

    fn parse_ref(&self, command: &Command, arg: Option<&Arg>, value: &OsStr) -> Result<Code, Error> {
        let word = value.to_string_lossy();
        let found = codes(word.trim()).and_then(|codes| codes.0.first().copied());
        found.ok_or_else(|| unknown(command, arg, word.trim()))
    }
}

fn codes(word: &str) -> Option<Codes> {
    if word.eq_ignore_ascii_case("all") {
        return Some(Codes(Code::ALL.to_vec()));
    }
    let of_deptry = codes_of(&word.to_ascii_uppercase());
    if !of_deptry.is_empty() {
        return Some(Codes(of_deptry.iter().filter_map(|code| Code::parse(code)).collect()));
    }
    Code::parse(word).map(|code| Codes(vec![code]))
}

/// The code that `word` was likely meant to be: the one that begins with it, else the most similar one.
fn nearest(word: &str) -> Option<Code> {
    let word = word.to_ascii_lowercase().replace('_', "-");
    let begins = Code::ALL.into_iter().find(|code| word.len() > 2 && code.as_str().starts_with(&word));
    let similar = || {
        let scored =
            Code::ALL.into_iter().map(|code| (strsim::normalized_damerau_levenshtein(&word, code.as_str()), code));
        scored.filter(|(score, _)| *score > 0.6).max_by(|(a, _), (b, _)| a.total_cmp(b)).map(|(_, code)| code)
    };
    begins.or_else(similar)
}

/// The error of clap for a value that it does not know, with the nearest code.
fn unknown(command: &Command, arg: Option<&Arg>, word: &str) -> Error {
    let mut error = Error::new(ErrorKind::InvalidValue).with_cmd(command);
    let name = arg.map_or_else(|| String::from("<CODE>"), ToString::to_string);
    error.insert(ContextKind::InvalidArg, ContextValue::String(name));
    error.insert(ContextKind::InvalidValue, ContextValue::String(word.to_owned()));
    if let Some(near) = nearest(word) {
        error.insert(ContextKind::SuggestedValue, ContextValue::String(near.as_str().to_owned()));
    } else {
        let all = String::from("`pinlens explain` lists every code");
        error.insert(ContextKind::Suggested, ContextValue::StyledStrs(vec![all.into()]));
    }
    error
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_name_codes() {
        assert_eq!(codes("dep001"), Some(Codes(vec![Code::UndeclaredImport, Code::UnresolvedImport])));
        assert_eq!(codes("ALL").map(|codes| codes.0.len()), Some(Code::ALL.len()));
        assert_eq!(codes("unused-requirement"), Some(Codes(vec![Code::UnusedRequirement])));
        assert_eq!(codes("E501"), None);
    }

    #[test]
    fn the_nearest_code_is_found() {
        assert_eq!(nearest("undeclared"), Some(Code::UndeclaredImport));
        assert_eq!(nearest("undeclared_imports"), Some(Code::UndeclaredImport));
        assert_eq!(nearest("unusedrequirement"), Some(Code::UnusedRequirement));
        assert_eq!(nearest("E501"), None);
    }
}
