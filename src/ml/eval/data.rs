//! Readers of the judged sets: products, queries, judgements.

use std::collections::HashMap;
use std::fs::File;
use std::io::{BufRead, BufReader, Read};
use std::path::Path;

use anyhow::Context;
use flate2::read::GzDecoder;
use serde::Deserialize;
use serde_json::Value;

/// A product to index.
#[derive(Debug, Clone, Default)]
pub struct Product {
    pub key: String,
    pub title: String,
    pub description: String,
    pub brand: String,
    pub attributes: Vec<(String, String)>,
    /// The last step of its category path; not indexed where it is the judgement.
    pub leaf: String,
}

impl Product {
    /// Values of the attributes as one text.
    pub fn values(&self) -> String {
        self.attributes.iter().map(|(_, v)| v.as_str()).collect::<Vec<_>>().join(" · ")
    }
}

#[derive(Deserialize)]
struct Raw {
    id: String,
    title: String,
    #[serde(default)]
    description: Option<String>,
    #[serde(default)]
    brand: Option<String>,
    #[serde(default)]
    attributes: Option<serde_json::Map<String, Value>>,
}

/// A query, its judged products by document number, and its name in the set.
pub struct Query {
    pub text: String,
    pub gains: HashMap<u32, f64>,
}

pub fn open(path: &Path) -> anyhow::Result<Box<dyn Read>> {
    let file = File::open(path).with_context(|| path.display().to_string())?;
    Ok(if path.extension().is_some_and(|e| e == "gz") {
        Box::new(GzDecoder::new(file))
    } else {
        Box::new(file)
    })
}

pub fn lines(path: &Path) -> anyhow::Result<Vec<String>> {
    Ok(BufReader::new(open(path)?).lines().collect::<Result<_, _>>()?)
}

pub fn products(path: &Path) -> anyhow::Result<Vec<Product>> {
    let mut out = Vec::new();
    for line in lines(path)? {
        let raw: Raw = serde_json::from_str(&line)?;
        let attributes =
            raw.attributes.unwrap_or_default().into_iter().filter_map(|(k, v)| Some((k, text(&v)?)));
        out.push(Product {
            key: raw.id,
            title: raw.title,
            description: raw.description.unwrap_or_default(),
            brand: raw.brand.unwrap_or_default(),
            attributes: attributes.collect(),
            leaf: String::new(),
        });
    }
    Ok(out)
}

fn text(value: &Value) -> Option<String> {
    match value {
        Value::String(s) => Some(s.clone()),
        Value::Number(n) => Some(n.to_string()),
        Value::Bool(b) => Some(b.to_string()),
        _ => None,
    }
}

/// A product feed in tab-separated columns.
pub fn feed(path: &Path) -> anyhow::Result<Vec<Product>> {
    let mut reader = csv::ReaderBuilder::new().delimiter(b'\t').from_reader(open(path)?);
    let headers = reader.headers()?.clone();
    let at = |name: &str| headers.iter().position(|h| h == name).with_context(|| format!("no column {name}"));
    let (id, title, description, brand, kind) =
        (at("id")?, at("title")?, at("description")?, at("brand")?, at("product_type")?);
    let mut out = Vec::new();
    for record in reader.records() {
        let record = record?;
        let get = |i: usize| record.get(i).unwrap_or_default().to_string();
        let leaf = get(kind).rsplit(" > ").next().unwrap_or_default().to_string();
        out.push(Product {
            key: get(id),
            title: get(title),
            description: get(description),
            brand: get(brand),
            attributes: Vec::new(),
            leaf,
        });
    }
    Ok(out)
}

pub fn table(path: &Path) -> anyhow::Result<Vec<Vec<String>>> {
    let rows = lines(path)?;
    Ok(rows.iter().skip(1).map(|l| l.split('\t').map(str::to_string).collect()).collect())
}

/// Queries with at least one relevant product and `judged` judged ones; ratings become gains by `(r - from) / steps`.
pub fn queries(
    folder: &Path,
    products: &[Product],
    from: f64,
    steps: f64,
    judged: usize,
) -> anyhow::Result<Vec<Query>> {
    let numbers: HashMap<&str, u32> =
        products.iter().enumerate().map(|(i, p)| (p.key.as_str(), i as u32)).collect();
    let mut gains: HashMap<String, HashMap<u32, f64>> = HashMap::new();
    for row in table(&folder.join("qrels.tsv"))? {
        let (Some(doc), Ok(rating)) = (numbers.get(row[1].as_str()), row[2].parse::<f64>()) else { continue };
        gains.entry(row[0].clone()).or_default().insert(*doc, (rating - from) / steps);
    }
    let mut out = Vec::new();
    for row in table(&folder.join("queries.tsv"))? {
        let Some(gains) = gains.remove(&row[0]) else { continue };
        if gains.len() >= judged && gains.values().any(|g| *g >= 0.66) {
            out.push(Query { text: row[1].clone(), gains });
        }
    }
    Ok(out)
}
