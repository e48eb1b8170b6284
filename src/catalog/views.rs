//! What the catalogue looks like.

pub(crate) mod buy;
pub(crate) mod card;
pub(crate) mod details;
pub(crate) mod gallery;
pub(crate) mod picture;
pub(crate) mod product;
pub(crate) mod reviews;
pub mod together;
