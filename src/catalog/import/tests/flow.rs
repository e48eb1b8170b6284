//! Feeds that are in order: created, changed, left alone.

use super::harness::{Shop, counts, told};

const FEED: &str = "id\titem_group_id\ttitle\tdescription\tprice\tsale_price\tavailability\tquantity\tbrand\tproduct_type\tcolor\tsize\n\
    c1\t\tCafetière\t<p>Six tasses</p><p>Inox</p>\t79.90 EUR\t\tin_stock\t5\tBialetti\tMaison > Cuisine > Café\t\t\n\
    p1\tpull\tPull marin - bleu M\t\t89,00 €\t71,20 €\tin_stock\t3\tArmor\tMode > Pulls\tBleu\tM\n\
    p2\tpull\tPull marin - rouge M\t\t89,00 €\t71,20 €\tin_stock\t0\tArmor\tMode > Pulls\tRouge\tM\n\
    c2\t\tCafetière\t\t39.90 EUR\t\tin_stock\t\t\t\t\t\n";

#[tokio::test]
async fn a_feed_becomes_products_with_prices_stock_and_categories() {
    let shop = Shop::new().await;
    let report = shop.import(FEED).await;
    assert_eq!(counts(&report), (3, 0, 0, 0));
    assert_eq!(told(&report), [(5, "stock_unknown")]);
    assert_eq!(
        shop.ask("select string_agg(slug, ' ' order by slug) from product_texts").await,
        "cafetiere cafetiere-c2 pull-marin"
    );
    let text = "select description from product_texts where slug = 'cafetiere'";
    assert_eq!(shop.ask(text).await, "Six tasses\n\nInox");
    let path = "select string_agg(t.name, ' > ' order by c.id) from categories c join category_texts t on t.category_id = c.id";
    assert!(shop.ask(path).await.contains("Maison > Mode"), "level by level");
    let leaf = "select l.name || ' < ' || m.name || ' < ' || t.name from products p
        join categories c on c.id = p.category_id join category_texts l on l.category_id = c.id
        join categories d on d.id = c.parent_id join category_texts m on m.category_id = d.id
        join category_texts t on t.category_id = d.parent_id where p.external_id = 'c1'";
    assert_eq!(shop.ask(leaf).await, "Café < Cuisine < Maison");
    let pull = "select price_cents || ' ' || compare_at_cents || ' ' || available from products where external_id = 'pull'";
    assert_eq!(shop.ask(pull).await, "7120 8900 3");
    let values = "select string_agg(v.label_fr || coalesce(v.swatch, ''), ' ' order by v.position) from option_values v";
    assert_eq!(shop.ask(values).await, "Bleu#2a5db0 Rouge#c0392b");
    assert_eq!(
        shop.ask(
            "select on_hand from stock_levels s join variants v on v.id = s.variant_id where v.sku = 'c2'"
        )
        .await,
        "10"
    );
    let found =
        "select count(*) from product_texts where search @@ websearch_to_tsquery('fr', 'cafetieres inox')";
    assert_eq!(shop.ask(found).await, "1");
    shop.end().await;
}

#[tokio::test]
async fn the_same_feed_twice_changes_nothing() {
    let shop = Shop::new().await;
    shop.import(FEED).await;
    let before = shop.state().await;
    let report = shop.import(FEED).await;
    assert_eq!(counts(&report), (0, 0, 3, 0));
    assert_eq!(shop.state().await, before);
    shop.end().await;
}

#[tokio::test]
async fn what_changed_in_the_feed_changes_in_the_shop_and_nothing_else() {
    let shop = Shop::new().await;
    shop.import(FEED).await;
    let changed = FEED
        .replace("Cafetière\t<p>", "Cafetière italienne\t<p>")
        .replace("79.90", "69.90")
        .replace("\t5\t", "\t8\t");
    let report = shop.import(&changed).await;
    assert_eq!(counts(&report), (0, 1, 2, 0));
    let row = "select t.slug || ' ' || t.title || ' ' || p.price_cents || ' ' || p.available from products p
        join product_texts t on t.product_id = p.id where p.external_id = 'c1'";
    assert_eq!(shop.ask(row).await, "cafetiere Cafetière italienne 6990 8", "the address stays");
    let log = "select string_agg(l.price_cents::text, ' ' order by l.id) from price_log l join variants v on v.id = l.variant_id where v.sku = 'c1'";
    assert_eq!(shop.ask(log).await, "7990 6990");
    let ledger = "select string_agg(m.reason || ' ' || m.delta, ', ' order by m.id) from stock_movements m join variants v on v.id = m.variant_id where v.sku = 'c1'";
    assert_eq!(shop.ask(ledger).await, "initial 5, import 3");
    shop.end().await;
}

#[tokio::test]
async fn a_reduction_begins_when_its_price_appears_and_ends_with_it() {
    let shop = Shop::new().await;
    let feed = |sale: &str| format!("id,title,price,sale_price,quantity\n1,Lampe,50,{sale},1\n");
    shop.import(&feed("")).await;
    assert_eq!(shop.ask("select reduced_since from variants").await, "");
    shop.import(&feed("40")).await;
    let reduced = "select price_cents || ' ' || compare_at_cents || ' ' || lowest_before_cents from variants where reduced_since is not null";
    assert_eq!(shop.ask(reduced).await, "4000 5000 5000");
    shop.import(&feed("")).await;
    assert_eq!(
        shop.ask("select price_cents from variants where compare_at_cents is null and reduced_since is null")
            .await,
        "5000"
    );
    assert_eq!(
        shop.ask("select string_agg(price_cents::text, ' ' order by id) from price_log").await,
        "5000 4000 5000"
    );
    shop.end().await;
}

