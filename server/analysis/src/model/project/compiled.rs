//! Which file a compiled one was made of.

use super::files::Files;
use crate::model::ids::FileId;
use pinlens_facts::facts::Declares;
use pinlens_facts::requirements::RequirementsFacts;
use pinlens_facts::words::names::FilePath;

/// The requirements file that people edit and from which `compiled` was made: the `.in` of its name, or the one that its
/// `# via` comments name; or the pyproject.toml that the head of the file names.
pub fn source_of(files: &impl Files, compiled: FileId) -> Option<FileId> {
    let (path, declares) = files.get(compiled)?;
    let facts = declares.declarations.filter(|_| declares.is_list)?;
    if !facts.style.compiled {
        return None;
    }
    let stem = path.as_str().strip_suffix(".txt")?;
    let beside = files.at(&FilePath::new(&format!("{stem}.in")));
    let named = || {
        let vias = facts.requirements.iter().flat_map(|requirement| &requirement.via);
        let targets = vias.filter_map(|via| via.strip_prefix("-r ")).filter(|target| *target != path.file_name());
        targets.map(|target| path.sibling(target)).chain(vias_from_root(facts)).find_map(|target| files.at(&target))
    };
    let exported = || {
        let mut manifests = manifests_of_head(facts).flat_map(|name| [path.sibling(name), FilePath::new(name)]);
        manifests.find_map(|manifest| files.at(&manifest)).filter(|(_, of)| requires(of))
    };
    beside.or_else(named).or_else(exported).map(|(id, _)| id).filter(|id| *id != compiled)
}

fn requires(manifest: &Declares<'_>) -> bool {
    manifest.declarations.is_some_and(|facts| !facts.requirements.is_empty())
}

/// The manifests that the head of a compiled file says it was made of: `uv export`, `pip-compile setup.py`. Their paths count from the
/// file's folder, or from where the tool was run: often the workspace's top folder.
fn manifests_of_head(compiled: &RequirementsFacts) -> impl Iterator<Item = &str> {
    let head = || compiled.text.lines().take_while(|line| line.starts_with('#'));
    let exported = head().any(|line| line.contains("uv export")).then_some("pyproject.toml");
    let words = head().flat_map(str::split_whitespace).map(|word| word.trim_matches(['`', '"', '\'', ',']));
    let is_manifest =
        |word: &&str| matches!(word.rsplit('/').next(), Some("pyproject.toml" | "setup.py" | "setup.cfg"));
    exported.into_iter().chain(words.filter(is_manifest))
}

/// `# via -r requirements/base.in` counts from where the tool was run: often the workspace's top folder.
fn vias_from_root(facts: &RequirementsFacts) -> impl Iterator<Item = FilePath> + '_ {
    let vias = facts.requirements.iter().flat_map(|requirement| &requirement.via);
    vias.filter_map(|via| via.strip_prefix("-r ")).map(FilePath::new)
}

/// The compiled file of a source: the `.txt` of its name, if a tool made it from there.
pub(crate) fn compiled_of(files: &impl Files, source: FileId) -> Option<FileId> {
    let stem = files.get(source)?.0.as_str().strip_suffix(".in")?;
    let (compiled, _) = files.at(&FilePath::new(&format!("{stem}.txt")))?;
    (source_of(files, compiled) == Some(source)).then_some(compiled)
}

/// The command that the head of the compiled file names, else the one of the tool that made it.
pub(crate) fn command(facts: &RequirementsFacts, source: &FilePath, target: &FilePath) -> String {
    let comments = facts.text.lines().take(12).filter_map(|line| line.strip_prefix('#')).map(str::trim);
    let tools = ["pip-compile", "uv pip compile", "pipx run", "python -m piptools"];
    let written = comments.into_iter().find(|line| tools.iter().any(|tool| line.starts_with(tool)));
    written.map_or_else(|| format!("pip-compile --output-file={target} {source}"), str::to_owned)
}
