//! The comment that silences a finding: `# pinlens: ignore` or `# pinlens: ignore[code, code]`.

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
}

impl Ignores {
    /// Reads one comment, with or without its `#`. Several marks on a line are read as one; other words stay out of it.
    pub fn of_comment(comment: &str) -> Self {
        let mut found = Self::None;
        for part in comment.split('#') {
            let part = part.trim_start();
            let Some(rest) = part.strip_prefix("pinlens:") else { continue };
            let Some(rest) = rest.trim_start().strip_prefix("ignore") else { continue };
            found.add(match rest.trim_start().strip_prefix('[') {
                Some(list) => {
                    let codes = list.split(']').next().unwrap_or_default().split(',');
                    Self::Codes(codes.map(str::trim).filter(|code| !code.is_empty()).map(Into::into).collect())
                }
                None if rest.is_empty() || !rest.starts_with(|c: char| c.is_alphanumeric() || c == '-') => Self::All,
                None => Self::None,
            });
        }
        found
    }

    /// Joins what another comment of the same statement silences.
    pub fn add(&mut self, other: Self) {
        *self = match (std::mem::take(self), other) {
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
            Self::Codes(codes) => codes.iter().any(|listed| &**listed == code),
        }
    }
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
    }
}
