//! The small values of a configuration: periods, sizes, ports, hosts. Each reads itself from TOML or says, in words that go on
//! after "`key` in [section]", why it cannot.

use std::net::{IpAddr, SocketAddr};
use std::ops::Deref;
use std::path::{Path, PathBuf};

use serde::Deserialize;

use crate::domain::address::Address;
use crate::domain::time::{SignedDuration, TimeZone};

/// Longest period that is accepted: a century. Longer ones are slips, and would run out of the calendar.
const LONGEST_DAYS: i64 = 36_500;
/// Largest size: a terabyte.
const LARGEST: u64 = 1_000_000_000_000;
/// Seconds in a day.
const DAY: i64 = 86_400;

/// A period: a whole number and `d`, `h`, `m` or `s`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(try_from = "String")]
pub(super) struct Period(pub SignedDuration);

impl Period {
    /// So many days.
    pub(super) const fn days(days: i64) -> Self {
        Self(SignedDuration::from_secs(days * DAY))
    }

    /// So many hours.
    pub(super) const fn hours(hours: i64) -> Self {
        Self(SignedDuration::from_secs(hours * 3600))
    }

    /// The number of days, where it is a whole number of them.
    pub(super) const fn whole_days(self) -> Option<i64> {
        if self.0.as_secs() % DAY == 0 { Some(self.0.as_secs() / DAY) } else { None }
    }
}

impl TryFrom<String> for Period {
    type Error = String;

    fn try_from(text: String) -> Result<Self, String> {
        let wrong = || {
            format!(
                "is `{}`, which is not a period; write for example \"21d\", \"72h\", \"30m\" or \"10s\"",
                short(&text)
            )
        };
        let (number, unit) = number_and_unit(&text).ok_or_else(wrong)?;
        let seconds = match unit {
            "d" => DAY,
            "h" => 3600,
            "m" => 60,
            "s" => 1,
            _ => return Err(wrong()),
        };
        i64::try_from(number)
            .ok()
            .and_then(|number| number.checked_mul(seconds))
            .filter(|total| *total <= LONGEST_DAYS * DAY)
            .map(|total| Self(SignedDuration::from_secs(total)))
            .ok_or_else(|| format!("is `{}`, which is longer than {LONGEST_DAYS} days", short(&text)))
    }
}

/// A size in bytes: a whole number and `B`, `kB`, `MB` or `GB` (thousands, not 1024), with or without a space.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(try_from = "String")]
pub(super) struct Size(pub u64);

impl TryFrom<String> for Size {
    type Error = String;

    fn try_from(text: String) -> Result<Self, String> {
        let wrong = || {
            format!("is `{}`, which is not a size; write for example \"500 kB\", \"25 MB\" or \"1 GB\"", short(&text))
        };
        let (number, unit) = number_and_unit(&text).ok_or_else(wrong)?;
        let bytes = match unit {
            "B" => 1,
            "kB" | "KB" => 1_000,
            "MB" => 1_000_000,
            "GB" => 1_000_000_000,
            _ => return Err(wrong()),
        };
        number
            .checked_mul(bytes)
            .filter(|total| (1..=LARGEST).contains(total))
            .map(Self)
            .ok_or_else(|| format!("is `{}`; it must be more than nothing and at most 1000 GB", short(&text)))
    }
}

/// `40 MB` as (40, "MB"): digits, white space at will, the rest.
fn number_and_unit(text: &str) -> Option<(u64, &str)> {
    let text = text.trim();
    let end = text.find(|c: char| !c.is_ascii_digit()).unwrap_or(text.len());
    let (number, unit) = text.split_at_checked(end)?;
    Some((number.parse().ok()?, unit.trim_start()))
}

/// A TCP port.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(try_from = "i64")]
pub(super) struct Port(pub u16);

impl TryFrom<i64> for Port {
    type Error = String;

    fn try_from(number: i64) -> Result<Self, String> {
        u16::try_from(number)
            .ok()
            .filter(|port| *port != 0)
            .map(Self)
            .ok_or_else(|| format!("is {number}; a port is a number from 1 to 65535"))
    }
}

