//! Sixty days of orders as they might have been: who bought what together, when, and how far each order has come.
//!
//! Pure: from the goods, the people and a moment, the same orders come out each time.

use chrono::TimeZone;
use chrono::{DateTime, Datelike, Duration, NaiveDate, Utc, Weekday};
use chrono_tz::Europe::Paris;

use crate::delivery::{self, Rate};
use crate::dice::Dice;
use crate::people::Person;
use crate::prices::PriceLog;
use crate::steps::{self, Steps};

/// How far back the orders reach.
pub const DAYS: i64 = 60;

/// A variant on sale.
#[derive(Debug, Clone)]
pub struct Item {
    pub weight_g: i32,
    pub prices: PriceLog,
    /// Sold out since then.
    pub until: Option<DateTime<Utc>>,
}

impl Item {
    /// The price at a moment; `None` before the first.
    pub fn price_at(&self, at: DateTime<Utc>) -> Option<i64> {
        self.prices.iter().rev().find(|(from, _)| *from <= at).map(|(_, p)| *p)
    }

    fn on_sale(&self, at: DateTime<Utc>) -> bool {
        self.price_at(at).is_some() && self.until.is_none_or(|until| at < until)
    }
}

/// A product with its variants.
#[derive(Debug, Clone)]
pub struct Good {
    pub popularity: u32,
    pub items: Vec<Item>,
    /// Positions of the goods that are bought with it.
    pub friends: Vec<usize>,
}

/// One line: position of the good, of its item, how many, at which price.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Line {
    pub good: usize,
    pub item: usize,
    pub quantity: i32,
    pub unit_cents: i64,
}

/// One order.
#[derive(Debug, Clone)]
pub struct Order {
    pub person: usize,
    pub placed_at: DateTime<Utc>,
    pub lines: Vec<Line>,
    pub shipping_method: String,
    pub shipping_cents: i64,
    pub payment_method: &'static str,
    pub steps: Steps,
}

impl Order {
    pub fn items_cents(&self) -> i64 {
        self.lines.iter().map(|l| l.unit_cents * i64::from(l.quantity)).sum()
    }
}

/// What the history is made from.
pub struct World<'a> {
    pub goods: &'a [Good],
    pub people: &'a [Person],
    pub rates: &'a [Rate],
    pub now: DateTime<Utc>,
    pub seed: u64,
}

/// All orders in the order of time.
pub fn orders(world: &World<'_>) -> Vec<Order> {
    let today = world.now.with_timezone(&Paris).date_naive();
    let mut out = Vec::new();
    for back in (0..DAYS).rev() {
        let day = today - Duration::days(back);
        // Named by its distance from today, so that a shop seeded tomorrow looks like one seeded today.
        let mut dice = Dice::named(world.seed, &format!("day {back}"));
        let mut times: Vec<_> =
            (0..orders_on(&mut dice, day, back)).filter_map(|_| moment(&mut dice, day)).collect();
        times.sort();
        for at in times.into_iter().filter(|at| *at < world.now) {
            out.extend(order(world, &mut dice, at));
        }
    }
    out
}

/// A slow rise over the two months, Sundays strong, Saturdays weak.
fn orders_on(dice: &mut Dice, day: NaiveDate, back: i64) -> i64 {
    let weekday = match day.weekday() {
        Weekday::Sun => 128,
        Weekday::Mon => 112,
        Weekday::Fri => 92,
        Weekday::Sat => 84,
        _ => 100,
    };
    let growth = 82 + (DAYS - back) * 40 / DAYS;
    (23 * weekday * growth / 10_000 + dice.between(-4, 5)).max(6)
}

/// Lunch and evening on working days, all afternoon at the week-end.
fn moment(dice: &mut Dice, day: NaiveDate) -> Option<DateTime<Utc>> {
    const WORKING: [u32; 24] = [2, 1, 0, 0, 0, 1, 2, 4, 5, 5, 6, 7, 11, 10, 6, 5, 5, 6, 8, 10, 14, 15, 11, 6];
    const FREE: [u32; 24] = [3, 2, 1, 0, 0, 0, 1, 2, 4, 8, 11, 11, 8, 6, 8, 10, 11, 11, 10, 9, 12, 13, 9, 5];
    let hours = if matches!(day.weekday(), Weekday::Sat | Weekday::Sun) { FREE } else { WORKING };
    let hour = dice.weighted(hours.into_iter()) as u32;
    let at = day.and_hms_opt(hour, dice.below(60) as u32, dice.below(60) as u32)?;
    Paris.from_local_datetime(&at).earliest().map(|t| t.with_timezone(&Utc))
}

