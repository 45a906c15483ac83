//! (stub)
#![allow(missing_docs)]
#[derive(Debug)]
pub struct OwnWords {
    pub own: String,
    pub quoted: String,
}
pub fn split(text: &str) -> OwnWords {
    OwnWords { own: text.to_owned(), quoted: String::new() }
}
