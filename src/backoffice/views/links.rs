//! Products that staff put beside a product: three lists of references.

use catalog::links::{Fault, Kind, MOST};
use kit::{Lang, tr, urls};
use maud::{Markup, html};
use platform::ui::field;
use platform::web::Ctx;

use super::products::fault;
use crate::routes::LinksForm;

/// What is wrong, by the id of the field.
pub fn link_faults(lang: Lang, faults: &[(Kind, Fault)]) -> Vec<(String, String)> {
    let text = |fault: &Fault| match fault {
        Fault::Unknown(said) => tr!(lang, "backoffice.links.unknown", said = said).into_owned(),
        Fault::Itself => tr!(lang, "backoffice.links.itself").into_owned(),
        Fault::TooMany => tr!(lang, "backoffice.links.too_many", n = MOST).into_owned(),
    };
    faults.iter().map(|(kind, fault)| (kind.code().to_string(), text(fault))).collect()
}

pub fn panel(ctx: &Ctx, product_id: i64, form: &LinksForm, faults: &[(String, String)], may: bool) -> Markup {
    let lang = ctx.lang;
    let fields = [
        (Kind::Related, tr!(lang, "backoffice.links.related"), tr!(lang, "backoffice.links.related_hint")),
        (Kind::UpSell, tr!(lang, "backoffice.links.up_sell"), tr!(lang, "backoffice.links.up_sell_hint")),
        (
            Kind::CrossSell,
            tr!(lang, "backoffice.links.cross_sell"),
            tr!(lang, "backoffice.links.cross_sell_hint"),
        ),
    ];
    html! {
        section.panel aria-labelledby="p-links" {
            div."panel__head" { div { h2 id="p-links" { (tr!(lang, "backoffice.links.title")) } p.small.muted { (tr!(lang, "backoffice.links.lead")) } } }
            form."panel__body"."stack" method="post" action=(format!("{}/liens", urls::admin::product(product_id))) {
                (field::csrf(ctx))
                @for (kind, label, hint) in &fields {
                    @let id = kind.code();
                    @let wrong = faults.iter().find(|(f, _)| f == id).map(|(_, t)| t.as_str());
                    div.field {
                        label.label for=(id) { (label) }
                        p.hint id=(format!("{id}-aide")) { (hint) }
                        (fault(lang, id, wrong))
                        textarea.input id=(id) name=(id) rows="3" readonly[!may] aria-invalid=[wrong.map(|_| "true")]
                            aria-describedby=(if wrong.is_some() { format!("{id}-aide {id}-err") } else { format!("{id}-aide") }) { (form.said(*kind)) }
                    }
                }
                @if may { div { button.btn type="submit" { (tr!(lang, "backoffice.links.save")) } } }
            }
        }
    }
}
