-- Jobs: the outbox and the queue in one table, written in the transaction of the thing a job belongs to.
-- Claimed with `for update skip locked`; attempts are counted at the claim, leases are in database time, and the
-- fence (a number that grows with each claim) refuses a worker that lost its lease. See src/jobs.
set lock_timeout = '3s';
set statement_timeout = '60s';

create table jobs (
  id           bigint generated always as identity primary key,
  queue        text not null,
  topic        text not null,
  dedupe_key   text,
  payload      jsonb not null,
  trace        jsonb not null default '{}',
  state        text not null default 'ready',
  priority     smallint not null default 0,
  run_at       timestamptz not null default now(),
  attempts     integer not null default 0,
  max_attempts integer not null default 8,
  fence        bigint not null default 0,
  lease_by     uuid,
  lease_until  timestamptz,
  started_at   timestamptz,
  last_error   text,
  result       jsonb,
  created_at   timestamptz not null default now(),
  done_at      timestamptz,
  constraint jobs_state_known check (state in ('ready', 'running', 'done', 'dead', 'held')),
  constraint jobs_running_is_leased check (state <> 'running' or (lease_by is not null and lease_until is not null)),
  constraint jobs_attempts_positive check (attempts >= 0 and max_attempts > 0)
) with (autovacuum_vacuum_scale_factor = 0.01, autovacuum_vacuum_threshold = 1000, fillfactor = 80);

comment on table jobs is 'Work to be done after the commit of its cause; ids only in the payload, no personal data.';
comment on column jobs.payload is '{"v": 1, ...}: readable by the release before and after.';
comment on column jobs.trace is '{"request_id": ..., "job_id": ...}: what caused this job.';
comment on column jobs.fence is 'Grows with each claim; a finish under an old fence changes nothing.';
comment on column jobs.state is 'held: set aside by an operator or a restore; nobody claims it until it is released.';

create unique index jobs_dedupe on jobs (topic, dedupe_key) where dedupe_key is not null;
create index jobs_ready on jobs (queue, priority desc, run_at, id) where state = 'ready';
create index jobs_lease on jobs (lease_until) where state = 'running';
create index jobs_done on jobs (done_at) where state = 'done';
create index jobs_dead on jobs (done_at) where state in ('dead', 'held');

-- One notification per statement and queue, sent at commit. Workers poll each second as well: this only makes it quick.
create function jobs_notify() returns trigger language plpgsql as $$
begin
  perform pg_notify('jobs', q.queue)
     from (select distinct queue from added where state = 'ready' and run_at <= clock_timestamp()) q;
  return null;
end
$$;

create trigger jobs_notify after insert on jobs
  referencing new table as added for each statement execute function jobs_notify();

-- One row per entry of the schedule: what ran last, so that any number of beats gives one run per tick.
create table cron_state (
  name         text primary key,
  topic        text not null,
  queue        text not null,
  schedule     text not null,
  zone         text not null,
  catch_up     text not null,
  last_tick    timestamptz not null default now(),
  seen_at      timestamptz not null default now(),
  constraint cron_state_zone_known check (zone in ('UTC', 'Europe/Paris')),
  constraint cron_state_catch_up_known check (catch_up in ('once', 'skip'))
);
comment on column cron_state.last_tick is 'The newest tick for which a job was inserted (or skipped on purpose).';

-- One row per worker process (and beat), renewed every few seconds.
create table job_workers (
  id           uuid primary key,
  kind         text not null default 'worker',
  host         text not null,
  pid          integer not null,
  version      text not null,
  queues       jsonb not null default '{}',
  started_at   timestamptz not null default now(),
  last_seen_at timestamptz not null default now(),
  stopped_at   timestamptz,
  constraint job_workers_kind_known check (kind in ('worker', 'beat'))
);
create index job_workers_last_seen on job_workers (last_seen_at);
