//! Short lists of names that are known for something, as `data/words.tsv` has them.

use std::sync::LazyLock;

/// A word and its value.
type Row = (&'static str, &'static str);

/// The rows of each list, at its place in [`List::ALL`].
static LISTS: LazyLock<Vec<Vec<Row>>> = LazyLock::new(|| {
    let mut lists = vec![Vec::new(); List::ALL.len()];
    for row in include_str!("../../data/words.tsv").lines().skip(1) {
        let mut cells = row.split('\t');
        if let (Some(list), Some(word), Some(value)) = (cells.next(), cells.next(), cells.next())
            && let Some(list) = List::ALL.into_iter().find(|known| known.name() == list)
        {
            lists[list as usize].push((word, value));
        }
    }
    lists
});

/// Which list.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum List {
    /// Actions of GitHub of which it is known what they install: a `python`, or `nothing`.
    Action,
    /// Programs that import an application which an option names, with these options.
    AppOption,
    /// Folders in which what is described is not deployed.
    AsideFolder,
    /// Words in the names of files whose services are for people, or for jobs.
    AsideWord,
    /// Programs for which the last part of a dotted name may be an attribute.
    AttributeByDots,
    /// Words of the names of requirements files, with those whom they are for.
    Audience,
    /// Distributions that are copies of a module of the standard library, with that module.
    Backport,
    /// Names of files, up to the first dot, whose commands check or build a project and start nothing.
    BuildFile,
    /// Modules that tools put next to setup.py, which alone imports them.
    BuildModule,
    /// Names of folders at the top of a project, and of files, for code that is run by hand, next to the application.
    ByHand,
    /// Calls that take a command, by what stands before their bracket.
    CommandCall,
    /// Modules that are there to run commands.
    CommandModule,
    /// Words in the names of files and folders that are for developers only; `vague` ones only together with others.
    DevelopmentWord,
    /// Packages of which one is imported where Django is set up.
    DjangoSetup,
    /// Folders of a project's own extensions for Sphinx.
    DocumentationFolder,
    /// How groups of entry points begin that are not called after the distribution which reads them, with that distribution.
    EntryPointGroup,
    /// Calls and keys by which build systems name the extension that they build.
    ExtensionBuild,
    /// Modules that build tools write, which are seldom in a repository: their names, or how the names end.
    GeneratedModule,
    /// What Hatch installs to run tests, where nothing else is written.
    HatchTest,
    /// Keys that name another package index than the public one, or a folder of packages.
    IndexKey,
    /// How the environment variables begin that name another package index.
    IndexVariable,
    /// Parts of the addresses of installation scripts, with the commands that these install.
    InstallerScript,
    /// Commands of tools that jobs run and that no machine of theirs brings.
    JobCommand,
    /// How the names of stubs, instruments and grammars begin: their other words say what they are for, not what they hold.
    NameFamily,
    /// How modules of a namespace begin, with what the name of a part's distribution begins with.
    Namespace,
    /// What tools print where the package index did not answer, or not to this user.
    NetworkMessage,
    /// What they print where it has no wheel.
    NoWheelMessage,
    /// Distributions that others mostly require under a marker of old Pythons or of one platform.
    OldOrElsewhere,
    /// Commands that people paste into a requirements file with what they install.
    PastedCommand,
    /// Packages that a platform installs by itself, with the platform.
    PlatformPackage,
    /// How the names of a tool's plugins begin, with that tool's distribution.
    PluginPrefix,
    /// Distributions that are mostly required for one platform, and work on each.
    Portable,
    /// Names of modules inside a package that pytest alone loads, by an entry point of the package.
    PytestModule,
    /// Cell magics of notebooks below which there is Python.
    PythonMagic,
    /// Commands that run others in a container or on another machine.
    Remote,
    /// Programs that run a file which their arguments name.
    Runner,
    /// Programs that import an application which their arguments name: `module:attribute`.
    Server,
    /// Options of servers that take a value which might be read as an application.
    ServerValueOption,
    /// Commands that name others without running them, or that no distribution brings.
    ShellCommand,
    /// Cell magics of notebooks below which there are commands.
    ShellMagic,
    /// Distributions that a call of `register` puts into the place of a module, with that module.
    StandIn,
    /// Top-level folders that many distributions leave in `site-packages` by mistake.
    StrayFolder,
    /// Bindings of a library of the system: they are built for its version, and the system's own package has them too.
    SystemBinding,
    /// Folders that every image has.
    SystemFolder,
    /// Folders of what tests read, where their own folder is no code of the project's.
    TestDataFolder,
    /// Distributions that serve tests and nothing else.
    TestTool,
    /// Folders with a dot before their names in which tools keep files.
    ToolFolder,
    /// Words that are the whole name of a group of dependencies for tools.
    ToolGroup,
    /// Modules that a project's folder holds for its own tools, next to what it installs.
    ToolModule,
    /// Commands of `manage.py` that do not check the patterns of URLs.
    UncheckedCommand,
    /// Distributions that take the URL of any database or broker.
    UrlTaker,
    /// Words that make another name of the same thing: a fork, a port, a build of it.
    VariantWord,
}

