//! Units of systemd: what `ExecStart` runs.

use super::dockerfile::Form;
use super::service::{Platform, Run, Service, line};

/// The service of a unit; none where it starts nothing.
pub(super) fn read(text: &str) -> Vec<Service> {
    let mut found = Service { platform: Platform::Systemd, ..Service::default() };
    let (mut whole, mut first) = (String::new(), 1);
    for (row, number) in text.split('\n').map(|row| row.trim_end_matches('\r')).zip(1..) {
        if whole.is_empty() {
            first = number;
        }
        if let Some(row) = row.strip_suffix('\\') {
            whole.push_str(row);
            whole.push_str("\\\n");
            continue;
        }
        whole.push_str(row);
        let row = std::mem::take(&mut whole);
        let Some((key, value)) = row.split_once('=') else { continue };
        let value = value.trim();
        match key.trim() {
            "ExecStart" if !value.is_empty() => {
                let command = value.trim_start_matches(['-', '@', ':', '+', '!', '|']);
                found.line = line(first);
                found.command = Some(Run { form: Form::Shell(command.into()), line: line(first) });
            }
            "WorkingDirectory" => found.workdir = Some(value.into()),
            "Environment" => {
                let pairs = super::dockerfile::words(value);
                let pairs = pairs.iter().filter_map(|pair| pair.split_once('='));
                found.environment.extend(pairs.map(|(name, value)| (name.into(), value.into())));
            }
            _ => {}
        }
    }
    if found.command.is_some() { vec![found] } else { Vec::new() }
}
