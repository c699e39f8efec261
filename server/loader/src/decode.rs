//! The bytes of a file and the text they mean.
//!
//! Python files are UTF-8 or what their PEP 263 comment declares. Requirements files are decoded as pip does it: by a
//! byte-order mark of UTF-8 or UTF-16, else by such a comment, else as UTF-8. conda reads its lists in UTF-16 too.

use crate::errors::{DecodeError, EncodeError};
use encoding_rs::{Encoding, UTF_8, UTF_16BE, UTF_16LE};
use pinlens_facts::facts::FileKind;
use pinlens_facts::requirements::Format;
use std::borrow::Cow;

/// A text as it stands on disk, with what is needed to write it back as it was.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SourceText {
    /// The decoded text. A byte-order mark is its first character, U+FEFF.
    pub text: String,
    /// How it was encoded.
    pub encoding: &'static Encoding,
}

impl SourceText {
    /// The bytes of the text in its encoding.
    ///
    /// ```
    /// use pinlens_loader::{EncodeError, SourceText};
    ///
    /// let latin = SourceText { text: "caf\u{e9}".to_owned(), encoding: encoding_rs::WINDOWS_1252 };
    /// assert_eq!(latin.encode()?.as_ref(), b"caf\xe9");
    /// let greek = SourceText { text: "\u{3b1}".to_owned(), ..latin };
    /// assert_eq!(greek.encode().unwrap_err().character, '\u{3b1}');
    /// # Ok::<(), EncodeError>(())
    /// ```
    ///
    /// # Errors
    ///
    /// Where a character has no form in the encoding.
    pub fn encode(&self) -> Result<Cow<'_, [u8]>, EncodeError> {
        if self.encoding == UTF_16LE {
            return Ok(self.text.encode_utf16().flat_map(u16::to_le_bytes).collect());
        }
        if self.encoding == UTF_16BE {
            return Ok(self.text.encode_utf16().flat_map(u16::to_be_bytes).collect());
        }
        let (bytes, _, unmappable) = self.encoding.encode(&self.text);
        if !unmappable {
            return Ok(bytes);
        }
        let lost = self.text.chars().find(|c| self.encoding.encode(c.encode_utf8(&mut [0; 4])).2).unwrap_or('\u{fffd}');
        Err(EncodeError { character: lost, encoding: self.encoding.name() })
    }
}

/// The text of a file's bytes and how it was encoded.
pub(crate) fn decode(bytes: &[u8], kind: FileKind) -> Result<(Cow<'_, str>, &'static Encoding), DecodeError> {
    // what is looked for in these is ASCII, and nothing is ever written to them
    let is_lenient = matches!(kind, FileKind::Mentions(_));
    if matches!(kind, FileKind::Requirements | FileKind::Manifest(Format::Conda)) || is_lenient {
        match bytes {
            [0xFF, 0xFE, 0, 0, ..] | [0, 0, 0xFE, 0xFF, ..] => {
                return Err(DecodeError::Utf32);
            }
            [0xFF, 0xFE, ..] => return utf_16(bytes, UTF_16LE, u16::from_le_bytes),
            [0xFE, 0xFF, ..] => return utf_16(bytes, UTF_16BE, u16::from_be_bytes),
            _ if is_lenient => return Ok((String::from_utf8_lossy(bytes), UTF_8)),
            _ => {}
        }
    }
    // a byte-order mark settles it: Python refuses any other declaration next to it
    let may_declare = matches!(
        kind,
        FileKind::Python | FileKind::PythonSettings | FileKind::Setup | FileKind::Stub | FileKind::Requirements
    ) && !bytes.starts_with(b"\xEF\xBB\xBF");
    let declared = if may_declare { cookie(bytes) } else { None };
    match declared.map(|label| (label, encoding(label))) {
        None | Some((_, Declared::Utf8)) => utf_8(bytes, kind),
        Some((_, Declared::Ascii)) if bytes.is_ascii() => utf_8(bytes, kind),
        Some((label, Declared::Ascii)) => Err(DecodeError::NotAscii { label: label.to_owned() }),
        Some((label, Declared::Unknown)) => Err(DecodeError::UnknownEncoding { label: label.to_owned() }),
        Some((label, Declared::Other(encoding))) => encoding
            .decode_without_bom_handling_and_without_replacement(bytes)
            .map(|text| (text, encoding))
            .ok_or_else(|| DecodeError::NotAsDeclared { label: label.to_owned() }),
    }
}

