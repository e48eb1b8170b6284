//! `smartmarket import-products FILE`: arguments, progress, report, exit code.

use std::io::Write;
use std::path::PathBuf;
use std::process::ExitCode;

use clap::{Args, ValueEnum};
use kit::{Lang, tr};
use platform::App;

use crate::formats::Format;
use crate::progress::Progress;
use crate::report::Report;
use crate::run::{ImportError, Options, import};

/// Importe un flux de produits : Google Merchant (TSV, CSV, XML) ou Shopify (CSV), aussi compressé (.gz).
///
/// Code de sortie : 0 tout est pris, 2 des lignes sont refusées, 1 échec.
#[derive(Debug, Args)]
pub struct ImportArgs {
    /// Le fichier à importer.
    pub file: PathBuf,
    /// Vérifie et compare tout, n’écrit rien.
    #[arg(long)]
    pub dry_run: bool,
    /// Le format, s’il ne doit pas être reconnu au contenu.
    #[arg(long, value_enum)]
    pub format: Option<FormatArg>,
    /// La langue des textes du flux.
    #[arg(long, value_enum, default_value = "fr")]
    pub lang: LangArg,
    /// Recommence au début au lieu de reprendre un import interrompu du même fichier.
    #[arg(long)]
    pub restart: bool,
    /// Stock des nouvelles variantes que le flux dit disponibles sans les compter.
    #[arg(long, value_name = "N", default_value_t = 10, value_parser = clap::value_parser!(i32).range(0..=1_000_000))]
    pub default_stock: i32,
    /// Garde le stock des variantes qui existent déjà.
    #[arg(long)]
    pub keep_stock: bool,
    /// Écrit le rapport complet dans un fichier, en JSON si son nom finit par .json, sinon en CSV.
    #[arg(long, value_name = "FICHIER")]
    pub report: Option<PathBuf>,
    /// Nombre de lignes refusées à montrer.
    #[arg(long, value_name = "N", default_value_t = 20)]
    pub show: usize,
    /// La langue des messages.
    #[arg(long, value_enum, default_value = "fr")]
    pub messages: LangArg,
}

#[derive(Clone, Copy, Debug, ValueEnum)]
pub enum FormatArg {
    /// Google Merchant, TSV ou CSV.
    Google,
    /// Google Merchant, XML (RSS ou Atom).
    GoogleXml,
    /// Shopify, CSV des produits.
    Shopify,
}

#[derive(Clone, Copy, Debug, ValueEnum)]
pub enum LangArg {
    Fr,
    En,
}

impl From<LangArg> for Lang {
    fn from(lang: LangArg) -> Lang {
        match lang {
            LangArg::Fr => Lang::Fr,
            LangArg::En => Lang::En,
        }
    }
}

impl From<FormatArg> for Format {
    fn from(format: FormatArg) -> Format {
        match format {
            FormatArg::Google => Format::Google,
            FormatArg::GoogleXml => Format::GoogleXml,
            FormatArg::Shopify => Format::Shopify,
        }
    }
}

/// Runs the command. The report goes to standard output, progress and failures to standard error.
pub async fn run(args: ImportArgs, app: &App) -> anyhow::Result<ExitCode> {
    let lang = Lang::from(args.messages);
    let options = Options {
        dry_run: args.dry_run,
        format: args.format.map(Format::from),
        lang: args.lang.into(),
        resume: !args.restart,
        default_stock: args.default_stock,
        keep_stock: args.keep_stock,
        now: app.clock.now(),
    };
    let mut report = Report::new(args.dry_run, args.show, args.report.as_deref())?;
    let mut progress = Progress::new(lang);
    match import(&app.db, &args.file, &options, &mut progress, &mut report).await {
        Ok(()) => {
            report.print(lang, &mut std::io::stdout().lock())?;
            Ok(ExitCode::from(report.exit_code()))
        }
        Err(ImportError::Feed(fault)) => {
            let file = args.file.display().to_string();
            let text = tr!(lang, "catalog_import.cannot_read", file = file, reason = fault.sentence(lang));
            writeln!(std::io::stderr(), "{text}")?;
            report.refuse(fault)?;
            report.close()?;
            Ok(ExitCode::FAILURE)
        }
        Err(ImportError::Busy) => {
            writeln!(std::io::stderr(), "{}", tr!(lang, "catalog_import.busy"))?;
            Ok(ExitCode::FAILURE)
        }
        Err(error) => {
            let hint = tr!(lang, "catalog_import.interrupted").into_owned();
            Err(anyhow::Error::new(error).context(hint))
        }
    }
}
