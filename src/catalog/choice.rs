//! Which variant of a product is meant by an address such as `?finition=noir&taille=m`, and where the other choices lead.

use crate::model::{OptionGroup, OptionValue, Variant};

/// A product's options against its variants, with one variant chosen.
pub struct Choice<'a> {
    options: &'a [OptionGroup],
    variants: &'a [Variant],
    chosen: &'a Variant,
}

/// What a value of an option leads to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Leads {
    /// To a variant that can be bought.
    Buyable(i64),
    /// To a variant that is sold out.
    SoldOut(i64),
    /// There is no such combination with the other values chosen.
    Nowhere,
}

impl<'a> Choice<'a> {
    /// The variant that agrees with most of the pairs of the query; of those the first that can be bought, else the first.
    /// `None` without variants.
    pub fn new(
        options: &'a [OptionGroup],
        variants: &'a [Variant],
        query: &[(String, String)],
    ) -> Option<Choice<'a>> {
        let wanted: Vec<i64> = options
            .iter()
            .filter_map(|o| {
                let (_, code) = query.iter().find(|(k, _)| *k == o.code)?;
                o.values.iter().find(|v| v.code == *code).map(|v| v.id)
            })
            .collect();
        let agrees = |v: &Variant| wanted.iter().filter(|id| v.value_ids.contains(id)).count();
        // The first of the best: max_by_key alone would give the last.
        let chosen = variants.iter().rev().max_by_key(|v| (agrees(v), v.available > 0))?;
        Some(Choice { options, variants, chosen })
    }

    pub fn chosen(&self) -> &'a Variant {
        self.chosen
    }

    pub fn options(&self) -> &'a [OptionGroup] {
        self.options
    }

    pub fn is_chosen(&self, value: &OptionValue) -> bool {
        self.chosen.value_ids.contains(&value.id)
    }

    /// The value chosen in a group.
    pub fn value_of(&self, group: &'a OptionGroup) -> Option<&'a OptionValue> {
        group.values.iter().find(|v| self.is_chosen(v))
    }

    /// The values chosen, as they are read: `noir, M`.
    pub fn label(&self) -> String {
        let labels = self.options.iter().filter_map(|g| self.value_of(g)).map(|v| v.label.as_str());
        labels.collect::<Vec<_>>().join(", ")
    }

    /// The variant that differs from the chosen one by this value alone.
    pub fn variant_with(&self, group: &OptionGroup, value: &OptionValue) -> Option<&'a Variant> {
        let kept = |v: &Variant| {
            self.options.iter().filter(|g| g.code != group.code).all(|g| {
                let mine = self.value_of_code(&g.code);
                mine.is_none_or(|id| v.value_ids.contains(&id))
            })
        };
        self.variants.iter().find(|v| v.value_ids.contains(&value.id) && kept(v))
    }

    pub fn leads(&self, group: &OptionGroup, value: &OptionValue) -> Leads {
        match self.variant_with(group, value) {
            Some(v) if v.available > 0 => Leads::Buyable(v.id),
            Some(v) => Leads::SoldOut(v.id),
            None => Leads::Nowhere,
        }
    }

    /// The query that chooses this value and keeps the others.
    pub fn query_with(&self, group: &OptionGroup, value: &OptionValue) -> String {
        let pairs = self.options.iter().filter_map(|g| {
            let code = if g.code == group.code { &value.code } else { &self.value_of(g)?.code };
            Some(format!("{}={}", kit::urls::query(&g.code), kit::urls::query(code)))
        });
        format!("?{}", pairs.collect::<Vec<_>>().join("&"))
    }

    fn value_of_code(&self, code: &str) -> Option<i64> {
        let group = self.options.iter().find(|g| g.code == code)?;
        self.value_of(group).map(|v| v.id)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::pricing::Price;

    fn value(id: i64, code: &str) -> OptionValue {
        OptionValue { id, code: code.into(), label: code.to_uppercase(), swatch: None }
    }

    fn variant(id: i64, values: &[i64], available: i32) -> Variant {
        let price = Price::new(1_000 + id, None, None);
        Variant {
            id,
            sku: format!("S{id}"),
            ean: None,
            value_ids: values.into(),
            price,
            available,
            image_id: None,
        }
    }

    fn shirt() -> (Vec<OptionGroup>, Vec<Variant>) {
        let group = |code: &str, values| OptionGroup { code: code.into(), label: code.into(), values };
        let options = vec![
            group("couleur", vec![value(1, "noir"), value(2, "bleu")]),
            group("taille", vec![value(11, "s"), value(12, "m")]),
        ];
        let variants = vec![variant(100, &[1, 11], 0), variant(101, &[1, 12], 3), variant(102, &[2, 11], 2)];
        (options, variants)
    }

    fn query(pairs: &[(&str, &str)]) -> Vec<(String, String)> {
        pairs.iter().map(|(k, v)| (k.to_string(), v.to_string())).collect()
    }

    #[test]
    fn without_a_wish_the_first_that_can_be_bought_is_shown() {
        let (options, variants) = shirt();
        assert_eq!(Choice::new(&options, &variants, &[]).unwrap().chosen().id, 101);
    }

    #[test]
    fn a_sold_out_combination_can_be_chosen_and_nonsense_is_ignored() {
        let (options, variants) = shirt();
        let chosen = |q: &[(&str, &str)]| Choice::new(&options, &variants, &query(q)).unwrap().chosen().id;
        assert_eq!(chosen(&[("couleur", "noir"), ("taille", "s")]), 100);
        assert_eq!(chosen(&[("couleur", "vert"), ("utm_source", "x")]), 101);
        assert_eq!(
            chosen(&[("couleur", "bleu"), ("taille", "m")]),
            101,
            "no blue M: nearest that can be bought"
        );
    }

    #[test]
    fn each_value_says_where_it_leads() {
        let (options, variants) = shirt();
        let choice =
            Choice::new(&options, &variants, &query(&[("couleur", "noir"), ("taille", "m")])).unwrap();
        assert_eq!(choice.leads(&options[1], &options[1].values[0]), Leads::SoldOut(100));
        assert_eq!(choice.leads(&options[0], &options[0].values[1]), Leads::Nowhere);
        assert_eq!(choice.query_with(&options[1], &options[1].values[0]), "?couleur=noir&taille=s");
        assert_eq!(choice.label(), "NOIR, M");
    }

    #[test]
    fn a_product_without_options_has_its_one_variant() {
        let variants = vec![variant(7, &[], 0)];
        let choice = Choice::new(&[], &variants, &query(&[("a", "b")])).unwrap();
        assert_eq!((choice.chosen().id, choice.label().as_str()), (7, ""));
        assert!(Choice::new(&[], &[], &[]).is_none());
    }
}
