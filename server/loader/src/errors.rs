//! What can fail here, each with its place and its cause.

use std::io;
use std::path::PathBuf;
use thiserror::Error;

/// A workspace folder that cannot be used.
#[derive(Debug, Error)]
#[error("{}: {cause}", path.display())]
pub struct FolderError {
    /// The folder.
    pub path: PathBuf,
    /// Why.
    #[source]
    pub cause: io::Error,
}

/// Why the bytes of a file are no text.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum DecodeError {
    /// They are not UTF-8, and nothing declares another encoding.
    #[error("not UTF-8 (byte 0x{byte:02X} at offset {at}, line {line}); {}", advice(*may_declare))]
    NotUtf8 {
        /// The first byte that is wrong.
        byte: u8,
        /// Its offset in the file.
        at: usize,
        /// Its line, from 1.
        line: usize,
        /// Whether a file of this kind may declare its encoding.
        may_declare: bool,
    },
    /// They begin with the byte-order mark of UTF-16 and are not UTF-16.
    #[error("begins as {encoding} but is not; save it as UTF-8")]
    NotUtf16 {
        /// The encoding of the mark.
        encoding: &'static str,
    },
    /// They are UTF-32.
    #[error("UTF-32 is not read; save it as UTF-8")]
    Utf32,
    /// They are declared as ASCII and are not.
    #[error("its encoding is declared as {label}, but it holds other characters")]
    NotAscii {
        /// The declaration.
        label: String,
    },
    /// They are not in the encoding that is declared.
    #[error("not {label}, which its first lines declare; save it in that encoding or as UTF-8")]
    NotAsDeclared {
        /// The declaration.
        label: String,
    },
    /// The encoding that is declared is unknown.
    #[error("its encoding is declared as {label}, which is not known here; save it as UTF-8")]
    UnknownEncoding {
        /// The declaration.
        label: String,
    },
}

fn advice(may_declare: bool) -> &'static str {
    if may_declare {
        "save it as UTF-8, or declare its encoding in its first line: # -*- coding: latin-1 -*-"
    } else {
        "save it as UTF-8"
    }
}

/// A character that has no form in the encoding of its file.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[error("'{character}' cannot be written in {encoding}, the file's encoding")]
pub struct EncodeError {
    /// The character.
    pub character: char,
    /// The encoding.
    pub encoding: &'static str,
}

/// A file that could not be written; it is as it was.
#[derive(Debug, Error)]
#[error("{}: {cause}", path.display())]
pub struct WriteError {
    /// The file.
    pub path: PathBuf,
    /// Why.
    #[source]
    pub cause: WriteCause,
}

/// Why a file could not be written.
#[derive(Debug, Error)]
pub enum WriteCause {
    /// It lies outside the [`Bounds`](crate::Bounds).
    #[error("it lies outside the workspace and its repository, where nothing is written")]
    Outside,
    /// A character has no form in the file's encoding.
    #[error(transparent)]
    Encoding(#[from] EncodeError),
    /// It is a folder, a pipe or the like.
    #[error("not a regular file")]
    NotRegular,
    /// Its permissions forbid it.
    #[error("the file is read-only")]
    ReadOnly,
    /// The system refused.
    #[error(transparent)]
    Io(#[from] io::Error),
}

/// The environment that the configuration names is none.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[error(
    "the environment {configured} {}; name the folder of a virtual environment, or \"none\" for no environment",
    if *.is_folder { "has neither pyvenv.cfg nor conda-meta" } else { "is no folder" }
)]
pub struct EnvironmentError {
    /// The folder, as configured.
    pub configured: String,
    /// Whether there is such a folder.
    pub is_folder: bool,
}
