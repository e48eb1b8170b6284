//! Backups and trial restores: when, which, how it ended, how long it took, how large it is.

use kit::{Lang, dates, text, tr};
use maud::{Markup, html};
use platform::ui::icon;
use platform::web::Ctx;

use super::shell;
use crate::desk::Section;
use crate::store::backups::Run;

/// A nightly backup that is later than this is missing.
const FRESH_HOURS: i64 = 26;

pub fn index(ctx: &Ctx, runs: &[Run]) -> Markup {
    let lang = ctx.lang;
    let now = ctx.app.clock.now();
    let good = runs.iter().find(|r| r.kind == "backup" && r.ok == Some(true));
    let fresh = good.is_some_and(|r| (now - r.started_at).num_hours() < FRESH_HOURS);
    html! {
        (shell::head(&[], html! { (shell::section_name(lang, Section::Backups)) }, html! { p { (tr!(lang, "backoffice.backups.lead")) } }, html! {}, lang))
        @if !fresh && !runs.is_empty() { div.flash."flash--warn" { (icon("triangle-alert")) div { p { (tr!(lang, "backoffice.backups.late")) } } } }
        section.panel aria-labelledby="b-runs" {
            div."panel__head" { h2 id="b-runs" { (tr!(lang, "backoffice.backups.runs")) } }
            @if runs.is_empty() {
                div."empty"."empty--flat" { (icon("triangle-alert")) h3 { (tr!(lang, "backoffice.backups.none")) } p { (tr!(lang, "backoffice.backups.none_text")) } }
            } @else {
                table."dt"."dt--list" {
                    caption.vh { (tr!(lang, "backoffice.backups.runs")) }
                    thead { tr {
                        th scope="col" { (tr!(lang, "backoffice.backups.name")) }
                        th scope="col" { (tr!(lang, "backoffice.backups.when")) }
                        th scope="col" { (tr!(lang, "backoffice.backups.outcome")) }
                        th."dt__num" scope="col" { (tr!(lang, "backoffice.backups.took")) }
                        th."dt__num" scope="col" { (tr!(lang, "backoffice.backups.size")) }
                    } }
                    tbody { @for r in runs { (row(lang, r)) } }
                }
            }
        }
    }
}

fn row(lang: Lang, r: &Run) -> Markup {
    let kind = match r.kind.as_str() {
        "verify" => tr!(lang, "backoffice.backups.verify"),
        _ => tr!(lang, "backoffice.backups.backup"),
    };
    let outcome = match r.ok {
        None => tr!(lang, "backoffice.backups.running"),
        Some(true) => tr!(lang, "backoffice.backups.ok"),
        Some(false) => tr!(lang, "backoffice.backups.failed"),
    };
    let took = r.finished_at.map(|end| text::grouped(lang, (end - r.started_at).num_seconds().max(0)));
    html! {
        tr {
            td."dt__no" { (r.name) small { (kind) } }
            td data-label=(tr!(lang, "backoffice.backups.when")) { time datetime=(dates::iso(r.started_at)) { (dates::short(r.started_at)) } }
            td data-label=(tr!(lang, "backoffice.backups.outcome")) { (outcome) @if !r.error.is_empty() { " : " (text::shorten(&r.error, 160)) } }
            td."dt__num" data-label=(tr!(lang, "backoffice.backups.took")) { @match took { Some(s) => { (s) " s" }, None => "–" } }
            td."dt__num" data-label=(tr!(lang, "backoffice.backups.size")) { @if r.bytes > 0 { (size(lang, r.bytes)) } @else { "–" } }
        }
    }
}

/// `12,3 Mo`.
fn size(lang: Lang, bytes: i64) -> String {
    let (number, unit) = match bytes {
        b if b >= 1_000_000_000 => (b as f64 / 1e9, lang.pick("Go", "GB")),
        b if b >= 1_000_000 => (b as f64 / 1e6, lang.pick("Mo", "MB")),
        b => (b as f64 / 1e3, lang.pick("ko", "kB")),
    };
    let text = format!("{number:.1}\u{a0}{unit}");
    lang.pick(text.replace('.', ","), text)
}
