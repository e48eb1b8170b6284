-- What staff decide about search, what is looked for and taken, and which products staff put beside others.
set lock_timeout = '3s';

-- Words that mean the same, folded (lower case, no accents); one set a row.
create table search_synonyms (
    id         bigint generated always as identity primary key,
    lang       text not null check (lang in ('fr', 'en')),
    words      text[] not null check (cardinality(words) between 2 and 20),
    changed_by text not null,
    changed_at timestamptz not null default now()
);

-- These words lead straight to a page of the shop.
create table search_redirects (
    id         bigint generated always as identity primary key,
    lang       text not null check (lang in ('fr', 'en')),
    query      text not null check (query <> ''),
    url        text not null check (url like '/%' and url not like '//%'),
    changed_by text not null,
    changed_at timestamptz not null default now(),
    constraint search_redirects_query_key unique (lang, query)
);

-- For these words these products come first, in this order.
create table search_pins (
    id         bigint generated always as identity primary key,
    lang       text not null check (lang in ('fr', 'en')),
    query      text not null check (query <> ''),
    product_id bigint not null references products on delete cascade,
    position   smallint not null check (position between 1 and 20),
    changed_by text not null,
    changed_at timestamptz not null default now(),
    constraint search_pins_product_key unique (lang, query, product_id)
);
create index search_pins_product on search_pins (product_id);

-- One row. The revision grows with every change of the tables above: web processes look at it every two seconds.
create table search_settings (
    one        boolean primary key default true check (one),
    use_clicks boolean not null default true,
    revision   bigint not null default 1,
    changed_by text not null default '',
    changed_at timestamptz not null default now()
);
insert into search_settings default values;

-- How often words were searched on a day. Nothing of who searched.
create table search_queries (
    day      date not null,
    lang     text not null check (lang in ('fr', 'en')),
    query    text not null,                                     -- folded
    shown    text not null,                                     -- as somebody wrote it, accents and all
    searches int not null default 0,
    zeros    int not null default 0,                            -- of these without any product
    primary key (day, lang, query)
);
create index search_queries_query on search_queries (lang, query);

-- How often a product was opened from the results of these words on a day, by its place. Nothing of who opened it.
create table search_clicks (
    day        date not null,
    lang       text not null check (lang in ('fr', 'en')),
    query      text not null,
    product_id bigint not null references products on delete cascade,
    position   smallint not null,
    clicks     int not null default 0,
    primary key (day, lang, query, product_id, position)
);
create index search_clicks_product on search_clicks (product_id);

-- Products that staff put beside a product, in their order.
create table product_links (
    product_id bigint not null references products on delete cascade,
    kind       text not null check (kind in ('related', 'cross_sell', 'up_sell')),
    linked_id  bigint not null references products on delete cascade,
    position   smallint not null,
    primary key (product_id, kind, linked_id),
    constraint product_links_other check (product_id <> linked_id)
);
create index product_links_linked on product_links (linked_id);
