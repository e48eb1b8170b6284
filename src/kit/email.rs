//! An e-mail address, checked for shape only: whether it exists is for a mail to find out.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

/// One address, trimmed, at most 254 bytes, without control characters, spaces, quotes or a second `@`.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Email(String);

#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("not an e-mail address")]
pub struct NotAnEmail;

impl Email {
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl FromStr for Email {
    type Err = NotAnEmail;

    fn from_str(s: &str) -> Result<Email, NotAnEmail> {
        let s = s.trim();
        let (local, domain) = s.split_once('@').ok_or(NotAnEmail)?;
        let bad = |c: char| c.is_control() || c.is_whitespace() || "\"(),:;<>[]\\@".contains(c);
        let label = |l: &str| {
            !l.is_empty()
                && l.len() <= 63
                && !l.starts_with('-')
                && !l.ends_with('-')
                && l.chars().all(|c| c.is_alphanumeric() || c == '-')
        };
        let fine = !local.is_empty()
            && local.len() <= 64
            && s.len() <= 254
            && !local.chars().any(bad)
            && !local.starts_with('.')
            && !local.ends_with('.')
            && !local.contains("..")
            && domain.contains('.')
            && domain.split('.').all(label);
        if fine { Ok(Email(s.to_string())) } else { Err(NotAnEmail) }
    }
}

impl TryFrom<String> for Email {
    type Error = NotAnEmail;
    fn try_from(s: String) -> Result<Email, NotAnEmail> {
        s.parse()
    }
}

impl From<Email> for String {
    fn from(e: Email) -> String {
        e.0
    }
}

impl fmt::Display for Email {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_that_could_smuggle_a_header_or_a_second_recipient_are_refused() {
        for bad in [
            "",
            "a",
            "a@b",
            "a@b.fr,c@d.fr",
            "a@b.fr\r\nBcc: x@y.fr",
            "a b@c.fr",
            "\"a\"@b.fr",
            "a@@b.fr",
            "@b.fr",
            "a@-b.fr",
        ] {
            assert!(bad.parse::<Email>().is_err(), "{bad:?} was taken");
        }
        for good in ["nadia@exemple.fr", " o.b+tri@mail.exemple.co.uk ", "élodie@exémple.fr"] {
            assert!(good.parse::<Email>().is_ok(), "{good:?} was refused");
        }
    }
}
