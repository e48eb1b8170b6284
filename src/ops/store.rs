//! All SQL of operations: backups, invariants, what `doctor` reads from PostgreSQL's own statistics.

pub mod backups;
pub mod catalog;
pub mod doctor;
pub mod invariants;
