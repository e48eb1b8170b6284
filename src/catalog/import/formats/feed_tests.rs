//! Whole feeds of each format, good and bad, as shops write them.

use std::io::{Cursor, Read};

use proptest::prelude::*;

use super::fault::{Reason, RowError};
use super::model::{Availability, Condition, FeedProduct};
use super::{Feed, Format};

fn open(bytes: &[u8]) -> Result<Feed, RowError> {
    let bytes = bytes.to_vec();
    Feed::from_source(move || Ok(Box::new(Cursor::new(bytes.clone())) as Box<dyn Read + Send>), None)
}

fn read(text: &str) -> (Vec<FeedProduct>, Vec<RowError>) {
    let mut products = Vec::new();
    let mut faults = Vec::new();
    for item in open(text.as_bytes()).unwrap() {
        match item {
            Ok(product) => products.push(product),
            Err(fault) => faults.push(fault),
        }
    }
    (products, faults)
}

fn told(faults: &[RowError]) -> Vec<(u64, Option<&str>, Reason)> {
    faults.iter().map(|fault| (fault.line, fault.column.as_deref(), fault.reason)).collect()
}

const GOOGLE: &str = "id\ttitle\tdescription\tavailability\tquantity\tprice\tsale_price\tbrand\tgtin\tproduct_type\tshipping_weight\timage_link\tproduct_detail\n\
    A1\tChaise en chêne\t\"Belle <b>chaise</b>,\nsolide\"\tin_stock\t12\t79.90 EUR\t63,92 EUR\tAtelier\t4006381333931\tMaison > Salle  à manger > Chaises\t6,5 kg\thttps://img.example.com/a1.jpg\tDimensions:Hauteur:90 cm, environ,Matière:Bois:Chêne\n\
    A2\tTable\t\tout_of_stock\t\t1 299,00 €\t\t\t123\t\t\tnot a url\t\n";

#[test]
fn a_google_table_gives_products_with_everything_in_place() {
    let (products, faults) = read(GOOGLE);
    assert_eq!(faults, []);
    let [chair, table] = products.as_slice() else { panic!("{products:?}") };
    assert_eq!((chair.external_id.as_str(), chair.title.as_str(), chair.line), ("A1", "Chaise en chêne", 2));
    assert_eq!(chair.description, "Belle <b>chaise</b>,\nsolide");
    assert_eq!(chair.category, ["Maison", "Salle à manger", "Chaises"]);
    assert_eq!(chair.brand.as_deref(), Some("Atelier"));
    let variant = &chair.variants[0];
    assert_eq!(variant.price_at(chrono::DateTime::UNIX_EPOCH), (6_392, Some(7_990)));
    assert_eq!((variant.quantity, variant.weight_g), (Some(12), Some(6_500)));
    assert_eq!(variant.gtin.as_deref(), Some("4006381333931"));
    assert_eq!(chair.images[0].url, "https://img.example.com/a1.jpg");
    let details: Vec<_> =
        chair.attributes.iter().map(|a| (a.group.as_str(), a.label_fr.as_str(), a.value.as_str())).collect();
    assert_eq!(details, [("Dimensions", "Hauteur", "90 cm, environ"), ("Matière", "Bois", "Chêne")]);
    assert_eq!(
        (table.line, table.variants[0].price_cents),
        (4, 129_900),
        "the line after a cell of two lines"
    );
    assert_eq!(table.variants[0].quantity, Some(0));
    assert_eq!(
        told(&table.warnings),
        [(4, Some("image_link"), Reason::ImageUrl), (4, Some("gtin"), Reason::GtinFormat)]
    );
}

