//! How fast mails are understood: `cargo bench --bench classify`.
//!
//! Mails of some 2 KB are made of the labelled ones, and the time to read them (MIME) is measured beside the time to
//! read and classify them, in the same run. Then hostile texts of 1 MB, and twice that: work must grow with the size and
//! no faster. Figures are printed, never asserted: a busy machine is no bug.
#![expect(
    clippy::unwrap_used,
    clippy::print_stdout,
    clippy::cast_precision_loss,
    reason = "a bench for developers; a file of this repository that cannot be read ends it"
)]

use std::hint::black_box;
use std::time::{Duration, Instant};

use privacyloket::intake;
use privacyloket::mail;
use privacyloket::rules::classify::{Hints, classify};

/// Size that a mail is filled up to, with the fields that real ones carry.
const SIZE: usize = 2048;
/// Rounds; the best one counts, for the others were disturbed.
const ROUNDS: usize = 5;

fn main() {
    let start = Instant::now();
    for text in
        ["Wis mijn gegevens", "Please delete my data", "Bitte löschen Sie meine Daten", "Effacez mes données svp"]
    {
        black_box(classify("", text, Hints::default()));
    }
    println!("start-up, all four languages: {:.1} ms; resident memory {}", millis(start.elapsed()), resident());

    let mails = mails();
    let bytes: usize = mails.iter().map(Vec::len).sum();
    println!("{} mails, {} bytes on average", mails.len(), bytes / mails.len());
    let parse = best(|| mails.iter().for_each(|raw| drop(black_box(mail::read(raw)))));
    let all = best(|| {
        for raw in &mails {
            let reading = intake::read(raw, true, raw.len() as u64);
            black_box(intake::classify_message(&reading, None));
        }
    });
    for (what, time) in [("parse alone", parse), ("parse and classify", all)] {
        let seconds = time.as_secs_f64();
        println!("{what}: {:.0} mails/s, {:.1} MB/s", mails.len() as f64 / seconds, bytes as f64 / seconds / 1e6);
    }
    println!("ratio: {:.1} times parsing alone", all.as_secs_f64() / parse.as_secs_f64());

    let address = "klant1234@voorbeeld.example, ";
    for (what, piece) in [
        ("letter a", "a"),
        ("word", "verwijder "),
        ("nested quotes", "> > > > > wis mijn gegevens\n"),
        ("addresses", address),
        ("requests", "Verwijder al mijn gegevens en stuur me een kopie. "),
        ("accents", "é\u{300}ç "),
        ("lines", "Van: a\n"),
    ] {
        let [one, two] = [1, 2].map(|size| {
            let body = piece.repeat(size * 1_000_000 / piece.len());
            let raw = [b"From: a@b.example\r\nSubject: x\r\n\r\n", body.as_bytes()].concat();
            best(|| {
                let reading = intake::read(&raw, true, raw.len() as u64);
                black_box(intake::classify_message(&reading, None));
            })
        });
        println!(
            "1 MB of {what}: {:.0} ms; twice as much takes {:.2} times as long",
            millis(one),
            two.as_secs_f64() / one.as_secs_f64()
        );
    }
}

fn best(mut work: impl FnMut()) -> Duration {
    (0..ROUNDS)
        .map(|_| {
            let start = Instant::now();
            work();
            start.elapsed()
        })
        .min()
        .unwrap()
}

fn millis(time: Duration) -> f64 {
    time.as_secs_f64() * 1000.0
}

/// Mails of 2 KB with the text of the labelled ones; where that is too short the texts of others follow.
fn mails() -> Vec<Vec<u8>> {
    let text = std::fs::read_to_string(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/corpus/hands_c.jsonl")).unwrap();
    let lines: Vec<serde_json::Value> = text.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    let mut others = lines.iter().cycle().skip(7);
    let filled = |line: &serde_json::Value| {
        let mut mail = format!(
            "Received: from mx.voorbeeld.example (mx.voorbeeld.example [192.0.2.7]) by mail.craftcloud.nl with ESMTPS; Mon, 2 Jun 2025 10:11:12 +0200\r\n\
             DKIM-Signature: v=1; a=rsa-sha256; c=relaxed/relaxed; d=voorbeeld.example; s=s1; h=from:to:subject:date; bh={0}; b={0}{0}{0}\r\n\
             Date: Mon, 2 Jun 2025 10:11:10 +0200\r\nFrom: Klant <klant@voorbeeld.example>\r\nTo: info@craftcloud.nl\r\nMessage-ID: <1@voorbeeld.example>\r\n\
             MIME-Version: 1.0\r\nContent-Type: text/plain; charset=utf-8\r\nContent-Transfer-Encoding: 8bit\r\nSubject: {1}\r\n\r\n",
            "c2lnbmF0dXVyIHZhbiBlZW4gcHJvZ3JhbW1hIGRhdCBuaWV0IGJlc3RhYXQ",
            line["subject"].as_str().unwrap()
        );
        mail.push_str(line["body"].as_str().unwrap());
        while mail.len() < SIZE {
            mail.push_str("\r\n\r\n");
            mail.push_str(others.next().unwrap()["body"].as_str().unwrap());
        }
        mail.into_bytes()
    };
    lines.iter().map(filled).collect()
}

/// Resident memory of this process, as the system tells it.
fn resident() -> String {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:"));
    line.map_or("not told on this system", str::trim).to_owned()
}
