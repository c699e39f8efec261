//! Worlds that begin as a case of the fixtures, or as two, and get files, lines, environments and settings of other cases. With every
//! case that is written for a diagnostic there are more of them.

use super::equal::Follower;
use super::world::{Edit, World};
use crate::fixtures::{self, Case};
use pinlens_analysis::config::Config;
use pinlens_analysis::model::environment::Environment;
use pinlens_facts::words::names::FilePath;
use std::collections::BTreeMap;
use std::sync::{Arc, OnceLock};

/// The worlds of one run, and the steps of each.
const WORLDS: u64 = 60;
const STEPS: usize = 10;

/// What a case gives to worlds.
struct Donor {
    files: Vec<(FilePath, String)>,
    environment: Arc<Environment>,
    config: Arc<Config>,
}

fn donors() -> &'static [Donor] {
    static DONORS: OnceLock<Vec<Donor>> = OnceLock::new();
    let donor = |case: Case| Donor {
        config: Arc::new(case.settings()),
        environment: case.environment().unwrap_or_default(),
        files: case.files.into_iter().collect(),
    };
    DONORS.get_or_init(|| fixtures::cases().into_iter().map(donor).filter(|donor| !donor.files.is_empty()).collect())
}

/// Numbers without end that a seed decides (splitmix64).
#[derive(Clone)]
struct Numbers(u64);

impl Numbers {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }

    fn below(&mut self, end: usize) -> usize {
        (self.next() % end.max(1) as u64) as usize
    }

    fn one_of<'a, T>(&mut self, all: &'a [T]) -> &'a T {
        &all[self.below(all.len())]
    }
}

/// A kind of step.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Kind {
    /// A file of another case is written.
    File,
    /// A line of a file is taken out.
    DropLine,
    /// A line of another case's file of the same name or kind is put in.
    AddLine,
    /// A file is deleted.
    Delete,
    /// A file is moved to another folder.
    Move,
    /// The last edit of a text is undone.
    Undo,
    /// There is another environment.
    Environment,
    /// There are other settings.
    Settings,
}

/// Each kind of step, as often as it is to be taken.
const KINDS: [Kind; 24] = [
    Kind::File,
    Kind::File,
    Kind::File,
    Kind::File,
    Kind::DropLine,
    Kind::DropLine,
    Kind::DropLine,
    Kind::DropLine,
    Kind::DropLine,
    Kind::AddLine,
    Kind::AddLine,
    Kind::AddLine,
    Kind::AddLine,
    Kind::Delete,
    Kind::Delete,
    Kind::Move,
    Kind::Undo,
    Kind::Undo,
    Kind::Undo,
    Kind::Undo,
    Kind::Environment,
    Kind::Environment,
    Kind::Settings,
    Kind::Settings,
];

/// A step of a world: its kind, and what decides over the rest of it.
#[derive(Clone)]
pub struct Step {
    pub kind: Kind,
    numbers: Numbers,
}

/// The world and the steps of a seed.
pub fn of_seed(seed: u64) -> (World, Vec<Step>) {
    let mut numbers = Numbers(seed);
    let first = numbers.one_of(donors());
    let mut texts: BTreeMap<FilePath, String> = first.files.iter().cloned().collect();
    if numbers.below(2) == 0 {
        let second = &numbers.one_of(donors()).files;
        let inner = second.iter().map(|(path, text)| (FilePath::new(&format!("one/{path}")), text.clone()));
        texts.extend(inner);
    }
    let world = World::new(texts, first.environment.clone(), first.config.clone());
    let mut step = || Step { kind: *numbers.one_of(&KINDS), numbers: Numbers(numbers.next()) };
    (world, (0..STEPS).map(|_| step()).collect())
}

/// A world whose workspace follows it, with what can be undone.
struct Run {
    follower: Follower,
    /// The texts before the last edits of texts; `None` for a file that was not there.
    before: Vec<(FilePath, Option<String>)>,
}

