//! What installers leave is read, whatever is in it.

mod support;

use pinlens_analysis::config::Config;
use proptest::prelude::*;
use support::Folder;

const INFO: &str = ".venv/lib/python3.12/site-packages/x-1.0.dist-info";
const FILES: [&str; 7] =
    ["METADATA", "RECORD", "top_level.txt", "entry_points.txt", "direct_url.json", "INSTALLER", "../x.pth"];
const SCRAPS: [&str; 28] = [
    "Name: x\n",
    "Version: 1.0\n",
    "Requires-Dist: redis[a]>=1; python_version < '3'\n",
    "Requires-Dist: ;\n",
    "Import-Name: x.y ; private\n",
    "Project-URL: a, https://b\n",
    "\n",
    "\r\n",
    "x/__init__.py,sha256=a,1\n",
    "\"x,y/z.py\",,\n",
    "\"",
    "../../../bin/x,,\n",
    "/etc/passwd,,\n",
    "x.cpython-312-x86_64-linux-gnu.so,,\n",
    "x/",
    "__init__.py",
    ",,",
    "[console_scripts]\n",
    "a = b:c\n",
    "{\"url\": \"file:///x\", \"dir_info\": {\"editable\": true}}",
    "import os\n",
    ".",
    "..",
    "\u{0}",
    "\u{202e}",
    "\u{feff}",
    "é",
    ":",
];

fn text() -> impl Strategy<Value = Vec<u8>> {
    let scraps = proptest::collection::vec(proptest::sample::select(&SCRAPS[..]), 0..14);
    (scraps, proptest::collection::vec(any::<u8>(), 0..4)).prop_map(|(scraps, end)| {
        let mut bytes = scraps.concat().into_bytes();
        bytes.extend(end);
        bytes
    })
}

proptest! {
    #[test]
    fn any_files_of_an_installation_are_read(files in proptest::collection::vec((0..FILES.len(), text()), 0..6)) {
        let folder = Folder::new(&[(".venv/pyvenv.cfg", "version = 3.12.4\n"), (&format!("{INFO}/"), "")]);
        for (file, bytes) in &files {
            folder.write(&format!("{INFO}/{}", FILES[*file]), bytes);
        }
        let environment = folder.loader("").environment(&Config::default());
        prop_assert!(environment.is_ok_and(|environment| environment.is_some()));
    }
}

#[cfg(unix)]
#[test]
fn a_pipe_in_the_place_of_a_file_is_not_waited_for() {
    for file in [".venv/pyvenv.cfg", &format!("{INFO}/METADATA"), &format!("{INFO}/RECORD"), ".git/index", ".git"] {
        let folder =
            Folder::new(&[("app.py", "import os\n"), (".venv/conda-meta/history", ""), (&format!("{INFO}/"), "")]);
        let path = folder.path(file);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        assert!(std::process::Command::new("mkfifo").arg(&path).status().unwrap().success());
        let loader = folder.loader("");
        assert!(loader.environment(&Config::default()).is_ok(), "{file}");
        assert!(loader.walk(&Config::default()).files.keys().any(|path| path.as_str() == "app.py"), "{file}");
    }
}