fn utf_8(bytes: &[u8], kind: FileKind) -> Result<(Cow<'_, str>, &'static Encoding), DecodeError> {
    let error = match std::str::from_utf8(bytes) {
        Ok(text) => return Ok((Cow::Borrowed(text), UTF_8)),
        Err(error) => error,
    };
    let at = error.valid_up_to();
    let line = bytes.iter().take(at).filter(|byte| **byte == b'\n').count() + 1;
    let byte = bytes.get(at).copied().unwrap_or_default();
    let may_declare = match kind {
        FileKind::Settings
        | FileKind::OwnSettings
        | FileKind::Manifest(_)
        | FileKind::Pytest
        | FileKind::Lock
        | FileKind::Mentions(_)
        | FileKind::Module
        | FileKind::Notebook => false,
        FileKind::Python | FileKind::PythonSettings | FileKind::Setup | FileKind::Stub | FileKind::Requirements => true,
    };
    Err(DecodeError::NotUtf8 { byte, at, line, may_declare })
}

fn utf_16(
    bytes: &[u8],
    encoding: &'static Encoding,
    unit: fn([u8; 2]) -> u16,
) -> Result<(Cow<'static, str>, &'static Encoding), DecodeError> {
    let (pairs, rest) = bytes.as_chunks::<2>();
    let text = char::decode_utf16(pairs.iter().map(|pair| unit(*pair))).collect::<Result<String, _>>();
    match text {
        Ok(text) if rest.is_empty() => Ok((Cow::Owned(text), encoding)),
        _ => Err(DecodeError::NotUtf16 { encoding: encoding.name() }),
    }
}

/// The encoding that a comment in the first two lines declares (PEP 263); the second line counts only below a comment
/// or an empty line.
fn cookie(bytes: &[u8]) -> Option<&str> {
    for line in bytes.split(|byte| matches!(byte, b'\n' | b'\r')).take(3).filter(|line| !line.is_empty()).take(2) {
        let content = line.trim_ascii_start();
        if content.starts_with(b"#") {
            if let Some(label) = label(content) {
                return Some(label);
            }
        } else if !content.is_empty() {
            return None;
        }
    }
    None
}

/// The label after `coding:` or `coding=` in a comment.
fn label(comment: &[u8]) -> Option<&str> {
    let comment = std::str::from_utf8(comment).ok()?;
    comment.match_indices("coding").find_map(|(at, word)| {
        let rest = comment.get(at + word.len()..)?.strip_prefix([':', '='])?.trim_start_matches([' ', '\t']);
        let end = rest.find(|c: char| !(c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '.')));
        rest.get(..end.unwrap_or(rest.len())).filter(|label| !label.is_empty())
    })
}

