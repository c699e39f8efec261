//! The modules that the settings of a file name.

use super::made::{is_dotted, statement};
use super::value::{self, Literal, Value};
use crate::python::django_facts::{By, Django, Named, When};
use crate::python::scan::lexer::{is_word, line_end, string_at};
use std::collections::BTreeMap;

/// One name after another is followed so far.
const DEEPEST: usize = 8;

/// How a statement changes the value of a name.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Change {
    Assigns,
    Adds,
    /// It takes something out, in a way that is not followed.
    Removes,
}

/// Reads the settings of `text`.
pub(super) fn read(text: &str, found: &mut Django) {
    let mut reader = Reader { values: BTreeMap::new(), named: BTreeMap::new(), found };
    let mut aside = false;
    for (start, end) in statements(text) {
        let Some(whole) = text.get(start..end) else { continue };
        let line = text.get(..start).unwrap_or_default().rfind('\n').map_or(0, |at| at + 1);
        let is_inner = start > line;
        if !is_inner {
            aside = ["def ", "class ", "async ", "@"].iter().any(|word| whole.starts_with(word));
        }
        if !aside {
            reader.statement(text, start, end, is_inner);
        }
    }
    let mut named: Vec<Named> = reader.named.into_values().flatten().collect();
    named.sort_by_key(|named| (named.statement.start, named.when));
    found.named = named.into();
}

/// The patterns of URLs that the calls of `include` in `text` name.
pub(super) fn includes(text: &str) -> Vec<Named> {
    let mut found = Vec::new();
    for (at, call) in text.match_indices("include(") {
        let is_word_before = text.get(..at).is_some_and(|before| before.bytes().last().is_some_and(is_word));
        let open = at + call.len();
        let rest = text.get(open..).unwrap_or_default().trim_start_matches(['(', ' ', '\n', '\t', '\r']);
        let start = text.len() - rest.len();
        if is_word_before || !rest.starts_with(['"', '\'']) || !is_code(text, at) {
            continue;
        }
        let literal = value::read(text, start, string_at(text.as_bytes(), start).min(text.len()), "").strings;
        found.extend(literal.into_iter().filter(|one| is_dotted(one.text)).map(|one| Named {
            by: By::Include,
            when: When::Load,
            statement: statement(one.text, &[], one.start, one.text.len()),
            is_open: is_indented_below_test(text, at),
        }));
    }
    found
}

/// Whether an offset is no comment's.
fn is_code(text: &str, at: usize) -> bool {
    let line = text.get(..at).unwrap_or_default().rsplit('\n').next().unwrap_or_default();
    !line.contains('#')
}

/// Whether the statement of an offset stands in a block.
fn is_indented_below_test(text: &str, at: usize) -> bool {
    let before = text.get(..at).unwrap_or_default();
    // the last line at the margin opens the list of patterns, or a block
    let margin =
        before.lines().rev().find(|line| line.starts_with(|c: char| !c.is_whitespace() && !")]}#".contains(c)));
    margin.is_some_and(|line| line.trim_end().ends_with(':'))
}

struct Reader<'a, 'b> {
    values: BTreeMap<&'a str, Value<'a>>,
    named: BTreeMap<By, Vec<Named>>,
    found: &'b mut Django,
}

impl<'a> Reader<'a, '_> {
    fn statement(&mut self, text: &'a str, start: usize, end: usize, is_inner: bool) {
        let Some((name, key, change, from)) = target(text, start, end) else { return };
        let mut value = value::read(text, from, end, key);
        value.is_open |= is_inner;
        if let Some(by) = By::of_setting(name) {
            self.setting(by, name, &value, change, is_inner);
        }
        match (change, self.values.get_mut(name)) {
            (Change::Adds, Some(known)) => {
                let is_open = value.is_open;
                known
                    .strings
                    .extend(value.strings.into_iter().map(|one| Literal { is_open: one.is_open || is_open, ..one }));
                known.names.extend(value.names);
            }
            (Change::Removes, Some(known)) => *known = Value::default(),
            _ => drop(self.values.insert(name, value)),
        }
    }

    fn setting(&mut self, by: By, name: &str, value: &Value<'a>, change: Change, is_inner: bool) {
        let keeps = value.names.contains(&name);
        let is_made = value.is_open && !is_inner && value.names.contains(&name);
        if change == Change::Removes || is_made {
            self.named.remove(&by);
            self.found.replaced.add(by);
            return;
        }
        if change == Change::Assigns && !keeps && !is_inner {
            // two names of one setting add up
            if name != "STATICFILES_STORAGE" && name != "DEFAULT_FILE_STORAGE" {
                self.named.remove(&by);
            }
            self.found.replaced.add(by);
        }
        let mut strings = Vec::new();
        self.strings(value, value.is_open, DEEPEST, &mut strings);
        let keys = by.keys();
        let is_keyed = |one: &Literal<'_>| keys.contains(&one.key) && one.text.contains('.');
        let counts = |one: &Literal<'_>| (keys.is_empty() || is_keyed(one)) && is_dotted(one.text);
        let made = strings.into_iter().filter(counts).flat_map(|one| named(by, &one));
        self.named.entry(by).or_default().extend(made);
    }

    /// The strings of a value, and those of the names that it takes.
    fn strings(&self, value: &Value<'a>, is_open: bool, depth: usize, into: &mut Vec<Literal<'a>>) {
        into.extend(value.strings.iter().map(|one| Literal { is_open: one.is_open || is_open, ..*one }));
        for other in value.names.iter().filter(|_| depth > 0).filter_map(|name| self.values.get(name)) {
            // a setting that is assigned to itself has its strings already
            if !std::ptr::eq(other, value) && By::of_setting_of(&self.values, other).is_none() {
                self.strings(other, is_open || other.is_open, depth - 1, into);
            }
        }
    }
}

