//! SQL of [`crate::index`].

use chrono::{DateTime, Utc};
use kit::Lang;
use sqlx::PgExecutor;

/// What is indexed of a product in one language; of the other where it has no text in this one.
#[derive(Debug)]
pub struct Row {
    pub id: i64,
    pub on_sale: bool,
    pub title: String,
    pub body: String,
    pub brand: String,
    pub attributes: String,
}

/// What tells whether the catalogue changed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct State {
    pub products: i64,
    pub updated_at: Option<DateTime<Utc>>,
    /// A sum over the names of brands and categories, which stand in the texts of their products.
    pub names: String,
}

pub async fn get_state(db: impl PgExecutor<'_>) -> sqlx::Result<State> {
    sqlx::query_as!(
        State,
        r#"select count(*) as "products!", (select max(updated_at) from products) as "updated_at?",
               (select md5(coalesce(string_agg(n.said, '|' order by n.said), '')) from (
                    select 'b' || id || ' ' || name from brands
                    union all select 'c' || id || ' ' || coalesce(parent_id, 0) from categories
                    union all select 't' || category_id || lang || ' ' || name from category_texts
                ) n (said)) as "names!"
           from products where status = 'active'"#
    )
    .fetch_one(db)
    .await
}

/// Products that are indexed.
pub async fn list_on_sale(db: impl PgExecutor<'_>) -> sqlx::Result<Vec<i64>> {
    sqlx::query_scalar!(
        "select id from products p where status = 'active'
         and exists (select 1 from product_texts t where t.product_id = p.id)"
    )
    .fetch_all(db)
    .await
}

/// The titles under which products are indexed.
pub async fn list_titles(
    db: impl PgExecutor<'_>,
    lang: Lang,
    ids: &[i64],
) -> sqlx::Result<Vec<(i64, String)>> {
    let rows = sqlx::query!(
        r#"select distinct on (product_id) product_id, title from product_texts where product_id = any($1)
           order by product_id, lang <> $2"#,
        ids,
        lang.code()
    )
    .fetch_all(db)
    .await?;
    Ok(rows.into_iter().map(|r| (r.product_id, r.title)).collect())
}

/// The latest change of any product.
pub async fn find_last_change(db: impl PgExecutor<'_>) -> sqlx::Result<Option<DateTime<Utc>>> {
    sqlx::query_scalar!("select max(updated_at) from products").fetch_one(db).await
}

/// How many products changed since.
pub async fn count_changed(db: impl PgExecutor<'_>, since: DateTime<Utc>) -> sqlx::Result<i64> {
    sqlx::query_scalar!(r#"select count(*) as "n!" from products where updated_at > $1"#, since)
        .fetch_one(db)
        .await
}

/// Products changed since then, in the order of their ids, those no longer on sale too; everything on sale without `since`.
pub async fn list_documents(
    db: impl PgExecutor<'_>,
    lang: Lang,
    since: Option<DateTime<Utc>>,
    limit: i64,
) -> sqlx::Result<Vec<Row>> {
    sqlx::query_as!(
        Row,
        r#"select p.id as "id!", p.status = 'active' and t.title is not null as "on_sale!",
               coalesce(t.title, '') as "title!",
               concat_ws(' ', t.description, (select string_agg(x, ' · ') from jsonb_array_elements_text(t.bullets) x)) as "body!",
               coalesce(b.name, '') as "brand!",
               concat_ws(' · ', c.name, cc.name, ccc.name,
                   (select string_agg(a->>$1, ' · ') from jsonb_array_elements(p.attributes) a),
                   (select string_agg(case $1 when 'fr' then v.label_fr else v.label_en end, ' · ')
                    from product_options o join option_values v on v.option_id = o.id where o.product_id = p.id)
               ) as "attributes!"
           from products p
           left join lateral (
               select title, description, bullets from product_texts where product_id = p.id order by lang <> $1 limit 1
           ) t on true
           left join brands b on b.id = p.brand_id
           left join categories k on k.id = p.category_id
           left join categories kk on kk.id = k.parent_id
           left join category_texts c on c.category_id = k.id and c.lang = $1
           left join category_texts cc on cc.category_id = kk.id and cc.lang = $1
           left join category_texts ccc on ccc.category_id = kk.parent_id and ccc.lang = $1
           where case when $2::timestamptz is null then p.status = 'active' and t.title is not null
                 else p.updated_at > $2 - interval '10 seconds' end
           order by p.id limit $3"#,
        lang.code(),
        since,
        limit
    )
    .fetch_all(db)
    .await
}

/// The last jobs that built or failed, and those that wait; most looks of the clock find nothing to do and are left out.
pub async fn list_jobs(db: impl PgExecutor<'_>, limit: i64) -> sqlx::Result<Vec<crate::status::JobRow>> {
    sqlx::query_as!(
        crate::status::JobRow,
        r#"select topic as "topic!", state as "state!", coalesce(done_at, started_at, run_at) as "at!", last_error as error
           from jobs where topic in ('discovery.build_indexes', 'discovery.build_recommendations')
             and (state <> 'done' or coalesce(result->>'built', '0') not in ('0', 'false'))
           order by coalesce(done_at, started_at, run_at) desc limit $1"#,
        limit
    )
    .fetch_all(db)
    .await
}
