//! The form of a product: texts in the languages it has, status, category, one line of inputs per variant.

use catalog::admin::{EditProduct, EditText, ProductChange, STATUSES, VariantChange};
use kit::text::one_line;
use kit::{Lang, Money, tr};
use serde::Deserialize;

/// Longest texts.
const TITLE: usize = 200;
const DESCRIPTION: usize = 20_000;
const POINTS: usize = 20;
const POINT: usize = 200;
const SUMMARY: usize = 200;
/// Highest price in cents, as the table has it.
const HIGHEST: i64 = 100_000_000;

/// As typed. `variant`, `price` and `compare` are columns of one table: the n-th of each belong together.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub struct ProductForm {
    pub version: String,
    pub status: String,
    pub category: String,
    pub title_fr: String,
    pub title_en: String,
    pub description_fr: String,
    pub description_en: String,
    /// Absent where a caller does not know them: what is stored stays.
    pub points_fr: Option<String>,
    pub points_en: Option<String>,
    pub summary_fr: Option<String>,
    pub summary_en: Option<String>,
    /// What was proposed and neither taken nor left: the n-th text is for the n-th field.
    pub draft_of: Vec<String>,
    pub draft_text: Vec<String>,
    /// The field whose draft is taken, or left (`-field`).
    pub take: String,
    pub variant: Vec<String>,
    pub price: Vec<String>,
    pub compare: Vec<String>,
    /// Ids of the variants on sale.
    pub active: Vec<String>,
}

/// What is wrong: the id of the input and a text.
pub type Faults = Vec<(String, String)>;

impl ProductForm {
    /// The form as it stands in the database.
    pub fn of(p: &EditProduct) -> ProductForm {
        let text = |lang: &str| p.texts.iter().find(|t| t.lang == lang).cloned().unwrap_or_default();
        let (fr, en) = (text("fr"), text("en"));
        let euros = |cents: i64| Money::cents(cents).decimal().replace('.', ",");
        ProductForm {
            version: p.version.to_string(),
            status: p.status.clone(),
            category: p.category_id.to_string(),
            title_fr: fr.title,
            title_en: en.title,
            description_fr: fr.description,
            description_en: en.description,
            points_fr: Some(fr.points),
            points_en: Some(en.points),
            summary_fr: Some(fr.summary),
            summary_en: Some(en.summary),
            variant: p.variants.iter().map(|v| v.id.to_string()).collect(),
            price: p.variants.iter().map(|v| euros(v.price_cents)).collect(),
            compare: p.variants.iter().map(|v| v.compare_at_cents.map(euros).unwrap_or_default()).collect(),
            active: p.variants.iter().filter(|v| v.active).map(|v| v.id.to_string()).collect(),
            ..ProductForm::default()
        }
    }

    pub fn title(&self, lang: &str) -> &str {
        if lang == "en" { &self.title_en } else { &self.title_fr }
    }

    pub fn description(&self, lang: &str) -> &str {
        if lang == "en" { &self.description_en } else { &self.description_fr }
    }

    pub fn points(&self, lang: &str) -> &str {
        if lang == "en" { &self.points_en } else { &self.points_fr }.as_deref().unwrap_or_default()
    }

    pub fn summary(&self, lang: &str) -> &str {
        if lang == "en" { &self.summary_en } else { &self.summary_fr }.as_deref().unwrap_or_default()
    }

    /// The drafts that wait, by field.
    pub fn drafts(&self) -> impl Iterator<Item = (&str, &str)> {
        self.draft_of.iter().zip(&self.draft_text).map(|(of, text)| (of.as_str(), text.as_str()))
    }

    /// A draft for a field; what says nothing new is not proposed.
    pub fn propose(&mut self, field: &str, text: String) {
        let known = self.field(field).is_some_and(|now| lines(now) == lines(&text));
        if !known && !text.is_empty() {
            self.draft_of.push(field.to_string());
            self.draft_text.push(text);
        }
    }

    /// Does what `take` says with the drafts.
    pub fn decide(&mut self) {
        let (field, taken) = match self.take.strip_prefix('-') {
            Some(field) => (field.to_string(), false),
            None => (self.take.clone(), true),
        };
        let Some(at) = self.draft_of.iter().position(|of| *of == field) else { return };
        self.draft_of.remove(at);
        if at >= self.draft_text.len() {
            return;
        }
        let text = self.draft_text.remove(at);
        if let Some(now) = self.field(&field).filter(|_| taken) {
            *now = text;
        }
    }