impl By {
    /// The setting whose value this is.
    fn of_setting_of<'a>(values: &BTreeMap<&'a str, Value<'a>>, value: &Value<'a>) -> Option<Self> {
        values.iter().find(|(_, known)| std::ptr::eq(*known, value)).and_then(|(name, _)| Self::of_setting(name))
    }
}

/// What Django imports for a string.
fn named(by: By, one: &Literal<'_>) -> Vec<Named> {
    let (text, written) = (one.text, one.text.len());
    let make = |when, name: &str, members: &[&str]| Named {
        by,
        when,
        statement: statement(name, members, one.start, written),
        is_open: one.is_open,
    };
    let outer = text.rsplit_once('.');
    match by {
        By::InstalledApps => {
            let is_class = |name: &str| name.starts_with(|c: char| c.is_ascii_uppercase());
            // `shop.apps.ShopConfig`: the application is the package around that module
            let (app, inner) = match outer.filter(|(_, last)| is_class(last)) {
                Some((module, _)) => module.rsplit_once('.').unwrap_or((module, "apps")),
                None => (text, "apps"),
            };
            let setup = make(When::Setup, app, &[inner, "models"]);
            vec![setup, make(When::Ready, app, &[inner]), make(When::Tasks, app, &["tasks"])]
        }
        By::SessionEngine => vec![make(by.when(), text, &[])],
        // commands check the patterns of URLs, a server comes to them with the first request
        By::RootUrlconf => vec![make(When::Checks, text, &[]), make(When::Request, text, &[])],
        By::Databases => vec![make(by.when(), text, &["base"])],
        _ => outer.map(|(module, _)| make(by.when(), module, &[])).into_iter().collect(),
    }
}

/// What a statement changes: the name, the last key of `NAME["key"]`, how, and where the value begins.
fn target(text: &str, start: usize, end: usize) -> Option<(&str, &str, Change, usize)> {
    let whole = text.get(start..end)?;
    let length = whole.bytes().take_while(|byte| is_word(*byte)).count();
    let name = whole.get(..length)?;
    if name.is_empty() || !name.bytes().all(|byte| byte.is_ascii_uppercase() || byte.is_ascii_digit() || byte == b'_') {
        return None;
    }
    let mut rest = whole.get(length..)?;
    let at = |rest: &str| end - rest.len();
    for (method, change) in [
        (".append(", Change::Adds),
        (".insert(", Change::Adds),
        (".extend(", Change::Adds),
        (".update(", Change::Adds),
        (".remove(", Change::Removes),
        (".pop(", Change::Removes),
        (".clear(", Change::Removes),
    ] {
        if let Some(inside) = rest.strip_prefix(method) {
            return Some((name, "", change, at(inside)));
        }
    }
    let mut key = "";
    while let Some(inside) = rest.strip_prefix('[') {
        let (inner, behind) = inside.split_once(']')?;
        key = inner.trim().trim_matches(['"', '\'']);
        rest = behind;
    }
    let rest = rest.trim_start();
    if let Some(value) = rest.strip_prefix("+=") {
        return Some((name, key, Change::Adds, at(value)));
    }
    let assigned = match rest.strip_prefix(':') {
        Some(annotated) => annotated.split_once('=').map(|(_, value)| value)?,
        None => rest.strip_prefix('=').filter(|value| !value.starts_with('='))?,
    };
    let change = if key.is_empty() { Change::Assigns } else { Change::Adds };
    Some((name, key, change, at(assigned)))
}

/// The ranges of the statements of a text, without the blanks before them.
fn statements(text: &str) -> Vec<(usize, usize)> {
    let bytes = text.as_bytes();
    let (mut found, mut pos, mut depth, mut start) = (Vec::new(), 0, 0u32, None);
    while let Some(&byte) = bytes.get(pos) {
        match byte {
            b'#' => {
                pos = line_end(bytes, pos);
                continue;
            }
            b'"' | b'\'' => {
                start.get_or_insert(pos);
                pos = string_at(bytes, pos).max(pos + 1);
                continue;
            }
            b'(' | b'[' | b'{' => depth += 1,
            b')' | b']' | b'}' => depth = depth.saturating_sub(1),
            b'\\' if bytes.get(pos + 1) == Some(&b'\n') => {
                pos += 2;
                continue;
            }
            b'\n' if depth == 0 => {
                found.extend(start.take().map(|start| (start, pos)));
                pos += 1;
                continue;
            }
            _ => {}
        }
        if !byte.is_ascii_whitespace() {
            start.get_or_insert(pos);
        }
        pos += 1;
    }
    found.extend(start.map(|start| (start, bytes.len())));
    found
}
