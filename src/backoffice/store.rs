//! Read-only SQL of the back office over orders, customers and stock: reports and lists. What changes an order, a product
//! or a level is done by the feature that owns it.

pub mod backups;
pub mod figures;
pub mod goods;
pub mod orders;
