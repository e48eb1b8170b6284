//! Products: list, edit, publish and withdraw.

use catalog::admin::{self, EditProduct, STATUSES, UpdateError};
use catalog::links::{self, Kind, Linked};
use kit::paging::Page;
use kit::{Lang, tr, urls};
use platform::web::page::redirect_with;
use platform::web::{Ctx, Error, Form, Query, Result};
use poem::handler;
use poem::http::StatusCode;
use poem::web::Path;
use serde::Deserialize;

use crate::desk::{Desk, Section};
use crate::product_form::ProductForm;
use crate::views::products as views;

const SIZE: u32 = 40;

/// The list in the address.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub struct ProductQuery {
    pub q: String,
    pub etat: String,
    pub page: String,
}

impl ProductQuery {
    fn clean(self) -> ProductQuery {
        let etat = if STATUSES.contains(&self.etat.as_str()) { self.etat } else { String::new() };
        ProductQuery { q: kit::text::one_line(&self.q, 80), etat, page: self.page }
    }

    /// The address of a page of this list.
    pub fn url(&self, page: u32) -> String {
        let mut parts = Vec::new();
        for (name, value) in [("q", &self.q), ("etat", &self.etat)] {
            if !value.is_empty() {
                parts.push(format!("{name}={}", urls::query(value)));
            }
        }
        if page > 1 {
            parts.push(format!("page={page}"));
        }
        let base = urls::admin::PRODUCTS;
        if parts.is_empty() { base.to_string() } else { format!("{base}?{}", parts.join("&")) }
    }
}

#[handler]
pub async fn index(ctx: Ctx, Query(q): Query<ProductQuery>) -> Result {
    let desk = Desk::open(&ctx, Section::Products).await?;
    let q = q.clean();
    let page = Page::from_query(Some(&q.page), SIZE);
    let db = &ctx.app.db;
    let (rows, total) = admin::list_products(db, &q.q, &q.etat, page.limit(), page.offset()).await?;
    let tree = catalog::tree(&ctx.app).await?;
    let body = views::index(&ctx, &q, &rows, &tree, page, total);
    desk.page(&ctx, &tr!(ctx.lang, "backoffice.nav.products"), body)
}

#[handler]
pub async fn edit(ctx: Ctx, Path(id): Path<i64>) -> Result {
    let product = admin::find_product(&ctx.app.db, id).await?.ok_or(Error::NotFound)?;
    let form = ProductForm::of(&product);
    let links = LinksForm::of(&links::list_linked(&ctx.app.db, id).await?);
    page(&ctx, StatusCode::OK, views::Edit::of(&product, &form, &links)).await
}

async fn page(ctx: &Ctx, status: StatusCode, editing: views::Edit<'_>) -> Result {
    let desk = Desk::open(ctx, Section::Products).await?;
    let tree = catalog::tree(&ctx.app).await?;
    let title = editing.product.texts.first().map(|t| t.title.clone()).unwrap_or_default();
    let title = if editing.faults.is_empty() && editing.link_faults.is_empty() {
        title
    } else {
        format!("{} {title}", tr!(ctx.lang, "backoffice.error.prefix"))
    };
    desk.page_with(ctx, status, &title, views::edit(ctx, &desk.user, &tree, &editing))
}

#[handler]
pub async fn update(ctx: Ctx, Path(id): Path<i64>, Form(form): Form<ProductForm>) -> Result {
    let user = ctx.staff()?;
    let product = admin::find_product(&ctx.app.db, id).await?.ok_or(Error::NotFound)?;
    let tree = catalog::tree(&ctx.app).await?;
    let known = |category: i32| category == product.category_id || tree.get(category).is_some();
    let change = match form.check(ctx.lang, &product, known) {
        Ok(change) => change,
        Err(faults) => return refused(&ctx, &product, &form, &faults).await,
    };
    match admin::update_product(&ctx.app, id, &change, &format!("staff:{}", user.id)).await {
        Ok(()) => Ok(redirect_with(&ctx, &urls::admin::product(id), "saved")),
        Err(UpdateError::Conflict(stored)) => {
            let links = LinksForm::of(&links::list_linked(&ctx.app.db, id).await?);
            let editing = views::Edit { conflict: true, ..views::Edit::of(&stored, &form, &links) };
            page(&ctx, StatusCode::CONFLICT, editing).await
        }
        Err(UpdateError::NotFound) => Err(Error::NotFound),
        Err(UpdateError::Database(e)) => Err(e.into()),
    }
}

