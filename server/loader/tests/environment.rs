//! Environments of every layout, made of the files that installers leave.

mod support;

use pinlens_analysis::config::Config;
use pinlens_analysis::model::environment::{Environment, Installed};
use pinlens_facts::words::names::{DistributionName, ModuleName};
use support::Folder;

const SITE: &str = ".venv/lib/python3.12/site-packages";

/// A folder with `.venv` and `files` in its `site-packages`.
fn environment(files: &[(&str, &str)]) -> Folder {
    let folder = Folder::new(&[(".venv/pyvenv.cfg", "home = /usr\nversion = 3.12.4\n")]);
    folder.write(&format!("{SITE}/"), b"");
    for (path, text) in files {
        let text = text.replace("$ROOT", folder.path("").to_str().unwrap());
        folder.write(&format!("{SITE}/{path}"), text.as_bytes());
    }
    folder
}

fn read(folder: &Folder) -> Environment {
    folder.loader("").environment(&Config::default()).unwrap().unwrap()
}

fn get<'a>(environment: &'a Environment, name: &str) -> &'a Installed {
    environment.get(&DistributionName::new(name)).unwrap()
}

fn modules<'a>(environment: &'a Environment, name: &str) -> Vec<&'a str> {
    get(environment, name).modules.iter().map(ModuleName::as_str).collect()
}

const PYYAML: (&str, &str) =
    ("PyYAML-6.0.dist-info/METADATA", "Name: PyYAML\nVersion: 6.0\nRequires-Dist: six ; x\n\nName: no\n");

#[test]
fn a_distribution_with_a_record() {
    let record = "yaml/__init__.py,,\n_yaml/__init__.py,,\n../../../bin/x.py,,\nPyYAML-6.0.dist-info/RECORD,,\n";
    let folder =
        environment(&[PYYAML, ("PyYAML-6.0.dist-info/RECORD", record), ("~yyaml-5.dist-info/METADATA", "Name: x")]);
    let environment = read(&folder);
    assert_eq!(environment.location, ".venv");
    assert_eq!(environment.python.unwrap().to_string(), "3.12");
    assert_eq!(environment.distributions().len(), 1);
    let installed = get(&environment, "pyyaml");
    assert_eq!((&*installed.display, &*installed.version, installed.listed_in), ("PyYAML", "6.0", "RECORD"));
    assert!(!installed.direct);
    assert_eq!(installed.requires, [(DistributionName::new("six"), "; x".into())]);
    assert_eq!(modules(&environment, "pyyaml"), ["_yaml", "yaml"]);
}

#[test]
fn entry_points_are_read() {
    let text = "[console_scripts]\npytest = pytest:main\n\n[pytest11]\nx = x.plugin\n";
    let folder = environment(&[PYYAML, ("PyYAML-6.0.dist-info/entry_points.txt", text)]);
    let environment = read(&folder);
    let installed = get(&environment, "pyyaml");
    assert_eq!((&*installed.scripts, &*installed.groups), (&["pytest".into()][..], &["pytest11".into()][..]));
}

#[test]
fn import_names_beat_the_record_and_top_level_stands_in_for_it() {
    let folder = environment(&[
        ("a-1.dist-info/METADATA", "Name: a\nVersion: 1\nImport-Name: aa.b\n"),
        ("a-1.dist-info/RECORD", "other.py,,\n"),
        ("b-2.dist-info/METADATA", "Summary: nothing else\n"),
        ("b-2.dist-info/top_level.txt", "bb\nns/inner\nnot-a-name\n"),
    ]);
    let environment = read(&folder);
    assert_eq!((modules(&environment, "a"), get(&environment, "a").listed_in), (vec!["aa.b"], "Import-Name"));
    assert_eq!(
        (modules(&environment, "b"), get(&environment, "b").listed_in),
        (vec!["bb", "ns.inner"], "top_level.txt")
    );
    assert_eq!(get(&environment, "b").version, "2");
}

