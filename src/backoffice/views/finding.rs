//! Search for staff: reports and rules.

use accounts::{Permission, allows};
use discovery::tools::edit::{Change, Overview, PinRow, QueryRow, Report};
use kit::{Lang, dates, text, tr, urls};
use maud::{Markup, html};
use platform::ui::{field, icon};
use platform::web::Ctx;
use platform::web::visitor::User;

use super::shell;
use crate::desk::Section;
use crate::routes::{PERIODS, RuleForm};

/// What is wrong: the form, the field in it, and why.
pub struct Wrong {
    pub place: &'static str,
    pub field: &'static str,
    pub text: String,
}

/// Why a rule was refused, in words.
pub fn fault_text(lang: Lang, why: &str, detail: &str) -> String {
    match why {
        "few_synonyms" => tr!(lang, "backoffice.finding.fault_few_synonyms"),
        "many_synonyms" => tr!(lang, "backoffice.finding.fault_many_synonyms"),
        "known_synonym" => tr!(lang, "backoffice.finding.fault_known_synonym", words = detail),
        "foreign_url" => tr!(lang, "backoffice.finding.fault_foreign_url"),
        "search_url" => tr!(lang, "backoffice.finding.fault_search_url"),
        "known_redirect" => tr!(lang, "backoffice.finding.fault_known_redirect", words = detail),
        "many_pins" => tr!(lang, "backoffice.finding.fault_many_pins"),
        "unknown_product" => tr!(lang, "backoffice.finding.fault_unknown_product", words = detail),
        _ => tr!(lang, "backoffice.finding.fault_no_query"),
    }
    .into_owned()
}

/// Title and the three places of the section.
pub fn head(ctx: &Ctx, buttons: Markup) -> Markup {
    let lang = ctx.lang;
    let tabs = [
        (urls::admin::FINDING, tr!(lang, "backoffice.finding.report")),
        (urls::admin::FINDING_RULES, tr!(lang, "backoffice.finding.rules")),
        (urls::admin::FINDING_INDEX, tr!(lang, "backoffice.finding.index")),
    ];
    html! {
        (shell::head(&[], html! { (shell::section_name(lang, Section::Finding)) }, html! { p { (tr!(lang, "backoffice.finding.lead")) } }, buttons, lang))
        section.panel aria-label=(tr!(lang, "backoffice.finding.tabs")) {
            nav.tabsbar aria-label=(tr!(lang, "backoffice.finding.tabs")) {
                @for (url, name) in &tabs {
                    a href=(url) aria-current=[ctx.path.starts_with(url).then_some("page").filter(|_| ctx.path == *url || *url != urls::admin::FINDING)] { (name) }
                }
            }
        }
    }
}

pub fn report(ctx: &Ctx, user: &User, days: i32, report: &Report) -> Markup {
    let lang = ctx.lang;
    let sums = report.sums;
    let part = |n: i64| {
        if sums.searches == 0 { "–".to_string() } else { format!("{}\u{a0}%", n * 100 / sums.searches) }
    };
    let periods = html! {
        nav.row aria-label=(tr!(lang, "backoffice.finding.period")) {
            @for d in PERIODS { a.chip."chip--on"[d == days] href=(format!("{}?jours={d}", urls::admin::FINDING)) aria-current=[(d == days).then_some("true")] { (tr!(lang, "backoffice.finding.days", n = d)) } }
        }
    };
    html! {
        (head(ctx, periods))
        dl.kpis {
            (figure(&tr!(lang, "backoffice.finding.searches"), &text::grouped(lang, sums.searches), &tr!(lang, "backoffice.finding.days", n = days)))
            (figure(&tr!(lang, "backoffice.finding.zeros"), &text::grouped(lang, sums.zeros), &part(sums.zeros)))
            (figure(&tr!(lang, "backoffice.finding.clicks"), &text::grouped(lang, sums.clicks), &part(sums.clicks)))
        }
        (queries(ctx, user, "f-zero", &tr!(lang, "backoffice.finding.zero_title"), &tr!(lang, "backoffice.finding.zero_none"), &report.zeros, true))
        (queries(ctx, user, "f-top", &tr!(lang, "backoffice.finding.top_title"), &tr!(lang, "backoffice.finding.top_none"), &report.queries, false))
        p.small.muted { (tr!(lang, "backoffice.finding.privacy")) }
    }
}

