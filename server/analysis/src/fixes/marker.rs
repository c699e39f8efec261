//! The environment marker of a requirement whose imports run on some targets only.

use crate::analysis::Analysis;
use crate::imports;
use crate::model::project;
use pinlens_facts::facts::FileFacts;
use pinlens_facts::python::{Comparison, Condition};
use pinlens_facts::words::names::{DistributionName, FilePath, PythonVersion};

/// The marker under which every import of the distribution in the project around `at` runs; `None` where one always runs,
/// or where they differ.
pub(super) fn of_imports(ws: &Analysis, at: &FilePath, name: &DistributionName) -> Option<String> {
    // the file itself first: it nearly always settles the matter
    let others = ws.index().importers(ws.projects().of_path(at.as_str()), name);
    let importers = ws.file(at).into_iter().chain(others.into_iter().filter(|file| ws.path(*file) != at));
    let least = least_python(ws, at);
    let mut found: Option<String> = None;
    for importer in importers {
        let Some(FileFacts::Python(facts)) = ws.facts(importer) else { continue };
        for import in imports::each(ws, ws.path(importer), facts) {
            let is_it = ws.index().id(&import.name).and_then(|id| ws.index().providers(id));
            if is_it.is_none_or(|providers| !providers.candidates.contains(name)) {
                continue;
            }
            let marker = of_conditions(&import.statement.context.conditions, least)?;
            match &found {
                Some(known) if *known != marker => return None,
                _ => found = Some(marker),
            }
        }
    }
    found
}

/// The oldest Python that the project of the code at the path requests (`requires-python`).
fn least_python(ws: &Analysis, at: &FilePath) -> Option<PythonVersion> {
    let project = &ws.projects().all[ws.projects().of_path(at.as_str())];
    let beside = |name: &str| FilePath::new(&project::in_folder(&project.folder, name));
    let manifests = ["pyproject.toml", "setup.cfg", "setup.py"].map(beside);
    let own = project.is_script.then(|| at.clone());
    own.iter().chain(&manifests).find_map(|path| match ws.facts(ws.file(path)?)? {
        FileFacts::Settings(facts) => facts.python,
        FileFacts::Python(facts) => facts.pythons[0],
        _ => None,
    })
}

/// Whether each Python from `least` on meets the condition, so that a marker for it says nothing.
fn is_implied(condition: &Condition, least: PythonVersion) -> bool {
    let Condition::Version { op, version: (major, minor) } = condition else { return false };
    let version = PythonVersion { major: *major, minor: *minor };
    match op {
        Comparison::GreaterOrEqual => least >= version,
        Comparison::Greater | Comparison::NotEqual => least > version,
        Comparison::Less | Comparison::LessOrEqual | Comparison::Equal => false,
    }
}

/// The conditions as a marker (PEP 508), without what Pythons from `least` on meet; `None` where there are none, or one cannot be
/// said so.
fn of_conditions(conditions: &[Condition], least: Option<PythonVersion>) -> Option<String> {
    let written = conditions.iter().filter(|one| least.is_none_or(|least| !is_implied(one, least)));
    let parts = written.map(of_condition).collect::<Option<Vec<String>>>()?;
    (!parts.is_empty()).then(|| parts.join(" and "))
}

fn of_condition(condition: &Condition) -> Option<String> {
    match condition {
        Condition::Version { op, version: (major, minor) } => {
            let operator = match op {
                Comparison::Less => "<",
                Comparison::LessOrEqual => "<=",
                Comparison::Equal => "==",
                Comparison::NotEqual => "!=",
                Comparison::GreaterOrEqual => ">=",
                Comparison::Greater => ">",
            };
            Some(format!("python_version {operator} \"{major}.{minor}\""))
        }
        Condition::Platform { is, names } => {
            let mut parts: Vec<String> = Vec::new();
            for name in names {
                let (variable, value) = variable_of(name)?;
                let operator = if *is { "==" } else { "!=" };
                let part = format!("{variable} {operator} \"{value}\"");
                if !parts.contains(&part) {
                    parts.push(part);
                }
            }
            match parts.as_slice() {
                [] => None,
                [only] => Some(only.clone()),
                // one of several names is enough; none of them may be it
                _ if *is => Some(format!("({})", parts.join(" or "))),
                _ => Some(parts.join(" and ")),
            }
        }
        Condition::Debug => None,
    }
}

/// The marker's variable for what `sys.platform`, `os.name`, `platform.system()` and the implementation are compared with.
fn variable_of(name: &str) -> Option<(&'static str, &str)> {
    Some(match name {
        "win32" | "linux" | "darwin" | "cygwin" | "aix" | "emscripten" | "wasi" => ("sys_platform", name),
        "linux2" => ("sys_platform", "linux"),
        "win" => ("sys_platform", "win32"),
        "nt" | "posix" | "java" => ("os_name", name),
        "Windows" | "Linux" | "Darwin" | "Java" => ("platform_system", name),
        "CPython" | "PyPy" | "Jython" | "IronPython" => ("platform_python_implementation", name),
        "cpython" | "pypy" => ("implementation_name", name),
        _ => return None,
    })
}
