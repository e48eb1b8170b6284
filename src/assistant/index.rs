//! The index of passages: the shop's pages, built from PostgreSQL into published files, one set for each language, and
//! followed by every process. With a model of sentences its vectors of the passages stand beside.
//!
//! [`build()`] writes a new version when pages or model changed (a command and a job); [`follow`] keeps the version in
//! use in memory; questions take it by [`current`]. Without a usable version PostgreSQL's full text answers
//! ([`crate::pages`]), never an error page.

mod build;
mod follow;
mod job;

pub use build::build;
pub use follow::{Current, current, follow, start};
pub use job::{BuildPassages, jobs, schedule};

use kit::Lang;

/// The file of passages, and that of their vectors.
const PAGES: &str = "pages.bundle";
const SENTENCES: &str = "sentences.bundle";

fn name(lang: Lang) -> &'static str {
    lang.pick("rag-fr", "rag-en")
}
