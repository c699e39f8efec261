//! The nearest known word to one that is not known.

/// The entry of `known` that is fewest edits away from `word`, the first of equals; `None` where each is too far.
pub(super) fn nearest<'k>(word: &str, known: &[&'k str]) -> Option<&'k str> {
    let limit = (word.chars().count() / 3).clamp(1, 3);
    let distances = known.iter().map(|&entry| (distance(word, entry), entry));
    distances.filter(|&(distance, _)| distance <= limit).min_by_key(|&(distance, _)| distance).map(|(_, entry)| entry)
}

/// The number of insertions, removals and replacements between two words. Long words are never near anything.
fn distance(from: &str, to: &str) -> usize {
    const LONGEST: usize = 64;
    if from.len() > LONGEST {
        return usize::MAX;
    }
    let to: Vec<char> = to.chars().collect();
    let mut row: Vec<usize> = (0..=to.len()).collect();
    for (line, left) in from.chars().enumerate() {
        let mut corner = line;
        let mut before = line + 1;
        for (cell, right) in row.iter_mut().skip(1).zip(&to) {
            let cost = (corner + usize::from(left != *right)).min(before + 1).min(*cell + 1);
            corner = *cell;
            *cell = cost;
            before = cost;
        }
        if let Some(first) = row.first_mut() {
            *first = line + 1;
        }
    }
    row.last().copied().unwrap_or(usize::MAX)
}
