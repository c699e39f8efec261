//! The layers of the server: imports go down only, and files do not import each other in circles.
//!
//! `order.txt` lists the layers from the ground up: a crate, or a folder or file of one. `allowed.tsv` names the circles that are let pass, each with its
//! folder, its most files and its reason; climbs are never. The test reads the paths of every source file, follows re-exports to the file that defines a name, prints
//! the counts, and fails on whatever is not named. `large.tsv` does the same for structs with more fields than twelve.

mod fields;
mod graph;
mod paths;

use paths::{Named, Path};
use std::collections::{BTreeMap, BTreeSet};
use std::fs;

const CRATES: [&str; 5] = ["facts", "analysis", "loader", "lsp", "cli"];

/// A source file.
struct File {
    krate: &'static str,
    /// Below the crate's root.
    module: Path,
    /// `analysis/model/ids`.
    name: String,
    named: Named,
}

struct Sources {
    files: Vec<File>,
    by_module: BTreeMap<(&'static str, Path), usize>,
}

/// Where a path leads.
struct Target {
    file: usize,
    /// It ends at the module itself, not at a thing in it.
    is_module: bool,
}

fn root() -> std::path::PathBuf {
    std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("..")
}

impl Sources {
    fn read() -> Self {
        let mut sources = Self { files: Vec::new(), by_module: BTreeMap::new() };
        for krate in CRATES {
            let folder = root().join("server").join(krate).join("src");
            sources.read_folder(krate, &folder, &mut Vec::new());
        }
        sources
    }

    fn read_folder(&mut self, krate: &'static str, folder: &std::path::Path, module: &mut Path) {
        let mut entries: Vec<_> =
            fs::read_dir(folder).expect("a folder").map(|entry| entry.expect("an entry").path()).collect();
        entries.sort();
        for path in entries {
            let stem = path.file_stem().expect("a name").to_string_lossy().into_owned();
            let own = !matches!(stem.as_str(), "mod" | "lib" | "main");
            if own {
                module.push(stem.clone());
            }
            if path.is_dir() {
                self.read_folder(krate, &path, module);
            } else if path.extension().is_some_and(|extension| extension == "rs") && stem != "tests" {
                let name =
                    if module.is_empty() { format!("{krate}/{stem}") } else { format!("{krate}/{}", module.join("/")) };
                let named = paths::read(&fs::read_to_string(&path).expect("a text"));
                self.by_module.insert((krate, module.clone()), self.files.len());
                self.files.push(File { krate, module: module.clone(), name, named });
            }
            if own {
                module.pop();
            }
        }
    }

    /// Where a path that stands in `file` leads; `None` for what is not of the server, or of the file itself.
    fn resolve(&self, file: usize, path: &[String], deep: usize) -> Option<Target> {
        if deep > 8 {
            return None;
        }
        let File { krate, module, named, .. } = &self.files[file];
        let (first, rest) = path.split_first()?;
        let mut base = module.clone();
        match first.as_str() {
            "crate" => self.follow(krate, rest, deep),
            "self" => self.follow(krate, &[module, rest].concat(), deep),
            "super" => {
                let supers = path.iter().take_while(|segment| *segment == "super").count();
                base.truncate(base.len().saturating_sub(supers));
                self.follow(krate, &[&base, &path[supers..]].concat(), deep)
            }
            other => {
                if let Some(krate) = CRATES.iter().find(|krate| other.strip_prefix("pinlens_") == Some(**krate)) {
                    return self.follow(krate, rest, deep);
                }
                if let Some(used) = named.uses.iter().find(|used| used.alias == *other && used.path[0] != *other) {
                    return self.resolve(file, &[&used.path, rest].concat(), deep + 1);
                }
                base.push(other.to_owned());
                self.by_module
                    .contains_key(&(*krate, base))
                    .then(|| self.follow(krate, &[module, path].concat(), deep))?
            }
        }
    }

    fn follow(&self, krate: &str, path: &[String], deep: usize) -> Option<Target> {
        let krate = CRATES.into_iter().find(|known| *known == krate)?;
        let mut module = Path::new();
        let mut file = *self.by_module.get(&(krate, Path::new()))?;
        for (at, segment) in path.iter().enumerate() {
            module.push(segment.clone());
            if let Some(inner) = self.by_module.get(&(krate, module.clone())) {
                file = *inner;
                continue;
            }
            let exports = self.files[file].named.uses.iter();
            let export = exports.filter(|used| used.is_public).find(|used| used.alias == *segment);
            return match export {
                Some(used) => self.resolve(file, &[&used.path, &path[at + 1..]].concat(), deep + 1),
                None => Some(Target { file, is_module: false }),
            };
        }
        Some(Target { file, is_module: true })
    }

    /// By file, the files whose things it names.
    fn edges(&self) -> Vec<BTreeSet<usize>> {
        let of = |file: usize| {
            let File { module, krate, named, .. } = &self.files[file];
            let uses = named.uses.iter().map(|used| (&used.path, used.is_public));
            let inline = named.inline.iter().map(|path| (path, false));
            let mut targets = BTreeSet::new();
            for (path, is_public) in uses.chain(inline) {
                let Some(target) = self.resolve(file, path, 0).filter(|target| !target.is_module) else { continue };
                let other = &self.files[target.file];
                // a folder shows what its files define
                let shows = is_public && other.krate == *krate && other.module.starts_with(module);
                if target.file != file && !shows {
                    targets.insert(target.file);
                }
            }
            targets
        };
        (0..self.files.len()).map(of).collect()
    }

