//! What an answer is: types without I/O.

use kit::Lang;
use serde::{Deserialize, Serialize};

use crate::goods::Goods;

/// What kind of answer it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Kind {
    /// Facts of products or pages.
    Answer,
    /// Products that fit a description.
    Products,
    Comparison,
    /// Another page does this better: orders, a person.
    Handover,
    /// Greetings and what the assistant is.
    Talk,
    /// Nothing supports an answer, or it is not to be answered.
    Refusal,
}

impl Kind {
    pub const fn code(self) -> &'static str {
        match self {
            Kind::Answer => "answer",
            Kind::Products => "products",
            Kind::Comparison => "comparison",
            Kind::Handover => "handover",
            Kind::Talk => "talk",
            Kind::Refusal => "refusal",
        }
    }
}

/// Where an answer comes from, or where to go on.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Link {
    pub title: String,
    /// A path of our own.
    pub url: String,
}

/// Products side by side: the first column names the property.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct Table {
    pub heads: Vec<Link>,
    pub rows: Vec<(String, Vec<String>)>,
}

/// What the next question may refer to. Comes back from the reader's form, so it is only ever a hint about public things.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Context {
    pub products: Vec<i64>,
    /// What was looked for.
    pub subject: String,
    /// The property asked for.
    pub property: String,
}

impl Context {
    const MOST: usize = 4;

    /// From the fields of the form.
    pub fn read(products: &str, subject: &str, property: &str) -> Context {
        let ids =
            products.split('-').filter_map(|id| id.parse().ok()).filter(|id| *id > 0).take(Context::MOST);
        Context {
            products: ids.collect(),
            subject: kit::text::one_line(subject, 120),
            property: kit::text::one_line(property, 80),
        }
    }

    pub fn products_field(&self) -> String {
        self.products.iter().map(i64::to_string).collect::<Vec<_>>().join("-")
    }
}

/// Who wrote the answer, and why not somebody better.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Written {
    /// Put together from facts by rule.
    Extracted,
    /// By the configured model, checked against the facts.
    Generated,
    /// The model did not answer in time or not soundly, so by rule.
    Fallback,
}

/// An answer, in the language of the question.
#[derive(Debug, Clone)]
pub struct Answer {
    pub kind: Kind,
    pub lang: Lang,
    pub question: String,
    pub paragraphs: Vec<String>,
    /// A list below the paragraphs.
    pub points: Vec<String>,
    pub table: Option<Table>,
    pub goods: Vec<Goods>,
    pub sources: Vec<Link>,
    /// Ways on: order page, search, help.
    pub ways: Vec<Link>,
    /// From 0 to 1: how well the sources support it.
    pub confidence: f32,
    pub written: Written,
    pub trace_id: String,
    pub context: Context,
    /// Everything the answer may say, for a model to write from and to be checked against.
    pub facts: Vec<String>,
}

impl Answer {
    pub fn new(kind: Kind, lang: Lang, question: &str) -> Answer {
        Answer {
            kind,
            lang,
            question: question.to_string(),
            paragraphs: Vec::new(),
            points: Vec::new(),
            table: None,
            goods: Vec::new(),
            sources: Vec::new(),
            ways: Vec::new(),
            confidence: 0.0,
            written: Written::Extracted,
            trace_id: String::new(),
            context: Context::default(),
            facts: Vec::new(),
        }
    }

    pub fn says(mut self, text: impl Into<String>) -> Answer {
        self.paragraphs.push(text.into());
        self
    }

    pub fn sure(mut self, confidence: f32) -> Answer {
        self.confidence = confidence.clamp(0.0, 1.0);
        self
    }

    pub fn source(mut self, title: impl Into<String>, url: impl Into<String>) -> Answer {
        let link = Link { title: title.into(), url: url.into() };
        if !self.sources.contains(&link) {
            self.sources.push(link);
        }
        self
    }

    pub fn way(mut self, title: impl Into<String>, url: impl Into<String>) -> Answer {
        self.ways.push(Link { title: title.into(), url: url.into() });
        self
    }

    /// The answer as plain text.
    pub fn text(&self) -> String {
        let mut out = self.paragraphs.join("\n\n");
        for point in &self.points {
            out.push_str("\n• ");
            out.push_str(point);
        }
        if let Some(table) = &self.table {
            for (label, values) in &table.rows {
                let cells: Vec<String> =
                    table.heads.iter().zip(values).map(|(h, v)| format!("{} : {v}", h.title)).collect();
                out.push_str(&format!("\n{label} — {}", cells.join(" ; ")));
            }
        }
        out
    }
}
