//! What an extra of a requirement brings: `redis` of `celery[redis]`.

use crate::environment::Environment;
use crate::markers;
use crate::names::DistributionName;

/// The distributions that `extra` of the distribution `name` installs: what its metadata says where it is installed, else the
/// bundled table, else the extra's own name, for most are called like what they bring.
pub(super) fn brings(name: &DistributionName, extra: &str, environment: &Environment) -> Vec<DistributionName> {
    let mut found = vec![DistributionName::new(extra)];
    if let Some(installed) = environment.get(name) {
        let asks = |rest: &str| {
            markers::extra_of(rest.trim_start_matches(|c| c != ';').trim_start_matches(';'))
                .is_some_and(|asked| DistributionName::new(asked) == DistributionName::new(extra))
        };
        found.extend(installed.requires.iter().filter(|(_, rest)| asks(rest)).map(|(required, _)| required.clone()));
    }
    let rows = include_str!("../../data/extras.tsv").lines().skip(1).map(|row| row.split('\t').collect::<Vec<_>>());
    for row in rows {
        if let [distribution, known, brought] = row[..]
            && distribution == name.as_str()
            && known.eq_ignore_ascii_case(extra)
        {
            found.extend(brought.split(',').map(DistributionName::new));
        }
    }
    found
}
