//! A Procfile: one process a line.

use super::dockerfile::Form;
use super::service::{Platform, Run, Service, line};

/// The processes of a file, in its order.
pub(super) fn read(text: &str) -> Vec<Service> {
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    let rows = text.split('\n').zip(1..).filter_map(|(row, number)| {
        let (name, command) = row.trim_end_matches('\r').split_once(':')?;
        let is_name =
            !name.is_empty() && name.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"_-".contains(&byte));
        let command = command.trim();
        (is_name && !command.is_empty()).then(|| Service {
            name: name.into(),
            line: line(number),
            platform: Platform::Procfile,
            command: Some(Run { form: Form::Shell(command.into()), line: line(number) }),
            ..Service::default()
        })
    });
    rows.collect()
}
