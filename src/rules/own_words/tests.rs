//! Reply styles of real mail programs, and that no request is ever cut.

use proptest::prelude::*;

use super::*;

fn own(text: &str) -> String {
    split(text).own
}

#[test]
fn an_answer_above_a_quote_is_all_that_stays() {
    for quote in [
        "Op wo 17 apr 2024 om 09:20 schreef <info@craftcloud.nl>:\n> wis mijn gegevens",
        "Op do 22 aug 2024 om 11:47 schreef CraftCloud:\n\n> wis mijn gegevens",
        "Op woensdag 17 april 2024 om 09:20:11 CEST schreef CraftCloud\n<info@craftcloud.nl>:\n\nwis mijn gegevens",
        "Op 4 nov. 2024 om 15:22 heeft CraftCloud <info@craftcloud.nl> het volgende geschreven:\n\n\u{feff}wis mijn gegevens",
        "> Op 4 nov. 2024 om 15:22 heeft CraftCloud <info@craftcloud.nl> geschreven:\n>\n> wis mijn gegevens",
        "Op 17-04-2024 om 09:20 schreef CraftCloud:\n>> wis mijn gegevens",
        "Op 17-04-2024 schreef CraftCloud:\n> wis mijn gegevens",
        "On Tue, 14 May 2024 at 08:15, CraftCloud <info@craftcloud.nl> wrote:\n> wis mijn gegevens",
        "On Tue, May 14, 2024 at 8:15\u{202f}AM CraftCloud <\ninfo@craftcloud.nl> wrote:\n\n> wis mijn gegevens",
        "On 14/05/2024 08:15, CraftCloud wrote:\n> wis mijn gegevens",
        "Am 14.05.2024 um 08:15 schrieb CraftCloud:\n> wis mijn gegevens",
        "Am Di., 14. Mai 2024 um 08:15 Uhr schrieb CraftCloud <info@craftcloud.nl>:\n\n> wis mijn gegevens",
        "Le mar. 14 mai 2024 \u{e0} 08:15, CraftCloud <info@craftcloud.nl> a \u{e9}crit :\n> wis mijn gegevens",
        "Le 14 mai 2024 \u{e0} 08:15, CraftCloud <info@craftcloud.nl> a \u{e9}crit\u{a0}:\n\nwis mijn gegevens",
        "CraftCloud <info@craftcloud.nl> schreef op 14 mei 2024 om 08:15:\n> wis mijn gegevens",
        "-----Oorspronkelijk bericht-----\nVan: CraftCloud <info@craftcloud.nl>\nVerzonden: dinsdag 4 juni 2024 \
         16:51\nAan: jan@klant.nl\nOnderwerp: x\n\nwis mijn gegevens\n\nwis alles",
        "-----Original Message-----\nFrom: CraftCloud\nSent: Tuesday 4 June 2024 16:51\nTo: jan\nSubject: x\n\nwis mijn \
         gegevens",
        "________________________________\nVan: CraftCloud <info@craftcloud.nl>\nVerzonden: dinsdag 4 juni 2024 \
         16:51\nAan: Jan <jan@klant.nl>\nCC: Piet\nOnderwerp: RE: x\n\nwis mijn gegevens",
        "*Van:* CraftCloud <info@craftcloud.nl>\n*Verzonden:* dinsdag 4 juni 2024 16:51\n*Aan:* Jan\n*Onderwerp:* x\n\n\
         wis mijn gegevens",
        "Von: CraftCloud\nGesendet: Dienstag, 4. Juni 2024 16:51\nAn: Jan\nBetreff: x\n\nwis mijn gegevens",
        "De : CraftCloud <info@craftcloud.nl>\nEnvoy\u{e9} : mardi 4 juin 2024 16:51\n\u{c0} : Jan\nObjet : x\n\nwis mijn \
         gegevens",
        "Van: CraftCloud <info@craftcloud.nl>\nDatum: ma 9 sep. 2024 om 08:12\nOnderwerp: x\n\nwis mijn gegevens",
        "Van: CraftCloud <info@craftcloud.nl>\nVerzonden: maandag 7 oktober 2024 10:05\n> wis mijn gegevens",
        "---------- Forwarded message ---------\nVan: Jan\nDate: x\n\nwis mijn gegevens",
        "---------- Doorgestuurd bericht ----------\nVan: Jan\n\nwis mijn gegevens",
        "Begin doorgestuurd bericht:\n\nVan: Jan <jan@klant.nl>\nOnderwerp: x\nDatum: 3 maart 2024 om 10:00:00 CET\n\nwis \
         mijn gegevens",
        "-------- Oorspronkelijk bericht --------\nVan: Jan <jan@klant.nl>\nDatum: 04-06-2024 16:51 (GMT+01:00)\nAan: \
         info@craftcloud.nl\nOnderwerp: x\n\nwis mijn gegevens",
    ] {
        let text = format!("Dank je wel\n\n{quote}\n");
        let words = split(&text);
        assert_eq!(words.own, "Dank je wel", "{quote}");
        assert!(words.quoted.contains("wis mijn"), "{quote}");
    }
}

