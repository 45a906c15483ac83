//! What staff read about decisions, problems and alarms: one sentence each, in Dutch and English. Facts in, words out.

use super::staff_alert::AlertKind;
use super::words::{joined, moment, short_date};
use crate::domain::case::{Closing, Proposal, RequestState, Work};
use crate::domain::customer::CustomerId;
use crate::domain::facts::ReviewReason;
use crate::domain::language::LetterLanguage;
use crate::domain::plan::{Alert, StaffDone, StaffNote, StaffProblem};
use crate::domain::right::{Right, Rights};
use crate::domain::time::{TimeZone, Timestamp};

/// Chooses the language.
fn in_words(language: LetterLanguage, nl: &str, en: &str) -> String {
    match language {
        LetterLanguage::Nl => nl.to_owned(),
        LetterLanguage::En => en.to_owned(),
    }
}

fn at(language: LetterLanguage, moment_of: Timestamp, zone: &TimeZone) -> String {
    moment(language, zone.to_datetime(moment_of))
}

/// The rights as staff type them.
#[must_use]
pub fn rights(language: LetterLanguage, rights: &Rights) -> String {
    let words: Vec<&str> = rights.iter().map(|right| right_word(language, *right)).collect();
    joined(language, &words)
}

const fn right_word(language: LetterLanguage, right: Right) -> &'static str {
    match language {
        LetterLanguage::Nl => right.dutch(),
        LetterLanguage::En => right.name(),
    }
}

/// One thing that a command did.
#[must_use]
pub fn done(language: LetterLanguage, done: &StaffDone, zone: &TimeZone) -> String {
    let say = |nl: String, en: String| in_words(language, &nl, &en);
    match done {
        StaffDone::Disclosed(to) => {
            say(format!("De gegevens gaan nu naar {}.", to.as_str()), format!("The data goes to {} now.", to.as_str()))
        }
        StaffDone::DisclosureScheduled(to, when) => {
            let when = at(language, *when, zone);
            say(
                format!(
                    "De gegevens gaan {when} naar {}, tenzij de klant nee zegt. De klant krijgt nu bericht. Met `stop` houd je het tegen.",
                    to.as_str()
                ),
                format!(
                    "The data goes to {} {when}, unless the customer says no. The customer is told now. `stop` prevents it.",
                    to.as_str()
                ),
            )
        }
        StaffDone::ErasureScheduled(when) => {
            let when = at(language, *when, zone);
            say(
                format!("De gegevens worden gewist: {when}. Tot dan houd je het tegen met `stop`."),
                format!("The data will be erased: {when}. Until then `stop` prevents it."),
            )
        }
        StaffDone::ManualNow(which) => {
            let which = rights(language, which);
            say(
                format!("Goedgekeurd: {which}. Doe dit nu met de hand en antwoord daarna met `klaar`."),
                format!("Approved: {which}. Do it by hand now, then answer `done`."),
            )
        }
        StaffDone::Finished(which) => {
            let which = rights(language, which);
            say(
                format!("Afgerond: {which}. De aanvrager krijgt bericht."),
                format!("Finished: {which}. The requester is told."),
            )
        }
        StaffDone::Refused(which) => {
            let which = rights(language, which);
            say(
                format!("Afgewezen: {which}. De aanvrager krijgt je reden te lezen."),
                format!("Refused: {which}. The requester is told your reason."),
            )
        }
        StaffDone::Asked => in_words(
            language,
            "Je vraag gaat naar de aanvrager. Je hoort het als er antwoord is.",
            "Your question goes to the requester. You will hear when there is an answer.",
        ),
        StaffDone::Extended(until) => {
            let until = short_date(language, *until);
            say(
                format!("De termijn loopt nu tot {until}. De aanvrager krijgt bericht."),
                format!("The deadline is now {until}. The requester is told."),
            )
        }
        StaffDone::Relabelled(which) => {
            let which = rights(language, which);
            say(format!("Dit is het verzoek nu: {which}."), format!("The request is now: {which}."))
        }
        StaffDone::NoRequest => in_words(language, "Gesloten: het was geen verzoek.", "Closed: it was no request."),
        StaffDone::Handled => in_words(
            language,
            "Gesloten als afgehandeld. De aanvrager krijgt geen mail.",
            "Closed as handled. The requester gets no mail.",
        ),
        StaffDone::Stopped(which) => {
            let which = rights(language, which);
            say(
                format!("Gestopt: {which}. Er is niets verstuurd of gewist. Beslis opnieuw."),
                format!("Stopped: {which}. Nothing was sent or erased. Decide again."),
            )
        }
        StaffDone::LetterSent => {
            in_words(language, "De brief die klaarlag gaat nu weg.", "The letter that was ready goes out now.")
        }
        StaffDone::Opened(address) => say(
            format!("Er is een zaak geopend voor {}.", address.as_str()),
            format!("A case was opened for {}.", address.as_str()),
        ),
        StaffDone::Paused => in_words(
            language,
            "Automatische mail staat uit. Met `hervat` zet je die weer aan.",
            "Automatic mail is off. `resume` turns it on again.",
        ),
        StaffDone::Resumed => in_words(language, "Automatische mail staat weer aan.", "Automatic mail is on again."),
    }
}

