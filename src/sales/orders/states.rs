//! The three axes of an order. Each is a column with a CHECK of the same words.

use kit::{Lang, tr};
use serde::Serialize;

/// The order as a whole.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, sqlx::Type)]
#[serde(rename_all = "snake_case")]
#[sqlx(type_name = "text", rename_all = "snake_case")]
pub enum OrderState {
    Open,
    Completed,
    Cancelled,
}

/// The money.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, sqlx::Type)]
#[serde(rename_all = "snake_case")]
#[sqlx(type_name = "text", rename_all = "snake_case")]
pub enum PaymentState {
    Awaiting,
    Paid,
    Refunded,
    Voided,
}

/// The goods.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, sqlx::Type)]
#[serde(rename_all = "snake_case")]
#[sqlx(type_name = "text", rename_all = "snake_case")]
pub enum FulfilmentState {
    Unfulfilled,
    InPreparation,
    Fulfilled,
    Delivered,
    Returned,
}

impl OrderState {
    pub const ALL: [OrderState; 3] = [OrderState::Open, OrderState::Completed, OrderState::Cancelled];

    pub const fn code(self) -> &'static str {
        match self {
            OrderState::Open => "open",
            OrderState::Completed => "completed",
            OrderState::Cancelled => "cancelled",
        }
    }

    pub fn of_code(code: &str) -> Option<OrderState> {
        Self::ALL.into_iter().find(|s| s.code() == code)
    }

    pub fn name(self, lang: Lang) -> String {
        match self {
            OrderState::Open => tr!(lang, "sales.state.open"),
            OrderState::Completed => tr!(lang, "sales.state.completed"),
            OrderState::Cancelled => tr!(lang, "sales.state.cancelled"),
        }
        .into_owned()
    }
}

impl PaymentState {
    pub const ALL: [PaymentState; 4] =
        [PaymentState::Awaiting, PaymentState::Paid, PaymentState::Refunded, PaymentState::Voided];

    pub const fn code(self) -> &'static str {
        match self {
            PaymentState::Awaiting => "awaiting",
            PaymentState::Paid => "paid",
            PaymentState::Refunded => "refunded",
            PaymentState::Voided => "voided",
        }
    }

    pub fn of_code(code: &str) -> Option<PaymentState> {
        Self::ALL.into_iter().find(|s| s.code() == code)
    }

    pub fn name(self, lang: Lang) -> String {
        match self {
            PaymentState::Awaiting => tr!(lang, "sales.state.awaiting"),
            PaymentState::Paid => tr!(lang, "sales.state.paid"),
            PaymentState::Refunded => tr!(lang, "sales.state.refunded"),
            PaymentState::Voided => tr!(lang, "sales.state.voided"),
        }
        .into_owned()
    }
}

impl FulfilmentState {
    pub const ALL: [FulfilmentState; 5] = [
        FulfilmentState::Unfulfilled,
        FulfilmentState::InPreparation,
        FulfilmentState::Fulfilled,
        FulfilmentState::Delivered,
        FulfilmentState::Returned,
    ];

    pub const fn code(self) -> &'static str {
        match self {
            FulfilmentState::Unfulfilled => "unfulfilled",
            FulfilmentState::InPreparation => "in_preparation",
            FulfilmentState::Fulfilled => "fulfilled",
            FulfilmentState::Delivered => "delivered",
            FulfilmentState::Returned => "returned",
        }
    }

    pub fn of_code(code: &str) -> Option<FulfilmentState> {
        Self::ALL.into_iter().find(|s| s.code() == code)
    }

    pub fn name(self, lang: Lang) -> String {
        match self {
            FulfilmentState::Unfulfilled => tr!(lang, "sales.state.unfulfilled"),
            FulfilmentState::InPreparation => tr!(lang, "sales.state.in_preparation"),
            FulfilmentState::Fulfilled => tr!(lang, "sales.state.fulfilled"),
            FulfilmentState::Delivered => tr!(lang, "sales.state.delivered"),
            FulfilmentState::Returned => tr!(lang, "sales.state.returned"),
        }
        .into_owned()
    }

    /// The goods have left the house.
    pub const fn is_sent(self) -> bool {
        matches!(self, FulfilmentState::Fulfilled | FulfilmentState::Delivered)
    }
}
