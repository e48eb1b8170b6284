//! Postal addresses and what each country that we deliver to asks for.

use serde::{Deserialize, Serialize};

use crate::Lang;

/// A postal address as stored in `addresses.data`, carts and orders (JSON object with these names).
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Address {
    /// One field for the whole name: people have one, two or five.
    pub name: String,
    #[serde(default)]
    pub company: String,
    pub line1: String,
    #[serde(default)]
    pub line2: String,
    pub postal_code: String,
    pub city: String,
    /// Province, only where [`Country::has_region`].
    #[serde(default)]
    pub region: String,
    /// ISO 3166-1 alpha-2, upper case.
    pub country: String,
}

impl Address {
    /// The lines as printed on a parcel, in the order of the country.
    pub fn lines(&self, lang: Lang) -> Vec<String> {
        let town = match self.region.as_str() {
            "" => format!("{} {}", self.postal_code, self.city),
            region => format!("{} {} ({region})", self.postal_code, self.city),
        };
        let country = country(&self.country).map_or(self.country.clone(), |c| c.name(lang).to_string());
        [self.name.clone(), self.company.clone(), self.line1.clone(), self.line2.clone(), town, country]
            .into_iter()
            .filter(|l| !l.trim().is_empty())
            .collect()
    }
}

/// What a country's addresses look like.
#[derive(Debug, PartialEq, Eq)]
pub struct Country {
    pub code: &'static str,
    name_fr: &'static str,
    name_en: &'static str,
    /// Digits of the postal code.
    pub postal_digits: usize,
    /// Fixed beginning of the postal code, for Monaco.
    postal_prefix: &'static str,
    pub postal_example: &'static str,
    pub has_region: bool,
}

impl Country {
    pub fn name(&self, lang: Lang) -> &'static str {
        lang.pick(self.name_fr, self.name_en)
    }

    /// Whether a postal code has the country's shape; spaces and an `L-`, `B-`, `D-` in front are forgiven.
    pub fn normal_postal_code(&self, input: &str) -> Option<String> {
        let s: String = input.chars().filter(|c| !c.is_whitespace()).collect::<String>().to_uppercase();
        let s = s.strip_prefix(&format!("{}-", &self.code[..1])).unwrap_or(&s).to_string();
        let fine = s.len() == self.postal_digits
            && s.bytes().all(|b| b.is_ascii_digit())
            && s.starts_with(self.postal_prefix);
        fine.then_some(s)
    }
}

const fn c(
    code: &'static str,
    name_fr: &'static str,
    name_en: &'static str,
    postal_digits: usize,
    postal_prefix: &'static str,
    postal_example: &'static str,
    has_region: bool,
) -> Country {
    Country { code, name_fr, name_en, postal_digits, postal_prefix, postal_example, has_region }
}

/// The countries that the shop delivers to, France first.
pub const COUNTRIES: [Country; 7] = [
    c("FR", "France", "France", 5, "", "69007", false),
    c("BE", "Belgique", "Belgium", 4, "", "1000", false),
    c("LU", "Luxembourg", "Luxembourg", 4, "", "1148", false),
    c("MC", "Monaco", "Monaco", 5, "980", "98000", false),
    c("DE", "Allemagne", "Germany", 5, "", "10115", false),
    c("ES", "Espagne", "Spain", 5, "", "28013", true),
    c("IT", "Italie", "Italy", 5, "", "00184", true),
];

/// The country of an ISO code, if we deliver there.
pub fn country(code: &str) -> Option<&'static Country> {
    COUNTRIES.iter().find(|c| c.code == code)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn postal_codes_follow_their_country() {
        let fr = country("FR").unwrap();
        assert_eq!(fr.normal_postal_code("69 007"), Some("69007".into()));
        assert_eq!(fr.normal_postal_code("6900"), None);
        assert_eq!(fr.normal_postal_code("2A004"), None);
        assert_eq!(country("LU").unwrap().normal_postal_code("L-1148"), Some("1148".into()));
        assert_eq!(country("MC").unwrap().normal_postal_code("75001"), None);
        assert!(country("XX").is_none());
    }
}
