//! What a file says to Django, as values.

use super::import::ImportStatement;
use super::loading::Scope;
use crate::words::lists::List;
use crate::words::text::TextRange;

/// What one file says to Django.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Django {
    /// What it sets `DJANGO_SETTINGS_MODULE` to.
    pub settings: Option<SettingsModule>,
    /// The calls that set Django up, in the order of the text.
    pub setups: Box<[Setup]>,
    /// The modules that its strings name, in the order of the text.
    pub named: Box<[Named]>,
    /// The settings that it assigns as a whole: those of a file that it takes names from do not hold.
    pub replaced: Replaced,
    /// Whether an application of Celery looks for tasks in the applications of Django.
    pub finds_tasks: bool,
}

/// A module that `DJANGO_SETTINGS_MODULE` is set to.
#[derive(Clone, Debug, PartialEq)]
pub struct SettingsModule {
    /// The module, as an import of it.
    pub statement: ImportStatement,
    /// Whether a value of the environment comes before it: `os.environ.setdefault`.
    pub is_default: bool,
}

/// A module that a string names, and that Django imports for it.
#[derive(Clone, Debug, PartialEq)]
pub struct Named {
    /// What names it.
    pub by: By,
    /// When Django imports it.
    pub when: When,
    /// What Django does, as an import that stands at the string.
    pub statement: ImportStatement,
    /// Whether a test decides over it, or a call may give another value.
    pub is_open: bool,
}

/// What names a module.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[allow(missing_docs)] // the names are those of the settings
pub enum By {
    InstalledApps,
    Middleware,
    SessionEngine,
    Logging,
    Databases,
    RootUrlconf,
    Caches,
    Templates,
    WsgiApplication,
    AuthenticationBackends,
    EmailBackend,
    Storages,
    ChannelLayers,
    /// A call of `include` in the patterns of URLs.
    Include,
}

/// When Django imports a module.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum When {
    /// In `django.setup()`.
    Setup,
    /// At the end of `django.setup()`, in the `ready` of each application.
    Ready,
    /// As the handler of a server is made.
    Handler,
    /// As a command checks the project.
    Checks,
    /// As a worker of Celery looks for tasks.
    Tasks,
    /// At the first request.
    Request,
    /// At the first use.
    Use,
    /// As the file itself is loaded.
    Load,
}

/// A set of settings.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Replaced(u16);

impl Replaced {
    /// The set with these bits, of which only those of settings count.
    pub const fn of_bits(bits: u16) -> Self {
        Self(bits & ((1 << By::Include as u16) - 1))
    }

    /// Its bits: fewer than 14.
    pub const fn bits(self) -> u16 {
        self.0
    }

    /// Whether a setting is in it.
    pub const fn has(self, by: By) -> bool {
        self.0 >> by as u16 & 1 == 1
    }

    /// What is in either set.
    #[must_use]
    pub const fn or(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }

    pub(super) fn add(&mut self, by: By) {
        self.0 |= 1 << by as u16;
    }
}

impl By {
    /// The setting of that name.
    pub fn of_setting(name: &str) -> Option<Self> {
        Some(match name {
            "INSTALLED_APPS" => Self::InstalledApps,
            "MIDDLEWARE" | "MIDDLEWARE_CLASSES" => Self::Middleware,
            "SESSION_ENGINE" => Self::SessionEngine,
            "LOGGING" => Self::Logging,
            "DATABASES" => Self::Databases,
            "ROOT_URLCONF" => Self::RootUrlconf,
            "CACHES" => Self::Caches,
            "TEMPLATES" => Self::Templates,
            "WSGI_APPLICATION" => Self::WsgiApplication,
            "AUTHENTICATION_BACKENDS" => Self::AuthenticationBackends,
            "EMAIL_BACKEND" => Self::EmailBackend,
            "STORAGES" | "DEFAULT_FILE_STORAGE" | "STATICFILES_STORAGE" => Self::Storages,
            "CHANNEL_LAYERS" => Self::ChannelLayers,
            _ => return None,
        })
    }

    /// The name of the setting, as messages say it.
    pub const fn name(self) -> &'static str {
        match self {
            Self::InstalledApps => "INSTALLED_APPS",
            Self::Middleware => "MIDDLEWARE",
            Self::SessionEngine => "SESSION_ENGINE",
            Self::Logging => "LOGGING",
            Self::Databases => "DATABASES",
            Self::RootUrlconf => "ROOT_URLCONF",
            Self::Caches => "CACHES",
            Self::Templates => "TEMPLATES",
            Self::WsgiApplication => "WSGI_APPLICATION",
            Self::AuthenticationBackends => "AUTHENTICATION_BACKENDS",
            Self::EmailBackend => "EMAIL_BACKEND",
            Self::Storages => "STORAGES",
            Self::ChannelLayers => "CHANNEL_LAYERS",
            Self::Include => "include",
        }
    }

    /// The keys before the strings that count; empty where every string does.
    pub(super) const fn keys(self) -> &'static [&'static str] {
        match self {
            Self::Logging => &["class", "()"],
            Self::Databases => &["ENGINE"],
            Self::Caches | Self::Templates | Self::ChannelLayers => &["BACKEND"],
            _ => &[],
        }
    }

    /// When Django imports what the setting names: by the source of Django 5, the first time that every project comes to.
    pub(super) const fn when(self) -> When {
        match self {
            Self::InstalledApps | Self::Logging | Self::Databases => When::Setup,
            Self::Middleware | Self::SessionEngine => When::Handler,
            Self::Caches | Self::Templates => When::Checks,
            Self::RootUrlconf => When::Request,
            Self::WsgiApplication | Self::AuthenticationBackends | Self::EmailBackend => When::Use,
            Self::Storages | Self::ChannelLayers => When::Use,
            Self::Include => When::Load,
        }
    }
}

impl Django {
    /// Every offset whose position may be needed.
    pub(crate) fn offsets(&self) -> impl Iterator<Item = u32> {
        let named = self.named.iter().map(|named| &named.statement);
        let all = named.chain(self.settings.iter().map(|settings| &settings.statement)).map(ImportStatement::range);
        all.chain(self.setups.iter().map(|setup| setup.range)).flat_map(|range| [range.start, range.end])
    }
}

/// A call that sets Django up.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Setup {
    /// The bytes of the name that is called.
    pub range: TextRange,
    /// What it does.
    pub kind: Kind,
    /// The function that it stands in, or the module's own level.
    pub scope: Scope,
    /// Whether it runs only where the file is run as a script.
    pub is_main: bool,
    /// Whether something else decides whether it runs, or what a failure of it means.
    pub is_open: bool,
}

/// What a call that sets Django up does.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// `django.setup()`
    Apps,
    /// `get_wsgi_application()`: it makes a handler as well.
    Handler,
    /// `execute_from_command_line(sys.argv)`: it runs a command.
    Command,
}

impl Kind {
    /// What of the settings is imported by it, in order; `command` is the one that `manage.py` runs, where it is known.
    pub fn phases(self, command: Option<&str>) -> &'static [When] {
        match (self, command) {
            (Self::Apps, _) => &[When::Setup, When::Ready],
            (Self::Handler, _) => &[When::Setup, When::Ready, When::Handler],
            (Self::Command, Some("runserver" | "runserver_plus")) => {
                &[When::Setup, When::Ready, When::Checks, When::Handler]
            }
            (Self::Command, Some(command)) if List::UncheckedCommand.has(command) => &[When::Setup, When::Ready],
            (Self::Command, _) => &[When::Setup, When::Ready, When::Checks],
        }
    }
}
