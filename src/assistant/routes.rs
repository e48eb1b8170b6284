//! The page and its stream. Handlers only check, ask and show.

use kit::{Lang, tr, urls};
use platform::infra::rate_limit::{self, Verdict};
use platform::web::{Ctx, Error, Page, Query, Result};
use poem::http::{HeaderValue, StatusCode, header};
use poem::{Response, Route, get, handler};
use serde::Deserialize;

use crate::ask::Asked;
use crate::model::{Answer, Context};
use crate::{reply, stream, views};

pub fn routes(mut route: Route) -> Route {
    for lang in Lang::ALL {
        route = route.at(urls::assistant(lang), get(show)).at(urls::assistant_stream(lang), get(flow));
    }
    route
}

/// The fields of the form.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct Fields {
    question: String,
    produits: String,
    sujet: String,
    propriete: String,
}

impl Fields {
    fn context(&self) -> Context {
        Context::read(&self.produits, &self.sujet, &self.propriete)
    }
}

/// Why a question is not even looked at.
enum Bad {
    Long,
    /// Seconds to wait.
    Many(u32),
}

#[handler]
async fn show(ctx: Ctx, Query(fields): Query<Fields>) -> Result {
    on(&ctx)?;
    let context = fields.context();
    let lang = ctx.lang;
    let title = tr!(lang, "assistant.page.title");
    if fields.question.trim().is_empty() {
        return Ok(Page::new(title, views::page(&ctx, "", &context, None, None))
            .description(tr!(lang, "assistant.page.meta"))
            .fragment(views::talk(&ctx, "", &context, None, None))
            .alternates(|l| urls::assistant(l).to_string())
            .assets("assistant.css", "assistant.js")
            .public()
            .respond(&ctx));
    }
    match checked(&ctx, &fields.question).await {
        Ok(()) => {
            let answer = answered(&ctx, &fields).await?;
            Ok(Page::new(title, views::page(&ctx, &fields.question, &context, Some(&answer), None))
                .fragment(views::talk(&ctx, &fields.question, &context, Some(&answer), None))
                .alternates(|l| urls::assistant(l).to_string())
                .assets("assistant.css", "assistant.js")
                .noindex()
                .respond(&ctx))
        }
        Err(bad) => Ok(refuse(&ctx, &fields, bad)),
    }
}

/// The same page with what is wrong at the field.
fn refuse(ctx: &Ctx, fields: &Fields, bad: Bad) -> Response {
    let lang = ctx.lang;
    let (status, text, wait) = match bad {
        Bad::Long => (StatusCode::UNPROCESSABLE_ENTITY, tr!(lang, "assistant.errors.long"), None),
        Bad::Many(s) => (StatusCode::TOO_MANY_REQUESTS, tr!(lang, "assistant.errors.many"), Some(s)),
    };
    let question = kit::text::one_line(&fields.question, ml::answer::words::LONGEST);
    let context = fields.context();
    let main = views::page(ctx, &question, &context, None, Some(&text));
    let part = views::talk(ctx, &question, &context, None, Some(&text));
    let page = Page::new(tr!(lang, "assistant.page.title"), main)
        .fragment(part)
        .assets("assistant.css", "assistant.js")
        .status(status)
        .noindex();
    let mut response = page.respond(ctx);
    if let Some(seconds) = wait {
        response.headers_mut().insert(header::RETRY_AFTER, HeaderValue::from(seconds));
    }
    response
}

async fn checked(ctx: &Ctx, question: &str) -> std::result::Result<(), Bad> {
    if question.chars().count() > ml::answer::words::LONGEST {
        return Err(Bad::Long);
    }
    match rate_limit::check(&ctx.app, rate_limit::ASSISTANT, &ctx.client_ip).await {
        Verdict::Limited { retry_after_s } => Err(Bad::Many(retry_after_s)),
        Verdict::Allowed | Verdict::Unknown => Ok(()),
    }
}

/// The answer as it is written, for the script.
#[handler]
async fn flow(ctx: Ctx, Query(fields): Query<Fields>) -> Result {
    on(&ctx)?;
    let lang = ctx.lang;
    if fields.question.trim().is_empty() {
        return Ok(stream::refuse(tr!(lang, "assistant.errors.empty").into()));
    }
    Ok(match checked(&ctx, &fields.question).await {
        Ok(()) => {
            let asked = asked(&ctx, &fields);
            stream::open(ctx, asked, tr!(lang, "assistant.page.failed").into())
        }
        Err(Bad::Long) => stream::refuse(tr!(lang, "assistant.errors.long").into()),
        Err(Bad::Many(_)) => stream::refuse(tr!(lang, "assistant.errors.many").into()),
    })
}

/// Switched off, its pages are not there.
fn on(ctx: &Ctx) -> std::result::Result<(), Error> {
    if ctx.app.config.assistant { Ok(()) } else { Err(Error::NotFound) }
}

async fn answered(ctx: &Ctx, fields: &Fields) -> std::result::Result<Answer, Error> {
    Ok(reply::to(&ctx.app, &asked(ctx, fields)).await?)
}

fn asked(ctx: &Ctx, fields: &Fields) -> Asked {
    Asked {
        reader: ctx.lang,
        question: fields.question.clone(),
        context: fields.context(),
        signed_in: ctx.visitor.customer.is_some(),
        trace_id: ctx.request_id.clone(),
    }
}