#[test]
fn each_broken_line_is_named_with_its_column_and_the_others_are_read() {
    let (products, faults) = read(
        "id;title;price;Disponibilité;quantity\n\
         1;Bon;10,00;en stock;1\n\
         ;Sans id;10;;\n\
         2;;10;;\n\
         3;Prix;dix euros;;\n\
         4;Devise;10 USD;;\n\
         5;Négatif;-1;;\n\
         6;Cher;10000001;;\n\
         7;Stock;10;peut-être;\n\
         8;Quantité;10;en stock;-4\n\
         9;Quantité;10;en stock;9999999999\n\
         1;Encore;10;;\n\
         10;Trop;10;;;;x\n\
         11;Peu\n\
         12;\"Ouvert;10\n\
         13;Bon;12;;2\n",
    );
    let good: Vec<&str> = products.iter().map(|product| product.external_id.as_str()).collect();
    assert_eq!(good, ["1", "13"]);
    assert_eq!(
        told(&faults),
        [
            (3, Some("id"), Reason::Missing),
            (4, Some("title"), Reason::Missing),
            (5, Some("price"), Reason::PriceNotANumber),
            (6, Some("price"), Reason::ForeignCurrency),
            (7, Some("price"), Reason::PriceNegative),
            (8, Some("price"), Reason::PriceTooHigh),
            (9, Some("Disponibilité"), Reason::UnknownAvailability),
            (10, Some("quantity"), Reason::QuantityNegative),
            (11, Some("quantity"), Reason::QuantityTooHigh),
            (12, Some("id"), Reason::DuplicateId),
            (13, None, Reason::ColumnCount),
            (14, None, Reason::ColumnCount),
            (15, None, Reason::UnclosedQuote),
        ]
    );
    assert_eq!(faults[9].found, "2", "the line of the first");
}

#[test]
fn rows_of_one_group_are_variants_wherever_they_stand() {
    let (products, faults) = read(
        "id,item_group_id,title,price,color,size,material\n\
         a-1,a,T-shirt coton - bleu M,10,bleu,M,coton\n\
         b,,Seul,20,rouge,,\n\
         a-2,a,T-shirt coton - bleu L,10,bleu,L,coton\n\
         a-3,a,T-shirt coton - rouge L,11,rouge,L,coton\n\
         a-4,a,T-shirt coton - rouge L,11,Rouge,l,coton\n",
    );
    assert_eq!(told(&faults), []);
    let ids: Vec<&str> = products.iter().map(|product| product.external_id.as_str()).collect();
    assert_eq!(ids, ["b", "a"], "a group is complete with its last row");
    let shirt = &products[1];
    assert_eq!((shirt.title.as_str(), shirt.line, shirt.last_line), ("T-shirt coton", 2, 6));
    let codes: Vec<&str> = shirt.options.iter().map(|option| option.code.as_str()).collect();
    assert_eq!(codes, ["couleur", "taille", "modele"], "two rows differ in nothing but their id");
    assert_eq!(shirt.variants[0].values, ["bleu", "M", "a-1"]);
    assert_eq!(shirt.attributes[0].value, "coton");
}

#[test]
fn a_faulty_variant_leaves_its_sisters() {
    let (products, faults) =
        read("id,item_group_id,title,price,size\n1,g,Pull S,10,S\n2,g,Pull M,free,M\n3,g,Pull L,10,L\n");
    assert_eq!(told(&faults), [(3, Some("price"), Reason::PriceNotANumber)]);
    assert_eq!((products.len(), products[0].variants.len()), (1, 2));
    assert_eq!(products[0].title, "Pull");
}

const RSS: &str = r#"<?xml version="1.0" encoding="UTF-8"?>
<rss version="2.0" xmlns:g="http://base.google.com/ns/1.0"><channel>
<title>Boutique</title><link>https://example.com</link>
<item>
  <g:id>X1</g:id><title>Lampe &amp; abat-jour</title><link>https://example.com/x1</link>
  <g:description><![CDATA[<p>Une lampe</p>]]></g:description>
  <g:price>49.00 EUR</g:price><g:availability>in stock</g:availability><g:condition>used</g:condition>
  <g:image_link>https://example.com/1.jpg?a=1&amp;b=2</g:image_link>
  <g:additional_image_link>https://example.com/2.jpg</g:additional_image_link>
  <g:additional_image_link>https://example.com/3.jpg</g:additional_image_link>
  <g:product_detail><g:section_name>Général</g:section_name><g:attribute_name>Douille</g:attribute_name><g:attribute_value>E27, à vis: oui</g:attribute_value></g:product_detail>
  <g:shipping><g:price>5.00 EUR</g:price></g:shipping>
</item>
<item><g:id>X2</g:id><title>Sans prix</title></item>
<item><g:id>X3</g:id><title>Mal fermé</b></title><g:price>1 EUR</g:price></item>
<item><g:id>X4</g:id><title>Tom &eacute; & Jerry &copy;</title><g:price>2 EUR</g:price></item>
<item><g:id>X5</g:id><title>&lol9;</title><g:price>2 EUR</g:price></item>
</channel></rss>"#;

