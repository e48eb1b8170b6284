//! Lists: what is ticked stands in the address, numbers are true, every state can be shared.

use super::goods::{New, category, change, product};
use crate::harness::TestApp;

/// Slug, brand, and variants as colour, price in cents and units.
type Kettle = (&'static str, &'static str, &'static [(&'static str, i64, i32)]);

/// A department with two shelves: six kettles of two brands, and a pan.
async fn shop(t: &TestApp) -> i64 {
    let db = &t.app.db;
    let kitchen = category(db, "cuisine", None).await;
    let kettles = category(db, "bouilloires", Some(kitchen)).await;
    let pans = category(db, "poeles", Some(kitchen)).await;
    category(db, "vide", Some(kitchen)).await;
    let goods: [Kettle; 5] = [
        ("k1", "Vesta", &[("noir", 2_000, 5)]),
        ("k2", "Vesta", &[("noir", 3_000, 0), ("blanc", 3_000, 0)]),
        ("k3", "Aeris", &[("blanc", 4_000, 5)]),
        ("k4", "Aeris", &[("noir", 5_000, 5), ("blanc", 5_500, 1)]),
        ("k5", "Aeris", &[("rouge", 9_000, 5)]),
    ];
    for (slug, brand, variants) in goods {
        product(db, New { category: kettles, slug, title: slug, brand, variants, ..New::default() }).await;
    }
    product(db, New { category: pans, slug: "poele", title: "Poêle", brand: "Vesta", ..New::default() }).await
}

fn titles(page: &crate::harness::Answer) -> Vec<String> {
    page.texts(".card__title")
}

#[tokio::test]
async fn a_department_shows_all_below_it_and_its_shelves() {
    let t = TestApp::new().await;
    shop(&t).await;
    let v = t.visitor();
    let page = v.get("/c/cuisine").await.expect(200);
    assert_eq!(page.text("#compte"), "6 produits");
    assert_eq!(
        page.texts(".subcats a"),
        ["Tout", "Rayon bouilloires", "Rayon poeles"],
        "empty shelves are left out"
    );
    assert_eq!(
        v.get("/c/bouilloires").await.expect(200).text(".subcats [aria-current]"),
        "Rayon bouilloires"
    );
    assert_eq!(v.get("/en/c/cuisine-en").await.expect(200).text("#compte"), "6 products");
    assert_eq!(v.get("/en/c/cuisine").await.expect(301).location().as_deref(), Some("/en/c/cuisine-en"));
    v.get("/c/rien").await.expect(404);
    t.done().await;
}

#[tokio::test]
async fn filters_add_within_a_facet_and_narrow_across_facets() {
    let t = TestApp::new().await;
    shop(&t).await;
    let v = t.visitor();
    let count = async |query: &str| v.get(&format!("/c/cuisine?{query}")).await.expect(200).text("#compte");
    assert_eq!(count("marque=vesta").await, "3 produits");
    assert_eq!(count("marque=vesta&marque=aeris").await, "6 produits");
    assert_eq!(count("marque=vesta&dispo=1").await, "2 produits");
    assert_eq!(count("couleur=noir&couleur=rouge").await, "4 produits");
    assert_eq!(count("couleur=blanc&marque=aeris&prix_min=45").await, "1 produit");
    assert_eq!(
        count("prix_min=abc&note=12&marque=inconnue&utm_source=x").await,
        "6 produits",
        "nonsense is ignored"
    );
    t.done().await;
}

#[tokio::test]
async fn each_number_beside_a_box_is_what_ticking_it_gives() {
    let t = TestApp::new().await;
    shop(&t).await;
    let v = t.visitor();
    let page = v.get("/c/cuisine?dispo=1&couleur=blanc").await.expect(200);
    let names = page.attrs("#filtres input[type=checkbox]", "name");
    let values = page.attrs("#filtres input[type=checkbox]", "value");
    let numbers = page.texts("#filtres .check__n");
    assert!(names.len() >= 7, "{names:?}");
    for ((name, value), number) in names.iter().zip(&values).zip(&numbers) {
        // Ticked together with the other facets; its own facet starts anew.
        let others: Vec<&str> =
            ["dispo=1", "couleur=blanc"].into_iter().filter(|p| !p.starts_with(name.as_str())).collect();
        let url = format!("/c/cuisine?{}&{name}={value}", others.join("&"));
        let told = number.split(' ').next().unwrap_or_default();
        assert_eq!(v.get(&url).await.text("#compte").split(' ').next(), Some(told), "{url}");
    }
    assert!(page.has("#f-couleur-blanc[checked]") && page.has("#f-couleur-rouge:not([disabled])"));
    t.done().await;
}

