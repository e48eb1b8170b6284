//! A checkout under way: the cart with its address, delivery and payment, priced. Without I/O.

use std::collections::HashMap;

use kit::address::Address;
use kit::{Lang, Money, urls};
use sqlx::types::Json;
use uuid::Uuid;

use super::totals::{TooMuch, Totals};
use crate::cart::{self, Line};
use crate::payments;
use crate::shipping::ShippingOption;

/// The cart's row.
#[derive(Debug, Clone)]
pub struct CartRow {
    pub id: i64,
    pub version: i32,
    pub user_id: Option<i64>,
    pub email: Option<String>,
    pub phone: String,
    pub shipping_address: Option<Json<Address>>,
    pub billing_address: Option<Json<Address>>,
    pub shipping_method: Option<String>,
    pub payment_method: Option<String>,
    pub key: Uuid,
    pub completed: bool,
}

/// A step of the checkout, in order.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Step {
    Address,
    Delivery,
    Payment,
    Review,
}

impl Step {
    pub const ALL: [Step; 4] = [Step::Address, Step::Delivery, Step::Payment, Step::Review];

    pub fn url(self, lang: Lang) -> &'static str {
        match self {
            Step::Address => urls::checkout_address(lang),
            Step::Delivery => urls::checkout_delivery(lang),
            Step::Payment => urls::checkout_payment(lang),
            Step::Review => urls::checkout_review(lang),
        }
    }
}

/// A cart with everything that its order would be made of.
#[derive(Debug, Clone)]
pub struct Checkout {
    pub cart: CartRow,
    pub lines: Vec<Line>,
    /// Ways to deliver to the address; empty without one, or when nothing reaches it.
    pub options: Vec<ShippingOption>,
    /// VAT in basis points by class, in the country of delivery.
    pub tax_rates: HashMap<String, i32>,
}

/// VAT where the table of rates has no line: the French standard rate.
const STANDARD_BP: i32 = 2_000;

impl Checkout {
    pub fn address(&self) -> Option<&Address> {
        self.cart.shipping_address.as_ref().map(|a| &a.0)
    }

    pub fn billing(&self) -> Option<&Address> {
        self.cart.billing_address.as_ref().map(|a| &a.0).or_else(|| self.address())
    }

    /// Billing and delivery go to two places.
    pub fn bills_elsewhere(&self) -> bool {
        self.cart.billing_address.as_ref().is_some_and(|b| Some(&b.0) != self.address())
    }

    pub fn items(&self) -> Money {
        cart::items(&self.lines)
    }

    /// The chosen way to deliver, as long as it reaches the address with this weight.
    pub fn shipping(&self) -> Option<&ShippingOption> {
        let code = self.cart.shipping_method.as_deref()?;
        self.options.iter().find(|o| o.method.code == code)
    }

    /// Ways to pay for the chosen delivery.
    pub fn payments(&self) -> Vec<payments::Method> {
        let (Some(address), Some(shipping)) = (self.address(), self.shipping()) else { return Vec::new() };
        payments::allowed(&address.country, &shipping.method.code, self.items() + shipping.price)
    }

    /// The chosen way to pay, as long as it is still offered.
    pub fn payment(&self) -> Option<payments::Method> {
        let method = payments::Method::of_code(self.cart.payment_method.as_deref()?)?;
        self.payments().contains(&method).then_some(method)
    }

    /// The first step that is not complete: everything after it is closed.
    pub fn open_step(&self) -> Step {
        if self.cart.email.is_none() || self.cart.shipping_address.is_none() {
            Step::Address
        } else if self.shipping().is_none() {
            Step::Delivery
        } else if self.payment().is_none() {
            Step::Payment
        } else {
            Step::Review
        }
    }

    fn tax_bp(&self, class: &str) -> i32 {
        self.tax_rates.get(class).copied().unwrap_or(STANDARD_BP)
    }

    /// The sums, with the delivery chosen so far.
    pub fn totals(&self) -> Result<Totals, TooMuch> {
        let lines: Vec<(Money, i32, i32)> = self
            .lines
            .iter()
            .map(|l| (l.offer.price(), l.quantity, self.tax_bp(&l.offer.tax_class)))
            .collect();
        let shipping = self.shipping().map_or(Money::ZERO, |s| s.price);
        Totals::of(&lines, shipping, self.tax_bp("standard"))
    }

    /// Lines of which there are fewer than wanted.
    pub fn short(&self) -> Vec<Short> {
        self.lines.iter().filter(|l| l.short()).map(Short::of).collect()
    }
}

/// An article that cannot be had in the number wanted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Short {
    pub variant_id: i64,
    pub title: String,
    pub options: String,
    pub wanted: i32,
    pub left: i32,
}

impl Short {
    pub fn of(line: &Line) -> Short {
        Short {
            variant_id: line.offer.variant_id,
            title: line.offer.title.clone(),
            options: line.offer.options.clone(),
            wanted: line.quantity,
            left: line.available().min(line.quantity),
        }
    }
}
