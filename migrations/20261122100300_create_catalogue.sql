-- Catalogue: categories, brands, products, variants, prices, stock, pictures, reviews. Owned by `catalog`.
-- Money is in minor units (cents), VAT included (TTC). Stock: available = on_hand - reserved.
set lock_timeout = '3s';

create table categories (
    id         int generated always as identity primary key,
    code       text not null constraint categories_code_key unique,   -- stable key for imports and seeds
    parent_id  int references categories,
    position   int not null default 0,
    icon       text not null default 'tag',                           -- lucide icon name
    image_id   bigint,                                                -- media.id
    active     boolean not null default true,
    created_at timestamptz not null default now()
);
create index categories_parent on categories (parent_id, position);

create table category_texts (
    category_id int not null references categories on delete cascade,
    lang        text not null check (lang in ('fr', 'en')),
    slug        text not null,
    name        text not null,
    description text not null default '',
    primary key (category_id, lang),
    constraint category_texts_slug_key unique (lang, slug)
);

create table brands (
    id   int generated always as identity primary key,
    slug text not null constraint brands_slug_key unique,
    name text not null
);

create table media (
    id         bigint generated always as identity primary key,
    -- Path below MEDIA_DIR without size and ending: "ab/abcdef". Files: {key}-320.webp, -640.webp, -1024.webp (or {key}.svg).
    key        text not null constraint media_key_key unique,
    kind       text not null default 'webp' check (kind in ('webp', 'svg')),
    width      int not null check (width > 0),
    height     int not null check (height > 0),
    color      text not null default '#ebe6da',                       -- average colour, shown while loading
    sha256     bytea,
    source_url text,
    credit     text not null default '',
    created_at timestamptz not null default now()
);
create index media_sha256 on media (sha256);
alter table categories add constraint categories_image_fk foreign key (image_id) references media on delete set null;

create table products (
    id            bigint generated always as identity primary key,
    external_id   text constraint products_external_id_key unique,    -- id in the merchant's feed, upsert key of the import
    brand_id      int references brands,
    category_id   int not null references categories,
    status        text not null default 'draft' check (status in ('draft', 'active', 'archived')),
    tax_class     text not null default 'standard' check (tax_class in ('standard', 'intermediate', 'reduced', 'super_reduced')),
    -- [{"key","fr_label","fr","en_label","en"}], in the order shown
    attributes    jsonb not null default '[]',
    warranty_months smallint,
    repair_index  smallint check (repair_index between 0 and 100),    -- tenths: 81 is 8.1 / 10
    ecotax_cents  int not null default 0 check (ecotax_cents >= 0),
    origin        text not null default '',
    -- Kept by catalog in the transaction that changes their source; for lists, facets and sorting only.
    price_cents   bigint not null default 0 check (price_cents >= 0), -- lowest active variant
    price_varies  boolean not null default false,
    compare_at_cents bigint,
    available     int not null default 0,                             -- sum of available over active variants, capped at 9999
    rating_sum    int not null default 0,
    rating_count  int not null default 0,
    sales_30d     int not null default 0,
    image_id      bigint references media on delete set null,         -- first picture
    image_hover_id bigint references media on delete set null,
    version       int not null default 1,                             -- optimistic lock of the back office
    published_at  timestamptz,
    created_at    timestamptz not null default now(),
    updated_at    timestamptz not null default now()
);
create index products_category on products (category_id, status);
create index products_brand on products (brand_id);
create index products_updated on products (updated_at);
create index products_new on products (published_at desc) where status = 'active';
create index products_best on products (sales_30d desc, id) where status = 'active';

create table product_texts (
    product_id  bigint not null references products on delete cascade,
    lang        text not null check (lang in ('fr', 'en')),
    slug        text not null,
    title       text not null,
    description text not null default '',                             -- plain text, blank line between paragraphs
    bullets     jsonb not null default '[]',
    -- Weighted: A title, B brand and category, C bullets and attributes, D description. Filled by catalog's store.
    search      tsvector not null default '',
    primary key (product_id, lang),
    constraint product_texts_slug_key unique (lang, slug)
);
create index product_texts_search on product_texts using gin (search);
create index product_texts_title_trgm on product_texts using gin (fold(title) gin_trgm_ops);

-- Former slugs answer 301.
create table product_slugs (
    lang       text not null,
    slug       text not null,
    product_id bigint not null references products on delete cascade,
    created_at timestamptz not null default now(),
    primary key (lang, slug)
);

create table product_options (
    id         bigint generated always as identity primary key,
    product_id bigint not null references products on delete cascade,
    position   smallint not null check (position between 1 and 3),
    code       text not null,                                         -- couleur, taille, finition ...: shared over products, a facet
    label_fr   text not null,
    label_en   text not null,
    constraint product_options_position_key unique (product_id, position)
);

create table option_values (
    id        bigint generated always as identity primary key,
    option_id bigint not null references product_options on delete cascade,
    position  smallint not null,
    code      text not null,                                          -- noir, inox, xl ...
    label_fr  text not null,
    label_en  text not null,
    swatch    text check (swatch ~ '^#[0-9a-f]{6}$'),
    constraint option_values_code_key unique (option_id, code)
);

