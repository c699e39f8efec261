//! From where messages name files.

use pinlens_facts::words::names::FilePath;

/// The folder that paths in messages and titles are relative to.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum PathBase {
    /// The root.
    #[default]
    Root,
    /// This folder of the root.
    Inside(String),
    /// A folder around the root, which is called so from there: `projects/shop`.
    Above(String),
}

impl PathBase {
    /// `path`, which is relative to the root, as seen from the folder.
    pub fn show(&self, path: &FilePath) -> String {
        let path = path.as_str();
        if path.starts_with('/') {
            return path.to_owned();
        }
        match self {
            Self::Root => path.to_owned(),
            Self::Above(root) => format!("{root}/{path}"),
            Self::Inside(folder) => relative(folder, path),
        }
    }
}

fn relative(folder: &str, path: &str) -> String {
    let (mut folder, mut rest) = (folder.split('/').peekable(), path);
    while let (Some(first), Some((top, inside))) = (folder.peek(), rest.split_once('/')) {
        if *first != top {
            break;
        }
        folder.next();
        rest = inside;
    }
    "../".repeat(folder.count()) + rest
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_are_seen_from_a_folder() {
        let show = |base: &PathBase, path: &str| base.show(&FilePath::new(path));
        let inside = PathBase::Inside("back/app".to_owned());
        assert_eq!(show(&inside, "back/app/main.py"), "main.py");
        assert_eq!(show(&inside, "back/requirements.txt"), "../requirements.txt");
        assert_eq!(show(&inside, "requirements.txt"), "../../requirements.txt");
        assert_eq!(show(&inside, "back/apple/x.py"), "../apple/x.py");
        assert_eq!(show(&PathBase::Above("shop".to_owned()), "main.py"), "shop/main.py");
        assert_eq!(show(&PathBase::Root, "a/main.py"), "a/main.py");
    }
}
