-- What search engines show of a product, where staff wrote it; empty: the beginning of the description.
set lock_timeout = '3s';

alter table product_texts add column summary text not null default '';
