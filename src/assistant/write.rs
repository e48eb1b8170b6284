//! The answer in the words of a model of language, when one is configured: from the same facts, checked before it is shown.
//!
//! The model gets the facts that were found and nothing else, as data, and no tool. What comes back is shown only when every
//! number in it stands in the facts ([`ml::answer::verify`]); otherwise the answer by rule stays. Time, length and answers a
//! day are limited, and after some failures the model is left alone for a while.

mod client;

use std::time::{Duration, Instant};

use kit::{Lang, tr};
use ml::answer::{excerpt, verify};
use platform::App;
use platform::infra::breaker::Breaker;
use platform::infra::config::Llm;
use platform::infra::rate_limit::{self, Rule, Verdict};

use crate::model::{Answer, Kind, Written};

/// From the question on, so that the answer by rule is there within three seconds, however long the search took.
const IN_ALL: Duration = Duration::from_millis(2_600);
/// Most facts given, in characters.
const FACTS: usize = 6_000;

/// The answer in the model's words; as it was when there is no model or its words do not hold.
pub async fn worded(app: &App, mut answer: Answer, asked_at: Instant) -> Answer {
    let Some(llm) = &app.config.llm else { return answer };
    let worth =
        matches!(answer.kind, Kind::Answer | Kind::Products | Kind::Comparison) && !answer.facts.is_empty();
    if !worth {
        return answer;
    }
    let start = Instant::now();
    let time = IN_ALL.saturating_sub(asked_at.elapsed()).min(llm.timeout);
    let facts = limited(&answer.facts);
    let asked = Prompt {
        lang: answer.lang,
        system: system(answer.lang),
        user: prompt(answer.lang, &answer.question, &facts),
        facts: &facts,
        question: &answer.question,
    };
    let (outcome, text) = told(app, llm, &asked, time).await;
    tracing::debug!(outcome, ms = start.elapsed().as_millis() as u64, trace_id = %answer.trace_id, "model asked");
    match text {
        Some(text) => {
            answer.paragraphs =
                text.split("\n").map(str::trim).filter(|p| !p.is_empty()).map(str::to_string).collect();
            // The table stays: it is made of the facts themselves.
            answer.points.clear();
            answer.written = Written::Generated;
        }
        None => answer.written = Written::Fallback,
    }
    answer
}

/// What a model is asked, and what its words must hold to.
pub struct Prompt<'a> {
    pub lang: Lang,
    pub system: String,
    pub user: String,
    pub facts: &'a [String],
    pub question: &'a str,
}

/// A model's words when they hold, and what became of the request, which is counted.
pub async fn told(
    app: &App,
    llm: &Llm,
    asked: &Prompt<'_>,
    time: Duration,
) -> (&'static str, Option<String>) {
    let (outcome, text) = attempt(app, llm, asked, time).await;
    metrics::counter!("smartmarket_assistant_llm_total", "outcome" => outcome).increment(1);
    (outcome, text)
}

async fn attempt(app: &App, llm: &Llm, asked: &Prompt<'_>, time: Duration) -> (&'static str, Option<String>) {
    let breaker = app.slots.of::<Breaker>();
    if !breaker.lets_through(Instant::now()) {
        return ("open", None);
    }
    let daily = Rule { name: "llm", max: llm.daily, window_s: 86_400, fail_open: true };
    if rate_limit::check(app, daily, "all").await != Verdict::Allowed {
        return ("limited", None);
    }
    let said = tokio::time::timeout(time, client::complete(app, llm, &asked.system, &asked.user)).await;
    let text = match said {
        Err(_) => {
            breaker.failed(Instant::now());
            return ("timeout", None);
        }
        Ok(Err(error)) => {
            breaker.failed(Instant::now());
            tracing::warn!(%error, "the model of language did not answer");
            return ("error", None);
        }
        Ok(Ok(text)) => text,
    };
    breaker.worked();
    match verify::check(asked.lang, &text, asked.facts, asked.question) {
        Ok(()) => ("answered", Some(text)),
        Err(why) => {
            tracing::warn!(?why, "the model's words were withheld");
            ("withheld", None)
        }
    }
}

/// As many facts as fit.
pub fn limited(facts: &[String]) -> Vec<String> {
    let mut left = FACTS;
    let fits = |f: &&String| {
        let n = f.chars().count();
        left = left.saturating_sub(n);
        left > 0
    };
    facts.iter().take_while(fits).cloned().collect()
}

fn system(lang: Lang) -> String {
    tr!(lang, "assistant.model.rules").into()
}

fn prompt(lang: Lang, question: &str, facts: &[String]) -> String {
    let question = question.replace(['<', '>'], " ");
    tr!(lang, "assistant.model.prompt", facts = listed(facts), question = question).into()
}

/// Facts are data: each on its line between marks that no fact can hold.
pub fn listed(facts: &[String]) -> String {
    let line = |f: &String| format!("- {}", excerpt::sentences(f).join(" ").replace(['<', '>'], " "));
    facts.iter().map(line).collect::<Vec<_>>().join("\n")
}
