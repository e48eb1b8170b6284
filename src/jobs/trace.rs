//! Which request caused a job: the web layer opens a scope, `enqueue` writes it into the row, the worker opens it again.

use std::future::Future;

use opentelemetry::trace::{SpanContext, SpanId, TraceContextExt, TraceFlags, TraceId, TraceState};
use serde::{Deserialize, Serialize};
use tracing_opentelemetry::OpenTelemetrySpanExt;

use crate::JobId;

tokio::task_local! {
    /// The id of the request (or of the first cause) that the current task works for.
    pub static REQUEST_ID: String;
    /// The job that is being run by the current task.
    static JOB_ID: JobId;
}

/// Column `jobs.trace`.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Trace {
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub request_id: Option<String>,
    /// The job that enqueued this one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub job_id: Option<JobId>,
    /// The span that enqueued it (W3C Trace Context), when traces are on.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub traceparent: Option<String>,
}

impl Trace {
    /// Ties the span of an attempt to the span that asked for it.
    pub(crate) fn link(&self, span: &tracing::Span) {
        if let Some(cause) = self.traceparent.as_deref().and_then(parse) {
            span.add_link(cause);
        }
    }
}

/// `00-<trace id>-<span id>-<flags>` of the current span; nothing while no traces are made.
fn traceparent() -> Option<String> {
    let context = tracing::Span::current().context();
    let span = context.span();
    let span = span.span_context();
    span.is_valid()
        .then(|| format!("00-{}-{}-{:02x}", span.trace_id(), span.span_id(), span.trace_flags().to_u8()))
}

fn parse(traceparent: &str) -> Option<SpanContext> {
    let mut parts = traceparent.split('-');
    let (_version, trace, span, flags) = (parts.next()?, parts.next()?, parts.next()?, parts.next()?);
    Some(SpanContext::new(
        TraceId::from_hex(trace).ok()?,
        SpanId::from_hex(span).ok()?,
        TraceFlags::new(u8::from_str_radix(flags, 16).ok()?),
        true,
        TraceState::default(),
    ))
}

/// Runs `work`; jobs enqueued inside carry `request_id`.
pub async fn scope<F: Future>(request_id: impl Into<String>, work: F) -> F::Output {
    REQUEST_ID.scope(request_id.into(), work).await
}

/// The request id of the current scope.
pub fn request_id() -> Option<String> {
    REQUEST_ID.try_with(String::clone).ok()
}

/// What a job enqueued here and now carries.
pub(crate) fn current() -> Trace {
    Trace { request_id: request_id(), job_id: JOB_ID.try_with(|id| *id).ok(), traceparent: traceparent() }
}

/// Runs a handler in the scope of its job and of the request that caused it.
pub(crate) async fn job_scope<F: Future>(id: JobId, trace: &Trace, work: F) -> F::Output {
    let inner = JOB_ID.scope(id, work);
    match &trace.request_id {
        Some(request_id) => scope(request_id.clone(), inner).await,
        None => inner.await,
    }
}
