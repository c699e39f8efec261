//! Adding requirements: which version, to which file, at which place.

use super::{Applicability, FileEdit, Fix, SourceEdit, manifest};
use crate::facts::FileFacts;
use crate::names::{DistributionName, FilePath};
use crate::project::{Project, Role, role_of, role_of_code};
use crate::requirements::{Format, Requirement, RequirementsFacts, Source};
use crate::text::{TextEdit, line_ending};
use crate::workspace::{FileId, Workspace};

/// A requirement to add.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Addition {
    /// The distribution.
    pub name: DistributionName,
    /// The version to pin, where one is known.
    pub version: Option<String>,
}

impl Addition {
    /// `name` with the version that is in force for the code of `file`: the one of a `-c` file, then the installed one.
    pub(crate) fn of(workspace: &Workspace, file: FileId, name: &DistributionName) -> Self {
        let project = &workspace.projects().all[workspace.project_of(file)];
        let version = constrained_version(workspace, project, name).or_else(|| installed_version(workspace, name));
        Self { name: name.clone(), version }
    }

    /// The line to write, without its break.
    fn line(&self) -> String {
        match &self.version {
            Some(version) => format!("{}=={version}", self.name),
            None => self.name.to_string(),
        }
    }
}

fn constrained_version(workspace: &Workspace, project: &Project, name: &DistributionName) -> Option<String> {
    project.constraints.iter().find_map(|file| {
        let facts = workspace.facts(*file).and_then(FileFacts::declarations)?;
        let mut pins = facts.requirements.iter().filter(|requirement| requirement.name.as_ref() == Some(name));
        pins.find_map(|requirement| requirement.pinned_version().map(public_version))
    })
}

/// A version that came from a folder, a URL or a repository is on no index: it is no pin.
fn installed_version(workspace: &Workspace, name: &DistributionName) -> Option<String> {
    let installed =
        workspace.environment().get(name).filter(|installed| !installed.direct && !installed.version.is_empty())?;
    Some(public_version(&installed.version))
}

/// A version without its local part (`+cu121`), which no index accepts (PEP 440).
fn public_version(version: &str) -> String {
    version.split('+').next().unwrap_or_default().to_owned()
}

/// Adds `additions` to the requirements file that governs `file` and fits it best; makes `requirements.txt` where none
/// governs. `None` where nothing can be added: no additions, or a file that demands hashes.
pub(crate) fn fix(workspace: &Workspace, file: FileId, additions: &[Addition]) -> Option<Fix> {
    let first = additions.first()?;
    let project = &workspace.projects().all[workspace.project_of(file)];
    let role = role_for(workspace, file, additions);
    let what = if let [only] = additions { only.line() } else { format!("{} requirements", additions.len()) };
    let no_version = if additions.len() == 1 && first.version.is_none() { " (no version is known)" } else { "" };
    let Some(target) = best_target(workspace, project, role) else {
        return (!project.governs()).then(|| creation(project, additions, &what, no_version));
    };
    let facts = workspace.facts(target).and_then(FileFacts::declarations)?;
    if facts.style.hashes {
        return None;
    }
    let path = workspace.path(target).clone();
    let edits = match facts.format {
        Format::Requirements => insertions(facts, additions),
        _ => in_manifest(&path, facts, role, additions)?,
    };
    Some(Fix {
        title: format!("Add {what} to {path}{no_version}"),
        applicability: Applicability::Safe,
        preferred: true,
        edit: SourceEdit { files: vec![FileEdit { path, create: false, edits }] },
    })
}

/// What the additions are for: the application, where any of its code needs one of them, else what `file` is for.
fn role_for(workspace: &Workspace, file: FileId, additions: &[Addition]) -> Role {
    let id = workspace.project_of(file);
    let folder = &workspace.projects().all[id].folder;
    let importers = additions.iter().flat_map(|addition| workspace.index().importers(id, &addition.name));
    let roles = importers.chain([file]).map(|importer| role_of_code(workspace.path(importer), folder));
    roles.min().unwrap_or(Role::Runtime)
}

/// The edits that add to a table of a manifest; `None` where one of them has no place.
fn in_manifest(
    path: &FilePath,
    facts: &RequirementsFacts,
    role: Role,
    additions: &[Addition],
) -> Option<Vec<TextEdit>> {
    let role = if manifest::has_role(path, facts, role) { role } else { Role::Runtime };
    let mut additions: Vec<&Addition> = additions.iter().collect();
    additions.sort_by(|a, b| a.name.cmp(&b.name));
    let mut edits: Vec<TextEdit> = Vec::new();
    for addition in additions {
        let specifier = addition.version.as_ref().map_or_else(String::new, |version| format!("=={version}"));
        let edit = manifest::insertion(path, facts, role, &addition.name, &specifier)?;
        match edits.last_mut().filter(|last| last.range == edit.range) {
            Some(last) => last.text += &edit.text,
            None => edits.push(edit),
        }
    }
    edits.sort_by_key(|edit| edit.range);
    Some(edits)
}

/// A new file changes how the project is installed, so it is not made without asking.
fn creation(project: &Project, additions: &[Addition], what: &str, no_version: &str) -> Fix {
    let name = "requirements.txt";
    let path =
        FilePath::new(&if project.folder.is_empty() { name.to_owned() } else { format!("{}/{name}", project.folder) });
    let mut lines: Vec<String> = additions.iter().map(|addition| addition.line() + "\n").collect();
    lines.sort();
    Fix {
        title: format!("Create {path} with {what}{no_version}"),
        applicability: Applicability::Unsafe,
        preferred: true,
        edit: SourceEdit {
            files: vec![FileEdit { path, create: true, edits: vec![TextEdit::insert(0, lines.concat())] }],
        },
    }
}

