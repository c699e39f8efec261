//! Drivers, which the scheme of a URL chooses. The URL may come from the environment of the deployed application, so a
//! driver counts wherever something that takes URLs is there.

use super::places;
use super::reason::{Query, Reason};
use pinlens_facts::knowledge::atoms::Atom;
use pinlens_facts::knowledge::table::Row;
use pinlens_facts::mentions::MentionKind;
use pinlens_facts::words::lists::List;

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
    let takers = if named.is_empty() { List::UrlTaker.words().collect() } else { named };
    let taker = takers.iter().find(|host| scope.has(host))?;
    Some(Reason::likely(format!("{taker} loads it for URLs that begin with {}://", row.key)))
}