#[test]
fn phone_lines_go_and_what_stands_around_them_stays() {
    for line in [
        "Verstuurd vanaf mijn iPhone",
        "Verzonden vanaf mijn Galaxy-telefoon",
        "Verzonden vanuit Outlook voor Android",
        "Outlook voor iOS downloaden<https://aka.ms/o0ukef>",
        "Sent from my iPad",
        "Sent from Yahoo Mail on Android",
        "Get Outlook for iOS",
        "Von meinem iPhone gesendet",
        "Gesendet von Mail f\u{fc}r Windows",
        "Envoy\u{e9} de mon iPhone",
    ] {
        assert_eq!(
            own(&format!("Wis alles graag\n\n{line}\n\nEn stuur een kopie")),
            "Wis alles graag\n\nEn stuur een kopie"
        );
    }
    let speech = "Verstuurd vanaf het adres dat jullie van mij hebben, graag inzage";
    assert_eq!(own(speech), speech);
}

#[test]
fn answers_between_and_below_quotes_are_own_words() {
    let inline = "Op 17-04-2024 om 09:20 schreef CraftCloud <info@craftcloud.nl>:\n> Wat is je adres?\n\nDorpsstraat 1\n\n\
                  > Wil je nog iets?\n\nJa, wis mijn gegevens\n";
    assert_eq!(own(inline), "Dorpsstraat 1\n\nJa, wis mijn gegevens");
    let bottom =
        "On Tue, 14 May 2024 at 08:15, CraftCloud <info@craftcloud.nl> wrote:\n> Anything else?\n\nDelete my data.";
    assert_eq!(own(bottom), "Delete my data.");
    let outlook = "Van: CraftCloud\nVerzonden: maandag 7 oktober 2024 10:05\n\n> Nog iets?\n\nGraag inzage";
    assert_eq!(own(outlook), "Graag inzage");
}

#[test]
fn a_sentence_that_only_looks_like_an_introduction_stays() {
    for text in [
        "Op 3 maart schreef ik jullie:\ngraag inzage in mijn gegevens.",
        "Op 3 maart 2024 om 14:02 schreef ik jullie:\n\ngraag inzage in mijn gegevens.",
        "Op 3 maart 2024 om 14:02 schreef Menno mij:\nje gegevens zijn weg. Klopt dat?",
        "Op 3 maart schreef Menno:\nje gegevens zijn weg. Klopt dat?",
        "On 3 March I wrote to you at 14:02:\nplease delete my data",
        "Am 3. M\u{e4}rz 2024 um 14:02 schrieb ich Ihnen:\nbitte l\u{f6}schen",
        "Op de vraag wat jullie van mij weten: graag antwoord",
        "Van: Jan Smit, Dorpsstraat 1\nAan: CraftCloud\nDatum: 3 maart 2024\nBetreft: verzoek om inzage\n\nGeachte heer,",
        "Van: mijn oude adres\nNaar: mijn nieuwe adres",
        "________________________________\nAan: CraftCloud\nGraag inzage in mijn gegevens\nVan: mijn bedrijf",
        "Date: as soon as possible\nSubject: my data\nTo: you",
        ">From now on, stop using my data",
    ] {
        let squeezed = |text: &str| text.split_whitespace().collect::<Vec<_>>().join(" ");
        assert_eq!(squeezed(&own(text)), squeezed(text.trim_start_matches('>')), "{text}");
    }
}

