//! How mails end: signatures, contact cards, "sent from my phone", disclaimers, in four languages.

use std::sync::LazyLock;

use regex::Regex;

use super::pattern;

static PHONE: LazyLock<Regex> = LazyLock::new(|| {
    pattern(
        r"(?ix)^(?:
            (?:verstuurd|verzonden|gestuurd)\s(?:vanaf|vanuit|vanop|van|met|via)\s .{2,60}
          | (?:sent|get)\s(?:from|via|with|using)\s(?:my\s|the\s)?\S.{1,60}
          | get\soutlook\sfor\s.{2,60} | outlook\s(?:voor|für)\s(?:ios|android)\s.{2,60} | (?:download|haal)\soutlook\s.{2,60}
          | (?:von\s(?:meinem|mein)\s.{2,40}\sgesendet | gesendet\s(?:von|mit|aus|über)\s.{2,60})
          | (?:envoy[ée]|transmis)\s(?:de|depuis|à\spartir\sde|avec|par)\s(?:mon\s|ma\s)?.{2,60} | t[ée]l[ée]charger\soutlook\s.{2,60}
          )$",
    )
});
static DEVICE: LazyLock<Regex> = LazyLock::new(|| {
    pattern(
        r"(?i)iphone|ipad|ios\b|android|samsung|galaxy|huawei|nokia|blackberry|outlook|mail\b|mobiel|mobile|telefoon|tablet|smartphone|handy|portable|windows|proton|t[ée]l[ée]phone|phone|apple|yahoo|gmail|app\b",
    )
});

/// `Verstuurd vanaf mijn iPhone`: one short line that names a device or program.
pub fn is_phone_line(line: &str) -> bool {
    let line = super::quotes::bare(line).trim_end_matches('.');
    line.len() <= 160 && PHONE.is_match(line) && DEVICE.is_match(line)
}

/// `-- ` (RFC 3676 §4.3), also when a program lost the space.
pub fn is_signature_line(line: &str) -> bool {
    matches!(line.trim_end(), "--" | "\u{2014}" | "\u{2013}")
}

static CLOSING: LazyLock<Regex> = LazyLock::new(|| {
    pattern(
        r"(?ix)^(?:(?:met|mvg|mvrgr|m\.v\.g|vriendelijke?|hartelijke?|beste|warme|zonnige|fijne)?\.?\s?
            (?:met\s)?(?:vriendelijke?n?\s|hartelijke?\s|beste\s|warme\s|sportieve\s|zonnige\s)?(?:groet|groeten|groetjes|gr|grtz|groetend|mvg|mvrgr)
          | hoogachtend | m\.?v\.?g\.? | gr\.?
          | (?:kind|best|warm|many)?\s?regards | (?:yours\s)?sincerely(?:\syours)? | yours\s(?:faithfully|truly) | cheers | all\sthe\sbest
          | (?:mit\s)?(?:freundlichen?|besten?|viele|herzliche|liebe)\s(?:gr[üu](?:ß|ss)en?)(?:\saus\s\w+)? | mfg | hochachtungsvoll
          | (?:bien\s)?cordialement | salutations(?:\sdistingu[ée]es)? | bien\sà\svous | meilleures\ssalutations
          )\b[\s,.!]*(?P<rest>.{0,60})$",
    )
});

/// `Met vriendelijke groet,`, also with the name on the same line.
pub fn is_closing(line: &str) -> bool {
    let line = super::quotes::bare(line);
    line.len() <= 100 && CLOSING.is_match(line)
}

static CARD: LazyLock<Regex> = LazyLock::new(|| {
    pattern(
        r"(?ix)
            https?:// | \bwww\.\S | \S+@\S+\.\S{2,} | ^\S+\.(?:nl|com|be|de|fr|eu|org|net|example)/?$
          | (?:^|[\s|:])\+?\(?\d[\d\s().-]{7,}\d\b
          | ^(?:[temwafi]\s*[:|] | (?:tel|telefoon|mobiel|mob|mail|e-?mail|web|website|fax|adres|phone|mobile|bezoekadres|postadres|postbus|kvk|btw|iban|bic|linkedin|facebook|instagram|twitter)\b\s*[.:|])
          | \b(?:kvk|k\.v\.k\.|btw|vat|iban|hrb|siret|ust-?id)\b.{0,12}\d | \b[1-9]\d{3}\s?[A-Z]{2}\b | ^postbus\s\d",
    )
});

/// Whether a line is what stands on a contact card: a number, an address, a link.
pub fn is_card(line: &str) -> bool {
    let line = super::quotes::bare(line);
    !line.is_empty() && line.len() <= 120 && CARD.is_match(line) && !is_speech(line)
}

/// What gives away that a person speaks in a line: somebody who asks, tells or corrects something.
static SPEECH: LazyLock<Regex> = LazyLock::new(|| {
    pattern(
        r"(?ix)\?|\b(?:
            ik|mijn|mij|wij|wil(?:len|t)?|wou|graag|verzoek|verzoeken|willen|kun(?:nen)?|kan|moet|stuur|wis|verwijder|pas|wijzig|stop|nieuwe?|oude?|voortaan|gewijzigd|verhuisd|was|wordt|klopt|correct|ps|p\.s|nb|n\.b
          | i|i'm|i'd|my|me|please|want|would|could|delete|remove|send|change|new|old|now|stop
          | ich|meine?[nmrs]?|mir|mich|bitte|möchte|wollen|löschen|neue?[nrs]?|ändern
          | j'aimerais|voudrais|veux|souhaite|mes|mon|merci\sde|veuillez|supprimer|nouve(?:au|lle|l)
          )\b",
    )
});

