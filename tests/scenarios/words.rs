//! What people write: one wording per right that asks for it beyond doubt, and some that do not.

pub const ACCESS: &str =
    "Goedemorgen,\n\nGraag ontvang ik inzage in alle persoonsgegevens die jullie van mij verwerken.";
pub const PORTABILITY: &str =
    "Graag ontvang ik mijn gegevens in een gangbaar machineleesbaar formaat, zodat ik ze kan overdragen aan een ander.";
pub const RECTIFICATION: &str =
    "Mijn adres klopt niet meer. Willen jullie mijn persoonsgegevens corrigeren? Ik woon nu op Kerkstraat 5.";
pub const ERASURE: &str = "Ik verzoek jullie om al mijn persoonsgegevens te verwijderen.";
pub const RESTRICTION: &str =
    "Ik wil dat jullie de verwerking van mijn persoonsgegevens beperken zolang mijn bezwaar loopt.";
pub const OBJECTION: &str =
    "Hierbij maak ik bezwaar tegen het verwerken van mijn gegevens op grond van artikel 21 AVG.";
pub const MARKETING: &str = "Ik maak bezwaar tegen het gebruik van mijn gegevens voor reclame.";
pub const CONSENT: &str = "Ik trek mijn toestemming in voor het gebruik van mijn gegevens.";
pub const COMPLAINT: &str = "Ik dien een klacht in: jullie hebben mijn persoonsgegevens zonder toestemming gedeeld.";
pub const ACCESS_AND_ERASURE: &str = "Graag ontvang ik eerst inzage in alle persoonsgegevens die jullie van mij verwerken. Verwijder daarna al mijn persoonsgegevens.";
pub const IN_ENGLISH: &str = "Hello,\n\nPlease send me a copy of all personal data you hold about me.";
pub const UNCLEAR: &str = "Kunnen jullie mijn gegevens aanpassen?";
pub const ORDINARY: &str = "Hallo,\n\nMijn website doet het sinds vanochtend niet meer. Kunnen jullie kijken?";

#[test]
fn the_words_of_the_stories_ask_what_the_stories_think() {
    for (words, expected) in [
        (ACCESS, "request access"),
        (PORTABILITY, "request portability"),
        (RECTIFICATION, "request rectification"),
        (ERASURE, "request erasure"),
        (RESTRICTION, "request restriction"),
        (OBJECTION, "request objection other"),
        (MARKETING, "request objection marketing"),
        (CONSENT, "request objection consent"),
        (COMPLAINT, "request complaint"),
        (ACCESS_AND_ERASURE, "request access erasure"),
        (IN_ENGLISH, "request access"),
        (UNCLEAR, "review"),
        (ORDINARY, "ordinary"),
    ] {
        assert_eq!(understood(words), expected, "{words}");
    }
}

fn understood(words: &str) -> String {
    use privacyloket::domain::right::Right;
    use privacyloket::intake::{classify_message, read};
    let raw = format!("From: a@klant.test\r\nTo: b@craftcloud.test\r\nSubject: Vraag\r\n\r\n{words}\r\n");
    let reading = read(raw.as_bytes(), true, u64::try_from(raw.len()).unwrap());
    let found = classify_message(&reading, None);
    let verdict = serde_json::to_value(found.verdict).unwrap().as_str().unwrap().to_owned();
    if verdict != "request" {
        return verdict;
    }
    let purpose = serde_json::to_value(found.purpose()).unwrap().as_str().unwrap().to_owned();
    let rights = found.rights.iter().map(|right| match *right == Right::Objection {
        true => format!(" objection {purpose}"),
        false => format!(" {}", right.name()),
    });
    verdict + &rights.collect::<String>()
}
