//! The stock ledger that explains today's stock: a first delivery, one more on the way, what was sent and what came back.

use std::collections::BTreeMap;

use chrono::{DateTime, Duration, Utc};
use serde::Serialize;

/// A row of `stock_movements`.
#[derive(Debug, Clone, Serialize)]
pub struct Movement {
    pub variant_id: i64,
    pub delta: i32,
    pub reason: &'static str,
    pub order_id: Option<i64>,
    pub actor: String,
    pub at: DateTime<Utc>,
}

/// What is known of one variant.
#[derive(Debug, Default)]
pub struct Account {
    /// What shall be on the shelf now.
    pub on_hand: i32,
    /// Since when it is in the shop.
    pub since: Option<DateTime<Utc>>,
    /// Goods sent (negative) and returned (positive), with their order and who did it.
    pub moves: Vec<(DateTime<Utc>, i32, i64, String)>,
}

/// Every movement in the order of time. The sum for each variant is its `on_hand`, and it never falls below zero.
pub fn movements(accounts: &BTreeMap<i64, Account>, now: DateTime<Utc>) -> Vec<Movement> {
    let mut out = Vec::new();
    for (variant_id, account) in accounts {
        out.extend(of_one(*variant_id, account, now));
    }
    out.sort_by_key(|m| (m.at, m.variant_id));
    out
}

fn of_one(variant_id: i64, account: &Account, now: DateTime<Utc>) -> Vec<Movement> {
    let mut moves = account.moves.clone();
    moves.sort_by_key(|m| m.0);
    let first = moves.first().map(|m| m.0);
    let since = account.since.unwrap_or(now - Duration::days(70));
    let start = first.map_or(since, |f| since.min(f - Duration::hours(6)));
    let middle = now - Duration::days(24);
    let total: i32 = moves.iter().map(|m| m.1).sum();
    // What must have been there at first for the sum to come out; more when returned goods come back after the last sale.
    let needed = account.on_hand - total;
    let lowest = lowest_level(needed, moves.iter());
    let surplus = (-lowest).max(0);
    let sold_after: i32 = moves.iter().filter(|m| m.0 >= middle && m.1 < 0).map(|m| -m.1).sum();
    // As much as could still have been on the lorry before the second delivery came.
    let spare = lowest_level(needed + surplus, moves.iter().filter(|m| m.0 < middle));
    let receipt =
        if start < middle && sold_after > 3 { (sold_after + account.on_hand / 2).min(spare) } else { 0 };
    let line = |delta, reason, order_id, actor: &str, at| Movement {
        variant_id,
        delta,
        reason,
        order_id,
        actor: actor.to_string(),
        at,
    };
    let mut out = vec![line(needed + surplus - receipt, "initial", None, "system", start)];
    out.push(line(receipt, "receipt", None, "system", middle - Duration::hours(5)));
    out.extend(moves.iter().map(|(at, delta, order, actor)| {
        line(*delta, if *delta < 0 { "sale" } else { "return" }, Some(*order), actor, *at)
    }));
    out.push(line(-surplus, "correction", None, "system", now));
    out.retain(|m| m.delta != 0);
    out
}

/// The lowest number on the shelf, from `start` on.
fn lowest_level<'a>(start: i32, moves: impl Iterator<Item = &'a (DateTime<Utc>, i32, i64, String)>) -> i32 {
    let mut level = start;
    let mut lowest = start;
    for (_, delta, _, _) in moves {
        level += delta;
        lowest = lowest.min(level);
    }
    lowest
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(days: i64) -> DateTime<Utc> {
        DateTime::<Utc>::UNIX_EPOCH + Duration::days(20_000) - Duration::days(days)
    }

    #[test]
    fn the_ledger_sums_to_the_shelf_and_never_goes_below_zero() {
        let sold =
            |days: &[i64]| days.iter().map(|d| (at(*d), -2, *d, "system".to_string())).collect::<Vec<_>>();
        let mut cases = vec![
            Account { on_hand: 12, since: Some(at(300)), moves: sold(&[50, 40, 30, 20, 10, 3]) },
            Account { on_hand: 0, since: Some(at(300)), moves: sold(&[50, 40]) },
            Account { on_hand: 0, since: Some(at(10)), moves: vec![] },
            Account { on_hand: 5, since: Some(at(10)), moves: sold(&[9, 8, 7, 2, 1]) },
            Account { on_hand: 1, since: None, moves: sold(&[5, 4, 3, 2, 1]) },
        ];
        cases[0].moves.push((at(1), 2, 50, "staff:1".into()));
        cases[1].moves.push((at(35), 2, 50, "staff:1".into()));
        cases[4].moves.push((at(0), 4, 5, "staff:1".into()));
        for (i, account) in cases.into_iter().enumerate() {
            let on_hand = account.on_hand;
            let list = movements(&BTreeMap::from([(1, account)]), at(0));
            let mut level = 0;
            for m in &list {
                level += m.delta;
                assert!(level >= 0, "case {i} falls to {level}: {list:?}");
            }
            assert_eq!(level, on_hand, "case {i}");
            assert!(list.first().is_none_or(|m| m.reason == "initial" || m.reason == "receipt"));
        }
    }
}
