//! Products side by side.

use kit::{Lang, tr};
use ml::answer::question::Question;
use platform::App;

use super::{fact, find};
use crate::goods::Goods;
use crate::model::{Answer, Context, Kind, Link, Table};

/// Products compared at most, and properties shown.
const MOST: usize = 4;
const ROWS: usize = 12;

/// A table of the products named; of the best of a kind when one kind was named. `None` when fewer than two are found.
pub async fn answer(app: &App, lang: Lang, q: &Question) -> anyhow::Result<Option<Answer>> {
    let mut all: Vec<Goods> = Vec::new();
    if let [kind] = q.compared.as_slice() {
        let wanted = find::Wanted::plain(kind);
        all = find::fitting(app, lang, &wanted).await?.into_iter().map(|f| f.goods).take(3).collect();
    } else {
        for part in q.compared.iter().take(MOST) {
            if let Some(goods) = fact::named(app, lang, part).await?
                && all.iter().all(|g| g.card.id != goods.card.id)
            {
                all.push(goods);
            }
        }
    }
    if all.len() < 2 {
        return Ok(None);
    }
    let names: Vec<&str> = all.iter().map(|g| g.card.title.as_str()).collect();
    let mut answer = Answer::new(Kind::Comparison, lang, &q.text).sure(0.9).says(tr!(
        lang,
        "assistant.compare.intro",
        names = names.join(" · ")
    ));
    for goods in &all {
        answer = answer.source(&goods.card.title, goods.url(lang));
        answer.facts.extend(fact::sheet_lines(lang, goods));
    }
    answer.table = Some(table(lang, &all));
    answer.context = Context { products: all.iter().map(|g| g.card.id).collect(), ..Context::default() };
    answer.goods = all;
    Ok(Some(answer))
}

/// What all of them tell first, then what most do.
fn table(lang: Lang, all: &[Goods]) -> Table {
    let mut labels: Vec<(String, usize)> = Vec::new();
    for fact in all.iter().flat_map(|g| &g.sheet.facts) {
        match labels.iter_mut().find(|(l, _)| *l == fact.label) {
            Some((_, n)) => *n += 1,
            None => labels.push((fact.label.clone(), 1)),
        }
    }
    // The order of the sheets stays among labels told as often.
    labels.sort_by_key(|(_, n)| std::cmp::Reverse(*n));
    let value = |goods: &Goods, label: &str| {
        let fact = goods.sheet.facts.iter().find(|f| f.label == label);
        fact.map_or_else(|| "–".to_string(), |f| f.value.clone())
    };
    let heads = all.iter().map(|g| Link { title: g.card.title.clone(), url: g.url(lang) }).collect();
    let rows = labels.into_iter().take(ROWS);
    Table {
        heads,
        rows: rows.map(|(l, _)| (l.clone(), all.iter().map(|g| value(g, &l)).collect())).collect(),
    }
}
