//! One installed distribution: a `*.dist-info` folder, an `*.egg-info`, an `*.egg`, or an `*.egg-link`.

use super::files;
use super::metadata::{self, EntryPoints, Metadata};
use super::modules::{ModuleSet, is_identifier};
use pinlens_analysis::model::environment::About;
use pinlens_facts::words::names::DistributionName;
use std::path::{Path, PathBuf};

/// A distribution before its modules are decided.
pub(super) struct Raw {
    pub name: DistributionName,
    pub display: String,
    pub version: String,
    pub requires: Vec<(DistributionName, Box<str>)>,
    pub direct: bool,
    pub about: About,
    pub provided: Provided,
    pub entry_points: EntryPoints,
    /// See [`pinlens_analysis::model::environment::Installed`].
    pub is_complete: bool,
}

/// What is known of a distribution's modules, and where it was found.
pub(super) enum Provided {
    /// Its files.
    Files(ModuleSet, &'static str),
    /// Names that it states itself.
    Names(Vec<String>, &'static str),
}

/// Reads the distribution that the entry `path` of a `site-packages` stands for; `None` for any other entry.
pub(super) fn read(path: &Path) -> Option<Raw> {
    let name = path.file_name()?.to_str()?;
    // pip renames what it is about to remove to `~name`
    if name.starts_with('~') {
        return None;
    }
    match name.rsplit_once('.')?.1 {
        "dist-info" => dist_info(path),
        "egg-info" => egg_info(path, false),
        "egg" => egg(path),
        "egg-link" => egg_link(path),
        _ => None,
    }
}

fn dist_info(folder: &Path) -> Option<Raw> {
    let mut metadata = metadata::read(&folder.join("METADATA"))?;
    // these two are written last; distributions of Linux ship without the first
    let is_complete =
        !metadata.name.is_empty() && ["RECORD", "INSTALLER"].iter().any(|name| folder.join(name).is_file());
    name_by_file(&mut metadata, folder);
    let provided = match metadata.import_names.take() {
        Some(names) => Provided::Names(names, "Import-Name"),
        None => recorded(folder),
    };
    // conda's packages were all built from some local folder, which proves nothing
    let by_conda = || files::text(&folder.join("INSTALLER")).is_some_and(|installer| installer.trim() == "conda");
    let direct = folder.join("direct_url.json").is_file() && !by_conda();
    Some(Raw { is_complete, ..raw(metadata, direct, provided, folder)? })
}

/// The modules of a `dist-info`: by its RECORD, else by its `top_level.txt`.
fn recorded(folder: &Path) -> Provided {
    let Some(record) = files::text(&folder.join("RECORD")) else { return top_level(folder) };
    let site = folder.parent().unwrap_or(folder);
    let mut set = ModuleSet::default();
    let mut mapped = Vec::new();
    let mut linked = ModuleSet::default();
    for file in files::record_paths(&record) {
        if file.contains('/') {
            set.add(&file);
        } else if Path::new(&file).extension().is_some_and(|ending| ending == "pth") {
            for target in files::pth_folders(&site.join(&file)) {
                for inner in files::listing(&target) {
                    linked.add(&inner);
                }
            }
        } else if file.starts_with("__editable___") {
            let source = files::text(&site.join(&file)).unwrap_or_default();
            mapped.extend(files::finder_modules(&source));
        } else {
            set.add(&file);
        }
    }
    // an editable install has no modules of its own in site-packages: it points at them
    if !mapped.is_empty() {
        mapped.sort_unstable();
        return Provided::Names(mapped, "RECORD");
    }
    match top_level(folder) {
        listed @ Provided::Names(..) if set.is_empty() && listed.has_some() => listed,
        _ if set.is_empty() => Provided::Files(linked.without_tools(), "RECORD"),
        _ => Provided::Files(set.with(linked.without_tools()), "RECORD"),
    }
}

/// The names in `top_level.txt`.
fn top_level(folder: &Path) -> Provided {
    let text = files::text(&folder.join("top_level.txt")).unwrap_or_default();
    let names = text.lines().map(|line| line.trim().replace('/', "."));
    Provided::Names(names.filter(|name| name.split('.').all(is_identifier)).collect(), "top_level.txt")
}

/// An `egg-info`, which is a folder, or with distutils a file that is its PKG-INFO.
fn egg_info(path: &Path, direct: bool) -> Option<Raw> {
    if path.is_file() {
        let metadata = metadata::read(path)?;
        return raw(metadata, direct, Provided::Names(Vec::new(), "top_level.txt"), path);
    }
    let provided = match files::text(&path.join("installed-files.txt")) {
        // its paths start from the egg-info folder
        Some(installed) => {
            let files = installed.lines().filter_map(|line| line.trim().strip_prefix("../"));
            Provided::Files(ModuleSet::of(files), "installed-files.txt")
        }
        None => top_level(path),
    };
    egg_metadata(path, direct, provided)
}

/// A folder `name-1.0-py3.8.egg`, which is an entry of `sys.path` with its metadata in `EGG-INFO`.
fn egg(path: &Path) -> Option<Raw> {
    let info = path.join("EGG-INFO");
    let provided = match top_level(&info) {
        names if names.has_some() => names,
        _ => Provided::Files(ModuleSet::of(files::listing(path).iter().map(String::as_str)), "EGG-INFO"),
    };
    egg_metadata(&info, false, provided)
}

/// `name.egg-link`, whose first line is the folder of a project that was installed with `setup.py develop`.
fn egg_link(path: &Path) -> Option<Raw> {
    let text = files::text(path)?;
    let project = path.parent()?.join(text.lines().next()?.trim());
    let info =
        files::entries(&project).into_iter().find(|entry| entry.extension().is_some_and(|end| end == "egg-info"))?;
    egg_info(&info, true)
}

fn egg_metadata(info: &Path, direct: bool, provided: Provided) -> Option<Raw> {
    let mut metadata = metadata::read(&info.join("PKG-INFO"))?;
    if let Some(requires) = files::text(&info.join("requires.txt")) {
        metadata.requires = metadata::requires_txt(&requires);
    }
    name_by_file(&mut metadata, info);
    raw(metadata, direct, provided, info)
}

/// Takes the name and version from `name-1.0.dist-info` where the metadata lacks them.
fn name_by_file(metadata: &mut Metadata, folder: &Path) {
    let stem = PathBuf::from(folder).file_stem().and_then(|stem| stem.to_str()).unwrap_or_default().to_owned();
    let (name, version) = stem.split_once('-').unwrap_or((&stem, ""));
    if metadata.name.is_empty() {
        name.clone_into(&mut metadata.name);
    }
    if metadata.version.is_empty() {
        version.split('-').next().unwrap_or_default().clone_into(&mut metadata.version);
    }
}

fn raw(metadata: Metadata, direct: bool, provided: Provided, info: &Path) -> Option<Raw> {
    let Metadata { name: display, version, requires, about, .. } = metadata;
    let name = DistributionName::new(&display);
    let text = files::text(&info.join("entry_points.txt")).unwrap_or_default();
    let entry_points = metadata::entry_points(&text);
    let is_complete = true;
    let known = !display.is_empty();
    known.then_some(Raw { name, display, version, requires, direct, about, provided, entry_points, is_complete })
}

impl Provided {
    /// Whether any module is named.
    fn has_some(&self) -> bool {
        match self {
            Self::Files(set, _) => !set.is_empty(),
            Self::Names(names, _) => !names.is_empty(),
        }
    }
}
