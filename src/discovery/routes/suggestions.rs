//! `GET /recherche/suggestions?q=`: the list below the search field. Without htmx it is the search itself.

use kit::urls;
use platform::infra::rate_limit::{self, Verdict};
use platform::web::page::{self, redirect};
use platform::web::{Ctx, Query, Result};
use poem::http::{HeaderValue, StatusCode, header};
use poem::{IntoResponse, handler};

use super::Pairs;
use crate::filter::{Filter, Sort, address, first};
use crate::{suggest, views};

#[handler]
pub async fn show(ctx: Ctx, Query(pairs): Query<Pairs>) -> Result {
    let typed = first(&pairs, "q").unwrap_or_default();
    if !ctx.partial {
        let words = kit::text::one_line(typed, suggest::LONGEST);
        return Ok(redirect(&address(
            urls::search(ctx.lang),
            &words,
            &Filter::default(),
            Sort::Relevance,
            1,
        )));
    }
    // Who types faster than anybody can keeps the list that is there.
    if let Verdict::Limited { .. } = rate_limit::check(&ctx.app, rate_limit::SUGGEST, &ctx.client_ip).await {
        return Ok(StatusCode::NO_CONTENT.into_response());
    }
    let found = suggest::suggest(&ctx.app, ctx.lang, typed).await?;
    let mut response = page::html(StatusCode::OK, views::suggest::list(ctx.lang, &found));
    // The same for everybody; going back a letter costs nothing.
    response.headers_mut().insert(header::CACHE_CONTROL, HeaderValue::from_static("private, max-age=30"));
    Ok(response)
}
