//! The tests of the whole: the router in process, real PostgreSQL and Redis, a database per test.
//!
//! Run with `DATABASE_URL` (a role that may create databases) and `REDIS_URL`; `scripts/test` sets both.

mod harness;

mod accounts;
mod architecture;
mod backoffice;
mod catalog;
mod config;
mod demo;
mod foundations;
mod i18n;
mod migrations;
mod processes;
mod sales;
