//! "Which data do you have about me?" Policy §2, the row *access*.

use crate::world::{Mail, World};

const ASK: &str = "Goedemorgen,\n\nGraag ontvang ik inzage in alle persoonsgegevens die jullie van mij verwerken.\n\nMet vriendelijke groet,\nJan";

#[tokio::test]
async fn a_proven_customer_gets_the_data_at_once() {
    let w = World::new("access-proven").await;
    let mail = w.writes(Mail::from(&w.jan).proven().subject("Mijn gegevens").says(ASK)).await;
    w.run().await;
    let letter = w.letter_to(&w.jan).await;
    letter.has("K-1001").has("06-55501001").answers(&mail).lacks("K-1002");
    let json: serde_json::Value = serde_json::from_slice(letter.attachment("gegevens.json")).unwrap();
    assert!(json.to_string().contains("06-55501001"));
    letter.attachment("gegevens.csv");
    w.nothing_to(&w.staff).await;
    assert_eq!(w.states().await, ["access: answered"]);
    assert_eq!(w.case_folder().await.len(), 1);
    assert!(w.inbox().await.is_empty());
    w.done().await;
}