#[test]
fn rss_with_googles_namespace_is_read_item_by_item() {
    let (products, faults) = read(RSS);
    let lamp = &products[0];
    assert_eq!((lamp.external_id.as_str(), lamp.title.as_str(), lamp.line), ("X1", "Lampe & abat-jour", 4));
    assert_eq!(lamp.description, "<p>Une lampe</p>");
    assert_eq!(lamp.condition, Condition::Used);
    assert_eq!(lamp.variants[0].price_cents, 4_900);
    let images: Vec<&str> = lamp.images.iter().map(|image| image.url.as_str()).collect();
    assert_eq!(
        images,
        ["https://example.com/1.jpg?a=1&b=2", "https://example.com/2.jpg", "https://example.com/3.jpg"]
    );
    let detail = &lamp.attributes[1];
    assert_eq!((detail.group.as_str(), detail.label_fr.as_str()), ("Général", "Douille"));
    assert_eq!(detail.value, "E27, à vis: oui");
    assert_eq!(products[1].title, "Tom é & Jerry ©");
    assert_eq!(
        told(&faults),
        [(14, Some("price"), Reason::Missing), (15, None, Reason::XmlBroken), (17, None, Reason::XmlEntity)]
    );
}

#[test]
fn atom_is_read_and_googles_own_elements_win() {
    let (products, faults) = read(
        "<feed xmlns='http://www.w3.org/2005/Atom' xmlns:g='http://base.google.com/ns/1.0'>\n\
         <id>tag:shop</id><entry><id>tag:example.com,2026:1</id><g:id>1</g:id><title>Vase</title>\
         <summary>Bleu</summary><g:price>12 EUR</g:price></entry></feed>",
    );
    assert_eq!(faults, []);
    assert_eq!((products[0].external_id.as_str(), products[0].description.as_str()), ("1", "Bleu"));
}

#[test]
fn entity_bombs_and_web_pages_are_refused() {
    let bomb = "<?xml version='1.0'?><!DOCTYPE lolz [<!ENTITY lol \"lol\"><!ENTITY lol2 \"&lol;&lol;\">]><rss></rss>";
    assert_eq!(told(&read(bomb).1), [(1, None, Reason::Dtd)]);
    assert_eq!(told(&read("<!doctype html>\n<html>").1), [(1, None, Reason::WebPage)]);
}

const SHOPIFY: &str = "Handle,Title,Body (HTML),Vendor,Type,Tags,Published,Option1 Name,Option1 Value,Option2 Name,Option2 Value,Variant SKU,Variant Grams,Variant Inventory Qty,Variant Price,Variant Compare At Price,Variant Barcode,Image Src,Image Position,Image Alt Text,Variant Image,Status\n\
    pull,Pull marin,\"<p>Laine,\n\"\"douce\"\"</p>\",Armor,Pulls,\"hiver, laine\",true,Taille,S,Coloris,Bleu,'PM-S,450,3,89.00,119.00,,https://cdn.example.com/2.jpg,2,Dos,,active\n\
    pull,,,,,,,,M,,Bleu,PM-M,460,-2,89.00,,,https://cdn.example.com/1.jpg,1,Face,https://cdn.example.com/m.jpg,\n\
    pull,,,,,,,,,,,,,,,,,https://cdn.example.com/3.jpg,3,,,\n\
    pull,,,,,,,,M,,bleu,PM-X,460,2,89.00,,,,,,,\n\
    bol,Bol,,,,,false,Title,Default Title,,,,300,7,12.50,0.00,,,,,,draft\n\
    vide,,,,,,,,S,,,V,,,1,,,,,,,\n";

#[test]
fn shopify_rows_become_products_with_options_and_pictures() {
    let (products, faults) = read(SHOPIFY);
    assert_eq!(
        told(&faults),
        [(6, Some("Option1 Value"), Reason::DuplicateVariant), (8, Some("Title"), Reason::Missing)]
    );
    let [pull, bowl] = products.as_slice() else { panic!("{products:?}") };
    assert_eq!((pull.title.as_str(), pull.category.as_slice()), ("Pull marin", &["Pulls".to_string()][..]));
    assert_eq!(pull.tags, ["hiver", "laine"]);
    let codes: Vec<&str> = pull.options.iter().map(|option| option.code.as_str()).collect();
    assert_eq!(codes, ["taille", "couleur"]);
    let small = &pull.variants[0];
    assert_eq!((small.external_id.as_str(), small.sku.as_deref()), ("pull#s/bleu", Some("PM-S")));
    assert_eq!(small.price_at(chrono::DateTime::UNIX_EPOCH), (8_900, Some(11_900)));
    assert_eq!((small.weight_g, small.quantity), (Some(450), Some(3)));
    let medium = &pull.variants[1];
    assert_eq!((medium.quantity, medium.availability), (Some(0), Availability::OutOfStock));
    let images: Vec<&str> = pull.images.iter().map(|image| &image.url[24..]).collect();
    assert_eq!(images, ["1.jpg", "2.jpg", "3.jpg", "m.jpg"]);
    assert_eq!(pull.images[0].alt, "Face");
    assert_eq!((bowl.options.len(), bowl.published, bowl.variants[0].price_cents), (0, false, 1_250));
    assert_eq!(told(&pull.warnings), [(4, Some("Variant Inventory Qty"), Reason::NegativeStockZeroed)]);
}

