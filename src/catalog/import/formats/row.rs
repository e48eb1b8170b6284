//! A row of any feed: cells under known fields. Unknown columns are dropped where they are read.

use std::sync::Arc;

use super::fault::{Reason, RowError};

macro_rules! fields {
    ($($name:ident = $shown:literal),+ $(,)?) => {
        /// The columns that the importer understands, over all formats.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
        pub enum Field { $($name),+ }

        impl Field {
            /// The name in the format's own documentation, for reports where the file does not name its columns.
            pub const fn shown(self) -> &'static str {
                match self { $(Field::$name => $shown),+ }
            }
        }
    };
}

fields! {
    Id = "id", GroupId = "item_group_id", Title = "title", Description = "description", Image = "image_link",
    MoreImages = "additional_image_link", ImageAlt = "Image Alt Text", ImagePosition = "Image Position",
    VariantImage = "Variant Image", Availability = "availability", Quantity = "quantity", Price = "price",
    SalePrice = "sale_price", SaleDates = "sale_price_effective_date", CompareAt = "Variant Compare At Price",
    Brand = "brand", Gtin = "gtin", Mpn = "mpn", Sku = "Variant SKU", Condition = "condition",
    ProductType = "product_type", Category = "google_product_category", Detail = "product_detail",
    Highlight = "product_highlight", Color = "color", Size = "size", Material = "material", Pattern = "pattern",
    Gender = "gender", AgeGroup = "age_group", Weight = "shipping_weight", WeightUnit = "Variant Weight Unit",
    Grams = "Variant Grams", Tags = "Tags", Published = "Published", Status = "Status",
    Policy = "Variant Inventory Policy", Tracker = "Variant Inventory Tracker",
    Option1Name = "Option1 Name", Option1Value = "Option1 Value", Option2Name = "Option2 Name",
    Option2Value = "Option2 Value", Option3Name = "Option3 Name", Option3Value = "Option3 Value",
}

/// What the file itself calls its columns, so that a report names what the merchant sees.
#[derive(Debug, Default)]
pub struct Names(pub Vec<(Field, String)>);

impl Names {
    pub fn of(&self, field: Field) -> String {
        let own = self.0.iter().find(|(known, _)| *known == field).map(|(_, name)| name.as_str());
        own.unwrap_or(field.shown()).to_string()
    }
}

/// The filled cells of one line (or of one XML item); a field may stand there several times.
#[derive(Clone, Debug)]
pub struct Row {
    pub line: u64,
    pub names: Arc<Names>,
    pub cells: Vec<(Field, String)>,
    /// Read in spite of a fault.
    pub warnings: Vec<RowError>,
}

impl Row {
    pub fn new(line: u64, names: Arc<Names>) -> Row {
        Row { line, names, cells: Vec::new(), warnings: Vec::new() }
    }

    /// Keeps a cell unless nothing is in it: ends trimmed, control characters other than line breaks made spaces.
    pub fn put(&mut self, field: Field, value: &str) {
        let value = value.trim_matches(|c: char| c.is_whitespace() || c.is_control() || c == '\u{feff}');
        if value.is_empty() {
            return;
        }
        if value.contains('\u{fffd}') {
            let fault = self.fault(field, Reason::BrokenCharacters).value(value);
            self.warnings.push(fault);
        }
        let odd = |c: char| c.is_control() && !matches!(c, '\n' | '\r' | '\t');
        let clean = if value.contains(odd) { value.replace(odd, " ") } else { value.to_string() };
        self.cells.push((field, clean));
    }

    /// The first value under a field.
    pub fn get(&self, field: Field) -> Option<&str> {
        self.all(field).next()
    }

    pub fn all(&self, field: Field) -> impl Iterator<Item = &str> {
        self.cells.iter().filter(move |(known, _)| *known == field).map(|(_, value)| value.as_str())
    }

    /// The value under a field, or the fault that it is missing.
    pub fn need(&self, field: Field) -> Result<&str, RowError> {
        self.get(field).ok_or_else(|| self.fault(field, Reason::Missing))
    }

    pub fn fault(&self, field: Field, reason: Reason) -> RowError {
        RowError::new(self.line, reason).column(self.names.of(field))
    }

    /// Memory held, for the bound on rows that wait for the rest of their group.
    pub fn weight(&self) -> usize {
        self.cells.iter().map(|(_, value)| value.len() + 40).sum::<usize>() + 64
    }
}
