//! Which distributions are there for a Python, those that come by the needs of others among them.

use super::image::{Image, Installed};
use super::install::of_extra;
use crate::analysis::Analysis;
use crate::model::resolve::DeclaredNames;
use pinlens_facts::deploy::paths::below;
use pinlens_facts::knowledge::catalog;
use pinlens_facts::knowledge::needs::{self as known, Needs};
use pinlens_facts::manifest::lock::Asked as Required;
use pinlens_facts::words::names::DistributionName;
use pinlens_facts::words::versions;
use rustc_hash::FxHashMap;

/// What is there.
#[derive(Debug, Default)]
pub(crate) struct Provided {
    pub names: DeclaredNames,
    /// Which of [`Image::installed`] brings each; the first that does.
    pub by: FxHashMap<DistributionName, usize>,
    /// A distribution of which it is not known what it requires.
    pub opaque: Option<DistributionName>,
}

impl Provided {
    /// What is installed in these folders.
    pub fn in_sites(ws: &Analysis, image: &Image, sites: &[String]) -> Self {
        let is_visible = |installed: &Installed| {
            let site = installed.site.as_deref();
            site.is_some_and(|site| sites.iter().any(|seen| below(site, seen) == Some("")))
        };
        Self::of(ws, image, &is_visible)
    }

    /// What is installed of which `is_visible` holds.
    pub fn of(ws: &Analysis, image: &Image, is_visible: &dyn Fn(&Installed) -> bool) -> Self {
        let mut found = Self::default();
        for (index, installed) in image.installed.iter().enumerate().filter(|(_, installed)| is_visible(installed)) {
            found.add(ws, index, installed);
        }
        // one whose modules nobody lists may be the provider by its name, there as in the requirements of a project
        found.names.settle(ws.environment());
        found
    }

    /// A distribution that is there, of whose name the module's top is a word, and of which it is not known what it provides.
    pub fn may_bring(&self, module: &str) -> Option<&DistributionName> {
        let top = DistributionName::new(module.split('.').next().unwrap_or_default());
        let has_word = |name: &DistributionName| {
            let mut rest = name.as_str().split('-');
            name != &top && rest.any(|word| word == top.as_str()) && !catalog::knows_modules_of(name)
        };
        let mut found: Vec<&DistributionName> = self.by.keys().filter(|name| has_word(name)).collect();
        found.sort();
        found.first().copied()
    }

    fn add(&mut self, ws: &Analysis, index: usize, installed: &Installed) {
        let mut queue: Vec<DistributionName> = Vec::new();
        for direct in &installed.direct {
            self.enter(&direct.name, index, &mut queue);
            if installed.alone {
                continue;
            }
            for extra in &direct.extras {
                let brought = of_extra(&direct.name, extra);
                if brought.is_empty() && !installed.is_whole && direct.requires.is_none() && !ws.makes(&direct.name) {
                    self.opaque.get_or_insert_with(|| direct.name.clone());
                }
                for name in brought {
                    self.enter(&name, index, &mut queue);
                }
            }
            if let Some(requires) = &direct.requires {
                for name in requires {
                    self.enter(name, index, &mut queue);
                }
            }
        }
        if installed.alone {
            return;
        }
        let is_locked = |name: &DistributionName| {
            installed.direct.iter().any(|direct| direct.name == *name && direct.requires.is_some())
        };
        let mut at = 0;
        while let Some(name) = queue.get(at).cloned() {
            at += 1;
            let direct = installed.direct.iter().find(|direct| direct.name == name);
            let extras = direct.map(|direct| direct.extras.clone()).unwrap_or_default();
            let metadata = ws.environment().get(&name).map(|installed| {
                let asked = installed.requires.iter().filter(|(_, marker)| is_asked(marker, &extras));
                asked.map(|(name, _)| name.clone()).collect::<Vec<_>>()
            });
            let is_below = |version: &str| are_below(installed, &name, version);
            // what a lock file says of the version that is installed counts, not what the newest one requires
            let rows = known::needs(name.as_str()).iter().filter(|needs| needs.below.is_none_or(is_below));
            let rows = rows.filter(|_| !is_locked(&name));
            let known: Vec<DistributionName> =
                rows.flat_map(Needs::names).map(|(name, _)| DistributionName::new(name)).collect();
            let is_read = || known::is_known(name.as_str()) && !known::first_read(name.as_str()).is_some_and(is_below);
            let is_known = metadata.is_some() || is_read() || is_locked(&name) || installed.is_whole;
            let members = &ws.projects().members;
            if !is_known && !ws.makes(&name) {
                self.opaque.get_or_insert_with(|| name.clone());
            }
            for asked in members.needs(&Required { name: name.clone(), extras }) {
                self.enter(&asked.name, index, &mut queue);
            }
            for needed in metadata.into_iter().flatten().chain(known) {
                self.enter(&needed, index, &mut queue);
            }
        }
    }

    fn enter(&mut self, name: &DistributionName, index: usize, queue: &mut Vec<DistributionName>) {
        self.by.entry(name.clone()).or_insert(index);
        self.names.add(name);
        if !queue.contains(name) {
            queue.push(name.clone());
        }
    }
}

/// Whether what stands under a marker is required with these extras: nobody gets what an extra brings without asking for it.
fn is_asked(marker: &str, extras: &[Box<str>]) -> bool {
    let names_extra =
        |extra: &Box<str>| ["'", "\""].iter().any(|quote| marker.contains(&format!("{quote}{extra}{quote}")));
    !marker.contains("extra") || extras.iter().any(names_extra)
}

/// Whether the specifier that the distribution is installed with lets in only versions before this one.
fn are_below(installed: &Installed, name: &DistributionName, version: &str) -> bool {
    let newer = format!(">={version}");
    let specifiers =
        installed.direct.iter().filter(|direct| direct.name == *name).filter_map(|direct| direct.versions.as_ref());
    specifiers.into_iter().any(|specifier| versions::exclude_each_other(specifier, &newer))
}
