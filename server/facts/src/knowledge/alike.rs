//! What the name of a distribution says about the modules that it may hold, where nothing lists them.
//!
//! Knows names only. A declared distribution of unknown modules whose name shares a module's word is what provides it: forks
//! (`flup-py3`), other spellings (`cowsay-python`), parts of a namespace (`google-cloud-video-transcoder`). A word that many
//! names share (`redis`, `django`) identifies none of them.

mod words;

pub use words::{ModuleWords, telling_words};

use crate::knowledge::{catalog, filters};
use crate::words::lists::List;
use crate::words::names::{DistributionName, prefixes, squash};
use rustc_hash::FxHashMap;
use std::sync::LazyLock;

/// A word of so many well-known names identifies none.
const COMMON: u16 = 12;

/// How many well-known distributions have each word in their names.
static WORDS: LazyLock<FxHashMap<&'static str, u16>> = LazyLock::new(|| {
    let mut words: FxHashMap<&'static str, u16> = FxHashMap::default();
    let is_of_family =
        |name: &str| List::NameFamily.words().any(|family| name.starts_with(family)) || name.ends_with("-stubs");
    for name in catalog::popular().filter(|name| !is_of_family(name)) {
        for word in name.split('-') {
            *words.entry(word).or_default() += 1;
        }
    }
    words
});

/// Counts the words now, so that no keystroke has to wait for it.
pub(super) fn prepare() {
    LazyLock::force(&WORDS);
}

/// Whether many well-known distributions have the word in their names, or it says nothing anyway.
pub(super) fn is_common(word: &str) -> bool {
    word.len() < SHORTEST
        || catalog::is_generic(word)
        || is_variant(word)
        || WORDS.get(word).is_some_and(|count| *count >= COMMON)
}

/// Shorter words are in a name by chance.
const SHORTEST: usize = 3;

fn is_variant(word: &str) -> bool {
    let bare = word.trim_end_matches(|c: char| c.is_ascii_digit());
    bare.is_empty() || List::VariantWord.has(bare)
}

/// Whether `distribution`, of whose modules nothing is known, is what provides the module `dotted`, which `candidates` are known
/// to provide (none, where nothing is).
pub fn provides(distribution: &DistributionName, dotted: &str, candidates: &[DistributionName]) -> bool {
    let top = dotted.split('.').next().unwrap_or_default();
    if catalog::Catalog::bundled().is_namespace(top) {
        let is_of_few = || candidates.is_empty() && !is_common(top) && position(distribution, top) == Some(0);
        return is_part_of_namespace(distribution, dotted, candidates) || is_of_few();
    }
    let bases = candidates.iter().map(|name| squash(name.as_str()));
    if bases.chain([squash(top)]).any(|base| is_variant_of(distribution, &base)) {
        return true;
    }
    if catalog::is_generic(top) || top.starts_with('_') {
        return false;
    }
    if filters::holds_module(distribution, top) {
        return true;
    }
    let module = DistributionName::new(top.trim_end_matches('_'));
    let Some(at) = position(distribution, module.as_str()) else { return false };
    // `httpx-something` is rather a plugin of httpx than another httpx
    let is_extension = at == 0 && candidates.iter().any(|name| catalog::is_popular(name.as_str()));
    !is_extension && (module.as_str().contains('-') || !is_common(module.as_str()))
}

/// Whether the name is `base` (squashed) but for words and digits that make a fork or a port of it.
fn is_variant_of(distribution: &DistributionName, base: &str) -> bool {
    let words: Vec<&str> = distribution.as_str().split('-').collect();
    let first = words.iter().position(|word| !is_variant(word)).unwrap_or_default();
    let last = words.iter().rposition(|word| !is_variant(word)).unwrap_or(words.len() - 1);
    // a word of the base itself may be one of those
    (0..=first).any(|start| {
        (last..words.len()).any(|end| {
            let joined = words[start..=end.max(start)].concat();
            joined == base || joined.trim_end_matches(|c: char| c.is_ascii_digit()) == base && base.len() >= SHORTEST
        })
    })
}