    /// The text fields that drafts are made for.
    fn field(&mut self, name: &str) -> Option<&mut String> {
        match name {
            "description_fr" => Some(&mut self.description_fr),
            "description_en" => Some(&mut self.description_en),
            "points_fr" => Some(self.points_fr.get_or_insert_default()),
            "points_en" => Some(self.points_en.get_or_insert_default()),
            "summary_fr" => Some(self.summary_fr.get_or_insert_default()),
            "summary_en" => Some(self.summary_en.get_or_insert_default()),
            _ => None,
        }
    }

    /// What was typed for a variant: price, former price, on sale.
    pub fn line(&self, id: i64) -> (&str, &str, bool) {
        let id = id.to_string();
        let at = self.variant.iter().position(|v| *v == id);
        let price = at.and_then(|i| self.price.get(i)).map_or("", String::as_str);
        let compare = at.and_then(|i| self.compare.get(i)).map_or("", String::as_str);
        (price, compare, self.active.contains(&id))
    }

    /// The change, if everything is right. `known` says whether a category exists. Only variants of this product count.
    pub fn check(
        &self,
        lang: Lang,
        product: &EditProduct,
        known: impl Fn(i32) -> bool,
    ) -> Result<ProductChange, Faults> {
        let mut faults = Faults::new();
        let version = self.version.parse::<i32>().unwrap_or(-1);
        if !STATUSES.contains(&self.status.as_str()) {
            faults.push(("status".into(), tr!(lang, "backoffice.product.bad_status").into()));
        }
        let category_id = self.category.parse::<i32>().ok().filter(|c| known(*c));
        if category_id.is_none() {
            faults.push(("category".into(), tr!(lang, "backoffice.product.bad_category").into()));
        }
        let texts = product.texts.iter().map(|t| self.text(lang, t, &mut faults)).collect();
        let variants: Vec<VariantChange> =
            product.variants.iter().filter_map(|v| self.variant(lang, v.id, &mut faults)).collect();
        if self.status == "active" && !variants.iter().any(|v| v.active) {
            faults.push(("status".into(), tr!(lang, "backoffice.product.nothing_on_sale").into()));
        }
        match category_id {
            Some(category_id) if faults.is_empty() => {
                Ok(ProductChange { version, status: self.status.clone(), category_id, texts, variants })
            }
            _ => Err(faults),
        }
    }

    fn text(&self, lang: Lang, stored: &EditText, faults: &mut Faults) -> EditText {
        let title = one_line(self.title(&stored.lang), TITLE);
        if title.is_empty() {
            faults.push((format!("title_{}", stored.lang), tr!(lang, "backoffice.product.no_title").into()));
        }
        // Lines end as browsers do not send them, and paragraphs stay.
        let description: String =
            self.description(&stored.lang).replace("\r\n", "\n").chars().take(DESCRIPTION).collect();
        let (points, summary) = match stored.lang.as_str() {
            "en" => (&self.points_en, &self.summary_en),
            _ => (&self.points_fr, &self.summary_fr),
        };
        let points = points.as_ref().map_or_else(|| stored.points.clone(), |typed| lines(typed));
        let summary =
            summary.as_ref().map_or_else(|| stored.summary.clone(), |typed| one_line(typed, SUMMARY));
        EditText { title, description: description.trim().to_string(), points, summary, ..stored.clone() }
    }

    fn variant(&self, lang: Lang, id: i64, faults: &mut Faults) -> Option<VariantChange> {
        let (price, compare, active) = self.line(id);
        let cents =
            |text: &str| Money::parse(text).map(Money::as_cents).filter(|c| (1..=HIGHEST).contains(c));
        let price_cents = cents(price);
        if price_cents.is_none() {
            faults.push((format!("price-{id}"), tr!(lang, "backoffice.product.bad_price").into()));
        }
        let compare_at_cents = if compare.trim().is_empty() { None } else { cents(compare) };
        let fine = compare.trim().is_empty() || compare_at_cents.is_some_and(|c| Some(c) > price_cents);
        if !fine {
            faults.push((format!("compare-{id}"), tr!(lang, "backoffice.product.bad_compare").into()));
        }
        Some(VariantChange { id, price_cents: price_cents?, compare_at_cents, active })
    }
}

