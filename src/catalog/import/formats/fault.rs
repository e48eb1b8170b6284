//! What can be wrong with a line of a feed: where, which column, why, and the value that was refused.

use kit::Lang;
use serde::Serialize;

/// How much of a refused value is repeated in the report.
const VALUE_CHARS: usize = 80;

macro_rules! reasons {
    ($($name:ident = $code:literal),+ $(,)?) => {
        /// Why a line, a cell or a whole file is not taken. The texts stand in the locale files under the code.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
        pub enum Reason { $($name),+ }

        impl Reason {
            pub const ALL: &'static [Reason] = &[$(Reason::$name),+];

            /// Stable word for machines and locale keys.
            pub const fn code(self) -> &'static str {
                match self { $(Reason::$name => $code),+ }
            }
        }
    };
}

reasons! {
    // The file as a whole
    Zip = "zip", Binary = "binary", Empty = "empty", NoHeader = "no_header", MissingColumn = "missing_column",
    TooManyColumns = "too_many_columns", WebPage = "web_page", NotAFeed = "not_a_feed", Dtd = "dtd",
    Unreadable = "unreadable", Damaged = "damaged", Truncated = "truncated", TooLarge = "too_large",
    TooManyRows = "too_many_rows", TooBroken = "too_broken", UnknownEncoding = "unknown_encoding",
    // A line
    ColumnCount = "column_count", UnclosedQuote = "unclosed_quote", RowTooLong = "row_too_long",
    XmlBroken = "xml_broken", XmlEntity = "xml_entity", Missing = "missing", InvalidId = "invalid_id",
    DuplicateId = "duplicate_id", DuplicateSku = "duplicate_sku", DuplicateVariant = "duplicate_variant",
    TooManyVariants = "too_many_variants", SkuTaken = "sku_taken", VariantElsewhere = "variant_elsewhere",
    StockReserved = "stock_reserved", Conflict = "conflict",
    // A value
    PriceNotANumber = "price_not_a_number", PriceAmbiguous = "price_ambiguous", PriceNegative = "price_negative",
    PriceZero = "price_zero", PriceTooHigh = "price_too_high", PriceTooPrecise = "price_too_precise",
    ForeignCurrency = "foreign_currency", QuantityNotANumber = "quantity_not_a_number",
    QuantityNegative = "quantity_negative", QuantityTooHigh = "quantity_too_high",
    UnknownAvailability = "unknown_availability",
    // Taken all the same, with a word to the merchant
    GtinChecksum = "gtin_checksum", GtinFormat = "gtin_format", SaleNotLower = "sale_not_lower",
    SaleDates = "sale_dates", WeightNotANumber = "weight_not_a_number", ImageUrl = "image_url",
    BrokenCharacters = "broken_characters", TextTooLong = "text_too_long", UnknownCondition = "unknown_condition",
    StockContradiction = "stock_contradiction", NegativeStockZeroed = "negative_stock_zeroed",
    StockUnknown = "stock_unknown", LiteralQuote = "literal_quote",
}

impl Reason {
    /// The file cannot be read beyond this point.
    pub const fn ends_the_file(self) -> bool {
        matches!(
            self,
            Reason::Zip
                | Reason::Binary
                | Reason::Empty
                | Reason::NoHeader
                | Reason::MissingColumn
                | Reason::TooManyColumns
                | Reason::WebPage
                | Reason::NotAFeed
                | Reason::Dtd
                | Reason::Unreadable
                | Reason::Damaged
                | Reason::Truncated
                | Reason::TooLarge
                | Reason::TooManyRows
                | Reason::TooBroken
                | Reason::UnknownEncoding
        )
    }
}

/// One fault at one place. `found` and `limit` fill the placeholders of the reason's text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RowError {
    /// Line of the decoded text, from 1; 0 when the fault is in the file as a whole.
    pub line: u64,
    pub column: Option<String>,
    pub reason: Reason,
    /// The offending value, cut to 80 characters.
    pub value: String,
    pub found: String,
    pub limit: String,
}