pub fn figure(name: &str, value: &str, note: &str) -> Markup {
    html! { div.kpi { dt { (name) } dd { (value) } dd.delta { (note) } } }
}

fn queries(
    ctx: &Ctx,
    user: &User,
    id: &str,
    title: &str,
    none: &str,
    rows: &[QueryRow],
    zero: bool,
) -> Markup {
    let lang = ctx.lang;
    let may = allows(user.role, Permission::EditSearch);
    let n = |n: i64| text::grouped(lang, n);
    html! {
        section.panel aria-labelledby=(id) {
            div."panel__head" { h2 id=(id) { (title) } }
            @if rows.is_empty() { div."empty"."empty--flat" { (icon("search")) h3 { (none) } } } @else {
                table."dt"."dt--list" {
                    caption.vh { (title) }
                    thead { tr {
                        th scope="col" { (tr!(lang, "backoffice.finding.query")) }
                        th."dt__num" scope="col" { (tr!(lang, "backoffice.finding.searches")) }
                        th."dt__num" scope="col" { (tr!(lang, "backoffice.finding.zeros")) }
                        th."dt__num" scope="col" { (tr!(lang, "backoffice.finding.clicks")) }
                        th scope="col" { (tr!(lang, "backoffice.finding.last")) }
                        @if zero { th scope="col" { span.vh { (tr!(lang, "backoffice.orders.col_action")) } } }
                    } }
                    tbody { @for q in rows { tr {
                        td."dt__no" { a href=(format!("{}?q={}", urls::search(q.lang), urls::query(&q.shown))) lang=(q.lang.code()) { (q.shown) } small { (q.lang.code().to_uppercase()) } }
                        td."dt__num" data-label=(tr!(lang, "backoffice.finding.searches")) { (n(q.searches)) }
                        td."dt__num" data-label=(tr!(lang, "backoffice.finding.zeros")) { (n(q.zeros)) }
                        td."dt__num" data-label=(tr!(lang, "backoffice.finding.clicks")) { (n(q.clicks)) }
                        td data-label=(tr!(lang, "backoffice.finding.last")) { (q.last.format("%d/%m/%Y")) }
                        @if zero { td."dt__act" { @if may {
                            a."btn"."btn--line"."btn--sm" href=(format!("{}?lang={}&words={}&query={}", urls::admin::FINDING_RULES, q.lang.code(), urls::query(&q.shown), urls::query(&q.shown))) { (tr!(lang, "backoffice.finding.remedy")) span.vh { " " (q.shown) } }
                        } } }
                    } } }
                }
            }
        }
    }
}

pub fn rules(ctx: &Ctx, user: &User, o: &Overview, form: &RuleForm, wrong: Option<&Wrong>) -> Markup {
    let lang = ctx.lang;
    let may = allows(user.role, Permission::EditSearch);
    html! {
        (head(ctx, html! {}))
        @if let Some(w) = wrong {
            div.errsum tabindex="-1" data-autofocus aria-labelledby="errsum-t" { div role="alert" {
                h2 id="errsum-t" { (tr!(lang, "backoffice.product.not_saved")) }
                ul { li { a href=(format!("#{}-{}", w.place, w.field)) { (w.text) } } }
            } }
        }
        (synonyms(ctx, o, form, wrong, may))
        (redirects(ctx, o, form, wrong, may))
        (pins(ctx, o, form, wrong, may))
        (clicks(ctx, o, may))
        (log(lang, &o.changes))
        @if o.last.changes > 0 { p.small.muted { (tr!(lang, "backoffice.finding.last_change", by = o.last.by, at = dates::date_time(lang, o.last.at))) } }
    }
}

/// A labelled input of a rule.
struct Input<'a> {
    place: &'static str,
    name: &'static str,
    label: String,
    hint: String,
    value: &'a str,
    rows: u8,
}

