//! Floor 2: one file per thing outside. Domain types in and out, no decisions; siblings do not know each other, but for
//! [`clock`] and [`key`], which everybody may use, and [`tls`], which the mailbox stands on.

pub mod clock;
pub mod directory;
pub mod key;
pub mod mailbox;
pub mod postman;
pub mod store;
pub mod tls;
