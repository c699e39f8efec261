//! A script's own requirements: the `# /// script` block in its comments (PEP 723).

use super::item::{self, Item, Place, declare};
use super::python;
use super::toml_text::note_mistakes;
use crate::formats::toml::{self, Value, at, str_at};
use crate::requirements::{Format, Group, RequirementsFacts};
use crate::words::names::PythonVersion;
use crate::words::text::TextRange;

/// Reads the block of a script; `None` where it has none. The ranges are bytes of the whole file.
pub fn parse(text: &str) -> Option<RequirementsFacts> {
    read(text).map(|(facts, _)| facts)
}

/// The requirements of a script's block, and the lower bound of its `requires-python`.
pub(crate) fn read(text: &str) -> Option<(RequirementsFacts, Option<PythonVersion>)> {
    let block = block(text)?;
    let mut facts = RequirementsFacts::new(text, Format::Script);
    let toml::Document { root, mistakes } = toml::read(&block);
    note_mistakes(&mut facts, &mistakes);
    for element in at(&root, &["dependencies"]).and_then(Value::as_list).unwrap_or_default() {
        let Some(value) = element.as_str() else { continue };
        let item = Item::quoted(text, value, element.range);
        declare(&mut facts, &item, &place(text, &block, item.token), &Group::Runtime);
    }
    let python = str_at(&root, &["requires-python"]).and_then(python::lowest);
    Some((item::sorted(facts), python))
}

/// The place of an element: its line is judged without the `#` before it, and goes with it.
fn place(text: &str, block: &str, token: TextRange) -> Place {
    let mut place = Place::of(block, token);
    let start = place.line.start as usize;
    if text.get(start..place.line.end as usize).is_none() {
        place.line = token;
    }
    place
}

/// The TOML of the block, at the offsets at which it stands in the file: all else is blank.
pub fn block(text: &str) -> Option<String> {
    memchr::memmem::find(text.as_bytes(), b"# /// script")?;
    let mut blank = String::with_capacity(text.len());
    let (mut inside, mut closed) = (false, false);
    for line in text.split_inclusive('\n') {
        let body = line.trim_end_matches(['\n', '\r']);
        let is_comment = body == "#" || body.starts_with("# ");
        if inside && !closed && is_comment && body.trim_end() != "# ///" {
            blank.push(' ');
            blank.push_str(line.get(1..).unwrap_or_default());
            continue;
        }
        closed |= inside;
        inside |= body.trim_end() == "# /// script";
        blank.extend(body.bytes().map(|_| ' '));
        blank.push_str(line.get(body.len()..).unwrap_or_default());
    }
    inside.then_some(blank)
}
