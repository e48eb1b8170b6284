//! The assistant: its answers, its refusals, its index, the API, agents, and a model of language that misbehaves.

mod answers;
mod index;
mod interfaces;
mod model;
mod refusals;
mod shop;
