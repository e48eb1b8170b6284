//! Recommendations: the next thing people take, and the next basket.

use std::collections::HashSet;
use std::path::Path;

use super::{Row, data, measure};
use crate::bundle::{Bundle, Writer};
use crate::recommend::{Neighbours, Params, Taken, again, best, learn};

pub fn run(folder: &Path) -> anyhow::Result<Vec<Row>> {
    let folder = folder.join("recommend");
    let mut rows = Vec::new();
    for (name, recall, ndcg) in
        [("Beauty", 0.082, 0.051), ("Sports_and_Outdoors", 0.0, 0.0), ("Toys_and_Games", 0.0, 0.0)]
    {
        let histories = sequences(&folder.join(format!("amazon-{name}.txt.gz")))?;
        for (what, params, half) in [("plain kNN", PLAIN, 1.0), ("", Params::default(), NEXT)] {
            let (r, n) = next_item(&histories, params, half)?;
            if what.is_empty() && recall > 0.0 {
                rows.push(Row::more(&format!("{name} Recall@10"), r, recall));
                rows.push(Row::more(&format!("{name} nDCG@10"), n, ndcg));
            } else {
                rows.push(Row::note(&format!("{name} {what} Recall@10"), r));
                rows.push(Row::note(&format!("{name} {what} nDCG@10"), n));
            }
        }
    }
    baskets(&folder, &mut rows)?;
    Ok(rows)
}

/// Item-item cosine with shrinkage, as measured before.
const PLAIN: Params = Params { shrink: 10.0, half: 1e9, back: 1.0, busy: 0.0, popular: 0.5, kept: 200 };
/// Half-life of a history in steps.
const NEXT: f32 = 1.0;

fn sequences(path: &Path) -> anyhow::Result<Vec<Vec<u32>>> {
    let line = |l: &String| l.split(' ').skip(1).filter_map(|i| i.parse().ok()).collect();
    Ok(data::lines(path)?.iter().map(line).collect())
}

fn neighbours(histories: &[Vec<Taken>], items: usize, params: Params) -> anyhow::Result<Neighbours> {
    let mut out = Writer::default();
    learn(histories, items, params, &mut out);
    Ok(Neighbours::open(&Bundle::from_bytes(&out.finish())?)?)
}

/// The last item is to be found from those before; Recall@10 and nDCG@10.
fn next_item(histories: &[Vec<u32>], params: Params, half: f32) -> anyhow::Result<(f64, f64)> {
    let items = histories.iter().flatten().max().map_or(0, |m| *m as usize + 1);
    let known = |h: &Vec<u32>| -> Vec<Taken> {
        let before = &h[..h.len().saturating_sub(1)];
        before.iter().enumerate().map(|(i, item)| Taken { item: *item, step: i as u32 }).collect()
    };
    let known: Vec<Vec<Taken>> = histories.iter().map(known).collect();
    let near = neighbours(&known, items, params)?;
    let (mut recall, mut ndcg) = (Vec::new(), Vec::new());
    for (history, known) in histories.iter().zip(&known).filter(|(h, _)| h.len() > 1) {
        let had: HashSet<u32> = known.iter().map(|t| t.item).collect();
        let list = best(&near.called_for(known, half), 10, |i| had.contains(&i));
        let place = history.last().and_then(|last| list.iter().position(|i| i == last));
        recall.push(if place.is_some() { 1.0 } else { 0.0 });
        ndcg.push(place.map_or(0.0, |p| 1.0 / (p as f64 + 2.0).log2()));
    }
    Ok((measure::mean(&recall), measure::mean(&ndcg)))
}

type Baskets = std::collections::BTreeMap<String, Vec<Vec<i64>>>;

fn baskets(folder: &Path, rows: &mut Vec<Row>) -> anyhow::Result<()> {
    let read = |name: &str| -> anyhow::Result<Baskets> {
        Ok(serde_json::from_reader(data::open(&folder.join(name))?)?)
    };
    let (history, future) = (read("tafeng_history.json.gz")?, read("tafeng_future.json.gz")?);
    let real = |baskets: &Vec<Vec<i64>>| -> Vec<Vec<u32>> {
        let basket = |b: &Vec<i64>| b.iter().filter(|i| **i >= 0).map(|i| *i as u32).collect::<Vec<_>>();
        baskets.iter().map(basket).filter(|b: &Vec<u32>| !b.is_empty()).collect()
    };
    let people: Vec<(Vec<Vec<u32>>, Vec<u32>)> =
        history.iter().filter_map(|(k, h)| Some((real(h), real(future.get(k)?).concat()))).collect();
    let items =
        people.iter().flat_map(|(h, f)| h.iter().flatten().chain(f)).max().map_or(0, |m| *m as usize + 1);
    let taken: Vec<Vec<Taken>> = people
        .iter()
        .map(|(h, _)| {
            h.iter()
                .enumerate()
                .flat_map(|(s, b)| b.iter().map(move |i| Taken { item: *i, step: s as u32 }))
                .collect()
        })
        .collect();
    let near = neighbours(&taken, items, BASKETS)?;
    let mut popular = vec![0f32; items];
    for (history, _) in &people {
        for (age, basket) in history.iter().rev().enumerate() {
            basket.iter().for_each(|i| popular[*i as usize] += 0.5f32.powf(age as f32 / POPULAR_HALF));
        }
    }
    let most = popular.iter().copied().fold(1e-6, f32::max);
    let (mut recall, mut ndcg) = (Vec::new(), Vec::new());
    for ((_, truth), taken) in people.iter().zip(&taken) {
        let truth: HashSet<u32> = truth.iter().copied().collect();
        if truth.is_empty() {
            continue;
        }
        let mut scores = again(taken, items, AGAIN_HALF);
        let called = near.called_for(taken, CALLED_HALF);
        for (i, score) in scores.iter_mut().enumerate() {
            *score += CALLED * called[i] + POPULAR * popular[i] / most;
        }
        let list = best(&scores, 20, |_| false);
        let hits = list.iter().filter(|i| truth.contains(i)).count() as f64;
        recall.push(hits / truth.len().min(20) as f64);
        let discount = |i: usize| 1.0 / (i as f64 + 2.0).log2();
        let dcg: f64 =
            list.iter().enumerate().filter(|(_, i)| truth.contains(i)).map(|(p, _)| discount(p)).sum();
        ndcg.push(dcg / (0..truth.len().min(20)).map(discount).sum::<f64>());
    }
    rows.push(Row::more("tafeng Recall@20", measure::mean(&recall), 0.195));
    rows.push(Row::more("tafeng nDCG@20", measure::mean(&ndcg), 0.142));
    Ok(())
}

/// Within baskets and between them every pair counts the same.
const BASKETS: Params = Params { shrink: 10.0, half: 1000.0, back: 1.0, busy: 0.0, popular: 0.5, kept: 300 };
const AGAIN_HALF: f32 = 100.0;
const CALLED_HALF: f32 = 10.0;
/// Weights beside what is bought again; what everybody bought last counts most.
const CALLED: f32 = 0.1;
const POPULAR: f32 = 1.5;
const POPULAR_HALF: f32 = 1.0;
