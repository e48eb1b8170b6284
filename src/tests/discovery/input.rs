//! Whatever is typed: a sensible page, never an error, never a slow one.

use std::time::{Duration, Instant};

use super::shop::{built, search, stocked};
use crate::harness::TestApp;

fn odd() -> Vec<String> {
    let mut all: Vec<String> = [
        "",
        " ",
        "a",
        "é",
        "%",
        "_",
        "%%%",
        "\\",
        "'",
        "\"",
        "''--",
        "\"\"",
        "`",
        ";",
        "$1",
        "?",
        "*",
        "+",
        "-",
        "--",
        "/",
        "//x",
        "../..",
        "a & b | !c",
        "(",
        ")",
        ":*",
        "<->",
        "to_tsquery('x')",
        "and or not",
        "{}",
        "[]",
        "<script>alert(1)</script>",
        "&lt;",
        "\0",
        "a\0b",
        "\u{1}\u{2}",
        "\r\nx: y",
        "кофеварка",
        "咖啡机",
        "قهوة",
        "קפה",
        "☕",
        "🙂🙂🙂",
        "e\u{301}\u{301}\u{301}",
        "\u{202e}cba",
        "\u{feff}",
        "１２３",
        "٣٤",
        "0",
        "-1",
        "9999999999999999999999",
        "1e308",
        "NaN",
        "null",
    ]
    .map(String::from)
    .to_vec();
    all.push("a".repeat(10_000));
    all.push("é ".repeat(5_000));
    all.push("%_".repeat(5_000));
    all.push("cafetiere ".repeat(1_000));
    all.push("\u{0}".repeat(300));
    all
}

async fn ask(t: &TestApp) {
    let v = t.visitor();
    for words in odd() {
        // Longer addresses than 64 kB do not even parse.
        let mut q = kit::urls::query(&words);
        q.truncate(20_001);
        let shown: String = words.chars().take(30).collect();
        let start = Instant::now();
        let page = v.get(&search(&words)).await;
        assert!(matches!(page.status.as_u16(), 200 | 414), "{shown:?}: {}", page.status);
        let page = v.get(&format!("/en/search?q={q}&prix_min={q}&tri={q}&page=1")).await;
        assert!(matches!(page.status.as_u16(), 200 | 414), "{shown:?} in English: {}", page.status);
        for path in ["/recherche/suggestions", "/en/search/suggestions"] {
            let list = v.get_part(&format!("{path}?q={q}")).await;
            assert!(matches!(list.status.as_u16(), 200 | 414), "{shown:?} suggested: {}", list.status);
            assert!(!list.body.contains("<script>a"), "{shown:?}");
        }
        assert!(start.elapsed() < Duration::from_secs(10), "{shown:?} took {:?}", start.elapsed());
    }
}

#[tokio::test]
async fn any_input_gets_a_sensible_answer_from_the_index() {
    let t = TestApp::with_vars(&[("RATE_LIMIT_FACTOR", "100")]).await;
    built(&t).await;
    ask(&t).await;
    t.done().await;
}

#[tokio::test]
async fn any_input_gets_a_sensible_answer_from_postgresql() {
    let t = TestApp::with_vars(&[("RATE_LIMIT_FACTOR", "100")]).await;
    stocked(&t).await;
    ask(&t).await;
    t.done().await;
}

#[tokio::test]
async fn recommendations_answer_any_input_with_json_that_says_what_is_wrong() {
    let t = TestApp::with_vars(&[("RATE_LIMIT_FACTOR", "100")]).await;
    let ids = built(&t).await;
    let v = t.visitor();
    for words in odd() {
        let mut q = kit::urls::query(&words);
        q.truncate(20_001);
        let shown: String = words.chars().take(30).collect();
        let step: String = words.bytes().take(5_000).map(|b| format!("%{b:02X}")).collect();
        for path in [
            format!("/api/v1/products/{step}/recommendations"),
            format!("/api/v1/products/{}/recommendations?k={q}", ids[0]),
            format!("/api/v1/products/{}/recommendations?diversity={q}", ids[0]),
            format!("/api/v1/products/{}/recommendations?lang={q}&k=3", ids[0]),
        ] {
            let answer = v.get(&path).await;
            let status = answer.status.as_u16();
            assert!(matches!(status, 200 | 400 | 404 | 414 | 422), "{shown:?}: {status}");
            if matches!(status, 200 | 422) {
                let body: serde_json::Value = serde_json::from_str(&answer.body).expect("json");
                assert!(body["items"].is_array() || body["error"]["code"] == "invalid", "{shown:?}: {body}");
            }
        }
    }
    let page = v.get(&search("trottinette pliante")).await.expect(200);
    let ask = page.attrs(".empty a", "href");
    assert!(ask.contains(&"/assistant?question=trottinette%20pliante".to_string()), "{ask:?}");
    v.get(&ask[1]).await.expect(200);
    t.done().await;
}
