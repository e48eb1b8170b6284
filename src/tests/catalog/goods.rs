//! Goods on the shelves of a test.

use sqlx::PgPool;

/// A category with texts in both languages: slugs `code` and `code-en`.
pub async fn category(db: &PgPool, code: &str, parent: Option<i32>) -> i32 {
    let id: i32 = sqlx::query_scalar("insert into categories (code, parent_id) values ($1, $2) returning id")
        .bind(code)
        .bind(parent)
        .fetch_one(db)
        .await
        .expect("category");
    for lang in ["fr", "en"] {
        let slug = if lang == "fr" { code.to_string() } else { format!("{code}-en") };
        sqlx::query("insert into category_texts (category_id, lang, slug, name) values ($1, $2, $3, $4)")
            .bind(id)
            .bind(lang)
            .bind(slug)
            .bind(format!("Rayon {code}"))
            .execute(db)
            .await
            .expect("category text");
    }
    id
}

/// A product to be put on the shelf.
#[derive(Clone)]
pub struct New<'a> {
    pub category: i32,
    pub slug: &'a str,
    pub title: &'a str,
    /// None: no English text.
    pub english: Option<&'a str>,
    pub brand: &'a str,
    /// (code of the colour, price, stock); a product without colours has one with an empty code.
    pub variants: &'a [(&'a str, i64, i32)],
}

impl Default for New<'_> {
    fn default() -> Self {
        New {
            category: 0,
            slug: "bouilloire",
            title: "Bouilloire",
            english: Some("Kettle"),
            brand: "",
            variants: &[("", 2_990, 10)],
        }
    }
}

/// Puts it on the shelf and says its id. SKUs are `SLUG` and `SLUG-COLOUR` in capitals; the English slug is `slug-en`.
pub async fn product(db: &PgPool, new: New<'_>) -> i64 {
    let mut tx = db.begin().await.expect("begin");
    let brand: Option<i32> = if new.brand.is_empty() {
        None
    } else {
        let sql = "insert into brands (slug, name) values ($1, $2) on conflict (slug) do update set name = excluded.name returning id";
        let brand = sqlx::query_scalar(sql).bind(new.brand.to_lowercase()).bind(new.brand);
        Some(brand.fetch_one(&mut *tx).await.expect("brand"))
    };
    let id: i64 = sqlx::query_scalar(
        "insert into products (category_id, brand_id, status, published_at) values ($1, $2, 'active', now()) returning id",
    )
    .bind(new.category)
    .bind(brand)
    .fetch_one(&mut *tx)
    .await
    .expect("product");
    let texts =
        [("fr", Some(new.title), new.slug.to_string()), ("en", new.english, format!("{}-en", new.slug))];
    for (lang, title, slug) in texts {
        let Some(title) = title else { continue };
        sqlx::query("insert into product_texts (product_id, lang, slug, title, description) values ($1, $2, $3, $4, 'Texte.')")
            .bind(id)
            .bind(lang)
            .bind(slug)
            .bind(title)
            .execute(&mut *tx)
            .await
            .expect("text");
    }
    let colours = new.variants.iter().any(|(c, _, _)| !c.is_empty());
    let option: Option<i64> = if colours {
        let sql = "insert into product_options (product_id, position, code, label_fr, label_en) values ($1, 1, 'couleur', 'Couleur', 'Colour') returning id";
        Some(sqlx::query_scalar(sql).bind(id).fetch_one(&mut *tx).await.expect("option"))
    } else {
        None
    };
    for (position, (colour, price, stock)) in new.variants.iter().enumerate() {
        let mut values: Vec<i64> = Vec::new();
        if let Some(option) = option {
            let sql = "insert into option_values (option_id, position, code, label_fr, label_en) values ($1, $2, $3, $3, $3) returning id";
            let value = sqlx::query_scalar(sql).bind(option).bind(position as i16).bind(colour);
            values.push(value.fetch_one(&mut *tx).await.expect("value"));
        }
        let sku = if colour.is_empty() {
            new.slug.to_uppercase()
        } else {
            format!("{}-{}", new.slug, colour).to_uppercase()
        };
        let sql = "insert into variants (product_id, position, sku, value_ids, price_cents) values ($1, $2, $3, $4, $5) returning id";
        let variant =
            sqlx::query_scalar(sql).bind(id).bind(position as i32).bind(sku).bind(values).bind(price);
        let variant: i64 = variant.fetch_one(&mut *tx).await.expect("variant");
        let sql = "with s as (insert into stock_levels (variant_id, on_hand) values ($1, $2)), m as (insert into stock_movements (variant_id, delta, reason) select $1, $2, 'initial' where $2 > 0)
                   insert into price_log (variant_id, price_cents, valid_from) values ($1, $3, now() - interval '90 days')";
        sqlx::query(sql).bind(variant).bind(stock).bind(price).execute(&mut *tx).await.expect("stock");
    }
    catalog::refresh_product(&mut tx, id).await.expect("refresh");
    tx.commit().await.expect("commit");
    id
}

/// Runs a statement with the product's id as `$1` and brings the kept columns up to date.
pub async fn change(db: &PgPool, id: i64, sql: &'static str) {
    let mut tx = db.begin().await.expect("begin");
    sqlx::query(sql).bind(id).execute(&mut *tx).await.expect(sql);
    catalog::refresh_product(&mut tx, id).await.expect("refresh");
    tx.commit().await.expect("commit");
}
