//! `smartmarket build-ml-indexes` and `smartmarket eval`: what search and recommendations learn, and how good it is.

use std::path::Path;
use std::process::ExitCode;

use assistant::index::Outcome as Passages;
use discovery::index::{self, Outcome};
use discovery::recommend;
use platform::App;

/// Builds what the catalogue's changes call for; `force` builds everything.
pub async fn build(app: &App, force: bool) -> anyhow::Result<ExitCode> {
    for (lang, outcome) in index::build(app, force, |step| println!("{step}…")).await? {
        let lang = lang.code();
        match outcome {
            Outcome::Unchanged { version } => {
                println!(
                    "Recherche ({lang}) : le catalogue n’a pas changé, la version {version} reste en service."
                );
            }
            Outcome::Built { version, manifest } => {
                let products = manifest.counts.get("products").copied().unwrap_or(0);
                let bytes: u64 = manifest.files.values().map(|f| f.bytes).sum();
                let percent = |name: &str| manifest.quality.get(name).copied().unwrap_or(0.0) * 100.0;
                println!(
                    "Recherche ({lang}) : {products} produits, {:.1} Mo, {:.1} s, version {version} en service.",
                    bytes as f64 / 1e6,
                    manifest.seconds
                );
                println!(
                    "  Titres trouvés en premier : {:.1} % ; avec une faute, parmi les trois premiers : {:.1} %.",
                    percent("title_found_first"),
                    percent("mistyped_title_in_first_three")
                );
            }
        }
    }
    match recommend::build(app, force).await? {
        recommend::Outcome::Unchanged { version } => {
            println!("Recommandations : pas de nouvelle commande, la version {version} reste en service.");
        }
        recommend::Outcome::Built { version, manifest } => {
            let count = |name: &str| manifest.counts.get(name).copied().unwrap_or(0);
            println!(
                "Recommandations : {} commandes, {} produits, {} paires, {:.1} s, version {version} en service.",
                count("orders"),
                count("products"),
                count("pairs"),
                manifest.seconds
            );
            if let Some(foreseen) = manifest.quality.get("next_order_foreseen_in_ten") {
                println!(
                    "  Commandes suivantes devinées parmi dix propositions : {:.1} %.",
                    foreseen * 100.0
                );
            }
        }
    }
    Ok(ExitCode::SUCCESS)
}

/// `smartmarket build-rag-index`: the passages of pages and sheets; `force` builds even when nothing changed.
pub async fn build_passages(app: &App, force: bool, json: bool) -> anyhow::Result<ExitCode> {
    let progress = |step: String| {
        if json {
            eprintln!("{step}…");
        } else {
            println!("{step}…");
        }
    };
    let mut told = serde_json::Map::new();
    for (lang, outcome) in assistant::index::build(app, force, progress).await? {
        let (built, version, manifest) = match outcome {
            Passages::Unchanged { version, manifest } => (false, version, manifest),
            Passages::Built { version, manifest } => (true, version, manifest),
        };
        let count = |name: &str| manifest.counts.get(name).copied().unwrap_or(0);
        let bytes: u64 = manifest.files.values().map(|f| f.bytes).sum();
        let found = manifest.quality.get("heading_in_first_five").copied().unwrap_or(0.0) * 100.0;
        if json {
            let entry = serde_json::json!({ "built": built, "version": version, "bytes": bytes, "manifest": manifest });
            told.insert(lang.code().to_string(), entry);
        } else if built {
            println!(
                "Assistant ({}) : {} passages de {} pages, {} fiches, {:.2} Mo, {:.1} s, version {version} en service.",
                lang.code(),
                count("passages"),
                count("pages"),
                count("sheets"),
                bytes as f64 / 1e6,
                manifest.seconds
            );
            println!("  Passages retrouvés par leur titre parmi les cinq premiers : {found:.1} %.");
        } else {
            println!("Assistant ({}) : rien n’a changé, la version {version} reste en service.", lang.code());
        }
    }
    if json {
        println!("{}", serde_json::to_string_pretty(&told)?);
    }
    Ok(ExitCode::SUCCESS)
}

/// Prints the figures of one kind on a folder of judged data.
pub fn eval(kind: &str, folder: &Path, models: Option<&Path>) -> anyhow::Result<ExitCode> {
    print!("{}", ml::eval::run(kind, folder, models)?);
    Ok(ExitCode::SUCCESS)
}
