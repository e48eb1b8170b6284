//! Forms of the checkout: what browsers send, checked into what the steps keep.

use accounts::addresses::AddressForm;
use kit::address::Address;
use kit::email::Email;
use kit::text::one_line;
use kit::{Lang, Money, tr};
use platform::web::form::FieldErrors;
use serde::Deserialize;
use uuid::Uuid;

use super::model::Checkout;

/// Step 1. The names of the billing fields begin with `b_`.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub struct ContactForm {
    pub email: String,
    pub phone: String,
    /// A saved address of the customer; empty for the one typed below.
    pub saved: String,
    pub name: String,
    pub company: String,
    pub line1: String,
    pub line2: String,
    pub postal_code: String,
    pub city: String,
    pub region: String,
    pub country: String,
    /// "Keep this address in my book".
    pub keep: String,
    pub other_billing: String,
    pub b_name: String,
    pub b_company: String,
    pub b_line1: String,
    pub b_line2: String,
    pub b_postal_code: String,
    pub b_city: String,
    pub b_region: String,
    pub b_country: String,
}

/// A complete step 1.
#[derive(Debug, PartialEq, Eq)]
pub struct Contact {
    pub email: Email,
    pub phone: String,
    pub shipping: Address,
    pub billing: Option<Address>,
}

impl ContactForm {
    /// What the cart knows already, so that going back loses nothing.
    pub fn of(checkout: &Checkout) -> ContactForm {
        let cart = &checkout.cart;
        let mut form = ContactForm {
            email: cart.email.clone().unwrap_or_default(),
            phone: cart.phone.clone(),
            ..ContactForm::default()
        };
        if let Some(a) = checkout.address() {
            form.set_shipping(a);
        }
        if checkout.bills_elsewhere()
            && let Some(b) = checkout.billing().cloned()
        {
            form.other_billing = "1".into();
            (form.b_name, form.b_company, form.b_line1, form.b_line2) = (b.name, b.company, b.line1, b.line2);
            (form.b_postal_code, form.b_city, form.b_region, form.b_country) =
                (b.postal_code, b.city, b.region, b.country);
        }
        form
    }

    pub fn set_shipping(&mut self, a: &Address) {
        let a = a.clone();
        (self.name, self.company, self.line1, self.line2) = (a.name, a.company, a.line1, a.line2);
        (self.postal_code, self.city, self.region, self.country) =
            (a.postal_code, a.city, a.region, a.country);
    }

    pub fn shipping_form(&self) -> AddressForm {
        AddressForm {
            name: self.name.clone(),
            company: self.company.clone(),
            line1: self.line1.clone(),
            line2: self.line2.clone(),
            postal_code: self.postal_code.clone(),
            city: self.city.clone(),
            region: self.region.clone(),
            country: self.country.clone(),
            default: String::new(),
        }
    }

    pub fn billing_form(&self) -> AddressForm {
        AddressForm {
            name: self.b_name.clone(),
            company: self.b_company.clone(),
            line1: self.b_line1.clone(),
            line2: self.b_line2.clone(),
            postal_code: self.b_postal_code.clone(),
            city: self.b_city.clone(),
            region: self.b_region.clone(),
            country: self.b_country.clone(),
            default: String::new(),
        }
    }

    /// `saved` is the address that was chosen from the book, if one was.
    pub fn check(&self, lang: Lang, saved: Option<Address>) -> Result<Contact, FieldErrors> {
        let mut errors = FieldErrors::default();
        let email = self.email.parse::<Email>().ok();
        if email.is_none() {
            errors.add("email", tr!(lang, "sales.error.email"));
        }
        let phone = one_line(&self.phone, 40);
        if !phone.is_empty() && !is_phone(&phone) {
            errors.add("phone", tr!(lang, "sales.error.phone"));
        }
        let shipping = match saved {
            Some(address) => Some(address),
            None => taken(self.shipping_form().check(lang), &mut errors, |field| field),
        };
        let billing = match self.other_billing.as_str() {
            "" => None,
            _ => taken(self.billing_form().check(lang), &mut errors, billing_field),
        };
        match (email, shipping) {
            (Some(email), Some(shipping)) if errors.is_empty() => {
                Ok(Contact { email, phone, shipping, billing })
            }
            _ => Err(errors),
        }
    }
}

