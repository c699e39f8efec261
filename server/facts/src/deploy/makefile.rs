//! Makefiles: which commands a target runs.
//!
//! Variables are put in as far as the file gives them values; what functions compute stands as `…`. Of a conditional both parts are
//! read, as what may run.

use super::service::line;
use std::collections::BTreeMap;

/// What a makefile says.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Makefile {
    /// Its rules, in its order.
    pub rules: Vec<Rule>,
    /// The values of its variables, as they are written.
    pub variables: BTreeMap<String, String>,
    /// Whether a target that it lacks may stand in another file.
    pub includes: bool,
}

/// How a target is made.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Rule {
    /// The target.
    pub target: String,
    /// What is made first.
    pub needs: Vec<String>,
    /// The lines of its recipe.
    pub recipe: Vec<RecipeLine>,
}

/// One line of a recipe, which a shell of its own runs.
#[derive(Clone, Debug, PartialEq)]
pub struct RecipeLine {
    /// The text, without the marks before it.
    pub text: String,
    /// Its line, from 1.
    pub line: u32,
    /// Whether make goes on where it fails: `-`.
    pub may_fail: bool,
    /// Whether a conditional decides whether it runs.
    pub is_open: bool,
}

/// Longer chains of targets are not followed.
const DEEPEST: usize = 10;

/// So many values of variables are put into one text.
const MOST_VALUES: usize = 200;

/// Reads a makefile.
pub fn read(text: &str) -> Makefile {
    let mut made = Makefile::default();
    let mut targets: Vec<usize> = Vec::new();
    let mut conditionals = 0_usize;
    for (number, whole) in logical(text) {
        if let Some(recipe) = whole.strip_prefix('\t').filter(|_| !targets.is_empty()) {
            let found = recipe_line(recipe, number, conditionals > 0);
            for at in &targets {
                made.rules[*at].recipe.extend(found.clone());
            }
            continue;
        }
        let bare = without_comment(&whole).trim();
        match bare.split_whitespace().next().unwrap_or_default() {
            "" => {}
            "ifeq" | "ifneq" | "ifdef" | "ifndef" => conditionals += 1,
            "endif" => conditionals = conditionals.saturating_sub(1),
            "else" => {}
            "include" | "-include" | "sinclude" => made.includes = true,
            _ => {
                if let Some((name, value, adds)) = assignment(bare) {
                    made.assign(name, value, adds);
                    targets.clear();
                } else {
                    targets = made.rule(bare, number, conditionals > 0);
                }
            }
        }
    }
    made
}

impl Makefile {
    fn assign(&mut self, name: &str, value: &str, adds: bool) {
        let known = self.variables.entry(name.to_owned()).or_default();
        if adds && !known.is_empty() {
            known.push(' ');
            known.push_str(value);
        } else {
            value.clone_into(known);
        }
    }

    /// Takes the head of a rule in; gives the numbers of its targets' rules.
    fn rule(&mut self, head: &str, number: usize, is_open: bool) -> Vec<usize> {
        let Some((names, rest)) = head.split_once(':') else { return Vec::new() };
        let rest = rest.trim_start_matches(':');
        let (needs, inline) = rest.split_once(';').map_or((rest, None), |(needs, inline)| (needs, Some(inline)));
        let needs: Vec<String> =
            self.expanded(needs).split_whitespace().filter(|need| *need != "|").map(str::to_owned).collect();
        let names = self.expanded(names);
        let mut found = Vec::new();
        for name in names.split_whitespace().filter(|name| !name.contains('%') && *name != ".PHONY") {
            let at = self.rules.iter().position(|rule| rule.target == name).unwrap_or_else(|| {
                self.rules.push(Rule { target: name.to_owned(), ..Rule::default() });
                self.rules.len() - 1
            });
            self.rules[at].needs.extend(needs.iter().cloned());
            self.rules[at].recipe.extend(inline.and_then(|text| recipe_line(text, number, is_open)));
            found.push(at);
        }
        found
    }

