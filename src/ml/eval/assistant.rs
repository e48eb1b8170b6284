//! The assistant: finding the passage that answers a question, in the same language and in the other.

use std::path::Path;
use std::time::Instant;

use kit::Lang;
use serde::Deserialize;

use super::{Row, data, measure};
use crate::answer::passage::Passage;
use crate::answer::retrieve::{self, Passages, Sentences, sentences};
use crate::bundle::Bundle;
use crate::embed::{self, Embedder, Purpose, Side};
use crate::vectors::Vectors;

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

/// Questions, each with the text that answers it, in one language or two.
struct Task {
    name: String,
    /// Of the texts, and of the questions.
    lang: Lang,
    from: Lang,
    texts: Vec<(String, String)>,
    asked: Vec<(String, String)>,
    reach: Option<[f64; 2]>,
}

impl Task {
    fn row(&self, how: &str, value: f64, reach: Option<f64>) -> Row {
        let name = format!("{} hit@5{how}", self.name);
        reach.map_or_else(|| Row::note(&name, value), |r| Row::more(&name, value, r))
    }
}

pub fn run(folder: &Path, models: Option<&Path>) -> anyhow::Result<Vec<Row>> {
    let tasks = tasks(&folder.join("assistant"))?;
    let mut rows = Vec::new();
    for task in &tasks {
        rows.push(task.row("", found(task, &index(task)?, 5), task.reach.map(|r| r[0])));
    }
    let models = models.map(embed::usable).unwrap_or_default();
    for task in &tasks {
        for model in &models {
            let (bytes, _) = sentences::build(&**model, &passages(task), None)?;
            let file = Bundle::from_bytes(&bytes)?;
            let (name, alone) = (&model.model().id, alone(&**model, &Vectors::open(&file)?, task)?);
            rows.push(task.row(&format!(", {name} alone"), alone, None));
            let sentences = Sentences::new(model.clone(), Vectors::open(&file)?);
            let both = found(task, &index(task)?.with_sentences(sentences), 5);
            let best = Purpose::Passages.best(&models).is_some_and(|b| b.model() == model.model());
            let reach = task.reach.filter(|_| best).map(|r| r[1]);
            rows.push(task.row(&format!(", words and {name}"), both, reach));
        }
    }
    for model in &models {
        let asked = tasks.iter().flat_map(|t| &t.asked).map(|(_, q)| milliseconds(&**model, q));
        let times: Vec<f64> = asked.collect();
        let name = &model.model().id;
        rows.push(Row::less(&format!("{name}: ms a question p50"), measure::quantile(&times, 0.5), 30.0));
        rows.push(Row::less(&format!("{name}: ms a question p95"), measure::quantile(&times, 0.95), 30.0));
    }
    Ok(rows)
}

fn tasks(folder: &Path) -> anyhow::Result<Vec<Task>> {
    let faq: Vec<Answer> = read(&folder.join("cnil-faq-fr.jsonl"))?;
    let mut out = vec![Task {
        name: "CNIL fr".into(),
        lang: Lang::Fr,
        from: Lang::Fr,
        texts: faq.iter().map(|a| (a.id.clone(), a.answer.clone())).collect(),
        asked: faq.into_iter().map(|a| (a.id, a.question)).collect(),
        reach: Some([0.80, 0.87]),
    }];
    let help: Vec<Vec<Article>> =
        ["help-fr.jsonl", "help-en.jsonl"].iter().map(|f| read(&folder.join(f))).collect::<Result<_, _>>()?;
    for (corpus, lang) in [Lang::Fr, Lang::En].into_iter().enumerate() {
        for (asking, from) in [Lang::Fr, Lang::En].into_iter().enumerate() {
            out.push(Task {
                name: format!("{} question, {} help", from.code(), lang.code()),
                lang,
                from,
                texts: help[corpus].iter().map(|a| (a.id.clone(), a.body.clone())).collect(),
                asked: help[asking].iter().map(|a| (a.id.clone(), a.title.clone())).collect(),
                reach: (lang != from).then_some([0.68, 0.68]),
            });
        }
    }
    Ok(out)
}

fn read<T: for<'a> Deserialize<'a>>(path: &Path) -> anyhow::Result<Vec<T>> {
    data::lines(path)?.iter().map(|l| Ok(serde_json::from_str(l)?)).collect()
}

/// The texts as passages; the question itself is not indexed.
fn passages(task: &Task) -> Vec<Passage> {
    let passage = |(id, body): &(String, String)| Passage {
        page: id.clone(),
        title: String::new(),
        heading: String::new(),
        anchor: String::new(),
        text: body.clone(),
        help: true,
    };
    task.texts.iter().map(passage).collect()
}

fn index(task: &Task) -> anyhow::Result<Passages> {
    Ok(Passages::open(&Bundle::from_bytes(&retrieve::build(task.lang, &passages(task))?)?)?)
}

/// The part of questions whose own text stands among the first `k`.
fn found(task: &Task, index: &Passages, k: usize) -> f64 {
    let found = task.asked.iter().filter(|(id, question)| {
        let found =
            if task.from == task.lang { index.find(question, k) } else { index.find_foreign(question, k) };
        found.iter().any(|f| task.texts[f.place].0 == *id)
    });
    found.count() as f64 / task.asked.len().max(1) as f64
}

/// The same by a model alone.
fn alone(model: &dyn Embedder, vectors: &Vectors, task: &Task) -> anyhow::Result<f64> {
    let mut hits = 0usize;
    for (id, question) in &task.asked {
        let asked = vectors.asked(&model.embed(Side::Query, &[question])?.concat());
        hits += usize::from(
            vectors.nearest(&asked, 5).iter().any(|(place, _)| task.texts[*place as usize].0 == *id),
        );
    }
    Ok(hits as f64 / task.asked.len().max(1) as f64)
}

fn milliseconds(model: &dyn Embedder, text: &str) -> f64 {
    let start = Instant::now();
    let _ = std::hint::black_box(model.embed(Side::Query, &[text]));
    start.elapsed().as_secs_f64() * 1e3
}
