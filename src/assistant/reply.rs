//! One answer from beginning to end: put together by rule, worded by a model where one is configured, counted.

use std::time::Instant;

use platform::App;

use crate::ask::{self, Asked};
use crate::model::Answer;
use crate::write;

pub async fn to(app: &App, asked: &Asked) -> anyhow::Result<Answer> {
    let start = Instant::now();
    let answered = ask::ask(app, asked).await;
    let outcome = match &answered {
        Ok(answer) => answer.kind.code(),
        Err(_) => "error",
    };
    let answer = match answered {
        Ok(answer) => Ok(write::worded(app, answer, start).await),
        Err(error) => Err(error),
    };
    metrics::counter!("smartmarket_assistant_requests_total", "outcome" => outcome).increment(1);
    metrics::histogram!("smartmarket_assistant_duration_seconds").record(start.elapsed().as_secs_f64());
    answer
}