#[test]
fn distributions_that_share_a_package() {
    let folder = environment(&[
        ("x_web-1.dist-info/METADATA", "Name: x-web\n"),
        ("x_web-1.dist-info/RECORD", "x/__init__.py,,\nx/mgmt/__init__.py,,\nx/mgmt/web/__init__.py,,\n"),
        ("x_sql-1.dist-info/METADATA", "Name: x-sql\n"),
        ("x_sql-1.dist-info/RECORD", "x/__init__.py,,\nx/mgmt/__init__.py,,\nx/mgmt/sql.py,,\n"),
    ]);
    let environment = read(&folder);
    assert_eq!(modules(&environment, "x-web"), ["x", "x.mgmt", "x.mgmt.web"]);
    let (prefix, providers) = environment.providers("x.mgmt.sql.query").unwrap();
    assert_eq!((prefix, providers.len()), ("x.mgmt.sql", 1));
    assert_eq!(environment.providers("x.mgmt").unwrap().1.len(), 2);
}

#[test]
fn editable_installs_point_at_their_modules() {
    let folder = environment(&[
        ("finder-1.dist-info/METADATA", "Name: finder\n"),
        ("finder-1.dist-info/RECORD", "__editable___finder_1_finder.py,,\n__editable__.finder-1.pth,,\n"),
        ("finder-1.dist-info/direct_url.json", "{}"),
        ("__editable__.finder-1.pth", "import __editable___finder_1_finder; x()\n"),
        ("__editable___finder_1_finder.py", "MAPPING: dict[str, str] = {'found': '/elsewhere/found'}\n"),
        ("linked-1.dist-info/METADATA", "Name: linked\n"),
        ("linked-1.dist-info/RECORD", "_linked.pth,,\nlinked-1.dist-info/METADATA,,\n"),
        ("_linked.pth", "$ROOT/src\n# a comment\n/gone\n"),
        ("native-1.dist-info/METADATA", "Name: native\n"),
        ("native-1.dist-info/RECORD", "native.pth,,\nwin/api.pyd,,\nnative_boot.py,,\n"),
        ("native.pth", "win\n"),
        ("win/api.pyd", ""),
    ]);
    for path in [
        "src/linked/__init__.py",
        "src/linked/deep.py",
        "src/ns/part/__init__.py",
        "src/setup.py",
        "src/tests/__init__.py",
    ] {
        folder.write(path, b"");
    }
    let environment = read(&folder);
    assert_eq!(modules(&environment, "finder"), ["found"]);
    assert!(get(&environment, "finder").direct);
    assert_eq!(modules(&environment, "linked"), ["linked", "ns.part"]);
    assert_eq!(modules(&environment, "native"), ["api", "native_boot", "win.api"]);
}

#[test]
fn eggs_of_every_kind() {
    let folder = environment(&[
        ("old-1.egg-info/PKG-INFO", "Name: old\nVersion: 1\n"),
        ("old-1.egg-info/installed-files.txt", "../old/__init__.py\nPKG-INFO\n"),
        ("old-1.egg-info/requires.txt", "six\n"),
        ("plain-1.egg-info", "Name: plain\nVersion: 1\n"),
        ("legacy-2-py3.8.egg/EGG-INFO/PKG-INFO", "Name: legacy\nVersion: 2\n"),
        ("legacy-2-py3.8.egg/legacy/__init__.py", ""),
        ("dev.egg-link", "$ROOT/dev\n."),
        ("easy-install.pth", "$ROOT/dev\n"),
    ]);
    folder.write("dev/dev.egg-info/PKG-INFO", b"Name: dev\nVersion: 0\n");
    folder.write("dev/dev.egg-info/top_level.txt", b"devpkg\n");
    let environment = read(&folder);
    let names: Vec<&str> = environment.distributions().iter().map(|one| one.name.as_str()).collect();
    assert_eq!(names, ["dev", "legacy", "old", "plain"]);
    assert_eq!(modules(&environment, "dev"), ["devpkg"]);
    assert!(get(&environment, "dev").direct);
    assert_eq!(modules(&environment, "legacy"), ["legacy"]);
    assert_eq!((modules(&environment, "old"), get(&environment, "old").requires.len()), (vec!["old"], 1));
}

