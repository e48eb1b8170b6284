//! SQL of the platform's own tables: `live_events`, `mails`, `maintenance`, `media`.

use sqlx::{PgConnection, PgExecutor};

use super::live::Event;
use super::mail::Mail;
use super::maintenance::Notice;
use super::media::StoredPicture;

/// Any constant: taken by every writer of live events until its commit.
const LIVE_LOCK: i64 = 0x11_7e;

pub async fn insert_live_event(
    tx: &mut PgConnection,
    topic: &str,
    kind: &str,
    subject: i64,
    data: serde_json::Value,
) -> sqlx::Result<i64> {
    sqlx::query!("select pg_advisory_xact_lock($1)", LIVE_LOCK).execute(&mut *tx).await?;
    sqlx::query_scalar!(
        "insert into live_events (topic, kind, subject, data) values ($1, $2, $3, $4) returning seq",
        topic,
        kind,
        subject,
        data
    )
    .fetch_one(tx)
    .await
}

pub async fn list_live_events(db: impl PgExecutor<'_>, after: i64, limit: i64) -> sqlx::Result<Vec<Event>> {
    sqlx::query_as!(
        Event,
        "select seq, topic, kind, subject, data, at from live_events where seq > $1 order by seq limit $2",
        after,
        limit
    )
    .fetch_all(db)
    .await
}

pub async fn last_live_event(db: impl PgExecutor<'_>) -> sqlx::Result<i64> {
    sqlx::query_scalar!(r#"select coalesce(max(seq), 0) as "seq!" from live_events"#).fetch_one(db).await
}

pub async fn first_live_event(db: impl PgExecutor<'_>) -> sqlx::Result<i64> {
    sqlx::query_scalar!(r#"select coalesce(min(seq), 0) as "seq!" from live_events"#).fetch_one(db).await
}

/// Keeps what a mail job is about to send; a second attempt of the same job finds its row. Returns (id, already sent).
pub async fn insert_mail(
    db: impl PgExecutor<'_>,
    job_id: Option<i64>,
    mail: &Mail,
) -> sqlx::Result<(i64, bool)> {
    let row = sqlx::query!(
        r#"insert into mails (job_id, message_id, template, recipient, lang, subject, text_body, html_body, order_id)
           values ($1, $2, $3, $4, $5, $6, $7, $8, $9)
           on conflict (job_id) do update set subject = excluded.subject
           returning id, sent_at is not null as "sent!""#,
        job_id,
        mail.message_id,
        mail.template,
        mail.to,
        mail.lang.code(),
        mail.subject,
        mail.text,
        mail.html,
        mail.order_id
    )
    .fetch_one(db)
    .await?;
    Ok((row.id, row.sent))
}

pub async fn set_mail_sent(db: impl PgExecutor<'_>, id: i64) -> sqlx::Result<()> {
    sqlx::query!("update mails set sent_at = now() where id = $1", id).execute(db).await?;
    Ok(())
}

/// Drops the text of a mail that has been sent, where it holds a secret.
pub async fn clear_mail_body(db: impl PgExecutor<'_>, job_id: i64) -> sqlx::Result<()> {
    sqlx::query!("update mails set text_body = '', html_body = '' where job_id = $1", job_id)
        .execute(db)
        .await?;
    Ok(())
}

pub async fn find_media_by_hash(db: impl PgExecutor<'_>, sha256: &[u8]) -> sqlx::Result<Option<i64>> {
    sqlx::query_scalar!("select id from media where sha256 = $1 limit 1", sha256).fetch_optional(db).await
}

pub async fn insert_media(db: impl PgExecutor<'_>, p: &StoredPicture) -> sqlx::Result<i64> {
    sqlx::query_scalar!(
        r#"insert into media (key, kind, width, height, color, sha256, source_url, credit)
           values ($1, $2, $3, $4, $5, $6, $7, $8)
           on conflict (key) do update set color = excluded.color
           returning id"#,
        p.key,
        p.kind,
        p.width as i32,
        p.height as i32,
        p.color,
        p.sha256,
        p.source_url,
        p.credit
    )
    .fetch_one(db)
    .await
}

/// A mail as the development page lists it.
#[derive(Debug)]
pub struct KeptMail {
    pub id: i64,
    pub recipient: String,
    pub template: String,
    pub subject: String,
    pub text_body: String,
    pub html_body: String,
    pub sent_at: Option<chrono::DateTime<chrono::Utc>>,
    pub created_at: chrono::DateTime<chrono::Utc>,
}

pub async fn list_mails(db: impl PgExecutor<'_>, limit: i64) -> sqlx::Result<Vec<KeptMail>> {
    sqlx::query_as!(
        KeptMail,
        "select id, recipient, template, subject, text_body, html_body, sent_at, created_at
         from mails order by id desc limit $1",
        limit
    )
    .fetch_all(db)
    .await
}

pub async fn find_mail(db: impl PgExecutor<'_>, id: i64) -> sqlx::Result<Option<KeptMail>> {
    sqlx::query_as!(
        KeptMail,
        "select id, recipient, template, subject, text_body, html_body, sent_at, created_at from mails where id = $1",
        id
    )
    .fetch_optional(db)
    .await
}

pub async fn get_maintenance(db: impl PgExecutor<'_>) -> sqlx::Result<Notice> {
    let row = sqlx::query_as!(Notice, "select active, message_fr, message_en, until from maintenance");
    Ok(row.fetch_optional(db).await?.unwrap_or_default())
}

pub async fn set_maintenance(db: impl PgExecutor<'_>, n: &Notice) -> sqlx::Result<()> {
    sqlx::query!(
        "insert into maintenance (active, message_fr, message_en, until) values ($1, $2, $3, $4)
         on conflict (one) do update set active = excluded.active, message_fr = excluded.message_fr,
                message_en = excluded.message_en, until = excluded.until, changed_at = now()",
        n.active,
        n.message_fr,
        n.message_en,
        n.until
    )
    .execute(db)
    .await?;
    Ok(())
}

/// Events that no open screen can still ask for. The newest stays, so that the sequence never seems to begin again.
pub async fn delete_old_live_events(
    db: impl PgExecutor<'_>,
    before: chrono::DateTime<chrono::Utc>,
    limit: i64,
) -> sqlx::Result<u64> {
    let deleted = sqlx::query!(
        "delete from live_events where seq in (
           select seq from live_events where at < $1 and seq < (select max(seq) from live_events)
            order by seq limit $2)",
        before,
        limit
    );
    Ok(deleted.execute(db).await?.rows_affected())
}

/// Forgets the texts of mails that left long ago: what an order said stays with the order.
pub async fn clear_old_mails(
    db: impl PgExecutor<'_>,
    before: chrono::DateTime<chrono::Utc>,
    limit: i64,
) -> sqlx::Result<u64> {
    let cleared = sqlx::query!(
        "update mails set text_body = '', html_body = '' where id in (
           select id from mails where sent_at < $1 and text_body <> '' order by id limit $2)",
        before,
        limit
    );
    Ok(cleared.execute(db).await?.rows_affected())
}
