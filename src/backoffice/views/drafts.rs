//! Texts proposed for a product: the offer, and each draft below its field with two buttons. Nothing is saved by them.

use assistant::model::Written;
use kit::{Lang, tr, urls};
use maud::{Markup, html};
use platform::ui::icon;

use super::products::{Drafts, Edit};

fn url(e: &Edit<'_>) -> String {
    format!("{}/brouillons", urls::admin::product(e.product.id))
}

/// The panel that proposes drafts and says where they come from.
pub fn offer(lang: Lang, e: &Edit<'_>) -> Markup {
    let said = match e.drafts {
        Drafts::Nothing => Some(tr!(lang, "backoffice.draft.nothing")),
        Drafts::Made(_) if e.form.draft_of.is_empty() => Some(tr!(lang, "backoffice.draft.same")),
        Drafts::Made(Written::Extracted) => Some(tr!(lang, "backoffice.draft.by_rule")),
        Drafts::Made(Written::Generated) => Some(tr!(lang, "backoffice.draft.by_model")),
        Drafts::Made(Written::Fallback) => Some(tr!(lang, "backoffice.draft.fallback")),
        Drafts::Shown => None,
    };
    html! {
        section.panel aria-labelledby="p-drafts" {
            div."panel__head" { h2 id="p-drafts" { (tr!(lang, "backoffice.draft.title")) } }
            div."panel__body"."stack" {
                p.small { (tr!(lang, "backoffice.draft.lead")) }
                @if let Some(said) = said { p role="status" tabindex="-1" data-autofocus { (said) } }
                div { button."btn"."btn--line" type="submit" formaction=(url(e)) formnovalidate { (icon("sparkles")) (tr!(lang, "backoffice.draft.propose")) } }
            }
        }
    }
}

/// Strong points and the summary for search engines, each with its draft.
pub fn fields(lang: Lang, e: &Edit<'_>, of: &str, may: bool) -> Markup {
    let (points, summary) = (format!("points_{of}"), format!("summary_{of}"));
    html! {
        div.field {
            label.label for=(points) { (tr!(lang, "backoffice.product.points")) }
            p.hint id=(format!("{points}-aide")) { (tr!(lang, "backoffice.product.points_hint")) }
            textarea.input id=(points) name=(points) lang=(of) rows="5" readonly[!may] aria-describedby=(format!("{points}-aide")) { (e.form.points(of)) }
        }
        (waiting(lang, e, &points))
        div.field {
            label.label for=(summary) { (tr!(lang, "backoffice.product.summary")) }
            p.hint id=(format!("{summary}-aide")) { (tr!(lang, "backoffice.product.summary_hint")) }
            textarea.input id=(summary) name=(summary) lang=(of) rows="2" maxlength="200" readonly[!may] aria-describedby=(format!("{summary}-aide")) { (e.form.summary(of)) }
        }
        (waiting(lang, e, &summary))
    }
}

/// The draft that waits for a field.
pub fn waiting(lang: Lang, e: &Edit<'_>, field: &str) -> Markup {
    let draft = e.form.drafts().find(|(of, _)| *of == field);
    let id = format!("draft-{field}");
    html! { @if let Some((of, text)) = draft {
        div.box role="group" aria-labelledby=(id) {
            p id=(id) { strong { (tr!(lang, "backoffice.draft.proposed")) } }
            input type="hidden" name="draft_of" value=(of);
            textarea.input name="draft_text" rows=(text.lines().count().clamp(2, 12)) aria-labelledby=(id) lang=[of.rsplit('_').next()] { (text) }
            div.row {
                button."btn"."btn--sm" type="submit" formaction=(url(e)) formnovalidate name="take" value=(of) { (icon("check")) (tr!(lang, "backoffice.draft.take")) }
                button."btn"."btn--line"."btn--sm" type="submit" formaction=(url(e)) formnovalidate name="take" value=(format!("-{of}")) { (icon("x")) (tr!(lang, "backoffice.draft.leave")) }
            }
        }
    } }
}
