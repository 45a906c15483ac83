//! What the organisation decided about the policy: the part of the configuration that decisions need.

use serde::{Deserialize, Serialize};

use super::address::Address;
use super::language::LetterLanguage;
use super::time::{SignedDuration, TimeZone};

/// How much goes out without staff (policy §2).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, Default)]
#[serde(rename_all = "lowercase")]
pub enum Automatic {
    /// Everything that the policy table allows.
    #[default]
    All,
    /// Acknowledgements, marketing objections, and access for proven owners.
    Safe,
    /// Nothing: every letter is prepared for staff.
    None,
}

/// Everything that decisions need to know of the configuration.
#[derive(Debug, Clone)]
pub struct Settings {
    /// The organisation's name.
    pub name: String,
    /// The watched address; every mail is sent from it.
    pub address: Address,
    /// Other addresses that reach the watched mailbox.
    pub aliases: Vec<Address>,
    /// The organisation's time zone: dates are counted in it.
    pub zone: TimeZone,
    /// How much goes out without staff.
    pub automatic: Automatic,
    /// Who decides by reply.
    pub staff: Vec<Address>,
    /// Whether a staff command counts only when its sender is proven.
    pub require_proven: bool,
    /// The language of staff mails.
    pub staff_language: LetterLanguage,
    /// Periods of policy §1, §2 and §4.
    pub delays: Delays,
    /// Budgets of policy §2.
    pub limits: Limits,
}

/// Periods (contract.md, `[delays]`).
#[derive(Debug, Clone)]
pub struct Delays {
    /// Days after asking for an identity until the case closes, at most.
    pub identity_days: u16,
    /// How long after that question the requester is reminded.
    pub identity_reminder: SignedDuration,
    /// How long a question for confirmation can be answered.
    pub confirmation: SignedDuration,
    /// Between telling the owner and sending data to an approved other address.
    pub owner_notice: SignedDuration,
    /// How long an added address is treated as unknown.
    pub young_address: SignedDuration,
    /// Between approving an erasure and doing it.
    pub erasure: SignedDuration,
    /// Within which the same request again gets a short note.
    pub repeat: SignedDuration,
}

/// Budgets (contract.md, `[limits]`).
#[derive(Debug, Clone, Copy)]
pub struct Limits {
    /// Automatic mails to one address in 24 hours.
    pub per_address_per_day: u32,
    /// First answers to senders who are not proven, in an hour.
    pub per_hour_unproven: u32,
    /// First answers to proven senders, in an hour.
    pub per_hour_proven: u32,
}

impl Settings {
    /// Whether this is one of the addresses of the watched mailbox.
    #[must_use]
    pub fn is_ours(&self, address: &Address) -> bool {
        self.address == *address || self.aliases.contains(address)
    }

    /// Whether this address may give commands.
    #[must_use]
    pub fn is_staff(&self, address: &Address) -> bool {
        self.staff.contains(address)
    }
}
