//! The index of our own: built from PostgreSQL into published files, one for each language, and followed by every process.
//!
//! [`build()`] writes a new version when the catalogue changed (a command and a job); [`follow`] keeps the version in use
//! in memory, with what changed since it was built, and lets searches take it by [`current`]. Without a usable version
//! PostgreSQL answers ([`crate::search`]).

mod build;
mod few;
mod follow;
mod job;
mod sentences;

pub use build::build;
pub use follow::{Current, current, follow, start};
pub use job::{BuildIndexes, jobs, schedule};
pub use sentences::build as build_sentences;

use kit::Lang;
use ml::search::Document;
use platform::App;

use crate::store::index::Row;

/// The file of a version.
const FILE: &str = "search.bundle";
/// The file of vectors by a model of sentences, in a version of its own.
const SENTENCES: &str = "sentences.bundle";
/// Where a version says up to which change it knows the catalogue.
const SEEN: &str = "seen";

fn sentences_name(lang: Lang) -> &'static str {
    lang.pick("sentences-fr", "sentences-en")
}

fn name(lang: Lang) -> &'static str {
    lang.pick("search-fr", "search-en")
}

impl Row {
    fn document(&self) -> Document<'_> {
        Document {
            id: self.id,
            title: &self.title,
            body: &self.body,
            brand: &self.brand,
            attributes: &self.attributes,
        }
    }
}

/// Products like one, for its page: near in meaning, not all of the same kind.
pub fn similar(app: &App, lang: Lang, product_id: i64) -> Vec<i64> {
    const SHOWN: usize = 10;
    const VARIETY: f32 = 0.2;
    current(app, lang).map_or_else(Vec::new, |c| c.engine.similar(product_id, SHOWN, VARIETY))
}
