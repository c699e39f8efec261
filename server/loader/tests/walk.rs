//! What a walk finds, and that `includes` says the same of one path.

mod support;

use pinlens_analysis::config::Config;
use pinlens_facts::facts::{FileFacts, FileKind};
use proptest::prelude::*;
use support::{Folder, at};

fn walked(folder: &Folder, config: &Config) -> Vec<String> {
    let mut paths: Vec<String> = folder.loader("").walk(config).files.keys().map(ToString::to_string).collect();
    paths.sort_unstable();
    paths
}

#[test]
fn only_what_is_ours() {
    let folder = Folder::new(&[
        ("app.py", ""),
        ("stub.pyi", ""),
        ("fast.so", ""),
        ("requirements.txt", ""),
        ("requirements/base.in", ""),
        ("pyproject.toml", ""),
        ("notes.txt", ""),
        ("build/made.py", ""),
        ("env/a.py", ""),
        ("venv/a.py", ""),
        ("real/pyvenv.cfg", ""),
        ("real/lib/python3.12/site-packages/six.py", ""),
        ("conda/conda-meta/history", ""),
        ("conda/x.py", ""),
        (".venv/x.py", ""),
        ("node_modules/gyp/x.py", ""),
        ("__pypackages__/x.py", ""),
        ("app.egg-info/requires.txt", ""),
        ("vendor/site-packages/x.py", ""),
        ("pkg/__pycache__/x.py", ""),
    ]);
    let expected = [
        "app.py",
        "build/made.py",
        "env/a.py",
        "fast.so",
        "pyproject.toml",
        "requirements.txt",
        "requirements/base.in",
        "stub.pyi",
        "venv/a.py",
    ];
    assert_eq!(walked(&folder, &Config::default()), expected);
}

#[cfg(unix)]
#[test]
fn scripts_say_so_in_their_first_line() {
    use std::os::unix::fs::PermissionsExt;
    let folder = Folder::new(&[
        ("bin/tool", "#!/usr/bin/env python3\nimport a\n"),
        ("scripts/run", "#!/usr/bin/env -S uv run --script\n"),
        ("scripts/build", "#!/bin/bash\n"),
        ("bin/data", "python"),
        ("bin/empty", ""),
        ("manage", "#!/usr/bin/python3.12 -u\n"),
        ("notes", "#!/usr/bin/python3\n"),
        ("x.tool", "#!/usr/bin/python3\n"),
        ("book.ipynb", ""),
    ]);
    let loader = folder.loader("");
    std::fs::set_permissions(loader.root.join("manage"), std::fs::Permissions::from_mode(0o755)).unwrap();
    let found = ["bin/tool", "book.ipynb", "manage", "scripts/build", "scripts/run"];
    assert_eq!(walked(&folder, &Config::default()), found);
    let parts = std::sync::Mutex::new(Vec::new());
    loader.load(vec![at("bin/tool")], &|part| {
        if let pinlens_loader::Loaded::Files(files) = part {
            parts.lock().unwrap().extend(files);
        }
    });
    let parts = parts.into_inner().unwrap();
    assert!(
        matches!(parts.as_slice(), [(_, FileFacts::Python(facts))] if facts.imports.len() == 1 && facts.traits.is_script)
    );
    assert_eq!(loader.kind(&at("bin/tool"), &Config::default()), Some(FileKind::Python));
    assert_eq!(loader.kind(&at("notes"), &Config::default()), None);
}

#[test]
fn gitignore_counts_without_a_repository_and_hidden_stays_hidden() {
    let folder = Folder::new(&[
        (".gitignore", "gen/\n!.hidden\n"),
        ("gen/a.py", ""),
        ("sub/.gitignore", "b.py\n"),
        ("sub/b.py", ""),
        ("sub/c.py", ""),
        (".hidden/d.py", ""),
        (".e.py", ""),
    ]);
    assert_eq!(walked(&folder, &Config::default()), [".gitignore", "sub/.gitignore", "sub/c.py"]);
}

