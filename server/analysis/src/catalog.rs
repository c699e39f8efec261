//! The bundled tables: module -> distributions, and the standard library.
