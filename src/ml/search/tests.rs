//! A small shop: what a person types and what should come first.

mod judged;

use kit::Lang;

use super::*;

const PRODUCTS: [(i64, &str, &str, &str, &str); 10] = [
    (1, "Cafetière italienne en inox", "Pour six tasses de café, tous feux.", "Torréa", "Capacité 300 ml"),
    (2, "Cafetière filtre programmable", "Un litre de café chaud au réveil.", "Torréa", "1,2 L"),
    (3, "Tasses à café en grès, lot de six", "Passent au lave-vaisselle.", "Vesta", "Gris"),
    (4, "Écran 27 pouces 4K", "Pour le bureau.", "Visio", "HDMI"),
    (5, "Carte mémoire microSD 64 Go", "Pour appareil photo et téléphone.", "Kestrel", "64 Go"),
    (6, "Clé USB 16 Go", "Petite et robuste.", "Kestrel", "16 Go"),
    (7, "Chaise de bureau réglable", "Assise souple.", "Assis", "Noir"),
    (8, "Chaussures de randonnée femme", "Cuir et semelle crantée.", "Alpa", "Pointure 38"),
    (9, "Montre bracelet en cuir", "Étanche.", "Alpa", "Cuir"),
    (10, "Moulin à café manuel", "Meules en céramique.", "Torréa", "Noir"),
];

fn document(p: &(i64, &'static str, &'static str, &'static str, &'static str)) -> Document<'static> {
    Document { id: p.0, title: p.1, body: p.2, brand: p.3, attributes: p.4 }
}

fn shop() -> Engine {
    let bytes = build(Lang::Fr, PRODUCTS.iter().map(document)).unwrap();
    Engine::open(&Bundle::from_bytes(&bytes).unwrap()).unwrap()
}

fn first(engine: &Engine, text: &str) -> Option<i64> {
    engine.search(text).first().map(|h| h.id)
}

#[test]
fn words_are_found_however_they_are_typed() {
    let shop = shop();
    for (text, id) in [
        ("cafetiere italienne", 1),
        ("CAFETIÈRES ITALIENNES", 1),
        ("l’écran", 4),
        ("écran 27\"", 4),
        ("16go", 6),
        ("clé usb 16 go", 6),
        ("micro sd", 5),
        ("torrea moulin", 10),
    ] {
        assert_eq!(first(&shop, text), Some(id), "{text}");
    }
}

#[test]
fn a_number_is_found_whether_its_unit_is_said_or_not() {
    let titles =
        ["Planche de pin 2 cm x 4 cm", "Planche de pin 3 cm x 5 cm", "Tube 1-1/4 pouces", "Tube 1/4 pouce"];
    let documents = titles.iter().enumerate().map(|(i, title)| Document {
        id: i as i64,
        title,
        body: "",
        brand: "",
        attributes: "",
    });
    let shop = Engine::open(&Bundle::from_bytes(&build(Lang::Fr, documents).unwrap()).unwrap()).unwrap();
    for (text, id) in [("planche 2x4", 0), ("planche 5", 1), ("3x5", 1), ("tube 1 1/4", 2), ("1/4", 3)] {
        assert_eq!(first(&shop, text), Some(id), "{text}");
    }
    let fresh = Document { id: 9, title: "Planche 7 cm", body: "", brand: "", attributes: "" };
    let shop = shop.with_changes([fresh].into_iter(), [].into_iter()).unwrap();
    assert_eq!(first(&shop, "planche 7"), Some(9), "of a product of this minute too");
}

#[test]
fn mistyped_words_are_corrected_and_said() {
    let shop = shop();
    for (text, id) in [("cafteière italiene", 1), ("mnotre bracelt", 9), ("chausures", 8)] {
        assert_eq!(first(&shop, text), Some(id), "{text}");
    }
    assert_eq!(shop.understand("cafteiere").corrected.as_deref(), Some("cafetiere"));
    assert_eq!(shop.understand("cafetière").corrected, None);
}

#[test]
fn english_words_find_french_products() {
    let shop = shop();
    assert_eq!(first(&shop, "office chair"), Some(7));
    assert_eq!(first(&shop, "memory card"), Some(5));
    assert_eq!(first(&shop, "women's shoes"), Some(8));
}

#[test]
fn strange_input_finds_nothing_and_harms_nothing() {
    let shop = shop();
    let long = "a".repeat(10_000);
    let many = "café ".repeat(2_000);
    for text in ["", " ", "%", "_", "'", "\"", "\0", "()[]{}*:&|!", "ж", "東京", &long] {
        assert!(shop.search(text).is_empty(), "{text}");
    }
    assert!(!shop.search(&many).is_empty());
    assert!(!shop.search("le la les café").is_empty());
}

