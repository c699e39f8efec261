//! The bundled tables: which distributions provide a module, which exist, and the standard library by version.
//!
//! The tables are text in `server/facts/data`, sorted by their first column, and are searched in place.

use crate::words::names::{DistributionName, PythonVersion, prefixes, squash};
use rustc_hash::{FxBuildHasher, FxHashMap, FxHashSet};
use std::borrow::Cow;
use std::sync::LazyLock;

/// The distributions that exist on the index but hold no module, or another one than their name says: empty metapackages,
/// placeholders and squatted names.
static HOLLOW: LazyLock<FxHashSet<&'static str>> = LazyLock::new(|| first_cells(include_str!("../../data/hollow.tsv")));

/// Top-level names that many projects use for their own code.
static GENERIC: LazyLock<FxHashSet<&'static str>> =
    LazyLock::new(|| first_cells(include_str!("../../data/generic.tsv")));

/// The bundled table of modules, parsed once a process.
static CATALOG: LazyLock<Catalog> = LazyLock::new(|| Catalog::new(include_str!("../../data/modules.tsv")));

/// The squashed names of the 15,000 most downloaded distributions, each with its normal name.
static KNOWN: LazyLock<FxHashMap<Cow<'static, str>, &'static str>> = LazyLock::new(|| {
    let mut known = FxHashMap::with_capacity_and_hasher(16_384, FxBuildHasher);
    for name in popular() {
        let is_squashed = name.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit());
        let key = if is_squashed { Cow::Borrowed(name) } else { Cow::Owned(squash(name)) };
        // of two that are squashed to one, the more downloaded stays: it comes first
        known.entry(key).or_insert(name);
    }
    known
});

/// Every distribution that some module's row names.
static PROVIDERS: LazyLock<FxHashSet<&'static str>> = LazyLock::new(|| {
    let mut names = FxHashSet::with_capacity_and_hasher(16_384, FxBuildHasher);
    names.extend(CATALOG.rows().flat_map(|row| row.distributions.split(',')));
    names
});

static STDLIB: LazyLock<FxHashMap<&'static str, StdlibModule>> = LazyLock::new(|| {
    let rows = include_str!("../../data/stdlib.tsv").lines().skip(1);
    rows.filter_map(StdlibModule::of_row).collect()
});

/// Parses the tables now.
pub(super) fn prepare() {
    LazyLock::force(&CATALOG);
    LazyLock::force(&KNOWN);
    LazyLock::force(&PROVIDERS);
    LazyLock::force(&POPULAR_NAMES);
    LazyLock::force(&STDLIB);
}

/// Module -> distributions. The text is sorted by module and is searched in place: a row is read when it is looked up.
#[derive(Debug)]
pub struct Catalog {
    text: &'static str,
    /// Where each row begins.
    rows: Vec<u32>,
    /// Every proper dotted prefix of a module that has a row.
    namespaces: FxHashSet<&'static str>,
}

/// One row of the table.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Row {
    /// The dotted module prefix.
    pub module: &'static str,
    distributions: &'static str,
    /// Whether the row was checked or measured; others are derived from names, and too weak to suggest.
    pub sure: bool,
    /// What finding the module imported says about the distribution.
    pub quality: Quality,
}

/// How a module belongs to the distribution that ships it. `data/README.md` has the rule.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Quality {
    /// One of the distribution's own principal modules: who imports it wants the distribution.
    Principal,
    /// A principal module whose name is one that projects give to modules of their own (`schema`, `agents`): needs other
    /// evidence that the distribution is meant.
    Common,
    /// A top-level folder or helper that the distribution happens to ship (`management`, `tests`): no evidence.
    Stray,
}

impl Row {
    /// The distributions that provide the module, best first.
    pub fn candidates(self) -> impl Iterator<Item = DistributionName> {
        self.distributions.split(',').filter(|name| !is_hollow(name)).map(DistributionName::new)
    }

    /// The name of the best one.
    fn best(self) -> Option<&'static str> {
        self.distributions.split(',').find(|name| !is_hollow(name))
    }
}

