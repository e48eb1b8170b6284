//! The shop window: product pages, lists, search, home, texts.

mod goods;
mod index;
mod listing;
mod product;
mod search;
mod window;