    /// The types of another file of the crate whose methods a file defines.
    fn method_owners(&self, file: usize) -> BTreeSet<usize> {
        let impls = self.files[file].named.impls.iter();
        let owners = impls.filter_map(|path| self.resolve(file, path, 0)).map(|target| target.file);
        owners.filter(|owner| *owner != file).collect()
    }
}

/// The number of the layer that a file lies in: the longest line of `order.txt` that its name begins with.
fn layer(order: &[String], name: &str) -> usize {
    let fits = |line: &&(usize, &String)| {
        name.strip_prefix(line.1.as_str()).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
    };
    let best = order.iter().enumerate().filter(|line| fits(&line)).max_by_key(|(_, line)| line.len());
    best.unwrap_or_else(|| panic!("{name} is in no layer of tests/layers/order.txt")).0
}

fn lines(file: &str) -> Vec<String> {
    let text = fs::read_to_string(root().join("tests/layers").join(file)).expect("a list of tests/layers");
    text.lines().filter(|line| !line.trim().is_empty() && !line.starts_with('#')).map(str::to_owned).collect()
}

#[test]
fn imports_go_down_and_not_in_circles() {
    let sources = Sources::read();
    let order = lines("order.txt");
    let layers: Vec<usize> = sources.files.iter().map(|file| layer(&order, &file.name)).collect();
    let name = |file: usize| sources.files[file].name.as_str();
    let edges = sources.edges();

    let mut found = BTreeSet::new();
    let (mut climbs, mut methods) = (0, 0);
    for (file, targets) in edges.iter().enumerate() {
        for &target in targets.iter().filter(|target| layers[**target] > layers[file]) {
            climbs += 1;
            found.insert(format!("climb\t{}\t{}", name(file), name(target)));
        }
        for owner in sources.method_owners(file).into_iter().filter(|owner| layers[*owner] != layers[file]) {
            methods += 1;
            found.insert(format!("methods\t{}\t{}", name(file), name(owner)));
        }
    }
    let edges: Vec<Vec<usize>> = edges.into_iter().map(|targets| targets.into_iter().collect()).collect();
    let circles = graph::circles(&edges);
    println!("{climbs} climbs, {methods} methods of another layer's type, {} circles of files", circles.len());

    let allowed: Vec<Allowed> = lines("allowed.tsv").iter().map(|line| Allowed::read(line)).collect();
    for circle in &circles {
        let members: Vec<&str> = circle.iter().map(|file| name(*file)).collect();
        let inside = circle.iter().flat_map(|from| edges[*from].iter().map(move |to| (*from, *to)));
        for (from, to) in inside.filter(|(_, to)| circle.contains(to)) {
            println!("  {} -> {}", name(from), name(to));
        }
        println!();
        if !allowed.iter().any(|one| one.allows(&members)) {
            found.insert(format!("circle\t{}", members.join(" ")));
        }
    }
    assert!(found.is_empty(), "not allowed by tests/layers/allowed.tsv:\n{}", joined(&found));
}

/// The most fields of a struct.
const MOST_FIELDS: usize = 12;

#[test]
fn structs_are_small() {
    let large: Vec<String> = lines("large.tsv");
    let is_allowed = |file: &str, name: &str, fields: usize| {
        large.iter().map(|line| line.split('\t').collect::<Vec<_>>()).any(|cells| {
            let [known, of, most, reason] = cells[..] else { panic!("{cells:?}: file, struct, most fields, reason") };
            assert!(reason.len() > 20, "{known}: say why");
            (known, of) == (file, name) && fields <= most.parse().expect("a number of fields")
        })
    };
    let (mut found, mut largest) = (BTreeSet::new(), (0, String::new()));
    for krate in CRATES {
        for (file, text) in texts(&root().join("server").join(krate).join("src")) {
            let file = format!("{krate}/{file}");
            for (name, fields) in fields::read(&text) {
                largest = largest.max((fields, format!("{file} {name}")));
                if fields > MOST_FIELDS && !is_allowed(&file, &name, fields) {
                    found.insert(format!("{file}\t{name}\t{fields}"));
                }
            }
        }
    }
    println!("the largest struct: {} fields, {}", largest.0, largest.1);
    assert!(found.is_empty(), "structs of more than {MOST_FIELDS} fields, group them into parts:\n{}", joined(&found));
}

/// The source files below a folder, by their paths there.
fn texts(folder: &std::path::Path) -> Vec<(String, String)> {
    let mut found = Vec::new();
    let mut rest = vec![folder.to_owned()];
    while let Some(at) = rest.pop() {
        for path in fs::read_dir(&at).expect("a folder").map(|entry| entry.expect("an entry").path()) {
            if path.is_dir() {
                rest.push(path);
            } else if path.extension().is_some_and(|extension| extension == "rs") {
                let name = path.strip_prefix(folder).expect("a path below").with_extension("");
                found.push((name.to_string_lossy().replace('\\', "/"), fs::read_to_string(&path).expect("a text")));
            }
        }
    }
    found
}

/// A circle that is let pass: that of at most so many files, all in one folder or called so.
struct Allowed {
    folder: String,
    most: usize,
}

impl Allowed {
    /// A line: folder, number of files, reason.
    fn read(line: &str) -> Self {
        let mut cells = line.split('\t');
        let (Some(folder), Some(most), Some(reason)) = (cells.next(), cells.next(), cells.next()) else {
            panic!("{line}: tests/layers/allowed.tsv has folder, most files and reason in each line");
        };
        assert!(reason.len() > 20, "{line}: say why");
        Self { folder: folder.to_owned(), most: most.parse().expect("a number of files") }
    }

    fn allows(&self, members: &[&str]) -> bool {
        let is_in = |name: &&str| {
            name.strip_prefix(self.folder.as_str()).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
        };
        members.len() <= self.most && members.iter().all(is_in)
    }
}

fn joined(lines: &BTreeSet<String>) -> String {
    lines.iter().map(String::as_str).collect::<Vec<_>>().join("\n")
}