/// Whether somebody speaks in this line. In doubt yes: keeping a slogan harms nobody, losing a request does.
pub fn is_speech(line: &str) -> bool {
    SPEECH.is_match(line)
}

static DISCLAIMER: LazyLock<Regex> = LazyLock::new(|| {
    pattern(
        r"(?ix)
            \b(?:niet\s(?:de|het)\s(?:beoogde|bedoelde|juiste|rechtmatige)?\s?(?:geadresseerde|ontvanger) | niet\s(?:voor|aan)\su\s(?:bestemd|bedoeld|gericht)
            | (?:uitsluitend|alleen|slechts|enkel|exclusief)\s(?:bestemd|bedoeld)\svoor\s(?:de|het|gebruik)\s?(?:beoogde\s|bedoelde\s)?(?:geadresseerde|ontvanger|door|gebruik|persoon)
            | bestemd\svoor\sde\s(?:beoogde\s)?geadresseerde | ander\sdan\sde\s(?:beoogde\s)?(?:geadresseerde|ontvanger)
            | (?:ten\sonrechte|abusievelijk|per\sabuis|onbedoeld)\s(?:hebt\s|heeft\s|is\s)?ontvangen.{0,120}(?:bericht|e-?mail|afzender)
            | (?:bericht|e-?mail).{0,80}(?:ten\sonrechte|abusievelijk|per\sabuis|onbedoeld)\s.{0,30}ontva
            | geen\srechten\s(?:worden\s)?(?:ontleend|ontlenen) | denk\s(?:aan|om)\shet\smilieu | spaar\shet\smilieu)
          | \bintended\srecipients?\b | intended\s(?:solely|only|exclusively)\sfor | (?:solely|only)\sfor\sthe\suse\sof\sthe\s(?:individual|addressee|person|intended)
          | received\sthis\s(?:e-?mail|message|communication|transmission)\s(?:in\serror|by\smistake) | (?:before|when)\sprinting\sthis | consider\sthe\senvironment | think\sbefore\syou\sprint
          | nicht\sder\s(?:richtige|beabsichtigte|vorgesehene|angegebene|bestimmungsgem[äa](?:ß|ss)e)?\s?(?:adressat|empf[äa]nger) | (?:e-?mail|nachricht).{0,40}(?:irrt[üu]mlich|versehentlich)\s(?:erhalten|zugegangen)
          | n['’][êe]tes\spas\sle\sdestinataire | re[çc]u\s(?:ce|cet)\s(?:message|courriel|e-?mail)\spar\serreur | (?:exclusif|exclusivement)\s(?:destin[ée]|[àa]\sl['’](?:attention|usage)|des?\s)",
    )
});
/// What a disclaimer speaks of: the mail itself.
static THIS_MAIL: LazyLock<Regex> = LazyLock::new(|| {
    pattern(
        r"(?ix)\b(?:di?t|deze)\s(?:e-?mail(?:bericht)?|bericht|mail)\b | \b(?:het|de|uw)\s(?:e-?mail)?bericht\b | \b(?:this|the)\s(?:e-?mail|message|communication|transmission)\b
          | \b(?:diese|die|der)\s(?:e-?mail|nachricht) | \b(?:ce|cet|le|l['’])\s?(?:message|courriel|e-?mail) | disclaimer | confidenti | vertrouwelijk | vertraulich
          | afzender | \bsender\b | absender | exp[ée]diteur | geen\srechten | milieu | printing | print\b | environment",
    )
});
/// A single person speaks: disclaimers say "wij" and "the sender".
static ONE_PERSON: LazyLock<Regex> =
    LazyLock::new(|| pattern(r"(?i)\b(?:ik|mijn|mij|i|i'm|i'd|my|ich|meine?[nmrs]?|mir|mich|je|j'ai|mes|mon)\b"));

/// Personal data: what is said of them is never mere boilerplate.
static DATA: LazyLock<Regex> = LazyLock::new(|| {
    pattern(
        r"(?i)gegevens|personal data|our data|personenbezogen|unsere daten|données|\binzage|\baccount|\bgdpr|\bavg\b",
    )
});

/// Whether a paragraph holds a sentence that only disclaimers hold.
pub fn has_disclaimer(paragraph: &str) -> bool {
    DISCLAIMER.is_match(paragraph)
}

/// Whether a sentence of such a paragraph belongs to the disclaimer: it is one, or speaks of the mail itself; nobody
/// speaks for himself in it and it does not name personal data.
pub fn is_disclaimer(sentence: &str) -> bool {
    (DISCLAIMER.is_match(sentence) || THIS_MAIL.is_match(sentence))
        && !ONE_PERSON.is_match(sentence)
        && !DATA.is_match(sentence)
}
