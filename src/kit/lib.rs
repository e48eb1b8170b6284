//! Pure building blocks: no I/O, no framework, no database. Everybody may use `kit`, `kit` uses nobody.
//!
//! Reading order: [`lang`] (French and English, the `tr!` macro), [`money`], [`quantity`], [`email`], [`address`],
//! [`urls`] (every address of the shop, in both languages), [`paging`], [`text`], [`dates`],
//! [`chance`].

pub mod address;
pub mod chance;
pub mod dates;
pub mod email;
pub mod lang;
pub mod money;
pub mod paging;
pub mod quantity;
pub mod text;
pub mod urls;

pub use lang::Lang;
pub use money::Money;

rust_i18n::i18n!("locales", fallback = "fr");
