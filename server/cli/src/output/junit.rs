//! `JUnit` XML, which most CI services show as test results: a file is a suite, a finding a test that fails.

use crate::report::{Finding, Report};
use pinlens_facts::words::codes::Severity;
use quick_junit::{NonSuccessKind, Report as Xml, TestCase, TestCaseStatus, TestSuite};
use std::collections::BTreeMap;
use std::io::{self, Write};

/// Writes the report. Where nothing was found there is one test, and it passes: services take an empty report for a failure.
pub fn write(out: &mut dyn Write, report: &Report) -> io::Result<()> {
    let mut xml = Xml::new("pinlens");
    let mut files: BTreeMap<&str, Vec<&Finding>> = BTreeMap::new();
    for finding in report.facts() {
        files.entry(&finding.place.path).or_default().push(finding);
    }
    if files.is_empty() {
        let mut suite = TestSuite::new("pinlens");
        suite.add_test_case(TestCase::new("no findings", TestCaseStatus::success()));
        xml.add_test_suite(suite);
    }
    for (path, findings) in files {
        let mut suite = TestSuite::new(path);
        for finding in findings {
            suite.add_test_case(case(finding));
        }
        xml.add_test_suite(suite);
    }
    xml.serialize(&mut *out).map_err(io::Error::other)?;
    writeln!(out)
}

/// Infos and hints fail no run, so their tests pass, with the message as what they printed.
fn case(finding: &Finding) -> TestCase {
    let start = finding.place.range.start;
    let place = format!("{}:{}:{}", finding.place.path, start.line, start.column);
    let status = match finding.severity {
        Severity::Error | Severity::Warning => {
            let mut status = TestCaseStatus::non_success(NonSuccessKind::Failure);
            status.set_message(finding.headline()).set_type(finding.severity.as_str());
            status.set_description(format!("{place}: {}", finding.message));
            status
        }
        Severity::Info | Severity::Hint => TestCaseStatus::success(),
    };
    let mut case = TestCase::new(format!("{} {place}", finding.code.as_str()), status);
    case.set_classname(finding.code.as_str());
    if finding.severity < Severity::Warning {
        case.set_system_out(format!("{place}: {}", finding.message));
    }
    case.extra.insert("file".into(), finding.place.path.as_str().into());
    case.extra.insert("line".into(), start.line.to_string().into());
    case
}
