//! A question about one product: the fact it asks for, a sentence of its text, or what it is.

use std::collections::HashSet;

use discovery::filter::{Filter, Sort};
use discovery::search;
use kit::{Lang, tr};
use ml::answer::excerpt::sentences;
use ml::answer::fact::{self, Said};
use ml::answer::question::{About, Question};
use ml::answer::sheet::{Meant, Sheet, recognise, searches};
use ml::answer::words::{Reader, Word};
use platform::App;

use crate::goods::{self, Goods};
use crate::model::{Answer, Context, Kind};
use crate::store::goods as store;

/// Products looked at for each search.
const LOOKED_AT: usize = 12;
/// How sure a fact of a sheet, a sentence of its text and a sheet as a whole make us.
const FACT: f32 = 0.95;
const SENTENCE: f32 = 0.6;
const SHEET: f32 = 0.8;
/// Words of its text that must answer, when no fact does.
const TOLD: f32 = 0.99;

/// An answer about one product, and how it was found.
pub struct Thing {
    pub answer: Answer,
    said: Told,
}

#[derive(PartialEq, Eq)]
enum Told {
    Fact,
    Sentence,
    Sheet,
    Nothing,
}

impl Thing {
    /// Whether it is a fact that was asked for.
    pub fn is_fact(&self) -> bool {
        self.said == Told::Fact
    }

    /// Whether it answers rather than something else would: a page of the shop, a list of products.
    pub fn is_about(&self, q: &Question) -> bool {
        match self.said {
            Told::Fact => true,
            Told::Sentence => q.about != About::House && !q.wishes,
            Told::Sheet => q.about != About::House && !q.wishes,
            Told::Nothing => false,
        }
    }
}

/// Products that a text may name, best hits first.
pub async fn candidates(app: &App, lang: Lang, text: &str) -> anyhow::Result<Vec<Goods>> {
    let mut reader = Reader::default();
    let texts = searches(&mut reader, lang, text);
    let codes: Vec<String> = text
        .split(|c: char| c.is_whitespace() || matches!(c, '?' | '!' | ',' | ';' | ':' | '(' | ')' | '"'))
        .filter(|w| w.len() >= 4 && w.bytes().any(|b| b.is_ascii_digit()))
        .map(|w| w.trim_end_matches('.').to_string())
        .collect();
    let mut ids: Vec<i64> = Vec::new();
    if !codes.is_empty() {
        ids = store::list_by_codes(&app.db, &codes).await?;
    }
    let mut seen: HashSet<i64> = ids.iter().copied().collect();
    for text in texts {
        let query = search::Query::new(lang, &text, Filter::default(), Sort::Relevance);
        let hits = search::find(app, &query).await?;
        ids.extend(hits.ids.into_iter().take(LOOKED_AT).filter(|id| seen.insert(*id)));
    }
    Ok(goods::list(app, lang, &ids).await?)
}

/// The product that a text names, if it names one alone.
pub async fn named(app: &App, lang: Lang, text: &str) -> anyhow::Result<Option<Goods>> {
    let mut all = candidates(app, lang, text).await?;
    let sheets: Vec<Sheet> = all.iter().map(|g| g.sheet.clone()).collect();
    let (_, meant) = recognise(&mut Reader::default(), lang, text, &sheets);
    Ok(meant.first().map(|m| all.swap_remove(m.sheet)))
}

/// What the shop knows of the product a question means; `None` when it means none.
pub async fn answer(app: &App, lang: Lang, q: &Question) -> anyhow::Result<Option<Thing>> {
    let mut all = candidates(app, lang, &q.text).await?;
    let sheets: Vec<Sheet> = all.iter().map(|g| g.sheet.clone()).collect();
    let mut reader = Reader::default();
    let (words, meant) = recognise(&mut reader, lang, &q.text, &sheets);
    let Some(best) = meant.first().filter(|m| m.sure).copied() else { return Ok(None) };
    let goods = all.swap_remove(best.sheet);
    Ok(Some(of(&mut reader, lang, q, &words, &best, goods)))
}

