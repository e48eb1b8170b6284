//! Payment methods and where each is sensible, without I/O.

use chrono::{DateTime, Utc};
use kit::{Lang, Money, tr};

/// How an order is paid.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Method {
    Transfer,
    Cheque,
    CashOnDelivery,
}

/// French cheques are cashed in France and Monaco only.
const CHEQUE_COUNTRIES: [&str; 2] = ["FR", "MC"];
const CASH_COUNTRIES: [&str; 2] = ["FR", "MC"];
/// What a carrier's driver takes in cash (the law's limit is 1,000 €).
const CASH_LIMIT: Money = Money::cents(50_000);
/// Delivery methods where somebody rings at the door.
const CASH_SHIPPING: [&str; 2] = ["home", "express"];

impl Method {
    pub const ALL: [Method; 3] = [Method::Transfer, Method::Cheque, Method::CashOnDelivery];

    pub const fn code(self) -> &'static str {
        match self {
            Method::Transfer => "transfer",
            Method::Cheque => "cheque",
            Method::CashOnDelivery => "cash_on_delivery",
        }
    }

    pub fn of_code(code: &str) -> Option<Method> {
        Method::ALL.into_iter().find(|m| m.code() == code)
    }

    pub fn name(self, lang: Lang) -> String {
        match self {
            Method::Transfer => tr!(lang, "sales.payment.transfer"),
            Method::Cheque => tr!(lang, "sales.payment.cheque"),
            Method::CashOnDelivery => tr!(lang, "sales.payment.cash"),
        }
        .into_owned()
    }

    pub fn hint(self, lang: Lang) -> String {
        match self {
            Method::Transfer => tr!(lang, "sales.payment.transfer_hint"),
            Method::Cheque => tr!(lang, "sales.payment.cheque_hint"),
            Method::CashOnDelivery => tr!(lang, "sales.payment.cash_hint"),
        }
        .into_owned()
    }

    /// Whether the goods leave before the money is here.
    pub fn is_paid_after(self) -> bool {
        self == Method::CashOnDelivery
    }
}

/// The methods that make sense for an order.
pub fn allowed(country: &str, shipping: &str, total: Money) -> Vec<Method> {
    Method::ALL
        .into_iter()
        .filter(|m| match m {
            Method::Transfer => true,
            Method::Cheque => CHEQUE_COUNTRIES.contains(&country),
            Method::CashOnDelivery => {
                CASH_COUNTRIES.contains(&country) && CASH_SHIPPING.contains(&shipping) && total <= CASH_LIMIT
            }
        })
        .collect()
}

/// A row of `payments`.
#[derive(Debug, Clone)]
pub struct Payment {
    pub id: i64,
    pub method: String,
    pub amount_cents: i64,
    /// pending, captured, voided, refunded
    pub state: String,
    pub reference: String,
    pub captured_at: Option<DateTime<Utc>>,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cash_and_cheques_are_offered_only_where_they_can_be_taken() {
        use Method::{CashOnDelivery, Cheque, Transfer};
        let small = Money::cents(5_000);
        assert_eq!(allowed("FR", "home", small), [Transfer, Cheque, CashOnDelivery]);
        assert_eq!(allowed("FR", "relay", small), [Transfer, Cheque]);
        assert_eq!(allowed("FR", "home", Money::cents(50_001)), [Transfer, Cheque]);
        assert_eq!(allowed("DE", "home", small), [Transfer]);
    }
}
