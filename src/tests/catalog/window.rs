//! Home, departments, texts, and what search engines read.

use super::goods::{New, category, product};
use crate::harness::TestApp;

#[tokio::test]
async fn every_window_opens_in_both_languages_with_and_without_goods() {
    let t = TestApp::new().await;
    let v = t.visitor();
    let pages = [
        "/",
        "/en/",
        "/univers",
        "/en/departments",
        "/bons-plans",
        "/en/deals",
        "/nouveautes",
        "/en/new",
        "/sitemap.xml",
        "/robots.txt",
    ];
    for page in pages {
        v.get(page).await.expect(200);
    }
    let c = category(&t.app.db, "cuisine", None).await;
    product(&t.app.db, New { category: c, ..New::default() }).await;
    catalog::tree::reload(&t.app).await.unwrap();
    t.app.pages.clear();
    for page in pages {
        v.get(page).await.expect(200);
    }
    let home = v.get("/").await;
    assert_eq!(home.count("h1"), 1);
    assert_eq!(home.texts("#neuf"), ["Nouveautés"]);
    assert!(home.has(".tiles a[href='/c/cuisine']"));
    t.done().await;
}

#[tokio::test]
async fn the_sitemap_names_every_page_in_both_languages() {
    let t = TestApp::new().await;
    let c = category(&t.app.db, "cuisine", None).await;
    product(&t.app.db, New { category: c, ..New::default() }).await;
    let map = t.visitor().get("/sitemap.xml").await.expect(200);
    for path in ["/", "/en/", "/c/cuisine", "/en/c/cuisine-en", "/p/bouilloire", "/en/p/bouilloire-en"] {
        assert!(map.body.contains(&format!("<loc>http://shop.test{path}</loc>")), "{path}");
    }
    assert!(map.body.contains("<lastmod>"));
    assert!(t.visitor().get("/robots.txt").await.body.contains("Sitemap: http://shop.test/sitemap.xml"));
    for odd in ["/sitemap/99.xml", "/sitemap/x.xml", "/sitemap/1", "/sitemap/-1.xml"] {
        t.visitor().get(odd).await.expect(404);
    }
    t.done().await;
}

#[tokio::test]
async fn texts_are_shown_from_markdown_and_linked_in_the_footer() {
    let t = TestApp::new().await;
    let db = &t.app.db;
    for (code, footer, version) in [("cgv", "legal", 3), ("credits", "none", 1)] {
        let sql = "with p as (insert into pages (code, footer, version) values ($1, $2, $3) returning id)
             insert into page_texts (page_id, lang, slug, title, body)
             select p.id, l, $1 || case l when 'en' then '-en' else '' end, 'Page ' || $1, '## Titre' || chr(10) || '<script>x</script>' from p, unnest(array['fr', 'en']) l";
        sqlx::query(sql).bind(code).bind(footer).bind(version).execute(db).await.unwrap();
    }
    assert_eq!(content::terms_version(db).await.unwrap(), 3);
    smartmarket::shell::load(&t.app).await.unwrap();
    let v = t.visitor();
    let page = v.get("/infos/cgv").await.expect(200);
    assert_eq!(page.text("article h2"), "Titre");
    assert!(!page.body.contains("<script>x"));
    assert!(page.has(".foot__legal a[href='/infos/cgv']"));
    assert_eq!(v.get("/en/info/cgv").await.expect(301).location().as_deref(), Some("/en/info/cgv-en"));
    assert_eq!(v.get("/infos/credits").await.expect(301).location().as_deref(), Some("/credits"));
    v.get("/credits").await.expect(200);
    v.get("/infos/rien").await.expect(404);
    t.done().await;
}
