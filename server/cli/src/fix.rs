//! `pinlens fix`: load, apply the fixes in memory, then write or show them, then report what remains.

use crate::apply::{self, FixedFile};
use crate::args::{FixArgs, Format, Options};
use crate::check::once as check;
use crate::console::print_line;
use crate::failure::Failure;
use crate::here::Here;
use crate::next;
use crate::output::{self, Style, count, printable, printable_cells};
use crate::package_index::PackageIndex;
use crate::project::{self, Project};
use crate::report::{Report, With};
use pinlens_analysis::fixes::Applicability;
use pinlens_facts::words::names::DistributionName;
use pinlens_loader::SourceText;
use similar::{ChangeTag, TextDiff};
use std::collections::BTreeSet;
use std::io::{self, Write};
use std::time::Instant;

/// Runs `pinlens fix`; gives the exit code, which what remains decides.
pub fn run(args: &FixArgs, started: Instant) -> Result<u8, Failure> {
    let most = if args.unsafe_too { Applicability::Unsafe } else { Applicability::Safe };
    let index = PackageIndex::new(&args.index);
    let mut projects = project::load(&args.options)?;
    let mut fixed = Vec::new();
    for project in &mut projects {
        fixed.push(apply::fixes(project, most, &index)?);
    }
    let files = projects.iter().zip(&fixed).flat_map(|(project, files)| files.iter().map(move |file| (project, file)));
    let files: Vec<(&Project, &FixedFile)> = files.collect();
    let code = if args.diff {
        show(&files, &projects, &args.options, started)?
    } else {
        write(&files, &projects, args, started)?
    };
    std::mem::forget(projects);
    Ok(code)
}

/// Writes the files and reports what remains. A file that cannot be written costs the others nothing, but the run fails.
fn write(
    files: &[(&Project, &FixedFile)],
    projects: &[Project],
    args: &FixArgs,
    started: Instant,
) -> Result<u8, Failure> {
    let here = Here::for_people();
    let style = Style::of(args.options.read.color);
    let mut failed = Vec::new();
    for (project, file) in files {
        let path = here.show(&project.loader.absolute(&file.path));
        match write_one(project, file, &path) {
            Ok(()) => print(&args.options, &summary(&path, file, style))?,
            Err(failure) => failed.push(failure),
        }
    }
    if !failed.is_empty() {
        return Err(Failure::Several(failed));
    }
    if !files.is_empty() {
        print(&args.options, &afterwards(files, &here, args.index.index))?;
    }
    check::report(projects, &what_is_left(&args.options), started)
}

/// How what is left is printed: where people have not asked for more, a line a finding; `check` shows it whole.
fn what_is_left(options: &Options) -> Options {
    let mut options = options.clone();
    if options.output.format == Format::Text && !options.output.verbose {
        options.output.format = Format::Concise;
    }
    options
}

/// What there is to do after files have changed: to install what they require, and to pin what could not be.
fn afterwards(files: &[(&Project, &FixedFile)], here: &Here, is_index_on: bool) -> String {
    let mut lines: Vec<String> = Vec::new();
    let unpinned: BTreeSet<&str> =
        files.iter().flat_map(|(_, file)| file.unpinned.iter().map(DistributionName::as_str)).collect();
    if !unpinned.is_empty() && !is_index_on {
        let names: Vec<&str> = unpinned.into_iter().collect();
        let names = names.join(", ");
        lines.push(format!("Added without a version, for no lock file or virtual environment has one: {names}."));
        lines.push("Use `--index` to look versions up in your package index.".to_owned());
    }
    let mut commands: Vec<String> = Vec::new();
    for (project, file) in files {
        commands.extend(next::command(project, here, &file.path).filter(|command| !commands.contains(command)));
    }
    lines.extend(commands.iter().map(|command| format!("Next: {command}")));
    if lines.is_empty() {
        String::new()
    } else {
        lines.iter().map(|line| printable(line)).collect::<Vec<_>>().join("\n") + "\n"
    }
}

