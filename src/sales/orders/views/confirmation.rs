//! "Thank you": right after the order.

use catalog::Card;
use kit::{dates, tr, urls};
use maud::{Markup, html};
use platform::ui::icon;
use platform::web::Ctx;

use super::super::model::OrderPage;
use super::parts;

pub fn page(ctx: &Ctx, page: &OrderPage, beside: &[Card]) -> Markup {
    let lang = ctx.lang;
    let o = &page.order;
    let first = o.billing_address.name.split_whitespace().next().unwrap_or_default().to_string();
    html! {
        div.wrap.page {
            div.thanks {
                span."thanks__i" { (icon("check")) }
                h1 tabindex="-1" { (tr!(lang, "sales.thanks.title", name = first)) }
                p { (tr!(lang, "sales.thanks.order")) " " strong { (o.number) } (tr!(lang, "sales.thanks.mail", email = o.email)) }
                div.row {
                    a.btn href=(urls::order(lang, o.token)) { (tr!(lang, "sales.thanks.track")) }
                    a."btn"."btn--line" href=(urls::home(lang)) { (tr!(lang, "sales.thanks.continue")) }
                }
            }
            div.split {
                div.stack {
                    (parts::payment_box(lang, o))
                    section aria-labelledby="t-articles" {
                        h2 id="t-articles" { (tr!(lang, "sales.order.lines")) }
                        p.muted { (tr!(lang, "sales.order.placed_at", at = dates::date_time(lang, o.placed_at))) }
                        (parts::lines(lang, &page.lines))
                    }
                    (parts::facts(lang, page))
                }
                (parts::summary(lang, page))
            }
            (discovery::ui::beside(ctx, &tr!(lang, "sales.thanks.beside"), beside))
        }
    }
}
