//! The figures of the day. Days and hours are those of Paris; the clock is the caller's.

use chrono::{DateTime, Duration, Utc};
use sqlx::PgPool;

use crate::model::{Figures, due};

/// Days of the small curves.
const DAYS: usize = 14;

pub async fn load_figures(db: &PgPool, now: DateTime<Utc>) -> sqlx::Result<Figures> {
    let hour = kit::dates::time(now).get(..2).and_then(|h| h.parse().ok()).unwrap_or(0);
    let mut f = Figures { hour, ..Figures::default() };
    hours(db, now, &mut f).await?;
    waiting(db, now, &mut f).await?;
    days(db, now, &mut f).await?;
    Ok(f)
}

/// Orders and turnover of today and yesterday by the hour; cancelled orders do not count.
async fn hours(db: &PgPool, now: DateTime<Utc>, f: &mut Figures) -> sqlx::Result<()> {
    let rows = sqlx::query!(
        r#"select (date_trunc('day', $1::timestamptz at time zone 'Europe/Paris')
                     = date_trunc('day', placed_at at time zone 'Europe/Paris')) as "today!",
                  extract(hour from placed_at at time zone 'Europe/Paris')::int as "hour!",
                  count(*) as "n!", coalesce(sum(total_cents), 0)::bigint as "cents!",
                  count(*) filter (where placed_at <= $1 - interval '1 day') as "n_before!",
                  coalesce(sum(total_cents) filter (where placed_at <= $1 - interval '1 day'), 0)::bigint as "cents_before!"
           from orders
           where placed_at >= (date_trunc('day', $1 at time zone 'Europe/Paris') - interval '1 day') at time zone 'Europe/Paris'
             and placed_at <= $1 and order_state <> 'cancelled'
           group by 1, 2"#,
        now
    )
    .fetch_all(db)
    .await?;
    for r in rows {
        let hour = (r.hour.clamp(0, 23)) as usize;
        if r.today {
            f.hours_today[hour] = r.n;
            f.cents_today[hour] = r.cents;
            f.today += r.n;
            f.today_cents += r.cents;
        } else {
            f.hours_yesterday[hour] = r.n;
            f.yesterday += r.n_before;
            f.yesterday_cents += r.cents_before;
        }
    }
    Ok(())
}

/// What waits to be prepared, and what of it (and of what is being prepared) should have left.
async fn waiting(db: &PgPool, now: DateTime<Utc>, f: &mut Figures) -> sqlx::Result<()> {
    let rows = sqlx::query!(
        r#"select o.fulfilment_state = 'unfulfilled' as "new!",
                  case when o.payment_method = 'cash_on_delivery' then o.placed_at
                       else (select min(p.captured_at) from payments p where p.order_id = o.id and p.state = 'captured')
                  end as ready_at
           from orders o
           where o.order_state = 'open' and o.fulfilment_state in ('unfulfilled', 'in_preparation')"#
    )
    .fetch_all(db)
    .await?;
    for (new, ready) in rows.into_iter().filter_map(|r| Some((r.new, r.ready_at?))) {
        f.to_prepare += i64::from(new);
        f.late += i64::from(due(ready) < now);
    }
    Ok(())
}

/// The last two weeks by day: orders, and the mean time from "nothing stands in its way" to departure.
async fn days(db: &PgPool, now: DateTime<Utc>, f: &mut Figures) -> sqlx::Result<()> {
    let rows = sqlx::query!(
        r#"select ($1::timestamptz at time zone 'Europe/Paris')::date - (placed_at at time zone 'Europe/Paris')::date as "ago!",
                  count(*) as "n!"
           from orders
           where placed_at > $1 - interval '15 days' and placed_at <= $1 and order_state <> 'cancelled' group by 1"#,
        now
    )
    .fetch_all(db)
    .await?;
    f.days = vec![0; DAYS];
    for r in rows {
        if let Some(slot) = slot(&mut f.days, r.ago) {
            *slot = r.n;
        }
    }
    let rows = sqlx::query!(
        r#"select ($1::timestamptz at time zone 'Europe/Paris')::date - (s.created_at at time zone 'Europe/Paris')::date as "ago!",
                  count(*) as "n!", sum(extract(epoch from s.created_at - coalesce(
                    (select min(p.captured_at) from payments p where p.order_id = o.id and p.state = 'captured'
                                                                 and p.captured_at <= s.created_at), o.placed_at)))::bigint as "seconds!"
           from fulfilments s join orders o on o.id = s.order_id
           where s.created_at > $1 - interval '15 days' and s.created_at <= $1 and s.state <> 'cancelled' group by 1"#,
        now
    )
    .fetch_all(db)
    .await?;
    f.delays = vec![0; DAYS];
    let (mut n, mut seconds) = (0, 0);
    for r in rows {
        if let Some(slot) = slot(&mut f.delays, r.ago) {
            *slot = r.seconds / r.n.max(1) / 60;
        }
        if r.ago < 7 {
            n += r.n;
            seconds += r.seconds;
        }
    }
    f.delay = (n > 0).then(|| Duration::seconds(seconds / n));
    Ok(())
}

fn slot(days: &mut [i64], ago: i32) -> Option<&mut i64> {
    let at = DAYS.checked_sub(1)?.checked_sub(usize::try_from(ago).ok()?)?;
    days.get_mut(at)
}
