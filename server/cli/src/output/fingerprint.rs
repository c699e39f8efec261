//! What stays the same of a finding while the lines around it move, for services that compare reports.

use crate::report::{Finding, Report};
use std::collections::BTreeMap;

/// A fingerprint for each finding of the report, in its order: a hash of what the finding is about, and which of those it is.
pub fn of(report: &Report) -> Vec<String> {
    let mut seen: BTreeMap<String, u32> = BTreeMap::new();
    let fingerprint = |finding| {
        let key = identity(finding);
        let occurrence = seen.entry(key.clone()).or_default();
        *occurrence += 1;
        format!("{:016x}:{occurrence}", fnv1a(&key))
    };
    report.diagnostics.iter().map(fingerprint).collect()
}

fn identity(finding: &Finding) -> String {
    let name = |name: &Option<String>| name.clone().unwrap_or_default();
    let (module, distribution) = (name(&finding.module), name(&finding.distribution));
    format!("{}\n{}\n{module}\n{distribution}", finding.code.as_str(), finding.place.path)
}

/// The hash FNV-1a: the same in every version of pinlens and on every machine, which the standard library's is not.
fn fnv1a(text: &str) -> u64 {
    text.bytes().fold(0xcbf2_9ce4_8422_2325, |hash, byte| (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_hash_is_the_published_one() {
        assert_eq!(fnv1a(""), 0xcbf2_9ce4_8422_2325);
        assert_eq!(fnv1a("foobar"), 0x8594_4171_f739_67e8);
    }
}
