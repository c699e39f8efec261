//! What an extra of a requirement brings: `redis` of `celery[redis]`.

use crate::model::environment::Environment;
use pinlens_facts::knowledge::needs;
use pinlens_facts::words::markers;
use pinlens_facts::words::names::DistributionName;

/// The distributions that `extra` of the distribution `name` installs: what its metadata says where it is installed, else
/// the bundled tables, and the extra's own name, for most are called like what they bring.
pub(super) fn brings(name: &DistributionName, extra: &str, environment: &Environment) -> Vec<DistributionName> {
    let mut found = vec![DistributionName::new(extra)];
    if let Some(installed) = environment.get(name) {
        let requires = |rest: &str| {
            markers::extra_of(rest.trim_start_matches(|c| c != ';').trim_start_matches(';'))
                .is_some_and(|required| DistributionName::new(required) == DistributionName::new(extra))
        };
        found
            .extend(installed.requires.iter().filter(|(_, rest)| requires(rest)).map(|(required, _)| required.clone()));
    }
    found.extend(needs::brought_by_extra(name.as_str(), extra));
    found
}