#[tokio::test]
async fn stock_never_falls_below_what_orders_hold() {
    let shop = Shop::new().await;
    shop.import("id,title,price,quantity\n1,Lampe,50,5\n").await;
    shop.run("insert into carts (token) values (gen_random_uuid())").await;
    shop.run("update stock_levels set reserved = 3").await;
    shop.run("insert into reservations (cart_id, variant_id, quantity, expires_at) select c.id, v.id, 3, now() + interval '1 hour' from carts c, variants v").await;
    let report = shop.import("id,title,price,quantity\n1,Lampe,50,1\n").await;
    assert_eq!(told(&report), [(2, "stock_reserved")]);
    assert_eq!(shop.ask("select on_hand || ' ' || reserved from stock_levels").await, "3 3");
    shop.end().await;
}

#[tokio::test]
async fn what_the_feed_does_not_say_stays() {
    let shop = Shop::new().await;
    shop.import(FEED).await;
    shop.run("update products set status = 'draft' where external_id = 'c1'").await;
    let report = shop.import("id,title,price\nc1,Cafetière,79.90\n").await;
    assert_eq!(counts(&report), (0, 0, 1, 0));
    let row = "select p.status || ' ' || b.name || ' ' || l.on_hand from products p join brands b on b.id = p.brand_id
        join variants v on v.product_id = p.id join stock_levels l on l.variant_id = v.id where p.external_id = 'c1'";
    assert_eq!(shop.ask(row).await, "draft Bialetti 5");
    shop.end().await;
}

#[tokio::test]
async fn options_and_ids_of_variants_may_change() {
    let shop = Shop::new().await;
    let head = "id,item_group_id,title,price,quantity,color,size\n";
    shop.import(&format!("{head}1,g,T-shirt,10,1,Bleu,\n2,g,T-shirt,10,2,Rouge,\n")).await;
    let ids = "select string_agg(v.id || ':' || v.external_id || ':' || s.on_hand, ' ' order by v.id) from variants v join stock_levels s on s.variant_id = v.id";
    let before = shop.ask(ids).await;
    // The two exchange their colours.
    let report = shop.import(&format!("{head}1,g,T-shirt,10,1,Rouge,\n2,g,T-shirt,10,2,Bleu,\n")).await;
    assert_eq!(counts(&report), (0, 1, 0, 0));
    assert_eq!(shop.ask(ids).await, before);
    // A new id for the same colour is the same variant with its stock and history.
    shop.import(&format!("{head}1-neu,g,T-shirt,10,1,Rouge,\n2,g,T-shirt,10,2,Bleu,\n")).await;
    assert_eq!(shop.ask(ids).await, before.replace(":1:", ":1-neu:"));
    // A second dimension.
    shop.import(&format!(
        "{head}1-neu,g,T-shirt,10,1,Rouge,M\n2,g,T-shirt,10,2,Bleu,L\n3,g,T-shirt,10,4,Bleu,M\n"
    ))
    .await;
    assert_eq!(
        shop.ask("select string_agg(code, ' ' order by position) from product_options").await,
        "couleur taille"
    );
    assert_eq!(
        shop.ask("select count(*) from variants where active and cardinality(value_ids) = 2").await,
        "3"
    );
    // And none any more.
    let report = shop.import("id,title,price,quantity\ng,T-shirt,10,1\n").await;
    assert_eq!(counts(&report), (0, 1, 0, 0));
    assert_eq!(shop.ask("select string_agg(external_id, ' ') from variants where active").await, "g");
    shop.end().await;
}

#[tokio::test]
async fn shopify_says_what_is_shown_and_a_second_language_is_a_second_text() {
    let mut shop = Shop::new().await;
    let feed = |title: &str, status: &str| {
        format!(
            "Handle,Title,Variant Price,Variant Inventory Qty,Option1 Name,Option1 Value,Status\nbol,{title},12.50,4,Title,Default Title,{status}\n"
        )
    };
    shop.import(&feed("Bol bleu", "draft")).await;
    assert_eq!(shop.ask("select status from products where published_at is null").await, "draft");
    shop.import(&feed("Bol bleu", "active")).await;
    assert_eq!(shop.ask("select status from products where published_at is not null").await, "active");
    shop.options.lang = kit::Lang::En;
    let report = shop.import(&feed("Blue bowl", "active")).await;
    assert_eq!(counts(&report), (0, 1, 0, 0));
    assert_eq!(
        shop.ask("select string_agg(lang || ':' || slug, ' ' order by lang) from product_texts").await,
        "en:blue-bowl fr:bol-bleu"
    );
    shop.end().await;
}

#[tokio::test]
async fn a_dry_run_says_what_would_happen_and_writes_nothing() {
    let mut shop = Shop::new().await;
    shop.import(FEED).await;
    let before = shop.state().await;
    let runs = shop.ask("select count(*) from imports").await;
    shop.options.dry_run = true;
    let feed = format!(
        "{}n1\t\tNeuf\t\t5 EUR\t\tin_stock\t1\tInconnue\tAilleurs > Là\t\t\nn2\t\tSans prix\t\t\t\t\t\t\t\t\t\n",
        FEED.replace("79.90", "59.90")
    );
    let report = shop.import(&feed).await;
    assert_eq!(counts(&report), (1, 1, 2, 1));
    assert_eq!(report.exit_code(), 2);
    assert_eq!(shop.state().await, before);
    assert_eq!(shop.ask("select count(*) from imports").await, runs);
    shop.end().await;
}
