//! What `COPY --from` and `cp` take along: files, and what is installed in the folders that are copied.

use super::{About, From, Image, Installed, Layer, Link, Python};
use pinlens_facts::deploy::paths::{below, joined};

impl Image {
    /// Puts what lies at `from` in another image, or in this one, to `to`.
    pub fn copy(&mut self, other: &Self, from: &str, to: &str) -> bool {
        let mut found = false;
        for layer in &other.files.layers {
            if let Some(rest) = below(&layer.to, from) {
                self.files.layers.push(Layer { to: joined(to, rest), from: layer.from.clone() });
                found = true;
            } else if let Some(rest) = below(from, &layer.to).filter(|rest| !rest.is_empty())
                && let Some(part) = part(&layer.from, rest)
            {
                self.files.layers.push(Layer { to: to.to_owned(), from: part });
                found = true;
            }
        }
        let moved = |path: &Option<String>| path.as_ref().and_then(|path| Some(joined(to, below(path, from)?)));
        for installed in &other.installed {
            // one script of them goes to the folder that it is copied to
            let is_script = below(from, installed.bin.as_deref().unwrap_or("-")).is_some_and(|rest| !rest.is_empty());
            let folder = to.rsplit_once('/').map(|(folder, _)| folder.to_owned());
            let (site, bin) = (moved(&installed.site), moved(&installed.bin).or(folder.filter(|_| is_script)));
            if site.is_some() || bin.is_some() {
                self.put(Installed { site, bin, ..installed.clone() });
                found = true;
            }
        }
        // what may be installed there is copied too
        let mut folders = other.pythons.iter().flat_map(|python| python.sites.iter().chain([&python.bin]));
        if folders.any(|folder| below(folder, from).is_some()) {
            for unknown in other.unknown.iter().filter(|unknown| unknown.about == About::Installed) {
                self.leave_open(unknown.about, unknown.why.clone(), unknown.at);
            }
        }
        for link in &other.own.links {
            if let Some(site) = moved(&Some(link.site.clone())) {
                self.own.links.push(Link { site, to: link.to.clone() });
            }
        }
        for (project, bin) in &other.own.projects {
            if let Some(bin) = moved(bin) {
                self.own.projects.push((project.clone(), Some(bin)));
            }
        }
        // the interpreter itself, with what it looks into
        for python in other.pythons.iter().filter(|python| python.base.is_none()) {
            let Some(bin) = moved(&Some(python.bin.clone())).filter(|_| below(&python.bin, from).is_some()) else {
                continue;
            };
            if !self.pythons.iter().any(|own| own.bin == bin) {
                self.pythons.insert(0, Python { bin, ..python.clone() });
            }
            found = true;
        }
        for python in other.pythons.iter().filter(|python| python.base.is_some()) {
            let Some(prefix) = moved(&Some(python.prefix.clone())) else { continue };
            // the commands of an environment name its folder and the Python that it is made of
            let base = python.base.clone();
            let version =
                base.as_ref().and_then(|base| self.pythons.iter().find(|own| own.bin == *base)).map(|own| own.version);
            if let Some(version) = version {
                self.pythons.push(Python { base, ..Python::at(&prefix, version) });
            }
            found = true;
        }
        found
    }

    /// Adds what is installed; its packages and its commands may be copied one after the other.
    fn put(&mut self, copy: Installed) {
        let is_other_half = |known: &&mut Installed| {
            let is_same = known.at == copy.at && known.words == copy.words && known.direct == copy.direct;
            let halves = known.site.is_some() && known.bin.is_none() && copy.site.is_none()
                || known.site.is_none() && known.bin.is_some() && copy.bin.is_none();
            is_same && halves
        };
        match self.installed.iter_mut().find(is_other_half) {
            Some(known) => {
                known.site = known.site.take().or(copy.site);
                known.bin = known.bin.take().or(copy.bin);
            }
            None => self.installed.push(copy),
        }
    }
}

/// A part of what a layer holds.
fn part(from: &From, rest: &str) -> Option<From> {
    match from {
        From::Workspace { path, context } => {
            let path = joined(path, rest);
            Some(From::Workspace { path, context: context.clone() })
        }
        From::Wheels(list) => Some(From::Wheels(list.clone())),
        From::Foreign => Some(From::Foreign),
        From::List(_) | From::Nothing => None,
    }
}