/// A question that adds to the one before: the same product's other property, or the same property of another choice.
pub async fn follow(
    app: &App,
    lang: Lang,
    q: &Question,
    context: &Context,
) -> anyhow::Result<Option<Answer>> {
    if context.products.is_empty() {
        return Ok(None);
    }
    let all = goods::list(app, lang, &context.products).await?;
    let mut reader = Reader::default();
    let words = reader.words(lang, &q.text);
    // Named by what was asked before, so no word of this question is its name.
    let nowhere =
        Meant { sheet: 0, code: false, sure: true, words: 0, cover: 0.0, said: 0.0, from: 0, to: 0 };
    for goods in all {
        let said = fact::find(&mut reader, lang, &words, &nowhere, &goods.sheet);
        if let Said::Facts(places) = said {
            return Ok(Some(told(lang, q, goods, &places)));
        }
        if let Some(place) = option(&mut reader, lang, &words, &goods) {
            return Ok(Some(told(lang, q, goods, &[place])));
        }
    }
    Ok(None)
}

/// The fact whose values hold all the telling words: "and in black?" asks for the colours.
fn option(reader: &mut Reader, lang: Lang, words: &[Word], goods: &Goods) -> Option<usize> {
    let telling: Vec<&Word> = words.iter().filter(|w| !w.neutral && w.text != "plutot").collect();
    if telling.is_empty() {
        return None;
    }
    goods.sheet.facts.iter().enumerate().skip(goods.live).find_map(|(i, f)| {
        let values = reader.words(lang, &f.value);
        telling.iter().all(|t| values.iter().any(|v| v.is(t))).then_some(i)
    })
}

fn of(reader: &mut Reader, lang: Lang, q: &Question, words: &[Word], meant: &Meant, goods: Goods) -> Thing {
    match fact::find(reader, lang, words, meant, &goods.sheet) {
        Said::Facts(places) => Thing { answer: told(lang, q, goods, &places), said: Told::Fact },
        Said::Nothing => Thing { answer: whole(lang, q, goods), said: Told::Sheet },
        Said::Unknown { asked, near } => {
            let outside = words.iter().enumerate().filter(|(i, _)| *i < meant.from || *i >= meant.to);
            let telling: Vec<&Word> =
                outside.map(|(_, w)| w).filter(|w| !w.neutral && w.text.chars().count() > 1).collect();
            match sentence(reader, lang, &telling, &goods) {
                Some(text) => Thing { answer: quoted(lang, q, goods, text), said: Told::Sentence },
                None => Thing { answer: untold(lang, q, goods, &asked, &near), said: Told::Nothing },
            }
        }
    }
}

/// The facts that were asked for.
fn told(lang: Lang, q: &Question, goods: Goods, places: &[usize]) -> Answer {
    let url = goods.url(lang);
    let title = goods.card.title.clone();
    let facts = &goods.sheet.facts;
    let mut answer = Answer::new(Kind::Answer, lang, &q.text).sure(FACT).source(&title, &url);
    let mut values: Vec<String> = places.iter().map(|i| facts[*i].value.clone()).collect();
    values.dedup();
    let label = facts[places[0]].label.clone();
    answer = answer.says(tr!(
        lang,
        "assistant.fact.told",
        title = title,
        label = label,
        value = values.join(" ; ")
    ));
    // Who asks for the price of what is sold out wants to know that too.
    let priced = places[0] == 0 && goods.card.available <= 0;
    if priced || places.iter().all(|i| *i >= goods.live) {
        answer = answer.says(goods.line(lang));
    }
    answer.context = Context { products: vec![goods.card.id], subject: title, property: label };
    with(lang, answer, goods)
}

