//! SmartMarket: a complete shop. This package composes the rooms; each room is a crate inside `src/`.
//!
//! # The rooms, in reading order: who stands later may know who stands before, never the other way round
//!
//! | room | for | owns the tables |
//! |---|---|---|
//! | `kit` | money, languages, addresses, urls: pure, no I/O | |
//! | `ml` | text analysis, indexes, neighbours: pure algorithms and their files; knows no product | |
//! | `jobs` | work after the commit of its cause, once in effect | `jobs`, `cron_state`, `job_workers` |
//! | `platform` | [`platform::App`], PostgreSQL, Redis, mail, pictures, live events; poem glue; components without a domain | `live_events`, `mails`, `maintenance`, `media` |
//! | `accounts` | people, sign-in, roles, addresses | `users`, `user_tokens`, `addresses` |
//! | `catalog` | products, variants, prices, stock, reviews; `catalog-import` reads feeds | `products` and all that belongs to them |
//! | `content` | legal and help pages | `pages`, `page_texts` |
//! | `discovery` | home, listings with facets, search, suggestions, recommendations | `search_synonyms` and the other `search_…` |
//! | `sales` | cart, checkout, orders, payments, shipping | `carts`, `orders` and all that belongs to them |
//! | `assistant` | answers from products and pages, with sources; API and agents | |
//! | `backoffice` | the staff shell, live orders, products and stock | |
//! | `ops` | health, figures, checks, doctor, backups, development mails | `backup_runs` |
//! | `demo` | the demo shop | |
//!
//! Here: [`router`] (every route and every layer on one screen), [`worker`] (every job and the whole schedule on one
//! screen), [`visitor`] (who is looking), [`shell`] (navigation and footer), [`serve`], [`manage`] (the commands of the
//! runbook).
//!
//! # What must stay true
//!
//! - No order lost, doubled or oversold, whatever dies when: `sales::checkout` places an order in one transaction; stock is
//!   taken by one conditional statement; a cart gives one order (unique `orders.cart_id`).
//! - No mail in the path of an order: a mail is a job written in the transaction of its cause.
//! - PostgreSQL holds the truth; Redis may vanish: people are signed out, nothing is lost.
//! - Every page works without JavaScript; every text is there in French and in English.
//! - Live events carry numbers in commit order; a screen that reconnects asks for what came since.
//!
//! # Two requests, step by step
//!
//! `GET /c/cafetieres`: [`platform::web::request_log`] gives it an id; the page cache answers when somebody without cookies
//! asked in the last seconds; else the session and [`visitor`] layers find nobody (no cookie, no query), `discovery` asks
//! its facet cache for ids and counts and loads 24 cards with live prices in one query, maud renders, the page is
//! compressed once and kept.
//!
//! `POST /commande/recapitulatif`: [`platform::web::csrf`] checks origin and token; `sales::checkout` locks the cart, compares what was shown with
//! what is true now, reserves stock, writes order, lines, payment, events, the mail job and last the live event, commits,
//! and answers 303 to the thank-you page. Each open back-office window is woken through Redis (or its own poll), reads
//! the event from the table and morphs the row in. The worker sends the mail.

pub mod health;
pub mod inspect;
pub mod manage;
pub mod router;
pub mod serve;
pub mod shell;
mod superuser;
mod systemd;
pub mod visitor;
pub mod worker;
