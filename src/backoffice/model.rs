//! Orders as staff see them: stages, deadlines, filters, figures. No I/O.

use chrono::{DateTime, Days, Duration, Utc};
use kit::{dates, urls};
use serde::Deserialize;

/// Where an order stands on its way, the three axes folded into one word.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Stage {
    AwaitingPayment,
    ToPrepare,
    Preparing,
    Sent,
    Delivered,
    Returned,
    Cancelled,
}

/// One order in a list.
#[derive(Clone, Debug)]
pub struct OrderRow {
    pub id: i64,
    pub number: String,
    pub placed_at: DateTime<Utc>,
    pub name: String,
    pub city: String,
    pub shipping_method: String,
    pub shipping_name: String,
    pub payment_method: String,
    pub order_state: String,
    pub payment_state: String,
    pub fulfilment_state: String,
    pub total_cents: i64,
    pub version: i32,
    pub units: i64,
    /// `key|kind` of the first pictures.
    pub images: Vec<String>,
    /// When nothing stood in the way of preparing it any more; `None` while money is awaited.
    pub ready_at: Option<DateTime<Utc>>,
}

impl OrderRow {
    pub fn stage(&self) -> Stage {
        stage(&self.order_state, &self.fulfilment_state, self.ready_at.is_some())
    }

    /// When it should leave the house, while it has not.
    pub fn due(&self) -> Option<DateTime<Utc>> {
        matches!(self.stage(), Stage::ToPrepare | Stage::Preparing).then_some(())?;
        self.ready_at.map(due)
    }

    pub fn is_late(&self, now: DateTime<Utc>) -> bool {
        self.due().is_some_and(|due| due < now)
    }
}

pub fn stage(order_state: &str, fulfilment_state: &str, payable: bool) -> Stage {
    match (order_state, fulfilment_state) {
        ("cancelled", _) => Stage::Cancelled,
        (_, "in_preparation") => Stage::Preparing,
        (_, "fulfilled") => Stage::Sent,
        (_, "delivered") => Stage::Delivered,
        (_, "returned") => Stage::Returned,
        _ if payable => Stage::ToPrepare,
        _ => Stage::AwaitingPayment,
    }
}

/// Our goal: an order leaves one working day after nothing stands in its way.
pub fn due(ready_at: DateTime<Utc>) -> DateTime<Utc> {
    let day = dates::day(ready_at);
    let days = (dates::add_working_days(day, 1) - day).num_days();
    ready_at.checked_add_days(Days::new(days.max(0) as u64)).unwrap_or(ready_at)
}

/// A tab of the list.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Tab {
    #[default]
    ATraiter,
    Preparation,
    Expediees,
    Livrees,
    Annulees,
    Toutes,
}

impl Tab {
    pub const ALL: [Tab; 6] =
        [Tab::ATraiter, Tab::Preparation, Tab::Expediees, Tab::Livrees, Tab::Annulees, Tab::Toutes];

    /// Word in the address and in the query of the list.
    pub const fn code(self) -> &'static str {
        match self {
            Tab::ATraiter => "a-traiter",
            Tab::Preparation => "preparation",
            Tab::Expediees => "expediees",
            Tab::Livrees => "livrees",
            Tab::Annulees => "annulees",
            Tab::Toutes => "toutes",
        }
    }

    fn of(code: &str) -> Tab {
        Tab::ALL.into_iter().find(|t| t.code() == code).unwrap_or_default()
    }
}

/// Sorting of the list.
pub const SORTS: [&str; 3] = ["date", "depart", "total"];
pub const PAYMENTS: [&str; 4] = ["awaiting", "paid", "refunded", "voided"];

/// The query of the list as it stands in the address. What is unknown is taken as absent.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub struct OrderQuery {
    pub statut: String,
    pub q: String,
    pub mode: String,
    pub paiement: String,
    pub tri: String,
    pub page: String,
    /// For the stream: whether the page shows figures and orders, and the last number it has seen.
    pub vue: String,
    pub after: String,
    /// Outcome of a bulk action: `action.done.skipped`.
    pub bilan: String,
}

/// Which orders are shown.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct OrderFilter {
    pub tab: Tab,
    pub words: String,
    pub mode: String,
    pub payment: String,
    pub sort: &'static str,
}

impl OrderQuery {
    pub fn filter(&self) -> OrderFilter {
        let code =
            |s: &str| s.len() <= 20 && s.bytes().all(|b| b.is_ascii_lowercase() || b == b'_' || b == b'-');
        OrderFilter {
            tab: Tab::of(&self.statut),
            words: kit::text::one_line(&self.q, 80),
            mode: if code(&self.mode) { self.mode.clone() } else { String::new() },
            payment: if PAYMENTS.contains(&self.paiement.as_str()) {
                self.paiement.clone()
            } else {
                String::new()
            },
            sort: SORTS.into_iter().find(|s| *s == self.tri).unwrap_or("date"),
        }
    }
}

