//! The outermost layer: a request id, one log line per request, panics as 500.

use std::panic::AssertUnwindSafe;
use std::sync::Arc;
use std::time::Instant;

use futures::FutureExt;
use poem::http::{HeaderValue, Method, StatusCode};
use poem::{Endpoint, IntoResponse, Request, Response};
use tracing::Instrument;

use super::route_name;
use crate::App;
use crate::infra::traces;

#[derive(Clone)]
struct RequestId(String);

/// The id of this request, for logs, jobs and the error page.
pub fn id_of(req: &Request) -> String {
    req.data::<RequestId>().map(|r| r.0.clone()).unwrap_or_default()
}

/// The address of the client: the peer, or what our own nginx says when configured to trust it.
pub fn client_ip(req: &Request, app: &App) -> String {
    let said = req.headers().get("x-real-ip").and_then(|v| v.to_str().ok()).filter(|v| v.len() <= 45);
    match said {
        Some(ip) if app.config.trust_proxy => ip.to_string(),
        _ => req.remote_addr().as_socket_addr().map(|a| a.ip().to_string()).unwrap_or_else(|| "local".into()),
    }
}

fn accepted(id: &str) -> bool {
    (8..=64).contains(&id.len()) && id.bytes().all(|b| b.is_ascii_alphanumeric() || b"._-".contains(&b))
}

/// One request that is being answered; however it ends, it is no longer.
struct Active(metrics::Gauge);

impl Active {
    fn begin() -> Active {
        let gauge = metrics::gauge!("http_server_active_requests");
        gauge.increment(1.0);
        Active(gauge)
    }
}

impl Drop for Active {
    fn drop(&mut self) {
        self.0.decrement(1.0);
    }
}

/// Methods and routes are few; what a client invents is counted together.
fn count(method: &Method, response: &Response, start: Instant) {
    let method = match *method {
        Method::GET => "GET",
        Method::POST => "POST",
        Method::HEAD => "HEAD",
        Method::PUT => "PUT",
        Method::PATCH => "PATCH",
        Method::DELETE => "DELETE",
        Method::OPTIONS => "OPTIONS",
        _ => "OTHER",
    };
    let route = route_name::of(response);
    let status = response.status().as_str().to_string();
    metrics::histogram!("http_server_request_duration_seconds", "method" => method, "route" => route, "status" => status)
        .record(start.elapsed());
}

/// Layer: accepts the id of nginx when it has the right shape, else makes one; returns it in `X-Request-Id`.
pub async fn layer<E: Endpoint>(next: Arc<E>, mut req: Request) -> poem::Result<Response> {
    let start = Instant::now();
    let _active = Active::begin();
    let given = req.headers().get("x-request-id").and_then(|v| v.to_str().ok()).filter(|id| accepted(id));
    let id = given.map_or_else(|| uuid::Uuid::now_v7().simple().to_string(), str::to_string);
    req.set_data(RequestId(id.clone()));
    let method = req.method().clone();
    let path = req.uri().path().to_string();
    let span = traces::request_span(&id, method.as_str(), &path);
    let call = jobs::trace::scope(id.clone(), AssertUnwindSafe(next.call(req)).catch_unwind());
    let mut response = match call.instrument(span.clone()).await {
        Ok(Ok(r)) => r.into_response(),
        Ok(Err(e)) => e.into_response(),
        Err(_) => {
            tracing::error!(request_id = %id, %path, "request panicked");
            StatusCode::INTERNAL_SERVER_ERROR.into_response()
        }
    };
    if let Ok(value) = HeaderValue::from_str(&id) {
        response.headers_mut().insert("x-request-id", value);
    }
    let status = response.status().as_u16();
    count(&method, &response, start);
    traces::end_request(&span, method.as_str(), &route_name::of(&response), status);
    let dur_ms = start.elapsed().as_micros() as f64 / 1000.0;
    if path.starts_with("/assets/") || path.starts_with("/media/") || path.starts_with("/health/") {
        tracing::debug!(request_id = %id, %method, %path, status, dur_ms, "{method} {path} {status}");
    } else {
        tracing::info!(request_id = %id, %method, %path, status, dur_ms, "{method} {path} {status}");
    }
    Ok(response)
}
