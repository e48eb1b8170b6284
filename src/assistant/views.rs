//! The page, the panel's content, and an answer.

use catalog::ui::thumb;
use kit::{Lang, tr, urls};
use maud::{Markup, html};
use platform::ui::icon;
use platform::web::{Ctx, csrf};

use crate::model::{Answer, Context, Kind, Link, Table, Written};

/// Below this an answer says that it is not sure.
const UNSURE: f32 = 0.55;

/// The whole page; `answer` when something was asked.
pub fn page(
    ctx: &Ctx,
    question: &str,
    context: &Context,
    answer: Option<&Answer>,
    error: Option<&str>,
) -> Markup {
    let lang = ctx.lang;
    html! {
        div.wrap.assist {
            h1 { (tr!(lang, "assistant.page.title")) }
            p.lead { (tr!(lang, "assistant.page.lead")) }
            (talk(ctx, question, context, answer, error))
        }
    }
}

/// Answer and form: the page without its head, and what the panel shows.
pub fn talk(
    ctx: &Ctx,
    question: &str,
    context: &Context,
    shown: Option<&Answer>,
    error: Option<&str>,
) -> Markup {
    let lang = ctx.lang;
    let next = shown.map_or(context, |a| &a.context);
    html! {
        div."assist__talk" data-assist {
            div."assist__log" data-assist-log tabindex="-1" {
                @if let Some(a) = shown { (answer(ctx, a)) }
            }
            (form(ctx, if shown.is_some() { "" } else { question }, next, error))
            @if shown.is_none() { (examples(lang)) }
        }
    }
}

fn form(ctx: &Ctx, question: &str, context: &Context, error: Option<&str>) -> Markup {
    let lang = ctx.lang;
    let described = if error.is_some() { "question-aide question-err" } else { "question-aide" };
    html! {
        form."assist__form" method="get" action=(urls::assistant(lang)) data-assist-form data-stream=(urls::assistant_stream(lang))
            data-thinking=(tr!(lang, "assistant.page.thinking")) data-failed=(tr!(lang, "assistant.page.failed")) {
            label.label for="question" { (tr!(lang, "assistant.page.label")) }
            p.hint id="question-aide" { (tr!(lang, "assistant.page.hint")) }
            @if let Some(text) = error { p.err id="question-err" role="alert" { (text) } }
            div."assist__row" {
                input.input id="question" name="question" type="text" value=(question) maxlength="500" autocomplete="off" enterkeyhint="send"
                    required aria-describedby=(described) aria-invalid=[error.map(|_| "true")];
                button.btn type="submit" { (icon("message-circle")) (tr!(lang, "assistant.page.ask")) }
            }
            (hidden(context))
        }
    }
}

/// What the next question may refer to.
pub fn hidden(context: &Context) -> Markup {
    html! {
        div data-assist-context hidden {
            input type="hidden" name="produits" value=(context.products_field());
            input type="hidden" name="sujet" value=(context.subject);
            input type="hidden" name="propriete" value=(context.property);
        }
    }
}

fn examples(lang: Lang) -> Markup {
    let all = [
        tr!(lang, "assistant.page.example_fact"),
        tr!(lang, "assistant.page.example_find"),
        tr!(lang, "assistant.page.example_compare"),
        tr!(lang, "assistant.page.example_house"),
    ];
    html! {
        div."assist__examples" data-assist-examples {
            h2 { (tr!(lang, "assistant.page.examples")) }
            ul role="list" { @for e in &all { li { a.chip href=(address(lang, e)) data-assist-ask { (e) } } } }
        }
    }
}

/// The page with a question already asked.
fn address(lang: Lang, question: &str) -> String {
    format!("{}?question={}", urls::assistant(lang), urls::query(question))
}

/// An answer and what the next question may refer to: what the script puts in place.
pub fn streamed(ctx: &Ctx, a: &Answer) -> Markup {
    html! { (answer(ctx, a)) (hidden(&a.context)) }
}

