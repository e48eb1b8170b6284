//! The four figures of the day, each with a small curve.

use kit::{Lang, Money, text, tr, trn};
use maud::{Markup, html};

use crate::model::{Figures, change};

const WIDTH: f64 = 96.0;
const HEIGHT: f64 = 40.0;
/// Our goal from "ready" to departure, for the word beside the mean.
const GOAL_HOURS: i64 = 24;

pub fn kpis(lang: Lang, f: &Figures) -> Markup {
    let orders = running(&f.hours_today, f.hour);
    let money = running(&f.cents_today, f.hour);
    html! {
        dl.kpis id="kpis" {
            (kpi(&tr!(lang, "backoffice.kpi.orders"), &text::grouped(lang, f.today), versus(lang, f.today, f.yesterday), &orders))
            (kpi(&tr!(lang, "backoffice.kpi.turnover"), &whole_euros(lang, f.today_cents), versus(lang, f.today_cents, f.yesterday_cents), &money))
            (kpi(&tr!(lang, "backoffice.kpi.to_prepare"), &text::grouped(lang, f.to_prepare), late(lang, f.late), &f.days))
            (kpi(&tr!(lang, "backoffice.kpi.delay"), &delay(lang, f), goal(lang, f), &f.delays))
        }
    }
}

fn kpi(name: &str, value: &str, note: Markup, series: &[i64]) -> Markup {
    html! {
        div.kpi {
            dt { (name) }
            dd { (value) }
            dd.delta { (note) }
            dd."kpi__s" aria-hidden="true" { (spark(series)) }
        }
    }
}

/// Euros without cents: a figure of the day is read, not booked.
pub fn whole_euros(lang: Lang, cents: i64) -> String {
    let euros = (cents + 50).div_euclid(100);
    let full = Money::cents(euros * 100).format(lang);
    full.replace(lang.pick(",00", ".00"), "")
}

fn versus(lang: Lang, now: i64, before: i64) -> Markup {
    match change(now, before) {
        None => html! { (tr!(lang, "backoffice.kpi.no_yesterday")) },
        Some(tenths) => {
            let sign = if tenths < 0 { "−" } else { "+" };
            let value = text::tenths(lang, tenths.abs());
            html! { b.down[tenths < 0] { (sign) (value) "\u{a0}%" } " " (tr!(lang, "backoffice.kpi.vs_yesterday")) }
        }
    }
}

fn late(lang: Lang, n: i64) -> Markup {
    html! { @if n == 0 { (tr!(lang, "backoffice.kpi.none_late")) } @else { b.down { (trn!(lang, "backoffice.kpi.late", n)) } } }
}

fn delay(lang: Lang, f: &Figures) -> String {
    f.delay.map_or_else(|| "–".to_string(), |d| span(lang, d.num_minutes()))
}

fn goal(lang: Lang, f: &Figures) -> Markup {
    let over = f.delay.is_some_and(|d| d.num_hours() >= GOAL_HOURS);
    html! { @if over { b.down { (tr!(lang, "backoffice.kpi.goal")) } } @else { (tr!(lang, "backoffice.kpi.goal")) } }
}

/// A length of time: `26 min`, `3 h 28`, `2 j`.
pub fn span(lang: Lang, minutes: i64) -> String {
    let sign = if minutes < 0 { "−" } else { "" };
    let m = minutes.abs();
    let day = lang.pick("j", "d");
    match m {
        0..60 => format!("{sign}{m}\u{a0}min"),
        60..2880 => format!("{sign}{}\u{a0}h\u{a0}{:02}", m / 60, m % 60),
        _ => format!("{sign}{}\u{a0}{day}", m / 1440),
    }
}

/// Sums up to the present hour: the curve of a day that only grows.
fn running(hours: &[i64; 24], now: usize) -> Vec<i64> {
    hours
        .iter()
        .take(now + 1)
        .scan(0, |sum, n| {
            *sum += n;
            Some(*sum)
        })
        .collect()
}

fn spark(series: &[i64]) -> Markup {
    let top = series.iter().copied().max().unwrap_or(0).max(1) as f64;
    let step = WIDTH / (series.len().max(2) - 1) as f64;
    let line = series.iter().enumerate().map(|(i, v)| {
        let y = HEIGHT - 4.0 - (*v as f64 / top) * (HEIGHT - 10.0);
        format!("{}{:.1} {y:.1}", if i == 0 { 'M' } else { 'L' }, i as f64 * step)
    });
    let line: String = if series.len() < 2 { format!("M0 36L{WIDTH} 36") } else { line.collect() };
    html! {
        svg viewBox="0 0 96 40" aria-hidden="true" focusable="false" preserveAspectRatio="none" {
            path d=(format!("{line}L96 40L0 40Z")) class="spark__a" {}
            path d=(line) class="spark__l" vector-effect="non-scaling-stroke" {}
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lengths_of_time_are_read_at_a_glance() {
        assert_eq!(span(Lang::Fr, 26), "26\u{a0}min");
        assert_eq!(span(Lang::Fr, 208), "3\u{a0}h\u{a0}28");
        assert_eq!(span(Lang::Fr, -12), "−12\u{a0}min");
        assert_eq!(span(Lang::Fr, 4320), "3\u{a0}j");
    }

    #[test]
    fn turnover_has_no_cents() {
        assert_eq!(whole_euros(Lang::Fr, 3_148_249), "31\u{a0}482\u{a0}€");
        assert_eq!(whole_euros(Lang::En, 100_050), "€1,001");
    }
}
