//! Why a requirement counts as used although nothing imports it.

use super::reason::{Query, Reason, Strength};
use super::scope::Scope;
use super::{drivers, named, plugins, shown};
use crate::analysis::Analysis;
use crate::model::environment::Installed;
use crate::model::ids::FileId;
use pinlens_facts::facts::FileFacts;
use pinlens_facts::knowledge::catalog;
use pinlens_facts::knowledge::table::{Kind, Row, Table};
use pinlens_facts::mentions::MentionKind;
use pinlens_facts::requirements::role_of_requirement;
use pinlens_facts::requirements::{Group, Requirement};
use pinlens_facts::words::lists::List;
use pinlens_facts::words::markers;
use pinlens_facts::words::names::{DistributionName, squash};
use pinlens_facts::words::roles::{Role, is_for_development};
use std::ops::ControlFlow;

/// How a requirement of `file` is used without an import: every use that is known, the surest first, each once.
pub fn reasons(ws: &Analysis, file: FileId, requirement: &Requirement) -> Vec<Reason> {
    let mut all: Vec<Reason> = Vec::new();
    let _all = visit(ws, file, requirement, &mut |reason| {
        if all.iter().all(|known| known.words != reason.words) {
            all.push(reason);
        }
        ControlFlow::Continue(())
    });
    all.sort_by_key(|reason| std::cmp::Reverse(reason.strength));
    all
}

/// Whether a distribution is a program that people start, so that no file need show its use.
pub(crate) fn is_launched_by_hand(distribution: &DistributionName) -> bool {
    Table::bundled().rows(distribution.as_str()).iter().any(|row| row.kind == Kind::ByHand)
}

