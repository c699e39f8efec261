//! Deployments: what each installs, what it starts, and whether that start comes to something that is not there.
//!
//! [`find`] collects them from Dockerfiles, compose files, Procfiles and the files of platforms; [`assemble`] puts each together. [`build`] and [`run`] make of an
//! image's description what it holds ([`image`], [`install`]); [`starts`] follows commands and shell scripts to what runs;
//! [`view`] is what Python sees there, and [`judge`] walks the start-up and enters what is not there.
//!
//! Nothing is run. What cannot be known is kept with its reason, and a start that depends on it is never said to crash.

// lints of taste: names of shells and images are compared as they are written, and what images hold is assigned piece by piece
#![allow(
    clippy::assigning_clones,
    clippy::borrowed_box,
    clippy::case_sensitive_file_extension_comparisons,
    clippy::needless_pass_by_value,
    clippy::similar_names,
    clippy::single_match_else,
    clippy::type_complexity,
    clippy::unused_self
)]

mod assemble;
mod base;
mod build;
mod carriers;
mod context;
pub(crate) mod demands;
mod deployment;
mod described;
mod executable;
pub(crate) mod find;
mod image;
mod install;
mod judge;
mod make;
mod platforms;
mod provided;
pub(crate) mod reported;
mod run;
mod starts;
mod view;

pub(crate) use deployment::range_of;
pub use deployment::{Deployment, Deployments, Installs, Lack, Moment, Start, Verdict, What};
pub use image::{About, Place, Unknown};

use crate::analysis::{Analysis, Input, Remembered};
use crate::imports::claims::Doubt;
use crate::model::ids::FileId;
use std::cell::OnceCell;
use std::sync::Arc;

/// The deployments of a workspace, kept between queries.
#[derive(Debug, Default)]
struct Known(OnceCell<Arc<Deployments>>);

impl Remembered for Known {
    const INPUTS: &'static [Input] = &[Input::Structure, Input::Declarations, Input::Texts, Input::Deployed];
}

/// Why nothing is known of the image that runs the code, where a deployment which loads it is built of such a one; or that another image
/// runs it than those for which the lists around it are.
pub(crate) fn unknown_image(ws: &Analysis, file: FileId) -> Option<Doubt> {
    let deployments = of(ws);
    if let Some(why) = deployments.runs_elsewhere(file) {
        return Some(Doubt::OtherImage(why.into()));
    }
    let mut loading = deployments.all.iter().filter(|one| !one.is_job && one.loads(file));
    loading.find_map(|deployment| deployment.unknown_base()).map(|why| Doubt::UnknownImage(why.into()))
}

/// Every deployment, by the place of its description.
pub fn of(ws: &Analysis) -> Arc<Deployments> {
    let find = || {
        let all = find::all(ws);
        let elsewhere = carriers::elsewhere(ws, &all);
        Arc::new(Deployments::new(all, elsewhere))
    };
    ws.remembered::<Known>().0.get_or_init(find).clone()
}

/// The same, if it was queried since it last became another.
pub(crate) fn known(ws: &Analysis) -> Option<Arc<Deployments>> {
    ws.remembered::<Known>().0.get().cloned()
}
