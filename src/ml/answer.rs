//! Answers that stand on something: what a question asks, which thing it means, which of its facts answers, which passage
//! of the help pages does, and whether a written answer says only what the facts say.
//!
//! Knows sheets (a thing with names, facts and a text) and passages; nothing of SQL, pages or models of language.
//!
//! Reading order: [`words`] (a question as words, its frame set aside), [`guard`] (what is not answered), [`question`]
//! (what is asked), [`glossary`] (names of properties in both languages), [`sheet`] (which thing is meant), [`fact`]
//! (which fact answers), [`wish`] (which things fit a description), [`passage`] and [`retrieve`] (help pages), [`quantity`] (a figure is
//! wanted), [`excerpt`] (the sentences that answer), [`verify`] (numbers of a written answer against the facts).

pub mod excerpt;
pub mod fact;
pub mod glossary;
pub mod guard;
pub mod passage;
pub mod quantity;
pub mod question;
pub mod retrieve;
pub mod sheet;
pub mod verify;
pub mod wish;
pub mod words;
