//! Products as sheets of facts: what PostgreSQL says of them at this moment.

use catalog::Card;
use catalog::model::Stock;
use kit::{Lang, tr};
use ml::answer::excerpt::sentences;
use ml::answer::guard::{self, Refused};
use ml::answer::sheet::{Fact, Sheet};
use platform::App;

use crate::store::goods as store;

/// A product as the assistant speaks of it.
#[derive(Debug, Clone)]
pub struct Goods {
    pub card: Card,
    pub sheet: Sheet,
    /// How many facts at the beginning are of this moment: price, stock.
    pub live: usize,
}

impl Goods {
    pub fn url(&self, lang: Lang) -> String {
        self.card.url(lang)
    }

    pub fn price(&self, lang: Lang) -> String {
        price(lang, &self.card)
    }

    pub fn stock(&self, lang: Lang) -> String {
        stock(lang, &self.card)
    }

    /// One line with price and stock.
    pub fn line(&self, lang: Lang) -> String {
        tr!(
            lang,
            "assistant.goods.line",
            title = self.card.title,
            price = self.price(lang),
            stock = self.stock(lang)
        )
        .into()
    }
}

fn price(lang: Lang, card: &Card) -> String {
    let price = card.price.now.format(lang);
    if card.varies { tr!(lang, "assistant.goods.from", price = price).into() } else { price }
}

fn stock(lang: Lang, card: &Card) -> String {
    match card.stock() {
        Stock::Plenty => tr!(lang, "assistant.goods.plenty").into(),
        Stock::Few(n) => tr!(lang, "assistant.goods.few", n = n).into(),
        Stock::Out => tr!(lang, "assistant.goods.out").into(),
    }
}

/// The products with these ids that are on sale, in this order.
pub async fn list(app: &App, lang: Lang, ids: &[i64]) -> sqlx::Result<Vec<Goods>> {
    if ids.is_empty() {
        return Ok(Vec::new());
    }
    let (cards, rows) = tokio::try_join!(
        catalog::list_cards(&app.db, lang, ids),
        store::list_sheets(&app.db, lang, ids, false)
    )?;
    let mut rows: std::collections::HashMap<i64, store::Row> = rows.into_iter().map(|r| (r.id, r)).collect();
    Ok(cards.into_iter().filter_map(|card| Some(goods(lang, rows.remove(&card.id)?, card))).collect())
}

fn goods(lang: Lang, row: store::Row, card: Card) -> Goods {
    let fact = |label: String, value: String| Fact { label, value };
    let mut facts = vec![
        fact(tr!(lang, "assistant.fact.price").into(), price(lang, &card)),
        fact(tr!(lang, "assistant.fact.stock").into(), stock(lang, &card)),
    ];
    let live = facts.len();
    facts.extend(row.attributes(lang).into_iter().map(|(label, value)| fact(label, value)));
    facts.extend(row.options().into_iter().map(|(label, value)| fact(label, value)));
    if !row.brand.is_empty() {
        facts.push(fact(tr!(lang, "assistant.fact.brand").into(), row.brand.clone()));
    }
    facts.extend(promised(lang, &row));
    if card.reviews > 0 {
        let mean = kit::text::tenths(lang, card.rating);
        let value = tr!(lang, "assistant.fact.rated", mean = mean, n = card.reviews);
        facts.push(fact(tr!(lang, "assistant.fact.rating").into(), value.into()));
    }
    facts.retain(|f| honest(&f.value));
    let text: Vec<String> = sentences(&row.text()).into_iter().filter(|s| honest(s)).collect();
    let sheet = Sheet {
        id: card.id,
        title: card.title.clone(),
        brand: row.brand.clone(),
        codes: row.codes(),
        category: row.categories.clone(),
        facts,
        text: text.join("\n"),
    };
    Goods { card, sheet, live }
}

/// A text that gives orders to machines is no fact; nobody is quoted with it, and no model reads it.
pub fn honest(text: &str) -> bool {
    guard::refuses(text) != Some(Refused::Trick)
}

/// Warranty, repairability, origin.
pub fn promised(lang: Lang, row: &store::Row) -> Vec<Fact> {
    let mut out = Vec::new();
    let mut add = |label: String, value: String| out.push(Fact { label, value });
    if let Some(months) = row.warranty_months.filter(|m| *m > 0) {
        let value = tr!(lang, "assistant.fact.months", n = months);
        add(tr!(lang, "assistant.fact.warranty").into(), value.into());
    }
    if let Some(index) = row.repair_index {
        let tenths = kit::text::tenths(lang, index.into());
        add(tr!(lang, "assistant.fact.repair").into(), format!("{tenths}/10"));
    }
    if !row.origin.is_empty() {
        add(tr!(lang, "assistant.fact.origin").into(), row.origin.clone());
    }
    out
}
