//! What a click in a manifest opens: the file of a `-r` or `-c`, the project in a folder, the page of a distribution.

use super::subject::declarations;
use crate::analysis::Analysis;
use crate::model::ids::FileId;
use pinlens_facts::requirements::{Include, Requirement, Source};
use pinlens_facts::words::names::DistributionName;
use pinlens_facts::words::text::TextRange;

/// Some bytes that open something.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Link {
    /// The bytes.
    pub range: TextRange,
    /// What they open.
    pub target: LinkTarget,
    /// What is said of it.
    pub tooltip: String,
}

/// What a link opens.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum LinkTarget {
    /// A file of the workspace.
    File(FileId),
    /// A page.
    Page(String),
}

/// The labels of the pages that say most of a distribution, the best first, as metadata has them (well-known labels, PEP 753).
const PAGES: [&str; 6] = ["homepage", "home page", "documentation", "docs", "repository", "source"];

/// The files that show that a folder is a project, the best first.
const PROJECT_FILES: [&str; 3] = ["pyproject.toml", "setup.cfg", "setup.py"];

/// The links of a manifest, in the order of the text.
pub fn links(ws: &Analysis, file: FileId) -> Vec<Link> {
    let Some(facts) = declarations(ws, file) else { return Vec::new() };
    let includes = facts.includes.iter().filter_map(|include| of_include(ws, file, include));
    let requirements = facts.requirements.iter().filter_map(|requirement| match requirement.source {
        Source::Path => of_path(ws, file, requirement, &facts.text),
        Source::Index | Source::Conda => page(ws, requirement),
        Source::Url | Source::Vcs => None,
    });
    let mut links: Vec<Link> = includes.chain(requirements).collect();
    links.sort_by_key(|link| link.range);
    links
}

fn of_include(ws: &Analysis, file: FileId, include: &Include) -> Option<Link> {
    let target = ws.file(&ws.path(file).sibling(&include.target)).filter(|id| ws.facts(*id).is_some())?;
    let tooltip = format!("Open {}", ws.path(target));
    Some(Link { range: include.target_range, target: LinkTarget::File(target), tooltip })
}

/// The manifest of the project in the folder that is required.
fn of_path(ws: &Analysis, file: FileId, requirement: &Requirement, text: &str) -> Option<Link> {
    let written = text.get(requirement.name_range.indices()).filter(|_| requirement.name.is_none())?;
    let folder = written.split('[').next().unwrap_or_default().trim_start_matches("file:").trim_end_matches('/');
    let manifest = |name: &&str| {
        let path = ws.path(file).sibling(&format!("{folder}/{name}"));
        ws.file(&path).filter(|id| ws.facts(*id).is_some())
    };
    let target = PROJECT_FILES.iter().find_map(manifest)?;
    let tooltip = format!("Open {}", ws.path(target));
    Some(Link { range: requirement.name_range, target: LinkTarget::File(target), tooltip })
}

fn page(ws: &Analysis, requirement: &Requirement) -> Option<Link> {
    let (label, url) = page_of(ws, requirement.name.as_ref()?)?;
    let tooltip = format!("Open {label}: {url}");
    Some(Link { range: requirement.name_range, target: LinkTarget::Page(url.to_owned()), tooltip })
}

/// The page that says most of an installed distribution, with its label.
fn page_of<'a>(ws: &'a Analysis, name: &DistributionName) -> Option<(&'a str, &'a str)> {
    let links = &ws.environment().get(name)?.about.links;
    let known = PAGES.iter().find_map(|page| links.iter().find(|(label, _)| label.eq_ignore_ascii_case(page)));
    known.or_else(|| links.first()).map(|(label, url)| (label.as_str(), url.as_str()))
}
