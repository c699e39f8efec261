//! A source line as it is shown, and the marks below the range in it.

use super::style::steers;
use crate::place::Range;

/// The cells that a tab reaches to a multiple of.
const TAB: usize = 4;
/// The cells that are shown of a line at most.
const WIDTH: usize = 140;
/// Of a line of more bytes only the part around the range is looked at: a file of one line may have a finding in each of its words.
const LONG: usize = 4096;
/// The cells that are shown before the range where the line is cut.
const BEFORE: usize = 20;

/// One line of source and the line of marks below it.
#[derive(Debug, PartialEq, Eq)]
pub struct Snippet {
    /// The line: tabs expanded, control characters replaced, long ends cut.
    pub line: String,
    /// Blanks up to the range.
    pub indent: String,
    /// `^` below each cell of the range; one where it is empty.
    pub marks: String,
}

impl Snippet {
    /// Shows `line`, in which `range` begins.
    pub fn of(line: &str, range: Range) -> Self {
        let start = range.start.column as usize - 1;
        let end = if range.end.line == range.start.line { range.end.column as usize - 1 } else { usize::MAX };
        if line.len() <= WIDTH && line.bytes().all(|byte| matches!(byte, b' '..=b'~')) {
            return Self::plain(line, start, end);
        }
        let (line, start, end) = if line.len() > LONG { near(line, start, end) } else { (line, start, end) };
        let cells = cells(line);
        let column_of = |index: usize| cells.get(index).map_or_else(|| width(&cells), |cell| cell.column);
        let (from, to) = (column_of(start), column_of(end));
        let cut = if width(&cells) > WIDTH { from.saturating_sub(BEFORE) } else { 0 };
        let (line, offset) = window(&cells, cut);
        let room = (cut + WIDTH).saturating_sub(from).max(1);
        let marks = "^".repeat(to.saturating_sub(from).clamp(1, room));
        Self { line, indent: " ".repeat(from - cut + offset), marks }
    }
}

impl Snippet {
    /// A short line of visible ASCII, as nearly all are: a character is a cell.
    fn plain(line: &str, start: usize, end: usize) -> Self {
        let (start, end) = (start.min(line.len()), end.min(line.len()));
        let marks = "^".repeat(end.saturating_sub(start).max(1));
        Self { line: line.trim_end().to_owned(), indent: " ".repeat(start), marks }
    }
}

/// The part of a long line around the characters from `start` to `end`, with their indices in it.
fn near(line: &str, start: usize, end: usize) -> (&str, usize, usize) {
    let first = start.saturating_sub(2 * WIDTH);
    let offset = |text: &str, characters: usize| text.char_indices().nth(characters).map_or(text.len(), |(at, _)| at);
    let rest = line.get(offset(line, first)..).unwrap_or_default();
    let part = rest.get(..offset(rest, 4 * WIDTH)).unwrap_or_default();
    (part, start - first, end.saturating_sub(first))
}

/// One character as it is shown.
struct Cell {
    text: String,
    column: usize,
    width: usize,
}

fn cells(line: &str) -> Vec<Cell> {
    let mut column = 0;
    let cell = |character: char| {
        let (text, width) = match character {
            '\t' => (" ".repeat(TAB - column % TAB), TAB - column % TAB),
            control if steers(control) => (String::from('\u{fffd}'), 1),
            other => (String::from(other), character_width(other)),
        };
        let cell = Cell { text, column, width };
        column += width;
        cell
    };
    line.chars().map(cell).collect()
}

fn width(cells: &[Cell]) -> usize {
    cells.last().map_or(0, |cell| cell.column + cell.width)
}

/// The part of the line that begins at the column `cut`, and how far an ellipsis before it moves the text.
fn window(cells: &[Cell], cut: usize) -> (String, usize) {
    let shown = cells.iter().filter(|cell| cell.column >= cut && cell.column + cell.width <= cut + WIDTH);
    let text: String = shown.map(|cell| cell.text.as_str()).collect();
    let (before, after) = (if cut > 0 { "…" } else { "" }, if width(cells) > cut + WIDTH { "…" } else { "" });
    (format!("{before}{}{after}", text.trim_end()), usize::from(cut > 0))
}

