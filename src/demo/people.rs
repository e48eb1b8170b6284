//! Invented customers: names, addresses in real towns with invented streets, mail addresses that reach nobody.

use chrono::{DateTime, Duration, Utc};
use kit::address::Address;
use kit::text::fold;
use serde::Serialize;

use crate::dice::Dice;

/// Accounts for trying the shop out; printed after seeding.
pub const CUSTOMER_FR: &str = "client@smartmarket.example";
pub const CUSTOMER_EN: &str = "customer@smartmarket.example";

const COUNT: usize = 190;

const FIRST: &[&str] = &[
    "Camille", "Julien", "Léa", "Mehdi", "Chloé", "Antoine", "Sarah", "Thomas", "Inès", "Lucas", "Manon",
    "Karim", "Élodie", "Hugo", "Fatou", "Maxime", "Clara", "Nicolas", "Amélie", "Yanis", "Jeanne", "Romain",
    "Aïcha", "Pierre", "Margaux", "Samuel", "Pauline", "Baptiste", "Nora", "Mathieu", "Louise", "Adrien",
    "Zoé", "Olivier", "Céline", "Bruno", "Sandrine", "Gérard", "Monique", "Patrick", "Hélène", "Damien",
    "Soraya", "Vincent", "Agathe", "Thibault", "Maëlle", "Cédric", "Valérie", "Loïc", "Delphine", "Rachid",
    "Noémie", "Étienne",
];
const LAST: &[&str] = &[
    "Martin",
    "Bernard",
    "Petit",
    "Durand",
    "Moreau",
    "Laurent",
    "Garcia",
    "Roux",
    "Fournier",
    "Girard",
    "Bonnet",
    "Dupuis",
    "Lambert",
    "Fontaine",
    "Rousseau",
    "Vincent",
    "Muller",
    "Lefèvre",
    "Faure",
    "Mercier",
    "Blanchard",
    "Guérin",
    "Boyer",
    "Garnier",
    "Chevalier",
    "François",
    "Legrand",
    "Gauthier",
    "Perrin",
    "Robin",
    "Clément",
    "Morin",
    "Nicolas",
    "Henry",
    "Roussel",
    "Mathieu",
    "Benali",
    "Diallo",
    "Nguyen",
    "Da Silva",
    "Traoré",
    "Haddad",
    "Schmitt",
    "Le Goff",
    "Marchand",
    "Picard",
    "Renaud",
    "Colin",
    "Vidal",
    "Caron",
];
const STREETS: &[&str] = &[
    "rue des Tanneurs",
    "rue de la République",
    "avenue Jean-Jaurès",
    "rue du Moulin",
    "chemin des Vignes",
    "rue Victor-Hugo",
    "place du Marché",
    "rue des Écoles",
    "quai des Bateliers",
    "allée des Tilleuls",
    "rue Pasteur",
    "boulevard de la Gare",
    "rue du Puits-Neuf",
    "impasse des Lilas",
    "rue de l’Abbé-Grégoire",
    "montée du Calvaire",
    "rue Louise-Michel",
    "route de la Plaine",
];
/// Town, postal code, weight.
const TOWNS: &[(&str, &str, u32)] = &[
    ("Lyon", "69007", 14),
    ("Lyon", "69003", 10),
    ("Villeurbanne", "69100", 9),
    ("Paris", "75011", 10),
    ("Paris", "75018", 7),
    ("Marseille", "13006", 6),
    ("Toulouse", "31000", 6),
    ("Nantes", "44000", 6),
    ("Grenoble", "38000", 6),
    ("Saint-Étienne", "42000", 6),
    ("Bordeaux", "33000", 5),
    ("Lille", "59000", 5),
    ("Rennes", "35000", 5),
    ("Strasbourg", "67000", 4),
    ("Montpellier", "34000", 4),
    ("Dijon", "21000", 4),
    ("Clermont-Ferrand", "63000", 4),
    ("Annecy", "74000", 4),
    ("Tours", "37000", 3),
    ("Brest", "29200", 3),
    ("Mâcon", "71000", 3),
    ("Valence", "26000", 3),
    ("Vienne", "38200", 3),
    ("Aurillac", "15000", 2),
    ("Quimper", "29000", 2),
    ("Perpignan", "66000", 2),
    ("Nancy", "54000", 2),
    ("Le Puy-en-Velay", "43000", 2),
];
/// Name, street, postal code, town, region, country, telephone, language.
type Abroad = (
    &'static str,
    &'static str,
    &'static str,
    &'static str,
    &'static str,
    &'static str,
    &'static str,
    &'static str,
);
const ABROAD: &[Abroad] = &[
    ("Emma Peeters", "Rue des Fripiers 14", "1000", "Bruxelles", "", "BE", "+32 470 00 01 02", "fr"),
    ("Lucas Dubois", "Rue Saint-Gilles 87", "4000", "Liège", "", "BE", "+32 470 00 01 03", "fr"),
    ("Sofie Janssens", "Veldstraat 21", "9000", "Gent", "", "BE", "+32 470 00 01 04", "en"),
    ("Marc Weber", "Rue de Hollerich 9", "1740", "Luxembourg", "", "LU", "+352 621 000 105", "fr"),
    ("Anna Schneider", "Kastanienallee 40", "10435", "Berlin", "", "DE", "+49 1512 000 0106", "en"),
    ("Jonas Becker", "Lindenstraße 5", "50674", "Köln", "", "DE", "+49 1512 000 0107", "en"),
    ("Lucía Romero", "Calle de Atocha 33", "28012", "Madrid", "Madrid", "ES", "+34 600 000 108", "en"),
    (
        "Marta Puig",
        "Carrer de Provença 210",
        "08036",
        "Barcelona",
        "Barcelona",
        "ES",
        "+34 600 000 109",
        "en",
    ),
    ("Giulia Conti", "Via Garibaldi 12", "10122", "Torino", "TO", "IT", "+39 320 000 0110", "en"),
    ("Claire Pastor", "Rue Grimaldi 6", "98000", "Monaco", "", "MC", "+377 06 00 01 11", "fr"),
];

