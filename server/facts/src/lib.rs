//! One text in, its facts out. No second file is known here.
//!
//! The folders are layers, from the ground up: [`words`], [`knowledge`], then [`requirements`], [`python`] and [`formats`],
//! [`mentions`], [`manifest`], and [`facts`] on top. Pure values and functions: no files, environment variables, clocks or threads.

#![forbid(unsafe_code)]

pub mod deploy;
pub mod facts;
pub mod formats;
pub mod knowledge;
pub mod manifest;
pub mod mentions;
pub mod python;
pub mod requirements;
pub mod words;
