//! From a question to an answer: what is asked decides who answers, and the first that can support an answer gives it.

mod compare;
mod fact;
mod find;
mod house;

use kit::{Lang, tr, urls};
use ml::answer::guard::{self, Refused};
use ml::answer::question::{self, About, Question};
use ml::answer::words::{clean, language};
use platform::App;

use crate::model::{Answer, Context, Kind};

/// What stands around a question.
#[derive(Debug, Clone)]
pub struct Asked {
    /// The language of the page it was asked on.
    pub reader: Lang,
    pub question: String,
    pub context: Context,
    pub signed_in: bool,
    pub trace_id: String,
}

/// An answer put together from facts by rule.
pub async fn ask(app: &App, asked: &Asked) -> anyhow::Result<Answer> {
    let text = clean(&asked.question);
    let lang = language(asked.reader, &text);
    let mut answer = match guard::refuses(&text) {
        Some(why) => refused(lang, &text, why),
        None => answer(app, lang, &text, asked).await?,
    };
    answer.trace_id.clone_from(&asked.trace_id);
    Ok(answer)
}

async fn answer(app: &App, lang: Lang, text: &str, asked: &Asked) -> anyhow::Result<Answer> {
    let q = question::understand(lang, text);
    match q.about {
        About::Order => return Ok(order(lang, text, asked.signed_in)),
        About::Greeting => return Ok(talk(lang, text, tr!(lang, "assistant.talk.greeting").into())),
        About::Thanks => return Ok(talk(lang, text, tr!(lang, "assistant.talk.thanks").into())),
        About::Itself => return Ok(talk(lang, text, tr!(lang, "assistant.talk.itself").into())),
        About::Person => return house::person(app, lang, text).await,
        About::House | About::Anything => {}
    }
    if !q.compared.is_empty()
        && let Some(answer) = compare::answer(app, lang, &q).await?
    {
        return Ok(answer);
    }
    let thing = fact::answer(app, lang, &q).await?;
    // A product named in the question counts more than the one before.
    if q.follows
        && !thing.as_ref().is_some_and(fact::Thing::is_fact)
        && let Some(answer) = fact::follow(app, lang, &q, &asked.context).await?
    {
        return Ok(answer);
    }
    if let Some(thing) = &thing
        && thing.is_about(&q)
    {
        return Ok(thing.answer.clone());
    }
    if q.about == About::House
        && let Some(answer) = house::answer(app, lang, &q, house::ENOUGH).await?
    {
        return Ok(answer);
    }
    let wanted = find::wanted(&q, &asked.context);
    if let Some(answer) = find::answer(app, lang, &wanted).await? {
        return Ok(answer);
    }
    if q.about == About::Anything
        && let Some(answer) = house::answer(app, lang, &q, house::PLENTY).await?
    {
        return Ok(answer);
    }
    Ok(match thing {
        Some(thing) if q.about == About::Anything => thing.answer,
        _ => unknown(lang, &q),
    })
}

/// Nothing supports an answer.
fn unknown(lang: Lang, q: &Question) -> Answer {
    let words = kit::text::shorten(&q.text, 60);
    Answer::new(Kind::Refusal, lang, &q.text)
        .says(tr!(lang, "assistant.refusal.unknown"))
        .way(
            tr!(lang, "assistant.way.search", words = words),
            format!("{}?q={}", urls::search(lang), urls::query(&words)),
        )
        .way(tr!(lang, "assistant.way.departments"), urls::all_categories(lang))
}

fn refused(lang: Lang, text: &str, why: Refused) -> Answer {
    let says = match why {
        Refused::Insult => tr!(lang, "assistant.refusal.insult"),
        Refused::Trick => tr!(lang, "assistant.refusal.trick"),
        Refused::Private => tr!(lang, "assistant.refusal.private"),
        Refused::Promise => tr!(lang, "assistant.refusal.promise"),
    };
    let answer = Answer::new(Kind::Refusal, lang, text).says(says).sure(1.0);
    match why {
        Refused::Private => answer.way(tr!(lang, "assistant.way.tracking"), urls::tracking(lang)),
        Refused::Promise => answer.way(tr!(lang, "assistant.way.deals"), urls::deals(lang)),
        Refused::Insult | Refused::Trick => answer,
    }
}

fn talk(lang: Lang, text: &str, says: String) -> Answer {
    Answer::new(Kind::Talk, lang, text).says(says).sure(1.0)
}

/// Orders are told on their own page, to whoever may see them.
fn order(lang: Lang, text: &str, signed_in: bool) -> Answer {
    let answer = Answer::new(Kind::Handover, lang, text).sure(1.0);
    let tracking = tr!(lang, "assistant.way.tracking");
    if signed_in {
        return answer
            .says(tr!(lang, "assistant.order.signed_in"))
            .way(tr!(lang, "assistant.way.orders"), urls::account_orders(lang))
            .way(tracking, urls::tracking(lang));
    }
    let sign_in = format!("{}?next={}", urls::sign_in(lang), urls::query(urls::account_orders(lang)));
    answer
        .says(tr!(lang, "assistant.order.guest"))
        .way(tracking, urls::tracking(lang))
        .way(tr!(lang, "assistant.way.sign_in"), sign_in)
}