/// At which word of the name the words of `module` begin.
fn position(distribution: &DistributionName, module: &str) -> Option<usize> {
    let words: Vec<&str> = distribution.as_str().split('-').collect();
    let squashed = squash(module);
    (0..words.len()).find(|start| {
        let mut joined = String::new();
        words[*start..].iter().any(|word| {
            joined.push_str(word);
            joined == squashed || joined.trim_end_matches(|c: char| c.is_ascii_digit()) == squashed
        })
    })
}

/// Whether the name begins with more of the dotted name than the namespace that many share: `google-cloud-video-transcoder` is
/// called after `google.cloud.video`. What is known to be another's is not.
fn is_part_of_namespace(distribution: &DistributionName, dotted: &str, candidates: &[DistributionName]) -> bool {
    let catalog = catalog::Catalog::bundled();
    let parts = prefixes(dotted).filter(|prefix| prefix.contains('.') && !catalog.is_namespace(prefix));
    candidates.is_empty()
        && parts.map(without_version).any(|part| {
            let part = DistributionName::new(part);
            let rest = distribution.as_str().strip_prefix(part.as_str());
            rest.is_some_and(|rest| rest.is_empty() || rest.starts_with('-'))
        })
}

/// `google.cloud.iam` of `google.cloud.iam_v2`.
pub fn without_version(dotted: &str) -> &str {
    match dotted.rsplit_once("_v") {
        Some((name, version)) if version.starts_with(|c: char| c.is_ascii_digit()) => name,
        _ => dotted,
    }
}

/// Whether the two share a word that few names have: a sign that the distribution may hold the module in a release that the
/// tables do not know.
pub fn shares_a_word(distribution: &DistributionName, dotted: &str) -> bool {
    let module = DistributionName::new(dotted);
    let words: Vec<&str> = distribution.as_str().split('-').collect();
    // `requests_mock` is a plugin of requests, and not in a release of it
    let shared = |word: &str| words.contains(&word) && (words.len() > 1 || word.len() == module.as_str().len());
    module.as_str().split('-').any(|word| word.len() > SHORTEST && shared(word) && !is_stop_word(word))
}

/// Words that say nothing of what is meant, however few names have them.
fn is_stop_word(word: &str) -> bool {
    catalog::is_generic(word) || is_variant(word) || WORDS.get(word).is_some_and(|count| *count >= 2 * COMMON)
}

/// The names that the address or the path of a requirement without one suggests: the repository's, the folder's, the one that
/// `pip freeze` writes above. `before` is the text of the file up to the requirement's line.
pub fn of_location(location: &str, before: &str) -> Vec<DistributionName> {
    let mut found = Vec::new();
    let mut add = |name: &str| {
        let name = name.trim_end_matches(".git");
        let is_name = name.starts_with(|c: char| c.is_ascii_alphanumeric())
            && name.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '.' | '_' | '-'));
        if is_name && !found.contains(&DistributionName::new(name)) {
            found.push(DistributionName::new(name));
        }
    };
    if let Some(frozen) = before.trim_end().lines().next_back().and_then(frozen_name) {
        add(frozen);
    }
    let (place, fragment) = location.split_once('#').unwrap_or((location, ""));
    let inside = fragment.split('&').find_map(|part| part.strip_prefix("subdirectory="));
    let last = |path: &str| {
        // behind the host, where there is one
        let path = path.split_once("://").map_or(path, |(_, rest)| rest.split_once('/').map_or("", |(_, path)| path));
        let path = path.trim_end_matches(['/', '\\']);
        path.rsplit(['/', '\\', ':']).next().unwrap_or_default().to_owned()
    };
    // the branch or commit of a repository: `…/name.git@main`
    let place = match place.rfind('@') {
        Some(at)
            if place[..at].contains("://") && place[..at].rsplit("://").next().is_some_and(|p| p.contains('/')) =>
        {
            &place[..at]
        }
        _ => place,
    };
    // what hosts of repositories offer as archives: `…/name/archive/main.zip`
    let place = ["/archive/", "/-/archive/", "/tarball/", "/zipball/"]
        .iter()
        .find_map(|mark| place.split_once(mark))
        .map_or(place, |(repository, _)| repository);
    for path in [Some(place), inside].into_iter().flatten() {
        add(&last(path));
    }
    found
}

