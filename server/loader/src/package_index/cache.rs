//! The answers of the index on disk, for some hours, in the user's folder for caches.
//!
//! The file's name is a hash of the question, so that no address or password is written.

use super::query::{Found, Query};
use super::tool::Tool;
use std::fs;
use std::hash::{DefaultHasher, Hash, Hasher};
use std::path::{Path, PathBuf};
use std::time::{Duration, SystemTime};

/// How long an answer holds: new versions appear every day.
const LIFE: Duration = Duration::from_hours(6);

/// The place of one answer.
pub struct Cache {
    path: PathBuf,
    name: String,
}

impl Cache {
    /// The place for the answer to `query` by `tool`; of `what`, where that is another one than usual.
    pub fn new(folder: &Path, query: &Query, tool: Tool, what: &str) -> Self {
        let mut hasher = DefaultHasher::new();
        (query, tool).hash(&mut hasher);
        // the others are kept from one release to the next
        if !what.is_empty() {
            what.hash(&mut hasher);
        }
        // the environment may name another index or another user
        for (name, value) in std::env::vars_os() {
            let is_of_tool = name.to_str().is_some_and(|name| name.starts_with("PIP_") || name.starts_with("UV_"));
            if is_of_tool {
                (name, value).hash(&mut hasher);
            }
        }
        let path = folder.join(format!("{:016x}", hasher.finish()));
        Self { path, name: query.name.clone() }
    }

    /// The answer, where it is fresh.
    pub fn read(&self) -> Option<Found> {
        let lines = self.read_lines()?;
        let (version, rest) = lines.split_first()?;
        let yanked = rest.iter().find_map(|line| line.strip_prefix(YANKED));
        let hashes = rest.iter().filter(|line| !line.starts_with(YANKED)).cloned().collect();
        Some(Found { version: version.clone(), hashes, yanked: yanked.map(str::to_owned) })
    }

    /// Keeps an answer. Where it cannot be kept, it is looked up again.
    pub fn write(&self, found: &Found) {
        let mut lines = vec![found.version.clone()];
        lines.extend(found.hashes.iter().cloned());
        lines.extend(found.yanked.iter().map(|reason| format!("{YANKED}{reason}")));
        self.write_lines(&lines);
    }

    /// The lines of an answer, where it is fresh.
    pub fn read_lines(&self) -> Option<Vec<String>> {
        let written = fs::metadata(&self.path).ok()?.modified().ok()?;
        let age = SystemTime::now().duration_since(written).ok()?;
        let text = fs::read_to_string(&self.path).ok().filter(|_| age < LIFE)?;
        // of one that could not be written whole, lines are missing
        let mut lines = text.strip_suffix('\n')?.lines();
        let (name, count) = lines.next()?.rsplit_once(' ')?;
        let lines: Vec<String> = lines.map(str::to_owned).collect();
        // two questions with one hash are not impossible
        (name == self.name && count == lines.len().to_string()).then_some(lines)
    }

    /// Keeps the lines of an answer. Where they cannot be kept, they are looked up again.
    pub fn write_lines(&self, lines: &[String]) {
        let folder = self.path.parent().unwrap_or(Path::new("."));
        let text: String = lines.iter().flat_map(|line| [line, "\n"]).collect();
        let text = format!("{} {}\n{text}", self.name, lines.len());
        let _ = fs::create_dir_all(folder).and_then(|()| fs::write(&self.path, text));
    }
}

/// What begins the line that says why a version was yanked.
const YANKED: &str = "yanked: ";

/// The folder for the answers; `None` where the system names none.
pub fn folder() -> Option<PathBuf> {
    let variable = |name: &str| std::env::var_os(name).map(PathBuf::from).filter(|path| path.is_absolute());
    let home = || variable("HOME");
    let caches = if cfg!(windows) {
        variable("LOCALAPPDATA")
    } else if cfg!(target_os = "macos") {
        home().map(|home| home.join("Library/Caches"))
    } else {
        variable("XDG_CACHE_HOME").or_else(|| home().map(|home| home.join(".cache")))
    };
    Some(caches?.join("pinlens").join("index"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn query(name: &str, options: &[&str]) -> Query {
        Query {
            name: name.into(),
            version: None,
            hashes: false,
            options: options.iter().map(|option| (*option).to_owned()).collect(),
            python: None,
        }
    }

    #[test]
    fn an_answer_that_was_not_written_whole_is_none() {
        let folder = tempfile::tempdir().unwrap();
        let cache = Cache::new(folder.path(), &query("redis", &[]), Tool::Pip, "");
        let hashes = vec!["sha256:00".into(), "sha256:11".into()];
        let found = Found { version: "1.20".into(), hashes, yanked: None };
        cache.write(&found);
        assert_eq!(cache.read(), Some(found));
        let whole = fs::read(&cache.path).unwrap();
        for end in 0..whole.len() {
            fs::write(&cache.path, &whole[..end]).unwrap();
            assert_eq!(cache.read(), None, "{end} bytes");
        }
    }

    #[test]
    fn nothing_is_kept_where_nothing_can_be_written() {
        let folder = tempfile::tempdir().unwrap();
        fs::write(folder.path().join("file"), "").unwrap();
        let cache = Cache::new(&folder.path().join("file/cache"), &query("redis", &[]), Tool::Pip, "");
        cache.write(&Found { version: "1.2".into(), hashes: Vec::new(), yanked: None });
        assert_eq!(cache.read(), None);
    }

    #[test]
    fn answers_are_kept_by_their_question() {
        let folder = tempfile::tempdir().unwrap();
        let at = |query: &Query| Cache::new(&folder.path().join("new"), query, Tool::Pip, "");
        let found = Found { version: "1.2".into(), hashes: vec!["sha256:00".into()], yanked: Some(String::new()) };
        at(&query("redis", &[])).write(&found);
        assert_eq!(at(&query("redis", &[])).read(), Some(found));
        assert_eq!(at(&query("redis", &["--index-url x"])).read(), None);
        assert_eq!(at(&query("rq", &[])).read(), None);
    }
}
