//! Who provides a module from outside the workspace, and whether a requirement declares it.
//!
//! The order of the look-ups was measured (see `data/README.md`): the user's map, installed metadata, the longest dotted row of
//! the catalog, and last the module's own name.

use crate::config::Config;
use crate::model::environment::Environment;
use pinlens_facts::knowledge::alike;
use pinlens_facts::knowledge::catalog::{self, Catalog, Quality, Row, StdlibStatus};
use pinlens_facts::knowledge::unlisted::Unlisted;
use pinlens_facts::words::lists::List;
use pinlens_facts::words::names::{DistributionName, PythonVersion, prefixes, squash};
use rustc_hash::FxHashMap;

/// How sure it is that a distribution provides a module. Decides the finding's code and whether its fix is safe.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Evidence {
    /// Nothing but a name that is alike, or a row of the table that was derived from names.
    SameName,
    /// A checked row of the bundled catalog.
    Catalog,
    /// The metadata of an installed distribution.
    Installed,
    /// The user's own map.
    Configured,
}

/// The distributions that may provide a module.
#[derive(Clone, Debug, PartialEq)]
pub struct Providers {
    /// Best first. Never empty.
    pub candidates: Vec<DistributionName>,
    /// How sure the first one is.
    pub evidence: Evidence,
    /// The length in bytes of the dotted prefix that was found; longer prefixes of the name are unknown.
    pub matched: usize,
    /// The evidence in words: `RECORD of pillow 12.2 lists PIL`.
    pub because: String,
}

/// The longest dotted names that are looked up at all.
const DEPTH: usize = 6;

/// What is known outside the workspace, whatever the requirements say.
#[derive(Clone, Copy)]
pub struct Outside<'a> {
    /// The user's settings.
    pub config: &'a Config,
    /// What is installed.
    pub environment: &'a Environment,
    /// The Python that the code is for.
    pub python: PythonVersion,
}

impl Outside<'_> {
    /// Whether modules inside `dotted` may come from distributions of their own.
    pub fn is_namespace(self, dotted: &str) -> bool {
        Catalog::bundled().is_namespace(dotted) || self.environment.is_namespace(dotted)
    }

    /// Whether the target's standard library has the module.
    pub fn is_stdlib(self, dotted: &str) -> bool {
        let top = dotted.split('.').next().unwrap_or_default();
        // `_typeshed` is there for type checkers only, which bring it themselves
        top == "_typeshed" || catalog::stdlib_status(top, self.python) == StdlibStatus::Present
    }

    /// The distributions that may provide the module `dotted`; `None` where not even a name is alike.
    pub fn providers(self, dotted: &str) -> Option<Providers> {
        let row = longest_row(dotted);
        let mut found = self
            .configured(dotted)
            .or_else(|| self.installed(dotted, row.filter(|row| row.1.sure).map_or(0, |row| row.0.len())))
            .or_else(|| row.map(|(prefix, row)| of_row(prefix, row)))
            .or_else(|| self.replacement(dotted))
            .or_else(|| same_name(dotted))?;
        // every other provider that is known satisfies as well, though it is not the one to propose
        if let Some((_, row)) = row.filter(|_| found.evidence >= Evidence::Installed) {
            for other in row.candidates() {
                if !found.candidates.contains(&other) {
                    found.candidates.push(other);
                }
            }
        }
        Some(found)
    }

    fn configured(self, dotted: &str) -> Option<Providers> {
        let (prefix, candidates) = prefixes(dotted).find_map(|prefix| Some((prefix, self.config.map.get(prefix)?)))?;
        Some(Providers {
            candidates: candidates.clone(),
            evidence: Evidence::Configured,
            matched: prefix.len(),
            because: format!("your configuration maps {prefix} to {}", candidates.first()?),
        })
    }

    /// The catalog's row wins where it knows a longer prefix: then the installed one is only the shell of a namespace.
    fn installed(self, dotted: &str, known: usize) -> Option<Providers> {
        let (prefix, providers) = self.environment.providers(dotted)?;
        let first = providers.first().filter(|_| prefix.len() >= known)?;
        Some(Providers {
            candidates: providers.iter().map(|installed| installed.name.clone()).collect(),
            evidence: Evidence::Installed,
            matched: prefix.len(),
            because: format!("{} of {} {} lists {prefix}", first.listed_in, first.display, first.version),
        })
    }

    fn replacement(self, dotted: &str) -> Option<Providers> {
        let top = dotted.split('.').next().unwrap_or_default();
        let because = match catalog::stdlib_status(top, self.python) {
            StdlibStatus::Removed(last) => format!("{top} left the standard library after Python {last}"),
            StdlibStatus::Later(first) => format!("{top} joins the standard library with Python {first}"),
            StdlibStatus::Present | StdlibStatus::Never => return None,
        };
        let candidates: Vec<_> = catalog::stdlib_replacements(top).collect();
        (!candidates.is_empty()).then_some(Providers {
            candidates,
            evidence: Evidence::Catalog,
            matched: top.len(),
            because,
        })
    }
}

