//! All SQL of the catalogue, by topic.

pub(crate) mod admin;
pub(crate) mod cards;
pub(crate) mod links;
pub(crate) mod offers;
pub(crate) mod product;
pub(crate) mod refresh;
pub(crate) mod stock;
pub(crate) mod tree;
pub(crate) mod views;