impl Input<'_> {
    fn render(&self, lang: Lang, wrong: Option<&Wrong>) -> Markup {
        let id = format!("{}-{}", self.place, self.name);
        let wrong = wrong.filter(|w| w.place == self.place && w.field == self.name);
        let described = if wrong.is_some() { format!("{id}-aide {id}-err") } else { format!("{id}-aide") };
        html! {
            div.field {
                label.label for=(id) { (self.label) }
                p.hint id=(format!("{id}-aide")) { (self.hint) }
                @if let Some(w) = wrong { p.err id=(format!("{id}-err")) { span.vh { (tr!(lang, "backoffice.error.prefix")) " " } (w.text) } }
                @if self.rows > 1 {
                    textarea.input id=(id) name=(self.name) rows=(self.rows) aria-describedby=(described) aria-invalid=[wrong.map(|_| "true")] { (self.value) }
                } @else {
                    input.input id=(id) name=(self.name) type="text" value=(self.value) maxlength="200" autocomplete="off" aria-describedby=(described) aria-invalid=[wrong.map(|_| "true")];
                }
            }
        }
    }
}

fn language(lang: Lang, place: &str, chosen: &str) -> Markup {
    let id = format!("{place}-lang");
    html! {
        div.field {
            label.label for=(id) { (tr!(lang, "backoffice.finding.language")) }
            select.select id=(id) name="lang" {
                @for l in Lang::ALL { option value=(l.code()) selected[l.code() == chosen] { (l.pick("Français", "English")) } }
            }
        }
    }
}

fn panel(id: &str, title: &str, lead: &str, list: Markup, form: Markup) -> Markup {
    html! {
        section.panel aria-labelledby=(id) {
            div."panel__head" { div { h2 id=(id) { (title) } p.small.muted { (lead) } } }
            (list)
            (form)
        }
    }
}

fn remove(ctx: &Ctx, url: &str, what: &str) -> Markup {
    let lang = ctx.lang;
    html! {
        form method="post" action=(url) {
            (field::csrf(ctx))
            button."btn"."btn--line"."btn--sm" type="submit" { (icon("trash-2")) (tr!(lang, "backoffice.finding.remove")) span.vh { " " (what) } }
        }
    }
}

fn synonyms(ctx: &Ctx, o: &Overview, form: &RuleForm, wrong: Option<&Wrong>, may: bool) -> Markup {
    let lang = ctx.lang;
    let url = format!("{}/synonymes", urls::admin::FINDING_RULES);
    let list = html! { @if !o.synonyms.is_empty() {
        table."dt"."dt--list" {
            caption.vh { (tr!(lang, "backoffice.finding.synonyms")) }
            thead { tr { th scope="col" { (tr!(lang, "backoffice.finding.words")) } th scope="col" { (tr!(lang, "backoffice.finding.language")) } th scope="col" { span.vh { (tr!(lang, "backoffice.orders.col_action")) } } } }
            tbody { @for s in &o.synonyms { tr {
                td."dt__no" lang=(s.lang.code()) { (s.words.join(" = ")) }
                td data-label=(tr!(lang, "backoffice.finding.language")) { (s.lang.pick("Français", "English")) }
                td."dt__act" { @if may { (remove(ctx, &format!("{url}/{}/suppression", s.id), &s.words.join(", "))) } }
            } } }
        }
    } };
    let add = html! { @if may { form."panel__body"."stack" method="post" action=(url) {
        (field::csrf(ctx))
        (language(lang, "syn", &form.lang))
        (Input { place: "syn", name: "words", label: tr!(lang, "backoffice.finding.synonyms_field").into(), hint: tr!(lang, "backoffice.finding.synonyms_hint").into(), value: &form.words, rows: 2 }.render(lang, wrong))
        div { button.btn type="submit" { (tr!(lang, "backoffice.finding.add")) span.vh { " " (tr!(lang, "backoffice.finding.synonyms")) } } }
    } } };
    let (title, lead) =
        (tr!(lang, "backoffice.finding.synonyms"), tr!(lang, "backoffice.finding.synonyms_lead"));
    panel("f-syn", &title, &lead, list, add)
}

