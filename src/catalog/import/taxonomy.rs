//! Categories and brands by name: what is there is found, what is missing is made in the transaction of the first product
//! that needs it. Kept in memory for the length of a run; loaded anew after a transaction that was rolled back.

use std::collections::{HashMap, HashSet};

use kit::Lang;
use sqlx::PgConnection;

use crate::prepare::{Prepared, free, unsorted};
use crate::store::taxonomy::{self as store, NewCategory};

/// Stands for what a dry run would make.
pub const NOT_YET: i32 = -1;

pub struct Taxonomy {
    lang: Lang,
    /// (parent, folded name) to id.
    categories: HashMap<(Option<i32>, String), i32>,
    codes: HashSet<String>,
    slugs: HashSet<String>,
    brands: HashMap<String, i32>,
    /// Whole paths that have been looked up, so that names are folded once for each category and not for each product.
    paths: HashMap<Vec<String>, i32>,
}

impl Taxonomy {
    pub async fn load(conn: &mut PgConnection, lang: Lang) -> sqlx::Result<Taxonomy> {
        let known = store::list_categories(conn, lang.code()).await?;
        let brands = store::list_brands(conn).await?.into_iter().collect();
        let codes = known.iter().map(|category| category.code.clone()).collect();
        let slugs = known.iter().map(|category| category.slug.clone()).collect();
        let by_name = known.into_iter().map(|c| ((c.parent_id, kit::text::fold(&c.name)), c.id)).collect();
        Ok(Taxonomy { lang, categories: by_name, codes, slugs, brands, paths: HashMap::new() })
    }

    /// Makes what the products name and the shop does not have, level by level.
    pub async fn make(&mut self, tx: &mut PgConnection, products: &[Prepared]) -> sqlx::Result<()> {
        let unknown: Vec<&Prepared> =
            products.iter().filter(|product| !self.paths.contains_key(&product.category)).collect();
        let deepest = unknown.iter().map(|product| product.category.len()).max().unwrap_or_default().max(1);
        for level in 0..deepest {
            let new = self.missing(&unknown, level);
            if new.is_empty() {
                continue;
            }
            let made: HashMap<String, i32> =
                store::insert_categories(tx, self.lang.code(), &new).await?.into_iter().collect();
            for category in new {
                if let Some(id) = made.get(&category.code) {
                    self.categories.insert((category.parent_id, kit::text::fold(&category.name)), *id);
                }
            }
        }
        let mut brands: Vec<(String, String)> = products
            .iter()
            .filter_map(|product| product.brand.clone())
            .filter(|(slug, _)| !self.brands.contains_key(slug))
            .collect();
        // Ordered, so that two writers of brands never wait for each other in a circle.
        brands.sort();
        brands.dedup_by(|a, b| a.0 == b.0);
        if !brands.is_empty() {
            let (slugs, names): (Vec<String>, Vec<String>) = brands.into_iter().unzip();
            self.brands.extend(store::insert_brands(tx, &slugs, &names).await?);
        }
        Ok(())
    }

    /// The categories of one level that are not there yet, each with a code and an address of its own.
    fn missing(&mut self, products: &[&Prepared], level: usize) -> Vec<NewCategory> {
        let mut new: Vec<NewCategory> = Vec::new();
        let mut asked = HashSet::new();
        for product in products {
            let path = self.path(product);
            let Some(name) = path.get(level) else { continue };
            let Some(parent_id) = self.parent(&path[..level]) else { continue };
            let key = (parent_id, kit::text::fold(name));
            if self.categories.contains_key(&key) || !asked.insert(key) {
                continue;
            }
            let code = kit::text::slugify(&path[..=level].join(" "));
            let code = free(&code, |code| self.codes.contains(code));
            let slug = kit::text::slugify(name);
            let above = level.checked_sub(1).and_then(|above| path.get(above));
            let longer = above.map_or(slug.clone(), |above| kit::text::slugify(&format!("{name} {above}")));
            let wish = if self.slugs.contains(&slug) { longer } else { slug };
            let slug = free(&wish, |slug| self.slugs.contains(slug));
            self.codes.insert(code.clone());
            self.slugs.insert(slug.clone());
            new.push(NewCategory { parent_id, code, name: name.clone(), slug });
        }
        new
    }

    fn path(&self, product: &Prepared) -> Vec<String> {
        if product.category.is_empty() {
            vec![unsorted(self.lang).to_string()]
        } else {
            product.category.clone()
        }
    }

    /// The id of a path's end; `Some(None)` above the top level, `None` when it is not there.
    fn parent(&self, path: &[String]) -> Option<Option<i32>> {
        path.iter().try_fold(None, |parent, name| {
            self.categories.get(&(parent, kit::text::fold(name))).map(|id| Some(*id))
        })
    }

    /// The category of a product, [`NOT_YET`] if it is to be made.
    pub fn category(&mut self, product: &Prepared) -> i32 {
        if let Some(id) = self.paths.get(&product.category) {
            return *id;
        }
        let found = self.parent(&self.path(product)).flatten();
        if let Some(id) = found {
            self.paths.insert(product.category.clone(), id);
        }
        found.unwrap_or(NOT_YET)
    }

    pub fn brand(&self, product: &Prepared) -> Option<i32> {
        let (slug, _) = product.brand.as_ref()?;
        Some(self.brands.get(slug).copied().unwrap_or(NOT_YET))
    }
}
