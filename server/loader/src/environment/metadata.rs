//! The header fields of METADATA and PKG-INFO (core metadata), and egg-info's `requires.txt`.

use crate::folder::Loader;
use pinlens_analysis::model::environment::About;
use pinlens_facts::words::names::DistributionName;
use std::fs::File;
use std::io::{BufRead, BufReader, Read};
use std::path::Path;

/// What is read of a distribution's metadata.
#[derive(Debug, Default, PartialEq)]
pub(super) struct Metadata {
    /// `Name`, as written.
    pub name: String,
    /// `Version`, as written.
    pub version: String,
    /// `Requires-Dist`: the name, and what follows it.
    pub requires: Vec<(DistributionName, Box<str>)>,
    /// `Import-Name` (PEP 794); `None` where there is no such field, empty where it declares that nothing is imported.
    pub import_names: Option<Vec<String>>,
    /// What it shows people.
    pub about: About,
}

/// What a distribution registers in its `entry_points.txt`, each sorted and once.
#[derive(Debug, Default, PartialEq)]
pub(super) struct EntryPoints {
    /// The commands that it installs.
    pub scripts: Vec<Box<str>>,
    /// The groups of all others.
    pub groups: Vec<Box<str>>,
}

/// Reads an `entry_points.txt`: `[group]`, and below it `name = module:object`.
pub(super) fn entry_points(text: &str) -> EntryPoints {
    let mut found = EntryPoints::default();
    let mut is_script = false;
    for line in text.lines().map(str::trim) {
        if let Some(group) = line.strip_prefix('[').and_then(|line| line.strip_suffix(']')) {
            is_script = matches!(group, "console_scripts" | "gui_scripts");
            if !is_script {
                found.groups.push(group.into());
            }
        } else if let Some((name, _)) = line.split_once('=').filter(|_| is_script && !line.starts_with(['#', ';'])) {
            found.scripts.push(name.trim().into());
        }
    }
    found.scripts.sort_unstable();
    found.scripts.dedup();
    found.groups.sort_unstable();
    found.groups.dedup();
    found
}

/// Reads the header of the file at `path`; the description below it, most of the file, is not read.
pub(super) fn read(path: &Path) -> Option<Metadata> {
    if !path.is_file() {
        return None;
    }
    let file = File::open(path).ok()?.take(Loader::MAX_LEN);
    let header = header(BufReader::new(file)).ok()?;
    Some(parse(&String::from_utf8_lossy(&header)))
}

/// The bytes down to the first empty line. One of blanks is none: it goes on with a field, as where a licence is written out.
fn header(mut reader: impl BufRead) -> std::io::Result<Vec<u8>> {
    let mut header = Vec::new();
    loop {
        let start = header.len();
        let len = reader.read_until(b'\n', &mut header)?;
        if len == 0 || matches!(header.get(start..), Some(b"\n" | b"\r\n")) {
            return Ok(header);
        }
    }
}

/// Reads header lines; continuation lines, which begin with a blank, are of no use here.
fn parse(header: &str) -> Metadata {
    let mut metadata = Metadata::default();
    let fields = header.trim_start_matches('\u{feff}').lines().filter(|line| !line.starts_with([' ', '\t']));
    for (field, value) in fields.filter_map(|line| line.split_once(':')) {
        let value = value.trim();
        match field.to_ascii_lowercase().as_str() {
            "name" => value.clone_into(&mut metadata.name),
            "version" => value.clone_into(&mut metadata.version),
            // metadata writers put UNKNOWN where nothing was given
            "summary" if value != "UNKNOWN" => value.clone_into(&mut metadata.about.summary),
            "home-page" => metadata.about.links.extend(page("Home page", value)),
            "project-url" => {
                metadata.about.links.extend(value.split_once(',').and_then(|(label, url)| page(label, url)));
            }
            "provides-extra" if !value.is_empty() => metadata.about.extras.push(value.into()),
            "requires-dist" => metadata.requires.extend(requirement(value)),
            "import-name" => {
                // `name` or `name ; private`: a private module is imported all the same, by related distributions
                let name = value.split(';').next().unwrap_or_default().trim();
                let names = metadata.import_names.get_or_insert_default();
                names.extend((!name.is_empty()).then(|| name.to_owned()));
            }
            _ => {}
        }
    }
    metadata
}