#[test]
fn what_conda_installed_is_not_direct() {
    let folder = environment(&[
        ("a-1.dist-info/METADATA", "Name: a\n"),
        ("a-1.dist-info/INSTALLER", "conda\n"),
        ("a-1.dist-info/direct_url.json", "{\"url\": \"file:///build\"}"),
    ]);
    assert!(!get(&read(&folder), "a").direct);
}

#[test]
fn the_order_of_the_search() {
    let folder = Folder::new(&[
        ("env/pyvenv.cfg", ""),
        ("env/Lib/site-packages/a-1.dist-info/METADATA", "Name: a"),
        ("venv/not_an_environment.py", ""),
        ("c/conda-meta/python-3.9.18-h1_0.json", "{}"),
        ("v/pyvenv.cfg", "version_info = 3.8.1.final.0"),
        ("target/b-1.dist-info/METADATA", "Name: b"),
    ]);
    let mut loader = folder.loader("");
    let found = |loader: &pinlens_loader::Loader, configured: Option<&str>| {
        let config = Config { environment: configured.map(Into::into), ..Config::default() };
        loader
            .environment(&config)
            .map(|found| found.map(|one| (one.location, one.python.map(|python| python.to_string()))))
    };
    assert_eq!(found(&loader, None), Ok(Some(("env".into(), None))));
    loader.variables.conda_prefix = Some(folder.path("c"));
    assert_eq!(found(&loader, None), Ok(Some(("c".into(), Some("3.9".into())))));
    loader.variables.virtual_env = Some(folder.path("v"));
    assert_eq!(found(&loader, None), Ok(Some(("v".into(), Some("3.8".into())))));
    loader.variables.virtual_env = Some(folder.path("gone"));
    assert_eq!(found(&loader, None).unwrap().unwrap().0, "c");
    assert_eq!(found(&loader, Some("none")), Ok(None));
    assert_eq!(found(&loader, Some("target")).unwrap().unwrap().0, "target");
    assert_eq!(found(&loader, Some(folder.path("env").to_str().unwrap())).unwrap().unwrap().0, "env");
    assert!(found(&loader, Some("venv")).unwrap_err().to_string().contains("has neither pyvenv.cfg nor conda-meta"));
    assert!(found(&loader, Some("gone")).unwrap_err().to_string().contains("is no folder"));
}

#[test]
fn without_an_environment_there_is_none() {
    let folder = Folder::new(&[("venv/a.py", "")]);
    assert_eq!(folder.loader("").environment(&Config::default()), Ok(None));
    assert_eq!(folder.loader("").environment_stamp(&Config::default()), None);
}

#[test]
fn an_install_changes_the_stamp() {
    let folder = environment(&[PYYAML]);
    let stamp = || folder.loader("").environment_stamp(&Config::default()).unwrap();
    let before = stamp();
    // the folder of all, that of the distribution, and the metadata in it
    assert_eq!((before.len(), &before), (3, &stamp()));
    let later = before[0].modified.unwrap() + std::time::Duration::from_secs(5);
    let site = std::fs::File::open(folder.path(SITE)).unwrap();
    site.set_modified(later).unwrap();
    let installed = stamp();
    assert_ne!(before, installed);
    folder.write(&format!("{SITE}/PyYAML-6.0.dist-info/RECORD"), b"yaml.py,,\n");
    assert_ne!(installed, stamp());
}

#[test]
fn broken_metadata_costs_only_itself() {
    let folder = environment(&[PYYAML, ("x-1.dist-info/RECORD", "x.py"), ("y-1.dist-info/METADATA/", "")]);
    folder.write(&format!("{SITE}/z-1.dist-info/METADATA"), b"Name: z\nVersion: \xff\n");
    folder.write(&format!("{SITE}/z-1.dist-info/RECORD"), b"\xff.py,,\nz.py,,\n");
    let environment = read(&folder);
    let names: Vec<&str> = environment.distributions().iter().map(|one| one.name.as_str()).collect();
    assert_eq!(names, ["pyyaml", "z"]);
    assert_eq!(modules(&environment, "z"), ["z"]);
}
