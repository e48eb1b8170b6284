-- What operators need: the maintenance switch and the record of backups. Owned by `platform` (maintenance) and `ops`.
set lock_timeout = '3s';

-- One row. Every web process looks at it each second; the shop answers 503 while `active`.
create table maintenance (
    one        boolean primary key default true check (one),
    active     boolean not null default false,
    message_fr text not null default '',
    message_en text not null default '',
    -- When the shop is expected back: the page says it, Retry-After counts to it.
    until      timestamptz,
    changed_at timestamptz not null default now()
);
insert into maintenance default values;

-- One row per backup and per trial restore, also of those that failed.
create table backup_runs (
    id          bigint generated always as identity primary key,
    kind        text not null,
    name        text not null,
    started_at  timestamptz not null default now(),
    finished_at timestamptz,
    ok          boolean,                                                -- null while it runs
    bytes       bigint not null default 0,
    error       text not null default '',
    constraint backup_runs_kind_known check (kind in ('backup', 'verify')),
    constraint backup_runs_ended check ((ok is null) = (finished_at is null))
);
create index backup_runs_last on backup_runs (kind, started_at desc);