/// A time zone by its IANA name.
#[derive(Debug, Clone, Deserialize)]
#[serde(try_from = "String")]
pub(super) struct Zone(pub TimeZone);

impl TryFrom<String> for Zone {
    type Error = String;

    fn try_from(text: String) -> Result<Self, String> {
        TimeZone::get(&text).map(Self).map_err(|_| {
            format!(
                "is `{}`, which is no time zone of this system; write for example \"Europe/Amsterdam\" (the system's \
                 package tzdata must be installed)",
                short(&text)
            )
        })
    }
}

/// A text of one line that is not empty: names, user names, folders.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(try_from = "String")]
pub(super) struct Line(pub String);

impl TryFrom<String> for Line {
    type Error = &'static str;

    fn try_from(text: String) -> Result<Self, &'static str> {
        let trimmed = text.trim();
        if trimmed.is_empty() {
            return Err("is empty; fill it in");
        }
        if trimmed.chars().any(char::is_control) {
            return Err("holds a line break or another control character; write one line of plain text");
        }
        Ok(Self(trimmed.to_owned()))
    }
}

/// A path to a file or folder. Empty would silently mean the folder of the configuration.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(from = "Line")]
pub(super) struct FilePath(PathBuf);

impl From<Line> for FilePath {
    fn from(line: Line) -> Self {
        Self(line.0.into())
    }
}

impl Deref for FilePath {
    type Target = Path;

    fn deref(&self) -> &Path {
        &self.0
    }
}

/// The name or number of a server, without scheme and port.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(try_from = "String")]
pub(super) struct Host(pub String);

impl TryFrom<String> for Host {
    type Error = String;

    fn try_from(text: String) -> Result<Self, String> {
        let good = text.parse::<IpAddr>().is_ok()
            || (!text.is_empty()
                && text.len() <= 253
                && text.chars().all(|c| c.is_alphanumeric() || c == '-' || c == '.' || c == '_'));
        if good {
            return Ok(Self(text.to_lowercase()));
        }
        Err(format!(
            "is `{}`, which is not the name of a server; write it without `imap://` and without port",
            short(&text)
        ))
    }
}

/// A mail domain, lower case, in ASCII form (IDNA), as [`Address::domain`] gives it.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(try_from = "String")]
pub(super) struct Domain(pub String);

impl TryFrom<String> for Domain {
    type Error = String;

    fn try_from(text: String) -> Result<Self, String> {
        let plain = !text.contains('@');
        match Address::parse(&format!("x@{}", text.trim())) {
            Ok(address) if plain => Ok(Self(address.domain().to_owned())),
            Ok(_) | Err(_) => Err(format!("holds `{}`, which is not a domain such as \"example.nl\"", short(&text))),
        }
    }
}

/// An address and port to listen on.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(try_from = "String")]
pub(super) struct Listen(pub SocketAddr);

impl TryFrom<String> for Listen {
    type Error = String;

    fn try_from(text: String) -> Result<Self, String> {
        text.parse::<SocketAddr>().ok().filter(|address| address.port() != 0).map(Self).ok_or_else(|| {
            format!("is `{}`, which is not an address and port such as \"127.0.0.1:8443\"", short(&text))
        })
    }
}

/// The address of a web service: https, or plain http to this machine only.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(try_from = "String")]
pub(super) struct Url(pub String);

impl TryFrom<String> for Url {
    type Error = &'static str;

    fn try_from(text: String) -> Result<Self, &'static str> {
        const WRONG: &str = "is not a web address; write for example \"https://example.nl/path\"";
        let (scheme, rest) = text.split_once("://").ok_or(WRONG)?;
        let authority = rest.split(['/', '?', '#']).next().unwrap_or("");
        if authority.contains('@') {
            return Err("holds a user name or password; secrets belong in a file of their own");
        }
        let unusual = |c: char| c.is_whitespace() || c.is_control();
        if authority.is_empty() || text.contains(unusual) {
            return Err(WRONG);
        }
        match scheme {
            "https" => {}
            "http" if is_loopback(authority) => {}
            "http" => return Err("is plain http, which is only allowed to 127.0.0.1, ::1 and localhost; use https"),
            _ => return Err(WRONG),
        }
        Ok(Self(text.trim_end_matches('/').to_owned()))
    }
}