/// Someone who buys. `account` tells whether they registered.
#[derive(Debug, Clone)]
pub struct Person {
    pub email: String,
    pub phone: String,
    pub lang: &'static str,
    pub address: Address,
    pub account: bool,
    /// How often they buy.
    pub weight: u32,
    /// Days ago that they registered.
    pub since: i64,
}

/// The rows of `users` and `addresses`.
#[derive(Debug, Serialize)]
pub struct Row {
    pub id: i64,
    pub email: String,
    pub name: String,
    pub phone: String,
    pub lang: &'static str,
    pub password: bool,
    pub address: Address,
    pub at: DateTime<Utc>,
}

/// The same people each time; the first two can sign in.
pub fn invent(seed: u64) -> Vec<Person> {
    let mut dice = Dice::named(seed, "people");
    let mut people = vec![
        known("Camille Fontaine", CUSTOMER_FR, "fr", "18 rue des Tanneurs", "69007", "Lyon"),
        known("Emily Carter", CUSTOMER_EN, "en", "5 place du Marché", "75011", "Paris"),
    ];
    for (name, line1, postal_code, city, region, country, phone, lang) in ABROAD {
        people.push(Person {
            email: mailbox(name, people.len()),
            phone: phone.to_string(),
            lang,
            address: address(name, line1, postal_code, city, region, country),
            account: dice.chance(40),
            weight: 3,
            since: dice.between(20, 300),
        });
    }
    while people.len() < COUNT {
        let name = format!("{} {}", dice.pick(FIRST), dice.pick(LAST));
        let (city, postal_code, _) = TOWNS[dice.weighted(TOWNS.iter().map(|t| t.2))];
        let line1 = format!("{} {}", dice.between(1, 92), dice.pick(STREETS));
        people.push(Person {
            email: mailbox(&name, people.len()),
            // Numbers that the regulator keeps for films.
            phone: format!("06 39 98 {:02} {:02}", dice.between(0, 99), dice.between(0, 99)),
            lang: if dice.chance(93) { "fr" } else { "en" },
            address: address(&name, &line1, postal_code, city, "", "FR"),
            account: dice.chance(45),
            weight: [2, 2, 3, 4, 8][dice.below(5) as usize],
            since: dice.between(5, 400),
        });
    }
    people
}

impl Person {
    pub fn row(&self, id: i64, now: DateTime<Utc>) -> Row {
        Row {
            id,
            email: self.email.clone(),
            name: self.address.name.clone(),
            phone: self.phone.clone(),
            lang: self.lang,
            password: [CUSTOMER_FR, CUSTOMER_EN].contains(&self.email.as_str()),
            address: self.address.clone(),
            at: now - Duration::days(self.since),
        }
    }

    /// `Camille F.`, as reviews are signed.
    pub fn signature(&self) -> String {
        let mut words = self.address.name.split_whitespace();
        let first = words.next().unwrap_or_default();
        match words.next().and_then(|w| w.chars().next()) {
            Some(initial) => format!("{first} {initial}."),
            None => first.to_string(),
        }
    }
}

fn known(name: &str, email: &str, lang: &'static str, line1: &str, postal_code: &str, city: &str) -> Person {
    Person {
        email: email.into(),
        phone: "06 39 98 00 01".into(),
        lang,
        address: address(name, line1, postal_code, city, "", "FR"),
        account: true,
        weight: 14,
        since: 240,
    }
}

fn address(name: &str, line1: &str, postal_code: &str, city: &str, region: &str, country: &str) -> Address {
    Address {
        name: name.into(),
        line1: line1.into(),
        postal_code: postal_code.into(),
        city: city.into(),
        region: region.into(),
        country: country.into(),
        ..Address::default()
    }
}

/// `camille.fontaine17@exemple.example`: the domain cannot exist.
fn mailbox(name: &str, n: usize) -> String {
    let local = fold(name).split(' ').collect::<Vec<_>>().join(".").replace(['\'', '’'], "");
    format!("{local}{n}@boite.example")
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::*;

    #[test]
    fn people_are_always_the_same_with_addresses_that_the_shop_takes() {
        let people = invent(1);
        let mails: HashSet<_> = people.iter().map(|p| p.email.clone()).collect();
        assert_eq!(mails.len(), people.len());
        assert_eq!(invent(1).last().map(|p| p.email.clone()), people.last().map(|p| p.email.clone()));
        for p in &people {
            assert!(p.email.parse::<kit::email::Email>().is_ok(), "{}", p.email);
            let country = kit::address::country(&p.address.country).unwrap();
            assert!(country.normal_postal_code(&p.address.postal_code).is_some(), "{:?}", p.address);
        }
    }
}
