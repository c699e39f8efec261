//! Lenses and hovers of files that describe deployments, and their edits before they are saved.

use super::ask;
use pinlens_tests::client::Client;
use pinlens_tests::folder::Folder;
use pinlens_tests::setup::Setup;
use serde_json::json;

const DOCKERFILE: &str = "FROM python:3.12-slim\nWORKDIR /srv\nCOPY . .\nRUN pip install -r requirements.txt\nCMD [\"python\", \"web.py\"]\n";
const COMPOSE: &str = "services:\n  web:\n    build: .\n  jobs:\n    build: .\n    command: python jobs.py\n";
const PROCFILE: &str = "jobs: python jobs.py\n";

fn shop() -> (Folder, Client) {
    let folder = Folder::new(&[
        ("Dockerfile", DOCKERFILE),
        ("compose.yaml", COMPOSE),
        ("processes/Procfile", PROCFILE),
        ("processes/jobs.py", "import flask\n"),
        ("processes/requirements.txt", "flask\n"),
        ("web.py", "import flask\n"),
        ("jobs.py", "import redis\n"),
        ("requirements.txt", "flask\n"),
    ]);
    let client = Setup::vscode().folder(folder.path()).start();
    (folder, client)
}

/// The lenses of a document: the line from 0, and the title.
fn lenses(client: &mut Client, uri: &str) -> Vec<String> {
    let found = client.request("textDocument/codeLens", json!({"textDocument": {"uri": uri}}));
    let all = found.as_array().expect("a list").iter();
    all.map(|lens| {
        let title = lens["command"]["title"].as_str().unwrap_or_default();
        format!("{} {title}", lens["range"]["start"]["line"])
    })
    .collect()
}

fn hover(client: &mut Client, uri: &str, needle: &str) -> String {
    ask(client, "textDocument/hover", uri, needle)["contents"]["value"].as_str().unwrap_or_default().to_owned()
}

#[test]
fn the_lines_of_a_dockerfile_say_what_follows() {
    let (folder, mut client) = shop();
    client.settled(&[&folder.uri("jobs.py")]);
    let uri = folder.uri("Dockerfile");
    client.open(&uri, "dockerfile", DOCKERFILE);
    let from = hover(&mut client, &uri, "FROM");
    assert!(from.contains("runs Python 3.12") && from.contains("starts"), "{from}");
    let run = hover(&mut client, &uri, "RUN");
    assert!(run.contains("installs `requirements.txt`: flask"), "{run}");
    let start = hover(&mut client, &uri, "CMD");
    assert!(start.contains("starts `python web.py`, first `web.py`"), "{start}");
    assert_eq!(hover(&mut client, &uri, "WORKDIR"), "");
    assert_eq!(lenses(&mut client, &uri), ["3 installs 1 distribution"]);
}

#[test]
fn services_and_processes_say_what_follows() {
    let (folder, mut client) = shop();
    client.settled(&[&folder.uri("jobs.py")]);
    let uri = folder.uri("compose.yaml");
    client.open(&uri, "dockercompose", COMPOSE);
    let crash = "crashes at jobs.py:1 because `redis` needs redis, which is not installed";
    assert_eq!(
        lenses(&mut client, &uri),
        [
            "1 installs requirements.txt (Dockerfile:4): starts".to_owned(),
            format!("3 installs requirements.txt (Dockerfile:4): {crash}"),
        ]
    );
    let jobs = hover(&mut client, &uri, "jobs:");
    assert!(jobs.contains("jobs (compose.yaml:4)") && jobs.contains(crash), "{jobs}");
    let procfile = folder.uri("processes/Procfile");
    client.open(&procfile, "plaintext", PROCFILE);
    let process = hover(&mut client, &procfile, "jobs");
    assert!(process.contains("starts `python jobs.py`, first `processes/jobs.py`"), "{process}");
}

#[test]
fn an_edit_counts_before_it_is_saved() {
    let (folder, mut client) = shop();
    let (dockerfile, compose, jobs) = (folder.uri("Dockerfile"), folder.uri("compose.yaml"), folder.uri("jobs.py"));
    client.open(&dockerfile, "dockerfile", DOCKERFILE);
    client.open(&compose, "dockercompose", COMPOSE);
    client.expect(&jobs, &["0:7-0:12 error undeclared-import"]);
    client.edit(&dockerfile, "RUN pip install", "RUN pip install redis && pip install");
    client.expect(&jobs, &["0:7-0:12 warning undeclared-import"]);
    assert!(lenses(&mut client, &compose).iter().all(|lens| lens.ends_with(": starts")));
    client.settled(&[&jobs, &dockerfile, &compose]);
    // half a command is no command: what was installed is not
    client.edit(&dockerfile, "RUN pip install redis && pip install -r requirements.txt", "RUN pip ins");
    let found = lenses(&mut client, &compose);
    assert!(found.iter().all(|lens| lens.contains("cannot be judged")), "{found:?}");
    client.edit(&compose, "python jobs.py", "python -m nowhere");
    let found = lenses(&mut client, &compose);
    assert!(found.iter().all(|lens| !lens.contains("jobs.py")), "{found:?}");
}
