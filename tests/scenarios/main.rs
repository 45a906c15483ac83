//! The policy as stories: somebody writes, staff reply, days pass; then who got what, and who got nothing.
//!
//! Everything is real but time: Dovecot, Postfix, the SQLite file, the configuration file. Run with
//! `tests/run --servers cargo nextest run --test scenarios`. [`world`] is the language in which the stories are told:
//! read its beginning first.

#[cfg(test)]
mod words;
#[cfg(test)]
mod world;

#[cfg(test)]
mod beginning;
#[cfg(test)]
mod confirmation;
#[cfg(test)]
mod harness;
#[cfg(test)]
mod hostile;
#[cfg(test)]
mod identity;
#[cfg(test)]
mod modes;
#[cfg(test)]
mod people;
#[cfg(test)]
mod quiet;
#[cfg(test)]
mod restart;
#[cfg(test)]
mod several;
#[cfg(test)]
mod staff;
#[cfg(test)]
mod table_known;
#[cfg(test)]
mod table_unknown;
#[cfg(test)]
mod thread;
#[cfg(test)]
mod trouble;