/// The longest dotted prefix of `dotted` that has a row in the catalog.
fn longest_row(dotted: &str) -> Option<(&str, Row)> {
    let mut tries = prefixes(dotted).filter(|prefix| prefix.split('.').count() <= DEPTH);
    tries.find_map(|prefix| Some((prefix, Catalog::bundled().row_of(prefix)?)))
}

fn of_row(prefix: &str, row: Row) -> Providers {
    let because = match row.quality {
        _ if !row.sure => "a guess from the module's name".to_owned(),
        Quality::Principal => format!("the bundled catalog lists {}", row.module),
        Quality::Common => "one of many that have a module of so common a name".to_owned(),
        Quality::Stray => format!("one that has a folder {} beside its own modules", row.module),
    };
    Providers {
        candidates: row.candidates().collect(),
        evidence: if row.sure && row.quality == Quality::Principal { Evidence::Catalog } else { Evidence::SameName },
        matched: prefix.len(),
        because,
    }
}

/// A well-known distribution whose name is that of the module, or that with a `python-` or `py` before or after it.
fn same_name(dotted: &str) -> Option<Providers> {
    let top = dotted.split('.').next().unwrap_or_default();
    let tries: Vec<&str> = if Catalog::bundled().is_namespace(top) {
        prefixes(dotted).filter(|prefix| prefix.contains('.')).collect()
    } else if catalog::is_generic(top) || top.starts_with('_') {
        Vec::new()
    } else {
        vec![top]
    };
    let guess = |prefix: &str| variants(prefix).find_map(|name| catalog::known_distribution(&name));
    let (prefix, name) = tries.into_iter().find_map(|prefix| Some((prefix, guess(prefix)?)))?;
    Some(Providers {
        candidates: vec![name],
        evidence: Evidence::SameName,
        matched: prefix.len(),
        because: "a guess from the module's name".to_owned(),
    })
}

/// The names that a distribution with the module `prefix` often has, squashed; the module's own name first.
fn variants(prefix: &str) -> impl Iterator<Item = String> {
    let name = squash(prefix);
    let alike = [
        format!("python{name}"),
        format!("py{name}"),
        format!("{name}python"),
        format!("{name}py"),
        format!("python3{name}"),
        // extensions of the large frameworks are called after these
        format!("django{name}"),
        format!("flask{name}"),
    ];
    std::iter::once(name).chain(alike)
}

/// The distributions that requirements declare, as far as looking one up goes.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct DeclaredNames {
    squashed: FxHashMap<String, DistributionName>,
    /// Names that are here only because an extra brings them (`celery[redis]`): they satisfy, and are no requirement.
    pub by_extra: Vec<DistributionName>,
    /// The declared ones whose modules nothing lists; see [`Self::settle`].
    unlisted: Unlisted,
}

impl DeclaredNames {
    /// Adds a declared distribution.
    pub fn add(&mut self, name: &DistributionName) {
        self.squashed.entry(squash(name.as_str())).or_insert_with(|| name.clone());
    }

    /// Finds out which modules are listed nowhere, once all names are known: neither the catalog nor what is installed shows them.
    pub fn settle(&mut self, environment: &Environment) {
        let is_installed = |name: &DistributionName| environment.get(name).is_some_and(|one| !one.modules.is_empty());
        let is_unlisted = |name: &&DistributionName| {
            !catalog::knows_modules_of(name)
                && !catalog::is_hollow(name.as_str())
                && name.host_of_stubs().is_none()
                && !is_installed(name)
        };
        self.unlisted = Unlisted::new(self.squashed.values().filter(is_unlisted).cloned().collect());
    }

    /// Every declared name, in no order.
    pub fn iter(&self) -> impl Iterator<Item = &DistributionName> {
        self.squashed.values()
    }

    /// Whether a requirement declares the distribution.
    pub fn contains(&self, name: &DistributionName) -> bool {
        self.squashed.get(&squash(name.as_str())).is_some_and(|declared| declared == name)
    }

    /// The declared distributions that provide the module `dotted`; empty where none does.
    pub fn satisfying(&self, dotted: &str, providers: Option<&Providers>) -> Vec<DistributionName> {
        let candidates = providers.map_or(&[][..], |providers| &providers.candidates);
        let mut found: Vec<DistributionName> =
            candidates.iter().filter(|name| self.contains(name) || self.by_extra.contains(name)).cloned().collect();
        for name in self.alike(dotted, providers) {
            if !found.contains(&name) {
                found.push(name);
            }
        }
        if found.is_empty() {
            found.extend(self.unlisted.providing(dotted, candidates));
        }
        if found.is_empty() && providers.is_none_or(|providers| providers.evidence < Evidence::Catalog) {
            found.extend(self.owner_of(dotted));
        }
        if found.is_empty() && Catalog::bundled().is_namespace(dotted) {
            // a bare `import google` needs any of its distributions
            let inside = Catalog::bundled().rows_within(dotted).flat_map(Row::candidates);
            found.extend(inside.filter(|name| self.contains(name)).take(1));
        }
        found
    }

