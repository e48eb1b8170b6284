-- What lists and search need ready-made. Kept by catalog's refresh_products in the transaction that changes the source.
set lock_timeout = '3s';

-- Lowest price of the 30 days before the present reduction (Omnibus directive), read from price_log when it begins;
-- null while the variant is not reduced or nothing older is known.
alter table variants add column lowest_before_cents bigint check (lowest_before_cents >= 0);

-- The words of titles and brands, folded: what a mistyped word may have meant.
create table search_words (
    lang text not null check (lang in ('fr', 'en')),
    word text not null,
    primary key (lang, word)
);
create index search_words_trgm on search_words using gin (word gin_trgm_ops);
