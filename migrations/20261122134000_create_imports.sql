-- Catalogue import: one row per run of a feed, so that a killed run goes on where it was, and the pictures that feeds name,
-- fetched by the worker. Owned by `catalog-import`.
set lock_timeout = '3s';

create table imports (
    id          bigint generated always as identity primary key,
    fingerprint bytea not null,                        -- SHA-256 of the file
    file_name   text not null,
    format      text not null,
    lang        text not null check (lang in ('fr', 'en')),
    state       text not null default 'running' check (state in ('running', 'done', 'failed')),
    -- Products and refused lines that are committed, in the order of the reader: a resumed run passes over as many.
    items_done  bigint not null default 0 check (items_done >= 0),
    last_line   bigint not null default 0,
    created     bigint not null default 0,
    updated     bigint not null default 0,
    unchanged   bigint not null default 0,
    refused     bigint not null default 0,
    -- Lines refused because of what the shop already holds; the others are found again by reading.
    faults      jsonb not null default '[]',
    started_at  timestamptz not null default now(),
    updated_at  timestamptz not null default now(),
    finished_at timestamptz
);
create index imports_running on imports (fingerprint) where state = 'running';
comment on table imports is 'One row per run of smartmarket import-products; written in the transaction of each chunk.';

create table remote_images (
    id         bigint generated always as identity primary key,
    url        text not null constraint remote_images_url_key unique check (length(url) <= 2000),
    state      text not null default 'waiting' check (state in ('waiting', 'fetched', 'refused')),
    media_id   bigint references media on delete set null,
    error      text not null default '',
    created_at timestamptz not null default now(),
    fetched_at timestamptz
);
comment on table remote_images is 'A picture that a feed names, once per address; fetched by the job media.fetch_image.';

create table remote_image_uses (
    product_id bigint not null references products on delete cascade,
    image_id   bigint not null references remote_images on delete cascade,
    position   smallint not null default 0,
    alt        text not null default '',
    -- The variant that this picture shows, if it is its own.
    variant_id bigint references variants on delete cascade,
    primary key (product_id, image_id)
);
create index remote_image_uses_image on remote_image_uses (image_id);
