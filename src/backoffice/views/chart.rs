//! Orders per hour as SVG, drawn here: today over yesterday.

use kit::{Lang, tr, trn};
use maud::{Markup, html};

use crate::model::Figures;

const BASE: f64 = 120.0;
const SPAN: f64 = 112.0;
const STEP: f64 = 280.0 / 24.0;

pub fn hours(lang: Lang, f: &Figures) -> Markup {
    let top = scale(f.hours_today.iter().chain(&f.hours_yesterday).copied().max().unwrap_or(0));
    let peak = (0..24).max_by_key(|h| f.hours_today[*h]).unwrap_or(0);
    html! {
        div.chart id="graphique" {
            p."chart__legend" {
                span { i.k1 {} (tr!(lang, "backoffice.chart.today")) }
                span { i.k2 {} (tr!(lang, "backoffice.chart.now")) }
                span { i.k3 {} (tr!(lang, "backoffice.chart.yesterday")) }
            }
            svg viewBox="0 0 300 136" role="img" aria-labelledby="ch-t ch-d" {
                title id="ch-t" { (tr!(lang, "backoffice.chart.title")) }
                desc id="ch-d" { (trn!(lang, "backoffice.chart.since", f.today)) " " (tr!(lang, "backoffice.chart.peak", hour = peak, n = f.hours_today[peak])) }
                @for n in [0, top / 2, top] {
                    line class="ax" x1="0" x2="280" y1=(y(n, top)) y2=(y(n, top)) {}
                    text x="285" y=(format!("{:.1}", BASE - height(n, top) + 3.0)) { (n) }
                }
                @for h in 0..24 {
                    (bar("b0", h, f.hours_yesterday[h], top, 1.0))
                    @if h < f.hour { (bar("b1", h, f.hours_today[h], top, 2.8)) }
                    @if h == f.hour { (bar("bn", h, f.hours_today[h], top, 2.8)) }
                }
                @for h in [0, 6, 12, 18] { text x=(format!("{:.0}", h as f64 * STEP)) y="133" { (h) "\u{a0}h" } }
            }
        }
    }
}

/// An even number at or above the highest bar, so that half of it is whole.
fn scale(highest: i64) -> i64 {
    let step = match highest {
        0..=4 => 2,
        5..=20 => 4,
        21..=100 => 20,
        _ => 100,
    };
    (highest.max(1) + step - 1) / step * step
}

fn height(n: i64, top: i64) -> f64 {
    n as f64 / top.max(1) as f64 * SPAN
}

fn y(n: i64, top: i64) -> String {
    format!("{:.1}", BASE - height(n, top))
}

fn bar(class: &str, hour: usize, n: i64, top: i64, inset: f64) -> Markup {
    html! {
        @if n > 0 {
            rect class=(class) x=(format!("{:.1}", hour as f64 * STEP + inset)) y=(y(n, top)) width=(format!("{:.1}", STEP - 2.0 * inset)) height=(format!("{:.1}", height(n, top))) rx="1.5" {}
        }
    }
}

#[cfg(test)]
mod tests {
    #[test]
    fn the_scale_is_even_and_above_the_highest_bar() {
        for n in 0..500 {
            let top = super::scale(n);
            assert!(top >= n && top % 2 == 0 && top > 0, "{n} -> {top}");
        }
    }
}
