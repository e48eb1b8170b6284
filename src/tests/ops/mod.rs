//! What operators rely on: health, figures, maintenance, the commands of the runbook.

mod backups;
mod commands;
mod health;
mod maintenance;
mod metrics;
mod systemd;
mod traces;
mod two_hosts;

use crate::harness::TestApp;
use crate::harness::process::{self, Ended};

/// Runs a command against the database of a test.
pub fn run(program: &str, t: &TestApp, vars: &[(&str, &str)], args: &[&str]) -> Ended {
    process::run(program, &t.database, vars, args)
}
