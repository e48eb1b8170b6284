//! Turns the invented history into rows: orders with lines, events, payments, parcels, and the stock that follows.

use std::collections::{BTreeMap, HashMap};

use anyhow::Context;
use chrono::{DateTime, Duration, Utc};
use kit::Money;
use serde_json::json;
use sqlx::PgConnection;

use crate::content::Content;
use crate::dice::Dice;
use crate::goods::Placed;
use crate::history::{self, Good, Item, Order, World};
use crate::ledger::{self, Account};
use crate::people::Person;
use crate::prices::since;
use crate::steps::{Steps, UNPAID_DAYS};
use crate::store::{self, history as rows, shelf};

/// Staff who appear in the events: id and name.
#[derive(Debug, Clone)]
pub struct Staff {
    pub id: i64,
    pub name: String,
}

/// What orders are made from and leave behind.
pub struct Scene<'a> {
    pub content: &'a Content,
    pub placed: &'a [Placed<'a>],
    pub people: &'a [Person],
    pub user_ids: &'a HashMap<String, i64>,
    pub staff: &'a [Staff],
    pub terms_version: i32,
    pub now: DateTime<Utc>,
    pub seed: u64,
}

const NOTES: &[&str] = &[
    "Merci de laisser le colis chez la gardienne.",
    "Code du portail : 1789A.",
    "Sonner deux fois, la sonnette est capricieuse.",
    "C’est un cadeau, merci de ne pas mettre la facture.",
    "Livraison possible seulement le matin.",
];
const STAFF_NOTES: &[&str] = &[
    "Cliente rappelée, l’adresse est confirmée.",
    "Emballage cadeau ajouté.",
    "Colis fragile : double carton.",
    "Chèque reçu, remis en banque demain.",
];

/// Invents the orders and writes them with everything that follows from them. Says how many.
pub async fn place_orders(tx: &mut PgConnection, scene: &Scene<'_>) -> anyhow::Result<Vec<Order>> {
    let rates = rows::list_rates(&mut *tx).await?;
    let goods = goods(scene);
    let world =
        World { goods: &goods, people: scene.people, rates: &rates, now: scene.now, seed: scene.seed };
    let orders = history::orders(&world);
    let tables = Tables {
        method_names: rows::list_method_names(&mut *tx).await?,
        tax: rows::list_tax_rates(&mut *tx).await?,
    };
    let mut writer = Writer::new(tx, scene, &tables, &orders).await?;
    for order in &orders {
        writer.add(order)?;
    }
    rows::insert_orders(&mut *tx, &writer.rows).await?;
    let (levels, moves) = writer.stock();
    shelf::insert_stock(&mut *tx, &levels, &moves).await?;
    shelf::set_sales(tx, scene.now).await?;
    Ok(orders)
}

/// Stock of products without a history: one first delivery.
pub async fn place_stock(
    tx: &mut PgConnection,
    placed: &[Placed<'_>],
    now: DateTime<Utc>,
) -> sqlx::Result<()> {
    let accounts = accounts(placed, now);
    let levels = levels(&accounts, &HashMap::new());
    shelf::insert_stock(tx, &levels, &ledger::movements(&accounts, now)).await
}

fn goods(scene: &Scene<'_>) -> Vec<Good> {
    let at: HashMap<&str, usize> =
        scene.placed.iter().enumerate().map(|(i, p)| (p.product.code.as_str(), i)).collect();
    scene
        .placed
        .iter()
        .map(|p| {
            let mut dice = Dice::named(scene.seed, &format!("sold out {}", p.product.code));
            let rows = scene.content.affinities.iter().filter(|a| a.goods.contains(&p.product.code));
            let friends = rows.flat_map(|a| &a.goods).filter(|g| **g != p.product.code);
            let mut friends: Vec<usize> = friends.filter_map(|g| at.get(g.as_str()).copied()).collect();
            friends.sort_unstable();
            friends.dedup();
            let items = p.variants.iter().map(|v| Item {
                weight_g: v.variant.weight_g,
                prices: v.prices.clone(),
                until: (v.variant.stock == 0).then(|| scene.now - Duration::days(dice.between(2, 18))),
            });
            Good { popularity: p.product.popularity, items: items.collect(), friends }
        })
        .collect()
}

/// What the database says of delivery and taxes.
struct Tables {
    method_names: HashMap<String, (String, String)>,
    /// By country and class.
    tax: HashMap<(String, String), i32>,
}

/// Collects the rows of all orders.
struct Writer<'a> {
    scene: &'a Scene<'a>,
    rows: rows::OrderRows<'a>,
    order_ids: std::vec::IntoIter<i64>,
    cart_ids: std::vec::IntoIter<i64>,
    line_ids: std::vec::IntoIter<i64>,
    fulfilment_ids: std::vec::IntoIter<i64>,
    tables: &'a Tables,
    accounts: BTreeMap<i64, Account>,
    reserved: HashMap<i64, i32>,
    dice: Dice,
}

