//! When an answer is due: policy §5 in days.
//!
//! The term is one month from receipt (art. 12(3) GDPR), counted as Regulation (EEC, Euratom) 1182/71 counts: the day of
//! receipt is not counted, the term ends with the last hour of the same day number a month later (or of that month's last
//! day), and an end on a Saturday, a Sunday or a public holiday moves to the end of the next working day.
//!
//! Everything here is about whole days in the organisation's time zone; "due" always means "until the end of that day".
//! The holidays stand in one place, [`holidays`].

use jiff::ToSpan;
use jiff::civil::Weekday;

use crate::domain::time::{Date, TimeZone, Timestamp, day_of};

/// Days before the due date on which staff are reminded of a case (policy §5).
const REMINDER_DAYS: [i64; 4] = [10, 5, 2, 0];
/// Working days between the closing date of an identity question and the due date (policy §2).
const CLOSING_BEFORE_DUE: u16 = 3;

/// The last day on which an answer is in time: one month from receipt (art. 12(3) GDPR).
#[must_use]
pub fn due(received: Timestamp, zone: &TimeZone) -> Date {
    months_after(day_of(received, zone), 1)
}

/// The last day after an extension: three months from *receipt* by the same rule, not two months from [`due`].
#[must_use]
pub fn due_extended(received: Timestamp, zone: &TimeZone) -> Date {
    months_after(day_of(received, zone), 3)
}

/// Whether offices work on this day: no Saturday, Sunday or public holiday.
#[must_use]
pub fn is_working_day(day: Date) -> bool {
    let weekend = matches!(day.weekday(), Weekday::Saturday | Weekday::Sunday);
    !weekend && !holidays(day.year()).contains(&Some(day))
}

/// The Dutch public holidays of a year that can fall on a weekday: Algemene termijnenwet art. 3(1), and Good Friday by
/// art. 3(2). Days that are added by yearly decree are left out: a promise may come a day early, never a day late.
///
/// An entry is `None` only outside the calendar that dates have (years -9999 to 9999).
#[must_use]
pub fn holidays(year: i16) -> [Option<Date>; 9] {
    let fixed = |month, day| Date::new(year, month, day).ok();
    let from_easter = |days: i64| easter_sunday(year).and_then(|easter| easter.checked_add(days.days()).ok());
    [
        fixed(1, 1),
        from_easter(-2), // Good Friday
        from_easter(1),  // Easter Monday
        kings_day(year),
        fixed(5, 5),
        from_easter(39), // Ascension
        from_easter(50), // Whit Monday
        fixed(12, 25),
        fixed(12, 26),
    ]
}

/// The working day that lies `n` working days before `day`; `day` itself, whatever it is, for 0.
#[must_use]
pub fn working_days_before(day: Date, n: u16) -> Date {
    let mut at = day;
    let mut left = n;
    while left > 0 {
        let Ok(earlier) = at.yesterday() else { return at };
        at = earlier;
        if is_working_day(at) {
            left = left.saturating_sub(1);
        }
    }
    at
}

/// The day on which an unanswered identity question closes (policy §2): the earlier of `identity_days` after asking and
/// three working days before `due`, but never before the day of asking itself.
#[must_use]
pub fn identity_closing(asked: Date, due: Date, identity_days: u16) -> Date {
    let patience = asked.saturating_add(i64::from(identity_days).days());
    patience.min(working_days_before(due, CLOSING_BEFORE_DUE)).max(asked)
}

/// Whole days from `today` to `due`: 0 on the last day, negative when overdue.
#[must_use]
pub fn days_left(today: Date, due: Date) -> i64 {
    due.duration_since(today).as_hours() / 24
}

/// Days before the due date on which staff are reminded of a case; after the last one daily.
#[must_use]
pub const fn reminder_days() -> [i64; 4] {
    REMINDER_DAYS
}

/// Regulation 1182/71 art. 3(2)(c) and 3(4). Adding months ends on the last day of a month that lacks the day.
fn months_after(day: Date, months: i64) -> Date {
    next_working_day(day.saturating_add(months.months()))
}

fn next_working_day(day: Date) -> Date {
    let mut at = day;
    while !is_working_day(at) {
        let Ok(later) = at.tomorrow() else { return at };
        at = later;
    }
    at
}