/// What a declared label means.
enum Declared {
    Utf8,
    Ascii,
    Other(&'static Encoding),
    Unknown,
}

/// Python's name of an encoding, as its `codecs` takes it: case, `-` and `_` do not matter, and an editor's
/// `-unix`, `-dos` or `-mac` is dropped.
fn encoding(label: &str) -> Declared {
    let name = label.to_ascii_lowercase().replace('_', "-");
    let name = ["-unix", "-dos", "-mac"].iter().find_map(|suffix| name.strip_suffix(suffix)).unwrap_or(&name);
    match name {
        "utf-8" | "utf8" | "u8" | "utf-8-sig" | "cp65001" => return Declared::Utf8,
        "ascii" | "us-ascii" | "646" => return Declared::Ascii,
        _ => {}
    }
    let label = python_only(name).map_or_else(|| name.to_owned(), str::to_owned);
    match Encoding::for_label_no_replacement(label.as_bytes()) {
        // no Python file is UTF-16 by its comment, which could not be read then
        Some(encoding) if encoding == UTF_16LE || encoding == UTF_16BE => Declared::Unknown,
        Some(encoding) => Declared::Other(encoding),
        None => Declared::Unknown,
    }
}

/// Names of Python's codecs that the web's table of labels does not have.
fn python_only(name: &str) -> Option<&'static str> {
    Some(match name {
        "latin" | "latin-1" | "8859" | "iso8859" | "cp819" | "iso-latin-1" => "latin1",
        "latin-2" | "iso-latin-2" => "latin2",
        "latin-5" => "latin5",
        "latin-9" | "latin9" => "iso-8859-15",
        "latin-10" | "latin10" => "iso-8859-16",
        "cp932" | "ms932" | "mskanji" | "ms-kanji" | "s-jis" | "shiftjis" => "shift_jis",
        "eucjp" | "ujis" | "u-jis" => "euc-jp",
        "iso2022-jp" | "iso2022jp" => "iso-2022-jp",
        "euckr" | "cp949" | "uhc" | "949" | "ms949" => "euc-kr",
        "euccn" | "euc-cn" | "gb2312-80" | "eucgb2312-cn" => "gb2312",
        "cp936" | "936" | "ms936" => "gbk",
        "gb18030-2000" => "gb18030",
        "big5-tw" | "cp950" | "950" | "ms950" => "big5",
        "big5hkscs" | "hkscs" => "big5-hkscs",
        "cp874" => "windows-874",
        "koi8-r" => "koi8-r",
        "mac-roman" | "macroman" => "macintosh",
        "mac-cyrillic" | "maccyrillic" => "x-mac-cyrillic",
        "thai" | "iso-ir-166" | "tis620" => "tis-620",
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn python(bytes: &[u8]) -> Result<SourceText, DecodeError> {
        decode(bytes, FileKind::Python).map(|(text, encoding)| SourceText { text: text.into_owned(), encoding })
    }

    #[test]
    fn declared_encodings() {
        let cases: [(&[u8], &str); 9] = [
            (b"# -*- coding: latin-1 -*-\nx = '\xe9'", "é"),
            (b"#!/usr/bin/python\n# vim: set fileencoding=cp1252 :\nx = '\x80'", "€"),
            (b"# coding: iso-8859-15\nx = '\xa4'", "€"),
            (b"\n# coding=shift_jis\nx = '\x82\xa0'", "あ"),
            (b"# coding: EUC_JP\nx = '\xa4\xa2'", "あ"),
            (b"# coding: cp932\r\nx = '\x82\xa0'", "あ"),
            (b"# coding: koi8_r\nx = '\xc1'", "а"),
            (b"# coding: latin-1-unix\nx = '\xe9'", "é"),
            ("# coding: utf-8\nx = 'é'".as_bytes(), "é"),
        ];
        for (bytes, expected) in cases {
            let source = python(bytes).unwrap();
            assert!(source.text.ends_with(&format!("x = '{expected}'")), "{}", source.text);
            assert_eq!(source.encode().unwrap().as_ref(), bytes);
        }
    }

    #[test]
    fn a_declaration_counts_only_in_its_place() {
        for text in ["x = 1\n# coding: latin-1\n'é'", "#\n#\n# coding: latin-1\n'é'", "'coding: latin-1 é'"] {
            assert_eq!(python(text.as_bytes()).unwrap().encoding, UTF_8, "{text}");
        }
    }

    #[test]
    fn what_cannot_be_decoded_is_reported() {
        let message = |bytes: &[u8]| python(bytes).unwrap_err().to_string();
        assert!(
            message(b"a\nb\xe9").starts_with("not UTF-8 (byte 0xE9 at offset 3, line 2); save it as UTF-8, or declare")
        );
        assert!(message(b"# coding: ascii\n\xe9").contains("declared as ascii"));
        assert!(message(b"# coding: rot13\n").contains("rot13"));
        assert!(message(b"# coding: utf-16\n").contains("utf-16"));
        assert!(message(b"# coding: euc-jp\n\xff").starts_with("not euc-jp"));
        assert!(decode(b"\xff\xfea", FileKind::Requirements).unwrap_err().to_string().contains("UTF-16LE"));
        assert!(decode(b"\xff\xfe\0\0", FileKind::Requirements).unwrap_err().to_string().contains("UTF-32"));
        assert!(decode(b"\xe9", FileKind::Settings).unwrap_err().to_string().ends_with("line 1); save it as UTF-8"));
    }

    #[test]
    fn files_that_only_mention_are_read_in_any_encoding() {
        let kind = FileKind::of(&pinlens_facts::words::names::FilePath::new("run.bat")).unwrap();
        assert_eq!(decode(b"rem caf\xe9\r\nflask run", kind).unwrap().0, "rem caf\u{fffd}\r\nflask run");
        assert_eq!(decode(b"\xff\xfea\0", kind).unwrap().0, "\u{feff}a");
    }

    #[test]
    fn byte_order_marks_are_kept() {
        let source = python(b"\xef\xbb\xbfimport a\0").unwrap();
        assert_eq!(source.text, "\u{feff}import a\0");
        let bytes: Vec<u8> = "\u{feff}six\r\n".encode_utf16().flat_map(u16::to_be_bytes).collect();
        let (text, encoding) = decode(&bytes, FileKind::Requirements).unwrap();
        assert_eq!((text.as_ref(), encoding), ("\u{feff}six\r\n", UTF_16BE));
    }

    #[test]
    fn a_character_without_a_form_is_named() {
        let source = SourceText { text: "a あ".into(), encoding: encoding_rs::WINDOWS_1252 };
        let message = source.encode().unwrap_err().to_string();
        assert_eq!(message, "'あ' cannot be written in windows-1252, the file's encoding");
    }

    proptest! {
        #[test]
        fn what_was_decoded_is_written_back(bytes in proptest::collection::vec(any::<u8>(), 0..60), head in 0_usize..5) {
            let heads: [&[u8]; 5] = [b"", b"# coding: latin-1\n", b"\xff\xfe", b"\xfe\xff", b"\xef\xbb\xbf"];
            let bytes = [heads[head], &bytes].concat();
            for kind in [FileKind::Python, FileKind::Requirements, FileKind::Settings] {
                if let Ok((text, encoding)) = decode(&bytes, kind) {
                    let source = SourceText { text: text.into_owned(), encoding };
                    prop_assert_eq!(source.encode().unwrap().into_owned(), bytes.clone());
                }
            }
        }
    }
}
