//! What git tracks, as its index lists it: a file that .gitignore matches and that was added all the same is in every clone.
//!
//! git is not run. The index is read in its versions 2 to 4 (git's `index-format`), with names alone; one of another kind gives nothing.

use crate::open::{Links, open};
use crate::read;
use std::io::Read;
use std::path::{Path, PathBuf};

/// Larger indexes are not read: of some hundred thousand files.
const LARGEST: u64 = 64 << 20;

/// The files below `root` that git tracks, as paths from `root` with `/` between the parts; none where there is no repository, or its
/// index cannot be read.
pub(crate) fn below(root: &Path) -> Vec<String> {
    let Some((top, index)) = index_of(root) else { return Vec::new() };
    let Ok(inside) = root.strip_prefix(&top) else { return Vec::new() };
    let inside = inside.to_string_lossy().replace('\\', "/");
    let Some(bytes) = bytes_of(&index) else { return Vec::new() };
    let names = names(&bytes).unwrap_or_default();
    let prefix = if inside.is_empty() { String::new() } else { format!("{inside}/") };
    names.into_iter().filter_map(|name| name.strip_prefix(&prefix).map(str::to_owned)).collect()
}

/// The bytes of an index; `None` where it is no regular file, or too large.
fn bytes_of(index: &Path) -> Option<Vec<u8>> {
    let file = open(index, Links::Followed).ok()?;
    file.metadata().ok().filter(|metadata| metadata.is_file() && metadata.len() <= LARGEST)?;
    let mut bytes = Vec::new();
    file.take(LARGEST).read_to_end(&mut bytes).ok()?;
    Some(bytes)
}

/// The top folder of the repository around `root`, and its index.
fn index_of(root: &Path) -> Option<(PathBuf, PathBuf)> {
    let top = root.ancestors().find(|folder| folder.join(".git").exists())?;
    let git = top.join(".git");
    if git.is_dir() {
        return Some((top.to_owned(), git.join("index")));
    }
    // a work tree's or a submodule's file names it
    let mut bytes = Vec::new();
    read::anywhere(&git, &mut bytes).ok()?;
    let text = String::from_utf8(bytes).ok()?;
    let place = text.trim().strip_prefix("gitdir:")?.trim();
    Some((top.to_owned(), top.join(place).join("index")))
}

/// The names of all entries; `None` where the bytes are no index that is understood.
fn names(bytes: &[u8]) -> Option<Vec<String>> {
    let number = |at: usize| Some(u32::from_be_bytes(bytes.get(at..at + 4)?.try_into().ok()?));
    let version = number(4).filter(|_| bytes.starts_with(b"DIRC")).filter(|version| (2..=4).contains(version))?;
    let count = number(8)? as usize;
    let mut found: Vec<String> = Vec::new();
    let mut last: Vec<u8> = Vec::new();
    let mut at = 12;
    for _ in 0..count {
        let start = at;
        // times, device, inode, mode, owners, size, and the object's name
        at += 60;
        let flags = u16::from_be_bytes(bytes.get(at..at + 2)?.try_into().ok()?);
        at += if version >= 3 && flags & 0x4000 != 0 { 4 } else { 2 };
        if version == 4 {
            let (strip, length) = varint(bytes.get(at..)?)?;
            at += length;
            last.truncate(last.len().checked_sub(strip)?);
        } else {
            last.clear();
        }
        let rest = bytes.get(at..)?;
        let end = rest.iter().position(|byte| *byte == 0)?;
        last.extend_from_slice(&rest[..end]);
        at += end + 1;
        if version < 4 {
            // at least one zero, up to a multiple of eight
            at = start + (at - start).next_multiple_of(8);
        }
        found.extend(std::str::from_utf8(&last).ok().map(str::to_owned));
    }
    Some(found)
}

/// A number of git's packs, and its length.
fn varint(bytes: &[u8]) -> Option<(usize, usize)> {
    let mut value = usize::from(bytes.first()? & 0x7f);
    let mut length = 1;
    while bytes.get(length - 1)? & 0x80 != 0 {
        value = value.checked_add(1)?.checked_mul(128)?.checked_add(usize::from(bytes.get(length)? & 0x7f))?;
        length += 1;
    }
    Some((value, length))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// An index of version 2 or 4 with these names.
    fn index(version: u32, all: &[&str]) -> Vec<u8> {
        let mut bytes = b"DIRC".to_vec();
        bytes.extend(version.to_be_bytes());
        bytes.extend((all.len() as u32).to_be_bytes());
        let mut last = "";
        for name in all {
            let start = bytes.len();
            bytes.extend([0; 60]);
            bytes.extend((name.len() as u16).to_be_bytes());
            if version == 4 {
                let common = last.bytes().zip(name.bytes()).take_while(|(a, b)| a == b).count();
                bytes.push((last.len() - common) as u8);
                bytes.extend(&name.as_bytes()[common..]);
                bytes.push(0);
                last = name;
            } else {
                bytes.extend(name.as_bytes());
                let length = (bytes.len() + 1 - start).next_multiple_of(8);
                bytes.resize(start + length, 0);
            }
        }
        bytes
    }

    #[test]
    fn names_are_read() {
        let all = ["a.py", "conf/keys.py", "conf/keys_of_others.py", "z"];
        assert_eq!(names(&index(2, &all)).unwrap(), all);
        assert_eq!(names(&index(4, &all)).unwrap(), all);
        assert_eq!(names(b"DIRC"), None);
        assert_eq!(names(&index(2, &all)[..100]), None);
        assert_eq!(names(&index(9, &all)), None);
    }
}
