//! The chat protocol of OpenAI-compatible endpoints: one question, one answer, no tools.

use std::time::Duration;

use anyhow::{Context, bail};
use platform::App;
use platform::infra::config::Llm;
use secrecy::ExposeSecret;
use serde::Deserialize;
use serde_json::json;

/// Longest answer read, and written.
const MOST_BYTES: usize = 64 * 1024;
const MOST_TOKENS: u32 = 320;

struct Http(reqwest::Client);

impl Default for Http {
    fn default() -> Http {
        let client = reqwest::Client::builder()
            .connect_timeout(Duration::from_millis(800))
            .redirect(reqwest::redirect::Policy::none())
            .user_agent("SmartMarket")
            .build();
        Http(client.unwrap_or_default())
    }
}

#[derive(Deserialize)]
struct Reply {
    choices: Vec<Choice>,
}

#[derive(Deserialize)]
struct Choice {
    message: Message,
}

#[derive(Deserialize)]
struct Message {
    content: String,
}

pub async fn complete(app: &App, llm: &Llm, system: &str, user: &str) -> anyhow::Result<String> {
    let http = app.slots.of::<Http>();
    let body = json!({
        "model": llm.model,
        "messages": [{"role": "system", "content": system}, {"role": "user", "content": user}],
        "temperature": 0,
        "max_tokens": MOST_TOKENS,
        "stream": false,
    });
    let mut request = http
        .0
        .post(format!("{}/chat/completions", llm.base_url))
        .header("content-type", "application/json")
        .body(body.to_string());
    if let Some(key) = &llm.api_key {
        request = request.bearer_auth(key.expose_secret());
    }
    let mut response = request.send().await.map_err(reqwest::Error::without_url)?;
    if !response.status().is_success() {
        bail!("status {}", response.status());
    }
    let mut bytes = Vec::new();
    while let Some(part) = response.chunk().await.map_err(reqwest::Error::without_url)? {
        bytes.extend_from_slice(&part);
        if bytes.len() > MOST_BYTES {
            bail!("the answer is longer than {MOST_BYTES} bytes");
        }
    }
    let reply: Reply = serde_json::from_slice(&bytes).context("the answer is not of the protocol")?;
    let text =
        reply.choices.into_iter().next().map(|c| c.message.content).context("the answer has no choice")?;
    Ok(text.trim().to_string())
}
