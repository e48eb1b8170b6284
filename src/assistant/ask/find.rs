//! Products that fit a description, a budget, and what must not be.

use discovery::filter::{Filter, Sort};
use discovery::search::{self, Suggestion};
use kit::{Lang, Money, tr, urls};
use ml::answer::question::Question;
use ml::answer::wish::{self, Fit, Says};
use ml::answer::words::Reader;
use platform::App;

use super::fact::sheet_lines;
use crate::goods::{self, Goods};
use crate::model::{Answer, Context, Kind};

/// Products looked at closely, and shown.
const LOOKED_AT: usize = 40;
const SHOWN: usize = 4;
/// Part of the words wanted below which nothing fits.
const ENOUGH: f32 = 0.99;
const SOME: f32 = 0.5;

/// What is looked for.
#[derive(Debug, Clone, Default)]
pub struct Wanted {
    question: String,
    words: String,
    min: Option<Money>,
    max: Option<Money>,
    cheapest: bool,
    /// Said to be looked for, and not only named.
    wished: bool,
}

impl Wanted {
    pub fn plain(words: &str) -> Wanted {
        Wanted { words: words.to_string(), question: words.to_string(), wished: true, ..Wanted::default() }
    }
}

/// A question's description; one that adds to the question before keeps its subject.
pub fn wanted(q: &Question, context: &Context) -> Wanted {
    let words = if q.follows && !context.subject.is_empty() {
        format!("{} {}", context.subject, q.rest)
    } else {
        q.rest.clone()
    };
    Wanted {
        question: q.text.clone(),
        words,
        min: q.min,
        max: q.max,
        cheapest: q.cheapest,
        wished: q.wishes || q.follows,
    }
}

/// A product and how it fits.
pub struct Fitting {
    pub goods: Goods,
    pub fit: Fit,
}

/// Products that have all that is wanted and nothing that must not be, the surest first. Falls back to those that have
/// most of it.
pub async fn fitting(app: &App, lang: Lang, wanted: &Wanted) -> anyhow::Result<Vec<Fitting>> {
    let mut reader = Reader::default();
    let mut described = wish::read(&mut reader, lang, &wanted.words);
    if described.wanted.is_empty() {
        return Ok(Vec::new());
    }
    let words: Vec<&str> = described.wanted.iter().map(|w| w.text.as_str()).collect();
    let filter = Filter { min: wanted.min, max: wanted.max, ..Filter::default() };
    let query = search::Query::new(lang, &words.join(" "), filter, Sort::Relevance);
    let hits = search::find(app, &query).await?;
    if let Suggestion::Corrected(words) = &hits.suggestion {
        described.wanted = wish::read(&mut reader, lang, words).wanted;
    }
    let ids: Vec<i64> = hits.ids.into_iter().take(LOOKED_AT).collect();
    let all = goods::list(app, lang, &ids).await?;
    let in_budget = |g: &Goods| {
        let price = g.card.price.now;
        wanted.max.is_none_or(|max| price <= max) && wanted.min.is_none_or(|min| price >= min)
    };
    let mut out: Vec<Fitting> = Vec::new();
    for goods in all.into_iter().filter(in_budget) {
        let fit = wish::fit(&mut reader, lang, &described, &goods.sheet);
        if fit.kind && fit.has >= SOME && !fit.is_against() {
            out.push(Fitting { goods, fit });
        }
    }
    // Without one of the kind nothing fits, whatever its text mentions.
    let best = out.iter().map(|f| f.fit.has).fold(0.0, f32::max);
    out.retain(|f| f.fit.has >= best - 0.01);
    // Stable: of what fits alike the search's order stays.
    out.sort_by_key(|f| (f.goods.card.available <= 0, !f.fit.is_promised()));
    if wanted.cheapest {
        out.sort_by_key(|f| (f.goods.card.available <= 0, f.goods.card.price.now));
    }
    Ok(out)
}

/// A list of products; `None` when nothing fits and nothing was said to be looked for.
pub async fn answer(app: &App, lang: Lang, wanted: &Wanted) -> anyhow::Result<Option<Answer>> {
    let all = fitting(app, lang, wanted).await?;
    let has = all.first().map_or(0.0, |f| f.fit.has);
    if all.is_empty() || (has < ENOUGH && !wanted.wished) {
        return Ok(wanted.wished.then(|| nothing(lang, wanted)).filter(|_| wanted.max.is_some()));
    }
    let promised = all.first().is_some_and(|f| !f.fit.without.is_empty() && f.fit.is_promised());
    let denied = all.first().is_some_and(|f| !f.fit.without.is_empty());
    let shown: Vec<Fitting> =
        all.into_iter().filter(|f| !promised || f.fit.is_promised()).take(SHOWN).collect();
    let n = shown.len();
    let mut answer = Answer::new(Kind::Products, lang, &wanted.question);
    let says = match (has >= ENOUGH, wanted.max, n) {
        (true, Some(max), 1) => tr!(lang, "assistant.find.within_one", max = max.format(lang)),
        (true, Some(max), _) => tr!(lang, "assistant.find.within", n = n, max = max.format(lang)),
        (true, None, 1) => tr!(lang, "assistant.find.found_one"),
        (true, None, _) => tr!(lang, "assistant.find.found", n = n),
        (false, ..) => tr!(lang, "assistant.find.partly"),
    };
    answer = answer.says(says).sure(if has >= ENOUGH { 0.85 } else { 0.45 });
    if denied && !promised {
        answer = answer.says(tr!(lang, "assistant.find.silent")).sure(0.5);
    }
    for f in &shown {
        let mut point = f.goods.line(lang);
        for says in &f.fit.without {
            if let Says::No(sentence) = says {
                point.push_str(&tr!(lang, "assistant.find.says", text = sentence));
            }
        }
        answer.points.push(point);
        answer = answer.source(&f.goods.card.title, f.goods.url(lang));
        answer.facts.extend(sheet_lines(lang, &f.goods));
    }
    let all_url = format!("{}?q={}", urls::search(lang), urls::query(&wanted.words));
    answer = answer.way(tr!(lang, "assistant.way.all"), all_url);
    answer.context = Context {
        products: shown.iter().map(|f| f.goods.card.id).collect(),
        subject: wanted.words.clone(),
        property: String::new(),
    };
    answer.goods = shown.into_iter().map(|f| f.goods).collect();
    Ok(Some(answer))
}

/// Looked for and not there.
fn nothing(lang: Lang, wanted: &Wanted) -> Answer {
    let url = format!("{}?q={}", urls::search(lang), urls::query(&wanted.words));
    Answer::new(Kind::Refusal, lang, &wanted.question)
        .says(tr!(lang, "assistant.refusal.nothing"))
        .sure(0.7)
        .way(tr!(lang, "assistant.way.all"), url)
        .way(tr!(lang, "assistant.way.departments"), urls::all_categories(lang))
}
