//! `ml-eval search|recommend|assistant FOLDER`: prints the figures of docs/ml.md.

fn main() -> anyhow::Result<()> {
    let args: Vec<String> = std::env::args().skip(1).collect();
    let [kind, folder, sets @ ..] = args.as_slice() else { anyhow::bail!("ml-eval search|recommend|assistant FOLDER") };
    let mut weights = ml::search::Weights::default();
    for set in sets {
        let (k, v) = set.split_once('=').unwrap_or((set, "0"));
        weights.set(k, v.parse()?);
    }
    print!("{}", ml::eval::run(kind, std::path::Path::new(folder), weights)?);
    Ok(())
}
