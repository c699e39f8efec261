//! Commands that run another one: how to get past their options to it.

/// A command that runs another one.
#[derive(Debug)]
pub(crate) struct Wrapper {
    /// Its name and subcommands; options may stand between them.
    pub words: &'static [&'static str],
    /// Its options that take a value.
    pub valued: &'static [&'static str],
    /// How many free words stand before the command.
    pub before: usize,
    /// Where the command stands.
    pub form: Form,
    /// Whether the wrapper itself comes from a distribution.
    pub counts: bool,
}

/// Where the command of a wrapper stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Form {
    /// The first free word and what follows it.
    Words,
    /// The same as Python's arguments: a file, or `-m module`.
    Python,
    /// Only behind `--`.
    Dashes,
    /// Each word that holds blanks is a script.
    Quoted,
}

const fn wrapper(words: &'static [&'static str], valued: &'static [&'static str]) -> Wrapper {
    Wrapper { words, valued, before: 0, form: Form::Words, counts: false }
}

impl Wrapper {
    const fn after(self, before: usize) -> Self {
        Self { before, ..self }
    }

    const fn form(self, form: Form) -> Self {
        Self { form, ..self }
    }

    const fn counts(self) -> Self {
        Self { counts: true, ..self }
    }
}

/// Longer ones first where they begin alike.
const WRAPPERS: [Wrapper; 79] = [
    // the system's own
    wrapper(&["env"], &["-u", "--unset", "-C", "--chdir"]),
    wrapper(&["cross-env"], &[]),
    wrapper(&["exec"], &["-a"]),
    wrapper(&["builtin"], &[]),
    wrapper(&["sudo"], &["-u", "-g", "-C", "-h", "-p", "--user", "--group"]),
    wrapper(&["doas"], &["-u"]),
    wrapper(&["runuser"], &["-u", "-g"]),
    wrapper(&["time"], &["-f", "-o"]),
    wrapper(&["nice"], &["-n"]),
    wrapper(&["ionice"], &["-c", "-n"]),
    wrapper(&["nohup"], &[]),
    wrapper(&["setsid"], &[]),
    wrapper(&["stdbuf"], &["-i", "-o", "-e"]),
    wrapper(&["timeout"], &["-s", "-k", "--signal", "--kill-after"]).after(1),
    wrapper(&["flock"], &["-w", "-E", "--timeout"]).after(1),
    wrapper(&["xargs"], &["-n", "-I", "-P", "-L", "-d", "-a", "-s", "-E"]),
    wrapper(&["xvfb-run"], &["-s", "-n", "-e", "-f", "-p", "-w", "--server-args", "--server-num"]),
    wrapper(&["catchsegv"], &[]),
    wrapper(&["chronic"], &[]),
    wrapper(&["unbuffer"], &[]),
    wrapper(&["call"], &[]),
    wrapper(&["start"], &[]),
    wrapper(&["Start-Process"], &[]),
    // of containers and secrets
    wrapper(&["tini"], &["-p", "-e"]),
    wrapper(&["dumb-init"], &["-r", "--rewrite"]),
    wrapper(&["gosu"], &[]).after(1),
    wrapper(&["su-exec"], &[]).after(1),
    wrapper(&["setuser"], &[]).after(1),
    wrapper(&["s6-setuidgid"], &[]).after(1),
    wrapper(&["chpst"], &["-u", "-U", "-e", "-n", "-m"]),
    wrapper(&["wait-for-it"], &["-h", "-p", "-t", "--timeout"]).form(Form::Dashes),
    wrapper(&["wait-for-it.sh"], &["-h", "-p", "-t", "--timeout"]).form(Form::Dashes),
    wrapper(&["wait-for"], &[]).form(Form::Dashes),
    wrapper(&["wait-for.sh"], &[]).form(Form::Dashes),
    wrapper(&["dockerize"], &["-wait", "-timeout", "-template", "-stdout", "-stderr", "-wait-retry-interval"]),
    wrapper(&["chamber", "exec"], &[]).form(Form::Dashes),
    wrapper(&["aws-vault", "exec"], &[]).form(Form::Dashes),
    wrapper(&["doppler", "run"], &["-p", "-c", "--project", "--config", "--token"]),
    wrapper(&["infisical", "run"], &["--env", "--path"]),
    wrapper(&["op", "run"], &["--env-file"]),
    wrapper(&["dotenvx", "run"], &["-f"]),
    wrapper(&["docker", "compose", "run"], COMPOSE).after(1),
    wrapper(&["docker", "compose", "exec"], COMPOSE).after(1),
    wrapper(&["docker-compose", "run"], COMPOSE).after(1),
    wrapper(&["docker-compose", "exec"], COMPOSE).after(1),
    wrapper(&["docker", "exec"], &["-e", "-u", "-w", "--env", "--user", "--workdir"]).after(1),
    wrapper(&["kubectl", "exec"], &[]).form(Form::Dashes),
    wrapper(&["heroku", "run"], &["-a", "--app", "-s", "--size"]),
    wrapper(&["direnv", "exec"], &[]).after(1),
    wrapper(&["pyenv", "exec"], &[]),
    wrapper(&["mise", "exec"], &[]).form(Form::Dashes),
    wrapper(&["mise", "x"], &[]).form(Form::Dashes),
    wrapper(&["concurrently"], &["-n", "-c", "--names"]).form(Form::Quoted),
    wrapper(&["mpirun"], &["-n", "-np", "--host", "-H", "-x"]),
    wrapper(&["mpiexec"], &["-n", "-np", "--host", "-H", "-x"]),
    // of Python's distributions
    wrapper(&["dotenv", "run"], &["-f", "--file", "-q", "--quote"]).counts(),
    wrapper(&["poetry", "run"], &["-C", "-P", "--directory", "--project"]).counts(),
    wrapper(&["pipenv", "run"], &[]).counts(),
    wrapper(&["uv", "run"], UV).form(Form::Python).counts(),
    wrapper(&["pdm", "run"], &["-p", "--project", "--venv"]).counts(),
    wrapper(&["hatch", "run"], &["-e", "--env", "-p", "--project"]).counts(),
    wrapper(&["rye", "run"], &["--pyproject"]).counts(),
    wrapper(&["tox", "exec"], &["-e", "-c", "--conf"]).form(Form::Dashes).counts(),
    wrapper(&["conda", "run"], &["-n", "-p", "--name", "--prefix", "--cwd"]),
    wrapper(&["mamba", "run"], &["-n", "-p", "--name", "--prefix", "--cwd"]),
    wrapper(&["micromamba", "run"], &["-n", "-p", "--name", "--prefix", "--cwd"]),
    wrapper(&["pixi", "run"], &["-e", "--environment", "--manifest-path"]),
    wrapper(&["honcho", "run"], &["-e", "-d"]).counts(),
    wrapper(&["ddtrace-run"], &[]).counts(),
    wrapper(&["newrelic-admin", "run-program"], &[]).counts(),
    wrapper(&["opentelemetry-instrument"], OPENTELEMETRY).counts(),
    wrapper(&["watchmedo", "auto-restart"], &["-d", "-p", "-i", "--directory", "--pattern", "--patterns"]).counts(),
    wrapper(&["watchfiles"], &["--filter", "--ignore-paths"]).form(Form::Quoted).counts(),
    wrapper(&["py-spy", "record"], &["-o", "-f", "-d", "-r", "--output", "--format"]).form(Form::Dashes).counts(),
    wrapper(&["hupper"], &["-w", "-x"]).form(Form::Python).counts(),
    wrapper(&["coverage", "run"], COVERAGE).form(Form::Python).counts(),
    wrapper(&["memray", "run"], &["-o", "--output"]).form(Form::Python).counts(),
    wrapper(&["kernprof"], &["-o", "-s", "-u"]).form(Form::Python).counts(),
    wrapper(&["scalene"], &["--outfile", "--profile-all"]).form(Form::Python).counts(),
];

