//! Floor 2: one file per thing outside. Domain types in and out, no decisions; siblings do not know each other.

pub mod directory;
pub mod mailbox;
