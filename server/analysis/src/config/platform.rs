//! The platforms that code can be for.

/// The platform that the code runs on.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Platform {
    /// Linux.
    Linux,
    /// macOS.
    Darwin,
    /// Windows.
    Windows,
}

impl Platform {
    /// Every platform.
    pub const ALL: [Self; 3] = [Self::Linux, Self::Darwin, Self::Windows];

    /// The name in settings, which is `platform.system()` in lower case.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Linux => "linux",
            Self::Darwin => "darwin",
            Self::Windows => "windows",
        }
    }

    /// The value of the setting `python-platform`: `Some(None)` for `any`, `None` for what is no platform.
    pub fn parse(name: &str) -> Option<Option<Self>> {
        match name {
            "any" => Some(None),
            _ => Self::ALL.into_iter().find(|platform| platform.as_str() == name).map(Some),
        }
    }

    /// The value of `sys.platform`, and of the marker `sys_platform`.
    pub const fn sys_platform(self) -> &'static str {
        match self {
            Self::Linux => "linux",
            Self::Darwin => "darwin",
            Self::Windows => "win32",
        }
    }

    /// The value of `os.name`, and of the marker `os_name`.
    pub const fn os_name(self) -> &'static str {
        match self {
            Self::Linux | Self::Darwin => "posix",
            Self::Windows => "nt",
        }
    }

    /// The value of `platform.system()`, and of the marker `platform_system`.
    pub const fn system(self) -> &'static str {
        match self {
            Self::Linux => "Linux",
            Self::Darwin => "Darwin",
            Self::Windows => "Windows",
        }
    }

    /// Whether a test for `name` holds here: it is compared with `sys.platform` (also by its beginning, as in
    /// `startswith("win")`), with `os.name` or with `platform.system()`.
    pub fn answers_to(self, name: &str) -> bool {
        name == self.os_name()
            || name == self.system()
            || !name.is_empty() && self.sys_platform().starts_with(name)
            // Python 2's value, which old tests still name
            || name == "linux2" && self == Self::Linux
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn platforms_answer_to_their_names() {
        let of = |name: &str| Platform::ALL.into_iter().filter(|one| one.answers_to(name)).collect::<Vec<_>>();
        assert_eq!(of("win32"), [Platform::Windows]);
        assert_eq!(of("win"), [Platform::Windows]);
        assert_eq!(of("nt"), [Platform::Windows]);
        assert_eq!(of("posix"), [Platform::Linux, Platform::Darwin]);
        assert_eq!(of("Darwin"), [Platform::Darwin]);
        assert_eq!(of("linux"), [Platform::Linux]);
        assert_eq!(of("cygwin"), []);
    }

    #[test]
    fn the_setting_is_read() {
        assert_eq!(Platform::parse("any"), Some(None));
        assert_eq!(Platform::parse("windows"), Some(Some(Platform::Windows)));
        assert_eq!(Platform::parse("win32"), None);
    }
}
