//! The two languages of the shop and the macros that read the locale files.

use serde::{Deserialize, Serialize};

/// A language of the shop. French stands at `/`, English at `/en/`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Lang {
    #[default]
    Fr,
    En,
}

impl Lang {
    pub const ALL: [Lang; 2] = [Lang::Fr, Lang::En];

    /// The code used in the database, in `lang` attributes and in locale file names.
    pub const fn code(self) -> &'static str {
        match self {
            Lang::Fr => "fr",
            Lang::En => "en",
        }
    }

    /// The other language, for the switch.
    pub const fn other(self) -> Lang {
        match self {
            Lang::Fr => Lang::En,
            Lang::En => Lang::Fr,
        }
    }

    /// The language a path is written in: `/en` and below is English, all else French.
    pub fn of_path(path: &str) -> Lang {
        if path == "/en" || path.starts_with("/en/") { Lang::En } else { Lang::Fr }
    }

    /// Picks one of two texts that stand side by side, such as the two columns of a row.
    pub fn pick<T>(self, fr: T, en: T) -> T {
        match self {
            Lang::Fr => fr,
            Lang::En => en,
        }
    }

    /// The plural category of `n` (CLDR): French counts 0 and 1 as one, English only 1.
    pub const fn plural(self, n: i64) -> &'static str {
        match (self, n) {
            (Lang::Fr, 0 | 1) | (Lang::En, 1) => "one",
            _ => "other",
        }
    }
}

impl std::str::FromStr for Lang {
    type Err = ();

    fn from_str(s: &str) -> Result<Self, ()> {
        match s {
            "fr" => Ok(Lang::Fr),
            "en" => Ok(Lang::En),
            _ => Err(()),
        }
    }
}

impl From<String> for Lang {
    /// For columns with a CHECK on the two codes; anything else reads as French.
    fn from(code: String) -> Lang {
        code.parse().unwrap_or_default()
    }
}

/// The text under a key of this crate's locale files: `tr!(lang, "cart.title")`, `tr!(lang, "cart.left", n = 3)`.
///
/// The crate must call `rust_i18n::i18n!("locales", fallback = "fr")` at its root. A test of the root package checks
/// that every key used exists in both languages.
#[macro_export]
macro_rules! tr {
    ($lang:expr, $key:literal) => {
        rust_i18n::t!($key, locale = $crate::Lang::code($lang))
    };
    ($lang:expr, $key:literal, $($name:ident = $value:expr),+ $(,)?) => {
        rust_i18n::t!($key, locale = $crate::Lang::code($lang), $($name = $value),+)
    };
}

/// Like [`tr!`] with a number: reads `<key>.one` or `<key>.other`, where `%{n}` is the number written in the language.
#[macro_export]
macro_rules! trn {
    ($lang:expr, $key:literal, $n:expr) => {{
        let n = $n as i64;
        let shown = $crate::text::grouped($lang, n);
        if $crate::Lang::plural($lang, n) == "one" {
            rust_i18n::t!(concat!($key, ".one"), locale = $crate::Lang::code($lang), n = shown)
        } else {
            rust_i18n::t!(concat!($key, ".other"), locale = $crate::Lang::code($lang), n = shown)
        }
    }};
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn french_counts_zero_as_singular_and_english_does_not() {
        assert_eq!(Lang::Fr.plural(0), "one");
        assert_eq!(Lang::En.plural(0), "other");
        assert_eq!(Lang::Fr.plural(2), "other");
    }

    #[test]
    fn only_the_english_prefix_makes_a_path_english() {
        assert_eq!(Lang::of_path("/en/cart"), Lang::En);
        assert_eq!(Lang::of_path("/en"), Lang::En);
        assert_eq!(Lang::of_path("/encre-noire"), Lang::Fr);
    }
}
