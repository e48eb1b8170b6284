//! Every route and every layer, in one place.

use kit::{Lang, urls};
use platform::App;
use platform::web::{
    assets, context, csrf, error, headers, maintenance, media, page_cache, request_log, session, theme,
};
use poem::{Endpoint, EndpointExt, Response, Route, get, post};

use crate::visitor;

/// The whole application as poem runs it and as the tests call it.
pub fn app(app: &App) -> impl Endpoint<Output = Response> + 'static {
    let pages = pages(app)
        .around(csrf::layer)
        .around(error::layer)
        .around(maintenance::layer)
        .around(context::layer)
        .around(visitor::layer)
        .around(session::layer)
        .around(|next, req| page_cache::layer(next, req, visitor::in_cart))
        .around(discovery::visits::layer);
    assistant::api::routes(Route::new())
        .at("/assets/:name", get(assets::show))
        .at("/media/*path", get(media::show))
        .nest("/health", health())
        .nest_no_strip("/", pages)
        .around(headers::layer)
        .around(request_log::layer)
        .data(app.clone())
}

/// Everybody may ask whether we live; the details are for whoever the session layers recognise.
fn health() -> Route {
    let detailed = || {
        get(ops::detailed::show).around(ops::detailed::layer).around(visitor::layer).around(session::layer)
    };
    ops::health::routes().at("/detailed/", detailed()).at("/detailed", detailed())
}

fn pages(app: &App) -> Route {
    let mut route = Route::new();
    for lang in Lang::ALL {
        route = route.at(urls::theme(lang), post(theme::update));
    }
    let route = accounts::routes(route);
    let route = catalog::routes(route);
    let route = content::routes(route);
    let route = discovery::routes(route);
    let route = sales::routes(route);
    let route = assistant::routes(route);
    let route = backoffice::routes(route);
    ops::routes(route, app.config.is_production())
}
