//! The links in the footer: addresses of the shop itself, then the pages.

use kit::{Lang, tr, urls};
use platform::ui::layout::{Column, Link};
use sqlx::PgExecutor;

use crate::pages::url;
use crate::store::{self, FooterRow};

/// The columns: buying, help, the shop itself. Empty ones are left out.
pub async fn footer(db: impl PgExecutor<'_>, lang: Lang) -> sqlx::Result<Vec<Column>> {
    let rows = store::list_footer(db, lang).await?;
    let own = |name: String, url: &str| Link { name, url: url.to_string() };
    let shop = vec![
        own(tr!(lang, "content.footer.departments").into(), urls::all_categories(lang)),
        own(tr!(lang, "content.footer.deals").into(), urls::deals(lang)),
        own(tr!(lang, "content.footer.new").into(), urls::new_products(lang)),
    ];
    let help = vec![own(tr!(lang, "content.footer.track").into(), urls::tracking(lang))];
    let columns = [
        (tr!(lang, "content.footer.shop"), "shop", shop),
        (tr!(lang, "content.footer.help"), "help", help),
        (tr!(lang, "content.footer.company"), "company", Vec::new()),
    ];
    let column = columns.into_iter().map(|(title, place, mut links)| {
        links.extend(of_place(lang, &rows, place));
        Column { title: title.into(), links }
    });
    Ok(column.filter(|c| !c.links.is_empty()).collect())
}

/// The legal links in the last line.
pub async fn legal(db: impl PgExecutor<'_>, lang: Lang) -> sqlx::Result<Vec<Link>> {
    let rows = store::list_footer(db, lang).await?;
    Ok(of_place(lang, &rows, "legal").collect())
}

fn of_place<'a>(lang: Lang, rows: &'a [FooterRow], place: &'a str) -> impl Iterator<Item = Link> + 'a {
    let here = rows.iter().filter(move |r| r.footer == place);
    here.map(move |r| Link { name: r.title.clone(), url: url(lang, &r.code, &r.slug) })
}
