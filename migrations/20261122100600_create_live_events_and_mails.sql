-- Live events for open screens, and what was mailed. Owned by `platform`.
set lock_timeout = '3s';

-- Written in the transaction of their cause, under an advisory lock taken last, so that seq follows commit order:
-- who has seen n has seen everything before n.
create table live_events (
    seq     bigint generated always as identity primary key,
    topic   text not null,                                              -- order, stock, product, job
    kind    text not null,                                              -- created, updated ...
    subject bigint not null,                                            -- id of the order, product ...
    data    jsonb not null default '{}',                                -- ids and states only, no personal data
    at      timestamptz not null default now()
);
create index live_events_at on live_events (at);

-- One row per mail job: makes a repeated job visible, keeps the Message-ID stable over attempts.
create table mails (
    id          bigint generated always as identity primary key,
    job_id      bigint constraint mails_job_id_key unique,
    message_id  text not null,
    template    text not null,
    recipient   text not null,
    lang        text not null,
    subject     text not null,
    text_body   text not null,
    html_body   text not null,
    order_id    bigint,
    sent_at     timestamptz,
    created_at  timestamptz not null default now()
);
create index mails_created on mails (created_at desc);