impl Catalog {
    /// The bundled table.
    pub fn bundled() -> &'static Self {
        &CATALOG
    }

    fn new(text: &'static str) -> Self {
        let mut rows: Vec<u32> = memchr::memchr_iter(b'\n', text.as_bytes()).map(|end| end as u32 + 1).collect();
        if rows.last().is_some_and(|start| *start as usize == text.len()) {
            rows.pop();
        }
        let mut catalog = Self { text, rows, namespaces: FxHashSet::default() };
        catalog.namespaces = catalog.find_namespaces();
        catalog
    }

    /// Modules of one namespace stand one after the other.
    fn find_namespaces(&self) -> FxHashSet<&'static str> {
        let mut found = FxHashSet::default();
        let mut last = "";
        for start in &self.rows {
            let Some((around, _)) = self.module(*start).rsplit_once('.') else { continue };
            if around != last && Self::row(self.line(*start)).is_some() {
                found.extend(prefixes(around));
                last = around;
            }
        }
        found
    }

    fn line(&self, start: u32) -> &'static str {
        let rest = self.text.get(start as usize..).unwrap_or_default();
        rest.get(..memchr::memchr(b'\n', rest.as_bytes()).unwrap_or(rest.len())).unwrap_or_default()
    }

    /// The module of the row that begins there.
    fn module(&self, start: u32) -> &'static str {
        let rest = self.text.get(start as usize..).unwrap_or_default();
        rest.get(..rest.bytes().position(|byte| byte == b'\t').unwrap_or_default()).unwrap_or_default()
    }

    /// Every row, by module.
    fn rows(&self) -> impl Iterator<Item = Row> + '_ {
        self.rows.iter().filter_map(|start| Self::row(self.line(*start)))
    }

    /// A row that names a distribution which holds something.
    fn row(line: &'static str) -> Option<Row> {
        let mut cells = line.split('\t');
        let (module, distributions, sure) = (cells.next()?, cells.next()?, cells.next()? != "rule");
        let quality = match cells.nth(1) {
            Some("common") => Quality::Common,
            Some("stray") => Quality::Stray,
            _ => Quality::Principal,
        };
        let row = Row { module, distributions, sure, quality };
        row.best().is_some().then_some(row)
    }

    /// Every module with the distribution that best provides it.
    pub fn best(&self) -> impl Iterator<Item = (&'static str, &'static str)> + '_ {
        self.rows().filter_map(|row| Some((row.module, row.best()?)))
    }

    /// The row of exactly this dotted name, or of the name without a version segment's suffix (`firestore_v1`).
    pub fn row_of(&self, dotted: &str) -> Option<Row> {
        let exact = |name: &str| {
            let at = self.rows.binary_search_by(|start| self.module(*start).cmp(name)).ok()?;
            Self::row(self.line(self.rows[at]))
        };
        exact(dotted).or_else(|| exact(without_version(dotted)?))
    }

    /// Whether modules inside `dotted` have rows of their own, so that `from dotted import x` may name one of them.
    pub fn is_namespace(&self, dotted: &str) -> bool {
        self.namespaces.contains(dotted)
    }

    /// The rows of the modules inside `dotted`.
    pub fn rows_within(&self, dotted: &str) -> impl Iterator<Item = Row> + use<'_> {
        let inside = format!("{dotted}.");
        let first = self.rows.partition_point(|start| self.module(*start) < inside.as_str());
        let rows = self.rows[first..].iter().copied();
        let rows = rows.take_while(move |start| self.module(*start).starts_with(&inside));
        rows.filter_map(|start| Self::row(self.line(start)))
    }
}

/// `google.cloud.firestore` of `google.cloud.firestore_v1`: the generated clients repeat a module for each version.
fn without_version(dotted: &str) -> Option<&str> {
    let (name, version) = dotted.rsplit_once("_v")?;
    let known = version.starts_with(|c: char| c.is_ascii_digit())
        && version.chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit());
    known.then_some(name)
}

/// Whether a distribution's name promises modules that it does not hold. Such a distribution is never proposed, and declaring
/// it satisfies nothing.
pub fn is_hollow(name: &str) -> bool {
    HOLLOW.contains(name)
}

