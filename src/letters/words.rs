//! Dates, rights and proofs in words for people, in Dutch and English.

use jiff::civil::{DateTime, Weekday};

use crate::domain::customer::{AddressState, Role};
use crate::domain::language::LetterLanguage::{self, En, Nl};
use crate::domain::right::Right;
use crate::domain::sender::{Because, Malformed};
use crate::domain::time::Date;

/// Monday first.
const WEEKDAYS: [(&str, &str); 7] = [
    ("maandag", "Monday"),
    ("dinsdag", "Tuesday"),
    ("woensdag", "Wednesday"),
    ("donderdag", "Thursday"),
    ("vrijdag", "Friday"),
    ("zaterdag", "Saturday"),
    ("zondag", "Sunday"),
];

const MONTHS: [(&str, &str); 12] = [
    ("januari", "January"),
    ("februari", "February"),
    ("maart", "March"),
    ("april", "April"),
    ("mei", "May"),
    ("juni", "June"),
    ("juli", "July"),
    ("augustus", "August"),
    ("september", "September"),
    ("oktober", "October"),
    ("november", "November"),
    ("december", "December"),
];

/// One of a pair, Dutch first.
const fn choose<'a>(language: LetterLanguage, (nl, en): (&'a str, &'a str)) -> &'a str {
    match language {
        Nl => nl,
        En => en,
    }
}

fn weekday(language: LetterLanguage, day: Weekday) -> &'static str {
    let at = usize::try_from(day.to_monday_zero_offset()).unwrap_or_default();
    WEEKDAYS.get(at).map_or("", |pair| choose(language, *pair))
}

fn month(language: LetterLanguage, month: i8) -> &'static str {
    let at = usize::try_from(month).unwrap_or_default().saturating_sub(1);
    MONTHS.get(at).map_or("", |pair| choose(language, *pair))
}

/// `dinsdag 7 april 2026`, `Tuesday 7 April 2026`.
#[must_use]
pub fn long_date(language: LetterLanguage, date: Date) -> String {
    format!("{} {} {} {}", weekday(language, date.weekday()), date.day(), month(language, date.month()), date.year())
}

/// `di 7 april`, `Tue 7 April`.
#[must_use]
pub fn short_date(language: LetterLanguage, date: Date) -> String {
    let letters = match language {
        Nl => 2,
        En => 3,
    };
    let day: String = weekday(language, date.weekday()).chars().take(letters).collect();
    format!("{day} {} {}", date.day(), month(language, date.month()))
}

/// `vrijdag 10 april 2026 om 14:30 uur`, `Friday 10 April 2026 at 14:30`. The time is local to the organisation.
#[must_use]
pub fn moment(language: LetterLanguage, at: DateTime) -> String {
    let (day, hour, minute) = (long_date(language, at.date()), at.hour(), at.minute());
    match language {
        Nl => format!("{day} om {hour}:{minute:02} uur"),
        En => format!("{day} at {hour}:{minute:02}"),
    }
}

/// How long there is until a due date: `nog 9 dagen, uiterlijk di 28 april`.
#[must_use]
pub fn deadline(language: LetterLanguage, due: Date, today: Date) -> String {
    // Two civil dates are always a whole number of days apart, within jiff's range.
    let days = today.until(due).map_or(0, |span| i64::from(span.get_days()));
    let day = short_date(language, due);
    match (language, days) {
        (Nl, 0) => format!("vandaag, {day}"),
        (Nl, 1) => format!("nog 1 dag, uiterlijk {day}"),
        (Nl, -1) => format!("1 dag te laat, het moest uiterlijk {day}"),
        (Nl, 2..) => format!("nog {days} dagen, uiterlijk {day}"),
        (Nl, _) => format!("{} dagen te laat, het moest uiterlijk {day}", days.unsigned_abs()),
        (En, 0) => format!("today, {day}"),
        (En, 1) => format!("1 day left, at the latest {day}"),
        (En, -1) => format!("1 day overdue, it was due {day}"),
        (En, 2..) => format!("{days} days left, at the latest {day}"),
        (En, _) => format!("{} days overdue, it was due {day}", days.unsigned_abs()),
    }
}

/// The word for a right that staff type: `inzage`, `access`.
#[must_use]
pub const fn right_word(language: LetterLanguage, right: Right) -> &'static str {
    match language {
        Nl => right.dutch(),
        En => right.name(),
    }
}

/// A right as something that you ask for: `inzage in je gegevens`, `access to your data`.
#[must_use]
pub const fn right_asked(language: LetterLanguage, right: Right) -> &'static str {
    choose(
        language,
        match right {
            Right::Access => ("inzage in je gegevens", "access to your data"),
            Right::Portability => ("een kopie van je gegevens om mee te nemen", "a copy of your data to take with you"),
            Right::Rectification => ("verbetering van je gegevens", "correction of your data"),
            Right::Restriction => ("beperking van het gebruik van je gegevens", "restriction of the use of your data"),
            Right::Objection => ("bezwaar tegen het gebruik van je gegevens", "objection to the use of your data"),
            Right::Erasure => ("verwijdering van je gegevens", "erasure of your data"),
            Right::Complaint => ("een klacht over je gegevens", "a complaint about your data"),
        },
    )
}