/// Why nothing was done.
#[must_use]
pub fn problem(language: LetterLanguage, problem: &StaffProblem) -> String {
    let say = |nl: &str, en: &str| in_words(language, nl, en);
    match problem {
        StaffProblem::NotUnderstood { suggestion: Some(word) } => {
            say(&format!("Bedoel je `{word}`?"), &format!("Did you mean `{word}`?"))
        }
        StaffProblem::NotUnderstood { suggestion: None } => say(
            "Ik begrijp je eerste regel niet. Er is niets gebeurd.",
            "I do not understand your first line. Nothing happened.",
        ),
        StaffProblem::Several => say(
            "Er staan meer opdrachten in je mail. Stuur er één per mail. Er is niets gebeurd.",
            "There are several commands in your mail. Send one at a time. Nothing happened.",
        ),
        StaffProblem::Conditional => say(
            "Je zegt ja met een voorwaarde, of nee in andere woorden. Dat kan ik niet uitvoeren. Er is niets gebeurd.",
            "You say yes with a condition, or no in other words. I cannot carry that out. Nothing happened.",
        ),
        StaffProblem::TextMissing(word) => say(
            &format!("Achter `{word}` hoort een tekst, die de aanvrager te lezen krijgt. Er is niets gebeurd."),
            &format!("`{word}` needs a text, which the requester will read. Nothing happened."),
        ),
        StaffProblem::RightMissing => say(
            "Zet erbij om welk recht het gaat, bijvoorbeeld `recht inzage`.",
            "Say which right it is, for example `right access`.",
        ),
        StaffProblem::AddressMissing => {
            say("Achter `verzoek` hoort precies één mailadres.", "`request` needs exactly one e-mail address.")
        }
        StaffProblem::DateUnclear => say("Ik begrijp de datum niet.", "I do not understand the date."),
        StaffProblem::TextTooLong => say("Je tekst is te lang voor een brief.", "Your text is too long for a letter."),
        StaffProblem::NotProven => say(
            "Ik kan niet vaststellen dat deze mail echt van jou komt, dus ik doe niets. Stuur hem vanuit je eigen mailprogramma, ingelogd op onze mailserver.",
            "I cannot be sure that this mail is really yours, so I do nothing. Send it from your own mail program, logged in to our mail server.",
        ),
        StaffProblem::AlreadyDecided => say(
            "Hierover is al beslist, of er is een nieuwere mail over deze zaak. Antwoord op de nieuwste mail.",
            "This was decided already, or there is a newer mail about this case. Reply to the newest one.",
        ),
        StaffProblem::CaseClosed => say("Deze zaak is gesloten.", "This case is closed."),
        StaffProblem::CustomerNumberNeeded => say(
            "Zet het klantnummer erbij, bijvoorbeeld `akkoord K-1001`. Zo weten we zeker om wie het gaat.",
            "Add the customer number, for example `approve K-1001`, so that it is sure whom it is about.",
        ),
        StaffProblem::NoSuchCustomer => say(
            "Die klant ken ik niet. Kijk het klantnummer nog eens na.",
            "I do not know that customer. Check the number.",
        ),
        StaffProblem::OtherCustomer => say(
            "Deze zaak gaat over een andere klant dan het nummer dat je noemt. Er is niets gebeurd.",
            "This case is about another customer than the number you name. Nothing happened.",
        ),
        StaffProblem::NoSuchRequest => {
            say("Daar staat in deze zaak niets van open.", "Nothing of that is open in this case.")
        }
        StaffProblem::DoesNotFit => say("Dat kan nu niet in deze zaak.", "That cannot be done in this case now."),
        StaffProblem::WordTooWeak => {
            say("Het gaat om gegevens: schrijf voluit `akkoord`.", "This is about data: write `approve` in full.")
        }
        StaffProblem::LinesNeeded => say(
            "Er staan meer mails in het overzicht. Antwoord met een regel per mail, bijvoorbeeld `1 geen` of `2 inzage`.",
            "There are several mails in the list. Answer with a line for each, for example `1 none` or `2 access`.",
        ),
        StaffProblem::TooLate => say(
            "Verlengen kan alleen binnen de eerste maand, en die is voorbij.",
            "Extending is only possible in the first month, and that is over.",
        ),
        StaffProblem::NoCase => say(
            "Antwoord op de mail van de zaak; zo weet ik waar het over gaat.",
            "Reply to the mail of the case, so that I know what it is about.",
        ),
        StaffProblem::Asked => String::new(),
    }
}