/// Whether a top-level module name is one that projects commonly use for their own code. A distribution that happens to be
/// called or to ship one is no evidence.
pub fn is_generic(top: &str) -> bool {
    GENERIC.contains(top)
}

/// A well-known distribution whose name is `name` but for spelling (`.`, `_`, `-`, case).
pub fn known_distribution(name: &str) -> Option<DistributionName> {
    KNOWN.get(squash(name).as_str()).filter(|name| !is_hollow(name)).map(|name| DistributionName::new(name))
}

/// The well-known distributions, the most downloaded first.
pub fn popular() -> impl Iterator<Item = &'static str> {
    first_column(include_str!("../../data/distributions.tsv"))
}

/// What a well-known distribution is for, in its authors' words; most of the others' have none here.
static SUMMARIES: LazyLock<FxHashMap<&'static str, &'static str>> = LazyLock::new(|| {
    let rows = include_str!("../../data/distributions.tsv").lines().skip(1);
    let cells = rows.map(|row| row.splitn(3, '\t'));
    cells.filter_map(|mut cells| Some((cells.next()?, cells.nth(1)?))).collect()
});

/// What the distribution is for in one line, in its authors' words, as of the month of the table; `None` where it is not
/// among the 8,000 most downloaded or says nothing.
pub fn summary_of(name: &DistributionName) -> Option<&'static str> {
    SUMMARIES.get(name.as_str()).copied()
}

/// The first cell of each row below the heading.
fn first_column(table: &'static str) -> impl Iterator<Item = &'static str> {
    table.lines().skip(1).filter_map(|row| row.split('\t').next())
}

fn first_cells(table: &'static str) -> FxHashSet<&'static str> {
    first_column(table).collect()
}

/// How many distributions count as popular.
const POPULAR: usize = 3000;

/// The popular distributions.
static POPULAR_NAMES: LazyLock<FxHashSet<&'static str>> = LazyLock::new(|| popular().take(POPULAR).collect());

/// Whether the distribution is one of the most downloaded.
pub fn is_popular(name: &str) -> bool {
    POPULAR_NAMES.contains(name)
}

/// Whether one of the most downloaded distributions provides the module `dotted`.
pub fn is_popular_module(dotted: &str) -> bool {
    let row = prefixes(dotted).find_map(|prefix| CATALOG.row_of(prefix));
    row.is_some_and(|row| row.distributions.split(',').any(|name| POPULAR_NAMES.contains(name)))
}

/// A module of the standard library.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct StdlibModule {
    first: Option<PythonVersion>,
    last: Option<PythonVersion>,
    replacements: &'static str,
}

/// Whether the catalog knows which modules a distribution provides.
pub fn knows_modules_of(distribution: &DistributionName) -> bool {
    PROVIDERS.contains(distribution.as_str())
}

/// How the standard library of a target stands to a module.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum StdlibStatus {
    /// It has the module.
    Present,
    /// It came later, in the version given.
    Later(PythonVersion),
    /// It had the module up to the version given.
    Removed(PythonVersion),
    /// It never had it.
    Never,
}

impl StdlibModule {
    fn of_row(row: &'static str) -> Option<(&'static str, Self)> {
        let mut cells = row.split('\t');
        let module = cells.next()?;
        let mut version = || cells.next().and_then(PythonVersion::parse);
        let (first, last) = (version(), version());
        Some((module, Self { first, last, replacements: cells.next().unwrap_or_default() }))
    }
}

/// How the standard library of Python `target` stands to the top-level module `top`.
pub fn stdlib_status(top: &str, target: PythonVersion) -> StdlibStatus {
    match STDLIB.get(top) {
        None => StdlibStatus::Never,
        Some(StdlibModule { first: Some(first), .. }) if target < *first => StdlibStatus::Later(*first),
        Some(StdlibModule { last: Some(last), .. }) if target > *last => StdlibStatus::Removed(*last),
        Some(_) => StdlibStatus::Present,
    }
}

/// What the index offers in place of a module that left the standard library, best first.
pub fn stdlib_replacements(top: &str) -> impl Iterator<Item = DistributionName> {
    let names = STDLIB.get(top).map_or("", |module| module.replacements);
    names.split(',').filter(|name| !name.is_empty() && !name.starts_with(RENAMED)).map(DistributionName::new)
}