#[test]
fn changed_products_are_found_by_their_new_words_alone() {
    let changed = Document { id: 7, title: "Zorglub de salon", body: "", brand: "Assis", attributes: "" };
    let new = Document { id: 99, title: "Cafetière à piston", body: "", brand: "Vesta", attributes: "" };
    let shop = shop().with_changes([changed, new].into_iter(), [9].into_iter()).unwrap();
    assert_eq!(first(&shop, "zorglub"), Some(7));
    assert_eq!(first(&shop, "cafetière piston"), Some(99));
    assert!(shop.search("réglable").is_empty(), "its old words are gone");
    assert!(shop.search("montre bracelet").iter().all(|h| h.id != 9), "it is no longer sold");
    assert_eq!(first(&shop, "cafetière italienne"), Some(1));
}

#[test]
fn a_cut_file_is_refused() {
    let bytes = build(Lang::Fr, PRODUCTS.iter().map(document)).unwrap();
    assert!(Bundle::from_bytes(&bytes[..bytes.len() / 2]).and_then(|b| Engine::open(&b)).is_err());
}

#[test]
fn like_a_coffee_maker_is_another_coffee_maker() {
    let shop = shop();
    let like = shop.similar(1, 3, 0.2);
    assert_eq!(like.first(), Some(&2), "{like:?}");
    assert!(!like.contains(&1) && !like.contains(&7));
    assert!(shop.similar(12_345, 3, 0.2).is_empty());
}

#[test]
fn what_is_typed_is_completed_by_the_commonest_words() {
    let shop = shop();
    assert_eq!(shop.complete("caf", 2), ["cafe", "cafetiere"]);
    assert_eq!(shop.complete("Écr", 5), ["ecran"]);
    for nothing in ["", "zzz", "%", "\u{0}", "a b"] {
        assert!(shop.complete(nothing, 5).is_empty(), "{nothing:?}");
    }
    let new = Document { id: 99, title: "Zorglub", body: "", brand: "", attributes: "" };
    let fresh = shop.with_changes([new].into_iter(), [].into_iter()).unwrap();
    assert_eq!(fresh.complete("zor", 5), ["zorglub"], "a product of this minute too");
}

/// The shop after a day: one product new, one renamed, one gone; as changes beside the file, and as a file of its own.
fn changed_shop() -> (Engine, Engine) {
    let mut renamed = document(&PRODUCTS[1]);
    renamed.title = "Moka zorglub en inox";
    let new = Document {
        id: 11,
        title: "Cafetière à piston zorglub",
        body: "Pour le café.",
        brand: "Vesta",
        attributes: "Verre",
    };
    let beside = shop().with_changes([renamed, new].into_iter(), [7].into_iter()).unwrap();
    let own = Engine::open(&Bundle::from_bytes(&beside.merged().unwrap()).unwrap()).unwrap();
    (beside, own)
}

#[test]
fn a_new_version_of_a_few_changes_knows_them_and_keeps_the_rest() {
    let (_, own) = changed_shop();
    assert_eq!(own.len(), PRODUCTS.len());
    let found = |words: &str| own.search(words).iter().map(|h| h.id).collect::<Vec<_>>();
    let mut zorglub = found("zorglub");
    zorglub.sort_unstable();
    assert_eq!(zorglub, [PRODUCTS[1].0, 11], "new words are found, old documents by new titles");
    assert_eq!(first(&own, "cafetiere italienne"), Some(1));
    assert!(!(1..=PRODUCTS.len() as i64).any(|id| id != 7 && own.similar(id, 10, 0.0).contains(&7)));
    let like = own.similar(1, 3, 0.2);
    assert!(like.contains(&11), "what words mean was taken over: {like:?}");
}

#[test]
fn changes_in_the_file_and_beside_it_find_the_same() {
    let (beside, own) = changed_shop();
    for words in ["café", "zorglub", "écran 16 go", "cafetière inox", "chaise", "vesta", "piston"] {
        let ids = |e: &Engine| {
            let mut ids: Vec<i64> = e.search(words).iter().map(|h| h.id).collect();
            ids.sort_unstable();
            ids
        };
        assert_eq!(ids(&own), ids(&beside), "{words}");
    }
    let again = Engine::open(&Bundle::from_bytes(&own.merged().unwrap()).unwrap()).unwrap();
    assert_eq!(again.search("café"), own.search("café"), "nothing changed: the same again");
}