/// The requirements file to add to: one for development where the code is for that, else one for run time; the one that
/// people edit, not the one that a tool compiles from it.
fn best_target(workspace: &Workspace, project: &Project, role: Role) -> Option<FileId> {
    let rank = |file: &FileId| {
        let path = workspace.path(*file);
        let facts = workspace.facts(*file).and_then(FileFacts::declarations);
        let compiled = facts.is_some_and(|facts| facts.style.compiled);
        let is_manifest = facts.is_some_and(|facts| facts.format != Format::Requirements);
        let other_role = match facts {
            Some(facts) if is_manifest => !manifest::has_role(path, facts, role),
            _ => role_of(path) != role,
        };
        let by_name = match path.stem() {
            "requirements" => 0,
            "base" | "common" | "main" => 1,
            "prod" | "production" => 2,
            _ => 3,
        };
        let is_txt = path.as_str().rsplit('.').next() == Some("txt");
        // with a compiled file at its side, the `.in` is the source
        (other_role, compiled, is_manifest, by_name, !is_txt, path.clone())
    };
    let target = project.entries.iter().min_by_key(|file| rank(file)).copied();
    target.or_else(|| project.parent.and_then(|parent| best_target(workspace, &workspace.projects().all[parent], role)))
}

/// The edits that put the additions into a file: each at its place where the file is sorted, else at the end.
fn insertions(facts: &RequirementsFacts, additions: &[Addition]) -> Vec<TextEdit> {
    let mut additions: Vec<&Addition> = additions.iter().collect();
    additions.sort_by(|a, b| a.name.cmp(&b.name));
    let places = SortedPlaces::of(facts);
    let mut edits: Vec<TextEdit> = Vec::new();
    for addition in additions {
        let edit = match places.as_ref().and_then(|places| places.before(&addition.name)) {
            Some(offset) => TextEdit::insert(offset, addition.line() + line_ending(&facts.text)),
            None => at_end(&facts.text, &addition.line()),
        };
        match edits.last_mut().filter(|last| last.range == edit.range) {
            Some(last) => last.text += &edit.text,
            None => edits.push(edit),
        }
    }
    edits
}

/// The requirements of a sorted file: names by which to find a place.
struct SortedPlaces<'a> {
    entries: Vec<(&'a DistributionName, &'a Requirement)>,
}

impl<'a> SortedPlaces<'a> {
    /// `None` where fewer than two requirements, or their order, show no sorting.
    fn of(facts: &'a RequirementsFacts) -> Option<Self> {
        let named = facts.requirements.iter().filter(|requirement| requirement.source == Source::Index);
        let entries: Vec<_> = named.filter_map(|requirement| Some((requirement.name.as_ref()?, requirement))).collect();
        (entries.len() >= 2 && entries.is_sorted_by_key(|(name, _)| *name)).then_some(Self { entries })
    }

    /// The start of the line after the last smaller name: a heading above the next one stays with it. `None` at the end.
    fn before(&self, name: &DistributionName) -> Option<u32> {
        let at = self.entries.partition_point(|(entry, _)| *entry < name);
        let (_, next) = self.entries.get(at)?;
        Some(match at.checked_sub(1) {
            Some(previous) => self.entries[previous].1.line_range.end,
            None => next.line_range.start,
        })
    }
}

/// Puts `line` after the last line that is not blank; the end of the text stays as it was, with or without a line break.
fn at_end(text: &str, line: &str) -> TextEdit {
    let content = text.trim_end();
    let ending = line_ending(text);
    if content.trim_start_matches('\u{feff}').is_empty() {
        let bom = text.len() - text.trim_start_matches('\u{feff}').len();
        return TextEdit::insert(bom as u32, format!("{line}{ending}"));
    }
    // a backslash at the very end would swallow the new line
    let apart = if content.ends_with('\\') { ending } else { "" };
    let rest = &text[content.len()..];
    let line_break = rest.find(['\n', '\r']).map(|at| content.len() + at);
    match line_break {
        // before the last line's break: what is inserted behind the very last one, Neovim takes for a line more
        Some(at) => TextEdit::insert(at as u32, format!("{ending}{apart}{line}")),
        None => TextEdit::insert(text.len() as u32, format!("{ending}{apart}{line}")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::requirements;
    use crate::text::apply_edits;

    fn added(text: &str, names: &[&str]) -> String {
        let additions: Vec<Addition> = names
            .iter()
            .map(|name| Addition { name: DistributionName::new(name), version: Some("1".into()) })
            .collect();
        apply_edits(text, &insertions(&requirements::parse(text), &additions))
    }

    #[test]
    fn sorted_files_stay_sorted() {
        assert_eq!(added("celery==5\nflask==3\n", &["rq", "django"]), "celery==5\ndjango==1\nflask==3\nrq==1\n");
        assert_eq!(added("b\nc\n", &["a"]), "a==1\nb\nc\n");
        assert_eq!(added("a\n\n# heading\nc\n", &["b"]), "a\nb==1\n\n# heading\nc\n");
    }

    #[test]
    fn others_get_it_at_the_end() {
        assert_eq!(added("flask==3\ncelery==5\n\n\n", &["a"]), "flask==3\ncelery==5\na==1\n\n\n");
        assert_eq!(added("", &["a"]), "a==1\n");
        assert_eq!(added("\u{feff}", &["a"]), "\u{feff}a==1\n");
    }

    #[test]
    fn ends_and_line_breaks_stay() {
        assert_eq!(added("z", &["b"]), "z\nb==1");
        assert_eq!(added("z\r\nb\r\n", &["c"]), "z\r\nb\r\nc==1\r\n");
        assert_eq!(added("z==1 \\", &["b", "c"]), "z==1 \\\n\nb==1\n\nc==1");
    }
}