/// What staff's `akkoord` does for a right, where the proposal says nothing more precise (policy §2, §4, §7).
#[must_use]
pub const fn approval_does(language: LetterLanguage, right: Right) -> &'static str {
    choose(
        language,
        match right {
            Right::Access => (
                "alle gegevens uit alle bronnen gaan naar deze persoon, met uitleg en twee bestanden",
                "all data from all sources goes to this person, with explanation and two files",
            ),
            Right::Portability => (
                "er wordt een bestand met wachtwoord gemaakt, en deze persoon krijgt er een link naar",
                "a file with a password is made, and this person gets a link to it",
            ),
            Right::Rectification => (
                "de correctie komt in onze administratie; wat een bron zelf moet aanpassen krijg je als lijst",
                "the correction is made in our records; what a source must change itself comes to you as a list",
            ),
            Right::Restriction => (
                "de gegevens worden bevroren tot jij dat opheft; facturen en wettelijke plichten gaan door",
                "the data is frozen until you lift that; invoices and legal duties go on",
            ),
            Right::Objection => (
                "wij gebruiken de gegevens niet meer waarvoor bezwaar is gemaakt",
                "we stop the use that is objected to",
            ),
            Right::Erasure => (
                "alles wordt na 24 uur gewist, behalve wat de wet ons laat bewaren (facturen: 7 jaar)",
                "everything is erased after 24 hours, except what the law makes us keep (invoices: 7 years)",
            ),
            Right::Complaint => (
                "de klacht telt als behandeld en deze persoon hoort dat",
                "the complaint counts as handled and this person is told",
            ),
        },
    )
}

/// What an address may do, for staff.
#[must_use]
pub const fn role(language: LetterLanguage, role: Role) -> &'static str {
    choose(
        language,
        match role {
            Role::Owner => ("eigenaar", "owner"),
            Role::Contact => ("contactpersoon", "contact"),
            Role::Billing => ("facturen", "billing"),
        },
    )
}

/// Whether an address can be trusted today, for staff.
#[must_use]
pub const fn address_state(language: LetterLanguage, state: AddressState) -> &'static str {
    choose(
        language,
        match state {
            AddressState::Active => ("in gebruik", "in use"),
            AddressState::Young => (
                "LET OP: dit adres staat er nog maar kort en telt als onbekend",
                "NOTE: this address was added only recently and counts as unknown",
            ),
            AddressState::Dormant => (
                "LET OP: dit adres is slapend (geen dienst meer, mail kwam terug, of domein verlopen)",
                "NOTE: this address is dormant (no service left, mail bounced, or domain expired)",
            ),
        },
    )
}

/// How sure we are of the sender, in plain words for staff.
#[must_use]
pub const fn how_sure(language: LetterLanguage, because: Because) -> &'static str {
    choose(
        language,
        match because {
            Because::MalformedFrom(how) => malformed(how),
            Because::Login => (
                "Zeker: de eigenaar van dit adres was ingelogd op onze mailserver.",
                "Certain: the owner of this address was logged in to our mail server.",
            ),
            Because::AlignedDkim => (
                "Zeker: de mail is ondertekend door het domein van de afzender.",
                "Certain: the mail is signed by the sender's domain.",
            ),
            Because::DmarcFailed => (
                "VERDACHT: het domein van de afzender zegt dat deze mail niet van daar komt. Waarschijnlijk vervalst.",
                "SUSPECT: the sender's domain says that this mail does not come from there. Probably forged.",
            ),
            Because::SpfOnly => (
                "Niet zeker: alleen de verzendende server klopt, en die wordt door meer mensen gebruikt.",
                "Not certain: only the sending server fits, and other people use that server too.",
            ),
            Because::OwnDomainWithoutLogin => (
                "Niet zeker: het domein staat bij ons, maar de afzender was niet ingelogd. Een andere klant kan dit ook.",
                "Not certain: we host the domain, but the sender was not logged in. Another customer could do this too.",
            ),
            Because::NoResults => (
                "Niet zeker: onze mailserver heeft deze mail niet gecontroleerd.",
                "Not certain: our mail server did not check this mail.",
            ),
            Because::NothingProven => (
                "Niet zeker: niets bewijst dat de mail van dit adres komt, niets spreekt het tegen.",
                "Not certain: nothing proves that the mail comes from this address, nothing contradicts it.",
            ),
            Because::NotConfigured => (
                "Niet zeker: het controleren van afzenders staat niet aan in de instellingen.",
                "Not certain: checking senders is not switched on in the configuration.",
            ),
            Because::DnsTrouble => (
                "Niet zeker: de afzender kon niet worden gecontroleerd, DNS gaf geen antwoord.",
                "Not certain: the sender could not be checked, DNS did not answer.",
            ),
            Because::Confirmed => (
                "Zeker: de klant heeft het bevestigd vanaf het bekende adres.",
                "Certain: the customer confirmed it from the address on file.",
            ),
            Because::PassedOn => (
                "Niet zeker: een collega gaf dit verzoek door; over de afzender is niets bekend.",
                "Not certain: a colleague passed this request on; nothing is known of the sender.",
            ),
        },
    )
}

