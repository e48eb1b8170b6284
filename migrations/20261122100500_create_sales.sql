-- Carts, orders, payments, fulfilment. Owned by `sales`.
-- An order is three derived axes (order, payment, fulfilment) plus an append-only list of events; one writer per axis.
set lock_timeout = '3s';

create table shipping_methods (
    code        text primary key,
    position    int not null default 0,
    kind        text not null default 'home' check (kind in ('home', 'pickup')),
    name_fr     text not null,
    name_en     text not null,
    promise_fr  text not null,
    promise_en  text not null,
    min_days    smallint not null,
    max_days    smallint not null,
    active      boolean not null default true
);
-- The first row that fits (country, weight) gives the price. Empty country list = everywhere we deliver.
create table shipping_rates (
    id               int generated always as identity primary key,
    method_code      text not null references shipping_methods on delete cascade,
    countries        text[] not null,
    max_weight_g     int not null,
    price_cents      bigint not null check (price_cents >= 0),
    free_from_cents  bigint                                             -- free when the goods reach this sum
);
create index shipping_rates_method on shipping_rates (method_code, max_weight_g);
insert into shipping_methods (code, position, kind, name_fr, name_en, promise_fr, promise_en, min_days, max_days) values
    ('home', 1, 'home', 'Livraison à domicile', 'Home delivery', '2 à 4 jours ouvrés', '2 to 4 working days', 2, 4),
    ('express', 2, 'home', 'Livraison express', 'Express delivery', '1 à 2 jours ouvrés', '1 to 2 working days', 1, 2),
    ('relay', 3, 'home', 'Point relais', 'Pick-up point', '3 à 5 jours ouvrés', '3 to 5 working days', 3, 5);
insert into shipping_rates (method_code, countries, max_weight_g, price_cents, free_from_cents) values
    ('home', '{FR,MC}', 2000, 490, 4900), ('home', '{FR,MC}', 10000, 790, 4900), ('home', '{FR,MC}', 30000, 1290, 4900), ('home', '{FR,MC}', 150000, 2990, null),
    ('home', '{BE,LU,DE,ES,IT}', 5000, 990, 9900), ('home', '{BE,LU,DE,ES,IT}', 30000, 1990, null),
    ('express', '{FR,MC}', 5000, 990, null), ('express', '{FR,MC}', 30000, 1690, null),
    ('relay', '{FR,MC}', 20000, 390, 4900), ('relay', '{BE,LU}', 20000, 590, 9900);

create table carts (
    id              bigint generated always as identity primary key,
    token           uuid not null constraint carts_token_key unique,    -- the cookie's value, 122 random bits
    user_id         bigint references users on delete cascade,
    lang            text not null default 'fr',
    version         int not null default 1,                             -- raised by each change; the recap must show this version
    -- Checkout state, filled step by step
    email           citext,
    phone           text not null default '',
    shipping_address jsonb,
    billing_address jsonb,
    shipping_method text references shipping_methods,
    payment_method  text,
    idempotency_key uuid not null default gen_random_uuid(),
    created_at      timestamptz not null default now(),
    updated_at      timestamptz not null default now(),
    completed_at    timestamptz
);
create unique index carts_open_of_user on carts (user_id) where user_id is not null and completed_at is null;
create index carts_stale on carts (updated_at) where completed_at is null;

create table cart_lines (
    cart_id          bigint not null references carts on delete cascade,
    variant_id       bigint not null references variants on delete cascade,
    quantity         int not null,
    seen_price_cents bigint not null,                                   -- price when last shown to the customer
    added_at         timestamptz not null default now(),
    primary key (cart_id, variant_id),
    constraint cart_lines_quantity check (quantity between 1 and 999)
);

