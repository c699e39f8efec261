//! The words that show what a file as a whole is like, found in code only: not in strings, not in comments.

use super::lexer::is_word;
use crate::python::FileTraits;
use memchr::memmem::Finder;
use std::sync::LazyLock;

static PATH: LazyLock<Finder> = LazyLock::new(|| Finder::new("__path__"));
static SYS: LazyLock<Finder> = LazyLock::new(|| Finder::new("sys."));
/// As pytest's `monkeypatch` has it.
static PREPEND: LazyLock<Finder> = LazyLock::new(|| Finder::new(".syspath_prepend("));

/// The places of a text that may set a trait, and how far they were judged.
#[derive(Debug)]
pub(super) struct Marks {
    /// Ascending by offset.
    found: Vec<(usize, Mark)>,
    /// The first of `found` that was not judged.
    next: usize,
    /// Its offset, or the largest number: compared at each string and comment.
    next_at: usize,
    pub traits: FileTraits,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Mark {
    Submodules,
    /// A folder comes onto the search path.
    SearchPath(Folder),
    Finders,
}

/// What kind of folder comes onto the search path, as far as its name shows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Folder {
    /// One of the project, or of which nothing is known.
    Any,
    /// One of the machine that the code runs on.
    Outside,
    /// One whose name begins with a dot: its files are not read.
    Hidden,
    /// One that a test makes.
    Made,
}

impl Marks {
    /// Finds the places of `bytes` that are worth a judgement.
    pub fn new(bytes: &[u8]) -> Self {
        let mut found: Vec<(usize, Mark)> =
            PATH.find_iter(bytes).filter(|&at| is_alone(bytes, at, 8)).map(|at| (at, Mark::Submodules)).collect();
        for at in SYS.find_iter(bytes) {
            let starts_word = at.checked_sub(1).is_none_or(|before| !bytes[before].is_ascii_alphanumeric());
            let rest = &bytes[at + 4..];
            if starts_word && rest.starts_with(b"modules") && !rest.get(7).is_some_and(|&byte| is_word(byte)) {
                found.push((at, Mark::Submodules));
            } else if starts_word && rest.starts_with(b"meta_path") {
                found.push((at, Mark::Finders));
            } else if starts_word && changes_path(rest) {
                found.push((at, Mark::SearchPath(folder_of(bytes, at))));
            }
        }
        found.extend(PREPEND.find_iter(bytes).map(|at| (at, Mark::SearchPath(Folder::Made))));
        found.sort_unstable_by_key(|&(at, _)| at);
        let next_at = found.first().map_or(usize::MAX, |&(at, _)| at);
        let is_script = bytes.starts_with(b"#!");
        Self { found, next: 0, next_at, traits: FileTraits { is_script, ..FileTraits::default() } }
    }

    /// Called for each string and comment, in order: what stands before `start` is code, what stands before `end` is not.
    #[inline]
    pub fn settle(&mut self, start: usize, end: usize) {
        if self.next_at < end {
            self.judge(start, end);
        }
    }

    fn judge(&mut self, start: usize, end: usize) {
        while let Some(&(at, mark)) = self.found.get(self.next).filter(|&&(at, _)| at < end) {
            self.next += 1;
            match mark {
                _ if at >= start => {}
                Mark::Submodules => self.traits.makes_submodules = true,
                Mark::SearchPath(folder) => {
                    self.traits.changes_path = true;
                    self.traits.adds_outside_folder |= folder == Folder::Outside;
                    self.traits.adds_hidden_folder |= folder == Folder::Hidden;
                    self.traits.adds_made_folder |= folder == Folder::Made;
                }
                Mark::Finders => self.traits.changes_finders = true,
            }
        }
        self.next_at = self.found.get(self.next).map_or(usize::MAX, |&(at, _)| at);
    }
}

