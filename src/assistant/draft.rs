//! Drafts of a product's texts, for staff: from its attributes and its category by rule, or in a model's words where one is
//! configured, under the checks of the assistant's answers.
//!
//! Nothing is kept and nothing is published: a draft is shown, and staff take it into the form or leave it.

use std::time::Duration;

use kit::{Lang, text, tr};
use ml::answer::sheet::Fact;
use platform::App;

use crate::goods::{honest, promised};
use crate::model::Written;
use crate::store::goods as store;
use crate::write::{self, Prompt};

/// Staff wait longer than shoppers.
const PATIENCE: Duration = Duration::from_secs(15);
const POINTS: usize = 8;
/// Facts told in the description, and in the summary.
const TOLD: usize = 8;
const SUMMED: usize = 4;
/// What search engines show of a summary.
const SUMMARY: usize = 155;

/// Texts of a product in one language.
#[derive(Debug, Clone)]
pub struct Draft {
    pub description: String,
    /// One attribute a line.
    pub points: String,
    /// For search engines.
    pub summary: String,
    pub written: Written,
}

/// What is known of a product that does not change from day to day.
struct Known<'a> {
    title: &'a str,
    brand: String,
    category: String,
    attributes: Vec<Fact>,
    options: Vec<Fact>,
    promised: Vec<Fact>,
}

/// A draft for the product under this title; `None` when it has no attribute to speak of.
pub async fn of(app: &App, lang: Lang, id: i64, title: &str) -> sqlx::Result<Option<Draft>> {
    let Some(row) = store::list_sheets(&app.db, lang, &[id], true).await?.pop() else { return Ok(None) };
    let facts = |pairs: Vec<(String, String)>| -> Vec<Fact> {
        let each = pairs.into_iter().map(|(label, value)| Fact { label, value });
        each.filter(|f| honest(&f.value) && honest(&f.label)).collect()
    };
    let known = Known {
        title,
        attributes: facts(row.attributes(lang)),
        options: facts(row.options()),
        promised: promised(lang, &row),
        brand: row.brand,
        category: row.category,
    };
    if known.attributes.is_empty() && known.options.is_empty() && known.promised.is_empty() {
        return Ok(None);
    }
    let mut draft = by_rule(lang, &known);
    if let Some(llm) = &app.config.llm {
        let facts = write::limited(&known.lines(lang));
        let asked = Prompt {
            lang,
            system: tr!(lang, "assistant.draft.rules").into(),
            user: tr!(lang, "assistant.draft.prompt", facts = write::listed(&facts)).into(),
            facts: &facts,
            question: title,
        };
        draft.written = Written::Fallback;
        if let (_, Some(said)) = write::told(app, llm, &asked, PATIENCE).await {
            draft.description = said;
            draft.written = Written::Generated;
        }
    }
    Ok(Some(draft))
}

impl Known<'_> {
    fn all(&self) -> impl Iterator<Item = &Fact> {
        self.attributes.iter().chain(&self.options).chain(&self.promised)
    }

    /// Everything, one fact a line.
    fn lines(&self, lang: Lang) -> Vec<String> {
        let head = [self.title.to_string(), self.brand.clone(), self.category.clone()];
        let facts = self.all().map(|f| pair(lang, f));
        head.into_iter().filter(|h| !h.is_empty()).chain(facts).collect()
    }
}

fn pair(lang: Lang, fact: &Fact) -> String {
    tr!(lang, "assistant.draft.pair", label = fact.label, value = fact.value).into()
}

/// `poids 9,0 kg`: as part of a sentence.
fn said(fact: &Fact) -> String {
    let mut label = fact.label.chars();
    let first: String = label.next().map(|c| c.to_lowercase().collect()).unwrap_or_default();
    // An abbreviation keeps its capitals.
    let rest = label.as_str();
    let capital = rest.chars().next().is_some_and(char::is_uppercase);
    let label = if capital { fact.label.clone() } else { format!("{first}{rest}") };
    format!("{label} {}", fact.value)
}

