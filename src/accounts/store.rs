//! SQL of the people: `users`, `user_tokens`, `addresses`.

pub mod addresses;
pub mod tokens;
pub mod users;