/// `mytool` of `# Editable install with no version control (mytool==0.1)`, which `pip freeze` writes.
fn frozen_name(comment: &str) -> Option<&str> {
    let inside = comment.trim().strip_prefix("# Editable")?.split_once('(')?.1;
    inside.split(['=', ')', ' ']).next().filter(|name| !name.is_empty())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_are_sorted() {}

    /// A distribution of unknown modules, the module, who is known to provide that, and whether the first one does.
    #[test]
    fn names_tell_who_provides() {
        let cases: &[(&str, &str, &[&str], bool)] = &[
            ("flup-py3", "flup.server", &["flup"], true),
            ("cowsay-python", "cowsay", &["cowsay"], true),
            ("pyqrcode-binary", "pyqrcode", &["pyqrcode"], true),
            ("pydantic-to-typescript2", "pydantic2ts", &["pydantic-to-typescript"], true),
            ("unicode-slugify", "slugify", &["python-slugify"], true),
            ("django-notifications-community", "notifications.models", &["django-notifications-hq"], true),
            ("django-storage-swift", "swift.utils", &["ms-swift"], true),
            ("django-strict-fields", "strict_fields", &[], true),
            ("act-atmos", "act", &[], true),
            ("fluent-log", "fluent.sender", &[], true),
            ("google-cloud-video-transcoder", "google.cloud.video.transcoder_v1", &[], true),
            ("google-cloud-iam", "google.cloud.iam_v2", &[], true),
            ("google-cloud-iam", "google.cloud.vision", &[], false),
            ("google-cloud-storage-extras", "google.cloud.storage", &["google-cloud-storage"], false),
            ("acme-redis-helper", "redis", &["redis"], false),
            ("redis-of-acme", "redis", &["redis"], false),
            ("django-of-acme", "django", &["django"], false),
            ("acme-utils", "utils", &[], false),
            ("httpx-of-acme", "httpx", &["httpx"], false),
            ("httpx2", "httpx", &["httpx"], true),
        ];
        for (distribution, module, candidates, expected) in cases {
            let candidates: Vec<_> = candidates.iter().map(|name| DistributionName::new(name)).collect();
            let found = provides(&DistributionName::new(distribution), module, &candidates);
            assert_eq!(found, *expected, "{distribution} and {module}");
        }
    }

    #[test]
    fn a_shared_word_is_a_sign() {
        let shares = |distribution: &str, module: &str| shares_a_word(&DistributionName::new(distribution), module);
        assert!(shares("python-amazon-paapi", "amazon_creatorsapi"));
        assert!(!shares("django", "django_parrot"));
        assert!(!shares("google-cloud-storage", "storage_core"));
        assert!(!shares("requests", "requests_parrot"));
    }

    #[test]
    fn addresses_suggest_names() {
        let names = |location: &str, before: &str| {
            let found: Vec<String> = of_location(location, before).iter().map(ToString::to_string).collect();
            found.join(",")
        };
        for (location, expected) in [
            ("git+https://github.com/Rapptz/discord.py", "discord-py"),
            ("git+https://github.com/openai/CLIP.git@main", "clip"),
            ("git+ssh://git@git.example.org/team/proj.git@v1#subdirectory=libs/kern", "proj,kern"),
            ("https://github.com/acme/parrot/archive/main.zip", "parrot"),
            ("${REPOS_DIR}/pipeline_core", "pipeline-core"),
            ("/srv/src/my.tool/", "my-tool"),
            ("../../libs/kernel", "kernel"),
            ("git+https://example.org/", ""),
            ("${ALL}", ""),
            ("..", ""),
        ] {
            assert_eq!(names(location, ""), expected, "{location}");
        }
        let frozen = "flask==1\n# Editable install with no version control (other==0.1)\n";
        assert_eq!(names("/srv/src/tool", frozen), "other,tool");
    }
}
