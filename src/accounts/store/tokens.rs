//! SQL of `user_tokens`: only the SHA-256 of a token is here. Times are the database's.

use sqlx::PgExecutor;

use crate::token::Purpose;

pub async fn insert_token(
    db: impl PgExecutor<'_>,
    hash: &[u8],
    user_id: i64,
    purpose: Purpose,
) -> sqlx::Result<()> {
    sqlx::query!(
        "insert into user_tokens (token_hash, user_id, purpose, expires_at)
         values ($1, $2, $3, now() + make_interval(secs => $4))",
        hash,
        user_id,
        purpose.code(),
        purpose.seconds()
    )
    .execute(db)
    .await?;
    Ok(())
}

/// Whose token this is, while it can be used.
pub async fn find_token_user(
    db: impl PgExecutor<'_>,
    hash: &[u8],
    purpose: Purpose,
) -> sqlx::Result<Option<i64>> {
    sqlx::query_scalar!(
        "select user_id from user_tokens
         where token_hash = $1 and purpose = $2 and used_at is null and expires_at > now()",
        hash,
        purpose.code()
    )
    .fetch_optional(db)
    .await
}

/// Uses a token: the one statement decides which of two requests gets it.
pub async fn take_token(db: impl PgExecutor<'_>, hash: &[u8], purpose: Purpose) -> sqlx::Result<Option<i64>> {
    sqlx::query_scalar!(
        "update user_tokens set used_at = now()
         where token_hash = $1 and purpose = $2 and used_at is null and expires_at > now() returning user_id",
        hash,
        purpose.code()
    )
    .fetch_optional(db)
    .await
}

/// Ends all tokens of a person for a purpose, such as the reset links still under way after a new password.
pub async fn delete_tokens(db: impl PgExecutor<'_>, user_id: i64, purpose: Purpose) -> sqlx::Result<()> {
    sqlx::query!("delete from user_tokens where user_id = $1 and purpose = $2", user_id, purpose.code())
        .execute(db)
        .await?;
    Ok(())
}

pub async fn delete_expired_tokens(db: impl PgExecutor<'_>) -> sqlx::Result<u64> {
    let done = sqlx::query!("delete from user_tokens where expires_at < now() - interval '1 day'");
    Ok(done.execute(db).await?.rows_affected())
}