/// Proposes texts, or takes or leaves one that was proposed. The form comes back as it was typed; nothing is saved.
#[handler]
pub async fn draft(ctx: Ctx, Path(id): Path<i64>, Form(mut form): Form<ProductForm>) -> Result {
    let mut product = admin::find_product(&ctx.app.db, id).await?.ok_or(Error::NotFound)?;
    // Who saves afterwards saves what was on the screen.
    product.version = form.version.parse().unwrap_or(product.version);
    let mut drafts = views::Drafts::Shown;
    if form.take.is_empty() {
        (form.draft_of, form.draft_text) = (Vec::new(), Vec::new());
        drafts = views::Drafts::Nothing;
        for text in &product.texts {
            let Ok(of) = text.lang.parse::<Lang>() else { continue };
            let title = form.title(&text.lang).to_string();
            let Some(draft) = assistant::draft::of(&ctx.app, of, id, &title).await? else { continue };
            drafts = views::Drafts::Made(draft.written);
            form.propose(&format!("description_{}", text.lang), draft.description);
            form.propose(&format!("points_{}", text.lang), draft.points);
            form.propose(&format!("summary_{}", text.lang), draft.summary);
        }
    } else {
        form.decide();
    }
    let links = LinksForm::of(&links::list_linked(&ctx.app.db, id).await?);
    let editing = views::Edit { drafts, ..views::Edit::of(&product, &form, &links) };
    page(&ctx, StatusCode::OK, editing).await
}

async fn refused(
    ctx: &Ctx,
    product: &EditProduct,
    form: &ProductForm,
    faults: &[(String, String)],
) -> Result {
    let links = LinksForm::of(&links::list_linked(&ctx.app.db, product.id).await?);
    let editing = views::Edit { faults, ..views::Edit::of(product, form, &links) };
    page(ctx, StatusCode::UNPROCESSABLE_ENTITY, editing).await
}

/// Products beside this one, by reference, one or many a field.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub struct LinksForm {
    pub related: String,
    pub up_sell: String,
    pub cross_sell: String,
}

impl LinksForm {
    fn of(linked: &[Linked]) -> LinksForm {
        let of = |kind: Kind| {
            let mine = linked.iter().filter(|l| l.kind == kind);
            mine.map(|l| l.sku.as_str()).collect::<Vec<_>>().join("\n")
        };
        LinksForm { related: of(Kind::Related), up_sell: of(Kind::UpSell), cross_sell: of(Kind::CrossSell) }
    }

    pub fn said(&self, kind: Kind) -> &str {
        match kind {
            Kind::Related => &self.related,
            Kind::UpSell => &self.up_sell,
            Kind::CrossSell => &self.cross_sell,
        }
    }
}

#[handler]
pub async fn update_links(ctx: Ctx, Path(id): Path<i64>, Form(form): Form<LinksForm>) -> Result {
    let product = admin::find_product(&ctx.app.db, id).await?.ok_or(Error::NotFound)?;
    let said = Kind::ALL.map(|kind| (kind, form.said(kind).to_string()));
    let Err(faults) = links::set(&ctx.app, id, &said).await? else {
        tracing::info!(by = ctx.staff()?.id, product = id, "links changed");
        return Ok(redirect_with(&ctx, &urls::admin::product(id), "saved"));
    };
    let link_faults = views::link_faults(ctx.lang, &faults);
    let stored = ProductForm::of(&product);
    let editing = views::Edit { link_faults: &link_faults, ..views::Edit::of(&product, &stored, &form) };
    page(&ctx, StatusCode::UNPROCESSABLE_ENTITY, editing).await
}
