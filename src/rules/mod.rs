//! Floor 1: the rules. Pure: what goes in decides what comes out; no clock, no randomness, no I/O.

pub mod authenticity;
pub mod automatic;
pub mod classify;
pub mod command;
pub mod deadline;
pub mod decide;
#[cfg(test)]
pub(crate) mod fixtures;
pub mod leak;
pub mod own_words;
pub mod policy;
pub mod staff;