impl Run {
    /// The edits of a step, as the world is now.
    fn edits(&mut self, step: &Step) -> Vec<Edit> {
        let mut numbers = step.numbers.clone();
        let (world, donor) = (&self.follower.world, numbers.one_of(donors()));
        let Some(of_world) = world.texts.keys().nth(numbers.below(world.texts.len())).cloned() else {
            return Vec::new();
        };
        let text = &world.texts[&of_world];
        let given = numbers.one_of(&donor.files);
        match step.kind {
            Kind::File => vec![write(&given.0, given.1.clone())],
            Kind::DropLine => {
                let mut lines: Vec<&str> = text.lines().collect();
                if !lines.is_empty() {
                    lines.remove(numbers.below(lines.len()));
                }
                vec![write(&of_world, joined(&lines))]
            }
            Kind::AddLine => {
                let extension =
                    |path: &FilePath| path.file_name().rsplit_once('.').map(|(_, extension)| extension.to_owned());
                let is_like = |path: &FilePath| {
                    path.file_name() == of_world.file_name() || extension(path) == extension(&of_world)
                };
                let like = donors().iter().flat_map(|donor| &donor.files).filter(|(path, _)| is_like(path));
                let like: Vec<&String> = like.map(|(_, text)| text).collect();
                let given: Vec<&str> = numbers.one_of(&like).lines().collect();
                let mut lines: Vec<&str> = text.lines().collect();
                if !given.is_empty() {
                    let at = numbers.below(lines.len() + 1);
                    lines.insert(at, given[numbers.below(given.len())]);
                }
                vec![write(&of_world, joined(&lines))]
            }
            Kind::Delete => vec![Edit::Delete(of_world.to_string())],
            Kind::Move => {
                let folder = ["", "tests/", "one/", "docs/", "src/"][numbers.below(5)];
                let to = FilePath::new(&format!("{folder}{}", of_world.file_name()));
                let text = text.clone();
                if to == of_world { Vec::new() } else { vec![Edit::Delete(of_world.to_string()), write(&to, text)] }
            }
            Kind::Undo => match self.before.pop() {
                Some((path, Some(text))) => vec![write(&path, text)],
                Some((path, None)) => vec![Edit::Delete(path.to_string())],
                None => Vec::new(),
            },
            Kind::Environment => vec![Edit::Around(donor.environment.clone(), world.config.clone())],
            Kind::Settings => vec![Edit::Around(world.environment.clone(), donor.config.clone())],
        }
    }

    fn step(&mut self, step: &Step) -> Result<(), Wrong> {
        for edit in self.edits(step) {
            if let Some(path) = edit.path().filter(|_| step.kind != Kind::Undo) {
                let path = FilePath::new(path);
                let text = self.follower.world.texts.get(&path).cloned();
                self.before.push((path, text));
            }
            let wrong = |what| Wrong { kind: step.kind, edit: edit.clone(), what };
            self.follower.follow(&edit).map_err(wrong)?;
        }
        Ok(())
    }
}

fn write(path: &FilePath, text: String) -> Edit {
    Edit::Write(path.to_string(), text)
}

fn joined(lines: &[&str]) -> String {
    lines.iter().flat_map(|line| [line, "\n"]).collect()
}

/// What is wrong after a step.
#[derive(Debug)]
pub struct Wrong {
    pub kind: Kind,
    pub edit: Edit,
    pub what: String,
}

/// Takes the steps of a world; gives what is wrong after the first that shows something.
pub fn take(world: &World, steps: &[Step]) -> Result<(), Wrong> {
    let mut run = Run { follower: Follower::of(world.clone()), before: Vec::new() };
    steps.iter().try_for_each(|step| run.step(step))
}

/// As few steps as still show something.
fn fewest(world: &World, mut steps: Vec<Step>) -> (Vec<Step>, Option<Wrong>) {
    let mut at = 0;
    while at < steps.len() {
        let mut fewer = steps.clone();
        fewer.remove(at);
        if take(world, &fewer).is_err() { steps = fewer } else { at += 1 }
    }
    let wrong = take(world, &steps).err();
    (steps, wrong)
}

#[test]
fn worlds_of_cases_equal_fresh_ones() {
    for seed in 0..WORLDS {
        let (world, steps) = of_seed(seed);
        if take(&world, &steps).is_err() {
            let (steps, wrong) = fewest(&world, steps);
            let kinds: Vec<Kind> = steps.iter().map(|step| step.kind).collect();
            let Some(Wrong { kind, edit, what }) = wrong else { panic!("seed {seed} shows nothing again") };
            panic!("seed {seed}, {kinds:?}, from {:#?}: after {kind:?}, {edit:?}: {what}", world.texts);
        }
    }
}
