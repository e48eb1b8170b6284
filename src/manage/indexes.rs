//! `smartmarket build-ml-indexes` and `smartmarket eval`: what search and recommendations learn, and how good it is.

use std::path::Path;
use std::process::ExitCode;

use discovery::{index, recommend};
use ml::artefact::Outcome;
use platform::App;

/// Builds what the catalogue's changes call for; `force` builds everything.
pub async fn build(app: &App, force: bool) -> anyhow::Result<ExitCode> {
    for (lang, outcome) in index::build(app, force, |step| println!("{step}…")).await? {
        let (lang, version) = (lang.code(), &outcome.version);
        if !outcome.built {
            println!(
                "Recherche ({lang}) : le catalogue n’a pas changé, la version {version} reste en service."
            );
            continue;
        }
        let percent = |name: &str| outcome.manifest.quality.get(name).copied().unwrap_or(0.0) * 100.0;
        println!(
            "Recherche ({lang}) : {} produits, {:.1} Mo, {:.1} s, version {version} en service.",
            outcome.count("products"),
            outcome.bytes() as f64 / 1e6,
            outcome.manifest.seconds
        );
        println!(
            "  Titres trouvés en premier : {:.1} % ; avec une faute, parmi les trois premiers : {:.1} %.",
            percent("title_found_first"),
            percent("mistyped_title_in_first_three")
        );
    }
    let outcome = recommend::build(app, force).await?;
    let version = &outcome.version;
    if !outcome.built {
        println!("Recommandations : pas de nouvelle commande, la version {version} reste en service.");
        return Ok(ExitCode::SUCCESS);
    }
    println!(
        "Recommandations : {} commandes, {} produits, {} paires, {:.1} s, version {version} en service.",
        outcome.count("orders"),
        outcome.count("products"),
        outcome.count("pairs"),
        outcome.manifest.seconds
    );
    if let Some(foreseen) = outcome.manifest.quality.get("next_order_foreseen_in_ten") {
        println!("  Commandes suivantes devinées parmi dix propositions : {:.1} %.", foreseen * 100.0);
    }
    Ok(ExitCode::SUCCESS)
}

/// `smartmarket build-rag-index`: the passages of pages; `force` builds even when nothing changed.
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
        let (lang, bytes) = (lang.code(), outcome.bytes());
        let Outcome { built, version, manifest } = &outcome;
        if json {
            let entry = serde_json::json!({ "built": built, "version": version, "bytes": bytes, "manifest": manifest });
            told.insert(lang.to_string(), entry);
        } else if *built {
            let found = manifest.quality.get("heading_in_first_five").copied().unwrap_or(0.0) * 100.0;
            println!(
                "Assistant ({lang}) : {} passages de {} pages, {:.2} Mo, {:.1} s, version {version} en service.",
                outcome.count("passages"),
                outcome.count("pages"),
                bytes as f64 / 1e6,
                manifest.seconds
            );
            if let Some(model) = manifest.parameters.get("model") {
                println!("  Lus par le modèle {model}.");
            }
            println!("  Passages retrouvés par leur titre parmi les cinq premiers : {found:.1} %.");
        } else {
            println!("Assistant ({lang}) : rien n’a changé, la version {version} reste en service.");
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
