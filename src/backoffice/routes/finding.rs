//! Search for staff: what is looked for, the rules (synonyms, redirects, pins), the learned files.

use discovery::status;
use discovery::tools::edit::{self, Refused};
use kit::{Lang, tr, urls};
use platform::web::page::redirect_with;
use platform::web::{Ctx, Error, Form, Query, Result};
use poem::handler;
use poem::http::StatusCode;
use poem::web::Path;
use serde::Deserialize;

use crate::desk::{Desk, Section};
use crate::views::finding as views;
use crate::views::learned;

/// Rows of each report.
const SHOWN: i64 = 100;
/// Periods of the reports in days.
pub const PERIODS: [i32; 3] = [7, 30, 90];

#[derive(Default, Deserialize)]
#[serde(default)]
pub struct ReportQuery {
    jours: String,
}

#[handler]
pub async fn report(ctx: Ctx, Query(q): Query<ReportQuery>) -> Result {
    let desk = Desk::open(&ctx, Section::Finding).await?;
    let days = q.jours.parse().ok().filter(|d| PERIODS.contains(d)).unwrap_or(30);
    let report = edit::report(&ctx.app, days, SHOWN).await?;
    desk.page(
        &ctx,
        &tr!(ctx.lang, "backoffice.finding.report"),
        views::report(&ctx, &desk.user, days, &report),
    )
}

/// What was typed into a form that was refused.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub struct RuleForm {
    pub lang: String,
    pub words: String,
    pub query: String,
    pub url: String,
    pub products: String,
    pub clicks: String,
}

impl RuleForm {
    fn lang(&self) -> Lang {
        self.lang.parse().unwrap_or_default()
    }
}

#[handler]
pub async fn rules(ctx: Ctx, Query(form): Query<RuleForm>) -> Result {
    page(&ctx, StatusCode::OK, None, &form).await
}

async fn page(ctx: &Ctx, status: StatusCode, wrong: Option<views::Wrong>, form: &RuleForm) -> Result {
    let desk = Desk::open(ctx, Section::Finding).await?;
    let overview = edit::overview(&ctx.app).await?;
    let title = tr!(ctx.lang, "backoffice.finding.rules").into_owned();
    let title =
        if wrong.is_some() { format!("{} {title}", tr!(ctx.lang, "backoffice.error.prefix")) } else { title };
    let body = views::rules(ctx, &desk.user, &overview, form, wrong.as_ref());
    desk.page_with(ctx, status, &title, body)
}

/// Back to the rules; or the form with what is wrong.
async fn done(
    ctx: &Ctx,
    outcome: std::result::Result<(), Refused>,
    place: &'static str,
    form: &RuleForm,
    flash: &str,
) -> Result {
    match outcome {
        Ok(()) => Ok(redirect_with(ctx, urls::admin::FINDING_RULES, flash)),
        Err(Refused::Field { field, why, detail }) => {
            let wrong = views::Wrong { place, field, text: views::fault_text(ctx.lang, why, &detail) };
            page(ctx, StatusCode::UNPROCESSABLE_ENTITY, Some(wrong), form).await
        }
        Err(Refused::NotFound) => Err(Error::NotFound),
        Err(Refused::Database(e)) => Err(e.into()),
    }
}

fn by(ctx: &Ctx) -> std::result::Result<String, Error> {
    Ok(format!("staff:{}", ctx.staff()?.id))
}

#[handler]
pub async fn add_synonyms(ctx: Ctx, Form(form): Form<RuleForm>) -> Result {
    let outcome = edit::add_synonyms(&ctx.app, &by(&ctx)?, form.lang(), &form.words).await;
    done(&ctx, outcome, "syn", &form, "saved").await
}

#[handler]
pub async fn remove_synonyms(ctx: Ctx, Path(id): Path<i64>) -> Result {
    let outcome = edit::remove_synonyms(&ctx.app, &by(&ctx)?, id).await;
    done(&ctx, outcome, "syn", &RuleForm::default(), "deleted").await
}

#[handler]
pub async fn add_redirect(ctx: Ctx, Form(form): Form<RuleForm>) -> Result {
    let outcome = edit::add_redirect(&ctx.app, &by(&ctx)?, form.lang(), &form.query, &form.url).await;
    done(&ctx, outcome, "red", &form, "saved").await
}

#[handler]
pub async fn remove_redirect(ctx: Ctx, Path(id): Path<i64>) -> Result {
    let outcome = edit::remove_redirect(&ctx.app, &by(&ctx)?, id).await;
    done(&ctx, outcome, "red", &RuleForm::default(), "deleted").await
}

#[handler]
pub async fn set_pins(ctx: Ctx, Form(form): Form<RuleForm>) -> Result {
    let outcome = edit::set_pins(&ctx.app, &by(&ctx)?, form.lang(), &form.query, &form.products).await;
    let flash = if form.products.trim().is_empty() { "deleted" } else { "saved" };
    done(&ctx, outcome, "pin", &form, flash).await
}

#[handler]
pub async fn use_clicks(ctx: Ctx, Form(form): Form<RuleForm>) -> Result {
    let outcome = edit::use_clicks(&ctx.app, &by(&ctx)?, form.clicks == "oui").await;
    done(&ctx, outcome, "clicks", &form, "saved").await
}

#[handler]
pub async fn learned_files(ctx: Ctx) -> Result {
    let desk = Desk::open(&ctx, Section::Finding).await?;
    let room = learned::Room {
        artefacts: status::artefacts(&ctx.app).await,
        held: status::is_held(&ctx.app),
        jobs: status::jobs(&ctx.app, 8).await?,
    };
    desk.page(&ctx, &tr!(ctx.lang, "backoffice.finding.index"), learned::page(&ctx, &desk.user, &room))
}

#[handler]
pub async fn rebuild(ctx: Ctx) -> Result {
    status::rebuild(&ctx.app).await?;
    Ok(redirect_with(&ctx, urls::admin::FINDING_INDEX, "job-queued"))
}

#[derive(Default, Deserialize)]
#[serde(default)]
pub struct RollBackForm {
    name: String,
    version: String,
}

#[handler]
pub async fn roll_back(ctx: Ctx, Form(form): Form<RollBackForm>) -> Result {
    match status::roll_back(&ctx.app, &form.name, &form.version).await {
        Ok(()) => {
            tracing::info!(
                by = ctx.staff()?.id,
                name = form.name,
                version = form.version,
                "learned file rolled back"
            );
            Ok(redirect_with(&ctx, urls::admin::FINDING_INDEX, "saved"))
        }
        Err(status::Refused::NotFound) => Err(Error::NotFound),
        Err(error @ status::Refused::Unusable(_)) => {
            tracing::warn!(%error, "learned file not rolled back");
            Ok(redirect_with(&ctx, urls::admin::FINDING_INDEX, "version-unusable"))
        }
    }
}
