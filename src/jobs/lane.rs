//! One queue of a worker: an apalis worker with its layers around the handler, restarted when it ends, stopped with care.

use std::any::Any;
use std::convert::Infallible;
use std::sync::Arc;
use std::time::{Duration, Instant};

use apalis::layers::WorkerBuilderExt;
use apalis::layers::catch_panic::CatchPanicLayer;
use apalis::layers::tracing::{DefaultOnFailure, MakeSpan, TraceLayer};
use apalis_core::error::{BoxDynError, WorkerError};
use apalis_core::task::{ExecutionContext, Task};
use apalis_core::worker::builder::WorkerBuilder;
use apalis_core::worker::context::WorkerContext;
use apalis_core::worker::ext::ack::{Acknowledge, AcknowledgeLayer};
use apalis_core::worker::ext::parallelize::ParallelizeLayer;
use futures::future::BoxFuture;
use tokio_util::task::{AbortOnDropHandle, TaskTracker};

use crate::backend::{Claims, Source};
use crate::backoff;
use crate::execute::{Failure, Runner};
use crate::handler::Done;
use crate::leases::Held;
use crate::settle::{End, settle};
use crate::store;

/// How long handlers that were cut off may take to let go.
const LET_GO: Duration = Duration::from_secs(1);

/// Serves the queue until the source is told to stop, and then for `grace` at most.
pub(crate) async fn run<S>(runner: Arc<Runner<S>>, source: Arc<Source>, grace: Duration)
where
    S: Clone + Send + Sync + 'static,
{
    let mut restarts = 0;
    while !source.stop.is_cancelled() {
        let ctx = WorkerContext::new(source.queue.as_str());
        let attempts = TaskTracker::new();
        let mut work = serve(&ctx, runner.clone(), source.clone(), attempts.clone());
        tokio::select! {
            biased;
            ended = &mut work => {
                if source.stop.is_cancelled() { break; }
                // Our backend reports no error, so this is a fault of the frame around it: start again.
                tracing::error!(queue = %source.queue, ?ended, "the lane ended by itself; starting it again");
                tokio::time::sleep(backoff::reconnect(restarts)).await;
                restarts += 1;
            }
            () = source.stop.cancelled() => {
                // Fails only when the worker has not begun, and then it has claimed nothing.
                let _ = ctx.stop();
                let finish = async { tokio::join!(source.close(), &mut work) };
                if tokio::time::timeout(grace, finish).await.is_err() {
                    cut_off(&source, work, attempts).await;
                }
            }
        }
    }
    source.close().await;
}

/// Ends handlers that outlast the grace and gives their jobs back; whatever they still do, they can no longer finish.
async fn cut_off<W>(source: &Source, work: W, attempts: TaskTracker) {
    let (ids, fences) = source.leases.of_queue(source.queue.as_str());
    tracing::warn!(queue = %source.queue, jobs = ids.len(), "the grace is over: running jobs are cut off and given back");
    drop(work);
    attempts.close();
    if tokio::time::timeout(LET_GO, attempts.wait()).await.is_err() {
        tracing::warn!(queue = %source.queue, "a handler that blocks its thread could not be cut off");
    }
    if let Err(error) = store::release(&source.pool, &ids, &fences, 0.0).await {
        tracing::warn!(queue = %source.queue, %error, "jobs could not be given back: they wait for their lease");
    }
}

fn serve<S>(
    ctx: &WorkerContext,
    runner: Arc<Runner<S>>,
    source: Arc<Source>,
    attempts: TaskTracker,
) -> BoxFuture<'static, Result<(), WorkerError>>
where
    S: Clone + Send + Sync + 'static,
{
    let settler = Settler { runner: runner.clone(), source: source.clone() };
    let service = tower::service_fn(move |task: Task<Arc<Held>>| {
        let (runner, source) = (runner.clone(), source.clone());
        async move {
            let started = Instant::now();
            let topic = task.args.job.topic.clone();
            let outcome = runner.run(task.args).await;
            source.pace.record(started.elapsed());
            metrics::histogram!("smartmarket_job_duration_seconds", "topic" => topic)
                .record(started.elapsed());
            outcome
        }
    });
    // The first layer is the outermost.
    let worker = WorkerBuilder::new(ctx)
        .backend(Claims::new(settler.source.clone()))
        .concurrency(settler.source.concurrency)
        .layer(ParallelizeLayer::new(move |job| AbortOnDropHandle::new(attempts.spawn(job))))
        .layer(
            TraceLayer::new()
                .make_span_with(JobSpan)
                .on_failure(DefaultOnFailure::new().level(tracing::Level::DEBUG)),
        )
        .layer(AcknowledgeLayer::new(settler))
        .layer(CatchPanicLayer::with_panic_handler(panicked))
        .build(service);
    Box::pin(worker.run())
}

/// A panic is a failed attempt.
pub(crate) fn panicked(payload: &Box<dyn Any + Send>) -> Failure {
    let text = payload.downcast_ref::<&str>().map(|s| (*s).to_owned());
    let text = text.or_else(|| payload.downcast_ref::<String>().cloned());
    Failure::Retry(format!("panic: {}", text.unwrap_or_default()))
}

/// Writes the outcome into the row.
struct Settler<S> {
    runner: Arc<Runner<S>>,
    source: Arc<Source>,
}

impl<S> Clone for Settler<S> {
    fn clone(&self) -> Self {
        Self { runner: self.runner.clone(), source: self.source.clone() }
    }
}

impl<S: Clone + Send + Sync + 'static> Acknowledge<Done> for Settler<S> {
    type Error = Infallible;
    type Future = BoxFuture<'static, Result<(), Infallible>>;

    fn ack(&mut self, outcome: &Result<Done, BoxDynError>, ctx: &ExecutionContext) -> Self::Future {
        let Some(held) = ctx.data().get::<Arc<Held>>().cloned() else {
            return Box::pin(async { Ok(()) });
        };
        let end = End::of(&self.runner, &held, outcome);
        let pool = self.source.pool.clone();
        Box::pin(async move {
            settle(&pool, &held, end).await;
            Ok(())
        })
    }
}

/// One span per attempt, with the request that caused it.
#[derive(Clone)]
struct JobSpan;

impl MakeSpan<Arc<Held>> for JobSpan {
    fn make_span(&mut self, task: &Task<Arc<Held>>) -> tracing::Span {
        let job = &task.args.job;
        let span = tracing::info_span!(
            "job",
            otel.name = job.topic,
            otel.kind = "consumer",
            job_id = job.id.0,
            topic = job.topic,
            queue = job.queue,
            attempt = job.attempts,
            request_id = job.trace.request_id.as_deref(),
        );
        job.trace.link(&span);
        span
    }
}
