//! The sample mails of the demo: each path of the policy once, ordinary mail and machine mail among them.

/// How our (pretended) mail server found the sender.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Found {
    /// A valid signature of the sender's domain.
    Signed,
    /// Nothing for it, nothing against it.
    Nothing,
    /// The sender's domain says that it is forged.
    Forged,
    /// The owner of the address was logged in.
    LoggedIn,
}

/// One mail of the story.
pub(super) struct Sample {
    /// What it shows, for the reader of the demo.
    pub shows: &'static str,
    /// Display name and address.
    pub from: (&'static str, &'static str),
    /// What our mail server found.
    pub found: Found,
    /// The subject.
    pub subject: &'static str,
    /// More header lines, each with its line end.
    pub headers: &'static str,
    /// The text.
    pub text: &'static str,
}

/// Customers of the sandbox.
pub(super) const CUSTOMERS: &str = "\
id,name,company,kvk,emails,phone,street,postcode,city,country,iban,hosting
K-1001,Jan Smit,,,jan@smit.example,06 1234 5678,Dorpsstraat 1,1234 AB,Ons Dorp,NL,NL91ABNA0417164300,smit.example (Start)
K-1002,Els de Boer,Bakkerij De Boer,12345678,els@bakkerij.example=owner boekhouding@bakkerij.example=billing,010 123 45 67,Kerkstraat 5,3011 AA,Rotterdam,NL,,bakkerij.example (Plus)
K-1003,Mo Amrani,,,mo@amrani.example,,Havenweg 9,2511 BB,Den Haag,NL,,amrani.example (Start)
";

/// The mails, in the order in which they arrive.
pub(super) const SAMPLES: [Sample; 13] = [
    Sample {
        shows: "a known customer, surely, asks for access: the data at once",
        from: ("Jan Smit", "jan@smit.example"),
        found: Found::Signed,
        subject: "wat weten jullie van mij",
        headers: "",
        text: "Hoi,\n\nIk ben benieuwd welke gegevens jullie allemaal van mij hebben. Kunnen jullie me een overzicht sturen?\n\nGroet, Jan",
    },
    Sample {
        shows: "somebody unknown asks for access: show who you are",
        from: ("P. de Vries", "pdevries@elders.example"),
        found: Found::Signed,
        subject: "Verzoek om inzage",
        headers: "",
        text: "Geachte heer/mevrouw,\n\nGraag ontvang ik op grond van artikel 15 AVG inzage in al mijn persoonsgegevens.\n\nP. de Vries",
    },
    Sample {
        shows: "a known customer asks to be erased: staff decide",
        from: ("Els de Boer", "els@bakkerij.example"),
        found: Found::Signed,
        subject: "stoppen",
        headers: "",
        text: "Beste mensen,\n\nDe bakkerij houdt op te bestaan. Willen jullie al mijn gegevens en mijn klantaccount verwijderen?\n\nMet vriendelijke groet,\nEls",
    },
    Sample {
        shows: "a known address, but not sure enough: the owner is asked to confirm",
        from: ("Mo Amrani", "mo@amrani.example"),
        found: Found::Nothing,
        subject: "ander adres",
        headers: "",
        text: "Hallo, ik ben verhuisd. Mijn nieuwe adres is Laan 12, 2513 CC Den Haag. Passen jullie dat aan in mijn gegevens?",
    },
    Sample {
        shows: "a forged mail in a customer's name: the owner is asked, the forger gets nothing",
        from: ("Jan Smit", "jan@smit.example"),
        found: Found::Forged,
        subject: "mijn gegevens",
        headers: "Reply-To: jan.smit.1234@gratis-mail.example\r\n",
        text: "Stuur mij alle persoonsgegevens die jullie van mij hebben.",
    },
    Sample {
        shows: "an unknown and suspect sender: nobody is mailed, people look",
        from: ("Klant", "klant@nergens.example"),
        found: Found::Forged,
        subject: "verwijder alles",
        headers: "",
        text: "Ik eis dat jullie al mijn persoonsgegevens onmiddellijk wissen.",
    },
    Sample {
        shows: "no more advertising: recorded at once, no identity asked",
        from: ("Sanne", "sanne@ergens.example"),
        found: Found::Signed,
        subject: "nieuwsbrief",
        headers: "",
        text: "Ik wil jullie nieuwsbrief niet meer ontvangen. Haal me van de mailinglijst.",
    },
    Sample {
        shows: "a complaint: answered at once, staff with priority",
        from: ("Jan Smit", "jan@smit.example"),
        found: Found::Signed,
        subject: "klacht",
        headers: "",
        text: "Jullie hebben mijn telefoonnummer zonder mijn toestemming aan een ander bedrijf gegeven. Ik vind dat jullie slordig met mijn persoonsgegevens omgaan en ik dien een klacht in bij de Autoriteit Persoonsgegevens.",
    },
    Sample {
        shows: "freeze my data: stops at once, staff decide what remains",
        from: ("Jan Smit", "jan@smit.example"),
        found: Found::Signed,
        subject: "even niets doen",
        headers: "",
        text: "De gegevens die jullie van mij hebben kloppen volgens mij niet. Bevries mijn gegevens en gebruik ze voorlopig niet tot dit is uitgezocht.",
    },
    Sample {
        shows: "take my data along: acknowledged, staff hand it over",
        from: ("Jan Smit", "jan@smit.example"),
        found: Found::Signed,
        subject: "overstap",
        headers: "",
        text: "Ik stap over naar een andere partij. Willen jullie al mijn gegevens en al mijn website- en e-mailbestanden aan mij overdragen, zodat ik ze mee kan nemen?",
    },
    Sample {
        shows: "ordinary mail: left exactly as it was",
        from: ("Kees", "kees@winkel.example"),
        found: Found::Signed,
        subject: "factuur maart",
        headers: "",
        text: "Hoi, kunnen jullie me de factuur van maart nog een keer sturen? Ik kan hem niet meer vinden. Groet, Kees",
    },
    Sample {
        shows: "a machine: never answered",
        from: ("Piet Bakker", "piet@bakker.example"),
        found: Found::Signed,
        subject: "Automatisch antwoord: afwezig",
        headers: "Auto-Submitted: auto-replied\r\n",
        text: "Ik ben met vakantie tot 1 december. Voor dringende zaken kun je mijn collega mailen.",
    },
    Sample {
        shows: "not clear what is meant: people look",
        from: ("Mo Amrani", "mo@amrani.example"),
        found: Found::Signed,
        subject: "zie bijlage",
        headers: "",
        text: "Zie hieronder, graag reactie.\n\n> Betreft: verzoek op grond van de AVG\n> Ik verzoek u mijn persoonsgegevens te verwijderen.",
    },
];
