//! All SQL of the catalogue, by topic.

pub(crate) mod offers;
pub(crate) mod refresh;
pub(crate) mod stock;