/// One point a line, without empty ones.
fn lines(typed: &str) -> String {
    let each = typed.lines().map(|line| one_line(line, POINT)).filter(|line| !line.is_empty());
    each.take(POINTS).collect::<Vec<_>>().join("\n")
}

#[cfg(test)]
mod tests {
    use super::*;
    use catalog::admin::EditVariant;

    fn product() -> EditProduct {
        EditProduct {
            id: 1,
            version: 3,
            status: "active".into(),
            category_id: 7,
            brand: String::new(),
            updated_at: chrono::DateTime::UNIX_EPOCH,
            texts: vec![EditText { lang: "fr".into(), title: "Lampe".into(), ..EditText::default() }],
            variants: [4, 5]
                .map(|id| EditVariant {
                    id,
                    sku: format!("L-{id}"),
                    options: String::new(),
                    price_cents: 1_990,
                    compare_at_cents: None,
                    active: true,
                    on_hand: 1,
                    reserved: 0,
                })
                .to_vec(),
        }
    }

    #[test]
    fn what_is_shown_and_sent_back_changes_nothing() {
        let p = product();
        let change = ProductForm::of(&p).check(Lang::Fr, &p, |c| c == 7).unwrap();
        assert_eq!((change.version, change.category_id), (3, 7));
        assert_eq!(change.variants.iter().map(|v| v.price_cents).collect::<Vec<_>>(), [1_990, 1_990]);
        assert_eq!(change.texts, p.texts);
    }

    #[test]
    fn prices_and_former_prices_are_checked_per_variant() {
        let p = product();
        let mut form = ProductForm::of(&p);
        form.price = vec!["-1".into(), "19,90".into()];
        form.compare = vec![String::new(), "19,90".into()];
        let faults = form.check(Lang::Fr, &p, |_| true).unwrap_err();
        assert_eq!(faults.iter().map(|(f, _)| f.as_str()).collect::<Vec<_>>(), ["price-4", "compare-5"]);
    }

    #[test]
    fn variants_of_other_products_and_unknown_categories_are_not_taken() {
        let p = product();
        let mut form = ProductForm::of(&p);
        form.variant.push("99".into());
        form.price.push("1".into());
        assert!(form.check(Lang::Fr, &p, |_| true).unwrap().variants.iter().all(|v| v.id != 99));
        form.category = "8".into();
        assert_eq!(form.check(Lang::Fr, &p, |c| c == 7).unwrap_err()[0].0, "category");
    }

    #[test]
    fn a_draft_replaces_its_field_only_when_it_is_taken() {
        let mut form = ProductForm::of(&product());
        form.propose("description_fr", "Une lampe.".into());
        form.propose("points_fr", "Poids : 1 kg".into());
        form.propose("title_fr", "Autre".into());
        form.take = "-points_fr".into();
        form.decide();
        assert_eq!((form.points("fr"), form.drafts().count()), ("", 2));
        form.take = "description_fr".into();
        form.decide();
        form.take = "title_fr".into();
        form.decide();
        assert_eq!(
            (form.description("fr"), form.title("fr"), form.drafts().count()),
            ("Une lampe.", "Lampe", 0)
        );
        form.propose("description_fr", "Une lampe. ".into());
        assert_eq!(form.drafts().count(), 0, "what is there already is not proposed");
    }

    #[test]
    fn points_and_summary_stay_where_a_form_does_not_know_them() {
        let mut p = product();
        p.texts[0].points = "Légère\nPliante".into();
        p.texts[0].summary = "Une lampe.".into();
        let mut form = ProductForm::of(&p);
        (form.points_fr, form.summary_fr) = (None, None);
        assert_eq!(form.check(Lang::Fr, &p, |_| true).unwrap().texts, p.texts);
        form.points_fr = Some(" Légère \r\n\r\n Pliante ".into());
        form.summary_fr = Some(String::new());
        let texts = form.check(Lang::Fr, &p, |_| true).unwrap().texts;
        assert_eq!((texts[0].points.as_str(), texts[0].summary.as_str()), ("Légère\nPliante", ""));
    }
}
