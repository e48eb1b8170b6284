//! All SQL of discovery: it reads the tables of other rooms for its own indexes and writes none of them.

pub(crate) mod counts;
pub(crate) mod edit;
pub(crate) mod index;
pub(crate) mod recommend;
pub(crate) mod search;
pub(crate) mod shelf;
pub(crate) mod sitemap;
pub(crate) mod suggest;
pub(crate) mod tools;
