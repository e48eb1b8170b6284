//! Search in the back office: who may, what is refused and how it is said, the learned files.

use discovery::{index, recommend, status};
use platform::web::visitor::Role;

use super::shop::{built, search};
use crate::accounts::people::staff;
use crate::harness::TestApp;

const RULES: &str = "/admin/recherche-boutique/regles";
const INDEX: &str = "/admin/recherche-boutique/index";

#[tokio::test]
async fn a_rule_set_in_the_office_counts_in_the_shop_and_leaves_with_a_button() {
    let t = TestApp::new().await;
    built(&t).await;
    let client = staff(&t, Role::Manager).await;
    let add = format!("{RULES}/synonymes");
    client.post(&add, &[("lang", "fr"), ("words", "pull, chandail")]).await.expect(303);
    let page = client.get(RULES).await.expect(200);
    assert_eq!(page.text("[aria-labelledby=f-syn] td"), "pull = chandail");
    assert!(page.body.contains("Dernière modification par"), "who changed it is told");
    let found = t.visitor().get(&search("chandail")).await.expect(200);
    assert_eq!(found.texts("#resultats .card__title"), ["Pull en laine bleu"]);
    let remove = page.attr("[aria-labelledby=f-syn] .dt__act form", "action").expect("button");
    client.post(&remove, &[]).await.expect(303);
    client.post(&remove, &[]).await.expect(404);
    t.done().await;
}

#[tokio::test]
async fn every_change_of_a_rule_is_written_down_with_what_stood_there_before() {
    let t = TestApp::new().await;
    built(&t).await;
    let client = staff(&t, Role::Manager).await;
    let skus: Vec<String> = sqlx::query_scalar("select sku from variants order by id limit 2")
        .fetch_all(&t.app.db)
        .await
        .expect("references");
    let pins = format!("{RULES}/epingles");
    client.post(&pins, &[("lang", "fr"), ("query", "Thé"), ("products", &skus[0])]).await.expect(303);
    client.post(&pins, &[("lang", "fr"), ("query", "thé"), ("products", &skus[1])]).await.expect(303);
    client.post(&pins, &[("lang", "fr"), ("query", "thé"), ("products", "")]).await.expect(303);
    let to = [("lang", "fr"), ("query", "noël"), ("url", "/panier")];
    client.post(&format!("{RULES}/redirections"), &to).await.expect(303);
    client.post(&format!("{RULES}/clics"), &[("clicks", "non")]).await.expect(303);
    client.post(&format!("{RULES}/redirections"), &to).await.expect(422);
    let page = client.get(RULES).await.expect(200);
    let cells = page.texts("[aria-labelledby=f-log] tbody td");
    let rows: Vec<&[String]> = cells.chunks(5).collect();
    assert_eq!(rows.len(), 5, "what was refused is no change: {cells:?}");
    assert!(rows[0][1].contains("comptent") && rows[0][1] != rows[0][2], "{:?}", rows[0]);
    assert_eq!((rows[1][1].as_str(), rows[1][2].as_str()), ("–", "/panier"));
    assert_eq!((rows[2][1].as_str(), rows[2][2].as_str()), (skus[1].as_str(), "–"));
    assert_eq!((rows[3][1].as_str(), rows[3][2].as_str()), (skus[0].as_str(), skus[1].as_str()));
    assert!(rows.iter().all(|r| r[3].contains('@')), "who: {rows:?}");
    assert!(rows[3][0].contains("the"), "the query: {:?}", rows[3]);
    t.done().await;
}

#[tokio::test]
async fn refused_rules_come_back_with_what_was_typed_and_why() {
    let t = TestApp::new().await;
    built(&t).await;
    let client = staff(&t, Role::Manager).await;
    type Fields = &'static [(&'static str, &'static str)];
    let cases: [(&str, Fields, &str, &str); 4] = [
        ("synonymes", &[("lang", "fr"), ("words", "pull")], "#syn-words", "au moins deux"),
        (
            "redirections",
            &[("lang", "fr"), ("query", "noël"), ("url", "https://evil.example/")],
            "#red-url",
            "barre oblique",
        ),
        (
            "redirections",
            &[("lang", "fr"), ("query", "!"), ("url", "/panier")],
            "#red-query",
            "Donnez les mots",
        ),
        ("epingles", &[("lang", "fr"), ("query", "thé"), ("products", "RIEN-1")], "#pin-products", "RIEN-1"),
    ];
    for (place, fields, id, why) in cases {
        let page = client.post(&format!("{RULES}/{place}"), fields).await.expect(422);
        assert_eq!(page.attr(id, "aria-invalid").as_deref(), Some("true"), "{place}");
        assert!(page.text(".errsum").contains(why), "{place}: {}", page.text(".errsum"));
        assert_eq!(page.attr(".errsum a", "href").as_deref(), Some(id));
        let typed = fields.last().expect("field").1;
        assert!(page.body.contains(typed), "{place} keeps {typed}");
        assert!(page.text("title").starts_with("Erreur"), "{}", page.text("title"));
    }
    t.done().await;
}