const COMPOSE: &[&str] = &[
    "-f",
    "-p",
    "-e",
    "-u",
    "-w",
    "-v",
    "--file",
    "--env",
    "--user",
    "--workdir",
    "--name",
    "--entrypoint",
    "--profile",
];
const UV: &[&str] = &[
    "-p",
    "-w",
    "--python",
    "--with",
    "--with-requirements",
    "--with-editable",
    "--group",
    "--only-group",
    "--no-group",
    "--extra",
    "--env-file",
    "--project",
    "--directory",
    "--package",
    "--index",
    "--index-url",
    "--default-index",
];
const COVERAGE: &[&str] = &["--rcfile", "--source", "--include", "--omit", "--data-file", "--context", "--concurrency"];
const OPENTELEMETRY: &[&str] = &["--traces_exporter", "--metrics_exporter", "--logs_exporter", "--service_name"];

/// What a wrapper runs.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Inner<'a> {
    /// A command.
    Command(&'a [String]),
    /// Python's arguments.
    Python(&'a [String]),
    /// Scripts, each in a word.
    Scripts(Vec<&'a str>),
    /// Nothing that the text shows.
    Nothing,
}

/// The wrapper that a command called `head` with these arguments is, and what it runs.
pub(crate) fn unwrap<'a>(head: &str, arguments: &'a [String]) -> Option<(&'static Wrapper, Inner<'a>)> {
    WRAPPERS.iter().filter(|wrapper| wrapper.words[0] == head).find_map(|wrapper| {
        let rest =
            wrapper.words[1..].iter().try_fold(arguments, |rest, word| after_word(rest, word, wrapper.valued))?;
        Some((wrapper, inner(wrapper, rest)))
    })
}

/// What stands behind a subcommand, where only options stand before it.
fn after_word<'a>(words: &'a [String], wanted: &str, valued: &[&str]) -> Option<&'a [String]> {
    let mut at = 0;
    while let Some(word) = words.get(at) {
        if word == wanted {
            return words.get(at + 1..);
        }
        if !word.starts_with('-') {
            return None;
        }
        at += 1 + usize::from(valued.contains(&word.as_str()));
    }
    None
}

