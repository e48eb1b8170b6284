//! Components that know no domain. The look is in assets/css; the classes are the contract.

pub mod crumbs;
pub mod error_page;
pub mod field;
pub mod flash;
pub mod icon;
pub mod layout;
pub mod logo;
pub mod maintenance_page;
pub mod pager;
pub mod price;
pub mod rating;

pub use crumbs::crumbs;
pub use icon::icon;
pub use price::price;
