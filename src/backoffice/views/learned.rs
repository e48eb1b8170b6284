//! The learned files: which version is in service, what it holds, how good it is, how that went over time.

use accounts::{Permission, allows};
use discovery::status::{Artefact, JobRow, Version};
use kit::{Lang, dates, text, tr, urls};
use maud::{Markup, html};
use platform::ui::{field, icon};
use platform::web::Ctx;
use platform::web::visitor::User;

use super::finding::head;

pub struct Room {
    pub artefacts: Vec<Artefact>,
    /// Staff rolled back: nothing is built by the clock.
    pub held: bool,
    pub jobs: Vec<JobRow>,
}

fn name(lang: Lang, name: &str) -> String {
    match name {
        "search-fr" => tr!(lang, "backoffice.finding.search_fr"),
        "search-en" => tr!(lang, "backoffice.finding.search_en"),
        _ => tr!(lang, "backoffice.finding.recommend"),
    }
    .into_owned()
}

fn count_name(lang: Lang, name: &str) -> String {
    match name {
        "products" => tr!(lang, "backoffice.finding.n_products"),
        "orders" => tr!(lang, "backoffice.finding.n_orders"),
        "pairs" => tr!(lang, "backoffice.finding.n_pairs"),
        other => other.replace('_', " ").into(),
    }
    .into_owned()
}

fn quality_name(lang: Lang, name: &str) -> String {
    match name {
        "title_found_first" => tr!(lang, "backoffice.finding.q_title"),
        "mistyped_title_in_first_three" => tr!(lang, "backoffice.finding.q_mistyped"),
        "next_order_foreseen_in_ten" => tr!(lang, "backoffice.finding.q_next"),
        other => other.replace('_', " ").into(),
    }
    .into_owned()
}

fn percent(lang: Lang, part: f64) -> String {
    let text = format!("{:.1}\u{a0}%", part * 100.0);
    lang.pick(text.replace('.', ","), text)
}

pub fn page(ctx: &Ctx, user: &User, room: &Room) -> Markup {
    let lang = ctx.lang;
    let may = allows(user.role, Permission::RetryJobs);
    let buttons = html! { @if may { form method="post" action=(format!("{}/reconstruction", urls::admin::FINDING_INDEX)) {
        (field::csrf(ctx))
        button.btn type="submit" { (icon("refresh-cw")) " " (tr!(lang, "backoffice.finding.rebuild")) }
    } } };
    html! {
        (head(ctx, buttons))
        @if room.held { div.flash."flash--warn" { (icon("triangle-alert")) div { p { (tr!(lang, "backoffice.finding.held")) } } } }
        @for a in &room.artefacts { (artefact(ctx, a, may)) }
        (jobs(lang, &room.jobs))
    }
}

fn artefact(ctx: &Ctx, a: &Artefact, may: bool) -> Markup {
    let lang = ctx.lang;
    let id = format!("a-{}", a.name);
    let title = name(lang, a.name);
    html! {
        section.panel aria-labelledby=(id) {
            div."panel__head" {
                h2 id=(id) { (title) }
                @if a.loaded { span.badge."badge--ok" { (tr!(lang, "backoffice.finding.in_service")) } }
                @else { span.badge."badge--promo" { (tr!(lang, "backoffice.finding.not_loaded")) } }
            }
            @if a.versions.is_empty() {
                div."empty"."empty--flat" { (icon("triangle-alert")) h3 { (tr!(lang, "backoffice.finding.no_version")) } p { (tr!(lang, "backoffice.finding.no_version_text")) } }
            } @else {
                table."dt"."dt--list" {
                    caption.vh { (title) }
                    thead { tr {
                        th scope="col" { (tr!(lang, "backoffice.finding.version")) }
                        th scope="col" { (tr!(lang, "backoffice.finding.holds")) }
                        th scope="col" { (tr!(lang, "backoffice.finding.quality")) }
                        th."dt__num" scope="col" { (tr!(lang, "backoffice.finding.took")) }
                        th scope="col" { span.vh { (tr!(lang, "backoffice.orders.col_action")) } }
                    } }
                    tbody { @for v in &a.versions { (version(ctx, a, v, may)) } }
                }
                (history(lang, a))
            }
        }
    }
}

