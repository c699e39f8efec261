//! Files of sections and keys, as Python's `configparser` reads them: setup.cfg, pytest.ini, tox.ini.

/// One line of a value.
#[derive(Clone, Copy, Debug)]
pub struct Line<'a> {
    /// The section, as written.
    pub section: &'a str,
    /// The key, as written; `None` for what stands before the first key of a section.
    pub key: &'a str,
    /// The line's part of the value, without surrounding blanks.
    pub value: &'a str,
    /// The byte at which that begins.
    pub start: usize,
    /// Whether it stands on the line of its key.
    pub beside_key: bool,
}

/// The lines of all values that are not empty, in order. Lines that begin with `#` or `;` are comments.
pub fn lines(text: &str) -> Vec<Line<'_>> {
    let mut found = Vec::new();
    let (mut section, mut key) = ("", "");
    let mut start = 0;
    for whole in text.split_inclusive(['\n', '\r']) {
        let line = whole.trim_end_matches(['\n', '\r']).trim_start_matches('\u{feff}');
        let base = start + whole.trim_end_matches(['\n', '\r']).len() - line.len();
        start += whole.len();
        if line.trim_start().starts_with(['#', ';']) || line.trim().is_empty() {
            continue;
        }
        let (value, at, beside_key) = if let Some(rest) = line.strip_prefix('[') {
            (section, key) = (rest.split(']').next().unwrap_or_default().trim(), "");
            continue;
        } else if line.starts_with([' ', '\t']) {
            (line, base, false)
        } else if let Some(separator) = line.find(['=', ':']) {
            key = line.get(..separator).unwrap_or_default().trim();
            (line.get(separator + 1..).unwrap_or_default(), base + separator + 1, true)
        } else {
            continue;
        };
        let blanks = value.len() - value.trim_start().len();
        let value = value.trim();
        if !value.is_empty() {
            found.push(Line { section, key, value, start: at + blanks, beside_key });
        }
    }
    found
}
