//! `# pinlens: ignore[code]` and `# keep`.

use super::item::{Item, ItemKind, Spot, begins};
use crate::diagnostics;
use pinlens_facts::words::codes::Code;

/// What may be typed in a comment, whose text begins with its `#`.
pub(super) fn complete(spot: &Spot, is_requirements: bool) -> Vec<Item> {
    // the last mark of several in one comment
    let hash = spot.text.rfind('#').unwrap_or_default();
    let inside = &spot.text[hash + 1..];
    let at = hash + 1 + (inside.len() - inside.trim_start().len());
    let typed = spot.text.get(at..).unwrap_or_default();
    if let Some(list) = typed.strip_prefix("pinlens:").and_then(|rest| rest.trim_start().strip_prefix("ignore[")) {
        return if list.contains(']') { Vec::new() } else { codes(spot, list) };
    }
    let mut marks = vec![
        ("pinlens: ignore".to_owned(), "silence every finding of this line".to_owned()),
        ("pinlens: ignore[".to_owned(), "silence some findings of this line".to_owned()),
    ];
    if is_requirements {
        marks.insert(0, ("keep".to_owned(), "the requirement is used, though nothing shows it".to_owned()));
    }
    let fitting = marks.into_iter().filter(|(mark, _)| begins(mark, typed));
    fitting.map(|(mark, detail)| spot.item(at, ItemKind::Comment, mark, detail)).collect()
}

/// The codes that are not in the list yet: first those of findings on the line.
fn codes(spot: &Spot, list: &str) -> Vec<Item> {
    let word = list.rsplit(',').next().unwrap_or_default().trim_start();
    let listed: Vec<&str> = list[..list.len() - word.len()].split(',').map(str::trim).collect();
    let at = spot.text.len() - word.len();
    let here = codes_of_line(spot);
    let mut codes: Vec<Code> =
        here.iter().copied().chain(Code::ALL.into_iter().filter(|c| !here.contains(c))).collect();
    codes.retain(|code| begins(code.as_str(), word) && !listed.contains(&code.as_str()));
    codes.into_iter().map(|code| spot.item(at, ItemKind::Code, code.as_str(), diagnostics::summary(code))).collect()
}

fn codes_of_line(spot: &Spot) -> Vec<Code> {
    let end = spot.start + spot.text.len() as u32;
    // a finding of this line ends before its comment, and none of the line before reaches behind it
    let found = diagnostics::of_file(spot.ws, spot.file).into_iter().filter(|found| found.range.end <= end);
    let last = found.max_by_key(|found| found.range.end);
    let near = |end: u32| spot.start.saturating_sub(end) < 40;
    last.filter(|found| near(found.range.end)).map(|found| found.code).into_iter().collect()
}
