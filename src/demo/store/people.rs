//! Customers and their addresses.

use std::collections::HashMap;

use sqlx::{PgConnection, PgExecutor};

use super::json;
use crate::people::Row;

/// Customers that are not there yet, with a verified address; those with `password` get the hash.
pub async fn insert_customers(tx: &mut PgConnection, rows: &[Row], hash: &str) -> sqlx::Result<()> {
    sqlx::query!(
        "insert into users (id, email, full_name, phone, lang, password_hash, email_verified_at, created_at)
         overriding system value
         select r.id, r.email, r.name, r.phone, r.lang, case when r.password then $2 end, r.at, r.at
         from jsonb_to_recordset($1) as r(id bigint, email citext, name text, phone text, lang text,
                                          password boolean, at timestamptz)
         on conflict (email) do nothing",
        json(rows)?,
        hash
    )
    .execute(&mut *tx)
    .await?;
    sqlx::query!(
        "insert into addresses (user_id, data, is_default, created_at, updated_at)
         select u.id, r.address, true, r.at, r.at
         from jsonb_to_recordset($1) as r(email citext, address jsonb, at timestamptz)
         join users u on u.email = r.email
         where not exists (select 1 from addresses a where a.user_id = u.id)",
        json(rows)?
    )
    .execute(tx)
    .await?;
    Ok(())
}

/// Ids by address.
pub async fn list_ids(db: impl PgExecutor<'_>, emails: &[String]) -> sqlx::Result<HashMap<String, i64>> {
    let rows =
        sqlx::query!(r#"select id, email::text as "email!" from users where email::text = any($1)"#, emails)
            .fetch_all(db)
            .await?;
    Ok(rows.into_iter().map(|r| (r.email, r.id)).collect())
}
