//! Finding and recommending: suggestions while typing, what staff decide, what is counted, what goes with what.

mod input;
mod office;
mod recommend;
mod shop;
mod suggest;
mod tools;
