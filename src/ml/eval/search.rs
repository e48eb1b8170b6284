//! Search: four judged sets, with and without mistakes.

use std::path::Path;
use std::sync::Arc;
use std::time::Instant;

use kit::Lang;

use super::data::{self, Product, Query};
use super::{Row, measure};
use crate::bundle::Bundle;
use crate::embed::{self, Embedder, Purpose};
use crate::search::{self, Document, Engine, Sentences};
use crate::text;
use crate::vectors::{self, Vectors};

/// A judged set; gains are (rating - from) / steps, queries need `judged` judged products.
struct Spec {
    name: &'static str,
    from: f64,
    steps: f64,
    judged: usize,
    ndcg: f64,
    recall: f64,
}

const SETS: [Spec; 3] = [
    Spec { name: "crowdflower", from: 1.0, steps: 3.0, judged: 1, ndcg: 0.81, recall: 0.0 },
    Spec { name: "icecat", from: 0.0, steps: 3.0, judged: 1, ndcg: 0.785, recall: 0.0 },
    Spec { name: "homedepot", from: 1.0, steps: 2.0, judged: 10, ndcg: 0.37, recall: 0.77 },
];

pub fn run(folder: &Path, models: Option<&Path>) -> anyhow::Result<Vec<Row>> {
    let mut rows = Vec::new();
    for spec in SETS {
        let set = folder.join("search").join(spec.name);
        let products = data::products(&set.join("products.jsonl.gz"))?;
        let queries = data::queries(&set, &products, spec.from, spec.steps, spec.judged)?;
        let mut engine = timed(&mut rows, spec.name, Lang::En, &products)?;
        if let Some(model) = Purpose::Products.best(&models.map(embed::usable).unwrap_or_default()).cloned() {
            engine = with_model(engine, model, &products)?;
        }
        let ndcg = asked(&mut rows, spec.name, &engine, &queries, spec.ndcg);
        if spec.recall > 0.0 {
            let each = queries.iter().map(|q| measure::recall(&ranked(&engine, &q.text), &q.gains, 100));
            rows.push(Row::more(
                &format!("{} Recall@100", spec.name),
                measure::mean(&each.collect::<Vec<_>>()),
                spec.recall,
            ));
        }
        typos(&mut rows, spec.name, &engine, &queries, ndcg * 0.96);
    }
    french(folder, &mut rows)?;
    Ok(rows)
}

/// French as written, without accents, mistyped, and in English; a product is relevant by its category.
fn french(folder: &Path, rows: &mut Vec<Row>) -> anyhow::Result<()> {
    let products = data::feed(&folder.join("catalogue-fr/feed.tsv.gz"))?;
    let engine = timed(rows, "french", Lang::Fr, &products)?;
    let table = data::table(&folder.join("search/french/queries.tsv"))?;
    let queries = |column: usize| -> Vec<Query> {
        let query = |row: &Vec<String>| {
            let leaves: Vec<&str> = row[2].split(';').collect();
            let relevant = |p: &Product| leaves.iter().any(|leaf| p.leaf.starts_with(leaf));
            let gains =
                products.iter().enumerate().filter(|(_, p)| relevant(p)).map(|(i, _)| (i as u32, 1.0));
            Query { text: row[column].clone(), gains: gains.collect() }
        };
        table.iter().map(query).collect()
    };
    let written = queries(0);
    asked(rows, "french", &engine, &written, 0.81);
    let plain: Vec<Query> =
        written.iter().map(|q| Query { text: text::fold(&q.text), gains: q.gains.clone() }).collect();
    rows.push(Row::more("french without accents nDCG@10", ndcg(&engine, &plain), 0.81));
    typos(rows, "french", &engine, &written, 0.77);
    rows.push(Row::more("French products, English words nDCG@10", ndcg(&engine, &queries(1)), 0.40));
    Ok(())
}

fn timed(rows: &mut Vec<Row>, name: &str, lang: Lang, products: &[Product]) -> anyhow::Result<Engine> {
    let start = Instant::now();
    let (engine, bytes) = build(lang, products)?;
    let built = start.elapsed().as_secs_f64();
    rows.push(Row::less(&format!("{name}: {} products, seconds to build", products.len()), built, 60.0));
    let again = rebuilt(&engine, products)?;
    rows.push(Row::less(&format!("{name}: seconds to build when {CHANGED} changed"), again, 5.0));
    rows.push(Row::less(&format!("{name}: megabytes mapped"), bytes as f64 / 1e6, 60.0));
    Ok(engine)
}

/// Products that change before the next version.
const CHANGED: usize = 100;