/// The address, or its errors under the names of this form.
fn taken(
    checked: Result<Address, FieldErrors>,
    errors: &mut FieldErrors,
    name: fn(&'static str) -> &'static str,
) -> Option<Address> {
    match checked {
        Ok(address) => Some(address),
        Err(found) => {
            for (field, text) in found.iter() {
                errors.add(name(field), text);
            }
            None
        }
    }
}

fn billing_field(field: &'static str) -> &'static str {
    match field {
        "name" => "b_name",
        "line1" => "b_line1",
        "postal_code" => "b_postal_code",
        "city" => "b_city",
        "region" => "b_region",
        "country" => "b_country",
        other => other,
    }
}

/// Digits with the marks people put between them; 6 to 15 of them.
fn is_phone(s: &str) -> bool {
    let digits = s.chars().filter(char::is_ascii_digit).count();
    (6..=15).contains(&digits) && s.chars().all(|c| c.is_ascii_digit() || " +.-()/".contains(c))
}

/// Steps 2 and 3: one choice.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct ChoiceForm {
    pub method: String,
}

/// Step 4: the button.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct ReviewForm {
    pub key: String,
    pub version: String,
    /// Cents, as shown.
    pub total: String,
    pub terms: String,
    /// "Go on with what is left", from the page that says what is short.
    pub adjust: String,
}

/// What was seen when the button was pressed.
#[derive(Debug, PartialEq, Eq)]
pub struct Seen {
    pub key: Uuid,
    pub version: i32,
    pub total: Money,
}

impl ReviewForm {
    /// `None` for a form that is not ours.
    pub fn seen(&self) -> Option<Seen> {
        let key = Uuid::try_parse(&self.key).ok()?;
        let version = self.version.parse().ok()?;
        let total = Money::cents(self.total.parse().ok()?);
        Some(Seen { key, version, total })
    }

    pub fn accepts_terms(&self) -> bool {
        self.terms == "1"
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn good() -> ContactForm {
        ContactForm {
            email: "nadia@exemple.fr".into(),
            name: "Nadia Benali".into(),
            line1: "3 rue des Lilas".into(),
            postal_code: "69 007".into(),
            city: "Lyon".into(),
            country: "FR".into(),
            ..ContactForm::default()
        }
    }

    #[test]
    fn a_contact_needs_an_address_that_its_country_knows() {
        let contact = good().check(Lang::Fr, None).unwrap();
        assert_eq!(contact.shipping.postal_code, "69007");
        assert_eq!(contact.billing, None);
        let mut wrong = good();
        wrong.postal_code = "6900".into();
        wrong.email = "a@b.fr\r\nBcc: c@d.fr".into();
        let errors = wrong.check(Lang::Fr, None).unwrap_err();
        assert!(errors.of("postal_code").is_some() && errors.of("email").is_some());
    }

    #[test]
    fn billing_elsewhere_has_its_own_fields_and_errors() {
        let mut form = good();
        form.other_billing = "1".into();
        form.b_country = "BE".into();
        let errors = form.check(Lang::En, None).unwrap_err();
        assert!(errors.of("b_line1").is_some() && errors.of("b_postal_code").is_some());
        assert!(errors.of("line1").is_none());
    }

    #[test]
    fn a_review_form_that_was_tampered_with_is_not_read() {
        let form = |total: &str, version: &str| ReviewForm {
            key: Uuid::nil().to_string(),
            total: total.into(),
            version: version.into(),
            ..ReviewForm::default()
        };
        assert!(form("1000", "3").seen().is_some());
        for (total, version) in [("", "1"), ("1e3", "1"), ("10", "x"), ("99999999999999999999", "1")] {
            assert!(form(total, version).seen().is_none(), "{total} {version}");
        }
    }
}
