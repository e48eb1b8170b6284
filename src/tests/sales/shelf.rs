//! Goods to sell and people who buy them.

use platform::App;
use platform::web::visitor::Visitor;
use sales::cart::Added;
use sales::checkout::Command;
use sqlx::{AssertSqlSafe, PgPool};

use crate::harness::{Answer, Client, TestApp};

/// A product with one variant and `stock` of it; answers the variant's id. `n` makes names differ.
pub async fn goods(db: &PgPool, n: i64, price_cents: i64, stock: i32) -> i64 {
    let sql = format!(
        "with c as (insert into categories (code) values ('test') on conflict (code) do update set code = excluded.code returning id),
              p as (insert into products (category_id, status, price_cents, available, tax_class)
                    select id, 'active', {price_cents}, {stock}, case when {n} % 2 = 0 then 'reduced' else 'standard' end from c returning id),
              t as (insert into product_texts (product_id, lang, slug, title)
                    select p.id, l, 'article-{n}-' || l, case l when 'fr' then 'Bouilloire {n}' else 'Kettle {n}' end
                      from p, unnest(array['fr', 'en']) l),
              v as (insert into variants (product_id, sku, price_cents, weight_g) select id, 'SKU-{n}', {price_cents}, 900 from p returning id),
              s as (insert into stock_levels (variant_id, on_hand) select id, {stock} from v)
         select id from v"
    );
    let id: i64 = sqlx::query_scalar(AssertSqlSafe(sql)).fetch_one(db).await.expect("goods");
    let ledger =
        "insert into stock_movements (variant_id, delta, reason) select $1, $2, 'initial' where $2 <> 0";
    sqlx::query(ledger).bind(id).bind(stock).execute(db).await.expect("ledger");
    id
}

pub async fn set_price(db: &PgPool, variant: i64, cents: i64) {
    sqlx::query("update variants set price_cents = $2 where id = $1")
        .bind(variant)
        .bind(cents)
        .execute(db)
        .await
        .expect("price");
}

/// The first column of the first row.
pub async fn count(db: &PgPool, sql: &str) -> i64 {
    sqlx::query_scalar(AssertSqlSafe(sql.to_string()))
        .fetch_one(db)
        .await
        .unwrap_or_else(|e| panic!("{sql}: {e}"))
}

/// (on hand, reserved)
pub async fn level(db: &PgPool, variant: i64) -> (i32, i32) {
    sqlx::query_as("select on_hand, reserved from stock_levels where variant_id = $1")
        .bind(variant)
        .fetch_one(db)
        .await
        .expect("level")
}

/// Everything that the reconciling job compares.
pub async fn assert_sound(db: &PgPool) {
    let broken: Vec<_> = sales::checkout::reconcile::violations(db)
        .await
        .expect("reconcile")
        .into_iter()
        .filter(|(_, n)| *n > 0)
        .collect();
    assert!(broken.is_empty(), "{broken:?}");
    let drift = count(
        db,
        "select count(*) from products p where p.available <> (select least(coalesce(sum(s.on_hand - s.reserved), 0), 9999)
           from variants v join stock_levels s on s.variant_id = v.id where v.product_id = p.id)",
    )
    .await;
    assert_eq!(drift, 0, "products.available");
}

pub const ADDRESS: [(&str, &str); 7] = [
    ("email", "nadia@exemple.fr"),
    ("phone", "06 12 34 56 78"),
    ("name", "Nadia Benali"),
    ("line1", "3 rue des Lilas"),
    ("postal_code", "69007"),
    ("city", "Lyon"),
    ("country", "FR"),
];

/// Puts an article into the cart.
pub async fn put(client: &Client<'_>, variant: i64, quantity: &str) -> Answer {
    client.post("/panier/lignes", &[("variant", &variant.to_string()), ("quantity", quantity)]).await
}

/// Through the first three steps, to the review as it is shown.
pub async fn to_review(client: &Client<'_>) -> Answer {
    client.post("/commande/coordonnees", &ADDRESS).await.expect(303);
    client.post("/commande/livraison", &[("method", "home")]).await.expect(303);
    client.post("/commande/paiement", &[("method", "transfer")]).await.expect(303);
    client.get("/commande/recapitulatif").await.expect(200)
}

/// The fields of the review's form, terms accepted.
pub fn review_fields(review: &Answer) -> Vec<(String, String)> {
    let value =
        |name: &str| review.attr(&format!("form.pay input[name={name}]"), "value").expect("hidden field");
    let mut fields: Vec<_> =
        ["key", "version", "total"].iter().map(|n| ((*n).to_string(), value(n))).collect();
    fields.push(("terms".into(), "1".into()));
    fields
}

pub async fn press(client: &Client<'_>, fields: &[(String, String)]) -> Answer {
    let fields: Vec<(&str, &str)> = fields.iter().map(|(n, v)| (n.as_str(), v.as_str())).collect();
    client.post("/commande/recapitulatif", &fields).await
}

/// A whole order; answers its token.
pub async fn order(t: &TestApp, variant: i64, quantity: &str) -> uuid::Uuid {
    let client = t.visitor();
    put(&client, variant, quantity).await.expect(303);
    let review = to_review(&client).await;
    let done = press(&client, &review_fields(&review)).await.expect(303);
    token_of(&done)
}

pub fn token_of(done: &Answer) -> uuid::Uuid {
    let to = done.location().expect("a redirect");
    to.strip_prefix("/merci/").unwrap_or_else(|| panic!("not a confirmation: {to}")).parse().expect("token")
}

/// A cart that is ready to be ordered, made without pages: for tests with hundreds of buyers.
pub async fn ready_cart(app: &App, lines: &[(i64, i32)]) -> Command {
    let mut visitor = Visitor::default();
    for (variant, quantity) in lines {
        let quantity = kit::quantity::Quantity::new(*quantity).expect("quantity");
        let added = sales::cart::add(app, &visitor, kit::Lang::Fr, *variant, quantity).await.expect("add");
        if let Added::Done { token: Some(token), .. } = added {
            let (cart, _) = sales::cart::resolve(app, None, Some(&token.to_string())).await.expect("cart");
            visitor.cart_id = cart;
        }
    }
    let cart_id = visitor.cart_id.expect("a cart");
    let address = serde_json::json!({"name": "Nadia Benali", "line1": "3 rue des Lilas", "postal_code": "69007", "city": "Lyon", "country": "FR"});
    sqlx::query(
        "update carts set email = 'nadia@exemple.fr', shipping_address = $2, shipping_method = 'home', payment_method = 'transfer'
          where id = $1",
    )
    .bind(cart_id)
    .bind(address)
    .execute(&app.db)
    .await
    .expect("checkout");
    let mut conn = app.db.acquire().await.expect("connection");
    let checkout = sales::checkout::load(&mut conn, kit::Lang::Fr, cart_id)
        .await
        .expect("load")
        .expect("a cart with lines");
    Command {
        cart_id,
        user_id: None,
        lang: kit::Lang::Fr,
        seen_version: checkout.cart.version,
        seen_total: checkout.totals().expect("totals").total,
        key: checkout.cart.key,
        request_id: "test-request".into(),
    }
}
