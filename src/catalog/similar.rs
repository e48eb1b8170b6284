//! What is like a product: best sellers of its shelf, unless a room that knows better has offered to say it.

use std::sync::OnceLock;

use kit::Lang;
use platform::App;

/// Ids of products like the one with this id, nearest first; empty when nothing is known of it.
pub type Say = fn(&App, Lang, i64) -> Vec<i64>;

#[derive(Default)]
struct Offered(OnceLock<Say>);

/// Lets a room that stands later say what is like a product. The first offer stays.
pub fn offer(app: &App, say: Say) {
    // A second offer changes nothing: the rooms are started once.
    let _ = app.slots.of::<Offered>().0.set(say);
}

/// What was said, filled up from the shelf.
pub(crate) fn fill(app: &App, lang: Lang, product_id: i64, shelf: &mut Vec<i64>) {
    let Some(say) = app.slots.of::<Offered>().0.get().copied() else { return };
    let mut ids = say(app, lang, product_id);
    shelf.retain(|id| !ids.contains(id));
    ids.append(shelf);
    *shelf = ids;
}