/// What Python 3 calls a module of Python 2.
pub fn stdlib_renamed(top: &str) -> Option<&'static str> {
    STDLIB.get(top)?.replacements.strip_prefix(RENAMED)
}

/// Stands before the name of a module of the standard library in place of distributions.
const RENAMED: &str = "stdlib:";

#[cfg(test)]
mod tests {
    use super::*;

    fn best(module: &str) -> Option<String> {
        Catalog::bundled().row_of(module)?.candidates().next().map(|name| name.to_string())
    }

    #[test]
    fn tables_of_names_are_sorted() {
        for table in [include_str!("../../data/hollow.tsv"), include_str!("../../data/generic.tsv")] {
            assert!(first_column(table).is_sorted());
        }
        let catalog = Catalog::bundled();
        assert!(catalog.rows.is_sorted_by_key(|start| catalog.module(*start)) && catalog.rows.len() > 16_000);
    }

    /// Modules whose name has little to do with their distribution's, and names that own code often has.
    #[test]
    fn rows_have_their_quality() {
        let principal = "PIL yaml cv2 sklearn bs4 dateutil jwt dotenv git magic attr OpenSSL serial usb Crypto docx fitz \
            google.cloud.storage google.protobuf ruamel.yaml win32api pkg_resources playhouse docker discord github";
        let common = "schema agents events datasets colors proto build robot requirements dependencies";
        let stray = "management prompts node_modules COPYING cdk_integration_tests cli";
        let quality = |module: &str| Catalog::bundled().row_of(module).map(|row| row.quality);
        for (expected, modules) in [(Quality::Principal, principal), (Quality::Common, common), (Quality::Stray, stray)]
        {
            for module in modules.split_whitespace() {
                assert_eq!(quality(module), Some(expected), "{module}");
            }
        }
    }

    #[test]
    fn no_generic_name_is_a_principal_module() {
        let rows = GENERIC.iter().filter_map(|top| Catalog::bundled().row_of(top));
        let principal: Vec<Row> = rows.filter(|row| row.sure && row.quality == Quality::Principal).collect();
        assert_eq!(principal, []);
    }

    #[test]
    fn rows_are_found() {
        assert_eq!(best("PIL").as_deref(), Some("pillow"));
        assert_eq!(best("google.cloud.storage").as_deref(), Some("google-cloud-storage"));
        assert_eq!(best("google.cloud.firestore_v1"), best("google.cloud.firestore"));
        assert_eq!(best("tests"), None);
        assert!(Catalog::bundled().is_namespace("google.cloud"));
        assert!(!Catalog::bundled().is_namespace("redis"));
        assert!(Catalog::bundled().rows_within("google.cloud").all(|row| row.module.starts_with("google.cloud.")));
    }

    #[test]
    fn hollow_distributions_are_never_named() {
        assert_eq!(known_distribution("google"), None);
        assert!(Catalog::bundled().rows().all(|row| row.candidates().all(|name| !is_hollow(name.as_str()))));
    }

    #[test]
    fn well_known_distributions_have_a_summary() {
        assert_eq!(summary_of(&DistributionName::new("Requests")), Some("Python HTTP for Humans"));
        assert_eq!(summary_of(&DistributionName::new("no-such-distribution")), None);
        assert!(SUMMARIES.len() > 7000 && SUMMARIES.values().all(|text| text.chars().count() <= 91));
    }

    #[test]
    fn the_standard_library_depends_on_the_version() {
        let python = |text| PythonVersion::parse(text).unwrap();
        assert_eq!(stdlib_status("tomllib", python("3.11")), StdlibStatus::Present);
        assert_eq!(stdlib_status("tomllib", python("3.10")), StdlibStatus::Later(python("3.11")));
        assert_eq!(stdlib_status("distutils", python("3.12")), StdlibStatus::Removed(python("3.11")));
        assert_eq!(stdlib_replacements("distutils").next().unwrap().as_str(), "setuptools");
        assert_eq!(stdlib_status("redis", python("3.12")), StdlibStatus::Never);
    }
}
