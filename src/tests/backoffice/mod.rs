//! The back office: who may enter, what staff do, what open screens see.

mod access;
mod goods;
mod live;
mod orders;
