//! The assistant: its answers, its refusals, its index, the API, agents, and models that misbehave.

mod answers;
mod index;
mod interfaces;
mod model;
mod refusals;
mod sentences;
mod shop;
