-- What staff changed about search: who, when, before and after. Lines are added, never changed.
set lock_timeout = '3s';

create table search_changes (
    id         bigint generated always as identity primary key,
    at         timestamptz not null default now(),
    changed_by text not null,
    kind       text not null check (kind in ('synonyms', 'redirect', 'pins', 'clicks')),
    lang       text check (lang in ('fr', 'en')),
    query      text not null default '',
    before     text not null default '',                        -- empty: nothing stood there
    after      text not null default ''                         -- empty: taken away
);