impl<'a> Writer<'a> {
    async fn new(
        tx: &mut PgConnection,
        scene: &'a Scene<'a>,
        tables: &'a Tables,
        orders: &[Order],
    ) -> anyhow::Result<Writer<'a>> {
        let lines = orders.iter().map(|o| o.lines.len()).sum();
        Ok(Writer {
            scene,
            rows: rows::OrderRows::default(),
            order_ids: store::take_ids(&mut *tx, "orders", orders.len()).await?.into_iter(),
            cart_ids: store::take_ids(&mut *tx, "carts", orders.len()).await?.into_iter(),
            line_ids: store::take_ids(&mut *tx, "order_lines", lines).await?.into_iter(),
            fulfilment_ids: store::take_ids(&mut *tx, "fulfilments", orders.len()).await?.into_iter(),
            tables,
            accounts: accounts(scene.placed, scene.now),
            reserved: HashMap::new(),
            dice: Dice::named(scene.seed, "orders"),
        })
    }

    fn add(&mut self, order: &'a Order) -> anyhow::Result<()> {
        let id = self.order_ids.next().context("ids run out")?;
        let tax_cents = self.add_lines(id, order)?;
        self.add_head(id, order, tax_cents)?;
        let tracking = self.add_parcel(id, order)?;
        self.add_events(id, order, &tracking);
        self.add_payment(id, order);
        Ok(())
    }

    fn add_lines(&mut self, id: i64, order: &'a Order) -> anyhow::Result<i64> {
        let person = &self.scene.people[order.person];
        let mut tax_cents = 0;
        for (position, line) in (1..).zip(&order.lines) {
            let p = &self.scene.placed[line.good];
            let v = &p.variants[line.item];
            let tax_rate_bp = self.rate(&person.address.country, &p.product.tax);
            let total = line.unit_cents * i64::from(line.quantity);
            let line_tax = Money::cents(total).tax_included(tax_rate_bp).as_cents();
            tax_cents += line_tax;
            let english = person.lang == "en";
            let image = p.image.as_ref();
            self.rows.lines.push(rows::LineRow {
                id: self.line_ids.next().context("ids run out")?,
                order_id: id,
                position,
                variant_id: v.id,
                product_id: p.id,
                sku: &v.variant.sku,
                title: if english { &p.product.en.title } else { &p.product.fr.title },
                options: if english { &v.options_en } else { &v.options_fr },
                image_key: image.map_or("", |m| &m.key),
                image_kind: image.map_or("webp", |m| &m.kind),
                quantity: line.quantity,
                unit_price_cents: line.unit_cents,
                tax_rate_bp,
                tax_cents: line_tax,
                ecotax_cents: p.product.ecotax_cents,
                weight_g: v.variant.weight_g,
            });
            self.move_stock(id, order, v.id, line.quantity);
        }
        Ok(tax_cents)
    }

    fn rate(&self, country: &str, class: &str) -> i32 {
        self.tables.tax.get(&(country.to_string(), class.to_string())).copied().unwrap_or(2_000)
    }

    fn move_stock(&mut self, id: i64, order: &Order, variant: i64, n: i32) {
        let steps = &order.steps;
        if steps.holds_goods() {
            *self.reserved.entry(variant).or_default() += n;
            let row =
                rows::ReservationRow { order_id: id, variant_id: variant, quantity: n, at: order.placed_at };
            self.rows.reservations.push(row);
        }
        let actor = self.actor(id).0;
        let account = self.accounts.entry(variant).or_default();
        if steps.holds_goods() {
            account.on_hand += n;
        }
        account.moves.extend(steps.fulfilled.map(|at| (at, -n, id, actor.clone())));
        account.moves.extend(steps.returned.map(|at| (at, n, id, actor)));
    }

    fn add_head(&mut self, id: i64, order: &'a Order, lines_tax: i64) -> anyhow::Result<()> {
        let person = &self.scene.people[order.person];
        let shipping_tax_bp = self.rate(&person.address.country, "standard");
        let shipping_tax = Money::cents(order.shipping_cents).tax_included(shipping_tax_bp).as_cents();
        let names = self.tables.method_names.get(&order.shipping_method);
        let noted = person.lang == "fr" && self.dice.chance(7);
        let note: &&str = self.dice.pick(NOTES);
        let steps = &order.steps;
        let story =
            [steps.paid, steps.preparing, steps.fulfilled, steps.delivered, steps.cancelled, steps.returned];
        self.rows.orders.push(rows::OrderRow {
            id,
            cart_id: self.cart_ids.next().context("ids run out")?,
            user_id: self.scene.user_ids.get(&person.email).copied(),
            email: &person.email,
            phone: &person.phone,
            lang: person.lang,
            items_cents: order.items_cents(),
            shipping_cents: order.shipping_cents,
            tax_cents: lines_tax + shipping_tax,
            shipping_tax_bp,
            order_state: steps.order_state(),
            payment_state: steps.payment_state(),
            fulfilment_state: steps.fulfilment_state(),
            payment_method: order.payment_method,
            shipping_method: &order.shipping_method,
            shipping_name: names.map_or("", |n| if person.lang == "en" { &n.1 } else { &n.0 }),
            address: &person.address,
            note: if noted { note } else { "" },
            terms_version: self.scene.terms_version,
            version: 1 + story.iter().flatten().count() as i32,
            at: order.placed_at,
        });
        Ok(())
    }

    /// Who of the staff looks after an order.
    fn actor(&self, order_id: i64) -> (String, String) {
        match self.scene.staff.get(order_id as usize % self.scene.staff.len().max(1)) {
            Some(s) => (format!("staff:{}", s.id), s.name.clone()),
            None => ("system".into(), String::new()),
        }
    }

    fn add_events(&mut self, id: i64, order: &Order, tracking: &str) {
        let steps = &order.steps;
        let customer = ("customer".to_string(), self.scene.people[order.person].address.name.clone());
        let system = ("system".to_string(), String::new());
        let staff = self.actor(id);
        let lapsed = steps.cancelled.is_some_and(|at| at - order.placed_at >= Duration::days(UNPAID_DAYS));
        let (gone_by, reason) =
            if lapsed { (&system, "unpaid") } else { (&staff, "À la demande du client") };
        let payment = steps.payment_state();
        let done = steps.delivered.zip(steps.paid).map(|(a, b)| a.max(b));
        let carrier = carrier(&order.shipping_method);
        let noted = self.dice.chance(4);
        let note = steps.preparing.filter(|_| noted).map(|at| at + Duration::minutes(11));
        let story = [
            ("placed", &customer, Some(order.placed_at), json!({})),
            ("paid", &staff, steps.paid, json!({"reference": self.reference(id, order)})),
            ("preparing", &staff, steps.preparing, json!({})),
            ("note", &staff, note, json!({"text": self.dice.pick(STAFF_NOTES)})),
            ("fulfilled", &staff, steps.fulfilled, json!({"carrier": carrier, "tracking": tracking})),
            ("delivered", &system, steps.delivered, json!({})),
            ("completed", &system, done, json!({})),
            ("cancelled", gone_by, steps.cancelled, json!({"reason": reason, "payment": payment})),
            ("returned", &staff, steps.returned, json!({"reason": "Ne convient pas", "payment": payment})),
        ];
        for (kind, by, at, data) in story {
            let Some(at) = at.filter(|at| *at <= self.scene.now) else { continue };
            self.rows.events.push(rows::EventRow {
                order_id: id,
                kind,
                actor: by.0.clone(),
                actor_name: by.1.clone(),
                public: !["note", "completed"].contains(&kind),
                data,
                at,
            });
        }
    }

    /// What the bank statement or the cheque says.
    fn reference(&self, id: i64, order: &Order) -> String {
        let mut dice = Dice::named(self.scene.seed, &format!("payment {id}"));
        match (order.payment_method, order.steps.paid) {
            ("cheque", Some(_)) => format!("n°\u{a0}{}", dice.between(1_000_000, 9_999_999)),
            ("transfer", Some(_)) => format!("VIR {}", dice.between(100_000, 999_999)),
            _ => String::new(),
        }
    }

    fn add_payment(&mut self, id: i64, order: &Order) {
        let state = match order.steps.payment_state() {
            "paid" => "captured",
            "awaiting" => "pending",
            other => other,
        };
        let reference = self.reference(id, order);
        self.rows.payments.push(rows::PaymentRow {
            order_id: id,
            method: order.payment_method,
            amount_cents: order.items_cents() + order.shipping_cents,
            state,
            reference,
            captured_at: order.steps.paid,
            at: order.placed_at,
        });
    }

    /// The parcel, if it left; its tracking number.
    fn add_parcel(&mut self, id: i64, order: &Order) -> anyhow::Result<String> {
        let Some(at) = order.steps.fulfilled else { return Ok(String::new()) };
        let tracking = format!("MR{:09}", self.dice.between(10_000_000, 999_999_999));
        let state = match &order.steps {
            Steps { returned: Some(_), .. } => "cancelled",
            Steps { delivered: Some(_), .. } => "delivered",
            _ => "sent",
        };
        self.rows.fulfilments.push(rows::FulfilmentRow {
            id: self.fulfilment_ids.next().context("ids run out")?,
            order_id: id,
            carrier: carrier(&order.shipping_method),
            tracking: tracking.clone(),
            state,
            at,
        });
        Ok(tracking)
    }

    fn stock(&self) -> (Vec<shelf::LevelRow>, Vec<ledger::Movement>) {
        (levels(&self.accounts, &self.reserved), ledger::movements(&self.accounts, self.scene.now))
    }
}

fn carrier(shipping_method: &str) -> &'static str {
    if shipping_method == "relay" { "Relais des Halles" } else { "Messagerie du Rhône" }
}

fn accounts(placed: &[Placed<'_>], now: DateTime<Utc>) -> BTreeMap<i64, Account> {
    let variants = placed.iter().flat_map(|p| p.variants.iter().map(move |v| (p, v)));
    variants
        .map(|(p, v)| {
            let since = Some(since(p.product, now));
            (v.id, Account { on_hand: v.variant.stock, since, moves: Vec::new() })
        })
        .collect()
}

fn levels(accounts: &BTreeMap<i64, Account>, reserved: &HashMap<i64, i32>) -> Vec<shelf::LevelRow> {
    accounts
        .iter()
        .map(|(id, a)| shelf::LevelRow {
            variant_id: *id,
            on_hand: a.on_hand,
            reserved: reserved.get(id).copied().unwrap_or(0),
        })
        .collect()
}