/// A page that may be shown: its address leads to the web and holds nothing that would end a link.
fn page(label: &str, url: &str) -> Option<(String, String)> {
    let url = url.trim();
    let is_web = url.starts_with("https://") || url.starts_with("http://");
    let is_clean = !url.contains(|c: char| c.is_whitespace() || c.is_control() || matches!(c, '<' | '>' | '"'));
    (is_web && is_clean).then(|| (label.trim().to_owned(), url.to_owned()))
}

/// The name that a requirement begins with, and the rest as written.
fn requirement(text: &str) -> Option<(DistributionName, Box<str>)> {
    let end = text.find(|c: char| !(c.is_ascii_alphanumeric() || matches!(c, '.' | '_' | '-'))).unwrap_or(text.len());
    let (name, rest) = text.split_at(end);
    (!name.is_empty()).then(|| (DistributionName::new(name), rest.trim().into()))
}

/// Reads egg-info's `requires.txt`: requirements, and below `[extra:marker]` those that need the extra and the marker,
/// which are written behind as METADATA would have them.
pub(super) fn requires_txt(text: &str) -> Vec<(DistributionName, Box<str>)> {
    let mut found = Vec::new();
    let mut condition = String::new();
    for line in text.lines().map(str::trim).filter(|line| !line.is_empty()) {
        if let Some(section) = line.strip_prefix('[').and_then(|line| line.strip_suffix(']')) {
            let (extra, marker) = section.split_once(':').unwrap_or((section, ""));
            let extra = if extra.is_empty() { String::new() } else { format!("extra == \"{extra}\"") };
            condition = match (marker.is_empty(), extra.is_empty()) {
                (true, _) => extra,
                (false, true) => marker.to_owned(),
                (false, false) => format!("({marker}) and {extra}"),
            };
        } else if let Some((name, rest)) = requirement(line) {
            let rest = if condition.is_empty() { rest } else { format!("{rest} ; {condition}").trim_start().into() };
            found.push((name, rest));
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn header_fields() {
        let metadata = parse(
            "Metadata-Version: 2.5\nName: Foo_Bar\nversion: 1.0\nSummary: a\n  Name: continued\n\
             Requires-Dist: Zope.interface[x] (>=5) ; extra == 'z'\nRequires-Dist: six\n\
             Import-Name: foo.bar\nImport-Name: _foo ; private\nProvides-Extra: z\nHome-page: UNKNOWN\n\
             Project-URL: Source, https://code.example/foo\nProject-URL: Odd, javascript:alert(1)\n",
        );
        let requires = vec![
            (DistributionName::new("zope-interface"), "[x] (>=5) ; extra == 'z'".into()),
            (DistributionName::new("six"), "".into()),
        ];
        let import_names = Some(vec!["foo.bar".to_owned(), "_foo".to_owned()]);
        let about = About {
            summary: "a".into(),
            links: vec![("Source".into(), "https://code.example/foo".into())],
            extras: vec!["z".into()],
        };
        let expected = Metadata { name: "Foo_Bar".into(), version: "1.0".into(), requires, import_names, about };
        assert_eq!(metadata, expected);
        assert_eq!(parse("Import-Name:\n").import_names, Some(Vec::new()));
    }

    #[test]
    fn a_line_of_blanks_does_not_end_the_header() {
        let text =
            "Name: a\r\nLicense: BSD\r\n        \r\n        All rights\n\t\nRequires-Dist: six\n\nRequires-Dist: b\n";
        let header = header(text.as_bytes()).expect("bytes can be read");
        assert_eq!(parse(&String::from_utf8_lossy(&header)).requires, [(DistributionName::new("six"), "".into())]);
    }

    #[test]
    fn entry_points_by_group() {
        let found =
            entry_points("[console_scripts]\nx = a:b\n\n[pytest11]\nx = a.plugin\n[gui_scripts]\nw=a:c [extra]\n");
        assert_eq!(found.scripts, ["w".into(), "x".into()]);
        assert_eq!(found.groups, ["pytest11".into()]);
    }

    #[test]
    fn requirements_of_an_egg() {
        let rows =
            requires_txt("six>=1\n\n[docs]\nsphinx\n[:python_version<'3']\nenum34\n[a:os_name=='nt']\npywin32>1\n");
        let rows: Vec<String> = rows.iter().map(|(name, rest)| format!("{name}|{rest}")).collect();
        let expected = [
            "six|>=1",
            "sphinx|; extra == \"docs\"",
            "enum34|; python_version<'3'",
            "pywin32|>1 ; (os_name=='nt') and extra == \"a\"",
        ];
        assert_eq!(rows, expected);
    }
}
