//! People: registering, signing in, passwords, addresses.

mod addresses;
mod passwords;
pub mod people;
mod sign_in;