/// Whether `host` or `host:port` is this machine.
fn is_loopback(authority: &str) -> bool {
    if let Ok(address) = authority.parse::<SocketAddr>() {
        return address.ip().is_loopback();
    }
    let host = authority.split_once(':').map_or(authority, |(host, _)| host);
    host == "localhost"
        || authority
            .trim_matches(['[', ']'])
            .parse::<IpAddr>()
            .or_else(|_| host.parse())
            .is_ok_and(|ip| ip.is_loopback())
}

/// What somebody wrote, cut to a length that fits a line.
pub(super) fn short(text: &str) -> String {
    text.chars().take(40).map(|c| if c.is_control() { ' ' } else { c }).collect()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn period(text: &str) -> Option<i64> {
        Period::try_from(text.to_owned()).ok().map(|period| period.0.as_secs())
    }

    fn size(text: &str) -> Option<u64> {
        Size::try_from(text.to_owned()).ok().map(|size| size.0)
    }

    fn url(text: &str) -> bool {
        Url::try_from(text.to_owned()).is_ok()
    }

    #[test]
    fn what_only_looks_like_a_period_or_a_size_is_refused() {
        for text in ["", "d", "21", "21 days", "-1d", "1.5h", "1d2h", "1w", "21D", "99999999999999999999d", "40000d"] {
            assert_eq!(period(text), None, "{text:?}");
        }
        for text in ["", "MB", "40", "40 MiB", "-1 MB", "1.5 GB", "0 MB", "40mb", "5000 GB", "99999999999999999999 B"] {
            assert_eq!(size(text), None, "{text:?}");
        }
    }

    #[test]
    fn plain_http_is_for_this_machine_only() {
        for text in ["https://a.nl", "http://127.0.0.1:8080/x", "http://localhost", "http://[::1]:80/", "http://[::1]"]
        {
            assert!(url(text), "{text}");
        }
        for text in [
            "http://a.nl",
            "http://localhost.a.nl",
            "http://127.0.0.1.a.nl",
            "ftp://a.nl",
            "a.nl",
            "https://u:p@a.nl",
            "https://",
        ] {
            assert!(!url(text), "{text}");
        }
    }

    #[test]
    fn a_server_is_a_name_without_scheme_port_and_user() {
        let host = |text: &str| Host::try_from(text.to_owned()).ok().map(|host| host.0);
        assert_eq!(host("IMAP.example.nl").as_deref(), Some("imap.example.nl"));
        assert_eq!(host("::1").as_deref(), Some("::1"));
        for text in ["", "imap://a.nl", "a.nl:993", "u@a.nl", "a b", "a\n"] {
            assert_eq!(host(text), None, "{text:?}");
        }
    }

    proptest! {
        #[test]
        fn every_whole_period_reads_back(number in 0_i64..=36_500, unit in 0_usize..4, space in " {0,2}") {
            let (name, seconds) = [("d", 86_400), ("h", 3600), ("m", 60), ("s", 1)][unit];
            prop_assert_eq!(period(&format!("{number}{space}{name}")), Some(number * seconds));
        }

        #[test]
        fn every_whole_size_reads_back(number in 1_u64..=1000, unit in 0_usize..4, space in " {0,2}") {
            let (name, bytes) = [("B", 1), ("kB", 1000), ("MB", 1_000_000), ("GB", 1_000_000_000)][unit];
            prop_assert_eq!(size(&format!("{number}{space}{name}")), Some(number * bytes));
        }

        #[test]
        fn no_text_at_all_makes_a_value_panic_or_go_negative(text in "\\PC{0,30}") {
            prop_assert!(period(&text).is_none_or(|seconds| (0..=LONGEST_DAYS * DAY).contains(&seconds)));
            prop_assert!(size(&text).is_none_or(|bytes| (1..=LARGEST).contains(&bytes)));
            let _ = (url(&text), Host::try_from(text.clone()), Domain::try_from(text.clone()), Listen::try_from(text));
        }
    }
}
