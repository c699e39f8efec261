//! The tests of this crate in one binary, which is quicker to build than one a file. The cases lie beside, in `tests/`.

mod features;
mod features_total;
mod fixes_properties;
mod fixtures;
mod oracle;
