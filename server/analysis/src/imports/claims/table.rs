//! The claims, the doubts, and the worst that each doubt lets a claim be.

use pinlens_facts::words::codes::Severity;
use pinlens_facts::words::names::{DistributionName, FilePath};
use pinlens_facts::words::roles::Role;

/// What a finding says of an import.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Claim {
    /// A known distribution provides the module, no requirement declares it, and the import fails without.
    Undeclared,
    /// Nothing that is known provides the module.
    Unresolved,
    /// The module is there only because something that is declared requires its distribution.
    Transitive,
    /// A program that is known to start ends at the import.
    Crash,
    /// To require the distribution is right, and may be done without anybody looking.
    SafeFix,
}

/// What could not be ruled out.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Doubt {
    /// All that the application requires stands where it cannot be read; one finding says so for all.
    Hidden,
    /// No manifest applies to the file.
    NoManifest,
    /// The file is one of tests, and nothing at all is required for development: what tests need is written down elsewhere, or
    /// nowhere.
    TestsUndeclared,
    /// A part of what is declared cannot be read; why, in words that follow "for".
    Unread(String),
    /// Nobody knows what this declared distribution requires, nor what so many others do: any of them may install what is missing.
    RequiresUnknown(DistributionName, usize),
    /// So many distributions require it that one of those of unknown requirements is likely to.
    LikelyBrought,
    /// This declared distribution of unknown requirements begins as the module does: what it requires may have that.
    Related(DistributionName),
    /// This declared distribution requires it under a marker, which may hold here.
    RequiredUnderMarker(DistributionName),
    /// The file lies in a folder of copies of other people's projects, which is no package of the project.
    Vendored,
    /// The distribution is for one platform, and nothing says that the code is.
    OtherPlatform,
    /// The distribution is a binding of a library of the system: what the system or conda installs has the module too.
    SystemBinding,
    /// The code is for documentation, measurements, examples or CI jobs, and nothing at all is required for development.
    DevelopmentUndeclared,
    /// The code is an example, in a folder of examples that is no package.
    Example,
    /// The code carries on without the module.
    Optional,
    /// The import runs when a function is called, and a handler says what to do where it fails: its author knows that it may.
    Advised,
    /// Only type checkers see the import.
    TypeChecking,
    /// The import runs on some platforms only.
    OnePlatform,
    /// The import runs when a function is called, if ever.
    Later,
    /// The import stands behind a test that only shows when the program runs.
    Open,
    /// This declared distribution, which nothing imports, has a word of the module's in its name: it may have the module in a
    /// release that the catalog does not know.
    Alike(DistributionName),
    /// The module is called as this declared distribution begins (`flaskext` of flask): nobody knows that it installs no more than the catalog
    /// has of it.
    MayInstall(DistributionName),
    /// The file itself puts a folder on `sys.path` that is not of the workspace.
    OutsideFolder,
    /// The file puts a folder on `sys.path` whose files are not read: a hidden one, or one that a test makes.
    UnreadFolder,
    /// A submodule of the repository is not checked out: it may hold the module.
    Submodule,
    /// Whoever declares the one has the other: nobody has seen them apart.
    Inseparable,
    /// A list names it of which nothing shows that it is installed for the code (`docker/requirements.txt`).
    Listed,
    /// This list of another part of the repository declares it, and nothing shows that it is not for this code.
    DeclaredIn(FilePath),
    /// This list of another member of the workspace declares it: one environment mostly has all members.
    DeclaredByMember(FilePath),
    /// It is another member of the workspace that is imported, by code for this.
    OtherMember(Role),
    /// This command installs what nobody knows (`pip install git+https://…`): it may bring what is missing.
    InstallsUnknown(Box<str>),
    /// The image that runs the code is built of one of which nothing is known; why, in words.
    UnknownImage(Box<str>),
    /// The code runs in an image that installs none of the lists around it, and holds more than is known; what shows that, in words.
    OtherImage(Box<str>),
    /// The only list lies in another part of the repository, next to other code.
    OtherPart(FilePath),
    /// This lock file, which does not say what needs what, has the distribution: it is installed for another one.
    Locked(FilePath),
    /// This declared distribution is on no public index, and its name begins with the module's: it may well be what has it.
    Private(DistributionName),
    /// This file declares what the host of the code installs, which has more than is written there: for its own sake.
    HostManifest(&'static str),
    /// The build of the project runs the file, in an environment of its own unless somebody says otherwise.
    Build,
    /// Nothing says that the code is for a Python whose standard library lacks the module.
    UnknownTarget,
}

/// One of so many is likely to be the one that brings it.
const MANY: usize = 2;