impl OrderFilter {
    /// The query string of this filter, without its defaults; empty or beginning with `?`.
    pub fn query(&self) -> String {
        let mut parts = Vec::new();
        let mut add = |name: &str, value: &str, default: &str| {
            if value != default {
                parts.push(format!("{name}={}", urls::query(value)));
            }
        };
        add("statut", self.tab.code(), Tab::default().code());
        add("q", &self.words, "");
        add("mode", &self.mode, "");
        add("paiement", &self.payment, "");
        add("tri", self.sort, "date");
        if parts.is_empty() { String::new() } else { format!("?{}", parts.join("&")) }
    }

    pub fn with_tab(&self, tab: Tab) -> OrderFilter {
        OrderFilter { tab, ..self.clone() }
    }

    pub fn with_sort(&self, sort: &'static str) -> OrderFilter {
        OrderFilter { sort, ..self.clone() }
    }

    /// The address of the list under this filter; `page` from 1.
    pub fn url(&self, page: u32) -> String {
        let query = self.query();
        match (page, query.is_empty()) {
            (0 | 1, _) => format!("{}{query}", urls::admin::ORDERS),
            (n, true) => format!("{}?page={n}", urls::admin::ORDERS),
            (n, false) => format!("{}{query}&page={n}", urls::admin::ORDERS),
        }
    }
}

/// Orders per tab.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct TabCounts {
    pub to_do: i64,
    pub preparing: i64,
    pub sent: i64,
    pub delivered: i64,
    pub cancelled: i64,
    pub all: i64,
}

impl TabCounts {
    pub fn of(&self, tab: Tab) -> i64 {
        match tab {
            Tab::ATraiter => self.to_do,
            Tab::Preparation => self.preparing,
            Tab::Expediees => self.sent,
            Tab::Livrees => self.delivered,
            Tab::Annulees => self.cancelled,
            Tab::Toutes => self.all,
        }
    }
}

/// The figures of the day, for the head of the list and the dashboard.
#[derive(Clone, Debug, Default)]
pub struct Figures {
    pub today: i64,
    pub today_cents: i64,
    /// Yesterday until the same time of day.
    pub yesterday: i64,
    pub yesterday_cents: i64,
    /// Ready to be prepared, and how many of them should have left already.
    pub to_prepare: i64,
    pub late: i64,
    /// From the order (or its payment, when it had to be awaited) to its departure, over the last 7 days.
    pub delay: Option<Duration>,
    /// Orders per hour, Paris time.
    pub hours_today: [i64; 24],
    pub hours_yesterday: [i64; 24],
    pub cents_today: [i64; 24],
    pub hour: usize,
    /// The last 14 days, oldest first: orders, and hours until departure.
    pub days: Vec<i64>,
    pub delays: Vec<i64>,
}

/// Change against a value of before, in tenths of a per cent; `None` against nothing.
pub fn change(now: i64, before: i64) -> Option<i64> {
    (before > 0).then(|| (now - before) * 1000 / before)
}

/// What happened to an order, for the feed and the timeline.
#[derive(Clone, Debug)]
pub struct Activity {
    pub seq: i64,
    pub order_id: i64,
    pub number: String,
    pub kind: String,
    pub actor_name: String,
    pub at: DateTime<Utc>,
}

#[cfg(test)]
mod tests {
    use super::*;
    use chrono::TimeZone;

    #[test]
    fn an_order_of_friday_is_due_on_monday() {
        let friday = Utc.with_ymd_and_hms(2026, 11, 20, 15, 0, 0).unwrap();
        assert_eq!(due(friday), Utc.with_ymd_and_hms(2026, 11, 23, 15, 0, 0).unwrap());
    }

    #[test]
    fn filters_survive_the_way_through_the_address() {
        let q = OrderQuery {
            statut: "toutes".into(),
            q: "a&b".into(),
            tri: "total".into(),
            ..OrderQuery::default()
        };
        let f = q.filter();
        assert_eq!(f.query(), "?statut=toutes&q=a%26b&tri=total");
        assert_eq!(f.url(3), "/admin/commandes?statut=toutes&q=a%26b&tri=total&page=3");
        assert_eq!(OrderFilter { sort: "date", ..OrderFilter::default() }.url(1), "/admin/commandes");
        let odd = OrderQuery {
            statut: "x".into(),
            mode: "'; drop".into(),
            tri: "y".into(),
            ..OrderQuery::default()
        };
        assert_eq!(odd.filter().query(), "");
    }

    #[test]
    fn stages_fold_the_axes() {
        assert_eq!(stage("open", "unfulfilled", false), Stage::AwaitingPayment);
        assert_eq!(stage("open", "unfulfilled", true), Stage::ToPrepare);
        assert_eq!(stage("cancelled", "unfulfilled", true), Stage::Cancelled);
        assert_eq!(stage("completed", "delivered", true), Stage::Delivered);
    }

    #[test]
    fn changes_are_told_in_tenths_of_a_per_cent() {
        assert_eq!(change(259, 238), Some(88));
        assert_eq!(change(3, 0), None);
        assert_eq!(change(0, 4), Some(-1000));
    }
}
