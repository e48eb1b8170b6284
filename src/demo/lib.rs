//! The demo shop: invented goods, people and two months of trade, the same on every machine.
//!
//! [`seed`] fills an empty database in a few seconds and is harmless on a full one: it inserts what is missing and changes
//! nothing that staff may have edited. Days are counted back from the day of seeding. Texts stand in `content/`.
//!
//! Reading order: [`content`] (what there is), `goods` (on the shelves), `people`, `history` and `steps` (who bought what
//! and how far it came; pure), `ledger` (the stock that follows; pure), `orders` (as rows), `reviews`, `pictures`.
//!
//! Owns no table: as the one crate that writes other features' tables it does so only while a shop is set up.

use std::collections::HashMap;
use std::path::PathBuf;

use anyhow::{Context, bail};
use chrono::{DateTime, Utc};
use indicatif::{ProgressBar, ProgressStyle};
use platform::App;
use platform::web::visitor::Role;
use sqlx::PgConnection;

pub mod content;

mod delivery;
mod dice;
mod echoes;
mod goods;
mod history;
mod ledger;
mod orders;
mod people;
mod pictures;
mod prices;
mod reviews;
mod steps;
mod store;
mod summary;

use content::{Content, Product};
use goods::Placed;
use orders::{Scene, Staff};
use people::Person;
use pictures::{Gallery, Media};
use store::pages as page_rows;

pub use summary::{Login, Summary};

/// Everything random grows from this.
const SEED: u64 = 2_026;
/// Of all demo accounts; printed after seeding. Refused outside development and tests.
pub const PASSWORD: &str = "marche-demo-2026";

/// How to seed.
#[derive(Debug, Clone, Default)]
pub struct Options {
    /// Empty the shop's tables first.
    pub reset: bool,
    /// Where `assets/pictures.mjs` put photographs and object pictures; without it all pictures are drawn.
    pub pictures: Option<PathBuf>,
    /// No progress bar.
    pub quiet: bool,
}

const STAFF: [(&str, &str, Role, &str); 3] = [
    ("admin@smartmarket.example", "Sofia Laurent", Role::Admin, "administratrice"),
    ("responsable@smartmarket.example", "Malik Ferrand", Role::Manager, "responsable"),
    ("support@smartmarket.example", "Inès Morel", Role::Support, "support"),
];

/// Fills the shop. Refused in production: the passwords are public.
pub async fn seed(app: &App, options: &Options) -> anyhow::Result<Summary> {
    if app.config.is_production() {
        bail!(
            "la boutique de démonstration ne s’installe pas en production : ses mots de passe sont publics"
        );
    }
    let start = std::time::Instant::now();
    let content = content::load()?;
    let bar = progress(options.quiet);
    if options.reset {
        bar.set_message("remise à zéro");
        let mut tx = app.db.begin().await?;
        store::wipe::wipe(&mut tx).await?;
        tx.commit().await?;
    }
    bar.set_message("comptes");
    let staff = create_staff(app).await?;
    let hash = accounts::staff::hash_password(PASSWORD).await?;
    let mut summary = fill(app, options, &content, &staff, &hash, &bar).await?;
    bar.finish_and_clear();
    if summary.products > 0 {
        store::analyze(&app.db).await?;
    }
    summary.logins = logins();
    summary.seconds = start.elapsed().as_secs_f64();
    Ok(summary)
}

async fn create_staff(app: &App) -> anyhow::Result<Vec<Staff>> {
    let mut staff = Vec::new();
    for (email, name, role, _) in STAFF {
        let id = accounts::create_staff(&app.db, email, name, role, PASSWORD).await?;
        staff.push(Staff { id, name: name.into() });
    }
    // The administrator does not pack parcels.
    staff.remove(0);
    Ok(staff)
}

async fn fill(
    app: &App,
    options: &Options,
    content: &Content,
    staff: &[Staff],
    hash: &str,
    bar: &ProgressBar,
) -> anyhow::Result<Summary> {
    let now = app.clock.now();
    let mut tx = app.db.begin().await?;
    store::lock(&mut tx).await?;
    let keys: Vec<_> = content.products.iter().map(goods::external_id).collect();
    let known = store::goods::list_products(&mut *tx, &keys).await?;
    let missing: Vec<&Product> =
        content.products.iter().filter(|p| !known.contains_key(&goods::external_id(p))).collect();
    let mut summary = Summary { pages: place_pages(&mut tx, content).await?, ..Summary::default() };
    let gallery = hang_pictures(&mut tx, app, options, content, &missing, bar).await?;
    summary.pictures = gallery.all.len();
    let of_category = goods::category_pictures(content, &gallery.all);
    let picture = |c: &content::Category| of_category.get(&c.code).copied();
    summary.categories = goods::place_categories(&mut tx, content, picture).await?;
    bar.set_message("produits");
    let placed = goods::place_products(&mut tx, content, &missing, &gallery.of_product, now, SEED).await?;
    summary.products = placed.len();
    summary.variants = placed.iter().map(|p| p.variants.len()).sum();
    let people = people::invent(SEED);
    let user_ids = place_people(&mut tx, &people, hash, now).await?;
    summary.customers = user_ids.len();
    if known.is_empty() {
        let terms_version = page_rows::terms_version(&mut tx).await?;
        let scene = Scene {
            content,
            placed: &placed,
            people: &people,
            user_ids: &user_ids,
            staff,
            terms_version,
            now,
            seed: SEED,
        };
        tell_story(&mut tx, &scene, bar, &mut summary).await?;
    } else {
        orders::place_stock(&mut tx, &placed, now).await?;
    }
    bar.set_message("recherche et listes");
    let ids: Vec<_> = placed.iter().map(|p| p.id).collect();
    catalog::refresh_products(&mut tx, &ids).await?;
    tx.commit().await?;
    Ok(summary)
}

