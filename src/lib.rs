//! privacyloket carries out a company's privacy statement by e-mail.
//!
//! The house has floors; imports only go down (`tests/architecture.rs` checks it). `ARCHITECTURE.md` is the map.
//!
//! | floor | module | holds |
//! |---|---|---|
//! | 5 | [`cli`], [`app`], [`config`] | arguments, wiring, the loops |
//! | 4 | [`intake`] | the pipeline: one message from raw bytes to committed plan. Read this first |
//! | 3 | [`flow`] | where rules and the outside meet |
//! | 2 | [`io`] | one file per thing outside |
//! | 1 | [`rules`], [`mail`], [`letters`] | pure: no clock, no randomness, no I/O |
//! | 0 | [`domain`] | nouns and invariants |

pub mod app;
pub mod cli;
pub mod config;
pub mod domain;
pub mod flow;
pub mod intake;
pub mod io;
pub mod letters;
pub mod mail;
pub mod rules;