/// One answer with all that belongs to it.
pub fn answer(ctx: &Ctx, a: &Answer) -> Markup {
    // The answer speaks the language of the question; what stands around it that of the page.
    let (lang, here) = (a.lang, ctx.lang);
    html! {
        article."assist__turn" {
            p."assist__asked" { span.vh { (tr!(here, "assistant.page.asked")) " " } span lang=[other(lang, here)] { (a.question) } }
            div."assist__answer" data-kind=(a.kind.code()) {
                h2."vh" { (tr!(here, "assistant.page.answer")) }
                div lang=[other(lang, here)] {
                    @for p in &a.paragraphs { p { (p) } }
                    @if !a.points.is_empty() { ul."assist__points" { @for p in &a.points { li { (p) } } } }
                    @if let Some(t) = &a.table { (table(lang, t)) }
                    @if !a.goods.is_empty() && a.kind != Kind::Comparison { (goods(ctx, a)) }
                }
                @if a.kind != Kind::Refusal && a.confidence < UNSURE { p."assist__unsure" { (icon("info")) (tr!(here, "assistant.page.unsure")) } }
                @if !a.sources.is_empty() { (links(lang, here, &tr!(here, "assistant.page.sources"), &a.sources, "assist__sources")) }
                @if !a.ways.is_empty() { (links(lang, here, &tr!(here, "assistant.page.ways"), &a.ways, "assist__ways")) }
                @if matches!(a.kind, Kind::Answer | Kind::Products | Kind::Comparison) {
                    p."assist__note" {
                        @match a.written {
                            Written::Extracted => (tr!(here, "assistant.page.extracted")),
                            Written::Generated => (tr!(here, "assistant.page.generated")),
                            Written::Fallback => (tr!(here, "assistant.page.fallback")),
                        }
                    }
                }
            }
        }
    }
}

fn other(lang: Lang, here: Lang) -> Option<&'static str> {
    (lang != here).then_some(lang.code())
}

fn links(lang: Lang, here: Lang, title: &str, all: &[Link], class: &str) -> Markup {
    html! {
        div class=(class) {
            h3 { (title) }
            ul role="list" lang=[other(lang, here)] { @for l in all { li { a href=(l.url) { (l.title) } } } }
        }
    }
}

fn table(lang: Lang, t: &Table) -> Markup {
    html! {
        section."assist__table" tabindex="0" aria-label=(tr!(lang, "assistant.page.table")) {
            table {
                caption.vh { (tr!(lang, "assistant.page.table")) }
                thead { tr {
                    th scope="col" { (tr!(lang, "assistant.page.property")) }
                    @for h in &t.heads { th scope="col" { a href=(h.url) { (h.title) } } }
                } }
                tbody { @for (label, values) in &t.rows { tr { th scope="row" { (label) } @for v in values { td { (v) } } } } }
            }
        }
    }
}

/// The products with the ordinary form that puts one into the cart.
fn goods(ctx: &Ctx, a: &Answer) -> Markup {
    let lang = a.lang;
    let token = ctx.csrf_token();
    html! {
        ul."assist__goods" role="list" aria-label=(tr!(lang, "assistant.page.products")) {
            @for g in &a.goods {
                li {
                    @if let Some(p) = &g.card.picture { (thumb(p, "", 64)) } @else { span."assist__none" aria-hidden="true" { (icon("package")) } }
                    div."assist__good" {
                        a href=(g.url(lang)) { (g.card.title) }
                        p { (platform::ui::price(lang, g.card.price.now, g.card.price.is_reduced())) " " (catalog::ui::stock(ctx, g.card.stock())) }
                    }
                    @if let Some(variant) = g.card.variant.filter(|_| g.card.available > 0) {
                        form method="post" action=(urls::cart_lines(lang)) {
                            input type="hidden" name=(csrf::FIELD) value=(token);
                            input type="hidden" name="variant" value=(variant);
                            input type="hidden" name="quantity" value="1";
                            button."btn"."btn--line" type="submit" { (icon("shopping-cart")) (tr!(lang, "assistant.page.add")) span.vh { " – " (g.card.title) } }
                        }
                    }
                }
            }
        }
    }
}
