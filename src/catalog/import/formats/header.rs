//! The header line of a table: which delimiter, which format, which column is what.

use std::sync::Arc;

use super::Format;
use super::fault::{Reason, RowError};
use super::row::{Field, Names};
use super::source::Text;
use super::table::{Lines, Table, split};

/// More columns than any exporter writes: such a file is a mistake or an attack.
pub const MAX_COLUMNS: usize = 500;
/// The header stands in the first lines, below titles that spreadsheets put above it.
const HEADER_WITHIN: usize = 20;
const DELIMITERS: [char; 4] = ['\t', ',', ';', '|'];

/// A table whose header has been understood.
pub struct Headed {
    pub format: Format,
    pub table: Table,
    /// By column: the field, if known.
    pub fields: Vec<Option<Field>>,
    pub names: Arc<Names>,
}

/// Reads up to the header. `wanted` keeps a format that the caller knows.
pub fn read(text: Text, wanted: Option<Format>) -> Result<Headed, RowError> {
    let mut lines = Lines::new(text);
    let mut first_seen = String::new();
    let mut told = None;
    for _ in 0..HEADER_WITHIN {
        let Some(line) = lines.next() else { break };
        let line = line?;
        if line.text.trim().is_empty() {
            continue;
        }
        // Excel's own way of naming the delimiter.
        if let Some(mark) = line.text.trim().strip_prefix("sep=").and_then(|rest| rest.chars().next()) {
            told = Some(mark);
            continue;
        }
        if first_seen.is_empty() {
            first_seen.clone_from(&line.text);
        }
        let guesses = DELIMITERS.into_iter().chain(told);
        let best =
            guesses.filter_map(|mark| understand(&line.text, mark, wanted)).max_by_key(|(score, ..)| *score);
        if let Some((_, format, delimiter, cells)) = best {
            return headed(line.number, format, lines, delimiter, &cells);
        }
        let widest =
            DELIMITERS.into_iter().map(|mark| line.text.matches(mark).count()).max().unwrap_or_default();
        if line.too_long || widest >= MAX_COLUMNS {
            return Err(too_many(line.number, widest + 1));
        }
    }
    let reason = if first_seen.is_empty() { Reason::Empty } else { Reason::NoHeader };
    Err(RowError::new(0, reason).found(first_seen))
}

fn too_many(line: u64, found: usize) -> RowError {
    RowError::new(line, Reason::TooManyColumns).found(found).limit(MAX_COLUMNS)
}

type Understood = (usize, Format, char, Vec<String>);

/// The better of the two formats under one delimiter, if the line is a header at all.
fn understand(line: &str, delimiter: char, wanted: Option<Format>) -> Option<Understood> {
    let cells = split(line, delimiter)?;
    let score = |format: Format| {
        let fields: Vec<Field> = cells.iter().filter_map(|cell| field(format, cell)).collect();
        let keyed = fields.contains(&key(format))
            && (fields.contains(&Field::Title) || fields.contains(&Field::Price));
        if keyed && wanted.is_none_or(|wanted| wanted == format) { fields.len() } else { 0 }
    };
    let (shopify, google) = (score(Format::Shopify), score(Format::Google));
    let (score, format) =
        if shopify > google { (shopify, Format::Shopify) } else { (google, Format::Google) };
    (score >= 2).then_some((score, format, delimiter, cells))
}

/// The column that tells products apart.
pub fn key(format: Format) -> Field {
    match format {
        Format::Shopify => Field::GroupId,
        Format::Google | Format::GoogleXml => Field::Id,
    }
}

fn headed(
    line: u64,
    format: Format,
    lines: Lines,
    delimiter: char,
    cells: &[String],
) -> Result<Headed, RowError> {
    if cells.len() > MAX_COLUMNS {
        return Err(too_many(line, cells.len()));
    }
    let fields: Vec<Option<Field>> = cells.iter().map(|cell| field(format, cell)).collect();
    let missing = [Field::Title, Field::Price].into_iter().find(|need| !fields.contains(&Some(*need)));
    let mut names = Names::default();
    for (known, cell) in fields.iter().zip(cells) {
        if let Some(known) = known
            && !names.0.iter().any(|(seen, _)| seen == known)
        {
            names.0.push((*known, cell.trim().to_string()));
        }
    }
    if let Some(field) = missing {
        let column =
            if (format, field) == (Format::Shopify, Field::Price) { "Variant Price" } else { field.shown() };
        return Err(RowError::new(line, Reason::MissingColumn).column(column));
    }
    let table = Table::new(lines, delimiter, cells.len());
    Ok(Headed { format, table, fields, names: Arc::new(names) })
}

/// The field under a column name, as the format's documentation, its translations and older exports write it.
fn field(format: Format, name: &str) -> Option<Field> {
    let name = kit::text::fold(name.trim_start_matches('\u{feff}'));
    match format {
        Format::Shopify => shopify(&name),
        Format::Google | Format::GoogleXml => google(&name),
    }
}