fn order(world: &World<'_>, dice: &mut Dice, at: DateTime<Utc>) -> Option<Order> {
    let person = dice.weighted(world.people.iter().map(|p| p.weight));
    let country = world.people[person].address.country.as_str();
    let lines = basket(world, dice, at);
    let weight: i64 = lines
        .iter()
        .map(|l| i64::from(world.goods[l.good].items[l.item].weight_g) * i64::from(l.quantity))
        .sum();
    let items: i64 = lines.iter().map(|l| l.unit_cents * i64::from(l.quantity)).sum();
    if lines.is_empty() {
        return None;
    }
    let (shipping_method, shipping_cents) = delivery::choose(world.rates, dice, country, weight, items)?;
    let payment_method = delivery::payment(dice, country, &shipping_method, items + shipping_cents);
    let steps = steps::draw(dice, at, world.now, payment_method);
    Some(Order { person, placed_at: at, lines, shipping_method, shipping_cents, payment_method, steps })
}

/// One thing that people come for, often with what goes with it, sometimes with something else.
fn basket(world: &World<'_>, dice: &mut Dice, at: DateTime<Utc>) -> Vec<Line> {
    let demand = |g: &Good| match g.items.first().and_then(|i| i.price_at(at)) {
        None => 0,
        Some(0..3_000) => g.popularity * 10,
        Some(3_000..8_000) => g.popularity * 7,
        Some(8_000..20_000) => g.popularity * 4,
        Some(20_000..60_000) => g.popularity * 2,
        Some(_) => g.popularity,
    };
    let first = dice.weighted(world.goods.iter().map(demand));
    let mut wanted = vec![first];
    for friend in &world.goods[first].friends {
        if dice.chance(34) && wanted.len() < 5 {
            wanted.push(*friend);
        }
    }
    while dice.chance(22) && wanted.len() < 6 {
        wanted.push(dice.weighted(world.goods.iter().map(demand)));
    }
    let mut lines: Vec<Line> = Vec::new();
    for good in wanted {
        if lines.iter().all(|l| l.good != good) {
            lines.extend(line(world, dice, good, at));
        }
    }
    lines
}

fn line(world: &World<'_>, dice: &mut Dice, good: usize, at: DateTime<Utc>) -> Option<Line> {
    let items = &world.goods[good].items;
    // Middle sizes and first colours sell best, which is also how the variants are written down.
    let item = dice.weighted(items.iter().map(|i| if i.on_sale(at) { 4 } else { 0 }));
    let unit_cents = items.get(item).filter(|i| i.on_sale(at))?.price_at(at)?;
    let quantity = match unit_cents {
        0..1_500 if dice.chance(40) => dice.between(2, 4) as i32,
        0..8_000 if dice.chance(10) => 2,
        _ => 1,
    };
    Some(Line { good, item, quantity, unit_cents })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::people;

    fn world_at(now: DateTime<Utc>, check: impl Fn(&World<'_>, Vec<Order>)) {
        let start = now - Duration::days(90);
        let item = |price| Item { weight_g: 500, prices: vec![(start, price)], until: None };
        let mut late = item(900);
        late.prices = vec![(now - Duration::days(5), 900)];
        let mut gone = item(2_000);
        gone.until = Some(now - Duration::days(10));
        let goods = [
            Good { popularity: 5, items: vec![item(4_000), gone], friends: vec![1] },
            Good { popularity: 3, items: vec![late], friends: vec![0] },
        ];
        let rates = [Rate {
            method: "home".into(),
            countries: vec![],
            max_weight_g: 30_000,
            price_cents: 490,
            free_from_cents: Some(4_900),
        }];
        let people = people::invent(1);
        let world = World { goods: &goods, people: &people, rates: &rates, now, seed: 1 };
        check(&world, orders(&world));
    }

    #[test]
    fn orders_are_in_time_repeatable_and_hold_only_what_was_on_sale() {
        let now = Utc.with_ymd_and_hms(2026, 11, 22, 15, 0, 0).unwrap();
        world_at(now, |world, orders1| {
            let again = orders(world);
            assert_eq!(orders1.len(), again.len());
            assert!(orders1.len() > 800, "{}", orders1.len());
            assert!(orders1.windows(2).all(|w| w[0].placed_at <= w[1].placed_at));
            for (a, b) in orders1.iter().zip(&again) {
                assert_eq!((a.placed_at, &a.lines, &a.steps), (b.placed_at, &b.lines, &b.steps));
                assert!(a.placed_at < now && !a.lines.is_empty());
                for l in &a.lines {
                    let item = &world.goods[l.good].items[l.item];
                    assert!(item.on_sale(a.placed_at));
                    assert_eq!(item.price_at(a.placed_at), Some(l.unit_cents));
                }
            }
        });
    }

    #[test]
    fn what_goes_together_is_bought_together() {
        let now = Utc.with_ymd_and_hms(2026, 11, 22, 15, 0, 0).unwrap();
        world_at(now, |_, orders| {
            let late: Vec<_> = orders.iter().filter(|o| o.placed_at > now - Duration::days(5)).collect();
            let both = late.iter().filter(|o| o.lines.len() == 2).count();
            assert!(both * 4 > late.len(), "{both} of {}", late.len());
        });
    }
}
