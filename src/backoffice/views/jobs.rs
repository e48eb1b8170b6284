//! The machine room: counts, workers, the schedule, what died and may be tried again.

use jobs::inspect::{DeadJob, Scheduled, TopicStats, WorkerRow};
use kit::{dates, text, tr, urls};
use maud::{Markup, html};
use platform::ui::{field, icon};
use platform::web::Ctx;

use super::shell;
use crate::desk::Section;

pub struct Room {
    pub stats: Vec<TopicStats>,
    pub workers: Vec<WorkerRow>,
    pub dead: Vec<DeadJob>,
    pub scheduled: Scheduled,
}

pub fn index(ctx: &Ctx, room: &Room, may_retry: bool) -> Markup {
    let lang = ctx.lang;
    let sum = |of: fn(&TopicStats) -> i64| room.stats.iter().map(of).sum::<i64>();
    let workers = room.workers.iter().filter(|w| w.alive && w.kind == "worker").count() as i64;
    html! {
        (shell::head(&[], html! { (shell::section_name(lang, Section::Jobs)) }, html! { p { (tr!(lang, "backoffice.jobs.lead")) } }, html! {}, lang))
        dl.kpis {
            (figure(&tr!(lang, "backoffice.jobs.waiting"), &text::grouped(lang, sum(|s| s.ready)), &tr!(lang, "backoffice.jobs.delayed", n = sum(|s| s.delayed))))
            (figure(&tr!(lang, "backoffice.jobs.running"), &text::grouped(lang, sum(|s| s.running)), &tr!(lang, "backoffice.jobs.workers", n = workers)))
            (figure(&tr!(lang, "backoffice.jobs.done"), &text::grouped(lang, sum(|s| s.done_last_hour)), &tr!(lang, "backoffice.jobs.last_hour")))
            (figure(&tr!(lang, "backoffice.jobs.dead"), &text::grouped(lang, sum(|s| s.dead)), &tr!(lang, "backoffice.jobs.held", n = sum(|s| s.held))))
        }
        @if workers == 0 { div.flash."flash--warn" { (icon("triangle-alert")) div { p { (tr!(lang, "backoffice.jobs.no_worker")) } } } }
        (dead(ctx, &room.dead, may_retry))
        (topics(ctx, &room.stats))
        (schedule(ctx, &room.scheduled))
    }
}

fn figure(name: &str, value: &str, note: &str) -> Markup {
    html! { div.kpi { dt { (name) } dd { (value) } dd.delta { (note) } } }
}

fn dead(ctx: &Ctx, dead: &[DeadJob], may_retry: bool) -> Markup {
    let lang = ctx.lang;
    html! {
        section.panel aria-labelledby="j-dead" {
            div."panel__head" { h2 id="j-dead" { (tr!(lang, "backoffice.jobs.dead_title")) } }
            @if dead.is_empty() {
                div."empty"."empty--flat" { (icon("circle-check")) h3 { (tr!(lang, "backoffice.jobs.no_dead")) } }
            } @else {
                table."dt"."dt--list" {
                    caption.vh { (tr!(lang, "backoffice.jobs.dead_title")) }
                    thead { tr {
                        th scope="col" { (tr!(lang, "backoffice.jobs.topic")) }
                        th scope="col" { (tr!(lang, "backoffice.jobs.error")) }
                        th."dt__num" scope="col" { (tr!(lang, "backoffice.jobs.attempts")) }
                        th scope="col" { (tr!(lang, "backoffice.jobs.when")) }
                        th scope="col" { span.vh { (tr!(lang, "backoffice.orders.col_action")) } }
                    } }
                    tbody { @for j in dead { (dead_row(ctx, j, may_retry)) } }
                }
            }
        }
    }
}