#[test]
fn hidden_files_that_write_commands_down_are_read() {
    let folder = Folder::new(&[
        (".github/workflows/ci.yml", ""),
        (".github/scripts/x.py", ""),
        (".gitlab-ci.yml", ""),
        (".tox/Dockerfile", ""),
        (".env", ""),
        (".flake8", ""),
        (".coveragerc", ""),
        (".pylintrc", ""),
        (".travis.yml", ""),
        (".readthedocs.yaml", ""),
        (".pre-commit-config.yaml", ""),
        (".circleci/config.yml", ""),
        (".devcontainer/devcontainer.json", ""),
        (".devcontainer/Dockerfile", ""),
        (".husky/pre-commit", ""),
        (".venv/bin/start.sh", ""),
        (".secret.txt", ""),
    ]);
    let found = walked(&folder, &Config::default());
    let expected = [
        ".circleci/config.yml",
        ".coveragerc",
        ".devcontainer/Dockerfile",
        ".devcontainer/devcontainer.json",
        ".env",
        ".flake8",
        ".github/workflows/ci.yml",
        ".gitlab-ci.yml",
        ".husky/pre-commit",
        ".pre-commit-config.yaml",
        ".pylintrc",
        ".readthedocs.yaml",
        ".travis.yml",
    ];
    assert_eq!(found, expected);
    assert!(folder.loader("").includes(&at(".gitlab-ci.yml"), &Config::default()));
}

#[test]
fn rules_above_the_root_count_only_in_a_repository() {
    let folder = Folder::new(&[(".gitignore", "gen\n"), ("app/gen/a.py", ""), ("app/b.py", "")]);
    let paths = |folder: &Folder| folder.loader("app").walk(&Config::default()).files.len();
    assert_eq!(paths(&folder), 2);
    folder.write(".git/", b"");
    assert_eq!(paths(&folder), 1);
}

#[test]
fn excluded_and_inner_folders() {
    let folder = Folder::new(&[("a/x.py", ""), ("a/keep.py", ""), ("b/x.py", ""), ("c/gen.py", "")]);
    let config = Config { exclude: vec!["/a/*".into(), "!/a/keep.py".into(), "gen.py".into()], ..Config::default() };
    assert_eq!(walked(&folder, &config), ["a/keep.py", "b/x.py"]);
    let mut loader = folder.loader("");
    loader.inner.push(folder.path("b"));
    let files = loader.walk(&Config::default()).files;
    assert!(files.contains_key("a/x.py") && !files.contains_key("b/x.py"));
    assert!(!loader.includes(&at("b/x.py"), &Config::default()));
}

#[test]
fn a_root_that_is_an_environment_itself_is_walked() {
    let folder = Folder::new(&[("pyvenv.cfg", ""), ("app.py", "")]);
    assert_eq!(walked(&folder, &Config::default()), ["app.py"]);
    assert!(folder.loader("").includes(&at("app.py"), &Config::default()));
}

#[cfg(unix)]
fn link(folder: &Folder, target: &str, link: &str) {
    std::os::unix::fs::symlink(target, folder.path(link)).unwrap();
}

#[cfg(unix)]
#[test]
fn modules_are_read_where_links_put_them() {
    let folder = Folder::new(&[
        ("app.py", ""),
        ("pkg/a.py", ""),
        ("pkg/requirements.txt", ""),
        ("pkg/Dockerfile", ""),
        ("pkg/deep/b.py", ""),
        ("gen/c.py", ""),
        (".gitignore", "/gen/\n"),
        ("env/pyvenv.cfg", ""),
        ("env/d.py", ""),
    ]);
    link(&folder, "pkg", "linked");
    link(&folder, "../app.py", "pkg/again.py");
    link(&folder, "gen", "made");
    link(&folder, "gone", "dangling");
    link(&folder, "env", "python");
    let snapshot = folder.loader("").walk(&Config::default());
    let mut paths: Vec<&str> = snapshot.files.keys().map(pinlens_facts::words::names::FilePath::as_str).collect();
    paths.sort_unstable();
    let expected = [
        ".gitignore",
        "app.py",
        "linked/a.py",
        "linked/again.py",
        "linked/deep/b.py",
        "made/c.py",
        "pkg/Dockerfile",
        "pkg/a.py",
        "pkg/again.py",
        "pkg/deep/b.py",
        "pkg/requirements.txt",
    ];
    assert_eq!(paths, expected);
    let mut aliases: Vec<String> = snapshot.aliases.iter().map(|(link, real)| format!("{link} -> {real}")).collect();
    aliases.sort_unstable();
    let expected = [
        "linked/a.py -> pkg/a.py",
        "linked/again.py -> app.py",
        "linked/deep/b.py -> pkg/deep/b.py",
        "pkg/again.py -> app.py",
    ];
    assert_eq!(aliases, expected);
}

