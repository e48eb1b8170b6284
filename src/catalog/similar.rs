//! What is like a product and what is bought with it: staff's own links first, then what a room that knows better has
//! offered to say, then best sellers of the shelf.

use std::sync::OnceLock;

use kit::Lang;
use platform::App;

/// Ids of products like the one with this id, nearest first; empty when nothing is known of it.
pub type Say = fn(&App, Lang, i64) -> Vec<i64>;

/// Ids of products often bought with this one, strongest first.
pub type SayTogether = fn(&App, i64) -> Vec<i64>;

#[derive(Default)]
struct Offered(OnceLock<Say>, OnceLock<SayTogether>);

/// Lets a room that stands later say what is like a product. The first offer stays.
pub fn offer(app: &App, say: Say) {
    // A second offer changes nothing: the rooms are started once.
    let _ = app.slots.of::<Offered>().0.set(say);
}

/// The same for what is bought together.
pub fn offer_together(app: &App, say: SayTogether) {
    let _ = app.slots.of::<Offered>().1.set(say);
}

/// What is bought with a product; empty when nothing is known.
pub(crate) fn together(app: &App, product_id: i64) -> Vec<i64> {
    app.slots.of::<Offered>().1.get().map_or_else(Vec::new, |say| say(app, product_id))
}

/// What was said, filled up from the shelf.
pub(crate) fn fill(app: &App, lang: Lang, product_id: i64, shelf: &mut Vec<i64>) {
    let Some(say) = app.slots.of::<Offered>().0.get().copied() else { return };
    let mut ids = say(app, lang, product_id);
    shelf.retain(|id| !ids.contains(id));
    ids.append(shelf);
    *shelf = ids;
}
