//! What Django imports by names in strings: where a file sets Django up, the settings module that it names, and the modules
//! that its settings name.
//!
//! Knows the text of one file. Which settings hold where one file takes those of another is decided by the walk of start-up.

mod made;
mod settings;
mod setups;
mod value;

pub use super::django_facts::{By, Django, Kind, Named, Replaced, SettingsModule, Setup, When};
pub use made::import_of;

use super::import::ImportStatement;
use super::loading::Loading;
use crate::python::scan::lexer::ignores_at;
use crate::words::lists::List;
use memchr::memmem;

/// Reads what `text`, whose imports and functions are given, says to Django. `is_settings` holds for a file whose name is that
/// of settings; others are read where they assign `INSTALLED_APPS`.
pub(crate) fn read(
    text: &str,
    imports: &[ImportStatement],
    loading: Option<&Loading>,
    is_settings: bool,
) -> Option<Box<Django>> {
    let has = |needle: &str| memmem::find(text.as_bytes(), needle.as_bytes()).is_some();
    let is_known = imports.iter().flat_map(|one| &one.parsed.modules).any(|one| List::DjangoSetup.has(one.name.top()));
    let mut found = Django::default();
    if is_known || has("DJANGO_SETTINGS_MODULE") {
        found.settings = setups::settings_module(text);
        found.setups = setups::find(text, loading).into();
        found.finds_tasks = has("autodiscover_tasks()") || has("autodiscover_tasks(lambda");
    }
    if is_settings || has("INSTALLED_APPS") {
        settings::read(text, &mut found);
    } else if is_known && has("include(") {
        found.named = settings::includes(text).into();
    }
    for named in &mut found.named {
        // the quote behind the name begins no string
        let end = named.statement.range().end as usize;
        let quote = text.get(end..).and_then(|rest| rest.find(['"', '\'', '\n'])).map_or(end, |at| end + at + 1);
        named.statement.ignores = ignores_at(text, quote);
    }
    (found != Django::default()).then(|| Box::new(found))
}

#[cfg(test)]
mod tests;
