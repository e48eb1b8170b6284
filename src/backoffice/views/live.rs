//! What the stream sends: parts of pages, each with the place it replaces.

use std::collections::BTreeMap;

use kit::Lang;
use maud::{Markup, html};

use super::rows::{Viewer, row};
use super::{chart, feed, kpis, orders};
use crate::model::{Activity, Figures, OrderFilter, OrderRow, TabCounts};

fn partial(target: &str, swap: &str, content: &Markup) -> Markup {
    html! { hx-partial hx-target=(target) hx-swap=(swap) { (content) } }
}

/// The number of open orders in the navigation.
pub fn to_do(n: i64) -> Markup {
    partial("#nav-commandes", "innerHTML", &html! { (n) })
}

/// Each changed order (id and number of its last event) once, as it is now: its row if the filter lets it through, else
/// its departure.
pub fn rows(viewer: Viewer, changed: &BTreeMap<i64, i64>, shown: &[OrderRow]) -> Markup {
    html! {
        @for (id, seq) in changed {
            @let target = format!("#commande-{id}");
            @match shown.iter().find(|o| o.id == *id) {
                Some(o) => (partial(&target, "outerMorph", &row(viewer, o, *seq))),
                None => (partial(&target, "delete", &html! {})),
            }
        }
    }
}

pub fn figures(
    lang: Lang,
    figures: &Figures,
    filter: &OrderFilter,
    counts: &TabCounts,
    activity: &[Activity],
) -> Markup {
    html! {
        (partial("#kpis", "outerMorph", &kpis::kpis(lang, figures)))
        (partial("#graphique", "outerMorph", &chart::hours(lang, figures)))
        (partial("#onglets", "outerMorph", &orders::tabs(lang, filter, counts)))
        (partial("#activite", "outerMorph", &feed::feed(lang, activity)))
    }
}
