//! The algorithms behind finding and recommending. Knows words, numbers and files; nothing of products, SQL or pages.
//!
//! Reading order: [`text`] (from a text to its terms), [`bundle`] (a file of columns, memory-mapped), [`lexical`] (which
//! documents have the words, how well).

pub mod bilingual;
pub mod bundle;
pub mod eval;
pub mod lexical;
pub mod lsa;
pub mod search;
pub mod speller;
pub mod table;
pub mod text;
