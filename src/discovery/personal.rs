//! "Pour vous": from what this browser remembers and, for who is signed in, their own orders. No profile is kept: the list
//! is made when the page is asked for and forgotten with it.

use catalog::Card;
use platform::web::Ctx;

use crate::recommend::advise::{self, Limits, Reason};
use crate::store::recommend as store;
use crate::visits::Recent;

/// Cards on the home page and on the page of its own.
pub const ON_HOME: usize = 8;
pub const ON_PAGE: usize = 16;
const RECENT: usize = 10;
/// Products of own orders that are looked at.
const OWN: i64 = 8;

/// A card and the product that called for it.
pub struct Proposed {
    pub card: Card,
    pub because: Option<Because>,
}

pub enum Because {
    /// Looked at or bought by this visitor: like it, or bought by who bought it.
    Like(String),
    Bought(String),
    BestSeller,
}

#[derive(Default)]
pub struct ForYou {
    pub proposed: Vec<Proposed>,
    pub recent: Vec<Card>,
    /// Whether this browser keeps the list.
    pub on: bool,
    /// Whether anything of the visitor's own stands behind it.
    pub personal: bool,
}

/// What is proposed to this visitor. Without anything known of them, best sellers; `k` cards.
pub async fn load(ctx: &Ctx, recent: &Recent, k: usize) -> sqlx::Result<ForYou> {
    let (app, lang) = (&ctx.app, ctx.lang);
    let own = match &ctx.visitor.customer {
        Some(customer) if !recent.refused => store::list_own(&app.db, customer.id, OWN).await?,
        _ => Vec::new(),
    };
    let mut history = recent.ids.clone();
    history.extend(own.iter().filter(|id| !recent.ids.contains(id)));
    let without: Vec<i64> = ctx.visitor.cart_products.iter().chain(&own).copied().collect();
    let limits = Limits { k, variety: 0.2, without: &without };
    let advice = advise::for_history(app, lang, &history, limits).await?;
    // One query for everything that is shown or named.
    let mut ids: Vec<i64> = advice.iter().map(|a| a.product_id).collect();
    ids.extend(advice.iter().filter_map(|a| a.reason.because_of()));
    ids.extend(recent.ids.iter().take(RECENT));
    ids.sort_unstable();
    ids.dedup();
    let cards = catalog::list_cards(&app.db, lang, &ids).await?;
    let card = |id: i64| cards.iter().find(|c| c.id == id);
    let because = |reason: Reason| match reason {
        Reason::Similar(id) => card(id).map(|c| Because::Like(c.title.clone())),
        Reason::Neighbour(id) => card(id).map(|c| Because::Bought(c.title.clone())),
        _ => Some(Because::BestSeller),
    };
    let proposed = advice
        .iter()
        .filter_map(|a| Some(Proposed { card: card(a.product_id)?.clone(), because: because(a.reason) }))
        .filter(|p| p.card.available > 0)
        .collect();
    let recent_cards = recent.ids.iter().take(RECENT).filter_map(|id| card(*id)).cloned().collect();
    Ok(ForYou { proposed, recent: recent_cards, on: recent.on, personal: !history.is_empty() })
}

/// Cards beside a basket: what goes with it, never what is in it.
pub async fn beside(ctx: &Ctx, basket: &[i64], k: usize) -> sqlx::Result<Vec<Card>> {
    if basket.is_empty() {
        return Ok(Vec::new());
    }
    let without = &ctx.visitor.cart_products;
    let limits = Limits { k, variety: 0.2, without };
    let advice = advise::for_basket(&ctx.app, ctx.lang, basket, limits).await?;
    let ids: Vec<i64> = advice.iter().map(|a| a.product_id).collect();
    let mut cards = catalog::list_cards(&ctx.app.db, ctx.lang, &ids).await?;
    cards.retain(|card| card.available > 0);
    Ok(cards)
}
