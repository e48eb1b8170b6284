//! Search: words as people type them, references as they read them, and whatever else arrives.

use super::goods::{New, category, change, product};
use crate::harness::{Answer, TestApp};

async fn shop(t: &TestApp) -> i64 {
    let db = &t.app.db;
    let c = category(db, "cuisine", None).await;
    let titles = [
        ("cafetiere", "Cafetière italienne", "Moka pot", "Ondine"),
        ("cafetieres", "Deux cafetières à piston", "Two French presses", "Vesta"),
        ("theiere", "Théière en fonte noire", "Black cast-iron teapot", "Vesta"),
    ];
    let mut last = 0;
    for (slug, title, english, brand) in titles {
        last = product(db, New { category: c, slug, title, english: Some(english), brand, ..New::default() })
            .await;
    }
    last
}

fn titles(page: &Answer) -> Vec<String> {
    let mut titles = page.texts("#resultats .card__title");
    titles.sort();
    titles
}

#[tokio::test]
async fn accents_plurals_and_case_do_not_matter() {
    let t = TestApp::new().await;
    shop(&t).await;
    let v = t.visitor();
    for words in ["cafetière", "cafetieres", "CAFETIERE", "  cafetière  "] {
        let page = v.get(&format!("/recherche?q={}", kit::urls::query(words))).await.expect(200);
        assert_eq!(titles(&page).len(), 2, "{words}");
    }
    assert_eq!(
        titles(&v.get("/recherche?q=cafetiere+vesta").await),
        ["Deux cafetières à piston"],
        "brand and title together"
    );
    assert_eq!(titles(&v.get("/en/search?q=teapots").await), ["Black cast-iron teapot"]);
    assert_eq!(
        titles(&v.get("/recherche?q=vesta&marque=vesta&dispo=1").await).len(),
        2,
        "search has filters"
    );
    t.done().await;
}

#[tokio::test]
async fn a_mistyped_word_finds_what_was_meant_and_says_so() {
    let t = TestApp::new().await;
    shop(&t).await;
    let v = t.visitor();
    for (typed, meant) in [("cafteière", "cafetiere"), ("theire", "theiere"), ("ittalienne", "italienne")] {
        let page = v.get(&format!("/recherche?q={}", kit::urls::query(typed))).await.expect(200);
        assert!(page.text(".flash").contains(meant), "{typed}: {}", page.text(".flash"));
        assert!(!titles(&page).is_empty(), "{typed}");
    }
    let partly = v.get("/recherche?q=cafetiere+zeppelin").await.expect(200);
    assert!(partly.has(".flash") && !titles(&partly).is_empty(), "some of the words");
    t.done().await;
}

#[tokio::test]
async fn a_reference_or_bar_code_comes_first() {
    let t = TestApp::new().await;
    let id = shop(&t).await;
    change(
        &t.app.db,
        id,
        "update variants set sku = 'OND-1001', ean = '3760000000017' where product_id = $1",
    )
    .await;
    let v = t.visitor();
    for code in ["OND-1001", "ond-1001", "3760000000017"] {
        assert_eq!(
            titles(&v.get(&format!("/recherche?q={code}")).await),
            ["Théière en fonte noire"],
            "{code}"
        );
    }
    t.done().await;
}

#[tokio::test]
async fn nothing_found_helps_and_no_input_breaks_the_search() {
    let t = TestApp::new().await;
    shop(&t).await;
    let v = t.visitor();
    let nothing = v.get("/recherche?q=zzzyqx").await.expect(200);
    assert!(nothing.has(".empty") && nothing.has(".subcats a"));
    assert!(v.get("/recherche").await.expect(200).has("form[role=search] #q2"));
    let long = "x".repeat(5_000);
    let odd = [
        "'",
        "\"",
        "\\",
        "a & | ! ( ) :* <->",
        "%",
        "\u{0}",
        "é\u{301}",
        "٣",
        "🙂",
        "<script>",
        "a'b\"c",
        "-",
        "--",
        "or and",
        &long,
        "a:b",
        "\u{202e}x",
    ];
    for words in odd {
        for page in ["/recherche", "/en/search"] {
            let answer = v.get(&format!("{page}?q={}", kit::urls::query(words))).await.expect(200);
            assert!(!answer.body.contains("<script>a"), "{words}");
        }
    }
    for query in ["q=a&page=x&tri=%00&note=4&note=zz", "q=cafetiere&%00=%00", "q[]=a", "q=%FF%FE", "q=a&q=b"]
    {
        let status = v.get(&format!("/recherche?{query}")).await.status.as_u16();
        assert_eq!(status, 200, "{query}");
    }
    t.done().await;
}

#[tokio::test]
async fn too_many_searches_from_one_address_have_to_wait() {
    let t = TestApp::new().await;
    let (v, other) = (t.visitor(), t.visitor());
    for n in 0..120 {
        v.get(&format!("/recherche?q=mot{n}")).await.expect(200);
    }
    let answer = v.get("/recherche?q=encore").await.expect(429);
    assert!(answer.header("retry-after").is_some());
    other.get("/recherche?q=ailleurs").await.expect(200);
    t.done().await;
}