fn by_rule(lang: Lang, known: &Known<'_>) -> Draft {
    let Known { title, brand, category, .. } = known;
    let named = text::fold(title).contains(&text::fold(brand));
    let mut parts: Vec<String> = vec![
        match (brand.is_empty() || named, category.is_empty()) {
            (false, false) => {
                tr!(lang, "assistant.draft.both", title = title, brand = brand, category = category)
            }
            (true, false) => tr!(lang, "assistant.draft.shelf", title = title, category = category),
            (false, true) => tr!(lang, "assistant.draft.brand", title = title, brand = brand),
            (true, true) => tr!(lang, "assistant.draft.alone", title = title),
        }
        .into(),
    ];
    let list = |facts: &[Fact]| {
        facts.iter().take(TOLD).map(said).collect::<Vec<_>>().join(lang.pick("\u{a0}; ", "; "))
    };
    if !known.attributes.is_empty() {
        parts.push(tr!(lang, "assistant.draft.has", facts = list(&known.attributes)).into());
    }
    if !known.options.is_empty() {
        parts.push(tr!(lang, "assistant.draft.comes", facts = list(&known.options)).into());
    }
    if !known.promised.is_empty() {
        parts.push(tr!(lang, "assistant.draft.promised", facts = list(&known.promised)).into());
    }
    let points: Vec<String> = known.attributes.iter().take(POINTS).map(|f| pair(lang, f)).collect();
    Draft {
        description: parts.join("\n\n"),
        points: points.join("\n"),
        summary: summary(lang, known),
        written: Written::Extracted,
    }
}

/// The title and as many facts as search engines show.
fn summary(lang: Lang, known: &Known<'_>) -> String {
    let mut out = text::shorten(known.title, SUMMARY - 1);
    let mut told = 0;
    for fact in known.all().map(said) {
        let with = format!("{out}{}{fact}", if told == 0 { lang.pick("\u{a0}: ", ": ") } else { ", " });
        if told < SUMMED && with.chars().count() < SUMMARY {
            out = with;
            told += 1;
        }
    }
    format!("{out}.")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn known(title: &str) -> Known<'_> {
        let fact = |label: &str, value: &str| Fact { label: label.into(), value: value.into() };
        Known {
            title,
            brand: "Torrea".into(),
            category: "Machines à café".into(),
            attributes: vec![fact("Poids", "9,0 kg"), fact("USB", "oui")],
            options: vec![fact("Couleur", "noir, inox")],
            promised: vec![fact("Garantie", "36 mois")],
        }
    }

    #[test]
    fn a_draft_says_what_the_sheet_knows_and_nothing_else() {
        let draft = by_rule(Lang::Fr, &known("Barista"));
        let parts: Vec<&str> = draft.description.split("\n\n").collect();
        assert_eq!(parts[0], "Barista, de la marque Torrea, se trouve dans notre rayon Machines à café.");
        assert!(parts[1].contains("poids 9,0 kg\u{a0}; USB oui"), "{}", parts[1]);
        assert!(parts[2].contains("couleur noir, inox") && parts[3].contains("garantie 36 mois"));
        assert_eq!(draft.points, "Poids\u{a0}: 9,0 kg\nUSB\u{a0}: oui");
        assert_eq!(
            draft.summary,
            "Barista\u{a0}: poids 9,0 kg, USB oui, couleur noir, inox, garantie 36 mois."
        );
        assert!(!by_rule(Lang::Fr, &known("Torrea Barista")).description.contains("de la marque"));
    }

    #[test]
    fn summaries_fit_and_end_whole() {
        let long = "Machine ".repeat(30);
        for title in ["Barista", long.trim()] {
            let summary = summary(Lang::En, &known(title));
            assert!(summary.chars().count() <= SUMMARY && summary.ends_with('.'), "{summary}");
        }
    }
}
