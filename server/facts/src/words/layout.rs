//! Where a manifest says that the modules of its project lie.

/// The places of modules, relative to the manifest's folder.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Layout {
    /// Folders that are entries of `sys.path`, each once: without `./` and a `/` at the end, empty for the manifest's own.
    pub roots: Vec<Box<str>>,
    /// Packages by their dotted names, each with its folder, where that is called otherwise: `{"shop": "lib"}`.
    pub renamed: Vec<(Box<str>, Box<str>)>,
    /// The files that the build of the project runs.
    pub build: Vec<Box<str>>,
}

impl Layout {
    /// Roots alone, as written.
    pub fn of_roots(roots: impl IntoIterator<Item = Box<str>>) -> Self {
        let mut layout = Self::default();
        roots.into_iter().for_each(|root| layout.root(&root));
        layout
    }

    /// Takes a folder that holds packages.
    pub fn root(&mut self, folder: &str) {
        let root = tidy(folder);
        if !self.roots.iter().any(|known| **known == *root) {
            self.roots.push(root.into());
        }
    }

    /// Takes a file that the build runs.
    pub fn build(&mut self, file: &str) {
        self.build.push(tidy(file).into());
    }

    /// Takes a row of setuptools' `package_dir`: a package and the folder that is the package itself, or no package and the
    /// folder of those without a row of their own (`("", "src")`).
    pub fn package(&mut self, package: &str, folder: &str) {
        let (package, folder) = (package.trim(), tidy(folder));
        if package.is_empty() {
            return self.root(folder);
        }
        let inner = package.replace('.', "/");
        match folder.strip_suffix(inner.as_str()) {
            Some(outer) if outer.is_empty() || outer.ends_with('/') => self.root(outer),
            _ => self.renamed.push((package.into(), folder.into())),
        }
    }
}

fn tidy(folder: &str) -> &str {
    let folder = folder.trim().trim_end_matches('/');
    folder.strip_prefix("./").unwrap_or(if folder == "." { "" } else { folder })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_folder_called_as_its_package_makes_a_root() {
        let mut layout = Layout::default();
        for (package, folder) in [("", "src/"), ("a.b", "./lib/a/b"), ("shop", "."), ("c", "c"), ("d", "lib/d")] {
            layout.package(package, folder);
        }
        let (roots, renamed) = (vec!["src".into(), "lib".into(), "".into()], vec![("shop".into(), "".into())]);
        assert_eq!(layout, Layout { roots, renamed, ..Layout::default() });
    }
}
