-- Lists of favourites: of a guest (cookie) or of a customer, shown to others by a second, secret address.
set lock_timeout = '3s';

create table wishlists (
    id          bigint generated always as identity primary key,
    token       uuid not null unique,
    share_token uuid unique,
    user_id     bigint unique references users (id) on delete cascade,
    updated_at  timestamptz not null default now()
);
create index wishlists_stale on wishlists (updated_at) where user_id is null;

create table wishlist_items (
    wishlist_id bigint not null references wishlists (id) on delete cascade,
    product_id  bigint not null references products (id) on delete cascade,
    added_at    timestamptz not null default now(),
    primary key (wishlist_id, product_id)
);
create index wishlist_items_of_product on wishlist_items (product_id);