/// Orders, stock, reviews and views.
async fn tell_story(
    tx: &mut PgConnection,
    scene: &Scene<'_>,
    bar: &ProgressBar,
    summary: &mut Summary,
) -> anyhow::Result<()> {
    bar.set_message("soixante jours de commandes");
    let orders = orders::place_orders(&mut *tx, scene).await?;
    summary.orders = orders.len();
    bar.set_message("avis et visites");
    let mut buyers = echoes::buyers(scene, &orders);
    let subjects: Vec<_> = scene
        .placed
        .iter()
        .map(|p: &Placed<'_>| reviews::Subject {
            id: p.id,
            product: p.product,
            buyers: buyers.remove(&p.id).unwrap_or_default(),
        })
        .collect();
    let written = reviews::write(&subjects, &scene.content.reviews, scene.now, scene.seed);
    summary.reviews = written.len();
    store::shelf::insert_reviews(&mut *tx, &written).await?;
    let views = echoes::views(scene, &orders);
    summary.views = views.len();
    store::shelf::insert_views(tx, &views).await?;
    Ok(())
}

async fn place_pages(tx: &mut PgConnection, content: &Content) -> sqlx::Result<u64> {
    let heads: Vec<_> = (1..)
        .zip(&content.pages)
        .map(|(position, p)| page_rows::Row { code: p.code, footer: p.footer, position })
        .collect();
    let texts: Vec<_> = content
        .pages
        .iter()
        .flat_map(|p| [(p.code, "fr", &p.fr), (p.code, "en", &p.en)])
        .map(|(code, lang, t)| page_rows::TextRow {
            code,
            lang,
            slug: &t.slug,
            title: &t.title,
            description: &t.description,
            body: &t.body,
        })
        .collect();
    page_rows::insert_pages(tx, &heads, &texts).await
}

/// Customers with an account; ids by address.
async fn place_people(
    tx: &mut PgConnection,
    people: &[Person],
    hash: &str,
    now: DateTime<Utc>,
) -> anyhow::Result<HashMap<String, i64>> {
    let with_account: Vec<_> = people.iter().filter(|p| p.account).collect();
    let emails: Vec<_> = with_account.iter().map(|p| p.email.clone()).collect();
    let known = store::people::list_ids(&mut *tx, &emails).await?;
    let new: Vec<_> = with_account.into_iter().filter(|p| !known.contains_key(&p.email)).collect();
    let ids = store::take_ids(&mut *tx, "users", new.len()).await?;
    let rows: Vec<_> = new.iter().zip(ids).map(|(p, id)| p.row(id, now)).collect();
    store::people::insert_customers(&mut *tx, &rows, hash).await?;
    Ok(store::people::list_ids(tx, &emails).await?)
}

struct Hung<'a> {
    all: Gallery,
    of_product: HashMap<&'a str, Media>,
}

/// The pictures of what is missing. Nothing to do, nothing done.
async fn hang_pictures<'a>(
    tx: &mut PgConnection,
    app: &App,
    options: &Options,
    content: &'a Content,
    missing: &[&'a Product],
    bar: &ProgressBar,
) -> anyhow::Result<Hung<'a>> {
    if missing.is_empty() {
        return Ok(Hung { all: Gallery::new(), of_product: HashMap::new() });
    }
    let folder = options.pictures.as_deref().filter(|f| f.is_dir());
    let of_product: HashMap<_, _> = missing
        .iter()
        .map(|p| (p.code.as_str(), pictures::or_drawing(folder, goods::wanted(p), &p.code, &p.fr.title)))
        .collect();
    let of_category = content.categories.iter().map(|c| pictures::Wanted::Object(c.emoji.clone()));
    let there = of_category.filter(|w| pictures::is_there(folder, w));
    let mut wanted: Vec<_> = of_product.values().cloned().chain(there).collect();
    wanted.sort();
    wanted.dedup();
    bar.set_message("images");
    bar.set_length(wanted.len() as u64);
    let all = pictures::store_all(tx, &app.config.media_dir, folder, wanted, || bar.inc(1))
        .await
        .with_context(|| format!("images dans {}", app.config.media_dir.display()))?;
    let of_product =
        of_product.into_iter().filter_map(|(code, w)| Some((code, all.get(&w)?.clone()))).collect();
    Ok(Hung { all, of_product })
}

fn logins() -> Vec<Login> {
    let staff = STAFF.iter().map(|(email, _, _, role)| Login { role, email, at: "/admin/" });
    let customers = [
        Login { role: "cliente", email: people::CUSTOMER_FR, at: "/connexion" },
        Login { role: "customer", email: people::CUSTOMER_EN, at: "/en/sign-in" },
    ];
    staff.chain(customers).collect()
}

fn progress(quiet: bool) -> ProgressBar {
    if quiet {
        return ProgressBar::hidden();
    }
    let bar = ProgressBar::new(1);
    // A template that does not parse leaves the plain bar.
    if let Ok(style) = ProgressStyle::with_template("  {bar:24} {pos}/{len} {msg}") {
        bar.set_style(style);
    }
    bar
}
