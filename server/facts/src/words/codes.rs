//! The codes of findings and how severe they are. What the settings and comments of a text may name.

/// The stable name of a kind of finding.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Code {
    /// A module is imported that a known distribution provides, and no requirement declares it.
    UndeclaredImport,
    /// A module is imported that nothing sure provides.
    UnresolvedImport,
    /// A requirement that nothing imports.
    UnusedRequirement,
    /// A requirement that was declared before.
    DuplicateRequirement,
    /// A line that pip would refuse.
    InvalidRequirement,
    /// A `-r` or `-c` whose target is missing, or that comes back to itself.
    UnresolvedInclude,
    /// An import that is satisfied only because another requirement needs the distribution.
    TransitiveImport,
    /// Deployed code imports what is required for development only.
    DevOnlyImport,
    /// A module that left the standard library.
    RemovedStdlibModule,
    /// A module of the workspace hides one that a requirement installs.
    ShadowedModule,
    /// Two requirements that cannot both hold.
    ConflictingRequirement,
    /// A requirement that the standard library makes needless.
    StdlibRequirement,
    /// A name of an `.in` file that its compiled file lacks.
    StaleCompiledRequirements,
    /// A requirement whose name is not that of the distribution that is meant.
    MisnamedRequirement,
    /// A requirement without an exact version; off until it is selected.
    UnpinnedRequirement,
    /// A requirement that the installed version contradicts.
    VersionMismatch,
    /// A list of requirements that cannot be read, where nothing else declares what the application needs.
    UnreadableRequirements,
    /// A setting of pinlens's own that cannot be taken.
    InvalidConfiguration,
    /// Something that is used without an import, and that a deployment does not install.
    UndeclaredUse,
    /// A file or module that a deployment starts, or a list that it installs, and that is not there.
    UnresolvedEntry,
    /// A requirement that the environment lacks.
    NotInstalled,
    /// A requirement whose name is on no public index.
    UnknownDistribution,
    /// A requirement of every user that tests alone import.
    TestOnlyRequirement,
    /// A comment or a setting that silences nothing.
    UnusedIgnore,
    /// Lists for one environment that no version satisfies together.
    DriftingRequirement,
}

impl Code {
    /// Every code, in the order of the documentation.
    pub const ALL: [Self; 25] = [
        Self::UndeclaredImport,
        Self::UnresolvedImport,
        Self::UnusedRequirement,
        Self::DuplicateRequirement,
        Self::InvalidRequirement,
        Self::UnresolvedInclude,
        Self::TransitiveImport,
        Self::DevOnlyImport,
        Self::RemovedStdlibModule,
        Self::ShadowedModule,
        Self::ConflictingRequirement,
        Self::StdlibRequirement,
        Self::StaleCompiledRequirements,
        Self::MisnamedRequirement,
        Self::UnpinnedRequirement,
        Self::VersionMismatch,
        Self::UnreadableRequirements,
        Self::InvalidConfiguration,
        Self::UndeclaredUse,
        Self::UnresolvedEntry,
        Self::NotInstalled,
        Self::UnknownDistribution,
        Self::TestOnlyRequirement,
        Self::UnusedIgnore,
        Self::DriftingRequirement,
    ];

    /// The name that users see and write.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::UndeclaredImport => "undeclared-import",
            Self::UnresolvedImport => "unresolved-import",
            Self::UnusedRequirement => "unused-requirement",
            Self::DuplicateRequirement => "duplicate-requirement",
            Self::InvalidRequirement => "invalid-requirement",
            Self::UnresolvedInclude => "unresolved-include",
            Self::TransitiveImport => "transitive-import",
            Self::DevOnlyImport => "dev-only-import",
            Self::RemovedStdlibModule => "removed-stdlib-module",
            Self::ShadowedModule => "shadowed-module",
            Self::ConflictingRequirement => "conflicting-requirement",
            Self::StdlibRequirement => "stdlib-requirement",
            Self::StaleCompiledRequirements => "stale-compiled-requirements",
            Self::MisnamedRequirement => "misnamed-requirement",
            Self::UnpinnedRequirement => "unpinned-requirement",
            Self::VersionMismatch => "version-mismatch",
            Self::UnreadableRequirements => "unreadable-requirements",
            Self::InvalidConfiguration => "invalid-configuration",
            Self::UndeclaredUse => "undeclared-use",
            Self::UnresolvedEntry => "unresolved-entry",
            Self::NotInstalled => "not-installed",
            Self::UnknownDistribution => "unknown-distribution",
            Self::TestOnlyRequirement => "test-only-requirement",
            Self::UnusedIgnore => "unused-ignore",
            Self::DriftingRequirement => "drifting-requirement",
        }
    }

    /// The code that users call `name`.
    pub fn parse(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|code| code.as_str() == name)
    }
}

impl Code {
    /// The severity that a finding has where everything about it is known.
    pub const fn severity(self) -> Severity {
        match self {
            Self::UndeclaredImport
            | Self::InvalidRequirement
            | Self::UnresolvedInclude
            | Self::RemovedStdlibModule
            | Self::UndeclaredUse
            | Self::UnresolvedEntry
            | Self::ConflictingRequirement => Severity::Error,
            Self::UnresolvedImport
            | Self::TransitiveImport
            | Self::DevOnlyImport
            | Self::ShadowedModule
            | Self::StdlibRequirement
            | Self::StaleCompiledRequirements
            | Self::UnusedRequirement
            | Self::DuplicateRequirement
            | Self::MisnamedRequirement
            | Self::UnpinnedRequirement
            | Self::UnreadableRequirements
            | Self::InvalidConfiguration
            | Self::DriftingRequirement => Severity::Warning,
            Self::VersionMismatch
            | Self::NotInstalled
            | Self::UnknownDistribution
            | Self::TestOnlyRequirement
            | Self::UnusedIgnore => Severity::Info,
        }
    }

    /// Whether it is reported only where the settings select it.
    pub const fn is_off_by_default(self) -> bool {
        matches!(self, Self::UnpinnedRequirement)
    }
}

/// The names of all codes.
pub fn code_names() -> Vec<&'static str> {
    Code::ALL.map(Code::as_str).to_vec()
}

/// Whether settings may name the code.
pub fn is_code(name: &str) -> bool {
    Code::parse(name).is_some()
}

/// How bad a finding is; the worst is the greatest.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Severity {
    /// Of use to someone who looks.
    Hint,
    /// Worth knowing.
    Info,
    /// Likely wrong.
    Warning,
    /// Wrong: something will fail.
    Error,
}

impl Severity {
    /// `error`, `warning`, `info` or `hint`.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Hint => "hint",
            Self::Info => "info",
            Self::Warning => "warning",
            Self::Error => "error",
        }
    }
}

/// The codes of ours that say what a rule of deptry says.
pub fn codes_of(rule: &str) -> &'static [&'static str] {
    match rule {
        "DEP001" => &["undeclared-import", "unresolved-import"],
        "DEP002" => &["unused-requirement"],
        "DEP003" => &["transitive-import"],
        "DEP004" => &["dev-only-import"],
        "DEP005" => &["stdlib-requirement"],
        _ => &[],
    }
}
