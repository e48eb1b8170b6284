//! How far an invented order has come: the moments of its life, as far as they lie in the past, and the states they mean.

use chrono::{DateTime, Datelike, Duration, TimeZone, Utc, Weekday};
use chrono_tz::Europe::Paris;

use crate::dice::Dice;

/// When what happened; `None` is not (yet).
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Steps {
    pub paid: Option<DateTime<Utc>>,
    pub preparing: Option<DateTime<Utc>>,
    pub fulfilled: Option<DateTime<Utc>>,
    pub delivered: Option<DateTime<Utc>>,
    pub cancelled: Option<DateTime<Utc>>,
    /// The goods came back and the money was returned.
    pub returned: Option<DateTime<Utc>>,
}

impl Steps {
    /// `orders.order_state`.
    pub fn order_state(&self) -> &'static str {
        match self {
            Steps { cancelled: Some(_), .. } | Steps { returned: Some(_), .. } => "cancelled",
            Steps { delivered: Some(_), paid: Some(_), .. } => "completed",
            _ => "open",
        }
    }

    /// `orders.payment_state`.
    pub fn payment_state(&self) -> &'static str {
        match self {
            Steps { returned: Some(_), .. } | Steps { cancelled: Some(_), paid: Some(_), .. } => "refunded",
            Steps { cancelled: Some(_), .. } => "voided",
            Steps { paid: Some(_), .. } => "paid",
            _ => "awaiting",
        }
    }

    /// `orders.fulfilment_state`.
    pub fn fulfilment_state(&self) -> &'static str {
        match self {
            Steps { returned: Some(_), .. } => "returned",
            Steps { delivered: Some(_), .. } => "delivered",
            Steps { fulfilled: Some(_), .. } => "fulfilled",
            Steps { cancelled: Some(_), .. } => "unfulfilled",
            Steps { preparing: Some(_), .. } => "in_preparation",
            _ => "unfulfilled",
        }
    }

    /// Whether its goods are still set aside in the house.
    pub fn holds_goods(&self) -> bool {
        self.fulfilled.is_none() && self.cancelled.is_none()
    }
}

/// After as many days the shop gives an unpaid order up, as `sales` does.
pub const UNPAID_DAYS: i64 = 14;

/// The life of an order placed at `placed`, cut at `now`.
pub fn draw(dice: &mut Dice, placed: DateTime<Utc>, now: DateTime<Utc>, payment: &str) -> Steps {
    let s = whole_life(dice, placed, payment);
    let past = |at: Option<DateTime<Utc>>| at.filter(|at| *at <= now);
    Steps {
        paid: past(s.paid),
        preparing: past(s.preparing),
        fulfilled: past(s.fulfilled),
        delivered: past(s.delivered),
        cancelled: past(s.cancelled),
        returned: past(s.returned),
    }
}

fn whole_life(dice: &mut Dice, placed: DateTime<Utc>, payment: &str) -> Steps {
    let mut s = Steps::default();
    if dice.chance(2) {
        s.cancelled = Some(placed + Duration::minutes(dice.between(12, 240)));
        return s;
    }
    let ready = match payment {
        "cash_on_delivery" => placed,
        _ if dice.chance(5) => {
            // The money never came: given up in the early morning after two weeks.
            s.cancelled = Some(at_six(placed + Duration::days(UNPAID_DAYS + 1)));
            return s;
        }
        "cheque" => {
            let days = dice.between(2, 4);
            working_day(dice, placed, days, 9, 12)
        }
        _ => {
            let days = dice.between(1, 2);
            working_day(dice, placed, days, 8, 11)
        }
    };
    if payment != "cash_on_delivery" {
        s.paid = Some(ready);
    }
    let late = i64::from(dice.chance(6));
    let preparing = working_day(dice, ready, 1 + late, 7, 11);
    let fulfilled = match dice.chance(15) {
        // Begun but not finished: the rest is packed on the next morning.
        true => working_day(dice, preparing, 1, 7, 10),
        false => preparing + Duration::minutes(dice.between(70, 330)),
    };
    let days = dice.between(1, 3);
    let delivered = working_day(dice, fulfilled, days, 9, 18);
    (s.preparing, s.fulfilled, s.delivered) = (Some(preparing), Some(fulfilled), Some(delivered));
    if payment == "cash_on_delivery" {
        s.paid = s.delivered;
    }
    if dice.chance(3) {
        let days = dice.between(4, 12);
        s.returned = Some(working_day(dice, delivered, days, 10, 16));
    }
    s
}

/// A quarter past six of that day in Paris, when the shop tidies up.
fn at_six(day: DateTime<Utc>) -> DateTime<Utc> {
    let morning = day.with_timezone(&Paris).date_naive().and_hms_opt(6, 15, 0);
    morning.and_then(|m| Paris.from_local_datetime(&m).earliest()).map_or(day, |m| m.with_timezone(&Utc))
}

/// The `days`-th working day after `from`, at a moment between two hours of Paris.
fn working_day(
    dice: &mut Dice,
    from: DateTime<Utc>,
    days: i64,
    from_hour: i64,
    to_hour: i64,
) -> DateTime<Utc> {
    let mut day = from.with_timezone(&Paris).date_naive();
    let mut left = days;
    while left > 0 {
        day += Duration::days(1);
        if !matches!(day.weekday(), Weekday::Sat | Weekday::Sun) {
            left -= 1;
        }
    }
    let seconds = dice.between(from_hour * 3_600, to_hour * 3_600 - 1);
    let at = day.and_hms_opt(0, 0, 0).map(|d| d + Duration::seconds(seconds));
    let at = at.and_then(|at| Paris.from_local_datetime(&at).earliest()).map(|t| t.with_timezone(&Utc));
    at.filter(|at| *at > from).unwrap_or(from + Duration::hours(20))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn steps_come_in_their_order_and_never_lie_in_the_future() {
        let now = Utc.with_ymd_and_hms(2026, 11, 22, 15, 0, 0).unwrap();
        let mut dice = Dice::new(5);
        let mut seen = std::collections::BTreeSet::new();
        for n in 0..3_000 {
            let placed = now - Duration::hours(n % 1_400);
            let payment = ["transfer", "cheque", "cash_on_delivery"][(n % 3) as usize];
            let s = draw(&mut dice, placed, now, payment);
            let story = [s.preparing, s.fulfilled, s.delivered, s.returned];
            let told: Vec<_> = story.iter().flatten().collect();
            assert!(told.windows(2).all(|w| w[0] < w[1]) && told.iter().all(|t| **t > placed && **t <= now));
            // Nothing happens after a gap: no parcel without preparation, no return without delivery.
            assert!(story.iter().skip_while(|t| t.is_some()).all(Option::is_none));
            assert!(s.cancelled.is_none() || told.is_empty());
            assert!(payment == "cash_on_delivery" || s.preparing.is_none() || s.paid.is_some());
            seen.insert((s.order_state(), s.payment_state(), s.fulfilment_state()));
        }
        for state in [
            ("open", "awaiting", "unfulfilled"),
            ("open", "paid", "in_preparation"),
            ("completed", "paid", "delivered"),
            ("cancelled", "refunded", "returned"),
            ("cancelled", "voided", "unfulfilled"),
        ] {
            assert!(seen.contains(&state), "{state:?} is missing in {seen:?}");
        }
    }
}