#[test]
fn a_feed_in_utf16_or_latin1_reads_like_one_in_utf8() {
    let (expected, _) = read(GOOGLE);
    let utf16: Vec<u8> =
        [0xff, 0xfe].into_iter().chain(GOOGLE.encode_utf16().flat_map(u16::to_le_bytes)).collect();
    let latin = encoding_rs::WINDOWS_1252.encode(GOOGLE).0.into_owned();
    for bytes in [utf16, latin] {
        let products: Vec<FeedProduct> = open(&bytes).unwrap().map(Result::unwrap).collect();
        assert_eq!(products, expected);
    }
}

#[test]
fn a_zip_in_disguise_and_a_cut_gzip_are_told_at_once_or_at_the_cut() {
    assert_eq!(open(b"PK\x03\x04feed.tsv").err().unwrap().reason, Reason::Zip);
    let mut text = String::from("id\ttitle\tprice\n");
    for n in 0..20_000u32 {
        text.push_str(&format!("{n}\tProduit {}\t{}.00 EUR\n", n.wrapping_mul(2_654_435_761), n % 900 + 1));
    }
    let mut gz = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
    std::io::Write::write_all(&mut gz, text.as_bytes()).unwrap();
    let whole = gz.finish().unwrap();
    let items: Vec<_> = open(&whole[..whole.len() * 3 / 4]).unwrap().collect();
    assert!(items.iter().filter(|item| item.is_ok()).count() > 10_000, "what came before the cut is read");
    assert_eq!(items.last().unwrap().as_ref().unwrap_err().reason, Reason::Truncated);
}

#[test]
fn a_group_larger_than_memory_for_waiting_rows_is_given_in_parts() {
    let long = "x".repeat(40_000);
    let mut text = String::from("id,item_group_id,title,price,size,description\n");
    for n in 0..2_000 {
        text.push_str(&format!("{n},g{},T,1,{n},{long}\n", n % 2));
    }
    let mut feed = open(text.as_bytes()).unwrap();
    let first = feed.next().unwrap().unwrap();
    assert!(first.variants.len() < 1_000, "{}", first.variants.len());
    let others: usize = feed.map(|item| item.unwrap().variants.len()).sum();
    assert_eq!(first.variants.len() + others, 2_000);
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 400, ..ProptestConfig::default() })]

    #[test]
    fn no_bytes_make_the_reader_panic_or_run_for_ever(bytes in prop::collection::vec(any::<u8>(), 0..600)) {
        if let Ok(feed) = open(&bytes) {
            prop_assert!(feed.count() <= bytes.len() + 2);
        }
    }

    #[test]
    fn no_table_makes_the_reader_panic(cells in "[a-c\",;\t\n\r0-9 .€é>:\\-]{0,300}", shopify in any::<bool>()) {
        let header = if shopify { "Handle,Title,Variant Price,Option1 Name,Option1 Value,Image Src\n" }
            else { "id\ttitle\tprice\titem_group_id\tcolor\tproduct_detail\n" };
        let format = if shopify { Format::Shopify } else { Format::Google };
        let feed = open(format!("{header}{cells}").as_bytes()).unwrap();
        prop_assert_eq!(feed.format, format);
        for product in feed.flatten() {
            prop_assert!(!product.variants.is_empty());
            for variant in &product.variants {
                prop_assert_eq!(variant.values.len(), product.options.len());
            }
        }
    }

    #[test]
    fn no_xml_makes_the_reader_panic(inner in "(<|>|/|!|-|\\[|\\]|&|;|\"|item|g:id|g:price|title|CDATA\\[|a|1| |\n){0,120}") {
        let text = format!("<rss><channel><item><g:id>1</g:id>{inner}</item></channel></rss>");
        if let Ok(feed) = open(text.as_bytes()) {
            prop_assert!(feed.count() <= text.len());
        }
    }
}
