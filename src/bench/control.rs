//! The control of `scripts/bench web`: a bare poem + maud handler that makes one query and renders a page of a given size.
//!
//! No session, no CSRF, no layout, no cache: what the stack itself costs on this machine, in the same run.

use maud::{DOCTYPE, Markup, html};
use poem::listener::TcpListener;
use poem::web::{Data, Query};
use poem::{EndpointExt, Route, Server, get, handler};
use serde::Deserialize;
use sqlx::PgPool;
use sqlx::postgres::PgPoolOptions;

#[derive(Deserialize)]
struct Wanted {
    /// Bytes of the page.
    size: usize,
    /// Key of the row that is read.
    id: i64,
}

#[handler]
async fn page(db: Data<&PgPool>, Query(wanted): Query<Wanted>) -> poem::Result<Markup> {
    let row: (String, String) =
        sqlx::query_as("select title, description from product_texts where product_id = $1 and lang = 'fr'")
            .bind(wanted.id)
            .fetch_optional(*db)
            .await
            .map_err(poem::error::InternalServerError)?
            .unwrap_or_default();
    // About 190 bytes an item, as a product card has text between its tags.
    let items = wanted.size.saturating_sub(400) / 190;
    Ok(html! {
        (DOCTYPE)
        html lang="fr" {
            head { meta charset="utf-8"; title { (row.0) } }
            body {
                h1 { (row.0) }
                ul role="list" {
                    @for i in 0..items {
                        li class="card" id=(i) {
                            a class="card__title" href=(format!("/p/produit-{i}")) { "Un produit de la liste, numéro " (i) }
                            span class="price" { "549" span class="price__c" { ",90 €" } }
                        }
                    }
                }
                p { (row.1) }
            }
        }
    })
}

#[tokio::main]
async fn main() -> anyhow::Result<()> {
    let mut args = std::env::args().skip(1);
    let (listen, url) = (args.next().unwrap_or_default(), args.next().unwrap_or_default());
    let db = PgPoolOptions::new()
        .max_connections(16)
        .min_connections(2)
        .test_before_acquire(false)
        .connect(&url)
        .await?;
    Server::new(TcpListener::bind(listen)).run(Route::new().at("/", get(page)).data(db)).await?;
    Ok(())
}
