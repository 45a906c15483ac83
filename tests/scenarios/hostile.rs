//! Mail that is made to break us: recorded, to staff if it may be a request, never a crash; and the next genuine request
//! still works.

use std::fmt::Write as _;
use std::time::{Duration, Instant};

use crate::words::ACCESS;
use crate::world::{Mail, World};

/// A round may take this long, whatever came in (debug build, shared machine).
const PATIENCE: Duration = Duration::from_secs(60);

/// Runs, and shows that a genuine customer is served all the same.
async fn and_the_next_request_still_works(w: &World) {
    w.writes(Mail::from(&w.jan).proven().says(ACCESS)).await;
    let start = Instant::now();
    let report = w.run().await;
    assert_eq!((report.later, report.troubles), (0, 0), "nothing is left to try again: {report:?}");
    assert!(start.elapsed() < PATIENCE, "a round took {:?}", start.elapsed());
    w.letter_to(&w.jan).await.has("06-55501001");
}

#[tokio::test]
async fn empty_and_headless_mails() {
    let w = World::new("empty").await;
    for raw in [
        &b"\r\n"[..],
        b"\r\n\r\n\r\n",
        b"Subject: leeg\r\n\r\n",
        b"From:\r\nTo:\r\nSubject:\r\nDate: gisteren\r\nMessage-ID: <>\r\n\r\n",
        b"geen kop, alleen tekst\r\n",
        b": : :\r\n\r\n::",
        b"Content-Type: multipart/mixed\r\n\r\ngeen grens",
        b"Content-Type: multipart/mixed; boundary=\"\"\r\n\r\n--\r\n\r\n--\r\n----\r\n",
        b"Content-Transfer-Encoding: base64\r\n\r\n!!!!\r\n",
        b"Content-Type: text/plain; charset=\"x-bestaat-niet\"\r\n\r\n\xff\xfe\x80\r\n",
    ] {
        w.arrives(&w.stranger.address, raw).await;
    }
    and_the_next_request_still_works(&w).await;
    w.letters(&w.staff).await;
    w.done().await;
}

#[tokio::test]
async fn a_request_without_a_sender_reaches_staff() {
    let w = World::new("no-from").await;
    let raw = format!("To: {}\r\nSubject: Verzoek\r\n\r\n{ACCESS}\r\n", w.ours.address);
    w.arrives("", raw.as_bytes()).await;
    let raw = format!("To: {}\r\nSubject: Verzoek twee\r\n\r\n{ACCESS}\r\n", w.ours.address);
    w.arrives(&w.jan.address, raw.as_bytes()).await;
    and_the_next_request_still_works(&w).await;
    w.letter_to(&w.staff).await.subject_has("Bekijken");
    w.nothing_else().await;
    w.done().await;
}

#[tokio::test]
async fn thirty_megabytes() {
    let w = World::new("large").await;
    let film = vec![0x5a; 22_000_000];
    w.writes(Mail::from(&w.baker).proven().says(ACCESS).attaches("film.bin", "application/octet-stream", &film)).await;
    and_the_next_request_still_works(&w).await;
    w.letter_to(&w.baker).await.has("06-55501002");
    w.nothing_else().await;
    w.done().await;
}

#[tokio::test]
async fn larger_than_we_read() {
    let w = World::set_up("too-large").more("[limits]\nmessage_size = \"1 MB\"\n").open().await;
    let film = vec![0x5a; 3_000_000];
    w.writes(Mail::from(&w.baker).proven().says(ACCESS).attaches("film.bin", "application/octet-stream", &film)).await;
    and_the_next_request_still_works(&w).await;
    // Headers and the first text are read; people decide.
    w.letter_to(&w.staff).await.subject_has("Bekijken: 1 mail");
    w.nothing_else().await;
    w.done().await;
}

#[tokio::test]
async fn ten_thousand_parts() {
    let w = World::new("parts").await;
    let parts = |kind: &str, words: &str| {
        let mut body = format!("--x\r\nContent-Type: text/plain\r\n\r\n{words}\r\n");
        for n in 0..10_000 {
            write!(body, "--x\r\nContent-Type: {kind}\r\n\r\ndeel {n}\r\n").unwrap();
        }
        body + "--x--\r\n"
    };
    let mail = |from, kind: &str, words: &str| {
        Mail::from(from).content_type("multipart/mixed; boundary=x").says(&parts(kind, words))
    };
    w.writes(mail(&w.stranger, "text/plain", "hallo")).await;
    w.writes(mail(&w.baker, "application/pdf; name=x.pdf", ACCESS).proven()).await;
    w.writes(mail(&w.lost, "text/plain", ACCESS).proven()).await;
    and_the_next_request_still_works(&w).await;
    w.letter_to(&w.baker).await.has("06-55501002");
    w.returned(&w.lost).await;
    w.run().await;
    w.letters(&w.staff).await;
    w.nothing_else().await;
    w.done().await;
}

#[tokio::test]
async fn nested_two_hundred_deep() {
    let w = World::new("nested").await;
    let nested = |words: &str| {
        let mut body = String::new();
        for n in 0..200 {
            write!(body, "--g{n}\r\nContent-Type: multipart/mixed; boundary=g{}\r\n\r\n", n + 1).unwrap();
        }
        write!(body, "--g200\r\nContent-Type: text/plain\r\n\r\n{words}\r\n--g200--\r\n").unwrap();
        body
    };
    let mail = |from, words: &str| Mail::from(from).content_type("multipart/mixed; boundary=g0").says(&nested(words));
    w.writes(mail(&w.stranger, "hallo")).await;
    w.writes(mail(&w.baker, ACCESS).proven()).await;
    // And messages within messages.
    let within = "Content-Type: message/rfc822\r\n\r\n".repeat(200);
    w.writes(Mail::from(&w.stranger).content_type("message/rfc822").says(&within)).await;
    and_the_next_request_still_works(&w).await;
    // As deep as we read it is answered; deeper it is for people. It is not passed over.
    let answered = w.letters(&w.baker).await.len();
    let looked_at = w.letters(&w.staff).await.len();
    assert_eq!((answered, looked_at), (1, 0));
    w.nothing_else().await;
    w.done().await;
}

#[tokio::test]
async fn long_lines_long_headers_and_many_tokens() {
    let w = World::new("long").await;
    let long = "a".repeat(60_000);
    let refs = (0..2_000).fold(String::new(), |mut refs, n| {
        write!(refs, "<pl-{:032}@x.test>\r\n ", n).unwrap();
        refs
    });
    for mail in [
        Mail::from(&w.stranger).subject(&long).says(ACCESS),
        Mail::from(&w.stranger).says(&format!("{long}\r\n{ACCESS}")),
        Mail::from(&w.stranger).field("References", refs.trim_end()).says("hallo"),
        Mail::from(&w.stranger).says(&"> ".repeat(100_000)),
        Mail::from(&w.stranger).html(&"<div>".repeat(50_000)).says("hallo"),
    ] {
        w.writes(mail).await;
    }
    and_the_next_request_still_works(&w).await;
    w.letters(&w.staff).await;
    w.letters(&w.stranger).await;
    w.nothing_else().await;
    w.done().await;
}