/// Seconds for a version in which some products, from all over the catalogue, have the texts of others.
fn rebuilt(engine: &Engine, products: &[Product]) -> anyhow::Result<f64> {
    let start = Instant::now();
    let step = (products.len() / CHANGED).max(1);
    let text = |i: usize| &products[(i + step / 2) % products.len()];
    let changed: Vec<(usize, String)> =
        (0..products.len()).step_by(step).take(CHANGED).map(|i| (i, text(i).values())).collect();
    let documents = changed.iter().map(|(i, values)| document(*i, text(*i), values));
    let bytes = engine.with_changes(documents, std::iter::empty())?.merged()?;
    Engine::open(&Bundle::from_bytes(&bytes)?)?;
    Ok(start.elapsed().as_secs_f64())
}

/// The engine with a model that has read all products; takes minutes.
fn with_model(engine: Engine, model: Arc<dyn Embedder>, products: &[Product]) -> anyhow::Result<Engine> {
    let document = |(i, p): (usize, &Product)| {
        let d =
            Document { id: i as i64, title: &p.title, body: &p.description, brand: &p.brand, attributes: "" };
        (i as i64, search::sentence(&d))
    };
    let texts: Vec<(i64, String)> = products.iter().enumerate().map(document).collect();
    let (bytes, _) = vectors::build(&*model, &texts, None, usize::MAX, |_| {})?;
    let read = Vectors::open(&Bundle::from_bytes(&bytes)?)?;
    Ok(engine.with_sentences(Sentences::new(model, read).map(Arc::new)))
}

/// Best documents for a text.
fn ranked(engine: &Engine, text: &str) -> Vec<u32> {
    engine.search(text).into_iter().map(|h| h.id as u32).collect()
}

fn ndcg(engine: &Engine, queries: &[Query]) -> f64 {
    let each: Vec<f64> =
        queries.iter().map(|q| measure::ndcg10(&ranked(engine, &q.text), &q.gains)).collect();
    measure::mean(&each)
}

/// The figure as written and how long it takes.
fn asked(rows: &mut Vec<Row>, name: &str, engine: &Engine, queries: &[Query], reach: f64) -> f64 {
    let figure = ndcg(engine, queries);
    let took = |q: &Query| {
        let once = || {
            let start = Instant::now();
            std::hint::black_box(engine.search(&q.text));
            start.elapsed().as_secs_f64() * 1e3
        };
        (0..3).map(|_| once()).fold(f64::MAX, f64::min)
    };
    let times: Vec<f64> = queries.iter().map(took).collect();
    rows.push(Row::more(&format!("{name} nDCG@10"), figure, reach));
    rows.push(Row::less(&format!("{name} ms p50"), measure::quantile(&times, 0.5), 1.0));
    rows.push(Row::less(&format!("{name} ms p95"), measure::quantile(&times, 0.95), 3.0));
    figure
}

/// With a mistake in each word: the mean of three draws.
fn typos(rows: &mut Vec<Row>, name: &str, engine: &Engine, queries: &[Query], reach: f64) {
    let mut seed = 1u64;
    let draw = |_| {
        let wrong = |q: &Query| Query { text: mistyped(&q.text, &mut seed), gains: q.gains.clone() };
        ndcg(engine, &queries.iter().map(wrong).collect::<Vec<_>>())
    };
    let draws: Vec<f64> = (0..3).map(draw).collect();
    rows.push(Row::more(&format!("{name} mistyped nDCG@10"), measure::mean(&draws), reach));
}

/// The engine and the bytes of its file.
fn build(lang: Lang, products: &[Product]) -> anyhow::Result<(Engine, usize)> {
    let values: Vec<String> = products.iter().map(Product::values).collect();
    let documents = products.iter().zip(&values).enumerate().map(|(i, (p, values))| document(i, p, values));
    let bytes = search::build(lang, documents)?;
    Ok((Engine::open(&Bundle::from_bytes(&bytes)?)?, bytes.len()))
}

fn document<'a>(number: usize, p: &'a Product, attributes: &'a str) -> Document<'a> {
    Document { id: number as i64, title: &p.title, body: &p.description, brand: &p.brand, attributes }
}

/// One swap or one dropped letter in each word of five letters or more.
pub fn mistyped(text: &str, seed: &mut u64) -> String {
    let mut random = |n: usize| {
        *seed = seed.wrapping_mul(6364136223846793005).wrapping_add(1442695040888963407);
        (*seed >> 33) as usize % n
    };
    let words: Vec<String> = text
        .split(' ')
        .map(|word| {
            let mut chars: Vec<char> = word.chars().collect();
            if chars.len() >= 5 && chars.iter().all(|c| c.is_alphabetic()) {
                let at = random(chars.len() - 1);
                if random(2) == 0 {
                    chars.swap(at, at + 1);
                } else {
                    chars.remove(at);
                }
            }
            chars.into_iter().collect()
        })
        .collect();
    words.join(" ")
}
