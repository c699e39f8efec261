//! pyproject.toml: `[project]` (PEP 621), `[dependency-groups]` (PEP 735), `[build-system]` (PEP 518), and the tables of
//! poetry, pdm, uv, hatch and setuptools.

use super::groups::Includers;
use super::item::{self, Place, declare, error, include, unknown};
use super::settings::SettingsFacts;
use super::toml_text::{self, note_mistakes};
use super::{Layout, python, rows, workspace};
use crate::formats::toml::{self, Document, Kind, Table, Value, at, str_at, strings, table_at};
use crate::mentions;
use crate::requirements::{Format, Group, Requirement, RequirementsFacts, UnknownReason};
use crate::words::names::DistributionName;
use rustc_hash::{FxHashMap, FxHashSet};
use std::sync::Arc;

/// Reads what a `pyproject.toml` declares. Total: what is no TOML costs only itself where that is possible.
pub fn parse(text: &str) -> RequirementsFacts {
    let declarations = settings(text).declarations;
    declarations.map_or_else(|| RequirementsFacts::new(text, Format::Pyproject), |facts| *facts)
}

/// Reads all that a `pyproject.toml` says beside pinlens's own settings.
pub fn settings(text: &str) -> SettingsFacts {
    let document = Arc::new(toml::read(text));
    let Document { root, mistakes } = &*document;
    let groups = entries(table_at(root, &["dependency-groups"])).map(|(group, _)| DistributionName::new(group));
    let facts = RequirementsFacts::new(text, Format::Pyproject);
    let mut reader = Reader { root, facts, includers: Includers::of(root), groups: groups.collect() };
    note_mistakes(&mut reader.facts, mistakes);
    reader.standards();
    reader.tools();
    reader.facts.workspace = workspace::read(root);
    let facts = item::sorted(reader.facts);
    let name = str_at(root, &["project", "name"]).or_else(|| str_at(root, &["tool", "poetry", "name"]));
    SettingsFacts {
        python: required_python(root).and_then(python::lowest),
        newest_python: required_python(root).and_then(python::newest),
        name: name.map(DistributionName::new),
        declared: item::names(&facts),
        declarations: Some(Box::new(facts)),
        layout: layout(root),
        namespaces: at(root, &["tool", "setuptools", "packages", "find", "namespaces"])
            .is_some_and(|value| value.as_bool() == Some(true)),
        mentions: mentions::pyproject(text, root),
        document: Arc::clone(&document),
        ..SettingsFacts::default()
    }
}

/// `requires-python`, else poetry's `python`.
fn required_python(root: &Table) -> Option<&str> {
    let poetry = ["tool", "poetry", "dependencies", "python"];
    str_at(root, &["project", "requires-python"])
        .or_else(|| str_at(root, &poetry))
        .or_else(|| str_at(root, &[&poetry[..], &["version"]].concat()))
}

/// The folders that build tools take packages from, and that pytest puts on `sys.path`.
fn layout(root: &Table) -> Layout {
    let mut layout = Layout::default();
    let folders = table_at(root, &["tool", "setuptools", "package-dir"]).into_iter().flat_map(Table::iter);
    for (package, folder) in folders {
        if let Some(folder) = folder.as_str() {
            layout.package(&package.name, folder);
        }
    }
    for keys in [
        &["tool", "setuptools", "packages", "find", "where"][..],
        &["tool", "hatch", "build", "sources"],
        &["tool", "hatch", "build", "targets", "wheel", "sources"],
        &["tool", "pdm", "build", "package-dir"],
        &["tool", "pdm", "package-dir"],
        &["tool", "pytest", "ini_options", "pythonpath"],
        &["tool", "pytest", "pythonpath"],
    ] {
        for folder in strings(at(root, keys)) {
            layout.root(&folder);
        }
    }
    let packages = at(root, &["tool", "poetry", "packages"]).and_then(Value::as_list);
    for package in packages.into_iter().flat_map(|packages| packages.iter()) {
        let from = package.as_table().and_then(|table| str_at(table, &["from"]));
        if let Some(folder) = from {
            layout.root(folder);
        }
    }
    for file in build_files(root) {
        layout.build(&file);
    }
    layout
}

/// The files that the build of the project runs: hooks of hatch, the scripts of poetry and pdm, a backend of its own (PEP 517).
fn build_files(root: &Table) -> Vec<String> {
    let mut found = Vec::new();
    let targets =
        entries(table_at(root, &["tool", "hatch", "build", "targets"])).filter_map(|(_, target)| target.as_table());
    let hatch = targets.filter_map(|target| table_at(target, &["hooks", "custom"]));
    let others =
        [&["tool", "hatch", "build", "hooks", "custom"][..], &["tool", "hatch", "metadata", "hooks", "custom"]];
    let hooks = hatch.chain(others.into_iter().filter_map(|keys| table_at(root, keys)));
    found.extend(hooks.map(|hook| str_at(hook, &["path"]).unwrap_or("hatch_build.py").to_owned()));
    let scripts = [
        &["tool", "poetry", "build"][..],
        &["tool", "poetry", "build", "script"],
        &["tool", "pdm", "build", "custom-hook"],
        &["tool", "pdm", "build", "run-setuptools"],
    ];
    found.extend(scripts.into_iter().filter_map(|keys| str_at(root, keys)).map(str::to_owned));
    if let Some(backend) = str_at(root, &["build-system", "build-backend"]) {
        let module = backend.split(':').next().unwrap_or_default().replace('.', "/");
        for folder in strings(at(root, &["build-system", "backend-path"])) {
            let inside =
                if &*folder == "." { module.clone() } else { format!("{}/{module}", folder.trim_end_matches('/')) };
            found.extend([format!("{inside}.py"), format!("{inside}/__init__.py")]);
        }
    }
    found
}

