//! The pages of the accounts.

pub mod account;
pub mod addresses;
pub mod auth;
pub mod mail;