create table orders (
    id               bigint generated always as identity primary key,
    number           text not null constraint orders_number_key unique, -- SM-48213, what people say on the phone
    token            uuid not null constraint orders_token_key unique,  -- opens the order page of a guest
    cart_id          bigint not null constraint orders_cart_id_key unique references carts,
    idempotency_key  uuid not null constraint orders_idempotency_key_key unique,
    user_id          bigint references users on delete set null,
    email            citext not null,
    phone            text not null default '',
    lang             text not null,
    currency         char(3) not null default 'EUR',
    items_cents      bigint not null check (items_cents >= 0),
    shipping_cents   bigint not null check (shipping_cents >= 0),
    total_cents      bigint not null,
    tax_cents        bigint not null,                                   -- contained in total_cents
    shipping_tax_bp  int not null default 2000,
    order_state      text not null default 'open' check (order_state in ('open', 'completed', 'cancelled')),
    payment_state    text not null default 'awaiting' check (payment_state in ('awaiting', 'paid', 'refunded', 'voided')),
    fulfilment_state text not null default 'unfulfilled' check (fulfilment_state in ('unfulfilled', 'in_preparation', 'fulfilled', 'delivered', 'returned')),
    payment_method   text not null,
    shipping_method  text not null,
    shipping_name    text not null,
    shipping_address jsonb not null,
    billing_address  jsonb not null,
    customer_note    text not null default '',
    terms_version    int not null,                                      -- version of the CGV that was accepted
    version          int not null default 1,
    placed_at        timestamptz not null default now(),
    request_id       text not null default '',
    constraint orders_total check (total_cents = items_cents + shipping_cents)
);
create index orders_placed on orders (placed_at desc);
create index orders_user on orders (user_id, placed_at desc) where user_id is not null;
create index orders_email on orders (email, placed_at desc);
create index orders_to_prepare on orders (placed_at) where order_state = 'open';

create sequence order_numbers start 48001;                              -- order numbers may have gaps; invoices will not

create table order_lines (
    id               bigint generated always as identity primary key,
    order_id         bigint not null references orders on delete cascade,
    position         smallint not null,
    variant_id       bigint references variants on delete set null,
    product_id       bigint references products on delete set null,
    -- A full snapshot: an order reads the same in ten years.
    sku              text not null,
    title            text not null,
    options          text not null default '',
    image_key        text not null default '',
    image_kind       text not null default 'webp',
    quantity         int not null check (quantity between 1 and 999),
    unit_price_cents bigint not null check (unit_price_cents >= 0),
    line_total_cents bigint not null,
    tax_rate_bp      int not null,
    tax_cents        bigint not null,
    ecotax_cents     int not null default 0,
    weight_g         int not null default 0,
    constraint order_lines_total check (line_total_cents = unit_price_cents * quantity),
    constraint order_lines_position_key unique (order_id, position)
);
create index order_lines_product on order_lines (product_id);

-- Goods set aside for a checkout under way (cart) or an order that is not sent yet.
create table reservations (
    id          bigint generated always as identity primary key,
    cart_id     bigint references carts on delete cascade,
    order_id    bigint references orders on delete cascade,
    variant_id  bigint not null references variants on delete cascade,
    quantity    int not null check (quantity > 0),
    expires_at  timestamptz,                                            -- null once an order holds it
    created_at  timestamptz not null default now(),
    constraint reservations_owner check ((cart_id is null) <> (order_id is null)),
    constraint reservations_cart_key unique (cart_id, variant_id),
    constraint reservations_order_key unique (order_id, variant_id)
);
create index reservations_expiry on reservations (expires_at) where expires_at is not null;

create table payments (
    id           bigint generated always as identity primary key,
    order_id     bigint not null references orders on delete cascade,
    method       text not null check (method in ('transfer', 'cheque', 'cash_on_delivery')),
    amount_cents bigint not null check (amount_cents > 0),
    state        text not null default 'pending' check (state in ('pending', 'captured', 'voided', 'refunded')),
    reference    text not null default '',
    captured_at  timestamptz,
    created_at   timestamptz not null default now()
);
create unique index payments_one_capture on payments (order_id) where state = 'captured';
create index payments_order on payments (order_id);

create table fulfilments (
    id          bigint generated always as identity primary key,
    order_id    bigint not null references orders on delete cascade,
    carrier     text not null default '',
    tracking    text not null default '',
    state       text not null default 'sent' check (state in ('sent', 'delivered', 'cancelled')),
    created_at  timestamptz not null default now()
);
create table fulfilment_lines (
    fulfilment_id bigint not null references fulfilments on delete cascade,
    order_line_id bigint not null references order_lines on delete cascade,
    quantity      int not null check (quantity > 0),
    primary key (fulfilment_id, order_line_id)
);

-- Append-only: the story of an order. `seq` is for reading in order; `public` events are shown to the customer.
create table order_events (
    seq        bigint generated always as identity primary key,
    order_id   bigint not null references orders on delete cascade,
    kind       text not null,                                           -- placed, paid, preparing, fulfilled, delivered, cancelled, note ...
    actor      text not null,                                           -- customer, system, staff:<id>
    actor_name text not null default '',
    public     boolean not null default true,
    data       jsonb not null default '{}',
    at         timestamptz not null default now()
);
create index order_events_order on order_events (order_id, seq);
