//! Delivery, returns, payment, account: what the shop's own pages say.

use kit::{Lang, tr};
use ml::answer::excerpt::excerpt;
use ml::answer::question::Question;
use ml::answer::words::Reader;
use platform::App;

use crate::model::{Answer, Context, Kind};
use crate::pages::{self, Found};

/// Part of the question that a passage must have: when it is about the shop, and when it may be about anything.
pub const ENOUGH: f32 = 0.5;
pub const PLENTY: f32 = 0.75;
/// So many of the best passages may answer; the first that has enough of the question does.
const CLOSE: usize = 3;
/// Other passages named as sources.
const ALSO: usize = 2;

/// The passage that answers; `None` when none has enough of the question.
pub async fn answer(app: &App, lang: Lang, q: &Question, enough: f32) -> anyhow::Result<Option<Answer>> {
    let mut found = pages::find(app, lang, &q.text).await?;
    let holds = |f: &&Found| f.covered >= enough;
    let foreign = !found.iter().take(CLOSE).any(|f| holds(&f));
    if foreign {
        found = pages::find_foreign(app, lang, &q.text).await?;
    }
    let Some(best) = found.iter().take(CLOSE).find(holds) else { return Ok(None) };
    let said = excerpt(&mut Reader::default(), lang, &name(best), &best.passage.text, &q.text);
    let mut answer = Answer::new(Kind::Answer, lang, &q.text).sure(best.covered * 0.9);
    let mut text = String::new();
    for sentence in said {
        match sentence.strip_prefix("• ") {
            Some(item) => answer.points.push(item.to_string()),
            // What follows a list stays behind it.
            None if !answer.points.is_empty() => answer.points.push(sentence),
            None => {
                if !text.is_empty() {
                    text.push(' ');
                }
                text.push_str(&sentence);
            }
        }
    }
    if text.is_empty() {
        text = name(best);
    }
    if foreign {
        answer = answer.says(tr!(lang, "assistant.foreign"));
    }
    answer = answer.says(text).source(name(best), &best.url);
    for other in found.iter().filter(|f| f.url != best.url && f.covered >= best.covered * 0.9).take(ALSO) {
        answer = answer.source(name(other), &other.url);
    }
    answer.facts = found.iter().map(|f| format!("{} — {}", name(f), f.passage.text)).collect();
    answer.context = Context { subject: q.rest.clone(), ..Context::default() };
    Ok(Some(answer))
}

/// A person is wanted: the help page says how to write to one.
pub async fn person(app: &App, lang: Lang, text: &str) -> anyhow::Result<Answer> {
    let answer = Answer::new(Kind::Handover, lang, text).sure(1.0).says(tr!(lang, "assistant.person"));
    let help = content::pages::find_by_code(&app.db, lang, "aide").await?;
    Ok(match help {
        Some(page) => answer.way(page.title.clone(), page.url(lang)),
        None => answer,
    })
}

/// "Livraison – Délais".
fn name(found: &Found) -> String {
    let p = &found.passage;
    if p.heading.is_empty() { p.title.clone() } else { format!("{} – {}", p.title, p.heading) }
}
