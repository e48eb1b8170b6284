//! `ml-eval search|recommend|assistant FOLDER [MODELS]`, `ml-eval scale FEED [--products N]`: prints the figures of docs/ml.md.

use std::path::Path;

use anyhow::Context;

const USAGE: &str =
    "ml-eval search|recommend|assistant FOLDER [MODELS]\nml-eval scale FEED.tsv.gz [--products 1000000]";

fn main() -> anyhow::Result<()> {
    let args: Vec<String> = std::env::args().skip(1).collect();
    let args: Vec<&str> = args.iter().map(String::as_str).collect();
    match args.as_slice() {
        ["scale", feed] => scale(feed, 1_000_000),
        ["scale", feed, "--products", n] => scale(feed, n.parse().context(USAGE)?),
        [kind, folder] => run(kind, folder, None),
        [kind, folder, models] => run(kind, folder, Some(Path::new(models))),
        _ => anyhow::bail!(USAGE),
    }
}

fn run(kind: &str, folder: &str, models: Option<&Path>) -> anyhow::Result<()> {
    print!("{}", ml::eval::run(kind, Path::new(folder), models)?);
    Ok(())
}

fn scale(feed: &str, products: usize) -> anyhow::Result<()> {
    ml::eval::scale(Path::new(feed), products, |line| print!("{line}"))
}
