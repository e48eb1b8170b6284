//! What finding one's way looks like.

pub(crate) mod departments;
pub(crate) mod facets;
pub(crate) mod home;
pub(crate) mod listing;
pub(crate) mod personal;
pub(crate) mod search;
pub(crate) mod suggest;
