//! Forms of the accounts: what browsers send, checked into what use cases take.

use std::ops::RangeInclusive;

use kit::address::{self, Address};
use kit::email::Email;
use kit::text::one_line;
use kit::{Lang, tr};
use platform::web::form::FieldErrors;
use serde::Deserialize;

/// Characters of a password. Nothing else is asked of it: length is what counts.
pub const PASSWORD_LENGTH: RangeInclusive<usize> = 12..=128;

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct SignInForm {
    pub email: String,
    pub password: String,
    pub next: String,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct RegisterForm {
    pub name: String,
    pub email: String,
    pub password: String,
    pub next: String,
}

pub struct Registration {
    pub name: String,
    pub email: Email,
    pub password: String,
}

impl RegisterForm {
    pub fn check(&self, lang: Lang) -> Result<Registration, FieldErrors> {
        let mut errors = FieldErrors::default();
        let name = required(lang, &mut errors, "name", &self.name, 100);
        let email = email(lang, &mut errors, &self.email);
        check_password(lang, &mut errors, "password", &self.password);
        match (errors.is_empty(), email) {
            (true, Some(email)) => Ok(Registration { name, email, password: self.password.clone() }),
            _ => Err(errors),
        }
    }
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct ForgotForm {
    pub email: String,
}

impl ForgotForm {
    pub fn check(&self, lang: Lang) -> Result<Email, FieldErrors> {
        let mut errors = FieldErrors::default();
        email(lang, &mut errors, &self.email).ok_or(errors)
    }
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct ResetForm {
    pub jeton: String,
    pub password: String,
}

impl ResetForm {
    pub fn check(&self, lang: Lang) -> FieldErrors {
        let mut errors = FieldErrors::default();
        check_password(lang, &mut errors, "password", &self.password);
        errors
    }
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct TokenForm {
    pub jeton: String,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct ProfileForm {
    pub name: String,
    pub phone: String,
    pub lang: String,
}

pub struct Profile {
    pub name: String,
    pub phone: String,
    pub lang: Lang,
}

impl ProfileForm {
    pub fn check(&self, lang: Lang) -> Result<Profile, FieldErrors> {
        let mut errors = FieldErrors::default();
        let name = required(lang, &mut errors, "name", &self.name, 100);
        let phone = one_line(&self.phone, 40);
        if !phone.is_empty() && !is_phone(&phone) {
            errors.add("phone", tr!(lang, "accounts.error.phone"));
        }
        let chosen = self.lang.parse::<Lang>();
        if chosen.is_err() {
            errors.add("lang", tr!(lang, "accounts.error.lang"));
        }
        if errors.is_empty() {
            Ok(Profile { name, phone, lang: chosen.unwrap_or(lang) })
        } else {
            Err(errors)
        }
    }
}

/// Digits with the marks people put between them; 6 to 15 of them.
fn is_phone(s: &str) -> bool {
    let digits = s.chars().filter(char::is_ascii_digit).count();
    (6..=15).contains(&digits) && s.chars().all(|c| c.is_ascii_digit() || " +.-()/".contains(c))
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct PasswordForm {
    pub present: String,
    pub password: String,
}

pub struct PasswordChange {
    pub present: String,
    pub new: String,
}

impl PasswordForm {
    pub fn check(&self, lang: Lang) -> Result<PasswordChange, FieldErrors> {
        let mut errors = FieldErrors::default();
        if self.present.is_empty() || self.present.chars().count() > *PASSWORD_LENGTH.end() {
            errors.add("present", tr!(lang, "accounts.error.present_password"));
        }
        check_password(lang, &mut errors, "password", &self.password);
        if errors.is_empty() {
            Ok(PasswordChange { present: self.present.clone(), new: self.password.clone() })
        } else {
            Err(errors)
        }
    }
}

/// A postal address as typed; names of the inputs are those of [`Address`].
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub struct AddressForm {
    pub name: String,
    pub company: String,
    pub line1: String,
    pub line2: String,
    pub postal_code: String,
    pub city: String,
    pub region: String,
    pub country: String,
    /// The tick box "use as default".
    pub default: String,
}

impl From<&Address> for AddressForm {
    fn from(a: &Address) -> AddressForm {
        let a = a.clone();
        AddressForm {
            name: a.name,
            company: a.company,
            line1: a.line1,
            line2: a.line2,
            postal_code: a.postal_code,
            city: a.city,
            region: a.region,
            country: a.country,
            default: String::new(),
        }
    }
}

impl AddressForm {
    /// The address by the rules of its country.
    pub fn check(&self, lang: Lang) -> Result<Address, FieldErrors> {
        let mut errors = FieldErrors::default();
        let name = required(lang, &mut errors, "name", &self.name, 100);
        let line1 = required(lang, &mut errors, "line1", &self.line1, 120);
        let city = required(lang, &mut errors, "city", &self.city, 80);
        let mut postal_code = String::new();
        let mut region = String::new();
        match address::country(&self.country) {
            None => errors.add("country", tr!(lang, "accounts.error.country")),
            Some(country) => {
                match country.normal_postal_code(&self.postal_code) {
                    Some(code) => postal_code = code,
                    None => {
                        let text = tr!(
                            lang,
                            "accounts.error.postal_code",
                            country = country.name(lang),
                            example = country.postal_example
                        );
                        errors.add("postal_code", text);
                    }
                }
                if country.has_region {
                    region = one_line(&self.region, 80);
                }
            }
        }
        if !errors.is_empty() {
            return Err(errors);
        }
        let (company, line2) = (one_line(&self.company, 100), one_line(&self.line2, 120));
        Ok(Address { name, company, line1, line2, postal_code, city, region, country: self.country.clone() })
    }
}

fn required(lang: Lang, errors: &mut FieldErrors, field: &'static str, value: &str, max: usize) -> String {
    let clean = one_line(value, max);
    if clean.is_empty() {
        let text = match field {
            "name" => tr!(lang, "accounts.error.name"),
            "line1" => tr!(lang, "accounts.error.line1"),
            "city" => tr!(lang, "accounts.error.city"),
            _ => tr!(lang, "accounts.error.required"),
        };
        errors.add(field, text);
    }
    clean
}

fn email(lang: Lang, errors: &mut FieldErrors, value: &str) -> Option<Email> {
    let parsed = value.parse::<Email>().ok();
    if parsed.is_none() {
        errors.add("email", tr!(lang, "accounts.error.email"));
    }
    parsed
}

fn check_password(lang: Lang, errors: &mut FieldErrors, field: &'static str, value: &str) {
    let n = value.chars().take(*PASSWORD_LENGTH.end() + 1).count();
    if n < *PASSWORD_LENGTH.start() {
        errors.add(field, tr!(lang, "accounts.error.password_short"));
    } else if n > *PASSWORD_LENGTH.end() {
        errors.add(field, tr!(lang, "accounts.error.password_long"));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn address(country: &str, postal_code: &str) -> AddressForm {
        AddressForm {
            name: "Nadia Benali".into(),
            line1: "3 rue des Lilas".into(),
            city: "Lyon".into(),
            country: country.into(),
            postal_code: postal_code.into(),
            region: "Rhône".into(),
            ..AddressForm::default()
        }
    }

    #[test]
    fn passwords_count_characters_not_bytes() {
        for (password, fine) in [("é".repeat(12), true), ("é".repeat(11), false), ("x".repeat(129), false)]
        {
            let form = RegisterForm {
                name: "N".into(),
                email: "n@exemple.fr".into(),
                password,
                next: String::new(),
            };
            assert_eq!(form.check(Lang::Fr).is_ok(), fine, "{}", form.password);
        }
    }

    #[test]
    fn addresses_follow_their_country() {
        assert_eq!(address("FR", "69 007").check(Lang::Fr).unwrap().region, "");
        assert_eq!(address("ES", "28013").check(Lang::Fr).unwrap().region, "Rhône");
        assert!(address("FR", "123").check(Lang::Fr).unwrap_err().of("postal_code").is_some());
        assert!(address("US", "12345").check(Lang::Fr).unwrap_err().of("country").is_some());
    }

    #[test]
    fn phones_are_digits_with_marks() {
        assert!(is_phone("+33 6 12 34 56 78"));
        assert!(!is_phone("06"));
        assert!(!is_phone("javascript:1"));
    }
}
