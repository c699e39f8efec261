//! The tests of this crate in one binary, which is quicker to build than one a file. The cases lie next to, in `tests/`.

#![allow(clippy::disallowed_methods, clippy::disallowed_types)] // cases are files

mod data;
mod deploy;
mod fuzz;
mod manifests;
mod mentions;
mod python_fixtures;
mod python_notebooks;
mod python_oracle;
mod python_properties;
mod python_real;
mod python_support;
mod render;
mod requirements;
mod requirements_pip;
mod toml;
mod yaml;
