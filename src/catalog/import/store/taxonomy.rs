//! Categories and brands that a feed names.

use sqlx::PgConnection;

/// A category under the name of one language (or the other's, where it has none).
#[derive(Debug, Clone)]
pub struct KnownCategory {
    pub id: i32,
    pub parent_id: Option<i32>,
    pub code: String,
    pub name: String,
    pub slug: String,
}

pub async fn list_categories(conn: &mut PgConnection, lang: &str) -> sqlx::Result<Vec<KnownCategory>> {
    sqlx::query_as!(
        KnownCategory,
        r#"select c.id as "id!", c.parent_id, c.code as "code!", coalesce(mine.name, other.name, '') as "name!",
                  coalesce(mine.slug, '') as "slug!"
             from categories c
             left join category_texts mine on mine.category_id = c.id and mine.lang = $1
             left join category_texts other on other.category_id = c.id and other.lang <> $1"#,
        lang
    )
    .fetch_all(conn)
    .await
}

pub async fn list_brands(conn: &mut PgConnection) -> sqlx::Result<Vec<(String, i32)>> {
    let rows = sqlx::query!("select slug, id from brands").fetch_all(conn).await?;
    Ok(rows.into_iter().map(|row| (row.slug, row.id)).collect())
}

/// A category that is to be made; the arrays of [`insert_categories`] in one place.
#[derive(Debug, Clone)]
pub struct NewCategory {
    pub parent_id: Option<i32>,
    pub code: String,
    pub name: String,
    pub slug: String,
}

/// Inserts categories behind their sisters, with their name in one language; says (code, id).
pub async fn insert_categories(
    tx: &mut PgConnection,
    lang: &str,
    new: &[NewCategory],
) -> sqlx::Result<Vec<(String, i32)>> {
    let parents: Vec<Option<i32>> = new.iter().map(|c| c.parent_id).collect();
    let codes: Vec<String> = new.iter().map(|c| c.code.clone()).collect();
    let names: Vec<String> = new.iter().map(|c| c.name.clone()).collect();
    let slugs: Vec<String> = new.iter().map(|c| c.slug.clone()).collect();
    let rows = sqlx::query!(
        "with wanted as (
             select * from unnest($1::int[], $2::text[], $3::text[], $4::text[]) with ordinality
                 as w(parent_id, code, name, slug, n)),
         made as (
             insert into categories (parent_id, code, position)
             select parent_id, code, 1000 + n from wanted order by n returning id, code),
         named as (
             insert into category_texts (category_id, lang, slug, name)
             select m.id, $5, w.slug, w.name from made m join wanted w using (code))
         select id, code from made",
        &parents as &[Option<i32>],
        &codes,
        &names,
        &slugs,
        lang
    )
    .fetch_all(tx)
    .await?;
    Ok(rows.into_iter().map(|row| (row.code, row.id)).collect())
}

/// Inserts brands that are not there; says (slug, id) of all.
pub async fn insert_brands(
    tx: &mut PgConnection,
    slugs: &[String],
    names: &[String],
) -> sqlx::Result<Vec<(String, i32)>> {
    let rows = sqlx::query!(
        "insert into brands (slug, name) select * from unnest($1::text[], $2::text[])
         on conflict (slug) do update set slug = excluded.slug returning slug, id",
        slugs,
        names
    )
    .fetch_all(tx)
    .await?;
    Ok(rows.into_iter().map(|row| (row.slug, row.id)).collect())
}