#[cfg(unix)]
#[test]
fn loops_of_links_end() {
    let folder = Folder::new(&[("pkg/a.py", ""), ("other/b.py", "")]);
    link(&folder, ".", "self");
    link(&folder, "..", "pkg/up");
    link(&folder, "../other", "pkg/across");
    link(&folder, "../pkg", "other/back");
    link(&folder, "round", "round");
    let files = walked(&folder, &Config::default());
    assert_eq!(files, ["other/b.py", "other/back/a.py", "pkg/a.py", "pkg/across/b.py"]);
}

#[cfg(unix)]
#[test]
fn of_more_than_eight_links_to_a_folder_the_rest_is_reported_as_not_read() {
    let folder = Folder::new(&[("pkg/a.py", ""), ("app.py", "")]);
    for number in 0..9 {
        link(&folder, "pkg", &format!("link{number}"));
    }
    let snapshot = folder.loader("").walk(&Config::default());
    for number in 0..9 {
        assert_eq!(snapshot.files.contains_key(&at(&format!("link{number}/a.py"))), number < 8, "link{number}");
    }
    let skipped: Vec<String> = snapshot.skipped.iter().map(|one| format!("{}: {}", one.path, one.reason)).collect();
    assert_eq!(skipped, ["link8: more than 8 links lead to this folder"]);
    // that something is there is known, so that nothing is claimed of what is imported from it
    assert!(snapshot.skipped[0].facts().is_some() && snapshot.skipped[0].is_news());
}

#[cfg(unix)]
#[test]
fn a_manifest_that_is_a_link_is_read_where_nothing_else_reads_it() {
    let folder = Folder::new(&[
        (".git/HEAD", ""),
        ("shared/api.txt", "six\n"),
        ("app/deps/requirements.txt", ""),
        ("app/a.py", ""),
    ]);
    link(&folder, "../shared/api.txt", "app/requirements.txt");
    link(&folder, "deps/requirements.txt", "app/requirements-again.txt");
    let mut files: Vec<_> = folder.loader("app").walk(&Config::default()).files.into_keys().collect();
    files.sort_unstable();
    assert_eq!(files, ["a.py", "deps/requirements.txt", "requirements.txt"].map(at));
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 24, ..ProptestConfig::default() })]

    #[test]
    fn includes_agrees_with_the_walk(
        paths in proptest::collection::btree_set("(env|gen|\\.h|\\.github|node_modules|a)/(b|site-packages)?/?[xy]\\.py", 1..8),
        rules in proptest::collection::vec("(/?gen/?|!x\\.py|\\*\\.py|a/b|y\\.py)", 0..4),
        is_environment in any::<bool>(),
    ) {
        let folder = Folder::new(&[]);
        let paths: Vec<String> = paths.iter().map(|path| at(path).to_string()).collect();
        for path in &paths {
            folder.write(path, b"");
        }
        let (ignored, excluded) = rules.split_at(rules.len() / 2);
        folder.write(".gitignore", ignored.join("\n").as_bytes());
        if is_environment {
            folder.write("env/pyvenv.cfg", b"");
        }
        let config = Config { exclude: excluded.to_vec(), ..Config::default() };
        let files = folder.loader("").walk(&config).files;
        for path in paths {
            prop_assert_eq!(folder.loader("").includes(&at(&path), &config), files.contains_key(path.as_str()), "{}", path);
        }
    }
}
