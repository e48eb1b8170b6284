//! SQL of [`crate::index`].

use chrono::{DateTime, Utc};
use kit::Lang;
use sqlx::PgExecutor;

/// The facts of a product as one text.
#[derive(Debug)]
pub struct Row {
    pub id: i64,
    pub title: String,
    pub facts: String,
}

/// How many products are on sale, and the latest change of any.
pub async fn get_state(db: impl PgExecutor<'_>) -> sqlx::Result<(i64, Option<DateTime<Utc>>)> {
    let row = sqlx::query!(
        r#"select count(*) as "n!", (select max(updated_at) from products) as "at?" from products where status = 'active'"#
    )
    .fetch_one(db)
    .await?;
    Ok((row.n, row.at))
}

/// Labels and values of the attributes and options of every product on sale, in the order of their ids.
pub async fn list_facts(db: impl PgExecutor<'_>, lang: Lang) -> sqlx::Result<Vec<Row>> {
    sqlx::query_as!(
        Row,
        r#"select p.id as "id!", t.title as "title!",
               concat_ws(' · ', b.name,
                   (select string_agg(concat_ws(' ', a->>($1 || '_label'), a->>$1), ' · ') from jsonb_array_elements(p.attributes) a),
                   (select string_agg(concat_ws(' ', case $1 when 'fr' then o.label_fr else o.label_en end,
                        case $1 when 'fr' then v.label_fr else v.label_en end), ' · ')
                    from product_options o join option_values v on v.option_id = o.id where o.product_id = p.id)
               ) as "facts!"
           from products p
           join lateral (
               select x.title from product_texts x where x.product_id = p.id order by x.lang <> $1 limit 1
           ) t on true
           left join brands b on b.id = p.brand_id
           where p.status = 'active' order by p.id"#,
        lang.code()
    )
    .fetch_all(db)
    .await
}
