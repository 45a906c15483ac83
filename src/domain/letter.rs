//! An outgoing mail as the letters make it: words and files, no envelope.

/// Subject, both bodies and files. The reference, token line and headers are added by the postman.
#[derive(Clone, PartialEq, Eq)]
pub struct Letter {
    /// One line, without the reference.
    pub subject: String,
    /// The plain text body, `\n` line ends.
    pub text: String,
    /// The HTML body: a whole document, nothing loaded from elsewhere.
    pub html: String,
    /// Files to attach.
    pub files: Vec<File>,
}

/// A file to attach.
#[derive(Clone, PartialEq, Eq)]
pub struct File {
    /// The name the reader sees: ASCII, chosen by us.
    pub name: String,
    /// `type/subtype; charset=…`
    pub content_type: &'static str,
    /// The bytes.
    pub content: Vec<u8>,
}

/// A letter is personal: only its size is printed.
impl std::fmt::Debug for Letter {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Letter({} characters, {} files)", self.text.len(), self.files.len())
    }
}

/// Only name and size are printed.
impl std::fmt::Debug for File {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "File({}, {} bytes)", self.name, self.content.len())
    }
}
