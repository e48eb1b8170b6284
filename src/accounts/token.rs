//! Tokens in mails: 256 random bits in the link, their SHA-256 in the table.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use sha2::{Digest, Sha256};

/// What a token is for; one made for one thing is nothing for another.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Purpose {
    VerifyEmail,
    ResetPassword,
}

impl Purpose {
    pub const fn code(self) -> &'static str {
        match self {
            Purpose::VerifyEmail => "verify_email",
            Purpose::ResetPassword => "reset_password",
        }
    }

    /// How long the link works.
    pub const fn seconds(self) -> f64 {
        match self {
            Purpose::VerifyEmail => 7.0 * 86_400.0,
            Purpose::ResetPassword => 3_600.0,
        }
    }
}

/// A token and what the table keeps of it.
pub struct Token {
    pub text: String,
    pub hash: Vec<u8>,
}

impl Token {
    pub fn new() -> Token {
        let bytes: [u8; 32] = rand::random();
        let text = URL_SAFE_NO_PAD.encode(bytes);
        Token { hash: hash(&text), text }
    }
}

/// What is looked up in the table.
pub fn hash(text: &str) -> Vec<u8> {
    Sha256::digest(text.as_bytes()).to_vec()
}

/// Whether this can be one of our tokens at all: 43 characters of URL-safe base64.
pub fn is_plausible(text: &str) -> bool {
    text.len() == 43 && text.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-' || b == b'_')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tokens_are_long_different_and_fit_an_address() {
        let (a, b) = (Token::new(), Token::new());
        assert_ne!(a.text, b.text);
        assert!(is_plausible(&a.text));
        assert_eq!(a.hash, hash(&a.text));
        assert!(!is_plausible(&a.text[1..]));
        assert!(!is_plausible(&format!("{}=", &a.text[1..])));
    }
}