struct Reader<'a> {
    root: &'a Table,
    facts: RequirementsFacts,
    /// Which groups of dependencies include others.
    includers: Includers,
    /// The names of the groups of `[dependency-groups]`.
    groups: FxHashSet<DistributionName>,
}

impl Reader<'_> {
    /// The tables that a PEP describes.
    fn standards(&mut self) {
        let root = self.root;
        if let Some(list) = at(root, &["project", "dependencies"]) {
            self.list(list, &Group::Runtime);
            self.facts.requires_nothing |= list.as_list().is_some_and(<[Value]>::is_empty);
        }
        for (extra, list) in entries(table_at(root, &["project", "optional-dependencies"])) {
            self.list(list, &Group::Extra(extra.into()));
        }
        for (group, list) in entries(table_at(root, &["dependency-groups"])) {
            self.list(list, &Group::Development(self.includers.for_whom(group)));
        }
        if let Some(list) = at(root, &["build-system", "requires"]) {
            self.list(list, &Group::Build);
        }
        self.dynamic();
    }

    fn tools(&mut self) {
        let root = self.root;
        self.poetry();
        if let Some(pixi) = table_at(root, &["tool", "pixi"]) {
            super::pixi::declare(&mut self.facts, pixi);
        }
        for (group, list) in entries(table_at(root, &["tool", "pdm", "dev-dependencies"])) {
            self.list(list, &Group::Development(group.into()));
        }
        for (key, group) in [
            ("dev-dependencies", Group::Development("dev".into())),
            ("constraint-dependencies", Group::Constraint),
            ("override-dependencies", Group::Constraint),
            ("build-constraint-dependencies", Group::Constraint),
        ] {
            if let Some(list) = at(root, &["tool", "uv", key]) {
                self.list(list, &group);
            }
        }
        for (name, environment) in entries(table_at(root, &["tool", "hatch", "envs"])) {
            let Some(table) = environment.as_table() else { continue };
            for list in ["dependencies", "extra-dependencies"].iter().filter_map(|key| table.get(key)) {
                self.list(list, &Group::Development(name.into()));
            }
        }
    }

    /// A list of requirements.
    fn list(&mut self, value: &Value, group: &Group) {
        let Some(list) = value.as_list() else {
            return rows::wrong_shape(&mut self.facts, value, "a list of requirements in quotes is expected here");
        };
        for element in list {
            match &element.kind {
                Kind::String(_) => self.element(element, group),
                Kind::Table(table) => self.included_group(element, table),
                // the list is not closed yet, and this is the head of the next table
                Kind::List(_) => return,
                _ => rows::wrong_shape(&mut self.facts, element, "a requirement stands in quotes"),
            }
        }
    }

    fn element(&mut self, element: &Value, group: &Group) {
        let text = self.facts.text.clone();
        let Some(item) = toml_text::item(&text, element) else { return };
        let place = Place::of(&text, item.token);
        // pdm's editable ones, and what hatch fills in, are their own business
        if item.value.starts_with("-e ") || item.value.contains("{root:") {
            return unknown(&mut self.facts, item.visible(), UnknownReason::Variable, group);
        }
        declare(&mut self.facts, &item, &place, group);
    }

    /// `{include-group = "x"}` (PEP 735) must name a group that there is.
    fn included_group(&mut self, element: &Value, table: &Table) {
        let text = self.facts.text.clone();
        let Some(item) = table.get("include-group").and_then(|name| toml_text::item(&text, name)) else {
            let message = "only `{include-group = \"…\"}` may stand here beside requirements";
            return rows::wrong_shape(&mut self.facts, element, message);
        };
        if !self.groups.contains(&DistributionName::new(item.value)) {
            let message = format!("there is no dependency group `{}`", item.value);
            let ignores = Place::of(&text, item.token).ignores;
            error(&mut self.facts, item.visible(), message, &ignores);
        }
    }

    /// What `[project] dynamic` leaves to the build tool.
    fn dynamic(&mut self) {
        let text = self.facts.text.clone();
        let root = self.root;
        if let Some(value) = at(root, &["tool", "setuptools", "dynamic", "dependencies"]) {
            self.files(value, &Group::Runtime);
        }
        for (extra, value) in entries(table_at(root, &["tool", "setuptools", "dynamic", "optional-dependencies"])) {
            self.files(value, &Group::Extra(extra.into()));
        }
        let hook = at(root, &["tool", "hatch", "metadata", "hooks", "requirements_txt", "files"]);
        for file in hook.map(|files| toml_text::items(&text, files)).unwrap_or_default() {
            include(&mut self.facts, &file, &Group::Runtime);
        }
        let fields = at(root, &["project", "dynamic"]).map(|fields| toml_text::items(&text, fields));
        let computed = fields.unwrap_or_default().into_iter().find(|field| field.value == "dependencies");
        let is_told = !self.facts.includes.is_empty() || table_at(root, &["tool", "poetry", "dependencies"]).is_some();
        if let Some(field) = computed.filter(|_| !is_told) {
            unknown(&mut self.facts, field.visible(), UnknownReason::Dynamic, &Group::Runtime);
        }
    }

    /// `{file = ["requirements.txt"]}`.
    fn files(&mut self, value: &Value, group: &Group) {
        let text = self.facts.text.clone();
        let Some(files) = value.as_table().and_then(|table| table.get("file")) else { return };
        for file in toml_text::items(&text, files) {
            include(&mut self.facts, &file, group);
        }
    }

    fn poetry(&mut self) {
        let root = self.root;
        let Some(poetry) = table_at(root, &["tool", "poetry"]) else { return };
        let required = table_at(poetry, &["dependencies"]);
        self.facts.requires_nothing |=
            required.is_some_and(|table| table.iter().all(|(key, _)| *key.name == *"python"));
        let told = Told::of(root, poetry, &self.facts);
        for (key, value) in required.into_iter().flat_map(Table::iter) {
            if *key.name != *"python" {
                let group = told.group_of(&key.name, value);
                rows::declare(&mut self.facts, key, value, &group);
            }
        }
        self.poetry_extras(poetry);
        self.rows(table_at(poetry, &["dev-dependencies"]), &Group::Development("dev".into()));
        for (name, group) in entries(table_at(poetry, &["group"])) {
            let table = group.as_table().and_then(|group| table_at(group, &["dependencies"]));
            self.rows(table, &Group::Development(self.includers.for_whom(name)));
        }
    }

    /// The members of `[tool.poetry.extras]`, which must stand in the main dependencies: what only a group has is left out of the wheel.
    fn poetry_extras(&mut self, poetry: &Table) {
        let text = self.facts.text.clone();
        let main: FxHashSet<DistributionName> =
            entries(table_at(poetry, &["dependencies"])).map(|(name, _)| DistributionName::new(name)).collect();
        for (extra, names) in entries(table_at(poetry, &["extras"])) {
            for item in toml_text::items(&text, names) {
                if !main.contains(&DistributionName::new(item.value)) && !item.value.is_empty() {
                    let message = format!(
                        "the extra {extra} names {}, which `[tool.poetry.dependencies]` lacks: Poetry leaves it out, and who asks for the extra does not get it",
                        item.value
                    );
                    let ignores = Place::of(&text, item.token).ignores;
                    error(&mut self.facts, item.visible(), message, &ignores);
                }
            }
        }
    }

    fn rows(&mut self, table: Option<&Table>, group: &Group) {
        for (key, value) in table.into_iter().flat_map(Table::iter).filter(|(key, _)| *key.name != *"python") {
            rows::declare(&mut self.facts, key, value, group);
        }
    }
}