    /// The declared distribution that surely has the package around the module `dotted`: nobody has listed all that is in it.
    fn owner_of(&self, dotted: &str) -> Option<DistributionName> {
        let catalog = Catalog::bundled();
        let around = prefixes(dotted).skip(1).filter_map(|prefix| catalog.row_of(prefix));
        let mut sure = around.filter(|row| row.sure && row.quality == Quality::Principal);
        sure.find_map(|row| row.candidates().find(|name| self.contains(name)))
    }

    /// The declared distributions whose name is that of the module. Where a row knows a prefix, only that prefix and
    /// longer ones count: `google-cloud-bigquery` is no `google.cloud.storage`.
    fn alike(&self, dotted: &str, providers: Option<&Providers>) -> Vec<DistributionName> {
        let sure = providers.is_some_and(|providers| providers.evidence >= Evidence::Catalog);
        let matched = providers.filter(|_| sure).map_or(0, |providers| providers.matched);
        let mut found = Vec::new();
        for prefix in prefixes(dotted).filter(|prefix| prefix.len() >= matched) {
            let mut names: Vec<String> = if sure { vec![squash(prefix)] } else { variants(prefix).collect() };
            if prefix.contains('.') {
                names.push(squash(alike::without_version(prefix)));
            }
            if !sure {
                names.push(format!("apache{}", squash(prefix)));
            }
            names.extend(List::Namespace.rows().iter().filter_map(|(modules, distributions)| {
                Some(squash(&format!("{distributions}{}", prefix.strip_prefix(modules)?)))
            }));
            let declared = names.iter().filter_map(|name| self.squashed.get(name));
            found.extend(declared.filter(|name| !catalog::is_hollow(name.as_str())).cloned());
        }
        found
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn declared(names: &[&str]) -> DeclaredNames {
        let mut all = DeclaredNames::default();
        for name in names {
            all.add(&DistributionName::new(name));
        }
        all.settle(&Environment::default());
        all
    }

    /// One row a case: the import, the declared names, and what satisfies it.
    #[test]
    fn declared_names_satisfy() {
        let (config, environment) = (Config::default(), Environment::default());
        let outside = Outside { config: &config, environment: &environment, python: PythonVersion::NEWEST };
        let cases: &[(&str, &[&str], &[&str])] = &[
            ("yaml", &["PyYAML"], &["pyyaml"]),
            ("PIL.Image", &["Pillow"], &["pillow"]),
            ("cv2", &["opencv-python-headless"], &["opencv-python-headless"]),
            ("google.cloud.storage", &["google-cloud-bigquery"], &[]),
            ("google.cloud.storage", &["google-cloud-storage"], &["google-cloud-storage"]),
            ("google.cloud.storage", &["google-cloud"], &[]),
            ("google", &["google-cloud-storage"], &["google-cloud-storage"]),
            (
                "airflow.providers.amazon.aws",
                &["apache-airflow-providers-amazon"],
                &["apache-airflow-providers-amazon"],
            ),
            ("airflow.providers.nowhere", &["apache-airflow-providers-nowhere"], &["apache-airflow-providers-nowhere"]),
            ("blabla", &["bla-bla"], &["bla-bla"]),
            ("somethingodd", &["python-somethingodd"], &["python-somethingodd"]),
            ("somethingodd", &["apache-somethingodd"], &["apache-somethingodd"]),
            ("redis", &["rq"], &[]),
            ("galaxon.tables", &["galaxon-data", "galaxon-util"], &["galaxon-data", "galaxon-util"]),
            ("somethingodd", &["somethingodd2"], &["somethingodd2"]),
            ("utils.x", &["utils-of-mine"], &[]),
            ("ruamel.yaml", &["ruamel-yaml"], &["ruamel-yaml"]),
        ];
        for (import, names, expected) in cases {
            let providers = outside.providers(import);
            let found = declared(names).satisfying(import, providers.as_ref());
            let found: Vec<&str> = found.iter().map(DistributionName::as_str).collect();
            assert_eq!(&found, expected, "{import} with {names:?}");
        }
    }

    #[test]
    fn evidence_is_graded() {
        let (mut config, environment) = (Config::default(), Environment::default());
        config.map.insert(
            pinlens_facts::words::names::ModuleName::new("inhouse"),
            vec![DistributionName::new("acme-inhouse")],
        );
        let outside = Outside { config: &config, environment: &environment, python: PythonVersion::NEWEST };
        let evidence =
            |module| outside.providers(module).map(|found| (found.candidates[0].to_string(), found.evidence));
        assert_eq!(evidence("inhouse.x"), Some(("acme-inhouse".into(), Evidence::Configured)));
        assert_eq!(evidence("redis"), Some(("redis".into(), Evidence::Catalog)));
        assert_eq!(evidence("distutils.core"), Some(("setuptools".into(), Evidence::Catalog)));
        assert_eq!(evidence("utils"), None);
        assert_eq!(evidence("surely_not_a_module_of_anyone"), None);
    }
}
