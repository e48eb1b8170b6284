//! Who is looking. Loaded once per request by the root package, which knows accounts and carts.

use serde::{Deserialize, Serialize};

use super::Error;

/// What a person may do. Customers use the shop; the others sign in at `/admin/` as well.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Role {
    Customer,
    Support,
    Manager,
    Admin,
}

impl Role {
    pub const fn code(self) -> &'static str {
        match self {
            Role::Customer => "customer",
            Role::Support => "support",
            Role::Manager => "manager",
            Role::Admin => "admin",
        }
    }

    pub fn is_staff(self) -> bool {
        self != Role::Customer
    }
}

impl From<String> for Role {
    /// For the column with its CHECK; anything else is the role without rights.
    fn from(code: String) -> Role {
        match code.as_str() {
            "support" => Role::Support,
            "manager" => Role::Manager,
            "admin" => Role::Admin,
            _ => Role::Customer,
        }
    }
}

/// A signed-in person.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct User {
    pub id: i64,
    pub email: String,
    pub name: String,
    pub role: Role,
}

/// The visitor of a request. Shop and back office have separate sign-ins in one session.
#[derive(Clone, Debug, Default)]
pub struct Visitor {
    pub customer: Option<User>,
    pub staff: Option<User>,
    /// There is a session, but nobody could say whose.
    pub people_unknown: bool,
    /// The open cart, when there is one.
    pub cart_id: Option<i64>,
    /// Number of articles in it.
    pub cart_count: i64,
    /// Different products in it: they are never proposed.
    pub cart_products: Vec<i64>,
    /// There may be a cart, but the database could not say which.
    pub cart_unknown: bool,
}

impl Visitor {
    /// # Errors
    /// [`Error::Unavailable`] while nobody knows whether somebody is signed in: to send them to sign in again would be wrong,
    /// and would not work.
    pub fn known(&self) -> Result<(), Error> {
        match self.people_unknown {
            true => Err(Error::Unavailable("the session could not be read".into())),
            false => Ok(()),
        }
    }

    /// The open cart, for whoever shows or changes it.
    ///
    /// # Errors
    /// [`Error::Unavailable`] while nobody knows which one it is: an empty cart shown would be a lie, and a new one begun
    /// would take the place of theirs.
    pub fn cart(&self) -> Result<Option<i64>, Error> {
        match self.cart_unknown {
            true => Err(Error::Unavailable("the cart could not be read".into())),
            false => Ok(self.cart_id),
        }
    }
}
