//! The bundled tables of `data/` and how they are looked up.

pub mod alike;
pub mod atoms;
pub mod catalog;
pub mod demands;
pub mod filters;
pub mod hosts;
pub mod images;
pub mod needs;
pub mod patterns;
pub mod system_packages;
pub mod table;
pub mod unlisted;
pub mod ways;

/// Parses the tables now, so that no keystroke has to wait some milliseconds for the first look-up in them.
pub fn prepare() {
    catalog::prepare();
    alike::prepare();
    needs::prepare();
}
