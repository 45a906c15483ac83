//! The checks that every story makes without saying so can fail.

use crate::words::{ACCESS, ORDINARY};
use crate::world::{Mail, World};

#[tokio::test]
#[should_panic(expected = "the data of K-1001 went to")]
async fn data_that_goes_to_somebody_the_story_did_not_allow_is_noticed() {
    let w = World::new("harness-data").await;
    let thief = w.somebody("dief", "onbekend.test");
    // As a wrong line in customers.csv would do it: to the program, the thief is an owner from the first day.
    w.edit_customers(|text| text.replace(&w.jan.address, &thief.address));
    w.writes(Mail::from(&thief).proven().says(ACCESS)).await;
    w.run().await;
    w.letter_to(&thief).await;
}

#[tokio::test]
#[should_panic(expected = "unexpected letters")]
async fn a_letter_that_nobody_read_is_noticed() {
    let w = World::new("harness-unread").await;
    w.writes(Mail::from(&w.jan).proven().says(ACCESS)).await;
    w.run().await;
    w.done().await;
}

#[tokio::test]
#[should_panic(expected = "a second run does something")]
async fn a_mail_that_nobody_handled_is_noticed() {
    let w = World::new("harness-unhandled").await;
    w.writes(Mail::from(&w.jan).proven().says(ORDINARY)).await;
    w.run().await;
    w.writes(Mail::from(&w.stranger).says(ACCESS)).await;
    w.done().await;
}

#[tokio::test]
#[should_panic(expected = "a story ends with done()")]
async fn a_story_without_an_end_is_noticed() {
    let w = World::new("harness-end").await;
    w.writes(Mail::from(&w.jan).says(ORDINARY)).await;
    w.run().await;
}