/// Why this case mail comes now; `None` for a new case.
#[must_use]
pub fn note(language: LetterLanguage, note: StaffNote) -> Option<String> {
    let say = |nl: &str, en: &str| Some(in_words(language, nl, en));
    match note {
        StaffNote::New => None,
        StaffNote::Confirmed => say("De klant heeft het verzoek bevestigd.", "The customer confirmed the request."),
        StaffNote::RequesterAnswered => {
            say("De aanvrager heeft geantwoord. Zie hieronder.", "The requester answered. See below.")
        }
        StaffNote::NewRequest => say("De aanvrager vraagt er iets bij.", "The requester asks for something more."),
        StaffNote::Again => say("Beslis opnieuw over deze zaak.", "Decide about this case again."),
        StaffNote::Denied => say(
            "Er is niets verstuurd: de gegevens van deze klant zijn veranderd sinds je akkoord. Beslis opnieuw.",
            "Nothing was sent: the customer's record changed since you approved. Decide again.",
        ),
        StaffNote::ManualSteps => say(
            "De klant is gewist uit het klantenoverzicht van dit programma. Doe de rest met de hand en antwoord met `klaar`: haal de regel uit customers.csv, verwijder of anonimiseer in Moneybird wat niet zeven jaar bewaard moet blijven, kijk bij Hostnet, en wis de hosting en de mail.",
            "The customer is erased from this program's directory. Do the rest by hand and answer `done`: remove the line from customers.csv, delete or anonymise in Moneybird what need not be kept for seven years, check Hostnet, and erase hosting and mail.",
        ),
    }
}

/// What `akkoord` does.
#[must_use]
pub fn proposal(language: LetterLanguage, proposal: &Proposal) -> String {
    let say = |nl: &str, en: &str| in_words(language, nl, en);
    match proposal {
        Proposal::Disclose(to) => {
            say(&format!("de gegevens gaan naar {}", to.as_str()), &format!("the data goes to {}", to.as_str()))
        }
        Proposal::DiscloseElsewhere => say(
            "de klant krijgt bericht, en 72 uur later gaan de gegevens naar het adres van de aanvrager",
            "the customer is told, and 72 hours later the data goes to the requester's address",
        ),
        Proposal::DiscloseContact => say(
            "deze contactpersoon krijgt alleen wat er over hem of haar zelf bekend is",
            "this contact gets only what is held about that contact",
        ),
        Proposal::HandOver => say(
            "je geeft de gegevens zelf over en antwoordt daarna met `klaar`",
            "you hand the data over yourself and then answer `done`",
        ),
        Proposal::Correct => say(
            "je verbetert de gegevens zelf en antwoordt daarna met `klaar`",
            "you correct the data yourself and then answer `done`",
        ),
        Proposal::Restrict => say(
            "de gegevens blijven bevroren en de aanvrager krijgt bericht",
            "the data stays frozen and the requester is told",
        ),
        Proposal::StopUse => say(
            "het gebruik blijft gestopt en de aanvrager krijgt bericht",
            "the use stays stopped and the requester is told",
        ),
        Proposal::Erase => say(
            "na 24 uur wordt de klant gewist; wat de wet verplicht te bewaren blijft",
            "after 24 hours the customer is erased; what the law requires to keep stays",
        ),
        Proposal::TakeUpComplaint => say(
            "je neemt de klacht in behandeling; de aanvrager heeft al antwoord. Antwoord `klaar` als het is opgelost",
            "you take the complaint up; the requester was answered already. Answer `done` when it is settled",
        ),
        Proposal::AskIdentity => say(
            "de aanvrager krijgt de vraag om te laten zien wie het is. Ken je de aanvrager? Antwoord `akkoord` met het klantnummer",
            "the requester is asked to show who it is. Do you know them? Answer `approve` with the customer number",
        ),
        Proposal::AskConfirmation => {
            say("de klant krijgt de vraag om het te bevestigen", "the customer is asked to confirm it")
        }
        Proposal::AnswerComplaint => say(
            "de aanvrager krijgt het antwoord op de klacht dat klaarligt",
            "the requester gets the answer to the complaint that is ready",
        ),
        Proposal::ConfirmObjection => say(
            "het bezwaar is al vastgelegd; de aanvrager krijgt de bevestiging die klaarligt",
            "the objection is recorded already; the requester gets the confirmation that is ready",
        ),
    }
}

