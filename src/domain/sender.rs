//! Who wrote a mail, and how sure that is (policy §1).

use serde::{Deserialize, Serialize};

use super::address::Address;

/// What the `From` header says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Sender {
    /// One header with one plain address.
    Mailbox {
        /// The address, the only thing that decides.
        address: Address,
        /// The display name, for salutations to proven people only; may be empty. Hostile.
        name: String,
    },
    /// Never known, always to staff.
    Malformed(Malformed),
}

impl Sender {
    /// The address, when there is exactly one.
    #[must_use]
    pub const fn address(&self) -> Option<&Address> {
        match self {
            Self::Mailbox { address, .. } => Some(address),
            Self::Malformed(_) => None,
        }
    }
}

/// Why a `From` names nobody.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Malformed {
    /// No `From` header, or an empty one.
    Missing,
    /// More than one `From` header, or one in disguise (folded or spaced name).
    SeveralHeaders,
    /// More than one address in it.
    SeveralAddresses,
    /// Group syntax (RFC 5322 §3.4).
    Group,
    /// The address stands only in an encoded word, the display name or a comment.
    Hidden,
    /// Control characters, NUL, or direction marks.
    ControlCharacters,
    /// Source routes, quoted pairs, a domain literal or another form that we do not send to.
    Form,
}

/// How sure it is that the mail comes from its `From` address.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Authenticity {
    /// Signed by the sender's domain, or handed in by the logged-in owner of the address.
    Proven,
    /// Nothing speaks against it, nothing proves it.
    Unproven,
    /// Something speaks against it.
    Suspect,
    /// The `From` names nobody.
    Malformed,
    /// DNS trouble: park the message, try again.
    Temporary,
}

impl Authenticity {
    /// The fixed name used in JSON.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Proven => "proven",
            Self::Unproven => "unproven",
            Self::Suspect => "suspect",
            Self::Malformed => "malformed",
            Self::Temporary => "temporary",
        }
    }
}

/// The verdict about a sender with its reason, for `explain` and the staff mail.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Proof {
    /// The verdict.
    pub authenticity: Authenticity,
    /// What it rests on.
    pub because: Because,
}

/// What a verdict about a sender rests on: the first line of policy §1 that fits.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Because {
    /// `From` is malformed.
    MalformedFrom(Malformed),
    /// Our mail server saw the owner of this very address log in.
    Login,
    /// Our mail server found a valid, aligned DKIM signature.
    AlignedDkim,
    /// `dmarc=fail`.
    DmarcFailed,
    /// `dmarc=pass` that rests on SPF alone.
    SpfOnly,
    /// A valid signature, but for a domain that we host: neighbours can get it too.
    OwnDomainWithoutLogin,
    /// No trusted `Authentication-Results` header.
    NoResults,
    /// The header is there, nothing in it proves or speaks against the sender.
    NothingProven,
    /// `[authentication]` is not configured.
    NotConfigured,
    /// DNS did not answer.
    DnsTrouble,
    /// The owner answered our question with the token that only the owner's mailbox got.
    Confirmed,
    /// Staff passed the request on; nothing is known of the sender.
    PassedOn,
}
