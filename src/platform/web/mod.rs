//! The glue to poem. A request passes, from the outside in:
//! [`request_log`] (id, log line, panics) → [`headers`] → [`page_cache`] → [`session`] → the visitor (loaded by the root package) →
//! [`context`] → [`maintenance`] → [`error`] (errors become pages) → [`csrf`] → the handler.

pub mod assets;
pub mod context;
pub mod csrf;
pub mod error;
pub mod form;
pub mod headers;
pub mod maintenance;
pub mod media;
pub mod page;
pub mod page_cache;
pub mod request_log;
pub mod route_name;
pub mod session;
pub mod theme;
pub mod visitor;

pub use context::Ctx;
pub use error::Error;
pub use form::{Form, Query};
pub use page::Page;
pub use session::Session;

/// What a handler returns.
pub type Result<T = poem::Response> = std::result::Result<T, Error>;
