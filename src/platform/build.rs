//! Only checks that the assets were built: building them is `scripts/assets`, not cargo's work.

fn main() {
    let manifest = std::path::Path::new("../../assets/dist/manifest.json");
    println!("cargo::rerun-if-changed={}", manifest.display());
    if !manifest.exists() {
        println!(
            "cargo::error=assets/dist/manifest.json is missing: run `scripts/assets` (npm ci && node build.mjs in assets/)"
        );
    }
}
