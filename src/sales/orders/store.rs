//! SQL of orders: `read` (one order), `list` (many), `write` (inserting and changing).

pub mod list;
pub mod read;
pub mod write;