create table variants (
    id          bigint generated always as identity primary key,
    product_id  bigint not null references products on delete cascade,
    position    int not null default 0,
    sku         text not null constraint variants_sku_key unique,
    external_id text,
    ean         text,
    -- option_values.id in the order of the product's options; empty for a product without options
    value_ids   bigint[] not null default '{}',
    price_cents bigint not null check (price_cents between 0 and 100000000),
    compare_at_cents bigint check (compare_at_cents > price_cents),   -- crossed-out price while reduced
    reduced_since timestamptz,                                        -- start of the present reduction
    currency    char(3) not null default 'EUR',
    weight_g    int not null default 0 check (weight_g >= 0),
    active      boolean not null default true,
    image_id    bigint references media on delete set null,
    created_at  timestamptz not null default now(),
    updated_at  timestamptz not null default now(),
    constraint variants_values_key unique (product_id, value_ids)
);
create index variants_product on variants (product_id, position);
create index variants_ean on variants (ean) where ean is not null;
create index variants_sku_fold on variants (upper(sku));
create unique index variants_external on variants (external_id) where external_id is not null;

-- Append-only. The lowest price of the 30 days before a reduction (Omnibus directive) is read from here.
create table price_log (
    id          bigint generated always as identity primary key,
    variant_id  bigint not null references variants on delete cascade,
    price_cents bigint not null,
    valid_from  timestamptz not null default now(),
    actor       text not null default 'system'
);
create index price_log_variant on price_log (variant_id, valid_from);

create table stock_levels (
    variant_id bigint primary key references variants on delete cascade,
    on_hand    int not null default 0,
    reserved   int not null default 0,
    low_at     int not null default 3,                                -- alert when available <= low_at
    updated_at timestamptz not null default now(),
    constraint stock_levels_on_hand check (on_hand >= 0),
    constraint stock_levels_no_oversell check (reserved >= 0 and reserved <= on_hand)
) with (fillfactor = 70);

-- Append-only ledger: the sum of delta is on_hand.
create table stock_movements (
    id         bigint generated always as identity primary key,
    variant_id bigint not null references variants on delete cascade,
    delta      int not null check (delta <> 0),
    reason     text not null check (reason in ('initial', 'receipt', 'correction', 'sale', 'return', 'import')),
    order_id   bigint,
    actor      text not null default 'system',
    note       text not null default '',
    at         timestamptz not null default now()
);
create index stock_movements_variant on stock_movements (variant_id, at desc);
create index stock_movements_at on stock_movements (at desc);

create table product_images (
    product_id bigint not null references products on delete cascade,
    media_id   bigint not null references media on delete cascade,
    position   smallint not null default 0,
    variant_id bigint references variants on delete set null,
    alt_fr     text not null default '',
    alt_en     text not null default '',
    primary key (product_id, media_id)
);

create table reviews (
    id          bigint generated always as identity primary key,
    product_id  bigint not null references products on delete cascade,
    user_id     bigint references users on delete set null,
    author      text not null,
    lang        text not null default 'fr',
    rating      smallint not null check (rating between 1 and 5),
    title       text not null default '',
    body        text not null,
    verified    boolean not null default false,
    status      text not null default 'pending' check (status in ('pending', 'approved', 'rejected')),
    created_at  timestamptz not null default now()
);
create index reviews_product on reviews (product_id, created_at desc) where status = 'approved';

create table product_views (
    product_id bigint not null references products on delete cascade,
    day        date not null,
    views      int not null default 0,
    primary key (product_id, day)
);

-- VAT in basis points (2000 is 20 %), by country of delivery and class, from a date on.
create table tax_rates (
    country    char(2) not null,
    tax_class  text not null,
    rate_bp    int not null check (rate_bp between 0 and 5000),
    valid_from date not null default '2014-01-01',
    primary key (country, tax_class, valid_from)
);
insert into tax_rates (country, tax_class, rate_bp) values
    ('FR', 'standard', 2000), ('FR', 'intermediate', 1000), ('FR', 'reduced', 550), ('FR', 'super_reduced', 210),
    ('BE', 'standard', 2100), ('BE', 'intermediate', 1200), ('BE', 'reduced', 600),  ('BE', 'super_reduced', 600),
    ('LU', 'standard', 1700), ('LU', 'intermediate', 1400), ('LU', 'reduced', 300),  ('LU', 'super_reduced', 300),
    ('DE', 'standard', 1900), ('DE', 'intermediate', 1900), ('DE', 'reduced', 700),  ('DE', 'super_reduced', 700),
    ('ES', 'standard', 2100), ('ES', 'intermediate', 1000), ('ES', 'reduced', 1000), ('ES', 'super_reduced', 400),
    ('IT', 'standard', 2200), ('IT', 'intermediate', 1000), ('IT', 'reduced', 1000), ('IT', 'super_reduced', 400),
    ('MC', 'standard', 2000), ('MC', 'intermediate', 1000), ('MC', 'reduced', 550),  ('MC', 'super_reduced', 210);
