//! `ml-eval search|recommend|assistant FOLDER`: prints the figures of docs/ml.md.

fn main() -> anyhow::Result<()> {
    let args: Vec<String> = std::env::args().skip(1).collect();
    let (kind, folder, models) = match args.as_slice() {
        [kind, folder] => (kind, folder, None),
        [kind, folder, models] => (kind, folder, Some(std::path::Path::new(models))),
        _ => anyhow::bail!("ml-eval search|recommend|assistant FOLDER [MODELS]"),
    };
    print!("{}", ml::eval::run(kind, std::path::Path::new(folder), models)?);
    Ok(())
}
