//! The outside world: each thing once, with what happens when it fails.

pub mod app;
pub mod breaker;
pub mod build;
pub mod clock;
pub mod config;
pub mod db;
pub mod lifecycle;
pub mod live;
pub mod mail;
pub mod maintenance;
pub mod media;
pub mod media_store;
pub mod models;
pub mod rate_limit;
pub mod redis;
pub mod slots;
mod store;
pub mod telemetry;
pub mod together;
pub mod traces;
pub mod watch;
