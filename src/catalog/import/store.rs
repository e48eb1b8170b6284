//! All SQL of the import, by topic. Statements work on a whole chunk of products through `unnest`.

pub(crate) mod images;
pub(crate) mod read;
pub(crate) mod runs;
pub(crate) mod stock;
pub(crate) mod taxonomy;
pub(crate) mod write;
