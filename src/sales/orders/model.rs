//! What an order is: three axes, lines that are full snapshots, a story. No I/O.

use chrono::{DateTime, Utc};
use kit::address::Address;
use kit::{Lang, Money};
use sqlx::types::Json;
use uuid::Uuid;

pub use super::states::{FulfilmentState, OrderState, PaymentState};
use crate::payments;

/// A row of `orders`.
#[derive(Debug, Clone)]
pub struct Order {
    pub id: i64,
    pub number: String,
    pub token: Uuid,
    pub user_id: Option<i64>,
    pub email: String,
    pub phone: String,
    pub lang: String,
    pub items_cents: i64,
    pub shipping_cents: i64,
    pub total_cents: i64,
    /// Contained in the total.
    pub tax_cents: i64,
    pub shipping_tax_bp: i32,
    pub order_state: OrderState,
    pub payment_state: PaymentState,
    pub fulfilment_state: FulfilmentState,
    pub payment_method: String,
    pub shipping_method: String,
    pub shipping_name: String,
    pub shipping_address: Json<Address>,
    pub billing_address: Json<Address>,
    pub terms_version: i32,
    /// Raised by each change: whoever changes says which version was seen.
    pub version: i32,
    pub placed_at: DateTime<Utc>,
}

impl Order {
    pub fn lang(&self) -> Lang {
        self.lang.clone().into()
    }

    pub fn items(&self) -> Money {
        Money::cents(self.items_cents)
    }

    pub fn shipping(&self) -> Money {
        Money::cents(self.shipping_cents)
    }

    pub fn total(&self) -> Money {
        Money::cents(self.total_cents)
    }

    pub fn payment(&self) -> Option<payments::Method> {
        payments::Method::of_code(&self.payment_method)
    }

    /// Whether the goods may leave: paid, or to be paid at the door.
    pub fn may_leave(&self) -> bool {
        self.payment_state == PaymentState::Paid || self.payment().is_some_and(|m| m.is_paid_after())
    }

    /// What may be done next; the back office shows these as buttons.
    pub fn allowed(&self) -> Vec<Step> {
        Step::ALL.into_iter().filter(|s| s.is_allowed(self)).collect()
    }
}

/// A step in the life of an order.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Step {
    MarkPaid,
    Prepare,
    Fulfil,
    Deliver,
    Cancel,
    TakeBack,
}

impl Step {
    pub const ALL: [Step; 6] =
        [Step::MarkPaid, Step::Prepare, Step::Fulfil, Step::Deliver, Step::Cancel, Step::TakeBack];

    pub const fn code(self) -> &'static str {
        match self {
            Step::MarkPaid => "mark_paid",
            Step::Prepare => "prepare",
            Step::Fulfil => "fulfil",
            Step::Deliver => "deliver",
            Step::Cancel => "cancel",
            Step::TakeBack => "take_back",
        }
    }

    pub fn of_code(code: &str) -> Option<Step> {
        Self::ALL.into_iter().find(|s| s.code() == code)
    }

    /// The rules of an order's life, in one place.
    pub fn is_allowed(self, o: &Order) -> bool {
        use FulfilmentState::{Fulfilled, InPreparation, Unfulfilled};
        let open = o.order_state == OrderState::Open;
        let here = matches!(o.fulfilment_state, Unfulfilled | InPreparation);
        match self {
            Step::MarkPaid => open && o.payment_state == PaymentState::Awaiting,
            Step::Prepare => open && o.fulfilment_state == Unfulfilled && o.may_leave(),
            Step::Fulfil => open && here && o.may_leave(),
            Step::Deliver => open && o.fulfilment_state == Fulfilled,
            Step::Cancel => open && here,
            Step::TakeBack => o.order_state != OrderState::Cancelled && o.fulfilment_state.is_sent(),
        }
    }
}

/// A line of an order: reads the same in ten years.
#[derive(Debug, Clone)]
pub struct OrderLine {
    pub id: i64,
    pub position: i16,
    pub variant_id: Option<i64>,
    pub product_id: Option<i64>,
    pub sku: String,
    pub title: String,
    pub options: String,
    pub image_key: String,
    pub image_kind: String,
    pub quantity: i32,
    pub unit_price_cents: i64,
    pub line_total_cents: i64,
    pub tax_rate_bp: i32,
    pub tax_cents: i64,
    pub ecotax_cents: i32,
    pub weight_g: i32,
}

impl OrderLine {
    pub fn unit(&self) -> Money {
        Money::cents(self.unit_price_cents)
    }

    pub fn total(&self) -> Money {
        Money::cents(self.line_total_cents)
    }
}

/// A line of the story of an order.
#[derive(Debug, Clone)]
pub struct OrderEvent {
    pub seq: i64,
    /// placed, paid, preparing, fulfilled, delivered, completed, cancelled, returned, note
    pub kind: String,
    /// customer, system, staff:<id>
    pub actor: String,
    pub actor_name: String,
    /// Shown to the customer.
    pub public: bool,
    pub data: serde_json::Value,
    pub at: DateTime<Utc>,
}

impl OrderEvent {
    /// A text of the event's data.
    pub fn text(&self, key: &str) -> &str {
        self.data.get(key).and_then(|v| v.as_str()).unwrap_or_default()
    }
}

