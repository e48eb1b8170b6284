//! The assistant: finding the passage that answers a question, in the same language and in the other.

use std::path::Path;

use kit::Lang;
use serde::Deserialize;

use super::{Row, data};
use crate::bundle::Bundle;
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

pub fn run(folder: &Path) -> anyhow::Result<Vec<Row>> {
    let folder = folder.join("assistant");
    let mut rows = Vec::new();
    let faq: Vec<Answer> = read(&folder.join("cnil-faq-fr.jsonl"))?;
    let texts: Vec<(&str, &str)> = faq.iter().map(|a| (a.id.as_str(), a.answer.as_str())).collect();
    let asked: Vec<(&str, &str)> = faq.iter().map(|a| (a.id.as_str(), a.question.as_str())).collect();
    rows.push(Row::more("CNIL fr hit@5", hit5(Lang::Fr, &texts, &asked)?, 0.80));
    let help: Vec<Vec<Article>> =
        ["help-fr.jsonl", "help-en.jsonl"].iter().map(|f| read(&folder.join(f))).collect::<Result<_, _>>()?;
    let reach = [[0.0, 0.68], [0.68, 0.0]];
    for (corpus, lang) in [Lang::Fr, Lang::En].into_iter().enumerate() {
        let texts: Vec<(&str, &str)> =
            help[corpus].iter().map(|a| (a.id.as_str(), a.body.as_str())).collect();
        for (asking, asked) in help.iter().enumerate() {
            let asked: Vec<(&str, &str)> = asked.iter().map(|a| (a.id.as_str(), a.title.as_str())).collect();
            let name = format!("{} question, {} help hit@5", ["fr", "en"][asking], lang.code());
            let value = hit5(lang, &texts, &asked)?;
            let reach = reach[asking][corpus];
            rows.push(if reach > 0.0 { Row::more(&name, value, reach) } else { Row::note(&name, value) });
        }
    }
    Ok(rows)
}

fn read<T: for<'a> Deserialize<'a>>(path: &Path) -> anyhow::Result<Vec<T>> {
    data::lines(path)?.iter().map(|l| Ok(serde_json::from_str(l)?)).collect()
}

/// The part of questions whose own text stands among the first five; the question itself is not indexed.
fn hit5(lang: Lang, texts: &[(&str, &str)], asked: &[(&str, &str)]) -> anyhow::Result<f64> {
    let document = |(i, (_, body)): (usize, &(&'_ str, &'_ str))| (i as i64, body.to_string());
    let bodies: Vec<(i64, String)> = texts.iter().enumerate().map(document).collect();
    let documents =
        bodies.iter().map(|(id, body)| Document { id: *id, title: "", body, brand: "", attributes: "" });
    let engine = Engine::open(&Bundle::from_bytes(&search::build(lang, documents)?)?)?;
    let found = asked.iter().filter(|(id, question)| {
        engine.search(question).iter().take(5).any(|hit| texts[hit.id as usize].0 == *id)
    });
    Ok(found.count() as f64 / asked.len().max(1) as f64)
}
