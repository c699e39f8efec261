//! The bundled tables of `data/` and how they are looked up.

pub mod atoms;
pub mod catalog;
pub mod needs;
pub mod table;
