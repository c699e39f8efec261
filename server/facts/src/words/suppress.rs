//! The comments that silence a finding: `# pinlens: ignore`, `# pinlens: ignore[code, code]`, `# keep`, and those of deptry.

use super::codes::{self, Code};

/// What the comments on a statement or requirement silence.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub enum Ignores {
    /// Nothing.
    #[default]
    None,
    /// Every finding.
    All,
    /// The findings with these codes.
    Codes(Box<[Box<str>]>),
    /// What the comment of another tool silences, or one that says that a requirement is used: it stays, whether or not it silences.
    Lasting(Box<Self>),
}

impl Ignores {
    /// Reads one comment, with or without its `#`. Several marks on a line are read as one; other words stay out of it.
    pub fn of_comment(comment: &str) -> Self {
        let mut found = Self::None;
        for part in comment.split('#') {
            let part = part.trim_start();
            found.add(if let Some(rest) = part.strip_prefix("pinlens:") {
                Self::of_keep(rest.trim_start()).unwrap_or_else(|| Self::of_mark(rest, ours))
            } else if let Some(rest) = part.strip_prefix("deptry:") {
                Self::of_mark(rest, |rule| codes::codes_of(rule).iter().map(|code| (*code).into()).collect()).lasting()
            } else {
                Self::of_keep(part).unwrap_or_default()
            });
        }
        found
    }

    /// The codes that are none: those of an `ignore[…]` that silences nothing.
    pub fn unknown(&self) -> impl Iterator<Item = &str> {
        let own = if let Self::Lasting(own) = self { own } else { self };
        let codes = if let Self::Codes(codes) = own { &codes[..] } else { &[] };
        codes.iter().map(|code| &**code).filter(|code| Code::parse(code).is_none())
    }

    /// `keep`, alone or with a reason after a colon: the requirement is used, though nothing shows it.
    fn of_keep(text: &str) -> Option<Self> {
        let rest = text.strip_prefix("keep")?.trim_start();
        (rest.is_empty() || rest.starts_with(':'))
            .then(|| Self::Codes([Code::UnusedRequirement.as_str().into()].into()).lasting())
    }

    /// The same, of a comment that stays.
    fn lasting(self) -> Self {
        match self {
            Self::None | Self::Lasting(_) => self,
            own => Self::Lasting(Box::new(own)),
        }
    }

    /// `ignore` or `ignore[…]`; `codes` holds what each word in the brackets silences.
    fn of_mark(text: &str, codes: impl Fn(&str) -> Vec<Box<str>>) -> Self {
        let Some(rest) = text.trim_start().strip_prefix("ignore") else { return Self::None };
        match rest.trim_start().strip_prefix('[') {
            Some(list) => {
                let words = list.split(']').next().unwrap_or_default().split(',').map(str::trim);
                Self::Codes(words.filter(|word| !word.is_empty()).flat_map(codes).collect())
            }
            None if rest.is_empty() || !rest.starts_with(|c: char| c.is_alphanumeric() || c == '-') => Self::All,
            None => Self::None,
        }
    }

    /// Joins what another comment of the same statement silences.
    pub fn add(&mut self, other: Self) {
        *self = match (std::mem::take(self), other) {
            (Self::Lasting(own), Self::None) | (Self::None, Self::Lasting(own)) => Self::Lasting(own),
            // of both kinds it is not known which part would go
            (Self::Lasting(mut own), other) | (other, Self::Lasting(mut own)) => {
                own.add(if let Self::Lasting(other) = other { *other } else { other });
                Self::Lasting(own)
            }
            (Self::All, _) | (_, Self::All) => Self::All,
            (Self::None, one) | (one, Self::None) => one,
            (Self::Codes(a), Self::Codes(b)) => Self::Codes(a.into_iter().chain(b).collect()),
        };
    }

    /// Whether a finding with this code is silenced.
    pub fn silence(&self, code: &str) -> bool {
        match self {
            Self::None => false,
            Self::All => true,
            Self::Lasting(own) => own.silence(code),
            Self::Codes(codes) => codes.iter().any(|listed| &**listed == code),
        }
    }
}

/// What a word in the brackets of our own comment names: a code, or a rule of deptry.
fn ours(word: &str) -> Vec<Box<str>> {
    let of_deptry = codes::codes_of(word);
    if of_deptry.is_empty() { vec![word.into()] } else { of_deptry.iter().map(|code| (*code).into()).collect() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn comments_are_read() {
        assert_eq!(Ignores::of_comment("# pinlens: ignore"), Ignores::All);
        assert_eq!(Ignores::of_comment("# noqa: F401  # pinlens:ignore"), Ignores::All);
        assert_eq!(Ignores::of_comment("# pinlens: ignore because it is a plugin"), Ignores::All);
        assert_eq!(Ignores::of_comment("# pinlens: ignored"), Ignores::None);
        assert_eq!(Ignores::of_comment("# noqa"), Ignores::None);
        let codes = Ignores::of_comment("# pinlens: ignore[undeclared-import, unused-requirement]");
        assert!(codes.silence("undeclared-import") && codes.silence("unused-requirement"));
        assert!(!codes.silence("invalid-requirement"));
        assert_eq!(codes.unknown().count(), 0);
        let codes = Ignores::of_comment("# pinlens: ignore[DEP002, undeclared]");
        assert!(codes.silence("unused-requirement"));
        assert_eq!(codes.unknown().collect::<Vec<_>>(), ["undeclared"]);
    }

    #[test]
    fn a_requirement_is_kept() {
        for comment in ["# keep", "# pinlens: keep", "# keep: the start script needs it"] {
            let ignores = Ignores::of_comment(comment);
            assert!(ignores.silence("unused-requirement") && !ignores.silence("invalid-requirement"), "{comment}");
        }
        for comment in ["# keep in sync with setup.py", "# keeper", "# pinlens: keeps"] {
            assert_eq!(Ignores::of_comment(comment), Ignores::None, "{comment}");
        }
    }

    #[test]
    fn the_comments_of_deptry_are_understood() {
        assert_eq!(Ignores::of_comment("# deptry: ignore"), Ignores::Lasting(Box::new(Ignores::All)));
        let ignores = Ignores::of_comment("#noqa # deptry: ignore[DEP001,DEP003]");
        for code in ["undeclared-import", "unresolved-import", "transitive-import"] {
            assert!(ignores.silence(code), "{code}");
        }
        assert!(!ignores.silence("unused-requirement"));
    }
}
