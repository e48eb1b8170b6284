//! Which build this is: shown by `/health/detailed/`, `/metrics` and `inspect ping`.

pub const VERSION: &str = env!("CARGO_PKG_VERSION");

/// The commit, when the build was told (`GIT_SHA=... cargo build`).
pub const GIT_SHA: &str = match option_env!("GIT_SHA") {
    Some(sha) => sha,
    None => "unknown",
};