fn version(ctx: &Ctx, a: &Artefact, v: &Version, may: bool) -> Markup {
    let lang = ctx.lang;
    let current = a.current.as_deref() == Some(v.name.as_str());
    let seconds = format!("{:.1}\u{a0}s", v.manifest.seconds);
    html! {
        tr {
            td."dt__no" {
                @match v.built_at { Some(at) => time datetime=(dates::iso(at)) { (dates::short(at)) }, None => (v.name) }
                small { (v.manifest.algorithm) " · " (megabytes(lang, v.bytes())) }
            }
            td data-label=(tr!(lang, "backoffice.finding.holds")) {
                div { @for (name, n) in &v.manifest.counts { div { (text::grouped(lang, *n as i64)) " " (count_name(lang, name)) } } }
            }
            td data-label=(tr!(lang, "backoffice.finding.quality")) {
                div { @for (name, part) in &v.manifest.quality { div { (quality_name(lang, name)) (tr!(lang, "backoffice.finding.colon")) strong { (percent(lang, *part)) } } } }
            }
            td."dt__num" data-label=(tr!(lang, "backoffice.finding.took")) { (lang.pick(seconds.replace('.', ","), seconds.clone())) }
            td."dt__act" {
                @if current { span.badge."badge--ok" { (tr!(lang, "backoffice.finding.current")) } }
                @else if may {
                    form method="post" action=(format!("{}/retour", urls::admin::FINDING_INDEX)) data-confirm=(tr!(lang, "backoffice.finding.confirm_back")) {
                        (field::csrf(ctx))
                        input type="hidden" name="name" value=(a.name);
                        input type="hidden" name="version" value=(v.name);
                        button."btn"."btn--line"."btn--sm" type="submit" { (icon("history")) (tr!(lang, "backoffice.finding.back")) span.vh { " " (v.name) } }
                    }
                }
            }
        }
    }
}

fn megabytes(lang: Lang, bytes: u64) -> String {
    let text = format!("{:.1}\u{a0}{}", bytes as f64 / 1e6, lang.pick("Mo", "MB"));
    lang.pick(text.replace('.', ","), text)
}

/// One line for each figure, from the first build to the last.
fn history(lang: Lang, a: &Artefact) -> Markup {
    let last: Vec<_> = a.history.iter().rev().take(30).rev().collect();
    let names: Vec<&String> = last.last().map(|m| m.quality.keys().collect()).unwrap_or_default();
    html! {
        @if last.len() > 1 && !names.is_empty() {
            div."panel__body"."stack" {
                h3 { (tr!(lang, "backoffice.finding.over_time", n = last.len())) }
                @for name in names {
                    @let values: Vec<f64> = last.iter().filter_map(|m| m.quality.get(name).copied()).collect();
                    @let (first, now) = (values.first().copied().unwrap_or(0.0), values.last().copied().unwrap_or(0.0));
                    div {
                        p.small { (quality_name(lang, name)) (tr!(lang, "backoffice.finding.colon")) (tr!(lang, "backoffice.finding.from_to", from = percent(lang, first), to = percent(lang, now))) }
                        svg.spark viewBox="0 0 300 40" role="img" aria-label=(tr!(lang, "backoffice.finding.from_to", from = percent(lang, first), to = percent(lang, now))) {
                            polyline points=(points(&values)) fill="none" stroke="currentColor" stroke-width="2" {}
                        }
                    }
                }
            }
        }
    }
}

fn points(values: &[f64]) -> String {
    let step = 296.0 / (values.len().max(2) - 1) as f64;
    let at = |(i, v): (usize, &f64)| {
        format!("{:.1},{:.1}", 2.0 + i as f64 * step, 38.0 - v.clamp(0.0, 1.0) * 36.0)
    };
    values.iter().enumerate().map(at).collect::<Vec<_>>().join(" ")
}

fn jobs(lang: Lang, jobs: &[JobRow]) -> Markup {
    html! {
        section.panel aria-labelledby="a-jobs" {
            div."panel__head" { h2 id="a-jobs" { (tr!(lang, "backoffice.finding.jobs")) } }
            @if jobs.is_empty() { div."empty"."empty--flat" { (icon("clock")) h3 { (tr!(lang, "backoffice.finding.no_jobs")) } } } @else {
                table."dt"."dt--list" {
                    caption.vh { (tr!(lang, "backoffice.finding.jobs")) }
                    thead { tr { th scope="col" { (tr!(lang, "backoffice.jobs.topic")) } th scope="col" { (tr!(lang, "backoffice.finding.state")) } th scope="col" { (tr!(lang, "backoffice.jobs.when")) } th scope="col" { (tr!(lang, "backoffice.jobs.error")) } } }
                    tbody { @for j in jobs { tr {
                        td."dt__no" { (j.topic) }
                        td data-label=(tr!(lang, "backoffice.finding.state")) { (state(lang, &j.state)) }
                        td data-label=(tr!(lang, "backoffice.jobs.when")) { (dates::short(j.at)) }
                        td data-label=(tr!(lang, "backoffice.jobs.error")) { (text::shorten(j.error.as_deref().unwrap_or("–"), 160)) }
                    } } }
                }
            }
        }
    }
}

fn state(lang: Lang, state: &str) -> String {
    match state {
        "ready" => tr!(lang, "backoffice.jobs.waiting"),
        "running" => tr!(lang, "backoffice.jobs.running"),
        "done" => tr!(lang, "backoffice.jobs.done"),
        "held" => tr!(lang, "backoffice.finding.state_held"),
        _ => tr!(lang, "backoffice.jobs.dead"),
    }
    .into_owned()
}
