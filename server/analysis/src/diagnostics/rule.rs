//! What the file of a code has: its row of the table, and where its check puts what it finds.

use super::pass::FixPass;
use crate::analysis::Analysis;
use crate::config::{self, Config};
use crate::finding::Diagnostic;
use crate::fixes::Fix;
use crate::imports::Import;
use crate::model::ids::FileId;
use pinlens_facts::manifest::SettingsFacts;
use pinlens_facts::requirements::RequirementsFacts;
use pinlens_facts::words::codes::Code;
use pinlens_facts::words::names::{DistributionName, FilePath};
use pinlens_facts::words::suppress::Ignores;
use pinlens_facts::words::text::TextRange;

/// A code as the server knows it: one row of the table, which its own file holds.
pub(crate) struct Rule {
    /// The code; its name and severity are in `pinlens_facts::words::codes`, its page is `docs/diagnostics/NAME.md`.
    pub code: Code,
    /// What the finding means, in one sentence. (SARIF's rule description.)
    pub summary: &'static str,
    /// How it is found.
    pub check: Check,
    /// How it is fixed, where it can be: the best fix first.
    pub fixes: Option<fn(&mut FixPass, &Diagnostic) -> Vec<Fix>>,
}

/// What a check reads of its file. Each puts what it finds into the [`Findings`].
pub(super) enum Check {
    /// The resolved imports of a Python file.
    Imports(fn(&Analysis, FileId, &[Import], &mut Findings)),
    /// What a file declares.
    Requirements(fn(&Analysis, FileId, &RequirementsFacts, &mut Findings)),
    /// What a file declares, whatever the rest of the workspace holds.
    Text(fn(&Analysis, FileId, &RequirementsFacts, &mut Findings)),
    /// What deployments report of a file, whatever it is.
    Deployments(fn(&Analysis, FileId, &mut Findings)),
    /// The comments and settings of a file that silence findings, once all others were looked for. The imports are those of a Python
    /// file of which anything may be reported.
    Silencers(fn(&Analysis, FileId, Option<&[Import]>, &mut Findings)),
    /// A file that may hold settings of pinlens, whatever the rest of the workspace holds.
    Settings(fn(&Analysis, FileId, &SettingsFacts, &mut Findings)),
}

/// Findings as they are made: silenced ones are dropped at the door.
pub(crate) struct Findings<'a> {
    config: &'a Config,
    /// The file's path, counted from the folder of the settings.
    path: FilePath,
    list: Vec<Diagnostic>,
    /// Which comment silenced a finding of which code, by the comment's place in the facts.
    silenced: Vec<(*const Ignores, Code)>,
}

impl<'a> Findings<'a> {
    pub(super) fn new(workspace: &'a Analysis, file: FileId) -> Self {
        let (config, folder) = workspace.config_at(workspace.path(file));
        let path = workspace.path(file).below(folder);
        Self { config, path, list: Vec::new(), silenced: Vec::new() }
    }

    /// Takes a finding in unless a comment or the configuration silences it, at the severity that the configuration gives it.
    pub(crate) fn add(&mut self, diagnostic: Diagnostic, ignores: &Ignores) {
        let subject = config::Subject {
            code: diagnostic.code,
            path: &self.path,
            distribution: diagnostic.distribution.as_ref(),
            module: diagnostic.module.as_ref(),
        };
        let severity = self.config.severity_of(subject, diagnostic.severity);
        if ignores.silence(diagnostic.code.as_str()) {
            return self.silenced.push((std::ptr::from_ref(ignores), diagnostic.code));
        }
        if let Some(severity) = severity {
            self.list.push(Diagnostic { severity, ..diagnostic });
        }
    }

    /// Whether the comment silenced a finding, of that code where one is given.
    pub(super) fn was_silenced(&self, ignores: &Ignores, code: Option<Code>) -> bool {
        let mut own = self.silenced.iter().filter(|(comment, _)| std::ptr::eq(*comment, ignores));
        own.any(|(_, silenced)| code.is_none_or(|code| code == *silenced))
    }

    /// Whether a finding of that distribution stands at the range already.
    pub(crate) fn has(&self, range: TextRange, distribution: Option<&DistributionName>) -> bool {
        self.list.iter().any(|found| found.range == range && found.distribution.as_ref() == distribution)
    }

    pub(super) fn sorted(mut self) -> Vec<Diagnostic> {
        self.list.sort_by(|a, b| (a.range, a.code, &a.message).cmp(&(b.range, b.code, &b.message)));
        self.list.dedup();
        self.list
    }
}
