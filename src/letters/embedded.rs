//! The templates as they come with the program.

/// Subject, text and HTML of each letter, and the parts that they share.
macro_rules! templates {
    (letters: $($letter:literal)*; shared: $($shared:literal)*) => {
        /// Name (`ask_identity/nl/text`) and content of every template.
        pub(super) const FILES: &[(&str, &str)] = &[
            $(
                file!(@ $letter "/nl/subject"), file!(@ $letter "/nl/text"), file!(@ $letter "/nl/html"),
                file!(@ $letter "/en/subject"), file!(@ $letter "/en/text"), file!(@ $letter "/en/html"),
            )*
            $(file!(@ $shared ""),)*
        ];
    };
}

/// One file: its name and its content.
macro_rules! file {
    (@ $folder:literal $part:literal) => {
        (concat!($folder, $part), include_str!(concat!(env!("CARGO_MANIFEST_DIR"), "/templates/", $folder, $part)))
    };
}

templates! {
    letters:
        "access_answer" "acknowledgement" "address_added" "ask_confirmation" "ask_identity" "closed" "complaint_answer" "done"
        "extension" "identity_reminder" "objection_recorded" "owner_notice" "question" "refusal" "repeat_note"
        "staff_alert" "staff_case" "staff_confirmation" "staff_help" "staff_paused" "staff_review" "staff_status";
    shared:
        "layout/html"
        "layout/nl/text" "layout/nl/html" "layout/en/text" "layout/en/html"
        "staff_layout/nl/text" "staff_layout/nl/html" "staff_layout/en/text" "staff_layout/en/html"
        "authority/nl/text" "authority/nl/html" "authority/en/text" "authority/en/html"
}