#[test]
fn signatures_cards_and_disclaimers_go_but_names_and_postscripts_stay() {
    let text = "Graag inzage.\n\nMet vriendelijke groet,\n\nJan Smit\nBakkerij Jansen BV\nT: 020 123 45 67\nwww.bakkerij.example\n\
                KvK 12345678\n1234 AB Utrecht\n\nDit bericht is uitsluitend bestemd voor de geadresseerde. Als u niet de \
                geadresseerde bent,\nverwijder dan dit bericht en neem contact op met de afzender.";
    assert_eq!(own(text), "Graag inzage.\n\nMet vriendelijke groet,\n\nJan Smit\nBakkerij Jansen BV");
    let initials = "Graag inzage.\n\nGroet,\nT.W. Elzinga, penningmeester\nA. Prins\nM: 06-12345678";
    assert!(own(initials).ends_with("T.W. Elzinga, penningmeester\nA. Prins"));
    let delimited = "Graag inzage.\n-- \nJan Smit\nBakkerij Jansen\nwww.bakkerij.example\n";
    assert_eq!(own(delimited), "Graag inzage.");
    let postscript = "Dank!\n\nGroet, Jan\n06-12345678\n\nPS: wis ook mijn account\n\nwww.x.nl is mijn oude site";
    assert_eq!(own(postscript), "Dank!\n\nGroet, Jan\n\nPS: wis ook mijn account\n\nwww.x.nl is mijn oude site");
    let moved = "Hoi,\n\nGroet, Jan\n\nNieuw adres:\nDorpsstraat 12\n1234 AB Utrecht";
    assert!(own(moved).ends_with("1234 AB Utrecht"));
    let below = "Hoi\n--\nKunnen jullie alles wissen?\n--\nGraag mijn account weg";
    assert!(own(below).contains("alles wissen?") && own(below).contains("account weg"));
}

#[test]
fn disclaimers_in_four_languages_go_and_requests_beside_them_stay() {
    for disclaimer in [
        "Dit e-mailbericht is vertrouwelijk. Indien u niet de beoogde ontvanger bent, verzoeken wij u dit bericht te wissen.",
        "De informatie verzonden met dit e-mailbericht is uitsluitend bestemd voor de geadresseerde.",
        "Aan dit bericht kunnen geen rechten worden ontleend.",
        "This e-mail is confidential and intended solely for the addressee. If you have received this message in error, \
         please delete this message.",
        "Diese E-Mail ist vertraulich. Wenn Sie nicht der richtige Adressat sind, l\u{f6}schen Sie diese E-Mail.",
        "Si vous avez re\u{e7}u ce message par erreur, merci de supprimer ce message.",
    ] {
        assert_eq!(own(&format!("Wis alles\n\n{disclaimer}")), "Wis alles", "{disclaimer}");
        assert_eq!(own(&format!("Wis alles\nJan\n{disclaimer}")), "Wis alles\nJan", "{disclaimer}");
    }
    for request in [
        "Ik ben niet de geadresseerde van jullie mail. Wis mijn gegevens.",
        "Deze brief is uitsluitend bestemd voor de geadresseerde. Wij verzoeken u onze gegevens te wissen.",
        "I am not the intended recipient of this message: delete my address.",
    ] {
        let kept = own(request);
        assert!(
            ["Wis mijn gegevens", "onze gegevens te wissen", "delete my address"].iter().any(|w| kept.contains(w)),
            "{kept}"
        );
    }
}

