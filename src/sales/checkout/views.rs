//! The pages of the checkout: frame with steps and summary, then one file per step.

mod address;
mod choices;
mod review;
mod sold_out;

use kit::{Lang, tr, urls};
use maud::{Markup, html};
use platform::ui::flash;
use platform::web::Ctx;

use super::model::{Checkout, Step};
use crate::cart::views::small_lines;
use crate::views::totals;

pub use address::address;
pub use choices::{delivery, payment};
pub use review::{ReviewPage, review};
pub use sold_out::sold_out;

/// Where in the checkout a page stands.
pub struct Frame<'a> {
    pub step: Step,
    pub checkout: &'a Checkout,
}

/// Steps on top, the page, the summary beside it.
pub fn frame(ctx: &Ctx, frame: &Frame<'_>, title: &str, main: Markup) -> Markup {
    let lang = ctx.lang;
    html! {
        div.wrap.page.checkout {
            (flash::flash(ctx))
            (stepper(lang, frame))
            div."page__head" { h1 { (title) } }
            div.split {
                div { (main) }
                (summary(lang, frame.checkout))
            }
        }
    }
}

/// The title of a step's page.
pub fn heading(lang: Lang, step: Step) -> String {
    match step {
        Step::Address => tr!(lang, "sales.step.address"),
        Step::Delivery => tr!(lang, "sales.step.delivery"),
        Step::Payment => tr!(lang, "sales.step.payment"),
        Step::Review => tr!(lang, "sales.step.review"),
    }
    .into_owned()
}

fn step_name(lang: Lang, step: Step) -> String {
    match step {
        Step::Address => tr!(lang, "sales.step.address_short"),
        Step::Delivery => tr!(lang, "sales.step.delivery_short"),
        Step::Payment => tr!(lang, "sales.step.payment_short"),
        Step::Review => tr!(lang, "sales.step.review_short"),
    }
    .into_owned()
}

/// Complete steps are links back; closed ones are words.
fn stepper(lang: Lang, frame: &Frame<'_>) -> Markup {
    let open = frame.checkout.open_step();
    html! {
        nav.stepper aria-label=(tr!(lang, "sales.step.label")) {
            ol role="list" {
                @for (i, step) in Step::ALL.into_iter().enumerate() {
                    @let name = html! { b { (i + 1) } " " span { (step_name(lang, step)) } };
                    @if step == frame.step { li aria-current="step" { span { (name) } } }
                    @else if step < frame.step { li."is-done" { a href=(step.url(lang)) { (name) } } }
                    @else if step <= open { li { a href=(step.url(lang)) { (name) } } }
                    @else { li { span { (name) } } }
                }
            }
        }
    }
}

fn summary(lang: Lang, checkout: &Checkout) -> Markup {
    html! {
        aside.sum aria-labelledby="sum-t" {
            h2 id="sum-t" { (tr!(lang, "sales.totals.title")) }
            (small_lines(lang, &checkout.lines))
            @if let Ok(t) = checkout.totals() {
                @let shipping = checkout.shipping().map(|s| s.price);
                @let taxes = if checkout.address().is_some() { t.by_rate() } else { Vec::new() };
                (totals(lang, t.items, shipping, t.total, &taxes))
            }
            p."sum__note" { a href=(urls::cart(lang)) { (tr!(lang, "sales.step.edit_cart")) } }
        }
    }
}
