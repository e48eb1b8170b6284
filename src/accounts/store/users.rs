//! SQL of `users`.

use chrono::{DateTime, Utc};
use platform::web::visitor::{Role, User};
use sqlx::PgExecutor;

use crate::model::{Account, CustomerRow};

/// A user row as every query here reads it.
struct Row {
    id: i64,
    email: String,
    full_name: String,
    role: String,
    lang: String,
    phone: String,
    email_verified: bool,
    session_epoch: i32,
}

impl From<Row> for Account {
    fn from(r: Row) -> Account {
        Account {
            user: User { id: r.id, email: r.email, name: r.full_name, role: Role::from(r.role) },
            lang: r.lang.into(),
            phone: r.phone,
            email_verified: r.email_verified,
            epoch: r.session_epoch,
        }
    }
}

/// The active users among `ids`: the one query of a signed-in request.
pub async fn list_signed_in(db: impl PgExecutor<'_>, ids: &[i64]) -> sqlx::Result<Vec<Account>> {
    let rows = sqlx::query_as!(
        Row,
        r#"select id, email::text as "email!", full_name, role, lang, phone,
                  email_verified_at is not null as "email_verified!", session_epoch
           from users where id = any($1) and active"#,
        ids
    )
    .fetch_all(db)
    .await?;
    Ok(rows.into_iter().map(Account::from).collect())
}

pub async fn find_user(db: impl PgExecutor<'_>, id: i64) -> sqlx::Result<Option<Account>> {
    let row = sqlx::query_as!(
        Row,
        r#"select id, email::text as "email!", full_name, role, lang, phone,
                  email_verified_at is not null as "email_verified!", session_epoch
           from users where id = $1 and active"#,
        id
    )
    .fetch_optional(db)
    .await?;
    Ok(row.map(Account::from))
}

/// The active user of an address with their password hash, for signing in. Case does not matter.
pub async fn find_credentials(
    db: impl PgExecutor<'_>,
    email: &str,
) -> sqlx::Result<Option<(Account, Option<String>)>> {
    let row = sqlx::query!(
        r#"select id, email::text as "email!", full_name, role, lang, phone,
                  email_verified_at is not null as "email_verified!", session_epoch, password_hash
           from users where email = $1::text::citext and active"#,
        email
    )
    .fetch_optional(db)
    .await?;
    Ok(row.map(|r| {
        let account = Row {
            id: r.id,
            email: r.email,
            full_name: r.full_name,
            role: r.role,
            lang: r.lang,
            phone: r.phone,
            email_verified: r.email_verified,
            session_epoch: r.session_epoch,
        };
        (account.into(), r.password_hash)
    }))
}

pub async fn find_password_hash(db: impl PgExecutor<'_>, id: i64) -> sqlx::Result<Option<String>> {
    let row = sqlx::query!("select password_hash from users where id = $1 and active", id).fetch_optional(db);
    Ok(row.await?.and_then(|r| r.password_hash))
}

/// A new customer; `None` when the address is taken.
pub async fn insert_customer(
    db: impl PgExecutor<'_>,
    email: &str,
    name: &str,
    lang: &str,
    password_hash: &str,
) -> sqlx::Result<Option<i64>> {
    sqlx::query_scalar!(
        "insert into users (email, full_name, lang, password_hash) values ($1::text::citext, $2, $3, $4)
         on conflict (email) do nothing returning id",
        email,
        name,
        lang,
        password_hash
    )
    .fetch_optional(db)
    .await
}

/// A member of staff; an address that is known already gets the role, the name and the password.
pub async fn upsert_staff(
    db: impl PgExecutor<'_>,
    email: &str,
    name: &str,
    role: Role,
    password_hash: &str,
) -> sqlx::Result<i64> {
    sqlx::query_scalar!(
        "insert into users (email, full_name, role, password_hash, email_verified_at)
         values ($1::text::citext, $2, $3, $4, now())
         on conflict (email) do update set full_name = excluded.full_name, role = excluded.role, active = true,
             password_hash = excluded.password_hash, session_epoch = users.session_epoch + 1,
             email_verified_at = coalesce(users.email_verified_at, now())
         returning id",
        email,
        name,
        role.code(),
        password_hash
    )
    .fetch_one(db)
    .await
}