#[tokio::test]
async fn chips_take_filters_away_and_nothing_found_offers_ways_out() {
    let t = TestApp::new().await;
    shop(&t).await;
    let v = t.visitor();
    let page = v.get("/c/cuisine?marque=vesta&couleur=rouge&tri=prix").await.expect(200);
    assert_eq!(page.text("#compte"), "0 produit");
    assert!(page.has(".empty a.btn"));
    let chips = page.attrs(".active a.chip", "href");
    assert_eq!(chips, ["/c/cuisine?couleur=rouge&tri=prix", "/c/cuisine?marque=vesta&tri=prix"]);
    assert_eq!(v.get(&chips[0]).await.expect(200).text("#compte"), "1 produit");
    assert!(page.has("meta[name=robots][content=noindex]"), "filtered lists are endless");
    assert!(!v.get("/c/cuisine?tri=prix").await.has("meta[name=robots]"));
    t.done().await;
}

#[tokio::test]
async fn lists_are_ordered_as_asked_and_sold_out_goods_come_last() {
    let t = TestApp::new().await;
    let pan = shop(&t).await;
    change(&t.app.db, pan, "update products set sales_30d = 50 where id = $1").await;
    let v = t.visitor();
    let usual = titles(&v.get("/c/cuisine").await.expect(200));
    assert_eq!((usual[0].as_str(), usual[5].as_str()), ("Poêle", "k2"));
    assert_eq!(titles(&v.get("/c/bouilloires?tri=prix").await), ["k1", "k2", "k3", "k4", "k5"]);
    assert_eq!(titles(&v.get("/c/bouilloires?tri=prix-desc").await), ["k5", "k4", "k3", "k2", "k1"]);
    for odd in ["page=0", "page=-1", "page=x", "tri=zzz", "page=1"] {
        v.get(&format!("/c/cuisine?{odd}")).await.expect(200);
    }
    v.get("/c/cuisine?page=2").await.expect(404);
    t.done().await;
}

#[tokio::test]
async fn pages_follow_each_other_and_lose_nothing() {
    let t = TestApp::new().await;
    let c = category(&t.app.db, "cuisine", None).await;
    let slugs: Vec<String> = (1..=30).map(|n| format!("p{n:02}")).collect();
    for slug in &slugs {
        product(&t.app.db, New { category: c, slug, title: slug, ..New::default() }).await;
    }
    let v = t.visitor();
    let first = v.get("/c/cuisine?tri=prix&dispo=1").await.expect(200);
    let next = first.attr("a[rel=next]", "href").expect("next");
    assert_eq!(next, "/c/cuisine?dispo=1&tri=prix&page=2");
    let mut seen = titles(&first);
    seen.extend(titles(&v.get(&next).await.expect(200)));
    seen.sort();
    assert_eq!(seen, slugs);
    let part = v.get_part("/c/cuisine?prix_min=&prix_max=&dispo=1").await.expect(200);
    assert!(part.has("#liste #filtres") && !part.body.contains("<html"));
    assert_eq!(
        part.header("hx-push-url"),
        Some("/c/cuisine?dispo=1"),
        "the address bar gets the tidy address"
    );
    t.done().await;
}

#[tokio::test]
async fn a_list_follows_the_catalogue_at_once() {
    let t = TestApp::new().await;
    let pan = shop(&t).await;
    let v = t.visitor();
    assert_eq!(v.get("/c/poeles").await.expect(200).text("#compte"), "1 produit");
    change(&t.app.db, pan, "update variants set price_cents = 1500 where product_id = $1").await;
    t.app.pages.clear();
    let page = v.get("/c/poeles?prix_max=20").await.expect(200);
    assert_eq!(page.attr(".card data", "value").as_deref(), Some("15.00"));
    change(&t.app.db, pan, "update products set status = 'archived' where id = $1").await;
    t.app.pages.clear();
    assert_eq!(v.get("/c/cuisine").await.expect(200).text("#compte"), "5 produits");
    t.done().await;
}

#[tokio::test]
async fn the_worker_counts_what_was_sold_lately() {
    let t = TestApp::new().await;
    let pan = shop(&t).await;
    change(&t.app.db, pan, "update products set sales_30d = 50 where id = $1").await;
    jobs::enqueue(&t.app.db, &catalog::jobs::RefreshSales {}).await.expect("enqueue");
    t.run_jobs().await;
    let sold = sqlx::query_scalar::<_, i32>("select sales_30d from products where id = $1").bind(pan);
    assert_eq!(sold.fetch_one(&t.app.db).await.unwrap(), 0, "nothing was ordered");
    t.done().await;
}
