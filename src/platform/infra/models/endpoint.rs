//! The embeddings protocol of OpenAI-compatible endpoints: texts in, vectors out.
//!
//! A question waits a moment only, and after some failures in a row not at all for a while; a build waits longer and asks
//! again at its next run.

use std::sync::mpsc::{self, RecvTimeoutError};
use std::time::{Duration, Instant};

use ml::embed::{Embedder, Failed, Model, Side};
use secrecy::ExposeSecret;
use serde::Deserialize;
use serde_json::json;
use sha2::{Digest, Sha256};
use tokio::runtime::Handle;

use crate::infra::breaker::Breaker;
use crate::infra::config::Embeddings;

/// Time for the texts of a build.
const BUILDING: Duration = Duration::from_secs(30);
/// Longest answer read for each number of a vector, and beside the numbers.
const NUMBER_BYTES: usize = 32;
const OTHER_BYTES: usize = 64 * 1024;

pub struct Endpoint {
    model: Model,
    config: Embeddings,
    http: reqwest::Client,
    runtime: Handle,
    breaker: Breaker,
}

#[derive(Deserialize)]
struct Reply {
    data: Vec<Vector>,
}

#[derive(Deserialize)]
struct Vector {
    index: usize,
    embedding: Vec<f32>,
}

impl Endpoint {
    /// `None` outside of the runtime that its requests need.
    pub fn new(config: Embeddings) -> Option<Endpoint> {
        let runtime = Handle::try_current().ok()?;
        let http = reqwest::Client::builder()
            .connect_timeout(Duration::from_millis(800))
            .redirect(reqwest::redirect::Policy::none())
            .user_agent("SmartMarket")
            .build();
        // Nobody publishes the sum of a service's weights: whose model it is takes its place.
        let of = format!("{} {}", config.base_url, config.model);
        let model = Model {
            id: config.model.clone(),
            sha256: hex::encode(Sha256::digest(of.as_bytes())),
            dims: config.dimensions,
        };
        Some(Endpoint { model, config, http: http.unwrap_or_default(), runtime, breaker: Breaker::default() })
    }

    /// Asks on the runtime's threads and waits on this one.
    fn ask(&self, texts: &[&str], time: Duration) -> Result<Vec<Vec<f32>>, Failed> {
        let mut request = self
            .http
            .post(format!("{}/embeddings", self.config.base_url))
            .header("content-type", "application/json")
            .timeout(time)
            .body(json!({ "model": self.config.model, "input": texts }).to_string());
        if let Some(key) = &self.config.api_key {
            request = request.bearer_auth(key.expose_secret());
        }
        let most = texts.len() * self.config.dimensions * NUMBER_BYTES + OTHER_BYTES;
        let (tell, told) = mpsc::sync_channel(1);
        self.runtime.spawn(async move {
            let _ = tell.send(read(request, most).await);
        });
        let bytes = told.recv_timeout(time).map_err(|e| {
            Failed(if e == RecvTimeoutError::Timeout { "no answer in time" } else { "interrupted" }.into())
        })??;
        let reply: Reply =
            serde_json::from_slice(&bytes).map_err(|_| Failed("the answer is not of the protocol".into()))?;
        self.checked(reply, texts.len())
    }

    /// In the order of the texts, of length one.
    fn checked(&self, reply: Reply, n: usize) -> Result<Vec<Vec<f32>>, Failed> {
        let mut out = vec![Vec::new(); n];
        for Vector { index, embedding } in reply.data {
            let norm = embedding.iter().map(|v| v * v).sum::<f32>().sqrt();
            if index >= n || embedding.len() != self.config.dimensions || !norm.is_normal() {
                return Err(Failed(format!(
                    "a vector of {} numbers, {} were configured",
                    embedding.len(),
                    self.config.dimensions
                )));
            }
            out[index] = embedding.into_iter().map(|v| v / norm).collect();
        }
        if out.iter().any(Vec::is_empty) {
            return Err(Failed("fewer vectors than texts".into()));
        }
        Ok(out)
    }
}

async fn read(request: reqwest::RequestBuilder, most: usize) -> Result<Vec<u8>, Failed> {
    let failed = |e: reqwest::Error| Failed(e.without_url().to_string());
    let mut response = request.send().await.map_err(failed)?;
    if !response.status().is_success() {
        return Err(Failed(format!("status {}", response.status())));
    }
    let mut bytes = Vec::new();
    while let Some(part) = response.chunk().await.map_err(failed)? {
        bytes.extend_from_slice(&part);
        if bytes.len() > most {
            return Err(Failed(format!("the answer is longer than {most} bytes")));
        }
    }
    Ok(bytes)
}

impl Embedder for Endpoint {
    fn model(&self) -> &Model {
        &self.model
    }

    fn embed(&self, side: Side, texts: &[&str]) -> Result<Vec<Vec<f32>>, Failed> {
        if side == Side::Document {
            return self.ask(texts, BUILDING);
        }
        if !self.breaker.lets_through(Instant::now()) {
            return Err(Failed("left alone after failures".into()));
        }
        let said = self.ask(texts, self.config.timeout);
        match &said {
            Ok(_) => self.breaker.worked(),
            Err(error) => {
                self.breaker.failed(Instant::now());
                tracing::warn!(%error, "the model of sentences did not answer");
            }
        }
        said
    }
}
