//! Search: four judged sets, with and without mistakes.

use std::path::Path;
use std::time::Instant;

use kit::Lang;

use super::data::{self, Product, Query};
use super::{Row, measure};
use crate::bundle::Bundle;
use crate::lexical::Builder;
use crate::lsa;
use crate::search::{self, Engine, Weights};

struct Set {
    name: &'static str,
    engine: Engine,
    queries: Vec<Query>,
    english: Vec<String>,
}

fn sets(folder: &Path, weights: Weights) -> anyhow::Result<Vec<Set>> {
    let mut out = Vec::new();
    for (name, from, steps, judged) in [("crowdflower", 1.0, 3.0, 1), ("icecat", 0.0, 3.0, 1), ("homedepot", 1.0, 2.0, 10)] {
        let set = folder.join("search").join(name);
        let products = data::products(&set.join("products.jsonl.gz"))?;
        let queries = data::queries(&set, &products, from, steps, judged)?;
        let start = Instant::now();
        let engine = build(Lang::En, &products, weights)?;
        eprintln!("{name}: {} products, {} queries, built in {:?}", products.len(), queries.len(), start.elapsed());
        out.push(Set { name, engine, queries, english: Vec::new() });
    }
    let products = data::feed(&folder.join("catalogue-fr/feed.tsv.gz"))?;
    let start = Instant::now();
    let mut queries = Vec::new();
    for row in data::table(&folder.join("search/french/queries.tsv"))? {
        let leaves: Vec<&str> = row[2].split(';').collect();
        let gains = products.iter().enumerate().filter(|(_, p)| leaves.iter().any(|l| p.leaf.starts_with(l)));
        queries.push((row[0].clone(), row[1].clone(), gains.map(|(i, _)| (i as u32, 1.0)).collect()));
    }
    let engine = build(Lang::Fr, &products, weights)?;
    eprintln!("french: {} products, {} queries, built in {:?}", products.len(), queries.len(), start.elapsed());
    let english = queries.iter().map(|q| q.1.clone()).collect();
    let queries: Vec<Query> = queries.into_iter().map(|(fr, _, gains)| Query { text: fr, gains }).collect();
    out.push(Set { name: "french", engine, queries, english });
    Ok(out)
}

pub fn run(folder: &Path, weights: Weights) -> anyhow::Result<Vec<Row>> {
    let mut rows = Vec::new();
    for Set { name, engine, queries, english } in sets(folder, weights)? {
        let mut ndcg = Vec::new();
        let mut recall = Vec::new();
        let mut typos = Vec::new();
        let mut seed = 1u64;
        let mut times = Vec::new();
        for q in &queries {
            let t = Instant::now();
            let ranked: Vec<u32> = engine.search(&q.text).into_iter().map(|r| r.0).collect();
            times.push(t.elapsed().as_secs_f64() * 1e3);
            ndcg.push(measure::ndcg10(&ranked, &q.gains));
            if name == "french" && ndcg[ndcg.len() - 1] < 0.9 { eprintln!("{:.3} {} of {}", ndcg[ndcg.len() - 1], q.text, q.gains.len()); }
            if name != "homedepot" || ndcg.len() % 20 == 0 {
                let mut again = seed;
                let wrong = mistyped(&q.text, &mut again);
                let n = measure::ndcg10(&engine.search(&wrong).into_iter().map(|r| r.0).collect::<Vec<_>>(), &q.gains);
                if n < ndcg[ndcg.len() - 1] - 0.1 { eprintln!("  {:.2}>{n:.2} {} / {wrong} / {:?}", ndcg[ndcg.len() - 1], q.text, engine.understand(&wrong).concepts.iter().map(|c| c.word.clone()).collect::<Vec<_>>()); }
            }
            typos.push(measure::ndcg10(&engine.search(&mistyped(&q.text, &mut seed)).into_iter().map(|r| r.0).collect::<Vec<_>>(), &q.gains));
            recall.push(measure::recall(&ranked, &q.gains, 100));
        }
        rows.push(Row::note(&format!("{name} nDCG@10"), measure::mean(&ndcg)));
        rows.push(Row::note(&format!("{name} typo / clean"), measure::mean(&typos) / measure::mean(&ndcg)));
        let crossed: Vec<f64> = queries.iter().zip(&english).map(|(q, en)| {
            let n = measure::ndcg10(&engine.search(en).into_iter().map(|r| r.0).collect::<Vec<_>>(), &q.gains);
            if n < 0.5 { eprintln!("{n:.2} {en} / {} {:?}", q.text, engine.understand(en).concepts.iter().map(|c| c.terms.iter().map(|t| engine.index.terms.word(t.0)).collect::<Vec<_>>()).collect::<Vec<_>>()); }
            n
        }).collect();
        if !crossed.is_empty() { rows.push(Row::more("English words on French products", measure::mean(&crossed), 0.40)); }
        rows.push(Row::note(&format!("{name} R@100"), measure::mean(&recall)));
        rows.push(Row::note(&format!("{name} p50"), measure::quantile(&times, 0.5)));
        rows.push(Row::note(&format!("{name} p95"), measure::quantile(&times, 0.95)));
    }
    Ok(rows)
}

pub fn tune(folder: &Path, mut weights: Weights, keys: &[&str]) -> anyhow::Result<()> {
    let mut sets = sets(folder, weights)?;
    for s in &mut sets { if s.name == "homedepot" { let mut i = 0; s.queries.retain(|_| { i += 1; i % 3 == 0 }); } }
    let mut score = |w: Weights| -> (f64, Vec<f64>) {
        let each: Vec<f64> = sets.iter_mut().map(|s| {
            s.engine.weights = w;
            let n: Vec<f64> = s.queries.iter().map(|q| {
                let r: Vec<u32> = s.engine.search(&q.text).into_iter().take(10).map(|r| r.0).collect();
                measure::ndcg10(&r, &q.gains)
            }).collect();
            measure::mean(&n)
        }).collect();
        // each set weighed by what a point means there
        (each.iter().sum::<f64>() / each.len() as f64, each)
    };
    let (mut best, each) = score(weights);
    eprintln!("start {best:.4} {each:.4?}");
    for round in 0..2 {
        for key in keys {
            let now = weights.get(key);
            for v in [0.0, now * 0.5, now * 0.75, now * 1.3, now * 1.8, now + 0.05, now + 0.15, now + 0.4, now - 0.05] {
                let mut w = weights;
                w.set(key, v);
                let (s, each) = score(w);
                if s > best + 0.0003 { best = s; weights = w; eprintln!("{round} {key}={v:.3} {s:.4} {each:.4?}"); }
            }
        }
    }
    eprintln!("{weights:?}");
    Ok(())
}

fn build(lang: Lang, products: &[Product], weights: Weights) -> anyhow::Result<Engine> {
    let mut builder = Builder::new(search::lexical_params(lang, &weights));
    for (i, p) in products.iter().enumerate() {
        builder.add(i as i64, &[&p.title, &p.description, &p.brand, &p.values()]);
    }
    let bytes = search::build(builder, lsa::Params::default())?;
    Ok(Engine::open(&Bundle::from_bytes(&bytes)?, weights)?)
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
