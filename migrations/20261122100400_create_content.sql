-- Legal and help pages, in Markdown. Owned by `content`.
set lock_timeout = '3s';

create table pages (
    id         int generated always as identity primary key,
    code       text not null constraint pages_code_key unique,         -- cgv, mentions-legales, livraison ...
    footer     text not null default 'help' check (footer in ('shop', 'help', 'company', 'legal', 'none')),
    position   int not null default 0,
    version    int not null default 1,                                 -- the version of the terms is kept on each order
    updated_at timestamptz not null default now()
);
create table page_texts (
    page_id     int not null references pages on delete cascade,
    lang        text not null check (lang in ('fr', 'en')),
    slug        text not null,
    title       text not null,
    description text not null default '',
    body        text not null,
    primary key (page_id, lang),
    constraint page_texts_slug_key unique (lang, slug)
);