/// Where a request stands.
#[must_use]
pub fn state(language: LetterLanguage, state: &RequestState, zone: &TimeZone) -> String {
    let say = |nl: &str, en: &str| in_words(language, nl, en);
    match state {
        RequestState::AwaitingIdentity { closes, .. } => {
            let day = short_date(language, *closes);
            say(&format!("wacht op legitimatie, tot {day}"), &format!("waits for an identity, until {day}"))
        }
        RequestState::AwaitingConfirmation { .. } => {
            say("wacht op bevestiging van de klant", "waits for the customer's confirmation")
        }
        RequestState::AwaitingRequester { .. } => {
            say("wacht op antwoord van de aanvrager", "waits for the requester's answer")
        }
        RequestState::AwaitingStaff { .. } => say("wacht op jullie beslissing", "waits for your decision"),
        RequestState::Scheduled { at: when, .. } => {
            let when = at(language, *when, zone);
            say(&format!("goedgekeurd, gebeurt {when}"), &format!("approved, happens {when}"))
        }
        RequestState::InProgress { work: Work::Sending, .. } => say("wordt verstuurd", "is being sent"),
        RequestState::InProgress { work: Work::Manual, .. } => {
            say("wordt met de hand gedaan; antwoord `klaar`", "is done by hand; answer `done`")
        }
        RequestState::Answered { .. } => say("beantwoord", "answered"),
        RequestState::Refused { .. } => say("afgewezen", "refused"),
        RequestState::Closed { how, .. } => match how {
            Closing::NoRequest => say("gesloten, geen verzoek", "closed, no request"),
            Closing::Handled => say("gesloten, afgehandeld", "closed, handled"),
            Closing::DeniedByOwner => say("gesloten, de klant zei nee", "closed, the customer said no"),
            Closing::Relabelled => say("gesloten, anders ingedeeld", "closed, other rights named"),
            Closing::Unconfirmed => say("gesloten, niet bevestigd", "closed, not confirmed"),
        },
    }
}

/// Why a person must look at a mail.
#[must_use]
pub fn review_reason(language: LetterLanguage, why: ReviewReason) -> String {
    let say = |nl: &str, en: &str| in_words(language, nl, en);
    match why {
        ReviewReason::Unclear => say("niet duidelijk wat er gevraagd wordt", "not clear what is asked"),
        ReviewReason::MalformedSender => {
            say("de afzender klopt niet (geen of meer adressen)", "the sender is malformed (no or several addresses)")
        }
        ReviewReason::SuspectStranger => say("onbekende en verdachte afzender", "an unknown and suspect sender"),
        ReviewReason::OtherFolder => say(
            "stond in een map die we niet automatisch beantwoorden",
            "lay in a folder that is not answered automatically",
        ),
        ReviewReason::MachineAsks => {
            say("door een automaat verstuurd, maar er wordt iets gevraagd", "sent by a machine, but it asks something")
        }
        ReviewReason::Unreadable => say(
            "niet goed te lezen (versleuteld, beschadigd, erg groot of alleen bijlagen)",
            "cannot be read well (encrypted, damaged, very large or attachments only)",
        ),
        ReviewReason::ClosedCase => say("hoort bij een gesloten zaak", "belongs to a closed case"),
        ReviewReason::OpenCase => say(
            "deze afzender heeft al een open zaak of kreeg deze week al mail van ons",
            "this sender has an open case or had a mail from us this week",
        ),
        ReviewReason::Replay => say(
            "een eerdere mail, met andere inhoud nog eens gestuurd",
            "a mail seen before, sent again with other content",
        ),
        ReviewReason::UnclearAnswer => {
            say("geen duidelijk ja of nee op onze vraag", "no clear yes or no to our question")
        }
        ReviewReason::OtherPerson => say("verwijst naar de zaak van iemand anders", "refers to somebody else's case"),
    }
}