/// 27 April; the day before when that is a Sunday.
fn kings_day(year: i16) -> Option<Date> {
    let day = Date::new(year, 4, 27).ok()?;
    if day.weekday() == Weekday::Sunday { day.yesterday().ok() } else { Some(day) }
}

/// Easter Sunday in the Gregorian calendar: the "anonymous" computus (Nature, 20 April 1876), good for every year.
fn easter_sunday(year: i16) -> Option<Date> {
    let year_number = i32::from(year);
    let golden = year_number.rem_euclid(19);
    let (century, in_century) = (year_number.div_euclid(100), year_number.rem_euclid(100));
    let moon_correction = (8 * century + 13).div_euclid(25);
    let epact = (19 * golden + century - century.div_euclid(4) - moon_correction + 15).rem_euclid(30);
    let to_sunday = (32 + 2 * century.rem_euclid(4) + 2 * in_century.div_euclid(4) - epact - in_century.rem_euclid(4))
        .rem_euclid(7);
    let late = (golden + 11 * epact + 22 * to_sunday).div_euclid(451);
    let days_after_21_march = epact + to_sunday - 7 * late + 1;
    Date::new(year, 3, 21).ok()?.checked_add(i64::from(days_after_21_march).days()).ok()
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;
    use proptest::prelude::*;

    use super::*;

    fn amsterdam() -> TimeZone {
        TimeZone::get("Europe/Amsterdam").unwrap()
    }

    fn day(text: &str) -> Date {
        text.parse().unwrap()
    }

    /// Noon in Amsterdam on that day.
    fn noon(day: Date) -> Timestamp {
        day.at(12, 0, 0, 0).to_zoned(amsterdam()).unwrap().timestamp()
    }

    #[test]
    fn the_reference_dates_come_out() {
        for (received, one_month, three_months) in [
            ("2026-01-31", "2026-03-02", "2026-04-30"),
            ("2026-03-03", "2026-04-07", "2026-06-03"),
            ("2026-03-06", "2026-04-07", "2026-06-08"),
            ("2026-03-27", "2026-04-28", "2026-06-29"),
            ("2026-04-05", "2026-05-06", "2026-07-06"),
            ("2026-04-14", "2026-05-15", "2026-07-14"),
            ("2026-04-25", "2026-05-26", "2026-07-27"),
            ("2026-08-31", "2026-09-30", "2026-11-30"),
            ("2026-11-25", "2026-12-28", "2027-02-25"),
            ("2026-12-01", "2027-01-04", "2027-03-01"),
            ("2025-12-25", "2026-01-26", "2026-03-25"),
        ] {
            let moment = noon(day(received));
            assert_eq!(due(moment, &amsterdam()), day(one_month), "received {received}");
            assert_eq!(due_extended(moment, &amsterdam()), day(three_months), "received {received}, extended");
        }
    }

    #[test]
    fn the_day_of_receipt_is_the_day_in_the_zone_not_in_utc() {
        let late: Timestamp = "2026-03-03T23:30:00Z".parse().unwrap();
        assert_eq!(due(late, &amsterdam()), due(noon(day("2026-03-04")), &amsterdam()));
        let late: Timestamp = "2026-06-30T23:30:00Z".parse().unwrap();
        assert_eq!(due(late, &amsterdam()), day("2026-08-03"), "1 July in Amsterdam; 1 August is a Saturday");
    }

    #[test]
    fn moving_holidays_fall_where_the_church_puts_them() {
        for (monday, ascension, whit_monday) in [
            ("2026-04-06", "2026-05-14", "2026-05-25"),
            ("2027-03-29", "2027-05-06", "2027-05-17"),
            ("2028-04-17", "2028-05-25", "2028-06-05"),
            ("2029-04-02", "2029-05-10", "2029-05-21"),
        ] {
            for holiday in [monday, ascension, whit_monday] {
                assert!(!is_working_day(day(holiday)), "{holiday}");
            }
            assert!(!is_working_day(day(monday).saturating_sub(3.days())), "Good Friday before {monday}");
            assert!(is_working_day(day(monday).tomorrow().unwrap()), "the day after {monday}");
            assert!(is_working_day(day(ascension).tomorrow().unwrap()), "the day after {ascension}");
        }
        // The earliest and the latest Easter, and both exceptions of the lunar tables.
        for easter in ["1818-03-22", "2038-04-25", "1954-04-18", "1981-04-19", "2000-04-23", "2285-03-22"] {
            assert_eq!(easter_sunday(day(easter).year()), Some(day(easter)));
        }
    }

    #[test]
    fn fixed_holidays_and_their_neighbours() {
        for holiday in ["2026-01-01", "2026-04-27", "2026-05-05", "2025-12-25", "2025-12-26"] {
            assert!(!is_working_day(day(holiday)), "{holiday}");
        }
        // Koningsdag moves to Saturday when 27 April is a Sunday, and not to Monday.
        assert_eq!(kings_day(2025), Some(date(2025, 4, 26)));
        assert!(is_working_day(date(2025, 4, 28)));
        for ordinary in ["2026-01-02", "2026-05-04", "2026-05-15", "2025-12-24", "2025-12-31"] {
            assert!(is_working_day(day(ordinary)), "{ordinary}");
        }
    }

    #[test]
    fn working_days_are_counted_backwards_over_weekends_and_holidays() {
        assert_eq!(working_days_before(day("2026-04-07"), 3), day("2026-03-31"));
        assert_eq!(working_days_before(day("2026-04-07"), 0), day("2026-04-07"));
        assert_eq!(working_days_before(day("2026-06-14"), 1), day("2026-06-12"));
    }

    #[test]
    fn an_identity_question_closes_at_the_earlier_day() {
        let asked = day("2026-06-01");
        assert_eq!(identity_closing(asked, day("2026-07-31"), 21), day("2026-06-22"));
        assert_eq!(identity_closing(asked, day("2026-06-12"), 21), day("2026-06-09"));
        assert_eq!(identity_closing(asked, day("2026-06-02"), 21), asked, "never in the past");
    }

    #[test]
    fn days_left_count_down_through_zero() {
        let due = day("2026-04-07");
        assert_eq!(days_left(day("2026-03-28"), due), 10);
        assert_eq!(days_left(due, due), 0);
        assert_eq!(days_left(day("2026-04-09"), due), -2);
        assert_eq!(reminder_days(), [10, 5, 2, 0]);
    }

    #[test]
    fn the_ends_of_the_calendar_are_survived() {
        let utc = TimeZone::UTC;
        for moment in [Timestamp::MIN, Timestamp::MAX] {
            let _ = due(moment, &utc);
            let _ = due_extended(moment, &utc);
        }
        assert_eq!(working_days_before(Date::MIN, u16::MAX), Date::MIN);
        assert!(days_left(Date::MIN, Date::MAX) > 7_000_000);
    }

    #[test]
    fn on_every_day_of_two_centuries_the_term_ends_on_a_working_day_within_a_week_after_the_month() {
        let mut received = date(1950, 1, 1);
        while received < date(2150, 1, 1) {
            for months in [1, 3] {
                let term = received.saturating_add(months.months());
                let due = months_after(received, months);
                assert!(is_working_day(due), "{received}");
                assert!((0..=6).contains(&days_left(term, due)), "{received} -> {due}");
            }
            received = received.tomorrow().unwrap();
        }
    }

    proptest! {
        #[test]
        fn later_receipt_never_means_an_earlier_due_date(days in 0_i64..73_050) {
            let received = date(1970, 1, 1).saturating_add(days.days());
            let next = received.tomorrow().unwrap();
            prop_assert!(due(noon(received), &amsterdam()) <= due(noon(next), &amsterdam()));
        }

        #[test]
        fn an_identity_question_never_closes_after_its_due_date_nor_before_it_was_asked(
            days in 0_i64..73_050, ahead in 0_i64..120, patience in 0_u16..60,
        ) {
            let asked = date(1970, 1, 1).saturating_add(days.days());
            let due = asked.saturating_add(ahead.days());
            let closing = identity_closing(asked, due, patience);
            prop_assert!(closing >= asked && closing <= due.max(asked));
        }
    }
}
