//! People: customers and staff, how they sign in, and what staff may do.
//!
//! Tables owned: `users`, `user_tokens`, `addresses`. What must stay true:
//!
//! - **Nobody learns who has an account**: known and unknown addresses get the same answer in the same time at sign-in,
//!   registration and reset; what differs is only in the mail.
//! - **A session ends when its person says so**: every session carries the `session_epoch` of its user and is compared
//!   with the row on each request; raising the number ends all of them.
//! - **Secrets are not stored in clear**: passwords as argon2id, tokens of mails as SHA-256, each used once.
//! - **Staff rights are denied unless [`permission::allows`] says otherwise.**
//! - **Addresses are loaded through their owner**: a foreign id does not exist.
//!
//! Reading order: [`session`] (who is signed in), [`permission`], [`model`], `authenticate` (sign in), `register`, `verify`,
//! `reset`, `profile`, [`addresses`], [`staff`], then `routes` and `views`.

pub mod addresses;
pub mod model;
pub mod permission;
pub mod session;
pub mod staff;

mod authenticate;
mod forms;
mod jobs;
mod mails;
mod password;
mod profile;
mod register;
mod reset;
mod routes;
mod store;
mod together;
mod token;
mod verify;
mod views;

pub use authenticate::{Door, SignInError, authenticate};
pub use forms::PASSWORD_LENGTH;
pub use jobs::{PurgeTokens, jobs};
pub use permission::{Permission, allows};
pub use routes::routes;
pub use session::{People, visitor};
pub use staff::create_staff;
pub use store::users::{find_customer, list_customers};
pub use views::account::{Section, frame};

rust_i18n::i18n!("locales", fallback = "fr");
