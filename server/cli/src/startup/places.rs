//! The places of one project, as they are shown: paths from the current folder, lines from 1.

use crate::here::Here;
use crate::lines::text_again;
use crate::project::Project;
use pinlens_analysis::answers::tree::Files;
use pinlens_analysis::model::ids::FileId;
use pinlens_facts::words::names::FilePath;
use pinlens_facts::words::text::{Encoding, TextRange};

/// Shows the places of one project.
pub struct Places<'a> {
    pub project: &'a Project,
    here: Here,
}

impl<'a> Places<'a> {
    pub fn of(project: &'a Project) -> Self {
        Self { project, here: Here::for_people() }
    }

    /// The path of a file.
    pub fn path(&self, file: FileId) -> String {
        self.here.show(&self.project.loader.absolute(self.file_path(file)))
    }

    pub fn file_path(&self, file: FileId) -> &'a FilePath {
        self.project.workspace.path(file)
    }

    /// The line, from 1, at which a range begins.
    pub fn line(&self, file: FileId, range: TextRange) -> u32 {
        let facts = self.project.workspace.facts(file);
        facts.map_or(1, |facts| facts.position(range.start, Encoding::Utf32).line + 1)
    }

    /// `path:line` of a range.
    pub fn at(&self, file: FileId, range: TextRange) -> String {
        format!("{}:{}", self.path(file), self.line(file, range))
    }
}

impl Files for Places<'_> {
    fn path(&self, file: FileId) -> String {
        Places::path(self, file)
    }

    fn text(&self, file: FileId, range: TextRange) -> String {
        let text = text_again(self.project, self.file_path(file)).unwrap_or_default();
        text.get(range.indices()).map(|text| text.split_whitespace().collect::<Vec<_>>().join(" ")).unwrap_or_default()
    }
}