#[tokio::test]
async fn support_may_neither_see_nor_change_the_rules() {
    let t = TestApp::new().await;
    let client = staff(&t, Role::Support).await;
    client.get("/admin/recherche-boutique").await.expect(403);
    client.post(&format!("{RULES}/clics"), &[("clicks", "non")]).await.expect(403);
    let manager = staff(&t, Role::Manager).await;
    manager.post(&format!("{INDEX}/reconstruction"), &[]).await.expect(403);
    t.done().await;
}

#[tokio::test]
async fn the_report_shows_what_was_searched_in_vain_with_a_way_to_remedy_it() {
    let t = TestApp::new().await;
    built(&t).await;
    for _ in 0..4 {
        t.app.pages.clear();
        t.visitor().get(&search("trottinette pliante")).await.expect(200);
    }
    discovery::tools::counts::flush(&t.app).await.expect("flush");
    let client = staff(&t, Role::Manager).await;
    let page = client.get("/admin/recherche-boutique?jours=7").await.expect(200);
    let row = page.texts("[aria-labelledby=f-zero] tbody td");
    assert!(row[0].contains("trottinette pliante") && row[1] == "4" && row[2] == "4", "{row:?}");
    let remedy = page.attr("[aria-labelledby=f-zero] .dt__act a", "href").expect("remedy");
    let rules = client.get(&remedy).await.expect(200);
    assert!(rules.text("#syn-words").contains("trottinette pliante"));
    client.get("/admin/recherche-boutique?jours=%00").await.expect(200);
    t.done().await;
}

#[tokio::test]
async fn versions_are_listed_rolled_back_and_built_anew() {
    let t = TestApp::new().await;
    built(&t).await;
    recommend::build(&t.app, true).await.expect("learned");
    t.clock.advance(chrono::TimeDelta::seconds(5));
    index::build(&t.app, true, |_| {}).await.expect("second");
    let client = staff(&t, Role::Admin).await;
    let page = client.get(INDEX).await.expect(200);
    assert_eq!(page.count("[aria-labelledby='a-search-fr'] tbody tr"), 2);
    assert!(page.text("[aria-labelledby='a-search-fr']").contains("6 produits"));
    assert!(page.has("[aria-labelledby='a-search-fr'] svg.spark"), "figures over time");
    let version =
        page.attr("[aria-labelledby='a-search-fr'] form input[name=version]", "value").expect("older");
    let back = format!("{INDEX}/retour");
    client.post(&back, &[("name", "search-fr"), ("version", &version)]).await.expect(303);
    let now = ml::artefact::current(&t.app.config.index_dir, "search-fr").expect("current");
    assert_eq!(now, version);
    assert!(status::is_held(&t.app) && client.get(INDEX).await.expect(200).has(".flash--warn"));
    for (name, version) in [("search-fr", "../../etc"), ("../x", version.as_str()), ("search-fr", "")] {
        client.post(&back, &[("name", name), ("version", version)]).await.expect(404);
    }
    client.post(&format!("{INDEX}/reconstruction"), &[]).await.expect(303);
    t.clock.advance(chrono::TimeDelta::seconds(5));
    assert!(t.run_jobs().await >= 2);
    assert!(!status::is_held(&t.app));
    assert_ne!(ml::artefact::current(&t.app.config.index_dir, "search-fr").expect("current"), version);
    let figures = client.get("/api/v1/ml/status").await.expect(200);
    let body: serde_json::Value = serde_json::from_str(&figures.body).expect("json");
    assert_eq!(body["artefacts"].as_array().map(Vec::len), Some(3));
    t.done().await;
}

#[tokio::test]
async fn linked_products_are_edited_in_order_and_lead_the_lists_of_the_shop() {
    let t = TestApp::new().await;
    let ids = built(&t).await;
    discovery::start(&t.app);
    let client = staff(&t, Role::Manager).await;
    let url = format!("/admin/produits/{}/liens", ids[0]);
    let bad = client
        .post(&url, &[("related", "RIEN"), ("up_sell", "CAFETIERE"), ("cross_sell", "")])
        .await
        .expect(422);
    assert!(
        bad.has("#related[aria-invalid]")
            && bad.has("#up_sell[aria-invalid]")
            && !bad.has("#cross_sell[aria-invalid]")
    );
    assert_eq!(bad.text("#related"), "RIEN");
    client
        .post(&url, &[("related", "CHAISE\n/p/carte"), ("up_sell", ""), ("cross_sell", "PULL")])
        .await
        .expect(303);
    t.app.pages.clear();
    let page = t.visitor().get("/p/cafetiere").await.expect(200);
    assert_eq!(page.texts("#similaires .card__title")[..2], ["Chaise de bureau", "Carte mémoire 64 Go"]);
    assert_eq!(page.texts("#ensemble li a"), ["Pull en laine bleu"]);
    let form = client.get(&format!("/admin/produits/{}", ids[0])).await.expect(200);
    assert_eq!(form.text("#related"), "CHAISE CARTE");
    t.done().await;
}