fn is_alone(bytes: &[u8], at: usize, length: usize) -> bool {
    let before = at.checked_sub(1).and_then(|before| bytes.get(before));
    let after = bytes.get(at + length);
    !before.is_some_and(|&byte| is_word(byte)) && !after.is_some_and(|&byte| is_word(byte))
}

/// Whether what follows `sys.` puts a folder on the search path: a call that adds, or an assignment.
fn changes_path(rest: &[u8]) -> bool {
    let Some(rest) = rest.strip_prefix(b"path") else { return false };
    if let Some(call) = rest.strip_prefix(b".") {
        return [&b"insert("[..], b"append(", b"extend("].iter().any(|name| call.starts_with(name));
    }
    let rest = match rest.strip_prefix(b"[") {
        Some(index) => match index.iter().position(|&byte| matches!(byte, b']' | b'\n')) {
            Some(close) => &index[close + 1..],
            None => return false,
        },
        None => rest,
    };
    let rest = rest.trim_ascii_start();
    rest.starts_with(b"+=") || (rest.starts_with(b"=") && !rest.starts_with(b"=="))
}

/// What kind of folder the statement at `at` puts on the search path.
fn folder_of(bytes: &[u8], at: usize) -> Folder {
    let line = bytes[at..].split(|byte| matches!(byte, b'\n' | b'\r')).next().unwrap_or_default();
    let line = line.split(|byte| *byte == b'#').next().unwrap_or_default();
    match () {
        () if has_hidden(line) => Folder::Hidden,
        () if has(line, &[b"tmp_path", b"tmpdir", b"mkdtemp", b"tempfile", b"temp_dir"]) => Folder::Made,
        () if names_outside(bytes, line) => Folder::Outside,
        () => Folder::Any,
    }
}

fn has(text: &[u8], words: &[&[u8]]) -> bool {
    words.iter().any(|word| memchr::memmem::find(text, word).is_some())
}

/// Whether a string in `text` names a folder whose name begins with a dot: `"../.github/scripts"`.
fn has_hidden(text: &[u8]) -> bool {
    text.windows(3).any(|three| matches!(three, [b'"' | b'\'' | b'/', b'.', next] if next.is_ascii_alphabetic()))
}

/// Whether the statement that begins so puts a folder on the search path that is none of the project's by its name: an absolute path, one in
/// the user's home, one that a variable of the environment holds.
fn names_outside(bytes: &[u8], line: &[u8]) -> bool {
    if has(line, &[b"__file__"]) {
        return false;
    }
    if has(line, &[b"expanduser", b"environ", b"getenv", b"Path.home"]) || has_absolute(line) {
        return true;
    }
    // a name that was given such a path: `LIBRARIES = "/opt/tools"`
    let words = line.split(|byte| !is_word(*byte)).filter(|word| {
        word.first().is_some_and(|byte| byte.is_ascii_alphabetic() || *byte == b'_')
            && !matches!(*word, b"sys" | b"path" | b"insert" | b"append" | b"extend" | b"str")
    });
    words.into_iter().any(|word| {
        memchr::memmem::find_iter(bytes, word).filter(|&found| is_alone(bytes, found, word.len())).any(|found| {
            let rest = bytes[found + word.len()..].split(|byte| *byte == b'\n').next().unwrap_or_default();
            rest.trim_ascii_start().strip_prefix(b"=").is_some_and(|value| {
                let value = value.trim_ascii_start();
                value.starts_with(b"\"") && has_absolute(value) || value.starts_with(b"'") && has_absolute(value)
            })
        })
    })
}

/// Whether a string in `text` begins with an absolute path or the user's home.
fn has_absolute(text: &[u8]) -> bool {
    text.windows(3).any(|three| match three {
        [b'"' | b'\'', b'/' | b'~', next] => *next != b'"' && *next != b'\'',
        [b'"' | b'\'', letter, b':'] => letter.is_ascii_alphabetic(),
        _ => false,
    })
}
