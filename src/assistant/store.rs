//! SQL of the assistant: all of it reads.

pub mod goods;
pub mod pages;
