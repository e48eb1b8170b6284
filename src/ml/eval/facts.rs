//! Questions about products: the right fact of the right product, and a refusal where there is none.

use std::collections::{BTreeMap, HashMap, HashSet};
use std::path::Path;

use anyhow::Context;
use kit::Lang;
use serde::Deserialize;

use super::{Row, data};
use crate::answer::fact::{self, Said};
use crate::answer::sheet::{Fact, Sheet, recognise, searches};
use crate::answer::words::Reader;
use crate::bundle::Bundle;
use crate::search::{self, Document, Engine};

/// Products looked at for each search.
const LOOKED_AT: usize = 20;

#[derive(Deserialize)]
struct Asked {
    q: String,
    lang: String,
    kind: String,
    product: String,
    answer: Option<String>,
}

pub fn run(folder: &Path) -> anyhow::Result<Vec<Row>> {
    let removed: Vec<String> =
        serde_json::from_str(&std::fs::read_to_string(folder.join("assistant/removed-products.json"))?)?;
    let removed: HashSet<String> = removed.into_iter().collect();
    let sheets = sheets(&folder.join("catalogue-en/feed.tsv.gz"), &removed)?;
    let keys: HashMap<&str, i64> = sheets.iter().map(|(k, s)| (k.as_str(), s.id)).collect();
    let sheets_only: Vec<&Sheet> = sheets.iter().map(|s| &s.1).collect();
    let engine = engine(&sheets_only)?;
    let mut reader = Reader::default();
    // Language and kind to right ones, products found, all.
    let mut counts: BTreeMap<(String, String), [f64; 3]> = BTreeMap::new();
    for line in data::lines(&folder.join("assistant/product-questions.jsonl"))? {
        let asked: Asked = serde_json::from_str(&line)?;
        let given = answer(&mut reader, &engine, &sheets_only, &asked.q);
        let (product, values) = given.unwrap_or((-1, Vec::new()));
        let right = match &asked.answer {
            // The feed writes the commas of a list as semicolons.
            Some(value) => values.iter().any(|v| listed(v).contains(&listed(value))),
            None => values.is_empty(),
        };
        let count = counts.entry((asked.kind, asked.lang)).or_default();
        count[0] += f64::from(u8::from(right));
        count[1] += f64::from(u8::from(keys.get(asked.product.as_str()) == Some(&product)));
        count[2] += 1.0;
    }
    let mut rows = Vec::new();
    for ((kind, lang), [right, found, all]) in counts {
        let (name, reach) = match (kind.as_str(), lang.as_str()) {
            ("answerable", "fr") => ("product facts, right answer", 0.95),
            ("answerable", _) => ("product facts, right answer", 0.97),
            ("no_attribute", _) => ("unknown attribute, refused", 0.99),
            _ => ("unknown product, refused", 0.99),
        };
        rows.push(Row::more(&format!("{name} {lang} ({all} asked)"), right / all, reach));
        if kind == "answerable" {
            rows.push(Row::note(&format!("product found {lang}"), found / all));
        }
    }
    Ok(rows)
}

fn listed(value: &str) -> String {
    value.replace([';', ','], " ").split_whitespace().collect::<Vec<_>>().join(" ")
}

/// The product meant and the values told of it.
fn answer(
    reader: &mut Reader,
    engine: &Engine,
    sheets: &[&Sheet],
    question: &str,
) -> Option<(i64, Vec<String>)> {
    let mut seen = HashSet::new();
    let mut candidates: Vec<Sheet> = Vec::new();
    for text in searches(reader, Lang::En, question) {
        for hit in engine.search(&text).into_iter().take(LOOKED_AT) {
            if seen.insert(hit.id) {
                candidates.push(sheets[hit.id as usize].clone());
            }
        }
    }
    let (words, meant) = recognise(reader, Lang::En, question, &candidates);
    let best = meant.first().filter(|m| m.sure)?;
    let sheet = &candidates[best.sheet];
    let values = match fact::find(reader, Lang::En, &words, best, sheet) {
        Said::Facts(places) => places.into_iter().map(|i| sheet.facts[i].value.clone()).collect(),
        Said::Nothing | Said::Unknown { .. } => Vec::new(),
    };
    Some((sheet.id, values))
}

fn engine(sheets: &[&Sheet]) -> anyhow::Result<Engine> {
    let values: Vec<String> = sheets
        .iter()
        .map(|s| s.facts.iter().map(|f| f.value.as_str()).collect::<Vec<_>>().join(" · "))
        .collect();
    let codes: Vec<String> = sheets.iter().map(|s| format!("{} {}", s.brand, s.codes.join(" "))).collect();
    let documents = sheets.iter().zip(values.iter().zip(&codes)).map(|(s, (values, codes))| Document {
        id: s.id,
        title: &s.title,
        body: &s.text,
        brand: codes,
        attributes: values,
    });
    Ok(Engine::open(&Bundle::from_bytes(&search::build(Lang::En, documents)?)?)?)
}

/// Products of the feed with their `product_detail` as facts ("Section:t product colour:Black"; the letter tells the type).
fn sheets(path: &Path, removed: &HashSet<String>) -> anyhow::Result<Vec<(String, Sheet)>> {
    let mut reader = csv::ReaderBuilder::new().delimiter(b'\t').from_reader(data::open(path)?);
    let headers = reader.headers()?.clone();
    let at = |name: &str| headers.iter().position(|h| h == name).with_context(|| format!("no column {name}"));
    let (id, title, description, brand) = (at("id")?, at("title")?, at("description")?, at("brand")?);
    let (mpn, gtin, detail) = (at("mpn")?, at("gtin")?, at("product_detail")?);
    let mut out = Vec::new();
    for record in reader.records() {
        let record = record?;
        let get = |i: usize| record.get(i).unwrap_or_default().to_string();
        if removed.contains(&get(id)) {
            continue;
        }
        let fact = |part: &str| {
            let (_, rest) = part.split_once(':')?;
            let (label, value) = rest.split_once(':')?;
            let label = label.split_once(' ').filter(|(t, _)| t.len() == 1).map_or(label, |(_, l)| l);
            Some(Fact { label: label.trim().to_string(), value: value.trim().to_string() })
        };
        let sheet = Sheet {
            id: out.len() as i64,
            title: get(title),
            brand: get(brand),
            codes: vec![get(mpn), get(gtin)],
            text: get(description),
            facts: get(detail).split(',').filter_map(fact).collect(),
            category: String::new(),
        };
        out.push((get(id), sheet));
    }
    Ok(out)
}
