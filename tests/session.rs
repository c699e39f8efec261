//! The picture in the README: a session on the example application, drawn from what pinlens really prints.
//! With `PINLENS_BLESS` set the picture is written instead of compared.

use pinlens_tests::binary;
use pinlens_tests::folder::Folder;
use std::path::Path;
use std::process::Command;

const FILES: [&str; 5] = ["main.py", "app.py", "rq_config.py", "rq_tasks.py", "requirements.txt"];

#[test]
fn the_picture_is_what_is_printed() {
    let here = Path::new(env!("CARGO_MANIFEST_DIR"));
    let texts = FILES.map(|name| {
        let text = std::fs::read_to_string(here.join("workspaces/deploy-crash").join(name));
        (name, text.expect("the application is here"))
    });
    let folder = Folder::new(&texts.each_ref().map(|(name, text)| (*name, text.as_str())));
    let session = [&["check"][..], &["fix"]].map(|args| run(&folder, args)).concat();
    let picture = anstyle_svg::Term::new().render_svg(&session);
    let path = here.join("../docs/images/session.svg");
    if std::env::var_os("PINLENS_BLESS").is_some() {
        std::fs::create_dir_all(path.parent().expect("a folder")).expect("it can be made");
        std::fs::write(&path, &picture).expect("it can be written");
    }
    let committed = std::fs::read_to_string(&path).expect("docs/images/session.svg is committed");
    assert!(
        committed == picture,
        "docs/images/session.svg shows something else than\n{session}\nset PINLENS_BLESS to write it again"
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