    /// A text with the variables of the file.
    fn expanded(&self, text: &str) -> String {
        self.expanded_with(text, &BTreeMap::new(), "", &mut { MOST_VALUES })
    }

    fn expanded_with(&self, text: &str, given: &BTreeMap<String, String>, target: &str, left: &mut usize) -> String {
        let mut out = String::new();
        let mut rest = text;
        while let Some((before, behind)) = rest.split_once('$') {
            out.push_str(before);
            let Some(next) = behind.chars().next() else { break };
            let close = match next {
                '(' => Some(')'),
                '{' => Some('}'),
                _ => None,
            };
            let Some(close) = close else {
                match next {
                    '$' => out.push('$'),
                    '@' => out.push_str(target),
                    _ => out.push('\u{2026}'),
                }
                rest = behind.get(next.len_utf8()..).unwrap_or_default();
                continue;
            };
            let Some(end) = end_of(behind, next, close) else { break };
            let name = behind.get(1..end).unwrap_or_default();
            rest = behind.get(end + 1..).unwrap_or_default();
            match given.get(name).or_else(|| self.variables.get(name)).filter(|_| *left > 0) {
                Some(value) => {
                    *left -= 1;
                    out.push_str(&self.expanded_with(value, given, target, left));
                }
                None if matches!(name, "MAKE") => out.push_str("make"),
                None => out.push('\u{2026}'),
            }
        }
        out.push_str(rest);
        out
    }

    /// The lines that make runs for these goals, in order, with the values that the command line gives variables: what a target needs
    /// is made before it, each once. `None` where a goal is no target of the file. Without goals the first target is made.
    pub fn lines(&self, goals: &[&str], given: &BTreeMap<String, String>) -> Option<Vec<RecipeLine>> {
        let first = || self.rules.iter().map(|rule| rule.target.as_str()).find(|target| !target.starts_with('.'));
        let goals = if goals.is_empty() { vec![first()?] } else { goals.to_vec() };
        let (mut found, mut done) = (Vec::new(), Vec::new());
        for goal in goals {
            self.rules.iter().find(|rule| rule.target == goal)?;
            self.make(goal, given, &mut found, &mut done, 0);
        }
        Some(found)
    }

    fn make<'a>(
        &'a self,
        goal: &'a str,
        given: &BTreeMap<String, String>,
        found: &mut Vec<RecipeLine>,
        done: &mut Vec<&'a str>,
        depth: usize,
    ) {
        let Some(rule) = self.rules.iter().find(|rule| rule.target == goal) else { return };
        if depth > DEEPEST || done.contains(&goal) {
            return;
        }
        done.push(goal);
        for need in &rule.needs {
            self.make(need, given, found, done, depth + 1);
        }
        let filled = |one: &RecipeLine| RecipeLine {
            text: self.expanded_with(&one.text, given, goal, &mut { MOST_VALUES }),
            ..one.clone()
        };
        found.extend(rule.recipe.iter().map(filled));
    }
}

/// The offset of the bracket that closes the one with which a text begins.
fn end_of(text: &str, open: char, close: char) -> Option<usize> {
    let mut depth = 0;
    for (at, c) in text.char_indices() {
        if c == open {
            depth += 1;
        } else if c == close {
            depth -= 1;
            if depth == 0 {
                return Some(at);
            }
        }
    }
    None
}

/// The lines with those that end in `\` joined, each with the number of its first, from 1.
fn logical(text: &str) -> Vec<(usize, String)> {
    let mut found: Vec<(usize, String)> = Vec::new();
    let mut goes_on = false;
    for (at, line) in text.lines().enumerate() {
        let (bare, open) = line.strip_suffix('\\').map_or((line, false), |bare| (bare, true));
        match found.last_mut().filter(|_| goes_on) {
            Some((_, whole)) => {
                whole.push(' ');
                whole.push_str(bare.trim_start());
            }
            None => found.push((at + 1, bare.to_owned())),
        }
        goes_on = open;
    }
    found
}