/// How many cells a terminal gives to a character: the blocks of East Asian Wide characters (UAX #11) and of emoji take
/// two, combining marks none. Blocks are enough here, for only the marks below such a line depend on it.
fn character_width(character: char) -> usize {
    match u32::from(character) {
        0x0300..=0x036f | 0x200b..=0x200f | 0x20d0..=0x20ff | 0xfe00..=0xfe0f => 0,
        0x1100..=0x115f
        | 0x2e80..=0x303e
        | 0x3041..=0xa4cf
        | 0xac00..=0xd7a3
        | 0xf900..=0xfaff
        | 0xfe30..=0xfe6f
        | 0xff00..=0xff60
        | 0xffe0..=0xffe6
        | 0x1f300..=0x1f64f
        | 0x1f900..=0x1f9ff
        | 0x20000..=0x3fffd => 2,
        _ => 1,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::place::Position;

    fn show(line: &str, from: u32, to: u32) -> (String, String) {
        let position = |column| Position { line: 1, column };
        let snippet = Snippet::of(line, Range { start: position(from), end: position(to) });
        (snippet.line, format!("{}{}", snippet.indent, snippet.marks))
    }

    #[test]
    fn the_range_is_marked() {
        let (line, marks) = show("import redis", 8, 13);
        assert_eq!((line.as_str(), marks.as_str()), ("import redis", "       ^^^^^"));
    }

    #[test]
    fn tabs_and_wide_characters_keep_their_place() {
        let (line, marks) = show("\timport redis", 9, 14);
        assert_eq!((line.as_str(), marks.as_str()), ("    import redis", "           ^^^^^"));
        let (line, marks) = show("x = '漢字'; import a", 18, 19);
        assert_eq!((line.as_str(), marks.as_str()), ("x = '漢字'; import a", "                   ^"));
    }

    #[test]
    fn an_empty_range_and_one_of_several_lines_are_marked_once() {
        assert_eq!(show("ab", 3, 3).1, "  ^");
        let range = Range { start: Position { line: 1, column: 2 }, end: Position { line: 2, column: 2 } };
        let snippet = Snippet::of("abc", range);
        assert_eq!(snippet.marks, "^^");
    }

    #[test]
    fn a_long_line_is_cut_around_the_range() {
        let text = format!("{}import redis{}", "x;".repeat(200), "#".repeat(200));
        let (line, marks) = show(&text, 408, 413);
        assert!(line.starts_with('…') && line.ends_with('…'), "{line}");
        assert_eq!(line.chars().count(), WIDTH + 2);
        let at = marks.find('^').unwrap();
        let marked: String = line.chars().skip(at).take(5).collect();
        assert_eq!(marked, "redis");
    }

    #[test]
    fn of_a_very_long_line_only_the_part_around_the_range_is_looked_at() {
        let text = format!("{}import redis{}", "é;".repeat(20_000), "#".repeat(20_000));
        let (line, marks) = show(&text, 40_008, 40_013);
        assert!(line.starts_with('…') && line.ends_with('…'), "{line}");
        let at = marks.find('^').unwrap();
        assert_eq!(line.chars().skip(at).take(marks.len() - at).collect::<String>(), "redis");
        let (line, marks) = show(&"a;".repeat(20_000), 39_999, 40_000);
        assert!(line.starts_with('…') && line.ends_with("a;"), "{line}");
        assert_eq!(line.chars().nth(marks.find('^').unwrap()), Some('a'));
        let (line, marks) = show(&"[".repeat(40_000), 1, 40_000);
        assert_eq!((line.chars().count(), marks.len()), (WIDTH + 1, WIDTH));
    }
}
