//! Moments and days. A moment is a [`Timestamp`]; a day is a [`Date`] in the organisation's time zone.

pub use jiff::civil::Date;
pub use jiff::tz::TimeZone;
pub use jiff::{SignedDuration, Timestamp};

/// The database's form of a moment: UTC, whole seconds, always as long, so that text order is time order.
#[must_use]
pub fn to_column(moment: Timestamp) -> String {
    moment.strftime("%Y-%m-%dT%H:%M:%SZ").to_string()
}

/// The day on which a moment falls in a time zone.
#[must_use]
pub fn day_of(moment: Timestamp, zone: &TimeZone) -> Date {
    zone.to_datetime(moment).date()
}