fn without_comment(line: &str) -> &str {
    line.split('#').next().unwrap_or_default()
}

/// `NAME = value`, `NAME := value`, `NAME ?= value`, `export NAME += value`; whether it adds to what there is.
fn assignment(line: &str) -> Option<(&str, &str, bool)> {
    let line = line.strip_prefix("export ").unwrap_or(line).trim_start();
    let (left, value) = line.split_once('=')?;
    let adds = left.ends_with('+');
    let name = left.trim_end_matches([':', '?', '+', '!']).trim();
    let is_name =
        !name.is_empty() && name.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-' | b'.'));
    is_name.then(|| (name, value.trim(), adds))
}

fn recipe_line(text: &str, number: usize, is_open: bool) -> Option<RecipeLine> {
    let bare = text.trim_start();
    let marks = bare.len() - bare.trim_start_matches(['@', '-', '+']).len();
    let text = bare.get(marks..)?.trim();
    let may_fail = bare.get(..marks)?.contains('-');
    (!text.is_empty() && !text.starts_with('#')).then(|| RecipeLine {
        text: text.to_owned(),
        line: line(number),
        may_fail,
        is_open,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    const MAKEFILE: &str = "PYTHON ?= python3\nARGS = -m\nARGS += $(MODULE)\nMODULE := web\n\n.PHONY: all run\n\nall: install run ## both\n\ninstall: requirements.txt\n\t@pip install -r $<\n\t-pip install \\\n\t\tb\n\nrun serve: install; echo $@\n\tcd src && $(PYTHON) $(ARGS) $$HOME $(shell date)\nifdef DEBUG\n\tdebug\nendif\n%.txt: %.in\n\tpip-compile $<\n";

    fn lines(goals: &[&str], given: &[(&str, &str)]) -> Option<Vec<String>> {
        let given = given.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect();
        let found = read(MAKEFILE).lines(goals, &given)?;
        let shown = |one: RecipeLine| {
            let marks = [(one.may_fail, " (may fail)"), (one.is_open, " (open)")];
            let marks: String = marks.iter().filter(|(is, _)| *is).map(|(_, mark)| *mark).collect();
            format!("{} {}{marks}", one.line, one.text)
        };
        Some(found.into_iter().map(shown).collect())
    }

    #[test]
    fn a_target_runs_what_it_needs_first() {
        let install = ["11 pip install -r \u{2026}", "12 pip install  b (may fail)"];
        let run = |target: &str, python: &str| {
            [
                format!("15 echo {target}"),
                format!("16 cd src && {python} -m web $HOME \u{2026}"),
                "18 debug (open)".to_owned(),
            ]
        };
        let of = |target: &str, python: &str| {
            Some(install.map(str::to_owned).into_iter().chain(run(target, python)).collect::<Vec<_>>())
        };
        assert_eq!(lines(&["run"], &[]), of("run", "python3"));
        assert_eq!(lines(&[], &[("PYTHON", "pypy3")]), of("run", "pypy3"));
        assert_eq!(lines(&["serve"], &[]), of("serve", "python3"));
        assert_eq!(lines(&["nothing"], &[]), None);
    }

    #[test]
    fn targets_that_need_each_other_end() {
        assert_eq!(read("a: b\n\tx\nb: a\n\ty\n").lines(&["a"], &BTreeMap::new()).map(|lines| lines.len()), Some(2));
        assert!(
            read("A = $(A)\nx:\n\techo $(A)\n")
                .lines(&[], &BTreeMap::new())
                .is_some_and(|lines| lines[0].text.len() < 1000)
        );
    }

    #[test]
    fn half_typed_makefiles_are_read() {
        for end in 0..=MAKEFILE.len() {
            let made = read(&MAKEFILE[..end]);
            assert!(made.rules.len() < 6, "{end}");
            made.lines(&["all"], &BTreeMap::new());
        }
    }
}
