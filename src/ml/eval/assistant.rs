//! The assistant: finding the passage that answers a question, in the same language and in the other.

use std::path::Path;

use kit::Lang;
use serde::Deserialize;

use super::{Row, data};
use crate::answer::passage::Passage;
use crate::answer::retrieve::{self, Passages};
use crate::bundle::Bundle;

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