#[test]
fn forwarded_mail_is_told_from_an_answer() {
    for text in [
        "Zie onder\n\n---------- Forwarded message ---------\nVan: x",
        "Begin doorgestuurd bericht:\n\nVan: x",
        "\n________________________________\nVan: x\nVerzonden: y\nAan: z\n\nwis",
        "From: x\nSent: y 10:00\nTo: z\nSubject: w\n\nwis",
        "-------- Weitergeleitete Nachricht --------\nBetreff: x",
        "D\u{e9}but du message transf\u{e9}r\u{e9} :\n\nDe: x",
    ] {
        assert!(forwarded(text), "{text}");
    }
    for text in [
        "",
        "Graag inzage",
        "Dank\n\nVan: x\nVerzonden: y\nAan: z\n\nwis",
        "Dank\n> ---------- Forwarded message ---------",
        "De mail werd doorgestuurd: een forwarded message",
    ] {
        assert!(!forwarded(text), "{text}");
    }
}

#[test]
fn tokens_in_what_was_cut_can_still_be_found() {
    let words = split("akkoord\n\n> Kenmerk: pl-abc\n-- \nJan\n");
    assert_eq!(words.own, "akkoord");
    assert!(words.quoted.contains("pl-abc"));
    assert!(!format!("{words:?}").contains("akkoord"));
}

#[test]
fn hostile_text_is_divided_in_linear_time() {
    for piece in [
        "Op\n",
        "Op x\n",
        ">\n",
        "Van: a\n",
        "-- \n",
        "groet\n",
        "niet de geadresseerde ",
        "a\n\n",
        "Op ma 1:00 schreef",
        ":",
    ] {
        let _ = split(&piece.repeat(256 * 1024 / piece.len()));
    }
}

const REQUESTS: [&str; 8] = [
    "Graag ontvang ik inzage in al mijn persoonsgegevens.",
    "Wat weten jullie eigenlijk allemaal van mij?",
    "Please delete all personal data you hold about me",
    "Verwijder onze gegevens uit jullie systeem",
    "Ik ben verhuisd naar Dorpsstraat 12, 1234 AB Utrecht",
    "Bitte l\u{f6}schen Sie meine Daten.",
    "Je voudrais obtenir une copie de mes donn\u{e9}es",
    "Stop met het mailen van mij",
];
const FILLERS: [&str; 16] = [
    "",
    "Beste mensen,",
    "Dank voor het antwoord.",
    "Op 3 maart schreef ik jullie:",
    "Van: mijn bedrijf",
    "Met vriendelijke groet,",
    "Jan Smit",
    "-- ",
    "--",
    "T: 020-1234567",
    "www.klant.example",
    "Verstuurd vanaf mijn iPhone",
    "Dit bericht is uitsluitend bestemd voor de geadresseerde.",
    "________________________________",
    "1) eerst dit",
    "Aan: CraftCloud",
];

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn no_text_panics_and_nothing_is_invented(text in "[ -~\n\r\u{e9}>:@\u{feff}]{0,400}") {
        let words = split(&text);
        prop_assert!(words.own.len() <= text.len().saturating_add(2).saturating_mul(2));
        let _ = forwarded(&text);
    }

    #[test]
    fn a_request_outside_quotes_is_never_cut(
        before in proptest::collection::vec(0..FILLERS.len(), 0..8),
        request in 0..REQUESTS.len(),
        after in proptest::collection::vec(0..FILLERS.len(), 0..8),
    ) {
        let mut lines: Vec<&str> = before.into_iter().map(|at| FILLERS[at]).collect();
        lines.push(REQUESTS[request]);
        lines.extend(after.into_iter().map(|at| FILLERS[at]));
        let text = lines.join("\n");
        prop_assert!(own(&text).contains(REQUESTS[request]), "{text:?}");
    }

    #[test]
    fn a_quoted_text_below_thanks_leaves_only_the_thanks(text in "[ -~\n\u{e9}]{0,300}") {
        let quoted: String = text.lines().map(|line| format!("> {line}\n")).collect();
        prop_assert_eq!(own(&format!("dank je wel\n\n{quoted}")), "dank je wel");
    }
}
