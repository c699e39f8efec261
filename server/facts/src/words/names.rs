//! The three kinds of names: modules (what is imported), distributions (what is installed) and the paths of files.

use std::borrow::Borrow;
use std::fmt;
use std::sync::Arc;

/// A dotted module name as it is imported: `google.cloud.storage`. Empty for the `from . import x` of a package itself.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ModuleName(Arc<str>);

impl ModuleName {
    /// Takes `dotted` as it stands: case matters, and nothing is checked.
    pub fn new(dotted: &str) -> Self {
        Self(dotted.into())
    }

    /// The name as written.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The first segment: `google` of `google.cloud.storage`.
    pub fn top(&self) -> &str {
        self.0.split('.').next().unwrap_or_default()
    }

    /// The name itself, then each shorter dotted prefix: `a.b.c`, `a.b`, `a`.
    pub fn prefixes(&self) -> impl Iterator<Item = &str> {
        prefixes(&self.0)
    }

    /// Whether `self` is `other` or lies inside it, by whole segments: `a.b` is within `a`, `ab` is not.
    pub fn is_within(&self, other: &str) -> bool {
        self.0.strip_prefix(other).is_some_and(|rest| rest.is_empty() || rest.starts_with('.'))
    }

    /// `self.member`.
    #[must_use]
    pub fn join(&self, member: &str) -> Self {
        if self.0.is_empty() { Self::new(member) } else { Self(format!("{}.{member}", self.0).into()) }
    }
}

/// Of a dotted name with more parts, the prefixes above it begin with this one: no module lies deeper, and all prefixes of a long
/// name together are as long as its square.
pub const MOST_PARTS: usize = 64;

/// `dotted`, then each shorter dotted prefix of no more than [`MOST_PARTS`] parts, longest first.
pub fn prefixes(dotted: &str) -> impl Iterator<Item = &str> {
    fn above(dotted: &str) -> Option<&str> {
        dotted.rfind('.').map(|dot| &dotted[..dot])
    }
    let first = match dotted.match_indices('.').nth(MOST_PARTS) {
        Some(_) => dotted.match_indices('.').nth(MOST_PARTS - 1).map(|(dot, _)| &dotted[..dot]),
        None => above(dotted),
    };
    std::iter::once(dotted).chain(std::iter::successors(first, |name| above(name)))
}

/// The name of a distribution, normalised as PEP 503 has it: runs of `-`, `_` and `.` are one `-`, letters are lower case.
///
/// ```
/// use pinlens_facts::words::names::DistributionName;
///
/// assert_eq!(DistributionName::new("Ruamel_YAML.clib").as_str(), "ruamel-yaml-clib");
/// ```
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct DistributionName(Arc<str>);

impl DistributionName {
    /// Normalises `name`, however it was spelt.
    pub fn new(name: &str) -> Self {
        if name.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit()) {
            return Self(name.into());
        }
        let mut normal = String::with_capacity(name.len());
        for character in name.trim().chars() {
            match character {
                '-' | '_' | '.' if normal.ends_with('-') => {}
                '-' | '_' | '.' => normal.push('-'),
                other => normal.extend(other.to_lowercase()),
            }
        }
        Self(normal.into())
    }

    /// The normalised name.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The distribution that these stubs are for by their own name (PEP 561, typeshed): `requests` of `types-requests`,
    /// `requests-stubs` and a fork of it, `requests-stubs-of-ours`.
    pub fn host_of_stubs(&self) -> Option<Self> {
        let host = self.0.strip_prefix("types-").or_else(|| self.0.strip_suffix("-stubs"));
        let host = host.or_else(|| self.0.split_once("-stubs-").map(|(host, _)| host))?;
        Some(Self(host.into()))
    }
}

/// The distribution's name that a requirement (PEP 508) begins with.
pub fn leading_name(requirement: &str) -> Option<&str> {
    let requirement = requirement.trim_start();
    let end = requirement.find(|c: char| !(c.is_ascii_alphanumeric() || matches!(c, '.' | '_' | '-')));
    let name = end.map_or(requirement, |end| requirement.get(..end).unwrap_or_default());
    name.starts_with(|c: char| c.is_ascii_alphanumeric()).then_some(name)
}

/// `name` without `.`, `_` and `-`, in lower case: what is compared when only the spelling may differ.
pub fn squash(name: &str) -> String {
    name.chars().filter(|c| !matches!(c, '.' | '_' | '-')).flat_map(char::to_lowercase).collect()
}

/// The path of a file, relative to the workspace's root, with `/` between the parts.
///
/// A file that a `-r` reaches outside the root begins with `../`, or is absolute.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct FilePath(Arc<str>);

impl FilePath {
    /// Takes `path`, whose separators must be `/` already, and resolves its `.` and `..` segments.
    pub fn new(path: &str) -> Self {
        if !path.split('/').any(|part| matches!(part, "." | ".." | "")) {
            return Self(path.into());
        }
        let mut parts: Vec<&str> = Vec::new();
        for part in path.split('/') {
            match part {
                "" | "." => {}
                ".." if parts.last().is_some_and(|last| *last != "..") => {
                    parts.pop();
                }
                other => parts.push(other),
            }
        }
        let joined = parts.join("/");
        if path.starts_with('/') { Self(format!("/{joined}").into()) } else { Self(joined.into()) }
    }

