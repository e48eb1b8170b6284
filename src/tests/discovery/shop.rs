//! A small shop with its index, for the tests beside.

use discovery::index;

use crate::catalog::goods::{New, category, product};
use crate::harness::TestApp;

pub const TITLES: [(&str, &str, &str, &str); 6] = [
    ("cafetiere", "Cafetière italienne en inox", "Stainless moka pot", "Ondine"),
    ("cafetieres", "Deux cafetières à piston", "Two French presses", "Vesta"),
    ("theiere", "Théière en fonte noire", "Black cast-iron teapot", "Vesta"),
    ("carte", "Carte mémoire 64 Go", "64 GB memory card", "Kestrel"),
    ("chaise", "Chaise de bureau", "Office chair", "Assis"),
    ("pull", "Pull en laine bleu", "Blue wool jumper", "Alpa"),
];

/// The ids of [`TITLES`], in one category.
pub async fn stocked(t: &TestApp) -> Vec<i64> {
    let db = &t.app.db;
    let c = category(db, "cuisine", None).await;
    let mut out = Vec::new();
    for (slug, title, english, brand) in TITLES {
        let new = New { category: c, slug, title, english: Some(english), brand, ..New::default() };
        out.push(product(db, new).await);
    }
    out
}

pub async fn built(t: &TestApp) -> Vec<i64> {
    let ids = stocked(t).await;
    index::build(&t.app, false, |_| {}).await.expect("index");
    index::follow(&t.app).await.expect("follow");
    ids
}

pub fn search(words: &str) -> String {
    format!("/recherche?q={}", kit::urls::query(words))
}
