//! Traces for OpenTelemetry: off unless `OTEL_EXPORTER_OTLP_ENDPOINT` names a collector (OTLP over HTTP).
//!
//! One span per request (server), per job (consumer, linked to the request that enqueued it); the SQL statements inside
//! are its events, with their text and never their values. A share of the traces is sent (`OTEL_TRACES_SAMPLER_ARG`),
//! and every span that ended in an error. A collector that is down costs the shop nothing but the traces.

use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use opentelemetry::trace::{Status, TraceContextExt, TraceId, TracerProvider};
use opentelemetry::{Context, KeyValue};
use opentelemetry_otlp::{Protocol, SpanExporter, WithExportConfig, WithHttpConfig};
use opentelemetry_sdk::Resource;
use opentelemetry_sdk::error::OTelSdkResult;
use opentelemetry_sdk::trace::{
    BatchSpanProcessor, Sampler, SdkTracerProvider, Span, SpanData, SpanProcessor,
};
use tracing::Subscriber;
use tracing_opentelemetry::OpenTelemetrySpanExt;
use tracing_subscriber::registry::LookupSpan;
use tracing_subscriber::{EnvFilter, Layer};

use super::build;
use super::config::Traces as Settings;

/// Longest wait for a collector: for one batch, and at the end of the process.
const PATIENCE: Duration = Duration::from_secs(3);

static ON: AtomicBool = AtomicBool::new(false);

/// Sends what is left when it is dropped.
pub struct Traces(SdkTracerProvider);

impl Drop for Traces {
    fn drop(&mut self) {
        if let Err(e) = self.0.shutdown_with_timeout(PATIENCE) {
            tracing::warn!(error = %e, "the last traces were not sent");
        }
    }
}

/// Must be called inside the runtime of the process. `service`: `smartmarket-web`, `smartmarket-worker`, ...
pub fn open(settings: &Settings, service: &'static str) -> anyhow::Result<Traces> {
    let exporter = SpanExporter::builder()
        .with_http()
        .with_http_client(Client::new()?)
        .with_protocol(Protocol::HttpBinary)
        .with_endpoint(format!("{}/v1/traces", settings.endpoint.trim_end_matches('/')))
        .build()?;
    let resource = Resource::builder()
        .with_service_name(service)
        .with_attribute(KeyValue::new("service.version", build::VERSION))
        .build();
    let provider = SdkTracerProvider::builder()
        .with_resource(resource)
        .with_sampler(Sampler::AlwaysOn)
        .with_span_processor(Kept {
            share: settings.share,
            next: BatchSpanProcessor::builder(exporter).build(),
        })
        .build();
    ON.store(true, Ordering::Relaxed);
    Ok(Traces(provider))
}

impl Traces {
    /// The layer that turns spans of `tracing` into those of OpenTelemetry, and events into theirs.
    pub fn layer<S>(&self) -> impl Layer<S> + use<S>
    where
        S: Subscriber + for<'a> LookupSpan<'a>,
    {
        let filter = EnvFilter::new("info,sqlx::query=trace,hyper=off,reqwest=off,opentelemetry=off,h2=off");
        tracing_opentelemetry::layer()
            .with_tracer(self.0.tracer("smartmarket"))
            .with_location(false)
            .with_threads(false)
            .with_tracked_inactivity(false)
            .with_filter(filter)
    }
}

/// The span of one request. Without a collector it carries only what log lines need.
pub fn request_span(id: &str, method: &str, path: &str) -> tracing::Span {
    use tracing::field::Empty;
    if !ON.load(Ordering::Relaxed) {
        return tracing::info_span!("request", request_id = id);
    }
    let span = tracing::info_span!(
        "request",
        request_id = id,
        trace_id = Empty,
        otel.kind = "server",
        otel.status_code = Empty,
        http.request.method = method,
        http.route = Empty,
        http.response.status_code = Empty,
        url.path = path,
    );
    let context = span.context();
    let trace = context.span().span_context().trace_id();
    if trace != TraceId::INVALID {
        span.record("trace_id", tracing::field::display(trace));
    }
    span
}

/// What is known only at the end of a request.
pub fn end_request(span: &tracing::Span, method: &str, route: &str, status: u16) {
    if !ON.load(Ordering::Relaxed) {
        return;
    }
    span.context().span().update_name(format!("{method} {route}"));
    span.record("http.route", route);
    span.record("http.response.status_code", i64::from(status));
    if status >= 500 {
        span.record("otel.status_code", "ERROR");
    }
}

/// Lets through a share of the traces, the same in every process, and everything that failed.
#[derive(Debug)]
struct Kept {
    share: f64,
    next: BatchSpanProcessor,
}

impl Kept {
    fn wants(&self, span: &SpanData) -> bool {
        matches!(span.status, Status::Error { .. }) || in_share(span.span_context.trace_id(), self.share)
    }
}

/// The last seven bytes of a trace id are random (W3C Trace Context, level 2).
fn in_share(trace: TraceId, share: f64) -> bool {
    let random = u128::from_be_bytes(trace.to_bytes()) as u64 & 0x00ff_ffff_ffff_ffff;
    (random as f64) < share * (1u64 << 56) as f64
}

impl SpanProcessor for Kept {
    fn on_start(&self, span: &mut Span, cx: &Context) {
        self.next.on_start(span, cx);
    }

    fn on_end(&self, span: SpanData) {
        if self.wants(&span) {
            self.next.on_end(span);
        }
    }

    fn force_flush(&self) -> OTelSdkResult {
        self.next.force_flush()
    }

    fn shutdown_with_timeout(&self, timeout: Duration) -> OTelSdkResult {
        self.next.shutdown_with_timeout(timeout)
    }

    fn set_resource(&mut self, resource: &Resource) {
        self.next.set_resource(resource);
    }
}

/// The exporter works on a thread of its own; its requests run on the runtime of the process.
#[derive(Debug)]
struct Client {
    http: reqwest::Client,
    runtime: tokio::runtime::Handle,
}

impl Client {
    fn new() -> anyhow::Result<Client> {
        let http = reqwest::Client::builder().timeout(PATIENCE).connect_timeout(PATIENCE).build()?;
        Ok(Client { http, runtime: tokio::runtime::Handle::try_current()? })
    }
}

#[async_trait::async_trait]
impl opentelemetry_http::HttpClient for Client {
    async fn send_bytes(
        &self,
        request: http::Request<bytes::Bytes>,
    ) -> Result<http::Response<bytes::Bytes>, opentelemetry_http::HttpError> {
        let (http, request) = (self.http.clone(), reqwest::Request::try_from(request)?);
        let answer = self.runtime.spawn(async move {
            let answer = http.execute(request).await?;
            let status = answer.status();
            Ok::<_, reqwest::Error>((status, answer.bytes().await?))
        });
        let (status, body) = answer.await??;
        Ok(http::Response::builder().status(status).body(body)?)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_share_of_traces_is_kept_and_no_more() {
        let ids = || (0..10_000u64).map(|n| TraceId::from(u128::from(n.wrapping_mul(0x9e37_79b9_7f4a_7c15))));
        let kept = |share| ids().filter(|id| in_share(*id, share)).count();
        assert_eq!(kept(0.0), 0);
        assert_eq!(kept(1.0), 10_000);
        assert!((400..600).contains(&kept(0.05)), "{}", kept(0.05));
    }
}
