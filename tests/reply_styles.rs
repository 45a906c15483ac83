//! Answers as HTML, the way real mail programs write them: read from bytes, only the sender's own words remain.

use privacyloket::mail;
use privacyloket::rules::own_words;

fn own(html: &str) -> String {
    let raw = format!("From: jan@klant.nl\r\nContent-Type: text/html; charset=utf-8\r\n\r\n{html}");
    let words = own_words::split(&mail::read(raw.as_bytes()).text);
    assert!(words.quoted.contains("Wil je nog iets?"), "{words:?}: the quote is lost");
    words.own.split_whitespace().collect::<Vec<_>>().join(" ")
}

#[test]
fn gmail() {
    let html = "<div dir=\"ltr\">Nee, dank je.<div><br></div><div>Groet, Jan</div></div><br><div class=\"gmail_quote\">\
        <div dir=\"ltr\" class=\"gmail_attr\">Op wo 17 apr 2024 om 09:20 schreef CraftCloud &lt;<a \
        href=\"mailto:info@craftcloud.nl\">info@craftcloud.nl</a>&gt;:<br></div><blockquote class=\"gmail_quote\" \
        style=\"margin:0px 0px 0px 0.8ex;border-left:1px solid rgb(204,204,204);padding-left:1ex\"><div>Wil je nog iets?\
        <br>Wis mijn gegevens</div></blockquote></div>";
    assert_eq!(own(html), "Nee, dank je. Groet, Jan");
}

#[test]
fn outlook_on_windows() {
    let html = "<html xmlns:o=\"urn:schemas-microsoft-com:office:office\"><head><style><!--\np.MsoNormal {margin:0cm}\n--></style>\
        </head><body><div class=WordSection1><p class=MsoNormal>Nee, dank je.<o:p></o:p></p><p class=MsoNormal><o:p>&nbsp;</o:p>\
        </p><div><div style='border:none;border-top:solid #E1E1E1 1.0pt;padding:3.0pt 0cm 0cm 0cm'><p class=MsoNormal><b>\
        <span>Van:</span></b><span> CraftCloud &lt;info@craftcloud.nl&gt; <br><b>Verzonden:</b> dinsdag 4 juni 2024 16:51<br>\
        <b>Aan:</b> Jan &lt;jan@klant.nl&gt;<br><b>Onderwerp:</b> RE: vraag<o:p></o:p></span></p></div></div>\
        <p class=MsoNormal>Wil je nog iets?</p><p class=MsoNormal>Wis mijn gegevens</p></div></body></html>";
    assert_eq!(own(html), "Nee, dank je.");
}

#[test]
fn outlook_on_the_web_and_on_a_phone() {
    for (from, sent, to, subject) in [
        ("Van", "Verzonden", "Aan", "Onderwerp"),
        ("From", "Sent", "To", "Subject"),
        ("Von", "Gesendet", "An", "Betreff"),
        ("De", "Envoy\u{e9}", "\u{c0}", "Objet"),
    ] {
        let html = format!(
            "<div>Nee, dank je.</div><div><br></div><div id=\"ms-outlook-mobile-signature\">Outlook voor <a href=\"x\">iOS</a> \
             downloaden</div><hr style=\"display:inline-block;width:98%\" tabindex=\"-1\"><div id=\"divRplyFwdMsg\"><font>\
             <b>{from}:</b> CraftCloud &lt;info@craftcloud.nl&gt;<br><b>{sent}:</b> dinsdag 4 juni 2024 16:51<br><b>{to}:</b> \
             Jan &lt;jan@klant.nl&gt;<br><b>{subject}:</b> RE: vraag</font><div>&nbsp;</div></div><div>Wil je nog \
             iets?<br>Wis mijn gegevens</div>"
        );
        assert_eq!(own(&html), "Nee, dank je.", "{from}");
    }
}

#[test]
fn apple_mail_and_iphone() {
    let html = "<html><body dir=\"auto\">Nee, dank je.<br><br><div dir=\"ltr\">Verstuurd vanaf mijn iPhone</div><div dir=\"ltr\">\
        <br><blockquote type=\"cite\">Op 4 jun. 2024 om 16:51 heeft CraftCloud &lt;info@craftcloud.nl&gt; het volgende \
        geschreven:<br><br></blockquote></div><blockquote type=\"cite\"><div dir=\"ltr\">\u{feff}Wil je nog iets?<br>Wis mijn \
        gegevens</div></blockquote></body></html>";
    assert_eq!(own(html), "Nee, dank je.");
}

#[test]
fn thunderbird_with_an_answer_below() {
    let html = "<html><body><div class=\"moz-cite-prefix\">Op 04-06-2024 om 16:51 schreef CraftCloud:<br></div>\
        <blockquote type=\"cite\" cite=\"mid:1@craftcloud.nl\"><pre class=\"moz-quote-pre\" wrap=\"\">Wil je nog iets?\nWis mijn \
        gegevens</pre></blockquote><p>Ja, graag inzage.</p></body></html>";
    assert_eq!(own(html), "Ja, graag inzage.");
}

#[test]
fn answers_between_the_lines() {
    let html = "<div>Hoi, zie hieronder.</div><blockquote type=\"cite\"><div>Wil je nog iets?</div></blockquote><div>Ja, wis mijn \
        gegevens.</div><blockquote type=\"cite\"><div>Verder nog wat?</div></blockquote><div>Nee.</div>";
    assert_eq!(own(html), "Hoi, zie hieronder. Ja, wis mijn gegevens. Nee.");
}