fn redirects(ctx: &Ctx, o: &Overview, form: &RuleForm, wrong: Option<&Wrong>, may: bool) -> Markup {
    let lang = ctx.lang;
    let url = format!("{}/redirections", urls::admin::FINDING_RULES);
    let list = html! { @if !o.redirects.is_empty() {
        table."dt"."dt--list" {
            caption.vh { (tr!(lang, "backoffice.finding.redirects")) }
            thead { tr { th scope="col" { (tr!(lang, "backoffice.finding.query")) } th scope="col" { (tr!(lang, "backoffice.finding.leads_to")) } th scope="col" { (tr!(lang, "backoffice.finding.language")) } th scope="col" { span.vh { (tr!(lang, "backoffice.orders.col_action")) } } } }
            tbody { @for r in &o.redirects { tr {
                td."dt__no" lang=(r.lang.code()) { (r.query) }
                td data-label=(tr!(lang, "backoffice.finding.leads_to")) { a href=(r.url) { (r.url) } }
                td data-label=(tr!(lang, "backoffice.finding.language")) { (r.lang.pick("Français", "English")) }
                td."dt__act" { @if may { (remove(ctx, &format!("{url}/{}/suppression", r.id), &r.query)) } }
            } } }
        }
    } };
    let add = html! { @if may { form."panel__body"."stack" method="post" action=(url) {
        (field::csrf(ctx))
        (language(lang, "red", &form.lang))
        (Input { place: "red", name: "query", label: tr!(lang, "backoffice.finding.query").into(), hint: tr!(lang, "backoffice.finding.query_hint").into(), value: &form.query, rows: 1 }.render(lang, wrong))
        (Input { place: "red", name: "url", label: tr!(lang, "backoffice.finding.leads_to").into(), hint: tr!(lang, "backoffice.finding.url_hint").into(), value: &form.url, rows: 1 }.render(lang, wrong))
        div { button.btn type="submit" { (tr!(lang, "backoffice.finding.add")) span.vh { " " (tr!(lang, "backoffice.finding.redirects")) } } }
    } } };
    let (title, lead) =
        (tr!(lang, "backoffice.finding.redirects"), tr!(lang, "backoffice.finding.redirects_lead"));
    panel("f-red", &title, &lead, list, add)
}

fn pins(ctx: &Ctx, o: &Overview, form: &RuleForm, wrong: Option<&Wrong>, may: bool) -> Markup {
    let lang = ctx.lang;
    let url = format!("{}/epingles", urls::admin::FINDING_RULES);
    let mut groups: Vec<Vec<&PinRow>> = Vec::new();
    for pin in &o.pins {
        match groups.last_mut().filter(|g| g.iter().all(|p| p.lang == pin.lang && p.query == pin.query)) {
            Some(group) => group.push(pin),
            None => groups.push(vec![pin]),
        }
    }
    let list = html! { @if !groups.is_empty() {
        table."dt"."dt--list" {
            caption.vh { (tr!(lang, "backoffice.finding.pins")) }
            thead { tr { th scope="col" { (tr!(lang, "backoffice.finding.query")) } th scope="col" { (tr!(lang, "backoffice.finding.first")) } th scope="col" { span.vh { (tr!(lang, "backoffice.orders.col_action")) } } } }
            tbody { @for group in &groups { @if let Some(first) = group.first() { tr {
                td."dt__no" lang=(first.lang.code()) { (first.query) small { (first.lang.code().to_uppercase()) } }
                td data-label=(tr!(lang, "backoffice.finding.first")) { ol {
                    @for p in group { li { a href=(urls::admin::product(p.product_id)) { (text::shorten(&p.title, 60)) } " " span.small.muted { (p.sku) @if !p.on_sale { " · " (tr!(lang, "backoffice.finding.not_on_sale")) } } } }
                } }
                td."dt__act" { @if may { form method="post" action=(url) {
                    (field::csrf(ctx))
                    input type="hidden" name="lang" value=(first.lang.code());
                    input type="hidden" name="query" value=(first.query);
                    button."btn"."btn--line"."btn--sm" type="submit" { (icon("trash-2")) (tr!(lang, "backoffice.finding.remove")) span.vh { " " (first.query) } }
                } } }
            } } } }
        }
    } };
    let add = html! { @if may { form."panel__body"."stack" method="post" action=(url) {
        (field::csrf(ctx))
        (language(lang, "pin", &form.lang))
        (Input { place: "pin", name: "query", label: tr!(lang, "backoffice.finding.query").into(), hint: tr!(lang, "backoffice.finding.query_hint").into(), value: &form.query, rows: 1 }.render(lang, wrong))
        (Input { place: "pin", name: "products", label: tr!(lang, "backoffice.finding.first").into(), hint: tr!(lang, "backoffice.finding.pins_hint").into(), value: &form.products, rows: 3 }.render(lang, wrong))
        div { button.btn type="submit" { (tr!(lang, "backoffice.finding.pin")) } }
    } } };
    let (title, lead) = (tr!(lang, "backoffice.finding.pins"), tr!(lang, "backoffice.finding.pins_lead"));
    panel("f-pin", &title, &lead, list, add)
}