/// Writes one file, unless it is no longer what was analysed.
///
/// # Errors
///
/// Where it is, or cannot be written; `shown` is its path in the error.
pub fn write_one(project: &Project, file: &FixedFile, shown: &str) -> Result<(), Failure> {
    let path = shown.to_owned();
    if apply::read(project, &file.path)? != file.before {
        return Err(Failure::ChangedWhileFixed { path });
    }
    let encoding = file.before.as_ref().map_or(encoding_rs::UTF_8, |before| before.encoding);
    let text = SourceText { text: file.after.clone(), encoding };
    project.loader.write(&file.path, &text).map_err(|error| Failure::Fix { path, cause: error.cause })
}

/// What is printed of one written file: its path, and the lines that come and go.
fn summary(path: &str, file: &FixedFile, style: Style) -> String {
    let before = file.before.as_ref().map_or("", |before| &before.text);
    let is_new = if file.before.is_none() { " (new)" } else { "" };
    let diff = TextDiff::from_lines(before, &file.after);
    let lines = diff.iter_all_changes().filter_map(|change| {
        let line = printable_cells(change.value().trim_end_matches(['\n', '\r']));
        match change.tag() {
            ChangeTag::Insert => Some(format!("  {}\n", style.added(format!("+ {line}")))),
            ChangeTag::Delete => Some(format!("  {}\n", style.removed(format!("- {line}")))),
            ChangeTag::Equal => None,
        }
    });
    format!("{}{is_new}\n{}", style.strong(printable(path)), lines.collect::<String>())
}

/// Prints for people on standard output; where that is for programs, on standard error.
fn print(options: &Options, text: &str) -> Result<(), Failure> {
    if options.output.quiet || text.is_empty() {
        return Ok(());
    }
    if options.output.format.is_for_people() && options.output.output_file.is_none() {
        return output::to_stdout(|out| writeln!(out, "{text}"));
    }
    print_line(text.trim_end());
    Ok(())
}

/// Shows the fixes as a unified diff, or to programs what would remain, and writes nothing.
fn show(
    files: &[(&Project, &FixedFile)],
    projects: &[Project],
    options: &Options,
    started: Instant,
) -> Result<u8, Failure> {
    if !options.output.format.is_for_people() {
        return check::report(projects, options, started);
    }
    let here = Here::for_people();
    let style = Style::of(options.read.color);
    output::to_stdout(|out| {
        files.iter().try_for_each(|(project, file)| {
            let path = here.show(&project.loader.absolute(&file.path));
            write_diff(out, &path, file, style)
        })
    })?;
    let mut report = Report::of(projects, With::Nothing, &here, started);
    report.join_facts();
    let changed: Vec<String> =
        files.iter().map(|(project, file)| here.show(&project.loader.absolute(&file.path))).collect();
    let left = match report.facts().count() {
        0 => String::new(),
        number => format!(" {} would be left.", count(number, "finding", "findings")),
    };
    let would = if changed.is_empty() {
        "Nothing would change.".to_owned()
    } else {
        format!("Would change {}; nothing was written.", changed.join(", "))
    };
    print_line(&format!("{would}{left}"));
    Ok(check::exit_code(&report, options.fails_on()))
}

/// Prints the change of one file as a unified diff.
pub fn write_diff(out: &mut dyn Write, path: &str, file: &FixedFile, style: Style) -> io::Result<()> {
    let before = file.before.as_ref().map_or("", |before| &before.text);
    let diff = TextDiff::from_lines(before, &file.after);
    let relative = !path.starts_with('/');
    let old = if file.before.is_none() { String::from("/dev/null") } else { prefixed("a/", path, relative) };
    writeln!(out, "{}", style.strong(format!("--- {old}")))?;
    writeln!(out, "{}", style.strong(format!("+++ {}", prefixed("b/", path, relative))))?;
    for hunk in diff.unified_diff().context_radius(3).iter_hunks() {
        writeln!(out, "{}", style.frame(hunk.header()))?;
        for change in hunk.iter_changes() {
            let line = change.value();
            let (text, ending) = line.split_at(line.trim_end_matches(['\n', '\r']).len());
            let shown = match change.tag() {
                ChangeTag::Insert => style.added(format!("+{text}")),
                ChangeTag::Delete => style.removed(format!("-{text}")),
                ChangeTag::Equal => format!(" {}", printable_cells(text)),
            };
            write!(out, "{shown}{ending}")?;
            if change.missing_newline() {
                writeln!(out, "\n\\ No newline at end of file")?;
            }
        }
    }
    Ok(())
}

