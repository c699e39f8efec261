//! The commands of the system: its package managers, and those that move files.

use super::effect::{Ask, Effect, Install, Into, Tool};
use super::words::{Word, Words};

pub(super) fn effect(head: &str, first: &str, arguments: &[String], output: Option<&str>) -> Effect {
    match head {
        "apt-get" | "apt" | "aptitude" => packages(Tool::Apt, &["install"], arguments),
        "apk" => packages(Tool::Apk, &["add"], arguments),
        "dnf" | "yum" | "microdnf" | "zypper" | "tdnf" => packages(Tool::Dnf, &["install", "in"], arguments),
        "cp" | "mv" | "ln" | "install" | "rsync" => copies(head, arguments),
        "git" => clone(arguments),
        "unzip" | "tar" | "bsdtar" | "curl" | "wget" => fetched(head, arguments),
        "mkdir" => {
            let free = Words::new(arguments, &["-m", "--mode"]).filter_map(free);
            Effect::Folders(free.map(str::to_owned).collect())
        }
        "rm" => {
            let free = Words::new(arguments, &[]).filter_map(free).map(str::to_owned).collect();
            Effect::Removes(free)
        }
        "echo" | "printf" if output.is_some_and(is_list) => {
            Effect::Writes { file: output.unwrap_or_default().to_owned(), asks: written(head, arguments) }
        }
        "cat" if output.is_some_and(is_list) => {
            let asks = vec![Ask::Unknown(format!("what `{head}` writes"))];
            Effect::Writes { file: output.unwrap_or_default().to_owned(), asks }
        }
        "make" | "ansible-playbook" | "invoke" | "nox" | "tox" | "task" | "just" | "brew" | "nix" | "nix-env"
        | "spack" | "guix" | "bazel" | "pants" => {
            Effect::Opaque(format!("what `{}` installs is not known", called(head, arguments)))
        }
        _ if looks_like_an_installer(first, head) => {
            Effect::Opaque(format!("what `{}` installs is not known", called(head, arguments)))
        }
        _ => Effect::Nothing,
    }
}

fn is_list(file: &str) -> bool {
    file.ends_with(".txt") || file.ends_with(".in")
}

/// The requirements that a command writes: `echo "psycopg2==2.9" >> requirements.txt`.
fn written(head: &str, arguments: &[String]) -> Vec<Ask> {
    let is_flag = |word: &&String| head == "echo" && matches!(word.as_str(), "-e" | "-n" | "-E" | "-en" | "-ne");
    let words: Vec<&str> = arguments.iter().skip_while(is_flag).map(String::as_str).collect();
    let text = words.join(" ").replace("\\n", "\n");
    let lines = text.lines().map(str::trim).filter(|line| !line.is_empty() && !line.starts_with('#'));
    let ask = |line: &str| {
        let list = ["-r ", "--requirement "].iter().find_map(|option| line.strip_prefix(option));
        match list {
            _ if line.contains(['\u{2026}', '$', '%', '\\', '`']) => {
                Some(Ask::Unknown(format!("what `{head}` writes")))
            }
            Some(file) => Some(Ask::File(file.trim().to_owned())),
            // an option of the list: `--extra-index-url`
            None if line.starts_with('-') => None,
            None => Some(Ask::Named(line.to_owned())),
        }
    };
    lines.filter_map(ask).collect()
}

fn called(head: &str, arguments: &[String]) -> String {
    match arguments.first() {
        Some(first) if !first.starts_with('-') => format!("{head} {first}"),
        _ => head.to_owned(),
    }
}

/// Whether a script of the project or a fetched one sets an image up.
fn looks_like_an_installer(first: &str, head: &str) -> bool {
    let stem = head.split('.').next().unwrap_or_default();
    let is_script = first.contains('/') || head.contains(".sh") || head.contains(".bash");
    is_script
        && ["install", "setup", "bootstrap", "provision", "requirements", "deps"].iter().any(|word| stem.contains(word))
}

fn free(word: Word<'_>) -> Option<&str> {
    match word {
        Word::Free(word) => Some(word),
        Word::Option(..) => None,
    }
}

fn packages(tool: Tool, commands: &[&str], arguments: &[String]) -> Effect {
    const VALUED: &[&str] = &["-o", "-t", "--target-release", "-c", "-a", "--repository", "-X", "--virtual", "--root"];
    let mut words = Words::new(arguments, VALUED);
    let is_install = words.find_map(free).is_some_and(|command| commands.contains(&command));
    if !is_install {
        return Effect::Nothing;
    }
    let asks = words.filter_map(free).map(|package| {
        let end = package.find(['=', '<', '>', '~', '/', '@']).unwrap_or(package.len());
        Ask::Package(package[..end].to_owned())
    });
    Effect::Install(Install { tool, asks: asks.collect(), into: Into::System, ..Install::default() })
}

/// `git clone URL folder`
fn clone(arguments: &[String]) -> Effect {
    const VALUED: &[&str] =
        &["-C", "-c", "-b", "--branch", "--depth", "-o", "--origin", "--reference", "-j", "--jobs", "--filter"];
    let words: Vec<&str> = Words::new(arguments, VALUED).filter_map(free).collect();
    let [first, url, rest @ ..] = &words[..] else { return Effect::Nothing };
    if *first != "clone" {
        return Effect::Nothing;
    }
    let name = url.trim_end_matches('/').rsplit(['/', ':']).next().unwrap_or_default();
    let folder = rest.first().copied().unwrap_or_else(|| name.strip_suffix(".git").unwrap_or(name));
    Effect::Fetches(folder.to_owned())
}

/// What is unpacked or fetched: `unzip a.zip -d folder`, `tar -xf a.tar -C folder`, `curl -o file`, `wget -O file`.
fn fetched(head: &str, arguments: &[String]) -> Effect {
    let (valued, place): (&'static [&'static str], &[&str]) = match head {
        "unzip" => (&["-d", "-x"], &["-d"]),
        "curl" => (&["-o", "--output", "-H", "-d", "-X", "-u"], &["-o", "--output"]),
        "wget" => (&["-O", "--output-document", "-P", "--directory-prefix"], &["-O", "-P"]),
        _ => (&["-C", "--directory"], &["-C", "--directory"]),
    };
    let mut words = Words::new(arguments, valued);
    let to = words.find_map(|word| match word {
        Word::Option(name, value) if place.contains(&name) && !value.is_empty() => Some(value.to_owned()),
        _ => None,
    });
    let is_unpacking = match head {
        "tar" | "bsdtar" => arguments.first().is_some_and(|first| first.contains('x') || first == "--extract"),
        _ => true,
    };
    to.filter(|to| is_unpacking && to != "-").map_or(Effect::Nothing, Effect::Fetches)
}

fn copies(head: &str, arguments: &[String]) -> Effect {
    let mut target = None;
    let mut paths: Vec<String> = Vec::new();
    let mut makes_folder = false;
    for word in Words::new(arguments, &["-t", "--target-directory", "-m", "--mode", "-o", "-g", "--exclude", "-S"]) {
        match word {
            Word::Option("-t" | "--target-directory", value) => target = Some(value.to_owned()),
            Word::Option("-d", _) if head == "install" => makes_folder = true,
            Word::Option(..) => {}
            Word::Free(word) => paths.push(word.to_owned()),
        }
    }
    let to = target.or_else(|| if paths.len() > 1 { paths.pop() } else { None });
    match to {
        Some(to) if !paths.is_empty() && !makes_folder => {
            // `cp -r a/. b` copies what is in `a`
            Effect::Copies { from: paths, to, keeps: head != "mv" }
        }
        _ => Effect::Nothing,
    }
}
