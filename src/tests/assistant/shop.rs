//! A small shop with things to ask about.

use sqlx::PgPool;

use crate::catalog::goods::{New, category, change, product};
use crate::harness::{Answer, Client, TestApp};

/// Ids of the products that tests change; there is a third, Soir.
pub struct Shop {
    pub barista: i64,
    pub matin: i64,
}

pub async fn open(t: &TestApp) -> Shop {
    let db = &t.app.db;
    let c = category(db, "cafetieres", None).await;
    let new = |slug, title, english, price| New {
        category: c,
        slug,
        title,
        english: Some(english),
        brand: "Torrea",
        variants: price,
    };
    let barista = product(
        db,
        new(
            "barista",
            "Machine expresso Barista à broyeur",
            "Barista espresso machine with grinder",
            &[("noir", 54_990, 4), ("inox", 54_990, 3)],
        ),
    )
    .await;
    let matin =
        product(db, new("matin", "Cafetière filtre Matin", "Matin filter coffee maker", &[("", 4_990, 12)]))
            .await;
    let soir =
        product(db, new("soir", "Cafetière filtre Soir", "Soir filter coffee maker", &[("", 8_990, 0)]))
            .await;
    change(
        db,
        barista,
        r#"update products set warranty_months = 36, attributes = '[
            {"key": "poids", "fr_label": "Poids", "en_label": "Weight", "fr": "9,0 kg", "en": "9.0 kg"},
            {"key": "pression", "fr_label": "Pression", "en_label": "Pressure", "fr": "15 bar", "en": "15 bar"},
            {"key": "poids-colis", "fr_label": "Poids du colis", "en_label": "Package weight", "fr": "11 kg", "en": "11 kg"}
           ]' where id = $1"#,
    )
    .await;
    change(
        db,
        matin,
        r#"update products set attributes = '[
            {"key": "poids", "fr_label": "Poids", "en_label": "Weight", "fr": "2,3 kg", "en": "2.3 kg"},
            {"key": "capacite", "fr_label": "Capacité", "en_label": "Capacity", "fr": "1,5 L", "en": "1.5 L"}
           ]' where id = $1"#,
    )
    .await;
    text(
        db,
        matin,
        "Garde le café chaud deux heures. Le bec verse sans goutter sur la nappe.",
        "Keeps coffee hot for two hours. The spout pours without dripping.",
    )
    .await;
    text(db, soir, "Elle goutte un peu quand on sert vite.", "It drips a little when poured fast.").await;
    pages(db).await;
    Shop { barista, matin }
}

async fn text(db: &PgPool, id: i64, fr: &str, en: &str) {
    for (lang, text) in [("fr", fr), ("en", en)] {
        let sql = "update product_texts set description = $3 where product_id = $1 and lang = $2";
        sqlx::query(sql).bind(id).bind(lang).bind(text).execute(db).await.expect("text");
    }
    change(db, id, "update products set updated_at = now() where id = $1").await;
}

async fn pages(db: &PgPool) {
    for (code, slug, title, body, en_slug, en_title, en_body) in [
        (
            "livraison",
            "livraison",
            "Livraison",
            "La livraison est offerte dès 49 € d’articles.\n\n## Délais\n\nLe colis arrive en 2 à 4 jours ouvrés.\n\n## Belgique\n\nÀ domicile : 9,90 € jusqu’à 5 kg.",
            "delivery",
            "Delivery",
            "Delivery is free from €49.\n\n## Delays\n\nThe parcel arrives within 2 to 4 working days.\n\n## Belgium\n\nHome delivery: €9.90 up to 5 kg.",
        ),
        (
            "retours",
            "retours",
            "Retours",
            "Vous avez trente jours pour renvoyer un article.\n\n## Le remboursement\n\nNous remboursons au plus tard quatorze jours après votre déclaration.",
            "returns",
            "Returns",
            "You have thirty days to return an item.\n\n## The refund\n\nWe refund at the latest fourteen days after your notice.",
        ),
    ] {
        let page: i32 = sqlx::query_scalar("insert into pages (code) values ($1) on conflict (code) do update set footer = 'help' returning id")
            .bind(code)
            .fetch_one(db)
            .await
            .expect("page");
        for (lang, slug, title, body) in [("fr", slug, title, body), ("en", en_slug, en_title, en_body)] {
            let sql = "insert into page_texts (page_id, lang, slug, title, body) values ($1, $2, $3, $4, $5)
                       on conflict (page_id, lang) do update set slug = excluded.slug, title = excluded.title, body = excluded.body";
            sqlx::query(sql)
                .bind(page)
                .bind(lang)
                .bind(slug)
                .bind(title)
                .bind(body)
                .execute(db)
                .await
                .expect("text");
        }
    }
}

/// Asks as somebody without JavaScript, on the French page.
pub async fn ask(client: &Client<'_>, question: &str) -> Answer {
    ask_at(client, "/assistant", question, "").await
}

pub async fn ask_at(client: &Client<'_>, page: &str, question: &str, more: &str) -> Answer {
    client.get(&format!("{page}?question={}{more}", kit::urls::query(question))).await.expect(200)
}

/// What kind of answer came, and its text.
pub fn said(answer: &Answer) -> (String, String) {
    let kind = answer.attr(".assist__answer", "data-kind").expect("an answer");
    (kind, answer.text(".assist__answer"))
}
