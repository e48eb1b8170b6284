//! The assistant: finding the passage that answers a question, in the same language and in the other.

use std::path::Path;
use std::time::Instant;

use anyhow::Context;
use kit::Lang;
use serde::Deserialize;

use super::{Row, data, measure};
use crate::answer::passage::Passage;
use crate::answer::retrieve::{self, Passages};
use crate::bundle::Bundle;
use crate::embed::{self, Embedder, Side, nearness};
use crate::search::{self, Document, Engine};

#[derive(Deserialize)]
struct Answer {
    id: String,
    question: String,
    answer: String,
}

#[derive(Deserialize)]
struct Article {
    id: String,
    title: String,
    body: String,
}

pub fn run(folder: &Path, models: Option<&Path>) -> anyhow::Result<Vec<Row>> {
    let folder = folder.join("assistant");
    let mut rows = Vec::new();
    let faq: Vec<Answer> = read(&folder.join("cnil-faq-fr.jsonl"))?;
    let texts: Vec<(&str, &str)> = faq.iter().map(|a| (a.id.as_str(), a.answer.as_str())).collect();
    let asked: Vec<(&str, &str)> = faq.iter().map(|a| (a.id.as_str(), a.question.as_str())).collect();
    rows.push(Row::more("CNIL fr hit@5", hit5(Lang::Fr, Lang::Fr, &texts, &asked)?, 0.80));
    let help: Vec<Vec<Article>> =
        ["help-fr.jsonl", "help-en.jsonl"].iter().map(|f| read(&folder.join(f))).collect::<Result<_, _>>()?;
    let reach = [[0.0, 0.68], [0.68, 0.0]];
    for (corpus, lang) in [Lang::Fr, Lang::En].into_iter().enumerate() {
        let texts: Vec<(&str, &str)> =
            help[corpus].iter().map(|a| (a.id.as_str(), a.body.as_str())).collect();
        for (asking, asked) in help.iter().enumerate() {
            let asked: Vec<(&str, &str)> = asked.iter().map(|a| (a.id.as_str(), a.title.as_str())).collect();
            let name = format!("{} question, {} help hit@5", ["fr", "en"][asking], lang.code());
            let value = hit5(lang, Lang::ALL[asking], &texts, &asked)?;
            let reach = reach[asking][corpus];
            rows.push(if reach > 0.0 { Row::more(&name, value, reach) } else { Row::note(&name, value) });
        }
    }
    for (name, model) in models.map(embed::all).unwrap_or_default() {
        let model = model.with_context(|| name)?;
        let near = |lang, texts: &[(&str, &str)], asked: &[(&str, &str)]| near5(&*model, lang, texts, asked);
        let [alone, both] = near(Lang::Fr, &texts, &asked)?;
        rows.push(Row::note(&format!("CNIL fr hit@5, {name} alone"), alone));
        rows.push(Row::more(&format!("CNIL fr hit@5, words and {name}"), both, 0.87));
        for (corpus, lang) in [Lang::Fr, Lang::En].into_iter().enumerate() {
            let texts: Vec<(&str, &str)> =
                help[corpus].iter().map(|a| (a.id.as_str(), a.body.as_str())).collect();
            for (asking, asked) in help.iter().enumerate() {
                let asked: Vec<(&str, &str)> =
                    asked.iter().map(|a| (a.id.as_str(), a.title.as_str())).collect();
                let [alone, both] = near(lang, &texts, &asked)?;
                let to = format!("{} question, {} help hit@5", ["fr", "en"][asking], lang.code());
                rows.push(Row::more(&format!("{to}, {name} alone"), alone, reach[asking][corpus]));
                rows.push(Row::note(&format!("{to}, words and {name}"), both));
            }
        }
        let times: Vec<f64> = asked.iter().map(|(_, q)| milliseconds(&*model, q)).collect();
        rows.push(Row::less(&format!("{name}: ms a question p50"), measure::quantile(&times, 0.5), 30.0));
        rows.push(Row::less(&format!("{name}: ms a question p95"), measure::quantile(&times, 0.95), 30.0));
    }
    Ok(rows)
}

fn read<T: for<'a> Deserialize<'a>>(path: &Path) -> anyhow::Result<Vec<T>> {
    data::lines(path)?.iter().map(|l| Ok(serde_json::from_str(l)?)).collect()
}

/// The part of questions whose own text stands among the first five; the question itself is not indexed.
fn hit5(lang: Lang, from: Lang, texts: &[(&str, &str)], asked: &[(&str, &str)]) -> anyhow::Result<f64> {
    let passage = |(id, body): &(&str, &str)| Passage {
        page: id.to_string(),
        title: String::new(),
        heading: String::new(),
        anchor: String::new(),
        text: body.to_string(),
    };
    let passages: Vec<Passage> = texts.iter().map(passage).collect();
    let index = Passages::open(&Bundle::from_bytes(&retrieve::build(lang, &passages)?)?)?;
    let found = asked.iter().filter(|(id, question)| {
        let found = if from == lang { index.find(question, 5) } else { index.find_foreign(question, 5) };
        found.iter().any(|f| texts[f.place].0 == *id)
    });
    Ok(found.count() as f64 / asked.len().max(1) as f64)
}

fn milliseconds(model: &dyn Embedder, text: &str) -> f64 {
    let start = Instant::now();
    let _ = std::hint::black_box(model.embed(Side::Query, &[text]));
    start.elapsed().as_secs_f64() * 1e3
}

/// The same by a model alone, and by the model and the words.
fn near5(
    model: &dyn Embedder,
    lang: Lang,
    texts: &[(&str, &str)],
    asked: &[(&str, &str)],
) -> anyhow::Result<[f64; 2]> {
    let documents = texts.iter().enumerate().map(|(i, (_, body))| Document {
        id: i as i64,
        title: "",
        body,
        brand: "",
        attributes: "",
    });
    let engine = Engine::open(&Bundle::from_bytes(&search::build(lang, documents)?)?)?;
    let bodies: Vec<&str> = texts.iter().map(|t| t.1).collect();
    let vectors = model.embed(Side::Document, &bodies)?;
    let mut found = [0usize; 2];
    for (id, question) in asked {
        let asked = model.embed(Side::Query, &[question])?.concat();
        let mut scores: Vec<f32> = vectors.iter().map(|v| nearness(&asked, v)).collect();
        let is_found = |scores: &[f32]| {
            let mut order: Vec<usize> = (0..scores.len()).collect();
            order.sort_by(|a, b| scores[*b].total_cmp(&scores[*a]));
            order.iter().take(5).any(|i| texts[*i].0 == *id)
        };
        found[0] += usize::from(is_found(&scores));
        scale(&mut scores);
        let mut words = vec![0f32; texts.len()];
        engine.search(question).iter().for_each(|hit| words[hit.id as usize] = hit.score);
        scale(&mut words);
        scores.iter_mut().zip(&words).for_each(|(s, w)| *s += w);
        found[1] += usize::from(is_found(&scores));
    }
    Ok(found.map(|f| f as f64 / asked.len().max(1) as f64))
}

/// From 0 to 1.
fn scale(scores: &mut [f32]) {
    let least = scores.iter().copied().fold(f32::MAX, f32::min);
    let most = scores.iter().copied().fold(f32::MIN, f32::max);
    scores.iter_mut().for_each(|s| *s = (*s - least) / (most - least).max(1e-6));
}
