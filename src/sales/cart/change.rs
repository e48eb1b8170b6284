//! Changing quantities and taking lines out.

use catalog::stock;
use kit::Lang;
use kit::quantity::Quantity;
use platform::App;
use platform::web::Error;

use super::{HOLD_MINUTES, store, visit};

/// What came of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Changed {
    Done,
    /// Somewhere more was wanted than there is: it was lowered to what is there.
    Lowered,
}

/// Sets quantities and removes lines of an open cart, all at once. Ids that are not in the cart are ignored.
pub async fn change(
    app: &App,
    cart_id: i64,
    lang: Lang,
    quantities: &[(i64, Quantity)],
    remove: Option<i64>,
) -> Result<Changed, Error> {
    let lines = visit::lines(&app.db, cart_id, lang).await?;
    let mut lowered = false;
    let mut set = Vec::new();
    for line in &lines {
        let id = line.offer.variant_id;
        let Some((_, wanted)) = quantities.iter().find(|(v, _)| *v == id) else { continue };
        // A sold-out line keeps its number: it may come back.
        let most = if line.sold_out() { line.quantity } else { line.available() };
        let n = wanted.get().min(most);
        lowered |= n < wanted.get() && remove != Some(id);
        if n != line.quantity {
            set.push((id, n));
        }
    }
    let gone: Vec<i64> = remove.into_iter().collect();
    if set.is_empty() && gone.is_empty() {
        return Ok(if lowered { Changed::Lowered } else { Changed::Done });
    }
    let mut tx = app.db.begin().await?;
    if !store::touch(&mut tx, cart_id).await? {
        return Err(Error::Redirect(kit::urls::cart(lang).to_string()));
    }
    store::set_lines(&mut tx, cart_id, &gone, &set).await?;
    if lines.iter().any(|l| l.held > 0) {
        let left = |id: i64, held: i32| match set.iter().find(|(v, _)| *v == id) {
            _ if gone.contains(&id) => 0,
            Some((_, n)) => held.min(*n),
            None => held,
        };
        let kept: Vec<(i64, i32)> = lines
            .iter()
            .map(|l| (l.offer.variant_id, left(l.offer.variant_id, l.held)))
            .filter(|(_, n)| *n > 0)
            .collect();
        stock::hold_for_cart(&mut tx, cart_id, &kept, HOLD_MINUTES).await?;
    }
    tx.commit().await?;
    Ok(if lowered { Changed::Lowered } else { Changed::Done })
}
