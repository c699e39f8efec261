//! Sessions of nox: what each installs and runs. They check a project, and start nothing that is deployed.

use super::service::{Platform, Service, Step};
use crate::python::sessions::Session;

/// The sessions as services.
pub fn services(sessions: &[Session]) -> Vec<Service> {
    let service = |session: &Session| {
        let steps = session.steps.iter().map(|step| Step { text: step.text.clone(), line: step.line, folder: None });
        let unknown = session.is_bare.then(|| "it runs where nox is installed".into());
        Service {
            name: session.name.clone(),
            line: session.line,
            platform: Platform::Nox,
            python: session.python.clone().map(|python| (python, session.line)),
            steps: steps.collect(),
            unknown: unknown.into_iter().collect(),
            ..Service::default()
        }
    };
    sessions.iter().map(service).collect()
}