impl List {
    /// All of them, in the order of their names.
    pub const ALL: [Self; 52] = [
        Self::Action,
        Self::AppOption,
        Self::AsideFolder,
        Self::AsideWord,
        Self::AttributeByDots,
        Self::Audience,
        Self::Backport,
        Self::BuildFile,
        Self::BuildModule,
        Self::ByHand,
        Self::CommandCall,
        Self::CommandModule,
        Self::DevelopmentWord,
        Self::DjangoSetup,
        Self::DocumentationFolder,
        Self::EntryPointGroup,
        Self::ExtensionBuild,
        Self::GeneratedModule,
        Self::HatchTest,
        Self::IndexKey,
        Self::IndexVariable,
        Self::InstallerScript,
        Self::JobCommand,
        Self::NameFamily,
        Self::Namespace,
        Self::NetworkMessage,
        Self::NoWheelMessage,
        Self::OldOrElsewhere,
        Self::PastedCommand,
        Self::PlatformPackage,
        Self::PluginPrefix,
        Self::Portable,
        Self::PytestModule,
        Self::PythonMagic,
        Self::Remote,
        Self::Runner,
        Self::Server,
        Self::ServerValueOption,
        Self::ShellCommand,
        Self::ShellMagic,
        Self::StandIn,
        Self::StrayFolder,
        Self::SystemBinding,
        Self::SystemFolder,
        Self::TestDataFolder,
        Self::TestTool,
        Self::ToolFolder,
        Self::ToolGroup,
        Self::ToolModule,
        Self::UncheckedCommand,
        Self::UrlTaker,
        Self::VariantWord,
    ];

    /// How `data/words.tsv` calls it.
    pub fn name(self) -> &'static str {
        match self {
            Self::Action => "action",
            Self::AppOption => "app-option",
            Self::AttributeByDots => "attribute-by-dots",
            Self::AsideFolder => "aside-folder",
            Self::AsideWord => "aside-word",
            Self::Audience => "audience",
            Self::Backport => "backport",
            Self::BuildFile => "build-file",
            Self::BuildModule => "build-module",
            Self::ByHand => "by-hand",
            Self::CommandCall => "command-call",
            Self::CommandModule => "command-module",
            Self::DevelopmentWord => "development-word",
            Self::DjangoSetup => "django-setup",
            Self::DocumentationFolder => "documentation-folder",
            Self::EntryPointGroup => "entry-point-group",
            Self::ExtensionBuild => "extension-build",
            Self::GeneratedModule => "generated-module",
            Self::HatchTest => "hatch-test",
            Self::IndexKey => "index-key",
            Self::IndexVariable => "index-variable",
            Self::InstallerScript => "installer-script",
            Self::JobCommand => "job-command",
            Self::NameFamily => "name-family",
            Self::Namespace => "namespace",
            Self::NetworkMessage => "network-message",
            Self::NoWheelMessage => "no-wheel-message",
            Self::OldOrElsewhere => "old-or-elsewhere",
            Self::PastedCommand => "pasted-command",
            Self::PlatformPackage => "platform-package",
            Self::PluginPrefix => "plugin-prefix",
            Self::Portable => "portable",
            Self::PytestModule => "pytest-module",
            Self::PythonMagic => "python-magic",
            Self::Remote => "remote",
            Self::Runner => "runner",
            Self::Server => "server",
            Self::ServerValueOption => "server-value-option",
            Self::ShellCommand => "shell-command",
            Self::ShellMagic => "shell-magic",
            Self::StandIn => "stand-in",
            Self::StrayFolder => "stray-folder",
            Self::SystemBinding => "system-binding",
            Self::SystemFolder => "system-folder",
            Self::TestDataFolder => "test-data-folder",
            Self::TestTool => "test-tool",
            Self::ToolFolder => "tool-folder",
            Self::ToolGroup => "tool-group",
            Self::ToolModule => "tool-module",
            Self::UncheckedCommand => "unchecked-command",
            Self::UrlTaker => "url-taker",
            Self::VariantWord => "variant-word",
        }
    }

    /// The words of the list, each with its value, sorted by word.
    pub fn rows(self) -> &'static [(&'static str, &'static str)] {
        LISTS.get(self as usize).map_or(&[], Vec::as_slice)
    }

    /// The words alone, sorted.
    pub fn words(self) -> impl Iterator<Item = &'static str> {
        self.rows().iter().map(|(word, _)| *word)
    }

    /// Whether the list has the word.
    pub fn has(self, word: &str) -> bool {
        self.value_of(word).is_some()
    }

    /// The value of the word.
    pub fn value_of(self, word: &str) -> Option<&'static str> {
        let rows = self.rows();
        rows.binary_search_by(|(known, _)| (*known).cmp(word)).ok().map(|at| rows[at].1)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_row_is_of_a_list() {
        let known: usize = List::ALL.iter().map(|list| list.rows().len()).sum();
        assert_eq!(known, include_str!("../../data/words.tsv").lines().count() - 1);
        assert!(List::ALL.iter().map(|list| list.name()).is_sorted());
        for list in List::ALL {
            let words: Vec<&str> = list.words().collect();
            assert!(!words.is_empty() && words.is_sorted_by(|one, next| one < next), "{}", list.name());
        }
        assert_eq!(List::Backport.value_of("enum34"), Some("enum"));
        assert!(List::Server.has("gunicorn") && !List::Server.has("flask"));
    }
}
