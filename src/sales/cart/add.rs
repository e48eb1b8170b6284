//! Putting an article into the cart.

use catalog::offers;
use kit::Lang;
use kit::quantity::Quantity;
use platform::App;
use platform::web::Error;
use platform::web::visitor::Visitor;
use uuid::Uuid;

use super::{MAX_LINES, store};

/// What came of it.
#[derive(Debug, PartialEq, Eq)]
pub enum Added {
    /// In the cart. `token` is set when the cart is new: the cookie's value.
    Done { title: String, count: i64, capped: bool, token: Option<Uuid> },
    /// Nothing is left, or it is no longer sold.
    SoldOut { title: String },
    /// The cart has as many different articles as it may.
    Full,
}

/// Adds `quantity` of a variant, at most what is in stock. An unknown variant is not found.
pub async fn add(
    app: &App,
    visitor: &Visitor,
    lang: Lang,
    variant_id: i64,
    quantity: Quantity,
) -> Result<Added, Error> {
    let offer = offers::find_offer(&app.db, lang, variant_id).await?.ok_or(Error::NotFound)?;
    let user = visitor.customer.as_ref().map(|u| u.id);
    let (mut cart, mut token) = match visitor.cart()? {
        Some(id) => (id, None),
        None if !offer.buyable() => return Ok(Added::SoldOut { title: offer.title }),
        None => open_cart(app, user, lang).await?,
    };
    if !offer.sellable {
        return Ok(Added::SoldOut { title: offer.title });
    }
    for _ in 0..2 {
        let (n, free) = (quantity.get(), offer.available);
        let row = store::add_line(&app.db, cart, variant_id, n, free, offer.price_cents, MAX_LINES).await?;
        match row.quantity {
            Some(n) => {
                let capped = n < row.before + quantity.get();
                let count = visitor.cart_count + i64::from(n - row.before);
                return Ok(Added::Done { title: offer.title, count, capped, token });
            }
            None if row.open && row.cap == 0 => return Ok(Added::SoldOut { title: offer.title }),
            None if row.open => return Ok(Added::Full),
            // Ordered in another tab a moment ago: this goes into a new cart.
            None => (cart, token) = open_cart(app, user, lang).await?,
        }
    }
    Err(Error::Unavailable("the cart is ordered at this moment".into()))
}

/// A new cart, or the customer's open one.
async fn open_cart(app: &App, user: Option<i64>, lang: Lang) -> Result<(i64, Option<Uuid>), Error> {
    let token = Uuid::new_v4();
    if let Some(id) = store::insert_cart(&app.db, token, user, lang.code()).await? {
        return Ok((id, Some(token)));
    }
    let found = store::find_open(&app.db, None, user).await?;
    let cart = found.first().ok_or_else(|| Error::Unavailable("the cart is just being opened".into()))?;
    Ok((cart.id, Some(cart.token)))
}
