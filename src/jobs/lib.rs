//! Jobs: work that happens after the commit of its cause, once in effect, whatever dies in between.
//!
//! Owns the tables `jobs`, `cron_state` and `job_workers`. A job is a row written in the transaction of the thing it
//! belongs to ([`enqueue`]); a [`Worker`] claims rows, runs them through apalis and finishes them under their fence; a
//! [`cron::Beat`] only inserts rows. What must stay true:
//!
//! - **No job without its cause, no cause without its job**: `enqueue` takes the connection of the caller's transaction.
//! - **Attempts are counted at the claim**, so a job that kills its process ends in the dead letters, not in a loop.
//! - **A lease in database time and a fence**: whoever lost the lease cannot finish; a database effect that is committed
//!   by [`Ctx::finish`] happens exactly once, any other effect (a mail, a call) at least once.
//! - **Nothing a job does stops a worker**: errors, panics, time limits and undecodable payloads end in the row.
//! - **One run per tick** with any number of beats: ticks carry a dedupe key.
//!
//! Reading order: `job` (what a job is), `enqueue`, `handler` (what a handler sees), `worker` (how it is run), `store`.

pub mod cron;
pub mod debug;
pub mod housekeeping;
pub mod inspect;
pub mod trace;

mod backend;
mod backoff;
mod drain;
mod enqueue;
mod execute;
mod handler;
mod job;
mod lane;
mod leases;
mod listen;
mod registry;
mod settle;
mod store;
mod worker;

#[cfg(test)]
mod tests;

pub use drain::{Drained, Outcome};
pub use enqueue::{enqueue, enqueue_at, enqueue_in, enqueue_many, enqueue_once, enqueue_with};
pub use handler::{Ctx, Done, Handler, JobError};
pub use job::{Job, JobId, Options, Queue};
pub use worker::{Health, Worker};
