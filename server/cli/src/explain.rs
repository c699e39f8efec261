//! `pinlens explain`: the page of a code, as it stands in `docs/diagnostics`.

use crate::args::ExplainArgs;
use pinlens_analysis::diagnostics;
use pinlens_facts::words::codes::Code;
use std::io::{self, Write};

/// The text of a page, which is part of the binary.
macro_rules! page {
    ($name:literal) => {
        include_str!(concat!("../../../docs/diagnostics/", $name, ".md"))
    };
}

/// Prints the page of a code; without one, every code with a line of what it means. A reader that goes away is no failure.
pub fn run(args: &ExplainArgs) -> u8 {
    let text = match args.code {
        Some(code) => page(code).to_owned(),
        None => list(),
    };
    let _ = io::stdout().write_all(text.as_bytes());
    0
}

/// What there is to know of a code, in Markdown.
const fn page(code: Code) -> &'static str {
    match code {
        Code::UndeclaredImport => page!("undeclared-import"),
        Code::UnresolvedImport => page!("unresolved-import"),
        Code::UnusedRequirement => page!("unused-requirement"),
        Code::DuplicateRequirement => page!("duplicate-requirement"),
        Code::InvalidRequirement => page!("invalid-requirement"),
        Code::UnresolvedInclude => page!("unresolved-include"),
        Code::TransitiveImport => page!("transitive-import"),
        Code::DevOnlyImport => page!("dev-only-import"),
        Code::RemovedStdlibModule => page!("removed-stdlib-module"),
        Code::ShadowedModule => page!("shadowed-module"),
        Code::ConflictingRequirement => page!("conflicting-requirement"),
        Code::StdlibRequirement => page!("stdlib-requirement"),
        Code::StaleCompiledRequirements => page!("stale-compiled-requirements"),
        Code::MisnamedRequirement => page!("misnamed-requirement"),
        Code::UnpinnedRequirement => page!("unpinned-requirement"),
        Code::VersionMismatch => page!("version-mismatch"),
        Code::UnreadableRequirements => page!("unreadable-requirements"),
        Code::InvalidConfiguration => page!("invalid-configuration"),
        Code::UndeclaredUse => page!("undeclared-use"),
        Code::UnresolvedEntry => page!("unresolved-entry"),
        Code::NotInstalled => page!("not-installed"),
        Code::UnknownDistribution => page!("unknown-distribution"),
        Code::TestOnlyRequirement => page!("test-only-requirement"),
        Code::UnusedIgnore => page!("unused-ignore"),
        Code::DriftingRequirement => page!("drifting-requirement"),
    }
}

fn list() -> String {
    let width = Code::ALL.iter().map(|code| code.as_str().len()).max().unwrap_or_default();
    let lines = Code::ALL.map(|code| format!("{:width$}  {}", code.as_str(), diagnostics::summary(code)));
    lines.join("\n") + "\n"
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_page_begins_with_its_code() {
        for code in Code::ALL {
            assert!(page(code).starts_with(&format!("# {}\n", code.as_str())), "{}", code.as_str());
        }
    }
}
