//! Staff accounts: made by the command line, `smartmarket createsuperuser`.

use kit::email::Email;
use platform::web::visitor::Role;
use sqlx::PgPool;

use crate::forms::PASSWORD_LENGTH;
use crate::{password, store};

#[derive(Debug, thiserror::Error)]
pub enum CreateStaffError {
    #[error("the e-mail address has not the shape of one")]
    Email,
    #[error("the password needs 12 to 128 characters")]
    Password,
    #[error("a member of staff needs one of the roles support, manager, admin")]
    Role,
    #[error(transparent)]
    Database(#[from] sqlx::Error),
    #[error("{0}")]
    Hash(String),
}

/// Creates a member of staff, or gives a known address the role and the password (and ends its sessions). Returns the id.
pub async fn create_staff(
    db: &PgPool,
    email: &str,
    name: &str,
    role: Role,
    password: &str,
) -> Result<i64, CreateStaffError> {
    let email: Email = email.parse().map_err(|_| CreateStaffError::Email)?;
    if !PASSWORD_LENGTH.contains(&password.chars().count()) {
        return Err(CreateStaffError::Password);
    }
    if !role.is_staff() {
        return Err(CreateStaffError::Role);
    }
    let hash = password::hash(password).await.map_err(|e| CreateStaffError::Hash(e.to_string()))?;
    let name = kit::text::one_line(name, 100);
    Ok(store::users::upsert_staff(db, email.as_str(), &name, role, &hash).await?)
}

/// The hash of a password, for the demo shop's customers.
pub async fn hash_password(password: &str) -> Result<String, CreateStaffError> {
    password::hash(password).await.map_err(|e| CreateStaffError::Hash(e.to_string()))
}
