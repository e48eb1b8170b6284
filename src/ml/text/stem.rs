//! Stems by Snowball, kept once computed: a catalogue repeats its words.

use std::collections::HashMap;

use kit::Lang;
use rust_stemmers::{Algorithm, Stemmer};

pub struct Stems {
    stemmer: Stemmer,
    kept: HashMap<String, String>,
}

impl Stems {
    pub fn new(lang: Lang) -> Stems {
        let algorithm = lang.pick(Algorithm::French, Algorithm::English);
        Stems { stemmer: Stemmer::create(algorithm), kept: HashMap::new() }
    }

    /// Words with a digit are codes and sizes: they stay.
    pub fn stem(&mut self, word: &str) -> String {
        if word.len() < 3 || word.bytes().any(|b| b.is_ascii_digit()) {
            return word.to_string();
        }
        if let Some(stem) = self.kept.get(word) {
            return stem.clone();
        }
        let stem = self.stemmer.stem(word).into_owned();
        self.kept.insert(word.to_string(), stem.clone());
        stem
    }
}
