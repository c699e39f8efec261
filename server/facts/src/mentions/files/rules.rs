//! Where in structured files commands and plugins stand: one row a place.
//!
//! A place is the path of keys, parted by `/`; lists add nothing to it. `*` is any key, `x*` and `*x` are keys that begin or
//! end so, `**` is any number of keys.

use super::format::Dialect;
use crate::words::lists::List;

/// What a value is read as.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Take {
    /// Shell script; of a list, each element.
    Script,
    /// A command: a script, or the list of its words.
    Argv,
    /// A list of commands, each a script or the list of its words.
    Argvs,
    /// A list whose first word says how the rest is run: `CMD`, `CMD-SHELL`.
    Health,
    /// A table whose first key is a command and whose second holds its arguments.
    Container(&'static str, &'static str),
    /// The names of plugins, modules or extensions, parted by commas and blanks; or the keys of tables.
    Names,
    /// The keys of the table that the table of uses knows, and the key itself where its value is plain.
    Keys,
    /// The key itself, up to a colon.
    Key,
    /// A name behind the key: `type=snowflake`.
    Keyed(&'static str),
    /// `package.module:object`, or a dotted path to an object.
    Import,
    /// `egg:distribution#name` (paste).
    Egg,
    /// Options of every run of a tool.
    Options(&'static str),
    /// The keys of pytest's settings.
    PytestKeys,
    /// The settings of flake8.
    Flake8,
    /// Requirements of distributions that act by being there.
    Distributions,
    /// Requirements that are installed for a run.
    Installs,
    /// Each key is one.
    InstalledKey,
    /// A table that has these installed by itself.
    Brings(List),
    /// What builds the project.
    Build,
    /// The object that builds it.
    Backend,
    /// A task of a runner: a script, a list, or a table that says what it is (`cmd`, `shell`, `call`…).
    Task(Lists),
    /// A module that is run.
    Module,
    /// The place alone says that a tool is used.
    Tool(&'static str),
    /// The place alone says that a distribution is.
    Distribution(&'static str),
    /// Each key is a tool.
    Tools,
    /// A whole INI file (tox).
    Ini,
}

/// What a list is where a task is expected.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Lists {
    /// The words of one command.
    Words,
    /// Commands.
    Commands,
    /// The names of other tasks, or commands of several words.
    Tasks,
}

use Lists::{Commands, Tasks, Words};
use Take::{
    Argv, Argvs, Backend, Brings, Build, Container, Distribution, Distributions, Egg, Flake8, Health, Import, Ini,
    InstalledKey, Installs, Key, Keyed, Keys, Module, Names, Options, PytestKeys, Script, Task, Tool, Tools,
};

/// A place and what stands there.
pub(super) type Rule = (&'static str, Take);

/// The places of a dialect.
#[rustfmt::skip] // a table
pub(super) fn of(dialect: Dialect) -> &'static [Rule] {
    match dialect {
        Dialect::Workflow | Dialect::Hooks => &[("**/run", Script)],
        Dialect::Gitlab => &[("**/script", Script), ("**/before_script", Script), ("**/after_script", Script)],
        Dialect::Circle => &[("**/run", Script), ("**/run/command", Script)],
        Dialect::Azure => &[
            ("**/script", Script), ("**/bash", Script), ("**/pwsh", Script), ("**/powershell", Script),
            ("**/inlineScript", Script),
        ],
        Dialect::Steps => &[
            ("**/script", Script), ("**/scripts", Script), ("**/after-script", Script), ("**/commands", Script),
            ("**/command", Script), ("**/install", Script), ("**/before_install", Script), ("**/before_script", Script),
            ("**/after_success", Script), ("**/after_failure", Script), ("**/after_script", Script),
            ("**/before_deploy", Script), ("**/finally", Script), ("**/*_script", Script), ("**/*_script/*", Script),
            ("**/before_test", Script), ("**/before_test/*", Script), ("**/before_build", Script),
            ("**/after_test", Script), ("**/on_success", Script), ("**/on_finish", Script), ("**/install/*", Script),
            ("**/init", Script), ("**/before", Script), ("**/run", Script),
        ],
        Dialect::CloudBuild => &[("steps", Container("entrypoint", "args")), ("**/script", Script)],
        Dialect::ReadTheDocs => &[
            ("build/commands", Script), ("build/jobs/*", Script), ("build/jobs/*/*", Script),
            ("sphinx", Tool("sphinx")), ("mkdocs", Tool("mkdocs")),
        ],
        Dialect::Deploy => &[
            // apprunner.yaml, render.yaml, heroku.yml, railway, nixpacks, fly, platform.sh, netlify
            ("run/command", Script), ("run/pre-run", Script), ("build/commands/*", Script), ("run/*", Script),
            ("release/command", Script), ("**/startCommand", Script), ("**/buildCommand", Script),
            ("**/preDeployCommand", Script), ("**/dockerCommand", Script), ("**/releaseCommand", Script),
            ("start/cmd", Script), ("phases/*/cmds", Script), ("processes/*", Script), ("deploy/release_command", Script),
            ("experimental/cmd", Argv), ("**/commands/start", Script), ("**/commands/pre_start", Script),
            ("hooks/*", Script), ("crons/*/cmd", Script), ("build/command", Script), ("**/run_command", Script),
            ("**/build_command", Script), ("scripts/*", Script), ("**/jobs/command", Script), ("environments/*/scripts/*", Script),
            ("commands/*", Script), ("container_commands/*/command", Argv), ("commands/*/command", Argv),
            ("**/WSGIPath", Tool("gunicorn")), ("**/run", Script), ("**/cron/command", Script),
        ],
        Dialect::AppEngine => &[("entrypoint", Script)],
        Dialect::Compose => &[
            ("services/*", Container("entrypoint", "command")), ("x-*", Container("entrypoint", "command")),
            ("*", Container("entrypoint", "command")), ("**/healthcheck/test", Health),
            ("**/post_start/command", Argv), ("**/pre_stop/command", Argv),
        ],
        Dialect::Kubernetes => &[
            ("**/containers", Container("command", "args")), ("**/initContainers", Container("command", "args")),
            ("**/exec/command", Argv), ("**/container", Container("command", "args")),
            ("**/job", Container("command", "args")), ("**/*", Container("command", "args")),
        ],
        Dialect::Serverless => &[
            ("functions/*/handler", Import), ("**/Handler", Import), ("custom/wsgi/app", Import), ("plugins", Names),
        ],
        Dialect::Taskfile => &[
            ("**/cmds", Script), ("**/cmds/cmd", Script), ("**/cmds/defer", Script), ("**/cmd", Script),
            ("**/sh", Script), ("tasks/*", Script), ("**/deps/cmd", Script),
        ],
        Dialect::Integration => &[("requirements", Installs)],
        Dialect::PreCommit => &[("repos", Tool("pre-commit"))],
        Dialect::Mkdocs => &[
            ("theme", Keyed("theme.name")), ("theme/name", Keyed("theme.name")), ("plugins", Names),
            ("plugins/**", Keys), ("markdown_extensions", Names), ("plugins/mkdocstrings/default_handler", Keyed("default_handler")),
            ("markdown_extensions/*", Keys),
        ],
        Dialect::Data => &[
            // dbt, kedro, dagster, molecule, logging, dvc, MLflow, jupyter-book, conda recipes
            ("**/type", Keyed("type")), ("**/module", Import), ("driver/name", Keyed("driver.name")),
            ("verifier/name", Keyed("verifier.name")), ("provisioner/name", Keyed("provisioner.name")),
            ("**/class", Import), ("**/()", Import), ("**/cmd", Script), ("entry_points/*/command", Script),
            ("sphinx/extra_extensions", Names), ("sphinx/config/html_theme", Names), ("test/commands", Script),
            ("tests/script", Script), ("build/script", Script), ("_extensions", Names), ("_jinja_extensions", Names),
            ("**/python_package", Import), ("dataset/type", Import),
        ],
        Dialect::Hydra => &[("**/override hydra*", Names), ("**/_target_", Import)],
        Dialect::Ansible => &[("collections/name", Names), ("**/connection", Keyed("connection"))],
        Dialect::Devcontainer => &[
            ("postCreateCommand", Argv), ("onCreateCommand", Argv), ("updateContentCommand", Argv),
            ("postStartCommand", Argv), ("postAttachCommand", Argv), ("initializeCommand", Argv),
            ("postCreateCommand/*", Argv), ("onCreateCommand/*", Argv), ("updateContentCommand/*", Argv),
            ("postStartCommand/*", Argv), ("postAttachCommand/*", Argv),
        ],
        Dialect::Editor => &[("configurations/module", Module), ("tasks/command", Script)],
        Dialect::Node => &[
            ("scripts/*", Script), ("lint-staged/*", Script), ("husky/hooks/*", Script), ("targets/*/options/command", Script),
            ("targets/*/options/commands", Script), ("targets/*/command", Script), ("nx/targets/*/options/command", Script),
            ("simple-git-hooks/*", Script), ("app", Script), ("pre-commit/*", Script),
        ],
        Dialect::LintStaged => &[("*", Script)],
        Dialect::Zappa => &[
            ("*/app_function", Import), ("*/django_settings", Tool("zappa")), ("*/app_function", Tool("zappa")),
            ("*/callbacks/*", Import), ("*/prebuild_script", Import),
        ],
        Dialect::Pyproject => PYPROJECT,
        Dialect::Tox => TOX,
        Dialect::Tasks => &[
            ("tasks/*", Task(Tasks)), ("tasks/run", Script), ("feature/*/tasks/*", Task(Commands)), ("target/*/tasks/*", Task(Commands)),
            ("envs/*/scripts/*", Task(Commands)), ("scripts/*", Task(Commands)), ("tool/*/tasks/*", Task(Tasks)), ("envs/*/type", Keyed("type")),
            ("envs/*/dependencies", Installs), ("envs/*/extra-dependencies", Installs), ("envs/hatch-test", Brings(List::HatchTest)),
            ("feature/*/dependencies/*", InstalledKey),
            ("feature/*/pypi-dependencies/*", InstalledKey), ("run", Argv), ("deployment/run", Argv),
        ],
        Dialect::Zensical => &[
            ("project/theme/name", Keyed("theme.name")), ("project/plugins", Keys), ("project/markdown_extensions", Keys),
            ("project/plugins", Names), ("project/markdown_extensions", Names),
        ],
        Dialect::Ini => INI,
        Dialect::Babel => &[("*/extensions", Names), ("extractors/*", Import)],
    }
}

#[rustfmt::skip]
const PYPROJECT: &[Rule] = &[
    ("build-system/requires", Build), ("build-system/build-backend", Backend),
    ("tool", Tools),
    ("tool/flake8", Distribution("flake8-pyproject")), ("tool/flake8", Flake8), ("tool/flakeheaven/plugins", Keys),
    ("tool/pytest/ini_options", PytestKeys), ("tool/pytest/ini_options/addopts", Options("pytest")),
    ("tool/pytest/ini_options/required_plugins", Distributions), ("tool/pytest/ini_options/plugins", Names),
    ("tool/pytest/addopts", Options("pytest")), ("tool/pytest/required_plugins", Distributions),
    ("tool/pytest/plugins", Names), ("tool/pytest", PytestKeys),
    ("tool/mypy/plugins", Names), ("tool/pylint/**/load-plugins", Names), ("tool/coverage/run/plugins", Names),
    ("tool/poe/tasks/*", Task(Tasks)), ("tool/poe/executor/type", Keyed("type")),
    ("tool/taskipy/tasks/*", Task(Commands)), ("tool/pdm/scripts/*", Task(Tasks)), ("tool/rye/scripts/*", Task(Words)),
    ("tool/hatch/envs/*/scripts/*", Task(Commands)), ("tool/hatch/envs/*/type", Keyed("type")),
    ("tool/hatch/envs/hatch-test", Brings(List::HatchTest)),
    ("tool/hatch/version/source", Keyed("source")), ("tool/hatch/build/hooks", Names),
    ("tool/hatch/build/targets/*/hooks", Names), ("tool/hatch/metadata/hooks", Names), ("tool/hatch/env/requires", Distributions),
    ("tool/pixi/feature/*/dependencies/*", InstalledKey), ("tool/pixi/feature/*/pypi-dependencies/*", InstalledKey),
    ("tool/pixi/tasks/*", Task(Commands)), ("tool/pixi/feature/*/tasks/*", Task(Commands)), ("tool/pixi/target/*/tasks/*", Task(Commands)),
    ("tool/pyprojectx/aliases/*", Task(Commands)), ("tool/pyprojectx/main/scripts/*", Task(Commands)), ("tool/briefcase/app/*/test_command", Script),
    ("tool/thx/jobs/*/run", Argv), ("tool/thx/jobs/*", Argv), ("tool/tasks/*", Task(Commands)), ("tool/duty/*", Task(Commands)),
    ("tool/cibuildwheel/**/test-command", Script), ("tool/cibuildwheel/**/before-build", Script),
    ("tool/cibuildwheel/**/before-all", Script), ("tool/cibuildwheel/**/before-test", Script),
    ("tool/cibuildwheel/**/repair-wheel-command", Script),
    ("tool/hatch/envs/*/pre-install-commands", Script), ("tool/hatch/envs/*/post-install-commands", Script),
    ("tool/commitizen/name", Names), ("tool/tbump/**/cmd", Script), ("tool/bumpversion/pre_commit_hooks", Script),
    ("tool/bumpversion/post_commit_hooks", Script), ("tool/bumpversion/setup_hooks", Script),
    ("tool/semantic_release/build_command", Script), ("tool/commitizen/version_provider", Keyed("version_provider")),
    ("tool/tox/requires", Distributions), ("tool/tox/**/deps", Installs), ("tool/tox/**/commands", Argvs), ("tool/tox/**/commands_pre", Argvs),
    ("tool/tox/**/commands_post", Argvs), ("tool/tox/**/runner", Keyed("runner")), ("tool/tox/legacy_tox_ini", Ini),
    ("tool/poetry/requires-plugins", Keys), ("tool/uv/build-backend", Build), ("tool/scikit-build/generate", Keys),
    ("tool/sphinx/extensions", Names), ("tool/jupyter-releaser/hooks/*", Script),
    ("project/scripts/*", Import), ("project/gui-scripts/*", Import), ("project/entry-points/*/*", Import),
];

#[rustfmt::skip]
const TOX: &[Rule] = &[
    ("requires", Distributions), ("**/deps", Installs), ("**/commands", Argvs), ("**/commands_pre", Argvs),
    ("**/commands_post", Argvs), ("**/runner", Keyed("runner")), ("gh", Tool("tox-gh")), ("gh-actions", Tool("tox-gh-actions")),
];

#[rustfmt::skip]
const INI: &[Rule] = &[
    // tox
    ("tox/requires", Distributions), ("tox*/requires", Distributions),
    // a list that others take in as `{[base]deps}` too
    ("*/deps", Installs),
    ("testenv*/commands", Script),
    ("testenv*/commands_pre", Script), ("testenv*/commands_post", Script), ("testenv*/runner", Keyed("runner")),
    ("tox/runner", Keyed("runner")), ("testenv*", Tool("tox")), ("gh-actions*", Tool("tox-gh-actions")),
    ("gh", Tool("tox-gh")), ("tox:tox*", Tool("tox")), ("tool:tox*/requires", Distributions),
    // setup.cfg
    ("entry_points/*", Import), ("options.entry_points/*", Import),
    ("options/setup_requires", Build), ("aliases/test", Distribution("pytest-runner")), ("bdist_wheel", Tool("wheel")),
    ("build_sphinx", Tool("sphinx")), ("versioneer", Tool("versioneer")), ("pbr", Tool("pbr")),
    ("bumpversion*", Tool("bumpversion")), ("pycodestyle", Tool("pycodestyle")), ("pydocstyle", Tool("pydocstyle")),
    ("isort", Tool("isort")), ("yapf", Tool("yapf")),
    ("bandit", Tool("bandit")), ("importlinter*", Tool("import-linter")), ("pylama*", Tool("pylama")),
    ("codespell", Tool("codespell")), ("doc8", Tool("doc8")), ("compile_catalog", Tool("babel")),
    ("extract_messages", Tool("babel")), ("zest.releaser", Tool("zest.releaser")),
    // pytest
    ("pytest", PytestKeys), ("tool:pytest", PytestKeys), ("pytest/addopts", Options("pytest")),
    ("tool:pytest/addopts", Options("pytest")), ("pytest/required_plugins", Distributions),
    ("tool:pytest/required_plugins", Distributions), ("pytest/plugins", Names),
    // linters and type checkers
    ("flake8", Flake8), ("flake8:local-plugins/*", Import), ("mypy/plugins", Names), ("mypy", Tool("mypy")),
    ("coverage:run/plugins", Names), ("run/plugins", Names), ("coverage:*", Tool("coverage")),
    ("*/load-plugins", Names), ("pylint*/load-plugins", Names), ("pylint*", Tool("pylint")),
    // databases
    ("alembic", Tool("alembic")), ("alembic/timezone", Keys), ("post_write_hooks/*.entrypoint", Script),
    ("post_write_hooks/*.executable", Script), ("post_write_hooks/*.module", Module), ("alembic", Keys),
    // servers
    ("program:*/command", Script), ("eventlistener:*/command", Script), ("fcgi-program:*/command", Script),
    ("supervisord", Tool("supervisor")), ("watcher:*/cmd", Script), ("circus", Tool("circus")),
    ("uwsgi", Tool("uwsgi")), ("uwsgi/module", Import), ("uwsgi/wsgi", Import), ("uwsgi/plugin", Names),
    ("uwsgi/plugins", Names), ("uwsgi/attach-daemon", Script), ("uwsgi/attach-daemon2", Script), ("uwsgi", Keys),
    ("app:*/use", Egg), ("server:*/use", Egg), ("filter:*/use", Egg), ("composite:*/use", Egg), ("pipeline:*/use", Egg),
    ("server:*/paste.server_factory", Egg), ("app:*/paste.app_factory", Import), ("filter:*/paste.filter_factory", Import),
    ("**/pyramid.includes", Names),
    // logging and others
    ("gh-actions*", Key), ("gh", Key), ("travis*", Key), ("docker:*", Key), ("testenv*/conda_deps", Key),
    ("behave.formatters", Key), ("*/statsd_on", Key), ("*/metrics_collector", Key),
    ("behave.formatters/*", Import), ("sqlfluff/templater", Keyed("templater")), ("components.*/factory", Names),
    ("handler_*/class", Import), ("formatter_*/class", Import), ("formatters*/class", Import), ("core/executor", Keyed("executor")),
];

/// Whether a path of keys is the place that a pattern means.
pub(super) fn matches(pattern: &str, path: &[&str]) -> bool {
    let (first, rest) = pattern.split_once('/').map_or((pattern, None), |(first, rest)| (first, Some(rest)));
    if first == "**" {
        return match rest {
            None => true,
            Some(rest) => (0..=path.len()).any(|skipped| matches(rest, &path[skipped..])),
        };
    }
    match (path.split_first(), rest) {
        (Some((key, [])), None) => is_key(first, key),
        (Some((key, keys)), Some(rest)) => is_key(first, key) && matches(rest, keys),
        _ => false,
    }
}

fn is_key(pattern: &str, key: &str) -> bool {
    match (pattern.strip_prefix('*'), pattern.strip_suffix('*')) {
        (Some(end), _) => key.ends_with(end),
        (_, Some(start)) => key.starts_with(start),
        _ => key == pattern,
    }
}
