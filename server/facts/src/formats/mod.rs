//! Formats of files as trees with places: TOML, INI, YAML and JSON. What the values are for is known further up.

pub mod dockerfile;
pub mod flow;
pub mod ini;
pub mod toml;
pub mod tree;
pub mod yaml;
