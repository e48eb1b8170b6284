//! The algorithms behind finding and recommending. Knows words, numbers and files; nothing of products, SQL or pages.
//!
//! Reading order: [`text`] (from a text to its words), [`bundle`] and [`table`] (a file of columns, memory-mapped),
//! [`lexical`] (which documents have a word, how well), [`lsa`] (meaning learned from the catalogue), [`speller`],
//! [`bilingual`], [`embed`] and [`vectors`] (models with given weights), [`search`] (from a query to a ranking), [`artefact`] (published files),
//! [`followed`] (the version in use), [`eval`] (figures on judged data).

pub mod answer;
pub mod artefact;
pub mod bilingual;
pub mod bundle;
pub mod embed;
pub mod eval;
pub mod followed;
pub mod lexical;
pub mod lsa;
pub mod recommend;
pub mod search;
pub mod speller;
pub mod table;
pub mod text;
pub mod vectors;
