//! What happened last, newest first.

use kit::{Lang, dates, tr, urls};
use maud::{Markup, html};
use platform::ui::icon;

use crate::model::Activity;

pub fn feed(lang: Lang, items: &[Activity]) -> Markup {
    html! {
        ol.feed role="list" id="activite" {
            @for a in items { (item(lang, a)) }
            @if items.is_empty() { li { span.dot { (icon("clock")) } span { (tr!(lang, "backoffice.feed.none")) } } }
        }
    }
}

fn item(lang: Lang, a: &Activity) -> Markup {
    let (tone, name) = look(&a.kind);
    html! {
        li id=(format!("evt-{}", a.seq)) {
            span class=(tone) { (icon(name)) }
            span { a href=(urls::admin::order(a.order_id)) { (a.number) } " " (says(lang, a)) }
            time datetime=(dates::iso(a.at)) { (dates::time(a.at)) }
        }
    }
}

/// Tone and icon of a kind of event.
pub fn look(kind: &str) -> (&'static str, &'static str) {
    match kind {
        "placed" => ("dot dot--info", "shopping-bag"),
        "paid" => ("dot dot--ok", "check"),
        "preparing" => ("dot dot--info", "package"),
        "fulfilled" => ("dot dot--ok", "truck"),
        "delivered" | "completed" => ("dot dot--ok", "package-check"),
        "cancelled" => ("dot dot--bad", "circle-x"),
        "returned" => ("dot", "undo-2"),
        _ => ("dot", "message-circle"),
    }
}

/// What a kind of event is called.
pub fn event_name(lang: Lang, kind: &str) -> String {
    match kind {
        "placed" => tr!(lang, "backoffice.event.placed"),
        "paid" => tr!(lang, "backoffice.event.paid"),
        "preparing" => tr!(lang, "backoffice.event.preparing"),
        "fulfilled" => tr!(lang, "backoffice.event.fulfilled"),
        "delivered" => tr!(lang, "backoffice.event.delivered"),
        "completed" => tr!(lang, "backoffice.event.completed"),
        "cancelled" => tr!(lang, "backoffice.event.cancelled"),
        "returned" => tr!(lang, "backoffice.event.returned"),
        "note" => tr!(lang, "backoffice.event.note"),
        _ => tr!(lang, "backoffice.event.other"),
    }
    .into_owned()
}

fn says(lang: Lang, a: &Activity) -> String {
    let what = match a.kind.as_str() {
        "placed" => tr!(lang, "backoffice.feed.placed"),
        "paid" => tr!(lang, "backoffice.feed.paid"),
        "preparing" => tr!(lang, "backoffice.feed.preparing"),
        "fulfilled" => tr!(lang, "backoffice.feed.fulfilled"),
        "delivered" => tr!(lang, "backoffice.feed.delivered"),
        "completed" => tr!(lang, "backoffice.feed.completed"),
        "cancelled" => tr!(lang, "backoffice.feed.cancelled"),
        "returned" => tr!(lang, "backoffice.feed.returned"),
        "note" => tr!(lang, "backoffice.feed.note"),
        _ => tr!(lang, "backoffice.feed.other"),
    };
    match a.actor_name.as_str() {
        name if !name.is_empty() && a.kind != "placed" => {
            tr!(lang, "backoffice.feed.by", what = what, name = name).into_owned()
        }
        _ => what.into_owned(),
    }
}
