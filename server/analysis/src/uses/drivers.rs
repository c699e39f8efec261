//! Drivers, which the scheme of a URL chooses. The URL may come from the environment of the deployed application, so a
//! driver counts wherever something that takes URLs is there.

use super::places;
use super::reason::{Query, Reason};
use pinlens_facts::knowledge::atoms::Atom;
use pinlens_facts::knowledge::table::Row;
use pinlens_facts::mentions::MentionKind;

/// What takes the URL of any database, and what takes that of any broker.
const TAKERS: [&str; 8] =
    ["sqlalchemy", "django", "databases", "celery", "kombu", "tortoise-orm", "peewee", "dj-database-url"];

pub(super) fn reason(query: &Query, row: Row) -> Option<Reason> {
    let scope = &query.scope;
    if let Some(place) = places::find(scope, MentionKind::Url, row.key, |_| true) {
        return Some(Reason::certain(scope.ws, place, &format!("opens a {}:// URL", row.key)));
    }
    let named = row.atoms().filter_map(|atom| match atom {
        Atom::Host(host) => Some(host),
        _ => None,
    });
    let named: Vec<&str> = named.collect();
    let takers = if named.is_empty() { &TAKERS[..] } else { &named };
    let taker = takers.iter().find(|host| scope.has(host))?;
    Some(Reason::likely(format!("{taker} loads it for URLs that begin with {}://", row.key)))
}