    /// The path with `/`.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The last part: `app.py` of `src/app.py`.
    pub fn file_name(&self) -> &str {
        self.0.rsplit('/').next().unwrap_or_default()
    }

    /// The file's name without its last extension.
    pub fn stem(&self) -> &str {
        let name = self.file_name();
        name.rsplit_once('.').map_or(name, |(stem, _)| stem)
    }

    /// The folder that holds the file; empty for the root.
    pub fn folder(&self) -> &str {
        self.0.rsplit_once('/').map_or("", |(folder, _)| folder)
    }

    /// Whether this is the file or folder `outer`, or lies in it.
    pub fn is_within(&self, outer: &Self) -> bool {
        lies_in(&self.0, outer.as_str())
    }

    /// The path that `target` means when it is written in a file of this one's folder.
    #[must_use]
    pub fn sibling(&self, target: &str) -> Self {
        let target = target.replace('\\', "/");
        let absolute = target.starts_with('/') || target.as_bytes().get(1) == Some(&b':');
        match self.folder() {
            folder if absolute || folder.is_empty() && !self.0.starts_with('/') => Self::new(&target),
            folder => Self::new(&format!("{folder}/{target}")),
        }
    }

    /// The path as it is written from `folder`, in which it lies; as it is where it does not.
    #[must_use]
    pub fn below(&self, folder: &str) -> Self {
        let rest = self.0.strip_prefix(folder).filter(|_| !folder.is_empty()).and_then(|rest| rest.strip_prefix('/'));
        rest.map_or_else(|| self.clone(), Self::new)
    }
}

/// Whether the file or folder at `path` is `outer` or lies in it; all lie in the root, which is empty.
pub fn lies_in(path: &str, outer: &str) -> bool {
    outer.is_empty() || path.strip_prefix(outer).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
}

macro_rules! text_like {
    ($($name:ty),*) => {$(
        impl fmt::Display for $name {
            fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
                out.write_str(&self.0)
            }
        }
        impl fmt::Debug for $name {
            fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
                write!(out, "{:?}", &*self.0)
            }
        }
        impl Borrow<str> for $name {
            fn borrow(&self) -> &str {
                &self.0
            }
        }
    )*};
}
text_like!(ModuleName, DistributionName, FilePath);

/// A version of Python, as far as imports depend on it: `3.12`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct PythonVersion {
    /// The 3 of 3.12.
    pub major: u8,
    /// The 12 of 3.12.
    pub minor: u8,
}

impl PythonVersion {
    /// The newest version that the bundled tables know.
    pub const NEWEST: Self = Self { major: 3, minor: 14 };

    /// Reads `3.12` or `3.12.1`; nothing else is a version.
    pub fn parse(text: &str) -> Option<Self> {
        let mut parts = text.trim().split('.');
        let major = parts.next()?.parse().ok()?;
        let minor = parts.next()?.parse().ok()?;
        parts.all(|rest| rest.starts_with(|c: char| c.is_ascii_digit())).then_some(Self { major, minor })
    }
}

impl fmt::Display for PythonVersion {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "{}.{}", self.major, self.minor)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn distributions_are_normalised() {
        for spelling in ["Ruamel.Yaml", "ruamel_yaml", "ruamel-.-yaml", "RUAMEL-yaml"] {
            assert_eq!(DistributionName::new(spelling).as_str(), "ruamel-yaml");
        }
    }

    #[test]
    fn modules_nest_by_whole_segments() {
        let name = ModuleName::new("google.cloud.storage");
        assert!(name.is_within("google.cloud"));
        assert!(!name.is_within("google.clou"));
        assert_eq!(name.prefixes().collect::<Vec<_>>(), ["google.cloud.storage", "google.cloud", "google"]);
        for (parts, known) in [(1, 1), (64, 64), (65, 65), (66, 65), (1000, 65)] {
            assert_eq!(prefixes(&["a"; 1000][..parts].join(".")).count(), known, "{parts}");
        }
    }

    #[test]
    fn paths_are_resolved() {
        let file = FilePath::new("requirements/dev.txt");
        assert_eq!(file.sibling("../base.txt").as_str(), "base.txt");
        assert_eq!(file.sibling("./more.txt").as_str(), "requirements/more.txt");
        assert_eq!(file.sibling("../../out.txt").as_str(), "../out.txt");
        assert_eq!(file.sibling("/etc/pins.txt").as_str(), "/etc/pins.txt");
        assert_eq!(FilePath::new("a.txt").sibling("b.txt").as_str(), "b.txt");
    }

    #[test]
    fn python_versions() {
        assert_eq!(PythonVersion::parse("3.12.1"), Some(PythonVersion { major: 3, minor: 12 }));
        assert_eq!(PythonVersion::parse("three"), None);
        assert!(PythonVersion::parse("3.9") < PythonVersion::parse("3.10"));
    }
}
