//! The shop window: product pages, lists, search, home, texts.

pub mod goods;
mod index;
mod listing;
mod product;
mod search;
mod window;