fn dead_row(ctx: &Ctx, j: &DeadJob, may_retry: bool) -> Markup {
    let lang = ctx.lang;
    html! {
        tr {
            td."dt__no" { (j.topic) small { "n° " (j.id) " · " (j.queue) } }
            td data-label=(tr!(lang, "backoffice.jobs.error")) { (text::shorten(j.last_error.as_deref().unwrap_or("–"), 160)) }
            td."dt__num" data-label=(tr!(lang, "backoffice.jobs.attempts")) { (j.attempts) }
            td data-label=(tr!(lang, "backoffice.jobs.when")) { (dates::short(j.died_at.unwrap_or(j.created_at))) }
            td."dt__act" {
                @if may_retry {
                    form method="post" action=(format!("{}/{}/relance", urls::admin::JOBS, j.id)) {
                        (field::csrf(ctx))
                        button."btn"."btn--line"."btn--sm" type="submit" { (icon("rotate-ccw")) (tr!(lang, "backoffice.jobs.retry")) span.vh { " " (j.id) } }
                    }
                }
            }
        }
    }
}

fn topics(ctx: &Ctx, stats: &[TopicStats]) -> Markup {
    let lang = ctx.lang;
    html! {
        section.panel aria-labelledby="j-topics" {
            div."panel__head" { h2 id="j-topics" { (tr!(lang, "backoffice.jobs.topics")) } }
            table."dt"."dt--list" {
                caption.vh { (tr!(lang, "backoffice.jobs.topics")) }
                thead { tr {
                    th scope="col" { (tr!(lang, "backoffice.jobs.topic")) }
                    th."dt__num" scope="col" { (tr!(lang, "backoffice.jobs.waiting")) }
                    th."dt__num" scope="col" { (tr!(lang, "backoffice.jobs.running")) }
                    th."dt__num" scope="col" { (tr!(lang, "backoffice.jobs.done")) }
                    th."dt__num" scope="col" { (tr!(lang, "backoffice.jobs.dead")) }
                } }
                tbody { @for s in stats {
                    tr {
                        td."dt__no" { (s.topic) small { (s.queue) } }
                        td."dt__num" data-label=(tr!(lang, "backoffice.jobs.waiting")) { (s.ready + s.delayed) }
                        td."dt__num" data-label=(tr!(lang, "backoffice.jobs.running")) { (s.running) }
                        td."dt__num" data-label=(tr!(lang, "backoffice.jobs.done")) { (s.done_last_hour) }
                        td."dt__num" data-label=(tr!(lang, "backoffice.jobs.dead")) { (s.dead) }
                    }
                } }
            }
        }
    }
}

fn schedule(ctx: &Ctx, scheduled: &Scheduled) -> Markup {
    let lang = ctx.lang;
    html! {
        section.panel aria-labelledby="j-cron" {
            div."panel__head" { h2 id="j-cron" { (tr!(lang, "backoffice.jobs.schedule")) } }
            @if scheduled.cron.is_empty() {
                div."empty"."empty--flat" { (icon("clock")) h3 { (tr!(lang, "backoffice.jobs.no_schedule")) } }
            } @else {
                table."dt"."dt--list" {
                    caption.vh { (tr!(lang, "backoffice.jobs.schedule")) }
                    thead { tr {
                        th scope="col" { (tr!(lang, "backoffice.jobs.entry")) }
                        th scope="col" { (tr!(lang, "backoffice.jobs.rhythm")) }
                        th scope="col" { (tr!(lang, "backoffice.jobs.last")) }
                        th scope="col" { (tr!(lang, "backoffice.jobs.next")) }
                    } }
                    tbody { @for c in &scheduled.cron {
                        tr {
                            td."dt__no" { (c.name) small { (c.topic) } }
                            td data-label=(tr!(lang, "backoffice.jobs.rhythm")) { code { (c.schedule) } }
                            td data-label=(tr!(lang, "backoffice.jobs.last")) { (dates::short(c.last_tick)) }
                            td data-label=(tr!(lang, "backoffice.jobs.next")) { @match c.next_tick { Some(at) => (dates::short(at)), None => "–" } }
                        }
                    } }
                }
            }
        }
    }
}
