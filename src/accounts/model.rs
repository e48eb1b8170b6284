//! Types of people, without I/O.

use kit::Lang;
use platform::web::visitor::User;

/// A person who may sign in, with what signing in needs to know.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Account {
    pub user: User,
    pub lang: Lang,
    pub phone: String,
    pub email_verified: bool,
    /// See `users.session_epoch`.
    pub epoch: i32,
}

/// An address of the book.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SavedAddress {
    pub id: i64,
    pub address: kit::address::Address,
    pub is_default: bool,
}

/// A customer as the back office lists them.
#[derive(Clone, Debug)]
pub struct CustomerRow {
    pub id: i64,
    pub email: String,
    pub name: String,
    pub phone: String,
    pub lang: String,
    pub active: bool,
    pub email_verified: bool,
    pub last_login_at: Option<chrono::DateTime<chrono::Utc>>,
    pub created_at: chrono::DateTime<chrono::Utc>,
}
