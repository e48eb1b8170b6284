//! The tests of the whole: the router in process, real PostgreSQL and Redis, a database per test.
//!
//! Run with `DATABASE_URL` (a role that may create databases) and `REDIS_URL`; `scripts/test` sets both.

// clippy's own exception for tests does not reach the helpers of an integration test.
#![expect(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::disallowed_methods,
    reason = "tests stop at the first surprise, and read the services of this machine from its environment"
)]

mod harness;

mod accounts;
mod architecture;
mod assistant;
mod backoffice;
mod catalog;
mod config;
mod demo;
mod discovery;
mod foundations;
mod i18n;
mod migrations;
mod ops;
mod processes;
mod sales;
