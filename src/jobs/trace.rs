//! Which request caused a job: the web layer opens a scope, `enqueue` writes it into the row, the worker opens it again.

use std::future::Future;

use serde::{Deserialize, Serialize};

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
    Trace { request_id: request_id(), job_id: JOB_ID.try_with(|id| *id).ok() }
}

/// Runs a handler in the scope of its job and of the request that caused it.
pub(crate) async fn job_scope<F: Future>(id: JobId, trace: &Trace, work: F) -> F::Output {
    let inner = JOB_ID.scope(id, work);
    match &trace.request_id {
        Some(request_id) => scope(request_id.clone(), inner).await,
        None => inner.await,
    }
}