impl Doubt {
    /// The worst that a claim may be while this is not ruled out; `None`: it is not made.
    pub(super) fn allows(&self, claim: Claim) -> Option<Severity> {
        use Claim::{Crash, SafeFix, Transitive, Undeclared, Unresolved};
        use Severity::{Error, Hint, Info, Warning};
        match (self, claim) {
            // what a start-up really comes to fails whenever else it may run
            (
                Self::Optional | Self::Advised | Self::TypeChecking | Self::OnePlatform | Self::Later | Self::Open,
                Crash,
            ) => Some(Error),
            (Self::Hidden, SafeFix) => None,
            (Self::Hidden, _) => Some(Hint),
            (Self::Example, SafeFix) => None,
            (Self::Example, Crash) => Some(Error),
            (Self::Example, _) => Some(Info),
            (Self::NoManifest | Self::TestsUndeclared | Self::DevelopmentUndeclared, SafeFix) => Some(Error),
            (Self::NoManifest | Self::TestsUndeclared | Self::DevelopmentUndeclared, _) => Some(Info),
            (Self::SystemBinding, SafeFix) => None,
            (Self::SystemBinding, Crash) => Some(Error),
            (Self::SystemBinding, _) => Some(Warning),
            (Self::Unread(_), SafeFix | Crash) => None,
            (Self::Unread(_), _) => Some(Warning),
            (Self::RequiresUnknown(_, others), Undeclared) => Some(if *others < MANY { Warning } else { Info }),
            (Self::LikelyBrought, Undeclared) => Some(Info),
            (Self::LikelyBrought, _) => Some(Error),
            (Self::Related(_), Unresolved) => Some(Info),
            (Self::Related(_), _) => Some(Error),
            (Self::RequiresUnknown(..), Crash) => None,
            // whoever brings it: what code imports itself is to be required
            (Self::RequiresUnknown(..), Unresolved | Transitive | SafeFix) => Some(Error),
            (Self::RequiredUnderMarker(_), Undeclared) => Some(Warning),
            (Self::RequiredUnderMarker(_), Crash) => None,
            (Self::RequiredUnderMarker(_), Unresolved | Transitive | SafeFix) => Some(Error),
            (Self::Vendored, SafeFix) => None,
            (Self::Vendored, Crash) => Some(Error),
            (Self::Vendored, _) => Some(Info),
            (Self::OtherPlatform, SafeFix) => None,
            (Self::OtherPlatform, _) => Some(Info),
            (Self::Optional | Self::Advised, SafeFix) => None,
            (Self::Optional | Self::Advised, _) => Some(Hint),
            (Self::TypeChecking | Self::OnePlatform | Self::Later | Self::Open, SafeFix) => Some(Error),
            (Self::TypeChecking | Self::OnePlatform, _) => Some(Info),
            (Self::Later | Self::Open, _) => Some(Warning),
            (Self::Alike(_) | Self::MayInstall(_), Unresolved) => Some(Info),
            (Self::Alike(_) | Self::MayInstall(_), _) => Some(Error),
            (Self::OutsideFolder, Unresolved) => Some(Hint),
            (Self::OutsideFolder, SafeFix | Crash) => None,
            (Self::OutsideFolder, _) => Some(Warning),
            (Self::UnreadFolder, Unresolved) => None,
            (Self::UnreadFolder, _) => Some(Error),
            (Self::Submodule, Unresolved) => Some(Info),
            (Self::Submodule, _) => Some(Error),
            (Self::Inseparable, Transitive) => Some(Info),
            (Self::Inseparable, _) => Some(Error),
            (
                Self::Listed
                | Self::DeclaredIn(_)
                | Self::InstallsUnknown(_)
                | Self::UnknownImage(_)
                | Self::OtherImage(_)
                | Self::OtherPart(_)
                | Self::Private(_)
                | Self::HostManifest(_),
                SafeFix | Crash,
            )
            | (Self::Locked(_), Crash) => None,
            (
                Self::Listed
                | Self::InstallsUnknown(_)
                | Self::UnknownImage(_)
                | Self::Private(_)
                | Self::HostManifest(_),
                _,
            ) => Some(Warning),
            (Self::OtherImage(_) | Self::OtherPart(_), _) => Some(Info),
            (Self::Locked(_), Undeclared) => Some(Warning),
            (Self::Locked(_), _) => Some(Error),
            (Self::DeclaredIn(_), Transitive) => Some(Error),
            (Self::DeclaredIn(_), _) => Some(Info),
            // a member keeps to what it declares, whatever others do
            (Self::DeclaredByMember(_) | Self::OtherMember(Role::Runtime), SafeFix) => Some(Error),
            (Self::OtherMember(Role::Development), SafeFix)
            | (Self::DeclaredByMember(_) | Self::OtherMember(_), Crash) => None,
            (Self::DeclaredByMember(_) | Self::OtherMember(Role::Runtime), _) => Some(Warning),
            (Self::OtherMember(Role::Development), _) => Some(Info),
            (Self::Build, SafeFix) => Some(Error),
            (Self::Build, _) => Some(Warning),
            (Self::UnknownTarget, SafeFix) => None,
            (Self::UnknownTarget, _) => Some(Error),
        }
    }
}

impl Claim {
    /// The severity of a claim that is proved.
    pub(super) const fn proved(self) -> Severity {
        match self {
            Self::Undeclared | Self::Crash | Self::SafeFix => Severity::Error,
            Self::Unresolved | Self::Transitive => Severity::Warning,
        }
    }
}
