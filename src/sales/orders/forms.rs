//! Forms about orders.

use kit::email::Email;
use kit::{Lang, tr};
use platform::web::form::FieldErrors;
use serde::Deserialize;

/// "Where is my order?" for whoever knows its number and its e-mail address.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct TrackingForm {
    pub number: String,
    pub email: String,
}

/// A number as printed on the confirmation and an address.
#[derive(Debug, PartialEq, Eq)]
pub struct Lookup {
    pub number: String,
    pub email: Email,
}

impl TrackingForm {
    pub fn check(&self, lang: Lang) -> Result<Lookup, FieldErrors> {
        let mut errors = FieldErrors::default();
        let number = normal_number(&self.number);
        if number.is_none() {
            errors.add("number", tr!(lang, "sales.tracking.bad_number"));
        }
        let email = self.email.parse::<Email>().ok();
        if email.is_none() {
            errors.add("email", tr!(lang, "sales.error.email"));
        }
        match (number, email) {
            (Some(number), Some(email)) => Ok(Lookup { number, email }),
            _ => Err(errors),
        }
    }
}

/// `sm 48213`, `SM-48213` and `48213` are the same number.
fn normal_number(input: &str) -> Option<String> {
    let s: String =
        input.chars().filter(|c| !c.is_whitespace() && *c != '-').collect::<String>().to_uppercase();
    let digits = s.strip_prefix("SM").unwrap_or(&s);
    let fine = (1..=12).contains(&digits.len()) && digits.bytes().all(|b| b.is_ascii_digit());
    fine.then(|| format!("SM-{digits}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_read_as_people_type_them() {
        for good in ["SM-48213", "sm48213", " 48213 ", "SM 48213"] {
            assert_eq!(normal_number(good).as_deref(), Some("SM-48213"), "{good}");
        }
        for bad in ["", "SM-", "48a", "٣٤", "1234567890123"] {
            assert_eq!(normal_number(bad), None, "{bad}");
        }
    }
}
