//! The customer's pages about orders, and the mails.

pub mod account;
pub mod confirmation;
pub mod mail;
pub mod parts;
pub mod tracking;

pub use parts::{event_icon, event_name};