fn clicks(ctx: &Ctx, o: &Overview, may: bool) -> Markup {
    let lang = ctx.lang;
    let on = o.last.use_clicks;
    let body = html! { div."panel__body"."stack" {
        p { strong { @if on { (tr!(lang, "backoffice.finding.clicks_on")) } @else { (tr!(lang, "backoffice.finding.clicks_off")) } } }
        @if may { form method="post" action=(format!("{}/clics", urls::admin::FINDING_RULES)) {
            (field::csrf(ctx))
            button."btn"."btn--line" type="submit" name="clicks" value=(if on { "non" } else { "oui" }) { @if on { (tr!(lang, "backoffice.finding.clicks_stop")) } @else { (tr!(lang, "backoffice.finding.clicks_start")) } }
        } }
    } };
    let (title, lead) = (tr!(lang, "backoffice.finding.signal"), tr!(lang, "backoffice.finding.signal_lead"));
    panel("f-clicks", &title, &lead, html! {}, body)
}

/// Who changed what, before and after.
fn log(lang: Lang, changes: &[Change]) -> Markup {
    let kind = |c: &Change| match c.kind.as_str() {
        "synonyms" => tr!(lang, "backoffice.finding.synonyms"),
        "redirect" => tr!(lang, "backoffice.finding.redirects"),
        "pins" => tr!(lang, "backoffice.finding.pins"),
        _ => tr!(lang, "backoffice.finding.signal"),
    };
    let said = |c: &Change, text: &str| match (c.kind.as_str(), text) {
        (_, "") => "–".to_string(),
        ("clicks", "on") => tr!(lang, "backoffice.finding.clicks_on").into(),
        ("clicks", _) => tr!(lang, "backoffice.finding.clicks_off").into(),
        _ => text.to_string(),
    };
    let columns = [
        tr!(lang, "backoffice.finding.log_what"),
        tr!(lang, "backoffice.finding.log_before"),
        tr!(lang, "backoffice.finding.log_after"),
        tr!(lang, "backoffice.finding.log_who"),
        tr!(lang, "backoffice.finding.log_when"),
    ];
    let [what, before, after, who, when] = &columns;
    html! { @if !changes.is_empty() {
        section.panel aria-labelledby="f-log" {
            div."panel__head" { h2 id="f-log" { (tr!(lang, "backoffice.finding.log")) } }
            table."dt"."dt--list" {
                caption.vh { (tr!(lang, "backoffice.finding.log")) }
                thead { tr { @for c in &columns { th scope="col" { (c) } } } }
                tbody { @for c in changes { tr {
                    td."dt__no" data-label=(what) { (kind(c)) @if !c.query.is_empty() { " · " (c.query) } @if let Some(l) = &c.lang { small { (l.to_uppercase()) } } }
                    td data-label=(before) { (said(c, &c.before)) }
                    td data-label=(after) { (said(c, &c.after)) }
                    td data-label=(who) { (c.by) }
                    td data-label=(when) { (dates::date_time(lang, c.at)) }
                } } }
            }
        }
    } }
}