fn inner<'a>(wrapper: &Wrapper, words: &'a [String]) -> Inner<'a> {
    let mut before = wrapper.before;
    let mut at = 0;
    if wrapper.form == Form::Quoted {
        return Inner::Scripts(words.iter().map(String::as_str).filter(|word| word.contains(' ')).collect());
    }
    while let Some(word) = words.get(at) {
        let rest = &words[at..];
        if word == "--" {
            return of_form(wrapper.form, &words[at + 1..]);
        }
        if wrapper.form == Form::Python && is_module_option(word) {
            return Inner::Python(rest);
        }
        if word.starts_with('-') && word.len() > 1 {
            at += 1 + usize::from(wrapper.valued.contains(&word.as_str()));
        } else if wrapper.form == Form::Dashes || is_setting(wrapper, word) {
            at += 1;
        } else if before > 0 {
            before -= 1;
            at += 1;
        } else {
            return of_form(wrapper.form, rest);
        }
    }
    Inner::Nothing
}

fn of_form(form: Form, words: &[String]) -> Inner<'_> {
    let is_file = words.first().is_some_and(|word| word.strip_suffix(".py").is_some() || is_module_option(word));
    if form == Form::Python && is_file { Inner::Python(words) } else { Inner::Command(words) }
}

/// `NAME=value`, and hatch's `+python=3.12`.
fn is_setting(wrapper: &Wrapper, word: &str) -> bool {
    assignment(word).is_some() || wrapper.words[0] == "hatch" && word.starts_with('+')
}

fn is_module_option(word: &str) -> bool {
    matches!(word, "-m" | "--module")
}

/// The name and the value of `NAME=value`.
pub(crate) fn assignment(word: &str) -> Option<(&str, &str)> {
    let (name, value) = word.split_once('=')?;
    let name = name.strip_suffix('+').unwrap_or(name);
    let is_name = !name.starts_with(|c: char| c.is_ascii_digit())
        && !name.is_empty()
        && name.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_');
    is_name.then_some((name, value))
}