/// The surest such use, if there is any: the first that is not weak will do.
pub(crate) fn surest(ws: &Analysis, file: FileId, requirement: &Requirement) -> Option<Reason> {
    let mut surest = None;
    let _enough = visit(ws, file, requirement, &mut |reason| {
        let is_enough = reason.strength > Strength::Weak;
        if is_enough || surest.is_none() {
            surest = Some(reason);
        }
        if is_enough { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
    });
    surest
}

/// Hands each reason on until there is enough.
fn visit(
    ws: &Analysis,
    file: FileId,
    requirement: &Requirement,
    take: &mut dyn FnMut(Reason) -> ControlFlow<()>,
) -> ControlFlow<()> {
    let Some(name) = &requirement.name else { return ControlFlow::Continue(()) };
    let query = Query {
        scope: Scope::new(ws, file, name),
        file,
        requirement,
        for_development: matches!(requirement.group, Group::Development(_))
            || role_of_requirement(ws.path(file), &requirement.group) == Role::Development,
    };
    let general = [
        Query::named,
        Query::stubs,
        Query::plugin,
        Query::tool,
        Query::as_host,
        Query::as_purpose_of_its_file,
        Query::as_part_of_a_module,
        Query::as_runner_of_tests,
        Query::as_fork_of_a_command,
    ];
    for reason in general.iter().filter_map(|reason| reason(&query)) {
        take(reason)?;
    }
    let rows = Table::bundled().rows(name.as_str()).iter();
    for reason in rows
        .filter_map(|row| query.row(*row))
        .chain(query.plugin_of_pytest())
        .chain(query.plugin_by_name())
        .chain(query.extra_of_installed())
    {
        take(reason)?;
    }
    ControlFlow::Continue(())
}

impl Query<'_> {
    fn row(&self, row: Row) -> Option<Reason> {
        match row.kind {
            Kind::Command => shown::command(self, row),
            Kind::BuildTool => Some(shown::build_tool(self, row)),
            Kind::ByHand => shown::started_by_people(self, row),
            Kind::OptionalPeer | Kind::PluginOf => {
                row.below.is_none_or(|below| self.scope.may_be_below(row.key, below)).then(|| shown::peer(self, row))?
            }
            Kind::DjangoApp | Kind::DjangoEngine => shown::named(&self.scope, row),
            Kind::DatabaseUrl | Kind::BrokerUrl => drivers::reason(self, row),
            Kind::Platform => {
                let marker = self.requirement.marker.is_some();
                marker.then(|| Reason::likely(format!("it stands behind a marker, for {}", platform(row.key))))
            }
            Kind::RuntimeData => Some(shown::data(self, row)),
            Kind::Stub => None,
        }
    }

    /// A file names a module of the distribution, or runs one.
    fn named(&self) -> Option<Reason> {
        let ws = self.scope.ws;
        let place = named::of(ws).find(&self.scope)?;
        let mut words = place.mention.text.split(' ');
        let head = words.next().unwrap_or_default();
        let what = match (place.mention.kind, words.next()) {
            (MentionKind::Module, _) => format!("runs python -m {head}"),
            (MentionKind::Distribution, _) => format!("asks for {head}"),
            (_, Some(setting)) => format!("names {head} in {setting}"),
            (_, None) => format!("names {head}"),
        };
        Some(Reason::certain(ws, place, &what))
    }

    /// The entry points of the installed distribution.
    fn plugin(&self) -> Option<Reason> {
        plugins::reason(&self.scope)
    }

    /// What an installed distribution that is required, or imported, takes for one of its extras: an optional peer.
    fn extra_of_installed(&self) -> Option<Reason> {
        let all = self.scope.ws.environment().requirers(self.scope.name);
        let all = all.filter(|one| self.scope.has(one.name.as_str()));
        let required = all.flat_map(|host| host.requires.iter().map(move |(required, rest)| (host, required, rest)));
        let mut extras =
            required.filter(|(_, required, _)| *required == self.scope.name).filter_map(|(host, _, rest)| {
                let extra = markers::extra_of(rest.split_once(';')?.1)?;
                (!is_for_development(extra)).then_some((host, extra))
            });
        extras.next().map(|(host, extra)| Reason::weak(format!("{} takes it for its extra {extra}", host.name)))
    }

    /// What is called after pytest is a plugin of it: people have it for what it does by itself, or for what they type.
    fn plugin_of_pytest(&self) -> Option<Reason> {
        let is_plugin = self.scope.name.as_str().starts_with("pytest-") && self.scope.has("pytest");
        is_plugin.then(|| Reason::weak("pytest loads it by itself".to_owned()))
    }

    /// What is called as the plugins of a tool are, where that tool is there: people have it for what it does by itself.
    fn plugin_by_name(&self) -> Option<Reason> {
        let name = self.scope.name.as_str();
        let rows = List::PluginPrefix.rows().iter().filter(|(start, _)| name.starts_with(start));
        let mut hosts = rows.map(|(_, host)| host).filter(|host| self.scope.has(host));
        hosts.next().map(|host| Reason::weak(format!("{host} may load it, by its name")))
    }

    /// Settings for the tool of that name.
    fn tool(&self) -> Option<Reason> {
        shown::tool(&self.scope, self.scope.name.as_str())
    }

    /// What a requirements file is called after: `requirements-vulture.txt` is there for vulture, which people type.
    fn as_purpose_of_its_file(&self) -> Option<Reason> {
        let path = self.scope.ws.path(self.file);
        let stem = path.stem().to_ascii_lowercase();
        let parts = ["requirements", "requirement", "reqs"].map(|word| {
            let bare = stem.strip_prefix(word).or_else(|| stem.strip_suffix(word));
            bare.map(|rest| rest.trim_matches(['-', '_', '.']))
        });
        let mut names = parts.into_iter().flatten().chain([&*stem]).filter(|name| !name.is_empty());
        (self.requirement.group == Group::File && names.any(|name| DistributionName::new(name) == *self.scope.name))
            .then(|| Reason::likely(format!("{} is called after it", path.file_name())))
    }

    /// A module inside another distribution is called after it, and is imported: `prompt_toolkit.clipboard.pyperclip`.
    fn as_part_of_a_module(&self) -> Option<Reason> {
        let name = squash(self.scope.name.as_str());
        let modules = self.scope.ws.index().modules();
        let is_part = |dotted: &str| dotted.split('.').skip(1).any(|part| squash(part) == name);
        let found = modules.filter(|module| is_part(module.as_str()) && self.scope.imports(module.as_str()));
        let found = found.filter(|module| self.scope.ws.modules().holders(module.top()).is_empty()).min()?;
        Some(Reason::likely(format!("{found}, which is imported, is called after it")))
    }

    /// pytest alone runs functions that are called as tests are, in files that are.
    fn as_runner_of_tests(&self) -> Option<Reason> {
        if self.scope.name.as_str() != "pytest" {
            return None;
        }
        let ws = self.scope.ws;
        let has_tests = |file: &&FileId| match ws.facts(**file) {
            Some(FileFacts::Python(facts)) => {
                let stem = ws.path(**file).stem();
                facts.traits.has_test_functions && (stem.starts_with("test_") || stem.ends_with("_test"))
            }
            _ => false,
        };
        let tests = ws.all_ids().iter().filter(has_tests).map(|file| ws.path(*file));
        let first = tests.filter(|path| self.scope.holds(path)).min()?;
        Some(Reason::likely(format!("{first} has test functions, which pytest runs")))
    }

    /// A command is run that nothing else which is required brings, and after which a distribution is called of which nobody knows what it
    /// holds: a fork has its command.
    fn as_fork_of_a_command(&self) -> Option<Reason> {
        let name = self.scope.name.as_str();
        if catalog::knows_modules_of(self.scope.name) || !Table::bundled().rows(name).is_empty() {
            return None;
        }
        let commands = name.match_indices('-').filter_map(|(at, _)| name.get(at + 1..));
        let mut commands = commands.filter(|command| !self.scope.requires(command));
        commands.find_map(|command| shown::runs(&self.scope, command, ""))
    }

    /// What runs a plugin that some file names is used itself.
    fn as_host(&self) -> Option<Reason> {
        let ws = self.scope.ws;
        Table::bundled().plugins(self.scope.name.as_str()).iter().find_map(|(plugin, row)| {
            let plugin = self.scope.declared(plugin)?;
            let scope = self.scope.about(plugin);
            let shown = shown::peer(
                &Query { scope, file: self.file, requirement: self.requirement, for_development: false },
                *row,
            )?;
            let place = shown.file.filter(|_| shown.strength == Strength::Certain)?;
            let words = format!("{plugin}, which {}:{} asks for, runs in it", ws.path(place), shown.line);
            Some(Reason { words, ..shown })
        })
    }

    /// Stubs follow the distribution that they are for, by the table or by their name.
    fn stubs(&self) -> Option<Reason> {
        let rows = Table::bundled().rows(self.scope.name.as_str()).iter();
        let known = rows.filter(|row| row.kind == Kind::Stub).map(|row| row.key.to_owned());
        let by_name = self.scope.name.host_of_stubs();
        let spellings = |host: DistributionName| [format!("{host}"), format!("py{host}"), format!("python-{host}")];
        let hosts = known.chain(by_name.into_iter().flat_map(spellings));
        let mut found = hosts.filter(|host| self.scope.has(host) || self.scope.imports(&host.replace('-', "_")));
        found.next().map(|host| Reason::likely(format!("its stubs are for {host}")))
    }
}

fn platform(key: &str) -> &str {
    match key {
        "win32" => "Windows",
        "darwin" => "macOS",
        "linux" => "Linux",
        "old-python" => "older Pythons",
        "new-python" => "newer Pythons",
        other => other,
    }
}

/// Whether an installed distribution requires `name`, whatever the extras.
pub(crate) fn required_by_installed(ws: &Analysis, name: &DistributionName) -> bool {
    let needs = |requires: &[(DistributionName, Box<str>)]| {
        requires.iter().any(|(required, rest)| required == name && !rest.contains("extra"))
    };
    let is_other = |installed: &&Installed| installed.name != *name && !ws.makes(&installed.name);
    ws.environment().requirers(name).filter(is_other).any(|installed| needs(&installed.requires))
}
