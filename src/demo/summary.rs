//! What seeding did, as the command prints it.

use std::fmt;

use crate::PASSWORD;
use crate::history;

/// A demo account.
#[derive(Debug, Clone)]
pub struct Login {
    pub role: &'static str,
    pub email: &'static str,
    /// Path of the page to sign in at.
    pub at: &'static str,
}

/// What was done: numbers count what is new.
#[derive(Debug, Default)]
pub struct Summary {
    pub categories: u64,
    pub products: usize,
    pub variants: usize,
    pub pictures: usize,
    pub pages: u64,
    pub customers: usize,
    pub orders: usize,
    pub reviews: usize,
    pub views: usize,
    pub logins: Vec<Login>,
    pub seconds: f64,
}

impl fmt::Display for Summary {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.products == 0 {
            writeln!(f, "Boutique de démonstration déjà en place, rien à ajouter.")?;
        } else {
            writeln!(
                f,
                "Boutique de démonstration prête en {:.1} s : {} produits ({} déclinaisons) dans {} rayons, {} images, \
                 {} avis, {} pages, {} clients, {} commandes sur {} jours.",
                self.seconds,
                self.products,
                self.variants,
                self.categories,
                self.pictures,
                self.reviews,
                self.pages,
                self.customers,
                self.orders,
                history::DAYS,
            )?;
        }
        writeln!(f, "Comptes (mot de passe : {PASSWORD})")?;
        for login in &self.logins {
            writeln!(f, "  {:<16} {:<34} {}", login.role, login.email, login.at)?;
        }
        Ok(())
    }
}
