//! package.xml: what a package of ROS and an add-on of `FreeCAD` declare that their hosts install.
//!
//! ROS names keys of rosdep: the packages of Debian (`python3-yaml`), those that pip installs (`python3-transforms3d-pip`), and other
//! packages of ROS, whose module is called as they are. `FreeCAD` names distributions, and says that they are for Python.

use crate::knowledge::images::System;
use crate::knowledge::system_packages;
use crate::words::mention::{Collector, MentionKind};
use crate::words::names::DistributionName;

/// The elements that name what is there when the code runs.
const RUN: [&str; 5] = ["depend", "exec_depend", "run_depend", "build_export_depend", "test_depend"];

/// Reads what the file declares.
pub(super) fn read(text: &str, out: &mut Collector) {
    let mut rest = text;
    let mut line = 1;
    while let Some((before, from)) = rest.split_once('<') {
        line += before.matches('\n').count();
        let end = if let Some(comment) = from.strip_prefix("!--") {
            comment.find("-->").map_or(from.len(), |at| at + "!---->".len())
        } else {
            element(from, line, out);
            from.find('>').map_or(from.len(), |at| at + 1)
        };
        let (inside, after) = from.split_at(end);
        line += inside.matches('\n').count();
        rest = after;
    }
}

/// One element, by what stands behind its first bracket: `exec_depend condition="…">python3-yaml</exec_depend>`.
fn element(text: &str, line: usize, out: &mut Collector) {
    let Some((tag, content)) = text.split_once('>') else { return };
    let name = tag.split_whitespace().next().unwrap_or_default();
    let value = content.split('<').next().unwrap_or_default().trim();
    if !RUN.contains(&name) || value.is_empty() || value.contains(char::is_whitespace) {
        return;
    }
    let mut add = |distribution: &DistributionName| out.add(MentionKind::Install, distribution.as_str(), line);
    if tag.contains("type=\"python\"") {
        return add(&DistributionName::new(value));
    }
    let Some(key) = value.strip_prefix("python3-").or_else(|| value.strip_prefix("python-")) else {
        return add(&DistributionName::new(value));
    };
    if let Some(pip) = key.strip_suffix("-pip") {
        return add(&DistributionName::new(pip));
    }
    let brought = system_packages::brought_by(System::Debian, &format!("python3-{key}"));
    brought.distributions.iter().for_each(add);
    for module in brought.modules {
        out.add(MentionKind::Provides, module, line);
    }
}
