//! Catalogue import: the product feeds that shops already export, read in a stream and put into the catalogue.
//!
//! Tables owned: `imports`, `remote_images`, `remote_image_uses`. Writes the catalogue's tables in its stead, many rows at a
//! time, and calls [`catalog::refresh_products`] in the same transaction.
//!
//! Reading order: [`formats`] (bytes to products or faults: pure, bounded memory), `prepare` (what the catalogue keeps of
//! them), `plan` (compared with what it holds), `apply` (the differences written), `run` (chunk after chunk, resumable),
//! `command` (`smartmarket import-products`), `images` and `fetch` (pictures, by the worker).
//!
//! What must stay true:
//! - The same file twice changes nothing the second time; a killed run goes on behind its last committed chunk.
//! - A line that cannot be taken costs itself only, and the report names line, column and reason.
//! - Stock changes with its ledger and never below what is reserved; a price that changes is logged; no price is guessed.
//! - A picture is fetched from the public internet only, and nothing but its pixels is kept.

mod apply;
mod command;
mod fetch;
pub mod formats;
mod html;
mod images;
mod plan;
mod prepare;
mod progress;
mod reader;
mod report;
mod run;
mod store;
mod taxonomy;

#[cfg(test)]
mod tests;

pub use command::{FormatArg, ImportArgs, LangArg, run};
pub use images::{FetchImage, jobs};
pub use progress::Progress;
pub use report::Report;
pub use run::{ImportError, Options, import};

rust_i18n::i18n!("locales", fallback = "fr");
