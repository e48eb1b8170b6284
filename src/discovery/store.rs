//! All SQL of discovery: it reads the catalogue's tables for its own index and writes none of them.

pub(crate) mod index;
pub(crate) mod search;
pub(crate) mod shelf;
pub(crate) mod sitemap;
