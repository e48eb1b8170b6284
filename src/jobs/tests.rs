//! Jobs against a real PostgreSQL: each test has its own database, made from the migration and dropped afterwards.
//!
//! Beware of the unit test that only proves what it assumed: where a test shows that something does not happen, it
//! first shows that it could (a second worker that wants the row, a lease that ran out, a beat that also ticks).

#![expect(
    clippy::disallowed_methods,
    reason = "tests find their server in the environment and read the clock"
)]

mod beat;
mod effects;
mod faults;
mod flow;
mod harness;
mod kill;
mod operator;
mod outage;
mod stop;