pub async fn set_signed_in(db: impl PgExecutor<'_>, id: i64, at: DateTime<Utc>) -> sqlx::Result<()> {
    sqlx::query!("update users set last_login_at = $2 where id = $1", id, at).execute(db).await?;
    Ok(())
}

/// The same password under the present parameters: sessions go on.
pub async fn set_rehashed(db: impl PgExecutor<'_>, id: i64, old: &str, new: &str) -> sqlx::Result<()> {
    sqlx::query!("update users set password_hash = $3 where id = $1 and password_hash = $2", id, old, new)
        .execute(db)
        .await?;
    Ok(())
}

/// A new password: ends every session of this person. Returns the new epoch.
pub async fn set_password(db: impl PgExecutor<'_>, id: i64, hash: &str) -> sqlx::Result<Option<i32>> {
    sqlx::query_scalar!(
        "update users set password_hash = $2, session_epoch = session_epoch + 1
         where id = $1 and active returning session_epoch",
        id,
        hash
    )
    .fetch_optional(db)
    .await
}

pub async fn set_verified(db: impl PgExecutor<'_>, id: i64) -> sqlx::Result<bool> {
    let done = sqlx::query!(
        "update users set email_verified_at = coalesce(email_verified_at, now()) where id = $1 and active",
        id
    )
    .execute(db)
    .await?;
    Ok(done.rows_affected() == 1)
}

pub async fn set_profile(
    db: impl PgExecutor<'_>,
    id: i64,
    name: &str,
    phone: &str,
    lang: &str,
) -> sqlx::Result<()> {
    let done = sqlx::query!(
        "update users set full_name = $2, phone = $3, lang = $4 where id = $1",
        id,
        name,
        phone,
        lang
    )
    .execute(db)
    .await?;
    if done.rows_affected() == 1 { Ok(()) } else { Err(sqlx::Error::RowNotFound) }
}

/// Customers for the back office, newest first; `words` looks in name and address. Returns the rows and how many there are.
pub async fn list_customers(
    db: &sqlx::PgPool,
    words: &str,
    limit: i64,
    offset: i64,
) -> sqlx::Result<(Vec<CustomerRow>, i64)> {
    let pattern = format!("%{}%", words.replace('\\', "\\\\").replace('%', "\\%").replace('_', "\\_"));
    let rows = sqlx::query_as!(
        CustomerRow,
        r#"select id, email::text as "email!", full_name as name, phone, lang, active,
                  email_verified_at is not null as "email_verified!", last_login_at, created_at
           from users
           where role = 'customer' and ($1 = '%%' or fold(full_name) like fold($1) or email::text ilike $1)
           order by id desc limit $2 offset $3"#,
        pattern,
        limit,
        offset
    )
    .fetch_all(db)
    .await?;
    let count = sqlx::query_scalar!(
        r#"select count(*) as "n!" from users
           where role = 'customer' and ($1 = '%%' or fold(full_name) like fold($1) or email::text ilike $1)"#,
        pattern
    )
    .fetch_one(db)
    .await?;
    Ok((rows, count))
}

/// One customer for the back office.
pub async fn find_customer(db: impl PgExecutor<'_>, id: i64) -> sqlx::Result<Option<CustomerRow>> {
    sqlx::query_as!(
        CustomerRow,
        r#"select id, email::text as "email!", full_name as name, phone, lang, active,
                  email_verified_at is not null as "email_verified!", last_login_at, created_at
           from users where id = $1 and role = 'customer'"#,
        id
    )
    .fetch_optional(db)
    .await
}