/// What other tables say of poetry's rows.
struct Told<'a> {
    /// What `[project]` declares for those who run the code.
    declared: FxHashSet<DistributionName>,
    /// The extra that asks for an optional row, the first by name.
    extras: FxHashMap<DistributionName, &'a str>,
}

impl<'a> Told<'a> {
    fn of(root: &Table, poetry: &'a Table, facts: &RequirementsFacts) -> Self {
        let is_for_users = |one: &&Requirement| matches!(one.group, Group::Runtime | Group::Extra(_));
        let declared = facts.requirements.iter().filter(|_| at(root, &["project"]).is_some()).filter(is_for_users);
        let declared = declared.filter_map(|one| one.name.clone()).collect();
        let mut extras = FxHashMap::default();
        for (extra, names) in table_at(poetry, &["extras"]).into_iter().flat_map(Table::sorted) {
            for name in strings(Some(names)) {
                extras.entry(DistributionName::new(&name)).or_insert(&*extra.name);
            }
        }
        Self { declared, extras }
    }

    /// For whom a row is: an optional one for its extra. One that `[project]` declares too only says where it is from.
    fn group_of(&self, name: &str, value: &Value) -> Group {
        let wanted = DistributionName::new(name);
        if self.declared.contains(&wanted) {
            return Group::Constraint;
        }
        let optional = value.as_table().and_then(|table| table.get("optional")?.as_bool());
        if optional != Some(true) {
            return Group::Runtime;
        }
        Group::Extra(self.extras.get(&wanted).copied().unwrap_or(name).into())
    }
}

/// The rows of a table, if there is one.
fn entries(table: Option<&Table>) -> impl Iterator<Item = (&str, &Value)> {
    table.into_iter().flat_map(Table::iter).map(|(key, value)| (&*key.name, value))
}
