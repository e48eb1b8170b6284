//! Forms of the cart.

use kit::quantity::Quantity;
use serde::Deserialize;

/// Different articles added at once.
const TOGETHER: usize = 5;

/// "Add to cart": from cards and from the product page; several articles at once from "often bought together".
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct AddForm {
    pub variant: Vec<String>,
    pub quantity: String,
}

impl AddForm {
    /// The variants' ids; anything else is an article that does not exist.
    pub fn variants(&self) -> Option<Vec<i64>> {
        let mut ids: Vec<i64> = Vec::new();
        for said in &self.variant {
            let id = said.parse().ok().filter(|id| *id > 0)?;
            if !ids.contains(&id) {
                ids.push(id);
            }
        }
        ((1..=TOGETHER).contains(&ids.len())).then_some(ids)
    }

    /// A card has no quantity field: none means one.
    pub fn quantity(&self) -> Option<Quantity> {
        if self.quantity.is_empty() { Quantity::new(1).ok() } else { self.quantity.parse().ok() }
    }
}

/// Beginning of the name of a quantity field; the variant's id follows.
pub const QUANTITY: &str = "quantite-";
/// Name of the button that takes a line out; its value is the variant's id.
pub const REMOVE: &str = "retirer";

/// The form around all lines of the cart.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct ChangeForm {
    pub quantities: Vec<(i64, Quantity)>,
    pub remove: Option<i64>,
    /// Lines whose quantity is none, with what was typed.
    pub bad: Vec<(i64, String)>,
}

impl ChangeForm {
    pub fn read(pairs: &[(String, String)]) -> ChangeForm {
        let mut form = ChangeForm::default();
        for (name, value) in pairs {
            if name == REMOVE {
                form.remove = value.parse().ok();
            } else if let Some(id) = name.strip_prefix(QUANTITY).and_then(|id| id.parse().ok()) {
                match value.parse::<Quantity>() {
                    Ok(n) => form.quantities.push((id, n)),
                    Err(_) => form.bad.push((id, value.chars().take(20).collect())),
                }
            }
        }
        form
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_no_quantity_is_kept_apart_and_shown_again() {
        let pair = |a: &str, b: &str| (a.to_string(), b.to_string());
        let form = ChangeForm::read(&[
            pair("quantite-3", "2"),
            pair("quantite-4", "0"),
            pair("quantite-x", "1"),
            pair("_csrf", "abc"),
            pair("retirer", "9"),
        ]);
        assert_eq!(form.quantities.iter().map(|(v, n)| (*v, n.get())).collect::<Vec<_>>(), [(3, 2)]);
        assert_eq!(form.bad, [(4, "0".to_string())]);
        assert_eq!(form.remove, Some(9));
    }

    #[test]
    fn nonsense_quantities_are_refused() {
        for bad in ["0", "-1", "1000000000", "٣", "1.5", "1e3", " "] {
            let form = AddForm { variant: vec!["1".into()], quantity: bad.into() };
            assert!(form.quantity().is_none(), "{bad:?}");
        }
        let of = |said: &[&str]| {
            AddForm { variant: said.iter().map(|s| s.to_string()).collect(), quantity: String::new() }
                .variants()
        };
        assert_eq!(of(&["-4"]), None);
        assert_eq!(of(&[]), None);
        assert_eq!(of(&["3", "4", "3"]), Some(vec![3, 4]));
        assert_eq!(of(&["3", "x"]), None);
        assert_eq!(of(&["1", "2", "3", "4", "5", "6"]), None);
    }
}