impl RowError {
    pub fn new(line: u64, reason: Reason) -> RowError {
        RowError {
            line,
            column: None,
            reason,
            value: String::new(),
            found: String::new(),
            limit: String::new(),
        }
    }

    pub fn column(mut self, name: impl Into<String>) -> RowError {
        self.column = Some(name.into());
        self
    }

    pub fn value(mut self, value: &str) -> RowError {
        self.value = cut(value);
        self
    }

    pub fn found(mut self, found: impl ToString) -> RowError {
        self.found = cut(&found.to_string());
        self
    }

    pub fn limit(mut self, limit: impl ToString) -> RowError {
        self.limit = limit.to_string();
        self
    }

    /// The reason as a sentence in the reader's language.
    pub fn message(&self, lang: Lang) -> String {
        let key = format!("catalog_import.reason.{}", self.reason.code());
        rust_i18n::t!(&key, locale = lang.code(), found = self.found, limit = self.limit).into_owned()
    }

    /// Line, column, reason and value as one line of a report.
    pub fn sentence(&self, lang: Lang) -> String {
        let mut out = String::new();
        if self.line > 0 {
            out.push_str(&kit::tr!(lang, "catalog_import.at_line", n = self.line));
        }
        if let Some(column) = &self.column {
            if !out.is_empty() {
                out.push_str(", ");
            }
            out.push_str(&kit::tr!(lang, "catalog_import.at_column", name = column));
        }
        if !out.is_empty() {
            out.push_str(lang.pick("\u{a0}: ", ": "));
        }
        out.push_str(&self.message(lang));
        if !self.value.is_empty() {
            out.push_str(&kit::tr!(lang, "catalog_import.at_value", value = self.value));
        }
        out
    }

    pub fn severity(&self) -> Severity {
        if self.reason.ends_the_file() { Severity::File } else { Severity::Row }
    }
}

/// Where a fault ends up in the report.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Severity {
    File,
    Row,
    Warning,
}

/// At most 80 characters on one line, without control characters.
fn cut(value: &str) -> String {
    let clean = |c: char| if c.is_control() { ' ' } else { c };
    let mut out: String = value.trim().chars().take(VALUE_CHARS).map(clean).collect();
    if value.trim().chars().count() > VALUE_CHARS {
        out.pop();
        out.push('…');
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_reason_has_a_text_in_both_languages() {
        for reason in Reason::ALL {
            let fault = RowError::new(3, *reason).column("price").found("12").limit("10");
            let (fr, en) = (fault.message(Lang::Fr), fault.message(Lang::En));
            for text in [&fr, &en] {
                assert!(
                    !text.contains("catalog_import.") && !text.contains("%{"),
                    "{}: {text}",
                    reason.code()
                );
            }
            assert_ne!(fr, en, "{}", reason.code());
        }
    }

    #[test]
    fn a_long_value_is_cut_to_eighty_characters_and_one_line() {
        let fault = RowError::new(1, Reason::PriceNotANumber).value(&"é\n".repeat(100));
        assert_eq!(fault.value.chars().count(), 80);
        assert!(fault.value.ends_with('…') && !fault.value.contains('\n'));
    }

    #[test]
    fn a_sentence_names_line_column_reason_and_value() {
        let fault = RowError::new(12, Reason::PriceNegative).column("price").value("-3 EUR");
        assert_eq!(
            fault.sentence(Lang::Fr),
            "ligne 12, colonne «\u{a0}price\u{a0}»\u{a0}: le prix est négatif (reçu\u{a0}: «\u{a0}-3 EUR\u{a0}»)"
        );
        assert_eq!(
            fault.sentence(Lang::En),
            "line 12, column “price”: the price is negative (received: “-3 EUR”)"
        );
    }
}
