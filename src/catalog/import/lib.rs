//! Catalogue import: the product feeds that shops already export, read in a stream and put into the catalogue.
//!
//! [`formats`] is pure: bytes in, products or faults out, bounded memory. Nothing in it knows the database.

pub mod formats;
mod html;

rust_i18n::i18n!("locales", fallback = "fr");
