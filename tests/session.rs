//! The pictures in the README: sessions on the example application, drawn from what pinlens really prints.
//! With `PINLENS_BLESS` set the pictures are written instead of compared.

use pinlens_tests::binary;
use pinlens_tests::folder::Folder;
use std::path::Path;
use std::process::Command;

const FILES: [&str; 5] = ["main.py", "app.py", "rq_config.py", "rq_tasks.py", "requirements.txt"];

/// How the example is deployed, for the second picture.
const DOCKERFILE: &str = "FROM python:3.11-slim\nWORKDIR /app\nCOPY requirements.txt .\nRUN pip install -r requirements.txt\nCOPY . .\nCMD [\"python\", \"main.py\"]\n";

#[test]
fn the_picture_is_what_is_printed() {
    let folder = Folder::new(&borrowed(&example()));
    let session = [&["check"][..], &["fix"]].map(|args| run(&folder, args)).concat();
    compare("session.svg", &session);
}

#[test]
fn the_picture_of_deployments_is_what_is_printed() {
    let mut texts = example();
    texts.push(("Dockerfile", DOCKERFILE.to_owned()));
    let folder = Folder::new(&borrowed(&texts));
    let session = [&["deployments"][..], &["fix"], &["deployments"]].map(|args| run(&folder, args)).concat();
    compare("deployments.svg", &session);
}

/// The files of the example application.
fn example() -> Vec<(&'static str, String)> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("workspaces/deploy-crash");
    let read =
        |name: &'static str| (name, std::fs::read_to_string(folder.join(name)).expect("the application is here"));
    FILES.map(read).into()
}

fn borrowed<'a>(texts: &'a [(&'static str, String)]) -> Vec<(&'static str, &'a str)> {
    texts.iter().map(|(name, text)| (*name, text.as_str())).collect()
}

/// Compares a session with its picture.
fn compare(name: &str, session: &str) {
    let picture = anstyle_svg::Term::new().render_svg(session);
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../docs/images").join(name);
    if std::env::var_os("PINLENS_BLESS").is_some() {
        std::fs::create_dir_all(path.parent().expect("a folder")).expect("it can be made");
        std::fs::write(&path, &picture).expect("it can be written");
    }
    let committed = std::fs::read_to_string(&path).expect("the picture is committed");
    assert!(
        committed == picture,
        "docs/images/{name} shows something else than\n{session}\nset PINLENS_BLESS to write it again"
    );
}

/// The command as it is typed, and what it prints in colour.
fn run(folder: &Folder, args: &[&str]) -> String {
    let output = Command::new(binary::path())
        .args(args)
        .args(["--color", "always", "--env", "none"])
        .current_dir(folder.path())
        .env_remove("VIRTUAL_ENV")
        .env_remove("CONDA_PREFIX")
        .output()
        .expect("pinlens runs");
    let printed = String::from_utf8(output.stdout).expect("UTF-8");
    format!("\u{1b}[1m$ pinlens {}\u{1b}[0m\n{}\n\n", args.join(" "), printed.trim_end())
}
