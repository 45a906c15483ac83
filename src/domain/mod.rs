//! Floor 0: the nouns of the house and what is always true of them.
//!
//! Nothing here knows a clock, a file, a network or a database. Values with an invariant have private fields and one
//! way in (`parse`), so that nobody has to check again.
//!
//! In reading order: [`address`], [`right`], [`language`], [`time`], [`message`], [`sender`], [`verdict`],
//! [`customer`], [`case`], [`token`], [`settings`], [`facts`], [`plan`], [`intention`], [`disclosure`], [`dossier`], [`letter`].

pub mod address;
pub mod case;
pub mod customer;
pub mod disclosure;
pub mod dossier;
pub mod facts;
pub mod intention;
pub mod language;
pub mod letter;
pub mod message;
pub mod plan;
pub mod right;
pub mod sender;
pub mod settings;
pub mod time;
pub mod token;
pub mod verdict;