/// A sentence of its text that has all the words asked for.
fn sentence(reader: &mut Reader, lang: Lang, telling: &[&Word], goods: &Goods) -> Option<String> {
    if telling.is_empty() {
        return None;
    }
    let told = goods.sheet.facts.iter().skip(goods.live).map(|f| format!("{} : {}", f.label, f.value));
    told.chain(sentences(&goods.sheet.text)).find(|sentence| {
        let words = reader.words(lang, sentence);
        let said = telling.iter().filter(|t| words.iter().any(|w| w.is(t))).count();
        said as f32 >= telling.len() as f32 * TOLD
    })
}

fn quoted(lang: Lang, q: &Question, goods: Goods, text: String) -> Answer {
    let url = goods.url(lang);
    let title = goods.card.title.clone();
    let mut answer = Answer::new(Kind::Answer, lang, &q.text)
        .sure(SENTENCE)
        .says(tr!(lang, "assistant.fact.quoted", title = title, text = text))
        .says(goods.line(lang))
        .source(&title, url);
    answer.context = Context { products: vec![goods.card.id], subject: title, property: String::new() };
    with(lang, answer, goods)
}

/// The product, because it was only named.
fn whole(lang: Lang, q: &Question, goods: Goods) -> Answer {
    let url = goods.url(lang);
    let title = goods.card.title.clone();
    let first = sentences(&goods.sheet.text).into_iter().next().unwrap_or_default();
    let mut answer =
        Answer::new(Kind::Answer, lang, &q.text).sure(SHEET).says(goods.line(lang)).source(&title, url);
    if !first.is_empty() {
        answer = answer.says(first);
    }
    let facts = goods.sheet.facts.iter().skip(goods.live).take(5);
    answer.points =
        facts.map(|f| tr!(lang, "assistant.fact.pair", label = f.label, value = f.value).into()).collect();
    answer.context = Context { products: vec![goods.card.id], subject: title, property: String::new() };
    with(lang, answer, goods)
}

/// The sheet does not say.
fn untold(lang: Lang, q: &Question, goods: Goods, asked: &str, near: &[usize]) -> Answer {
    let url = goods.url(lang);
    let title = goods.card.title.clone();
    let mut answer = Answer::new(Kind::Refusal, lang, &q.text)
        .sure(SHEET)
        .says(tr!(lang, "assistant.refusal.untold", title = title, asked = as_written(&q.text, asked)))
        .source(&title, url);
    for i in near {
        let f = &goods.sheet.facts[*i];
        answer.points.push(tr!(lang, "assistant.fact.pair", label = f.label, value = f.value).into());
    }
    if !answer.points.is_empty() {
        answer = answer.says(tr!(lang, "assistant.refusal.near"));
    }
    answer.context = Context { products: vec![goods.card.id], subject: title, property: String::new() };
    answer.goods = vec![goods];
    answer
}

/// The words of a question as they were typed, with their accents.
fn as_written(question: &str, folded: &str) -> String {
    let wanted: Vec<&str> = folded.split(' ').collect();
    let words = question
        .split(|c: char| c.is_whitespace() || matches!(c, '\'' | '’' | '-' | '?' | '!' | ',' | '.' | ':'));
    let typed: Vec<&str> = words.filter(|w| wanted.contains(&kit::text::fold(w).as_str())).collect();
    if typed.is_empty() { folded.to_string() } else { typed.join(" ") }
}

/// The product beside its answer, and everything that may be said of it.
fn with(lang: Lang, mut answer: Answer, goods: Goods) -> Answer {
    answer.facts = sheet_lines(lang, &goods);
    answer.goods = vec![goods];
    answer
}

/// A sheet as lines for a model to write from.
pub fn sheet_lines(lang: Lang, goods: &Goods) -> Vec<String> {
    let mut out = vec![goods.line(lang)];
    out.extend(goods.sheet.facts.iter().map(|f| format!("{} — {} : {}", goods.card.title, f.label, f.value)));
    out.extend(sentences(&goods.sheet.text).into_iter().map(|s| format!("{} — {s}", goods.card.title)));
    out
}
