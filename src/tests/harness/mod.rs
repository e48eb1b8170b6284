//! What tests stand on: an application of their own ([`TestApp`]), people as types ([`Client`]), pages to ask ([`Answer`]).

pub mod answer;
pub mod app;
pub mod client;
pub mod database;
pub mod process;
pub mod remote;

pub use answer::Answer;
pub use app::TestApp;
pub use client::Client;
