//! The index of passages: the shop's pages and the facts of its products, built from PostgreSQL into published files, one
//! for each language, and followed by every process.
//!
//! [`build()`] writes a new version when pages or catalogue changed (a command and a job); [`follow`] keeps the version in
//! use in memory; questions take it by [`current`]. Without a usable version PostgreSQL's full text answers
//! ([`crate::pages`]), never an error page.

mod build;
mod follow;
mod job;

pub use build::build;
pub use follow::{Current, current, follow, start};
pub use job::{BuildPassages, jobs, schedule};

use kit::Lang;

/// The file of passages of pages, and that of the facts of products.
const PAGES: &str = "pages.bundle";
const FACTS: &str = "facts.bundle";

fn name(lang: Lang) -> &'static str {
    lang.pick("rag-fr", "rag-en")
}
