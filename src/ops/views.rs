//! Pages of this room.

use kit::{dates, tr};
use maud::{Markup, html};
use platform::infra::mail::KeptMail;
use platform::web::Ctx;

pub fn title(ctx: &Ctx) -> String {
    tr!(ctx.lang, "ops.mails.title").into_owned()
}

pub fn index(ctx: &Ctx, mails: &[KeptMail]) -> Markup {
    let lang = ctx.lang;
    html! {
        div."wrap"."page" {
            div."page__head" { h1 { (title(ctx)) } p { (tr!(lang, "ops.mails.lead")) } }
            @if mails.is_empty() {
                div.empty { (platform::ui::icon("mail")) h2 { (tr!(lang, "ops.mails.empty")) } p { (tr!(lang, "ops.mails.empty_text")) } }
            } @else {
                ul.mails role="list" {
                    @for m in mails {
                        li.mail id=(format!("mail-{}", m.id)) {
                            details {
                                summary {
                                    strong { (m.subject) }
                                    span { (tr!(lang, "ops.mails.to", who = m.recipient)) }
                                    time datetime=(dates::iso(m.created_at)) { (dates::short(m.created_at)) }
                                }
                                pre."mail__text" { (m.text_body) }
                                p { a href=(format!("/dev/mails/{}/html", m.id)) { (tr!(lang, "ops.mails.html")) } }
                            }
                        }
                    }
                }
            }
        }
    }
}

pub fn show(ctx: &Ctx, m: &KeptMail) -> Markup {
    html! {
        div."wrap"."page" {
            div."page__head" { h1 { (m.subject) } p { (tr!(ctx.lang, "ops.mails.to", who = m.recipient)) } }
            pre."mail__text" { (m.text_body) }
            p { a href=(format!("/dev/mails/{}/html", m.id)) { (tr!(ctx.lang, "ops.mails.html")) } }
        }
    }
}