/// An alert in words.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AlertWords {
    /// What kind, for the template.
    pub kind: AlertKind,
    /// The subject; empty for the usual words.
    pub headline: String,
    /// What happened.
    pub what_happened: String,
    /// What to do now.
    pub what_now: Vec<String>,
}

/// What happened, and what to do now.
#[must_use]
pub fn alert(language: LetterLanguage, alert: &Alert) -> AlertWords {
    let words = |kind, headline: String, what_happened: String, now: String| AlertWords {
        kind,
        headline,
        what_happened,
        what_now: vec![now],
    };
    let say = |nl: &str, en: &str| in_words(language, nl, en);
    let customer = |id: &CustomerId| id.as_str().to_owned();
    match alert {
        Alert::Bounced { kind, disclosure: true } => words(
            AlertKind::DataBounced,
            String::new(),
            say(
                &format!("Een mail met persoonsgegevens ({kind}) kwam terug als onbestelbaar."),
                &format!("A mail with personal data ({kind}) came back as undeliverable."),
            ),
            say(
                "Ga na of de gegevens bij de verkeerde terecht kunnen zijn gekomen. Zo ja: dit is mogelijk een datalek, dat je binnen 72 uur meldt (art. 33 AVG). Zoek daarna een ander adres van de klant.",
                "Check whether the data can have reached the wrong person. If so: this may be a data breach, to be reported within 72 hours (art. 33 GDPR). Then look for another address of the customer.",
            ),
        ),
        Alert::Bounced { kind, disclosure: false } => words(
            AlertKind::SendFailed,
            String::new(),
            say(
                &format!("Een mail ({kind}) kwam terug als onbestelbaar."),
                &format!("A mail ({kind}) came back as undeliverable."),
            ),
            say("Zoek een ander adres of bel de aanvrager.", "Look for another address, or call the requester."),
        ),
        Alert::SendFailed { kind, error } => words(
            AlertKind::SendFailed,
            String::new(),
            say(
                &format!("De mailserver weigerde een mail ({kind}): {error}"),
                &format!("The mail server refused a mail ({kind}): {error}"),
            ),
            say(
                "De mail wordt niet opnieuw gestuurd. Zoek een ander adres of bel.",
                "It is not sent again. Look for another address, or call.",
            ),
        ),
        Alert::OutcomeUnknown => words(
            AlertKind::OutcomeUnknown,
            String::new(),
            say(
                "De verbinding brak terwijl een mail met persoonsgegevens werd verstuurd. Misschien is hij aangekomen, misschien niet.",
                "The connection broke while a mail with personal data was being sent. It may have arrived, or not.",
            ),
            say(
                "Hij wordt niet vanzelf nog eens gestuurd. Kijk in de log van de mailserver. Is hij niet weg, antwoord dan `akkoord` op de mail van de zaak.",
                "It is not sent again by itself. Look in the mail server's log. If it did not leave, answer `approve` to the mail of the case.",
            ),
        ),
        Alert::OwnerDenied => words(
            AlertKind::OwnerSaidNo,
            String::new(),
            say(
                "De klant antwoordde dat dit verzoek niet van hem of haar is. De zaak is gesloten; er is niets verstuurd of veranderd.",
                "The customer answered that this request is not theirs. The case is closed; nothing was sent or changed.",
            ),
            say(
                "Iemand deed zich misschien voor als deze klant. Kijk of je meer vreemde mails ziet.",
                "Somebody may have posed as this customer. Look out for more.",
            ),
        ),
        Alert::OwnerStopped => words(
            AlertKind::OwnerSaidNo,
            String::new(),
            say(
                "De klant zei nee tegen het sturen van gegevens naar een ander adres. Er is niets verstuurd.",
                "The customer said no to sending data to another address. Nothing was sent.",
            ),
            say(
                "Neem contact op met de klant voordat je opnieuw beslist.",
                "Talk to the customer before you decide again.",
            ),
        ),
        Alert::DirectoryBroken { error } => words(
            AlertKind::DirectoryBroken,
            String::new(),
            say(
                &format!("Het klantenbestand kan niet gelezen worden: {error}"),
                &format!("The customer list cannot be read: {error}"),
            ),
            say(
                "Tot het goed is, geldt de vorige lijst. Herstel het bestand; het wordt vanzelf opnieuw gelezen.",
                "Until it is mended the previous list is used. Mend the file; it is read again by itself.",
            ),
        ),
        Alert::AddressAdded { customer: id } => words(
            AlertKind::Other,
            say("nieuw adres bij een klant", "new address for a customer"),
            say(
                &format!(
                    "Bij klant {} is een mailadres toegevoegd of vervangen. De oude adressen krijgen bericht.",
                    customer(id)
                ),
                &format!(
                    "An e-mail address was added to or replaced at customer {}. The old addresses are told.",
                    customer(id)
                ),
            ),
            say(
                "De eerste dagen geldt het nieuwe adres als onbekend. Klopt dit niet? Herstel het in de bron.",
                "For the first days the new address counts as unknown. Is this wrong? Mend it in the source.",
            ),
        ),
        Alert::YoungAddress { customer: id } => words(
            AlertKind::Other,
            say("verzoek van een nieuw adres", "request from a new address"),
            say(
                &format!(
                    "Het verzoek komt van een adres dat pas bij klant {} staat. Het is behandeld als een verzoek van een onbekende.",
                    customer(id)
                ),
                &format!(
                    "The request comes from an address that was added to customer {} lately. It was handled like a stranger's.",
                    customer(id)
                ),
            ),
            say(
                "Vertrouw je het? Antwoord dan op de mail van de zaak zodra die er is.",
                "Do you trust it? Then answer the mail of the case when it is there.",
            ),
        ),
        Alert::BudgetUsed { lane } => words(
            AlertKind::BudgetUsedUp,
            String::new(),
            say(
                &format!("Er komt zoveel binnen dat niet alles nu beantwoord wordt ({lane}). De rest wacht."),
                &format!("So much comes in that not all of it is answered now ({lane}). The rest waits."),
            ),
            say(
                "Kijk met `privacyloket cases` wat er staat. Is het een aanval, antwoord dan `pauze`.",
                "See with `privacyloket cases` what is there. If it is an attack, answer `pause`.",
            ),
        ),
        Alert::PossibleLeak { from, folder } => {
            let who = from.as_ref().map_or("?", |from| from.as_str());
            words(
                AlertKind::PossibleDataLeak,
                String::new(),
                say(
                    &format!(
                        "In een mail van {who} (map {folder}) meldt iemand misschien een datalek, of een mail die bij de verkeerde kwam."
                    ),
                    &format!(
                        "A mail from {who} (folder {folder}) may report a data leak, or a mail that reached the wrong person."
                    ),
                ),
                say(
                    "Lees de mail nu. Is het een datalek, meld het dan binnen 72 uur bij de Autoriteit Persoonsgegevens (art. 33 AVG).",
                    "Read the mail now. If it is a data breach, report it to the supervisory authority within 72 hours (art. 33 GDPR).",
                ),
            )
        }
        Alert::Unreadable => words(
            AlertKind::Other,
            String::new(),
            say("Een mail kon niet gelezen worden.", "A mail could not be read."),
            say("Bekijk hem in de mailbox.", "Look at it in the mailbox."),
        ),
        Alert::Denied { why } => words(
            AlertKind::Other,
            say("gegevens niet verstuurd", "data not sent"),
            say(&format!("De gegevens zijn niet verstuurd: {why}."), &format!("The data was not sent: {why}.")),
            say("Beslis opnieuw over de zaak.", "Decide about the case again."),
        ),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_erasure_says_until_when_it_can_be_stopped() {
        let line = done(LetterLanguage::Nl, &StaffDone::ErasureScheduled(Timestamp::UNIX_EPOCH), &TimeZone::UTC);
        assert!(line.contains("`stop`"), "{line}");
    }

    #[test]
    fn a_bounced_disclosure_names_the_72_hours() {
        let words = alert(LetterLanguage::Nl, &Alert::Bounced { kind: "x".into(), disclosure: true });
        assert!(words.what_now.concat().contains("72 uur"));
    }
}