/// `path` as the tools that apply diffs expect it.
fn prefixed(prefix: &str, path: &str, relative: bool) -> String {
    if relative { format!("{prefix}{path}") } else { path.to_owned() }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::args::{Cli, Command};
    use clap::Parser;
    use std::fs;

    #[test]
    fn a_file_that_changed_meanwhile_is_left_as_it_is() {
        let folder = tempfile::tempdir().unwrap();
        let requirements = folder.path().join("requirements.txt");
        fs::write(folder.path().join("app.py"), "import redis\n").unwrap();
        fs::write(&requirements, "six\n").unwrap();
        let cli = Cli::parse_from(["pinlens".as_ref(), "fix".as_ref(), folder.path().as_os_str()]);
        let Command::Fix(args) = cli.command else { panic!("{cli:?}") };
        let mut projects = project::load(&args.options).unwrap();
        let fixed = apply::fixes(&mut projects[0], Applicability::Safe, &PackageIndex::default()).unwrap();
        assert_eq!(fixed.len(), 1);
        fs::write(&requirements, "six\nrq\n").unwrap();
        assert!(write_one(&projects[0], &fixed[0], "r.txt").unwrap_err().to_string().contains("changed"));
        assert_eq!(fs::read_to_string(&requirements).unwrap(), "six\nrq\n");
    }

    #[test]
    fn a_file_that_changed_before_is_not_fixed() {
        let folder = tempfile::tempdir().unwrap();
        fs::write(folder.path().join("app.py"), "import redis\n").unwrap();
        fs::write(folder.path().join("requirements.txt"), "six\n").unwrap();
        let cli = Cli::parse_from(["pinlens".as_ref(), "fix".as_ref(), folder.path().as_os_str()]);
        let Command::Fix(args) = cli.command else { panic!("{cli:?}") };
        let mut projects = project::load(&args.options).unwrap();
        fs::write(folder.path().join("requirements.txt"), "rq\n").unwrap();
        assert!(
            apply::fixes(&mut projects[0], Applicability::Safe, &PackageIndex::default())
                .unwrap_err()
                .to_string()
                .contains("changed")
        );
    }

    #[test]
    fn diffs_are_what_patch_expects() {
        let before = SourceText { text: String::from("a\nb"), encoding: encoding_rs::UTF_8 };
        let path = pinlens_facts::words::names::FilePath::new("requirements.txt");
        let mut file =
            FixedFile { path, before: Some(before), after: String::from("a\nb\nc"), unpinned: BTreeSet::new() };
        let diff = |file: &FixedFile| {
            let mut out = Vec::new();
            write_diff(&mut out, "requirements.txt", file, Style::Plain).unwrap();
            String::from_utf8(out).unwrap()
        };
        let hint = "\\ No newline at end of file\n";
        let head = "--- a/requirements.txt\n+++ b/requirements.txt\n@@ -1,2 +1,3 @@\n";
        assert_eq!(diff(&file), format!("{head} a\n-b\n{hint}+b\n+c\n{hint}"));
        file.before = None;
        assert_eq!(diff(&file).lines().next(), Some("--- /dev/null"));
        file.after = String::from("a\u{1b}[31m\tb\u{202e}\r\n");
        assert_eq!(diff(&file).lines().last(), Some("+a\u{fffd}[31m\tb\u{fffd}"));
    }
}
