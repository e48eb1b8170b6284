-- People: customers and staff, their addresses and single-use tokens. Owned by `accounts`.
set lock_timeout = '3s';

create table users (
    id             bigint generated always as identity primary key,
    email          citext not null,
    password_hash  text,                                    -- argon2id in PHC form; null until a password is set
    full_name      text not null default '',
    phone          text not null default '',
    lang           text not null default 'fr' check (lang in ('fr', 'en')),
    role           text not null default 'customer' check (role in ('customer', 'support', 'manager', 'admin')),
    active         boolean not null default true,
    email_verified_at timestamptz,
    -- Compared on every request: raising it ends all sessions of this person.
    session_epoch  int not null default 0,
    failed_logins  int not null default 0,
    locked_until   timestamptz,
    last_login_at  timestamptz,
    created_at     timestamptz not null default now(),
    constraint users_email_key unique (email),
    constraint users_email_length check (length(email::text) <= 254)
);
create index users_staff on users (role) where role <> 'customer';

create table user_tokens (
    -- SHA-256 of the token: what is in the mail cannot be read from here.
    token_hash     bytea primary key,
    user_id        bigint not null references users on delete cascade,
    purpose        text not null check (purpose in ('verify_email', 'reset_password', 'change_email')),
    new_email      citext,
    expires_at     timestamptz not null,
    used_at        timestamptz,
    created_at     timestamptz not null default now()
);
create index user_tokens_user on user_tokens (user_id, purpose);

create table addresses (
    id             bigint generated always as identity primary key,
    user_id        bigint not null references users on delete cascade,
    -- Same shape as kit::address::Address; see there for what each country asks for.
    data           jsonb not null,
    is_default     boolean not null default false,
    created_at     timestamptz not null default now(),
    updated_at     timestamptz not null default now()
);
create unique index addresses_one_default on addresses (user_id) where is_default;
create index addresses_user on addresses (user_id);
