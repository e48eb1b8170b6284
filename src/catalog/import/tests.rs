//! The import against a real PostgreSQL: each test has its own database, made from the migrations and dropped afterwards.

#![expect(
    clippy::disallowed_methods,
    reason = "tests find their server in the environment and read the clock"
)]

mod flow;
mod harness;
mod pictures;
mod refusals;
mod resume;
