//! The version, with the commit and its date where the build knew them.

/// `0.1.0`, or `0.1.0 (1a2b3c4d5 2026-11-30)`.
pub const LONG: &str = if env!("PINLENS_COMMIT").is_empty() {
    env!("CARGO_PKG_VERSION")
} else {
    concat!(env!("CARGO_PKG_VERSION"), " (", env!("PINLENS_COMMIT"), ")")
};

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_version_comes_first() {
        assert!(LONG.starts_with(env!("CARGO_PKG_VERSION")), "{LONG}");
    }
}