/// Why a `From` names nobody, for staff.
const fn malformed(how: Malformed) -> (&'static str, &'static str) {
    match how {
        Malformed::Missing => ("Onbekend: de mail noemt geen afzender.", "Unknown: the mail names no sender."),
        Malformed::SeveralHeaders => (
            "VERDACHT: de mail noemt op meer dan een plek een afzender.",
            "SUSPECT: the mail names a sender in more than one place.",
        ),
        Malformed::SeveralAddresses => {
            ("VERDACHT: de mail heeft meer dan een afzender.", "SUSPECT: the mail has more than one sender.")
        }
        Malformed::Group => {
            ("VERDACHT: de afzender is een groep en geen adres.", "SUSPECT: the sender is a group and not an address.")
        }
        Malformed::Hidden => (
            "VERDACHT: het adres staat alleen in de naam van de afzender.",
            "SUSPECT: the address stands only in the sender's name.",
        ),
        Malformed::ControlCharacters => (
            "VERDACHT: in de afzender staan onzichtbare tekens.",
            "SUSPECT: there are invisible characters in the sender.",
        ),
        Malformed::Form => (
            "VERDACHT: de afzender heeft een vorm die wij niet gebruiken.",
            "SUSPECT: the sender has a form that we do not use.",
        ),
    }
}

/// `a`, `a en b`, `a, b en c`.
#[must_use]
pub fn joined(language: LetterLanguage, words: &[&str]) -> String {
    let and = choose(language, ("en", "and"));
    match words {
        [] => String::new(),
        [only] => (*only).to_owned(),
        [first @ .., last] => format!("{} {and} {last}", first.join(", ")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day(text: &str) -> Date {
        text.parse().unwrap()
    }

    #[test]
    fn dates_are_written_for_people() {
        assert_eq!(long_date(Nl, day("2026-04-07")), "dinsdag 7 april 2026");
        assert_eq!(long_date(En, day("2026-04-07")), "Tuesday 7 April 2026");
        assert_eq!(short_date(Nl, day("2026-03-01")), "zo 1 maart");
        assert_eq!(short_date(En, day("2026-12-31")), "Thu 31 December");
        assert_eq!(moment(Nl, "2026-04-10T09:05".parse().unwrap()), "vrijdag 10 april 2026 om 9:05 uur");
        assert_eq!(moment(En, "2026-04-10T14:30".parse().unwrap()), "Friday 10 April 2026 at 14:30");
    }

    #[test]
    fn a_deadline_counts_days_over_months_and_years_and_says_when_it_is_late() {
        assert_eq!(deadline(Nl, day("2026-04-28"), day("2026-04-19")), "nog 9 dagen, uiterlijk di 28 april");
        assert_eq!(deadline(Nl, day("2027-01-04"), day("2026-12-01")), "nog 34 dagen, uiterlijk ma 4 januari");
        assert_eq!(deadline(Nl, day("2026-04-28"), day("2026-04-27")), "nog 1 dag, uiterlijk di 28 april");
        assert_eq!(deadline(En, day("2026-04-28"), day("2026-04-28")), "today, Tue 28 April");
        assert_eq!(
            deadline(Nl, day("2026-04-28"), day("2026-04-29")),
            "1 dag te laat, het moest uiterlijk di 28 april"
        );
        assert_eq!(deadline(En, day("2026-04-28"), day("2026-05-30")), "32 days overdue, it was due Tue 28 April");
    }

    #[test]
    fn lists_read_like_a_sentence() {
        assert_eq!(joined(Nl, &[]), "");
        assert_eq!(joined(Nl, &["inzage"]), "inzage");
        assert_eq!(joined(En, &["access", "objection", "erasure"]), "access, objection and erasure");
    }

    #[test]
    fn only_a_proof_sounds_certain() {
        for because in [Because::SpfOnly, Because::NoResults, Because::NothingProven, Because::OwnDomainWithoutLogin] {
            assert!(how_sure(Nl, because).starts_with("Niet zeker"));
            assert!(how_sure(En, because).starts_with("Not certain"));
        }
        assert!(how_sure(Nl, Because::DmarcFailed).starts_with("VERDACHT"));
        assert!(how_sure(En, Because::AlignedDkim).starts_with("Certain"));
    }
}