/// Google Merchant attribute names; also used for the elements of an XML feed.
pub fn google(name: &str) -> Option<Field> {
    let name = name.trim().strip_prefix("g:").unwrap_or(name.trim());
    let name = name.split(['(', '[']).next().unwrap_or_default().trim().replace([' ', '-'], "_");
    Some(match name.as_str() {
        "id" | "identifiant" | "offer_id" => Field::Id,
        "item_group_id" | "identifiant_groupe" | "groupe" => Field::GroupId,
        "title" | "titre" => Field::Title,
        "description" | "summary" | "content" => Field::Description,
        "image_link" | "lien_image" | "image" => Field::Image,
        "additional_image_link" | "additional_image_links" | "lien_image_supplementaire" => Field::MoreImages,
        "availability" | "disponibilite" => Field::Availability,
        "quantity" | "quantite" | "stock" | "inventory" | "sell_on_google_quantity" => Field::Quantity,
        "price" | "prix" => Field::Price,
        "sale_price" | "prix_solde" | "prix_promotionnel" => Field::SalePrice,
        "sale_price_effective_date" | "periode_de_validite_du_prix_solde" => Field::SaleDates,
        "brand" | "marque" => Field::Brand,
        "gtin" | "ean" | "gtin13" | "upc" | "isbn" => Field::Gtin,
        "mpn" | "reference_fabricant" => Field::Mpn,
        "sku" => Field::Sku,
        "condition" | "etat" => Field::Condition,
        "product_type" | "categorie" | "type_de_produit" => Field::ProductType,
        "google_product_category" | "categorie_de_produits_google" => Field::Category,
        "product_detail" | "product_details" => Field::Detail,
        "product_highlight" | "product_highlights" => Field::Highlight,
        "color" | "colour" | "couleur" => Field::Color,
        "size" | "taille" => Field::Size,
        "material" | "matiere" | "materiau" => Field::Material,
        "pattern" | "motif" => Field::Pattern,
        "gender" | "sexe" => Field::Gender,
        "age_group" | "tranche_d'age" => Field::AgeGroup,
        "shipping_weight" | "product_weight" | "poids" => Field::Weight,
        _ => return None,
    })
}

/// Shopify's product CSV: the names before and after the renaming of 2025.
fn shopify(name: &str) -> Option<Field> {
    Some(match name {
        "handle" | "url handle" => Field::GroupId,
        "title" => Field::Title,
        "body (html)" | "body html" | "body" | "description" => Field::Description,
        "vendor" => Field::Brand,
        "type" | "custom product type" => Field::ProductType,
        "product category" | "standard product type" | "standardized product type" => Field::Category,
        "tags" => Field::Tags,
        "published" | "published on online store" => Field::Published,
        "status" => Field::Status,
        "option1 name" => Field::Option1Name,
        "option1 value" => Field::Option1Value,
        "option2 name" => Field::Option2Name,
        "option2 value" => Field::Option2Value,
        "option3 name" => Field::Option3Name,
        "option3 value" => Field::Option3Value,
        "variant sku" | "sku" => Field::Sku,
        "variant grams" | "weight value (grams)" => Field::Grams,
        "variant weight unit" | "weight unit for display" => Field::WeightUnit,
        "variant inventory tracker" | "inventory tracker" => Field::Tracker,
        "variant inventory qty" | "inventory quantity" => Field::Quantity,
        "variant inventory policy" | "continue selling when out of stock" => Field::Policy,
        "variant price" | "price" => Field::Price,
        "variant compare at price" | "compare-at price" | "compare at price" => Field::CompareAt,
        "variant barcode" | "barcode" => Field::Gtin,
        "image src" | "product image url" => Field::Image,
        "image position" => Field::ImagePosition,
        "image alt text" => Field::ImageAlt,
        "variant image" | "variant image url" => Field::VariantImage,
        "google shopping / mpn" => Field::Mpn,
        "google shopping / condition" => Field::Condition,
        "google shopping / gender" => Field::Gender,
        "google shopping / age group" => Field::AgeGroup,
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::io::Cursor;

    fn header(text: &str) -> Result<(Format, char, usize), RowError> {
        let headed = read(Box::new(Cursor::new(text.as_bytes().to_vec())), None)?;
        Ok((headed.format, headed.table.delimiter, headed.fields.iter().flatten().count()))
    }

    #[test]
    fn delimiter_and_format_are_found() {
        assert_eq!(header("id\ttitle\tprice, old\tprice"), Ok((Format::Google, '\t', 3)));
        assert_eq!(header("ID;Titre;Prix;Autre"), Ok((Format::Google, ';', 3)));
        assert_eq!(header("\n\nsep=|\n\"id\"|\"title\"|\"g:price\""), Ok((Format::Google, '|', 3)));
        assert_eq!(header("Handle,Title,Body (HTML),Variant Price"), Ok((Format::Shopify, ',', 4)));
        assert_eq!(header("Title,URL handle,Description,Price,Option1 name"), Ok((Format::Shopify, ',', 5)));
        assert_eq!(
            header("Our catalogue\nimage link,id,Product Type,title,price"),
            Ok((Format::Google, ',', 5))
        );
    }

    #[test]
    fn what_is_no_header_is_refused_with_what_was_read() {
        let fault = header("name,cost\nChair,12\n").unwrap_err();
        assert_eq!((fault.reason, fault.found.as_str()), (Reason::NoHeader, "name,cost"));
        assert_eq!(header("\n \n").unwrap_err().reason, Reason::Empty);
        let fault = header("id,title\n1,a").unwrap_err();
        assert_eq!((fault.reason, fault.column.as_deref()), (Reason::MissingColumn, Some("price")));
        let fault = header("Handle,Title\n1,a").unwrap_err();
        assert_eq!(fault.column.as_deref(), Some("Variant Price"));
    }

    #[test]
    fn five_thousand_columns_are_refused() {
        let wide = |names: &str| format!("{names}{}\n", ",x".repeat(5_000));
        assert_eq!(header(&wide("id,title,price")).unwrap_err().reason, Reason::TooManyColumns);
        assert_eq!(header(&wide("a")).unwrap_err().reason, Reason::TooManyColumns);
    }
}
