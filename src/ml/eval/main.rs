//! `ml-eval search|recommend|assistant FOLDER`: prints the figures of docs/ml.md.

fn main() -> anyhow::Result<()> {
    let args: Vec<String> = std::env::args().skip(1).collect();
    let [kind, folder] = args.as_slice() else { anyhow::bail!("ml-eval search|recommend|assistant FOLDER") };
    print!("{}", ml::eval::run(kind, std::path::Path::new(folder))?);
    Ok(())
}