/// A parcel.
#[derive(Debug, Clone)]
pub struct Fulfilment {
    pub id: i64,
    pub carrier: String,
    pub tracking: String,
    pub state: String,
    pub created_at: DateTime<Utc>,
}

/// An order with all that belongs to it.
#[derive(Debug, Clone)]
pub struct OrderPage {
    pub order: Order,
    pub lines: Vec<OrderLine>,
    pub events: Vec<OrderEvent>,
    pub payments: Vec<payments::Payment>,
    pub fulfilments: Vec<Fulfilment>,
}

impl OrderPage {
    /// VAT by rate, delivery included, the highest rate first.
    pub fn taxes(&self) -> Vec<(i32, Money)> {
        let mut out = std::collections::BTreeMap::new();
        for l in &self.lines {
            *out.entry(l.tax_rate_bp).or_insert(0) += l.tax_cents;
        }
        let delivery = self.order.shipping().tax_included(self.order.shipping_tax_bp).as_cents();
        *out.entry(self.order.shipping_tax_bp).or_insert(0) += delivery;
        out.into_iter().rev().filter(|(_, t)| *t != 0).map(|(bp, t)| (bp, Money::cents(t))).collect()
    }
}

/// Who does something to an order.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Actor {
    /// customer, system, staff:<id>
    pub code: String,
    pub name: String,
}

impl Actor {
    pub fn system() -> Actor {
        Actor { code: "system".into(), name: String::new() }
    }

    pub fn customer(name: &str) -> Actor {
        Actor { code: "customer".into(), name: name.into() }
    }

    pub fn staff(user: &platform::web::visitor::User) -> Actor {
        Actor { code: format!("staff:{}", user.id), name: user.name.clone() }
    }
}

/// An order in a list.
#[derive(Debug, Clone)]
pub struct OrderRow {
    pub id: i64,
    pub number: String,
    pub token: Uuid,
    pub placed_at: DateTime<Utc>,
    pub name: String,
    pub email: String,
    pub city: String,
    pub country: String,
    pub total_cents: i64,
    pub order_state: OrderState,
    pub payment_state: PaymentState,
    pub fulfilment_state: FulfilmentState,
    pub payment_method: String,
    pub shipping_method: String,
    pub shipping_name: String,
    /// Articles, all lines together.
    pub articles: i64,
    pub first_title: String,
    /// Up to three pictures: `key|kind`.
    pub pictures: Vec<String>,
    pub version: i32,
}

impl OrderRow {
    pub fn total(&self) -> Money {
        Money::cents(self.total_cents)
    }

    pub fn payment(&self) -> Option<payments::Method> {
        payments::Method::of_code(&self.payment_method)
    }

    /// (key, kind) of its pictures.
    pub fn pictures(&self) -> impl Iterator<Item = (&str, &str)> {
        self.pictures.iter().filter_map(|p| p.split_once('|'))
    }
}

/// Which orders are listed. Everything absent does not filter.
#[derive(Debug, Clone, Default)]
pub struct Filter {
    /// Number, e-mail or name.
    pub words: Option<String>,
    pub order_state: Option<OrderState>,
    pub payment_state: Option<PaymentState>,
    pub fulfilment_state: Option<FulfilmentState>,
    pub payment_method: Option<String>,
    pub shipping_method: Option<String>,
    pub from: Option<DateTime<Utc>>,
    pub until: Option<DateTime<Utc>>,
    pub user_id: Option<i64>,
    /// Open, not sent, and free to leave: what the warehouse does today.
    pub to_prepare: bool,
}

#[cfg(test)]
mod tests {
    use super::*;

    pub(crate) fn order() -> Order {
        Order {
            id: 1,
            number: "SM-1".into(),
            token: Uuid::nil(),
            user_id: None,
            email: "n@exemple.fr".into(),
            phone: String::new(),
            lang: "fr".into(),
            items_cents: 1_000,
            shipping_cents: 0,
            total_cents: 1_000,
            tax_cents: 167,
            shipping_tax_bp: 2_000,
            order_state: OrderState::Open,
            payment_state: PaymentState::Awaiting,
            fulfilment_state: FulfilmentState::Unfulfilled,
            payment_method: "transfer".into(),
            shipping_method: "home".into(),
            shipping_name: String::new(),
            shipping_address: Json(Address::default()),
            billing_address: Json(Address::default()),
            terms_version: 1,
            version: 1,
            placed_at: DateTime::UNIX_EPOCH,
        }
    }

    #[test]
    fn goods_leave_when_paid_or_when_paid_at_the_door() {
        let mut o = order();
        assert_eq!(o.allowed(), [Step::MarkPaid, Step::Cancel]);
        o.payment_method = "cash_on_delivery".into();
        assert_eq!(o.allowed(), [Step::MarkPaid, Step::Prepare, Step::Fulfil, Step::Cancel]);
        o.payment_state = PaymentState::Paid;
        o.fulfilment_state = FulfilmentState::Fulfilled;
        assert_eq!(
            o.allowed(),
            [Step::Deliver, Step::TakeBack],
            "what is sent is not cancelled but taken back"
        );
    }

    #[test]
    fn nothing_happens_to_a_cancelled_order() {
        let mut o = order();
        o.order_state = OrderState::Cancelled;
        o.payment_state = PaymentState::Voided;
        assert_eq!(o.allowed(), []);
    }
}
