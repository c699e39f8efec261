//! What an undeclared import means when the application starts: the words, the chain and the severity.

use crate::analysis::Analysis;
use crate::config::Level;
use crate::finding::Related;
use crate::imports::Import;
use crate::imports::claims::{Claim, Proof};
use crate::model::ids::FileId;
use crate::startup;
use crate::startup::chains::{Fate, Link};
use crate::startup::steps::Decision;
use pinlens_facts::python::loading::{End, Failure, Handler};
use pinlens_facts::words::codes::Severity;
use pinlens_facts::words::text::Encoding;

/// What an import that is missing means for start-up.
#[derive(Clone, Debug, Default)]
pub(super) struct StartUp {
    /// Whether the program of an entry ends.
    pub crashes: bool,
    /// Where every deployment that comes to it installs it, though no requirement that is for the code declares it: the worst that
    /// the finding may be.
    pub installed: Option<Severity>,
    /// Whether a deployment lacks it, for sure.
    pub is_proved: bool,
    /// Whether an entry is known, and none comes to the import but for what carries on without it.
    pub is_off: bool,
    /// When the failure shows, where start-up shows it.
    pub when: Option<String>,
    /// A sentence more.
    pub remark: Option<String>,
    /// The chain, from the entry on, and the handlers that decide.
    pub related: Vec<Related>,
}

/// What start-up makes of an import of `file` that is missing.
pub(super) fn of(ws: &Analysis, file: FileId, import: &Import) -> StartUp {
    let startup = startup::start_up(ws);
    let entry_path = |number: usize| startup.entries.get(number).map(|entry| ws.path(entry.file).clone());
    match startup.fate(ws, file, import.index) {
        Fate::Crash { entry, chain, own, .. } => {
            let Some(entry) = entry_path(entry) else { return StartUp::default() };
            let when = format!("{} crashes at start-up", ws.shown(&entry));
            let unbound = || "the handler leaves a name unbound that is used all the same".to_owned();
            let remark = matches!(own, Decision::Unbound(..)).then(unbound).or_else(|| way(ws, &chain, file));
            StartUp {
                crashes: true,
                when: Some(when),
                remark,
                related: related(ws, file, &chain, own),
                ..StartUp::default()
            }
        }
        // a failure that its own statement forgives is no news
        Fate::Stopped { entry, chain, by } if by.0 != file => {
            let Some(entry) = entry_path(entry) else { return StartUp::default() };
            let remark = match by.1 {
                Some(_) => {
                    format!("{} starts without it: {} catches the failure", ws.shown(&entry), ws.shown(ws.path(by.0)))
                }
                None => format!(
                    "a test in {} decides whether {} imports it at start-up",
                    ws.shown(ws.path(by.0)),
                    ws.shown(&entry)
                ),
            };
            let mut related = related(ws, file, &chain, Decision::Nothing);
            related.extend(by.1.map(|handler| at_handler(by.0, handler)));
            StartUp { is_off: true, remark: Some(remark), related, ..StartUp::default() }
        }
        Fate::Stopped { .. } | Fate::Unreached => StartUp { is_off: startup.has_entries(), ..StartUp::default() },
    }
}

impl StartUp {
    /// How bad the finding is, by what is proved; `None` where it is not wanted.
    pub fn severity(&self, ws: &Analysis, file: FileId, proof: &Proof) -> Option<Severity> {
        if self.is_proved {
            return Some(if self.crashes { Severity::Error } else { Severity::Warning });
        }
        if let Some(worst) = self.installed {
            return Some(proof.severity(Claim::Undeclared)?.min(worst));
        }
        if self.crashes {
            return proof.severity(Claim::Crash);
        }
        let severity = proof.severity(Claim::Undeclared)?;
        match ws.config_at(ws.path(file)).0.off_start_up.filter(|_| self.is_off) {
            None => Some(severity),
            Some(Level::At(level)) => Some(severity.min(level)),
            Some(Level::Off) => None,
        }
    }
}

/// `start-up: main.py:5 → app.py:9 → rq_config.py`; nothing where the entry itself is the file.
pub(super) fn way(ws: &Analysis, chain: &[Link], file: FileId) -> Option<String> {
    if chain.iter().all(|link| link.file == file) {
        return None;
    }
    let line = |link: &Link| {
        let facts = ws.facts(link.file);
        facts.map_or(1, |facts| facts.position(link.range.start, Encoding::Utf32).line + 1)
    };
    let steps = chain.iter().map(|link| format!("{}:{}", ws.shown(ws.path(link.file)), line(link)));
    let steps: Vec<String> = steps.chain([ws.shown(ws.path(file))]).collect();
    Some(format!("start-up: {}", steps.join(" → ")))
}

/// The steps of the chain, each with the handler there that passes the failure on.
pub(super) fn related(ws: &Analysis, file: FileId, chain: &[Link], own: Decision) -> Vec<Related> {
    let mut related = Vec::new();
    for (number, link) in chain.iter().enumerate() {
        let does = match &link.calls {
            Some(function) => format!("calls {function}()"),
            None => format!("imports {}", ws.shown(ws.path(link.to))),
        };
        related.push(Related::new(link.file, link.range, format!("start-up, step {}: {does}", number + 1)));
        related.extend(link.passed_by.map(|handler| at_handler(link.file, handler)));
    }
    match own {
        Decision::PassedOn(handler) => related.push(at_handler(file, handler)),
        Decision::Unbound(handler, used) => {
            related.push(at_handler(file, handler));
            related.push(Related::new(file, used, "the name that was left unbound is used here".to_owned()));
        }
        Decision::Nothing | Decision::Checked | Decision::Stopped(_) => {}
    }
    related
}

fn at_handler(file: FileId, handler: Handler) -> Related {
    let message = match handler.end {
        End::CarriesOn => "this `except` continues",
        End::Reraises => "this `except` re-raises",
        End::Raises(Failure::Exit) => "this `except` ends the program",
        End::Raises(_) => "this `except` raises another error",
    };
    Related::new(file, handler.range, message.to_owned())
}
