//! Every text in both languages: the same keys, the same placeholders, every key used exists.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use regex::Regex;

/// Keys of a locale file (`a.b.c`) and their texts. The files are plain nested maps, one key a line.
fn keys(path: &Path) -> BTreeMap<String, String> {
    let text = std::fs::read_to_string(path).unwrap_or_else(|e| panic!("{}: {e}", path.display()));
    let mut stack: Vec<(usize, String)> = Vec::new();
    let mut out = BTreeMap::new();
    for line in text.lines().filter(|l| !l.trim().is_empty() && !l.trim_start().starts_with('#')) {
        let indent = line.len() - line.trim_start().len();
        while stack.last().is_some_and(|(i, _)| *i >= indent) {
            stack.pop();
        }
        let Some((key, value)) = line.trim().split_once(':') else { continue };
        stack.push((indent, key.trim_matches('"').to_string()));
        if !value.trim().is_empty() {
            let full: Vec<&str> = stack.iter().map(|(_, k)| k.as_str()).collect();
            out.insert(full.join("."), value.trim().to_string());
        }
    }
    out
}

fn crates() -> Vec<PathBuf> {
    let src = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    std::fs::read_dir(src)
        .unwrap()
        .map(|e| e.unwrap().path())
        .filter(|p| p.join("locales/fr.yml").exists())
        .collect()
}

fn rust_files(dir: &Path, out: &mut Vec<PathBuf>) {
    for entry in std::fs::read_dir(dir).unwrap().map(|e| e.unwrap().path()) {
        if entry.is_dir() {
            rust_files(&entry, out);
        } else if entry.extension().is_some_and(|e| e == "rs") {
            out.push(entry);
        }
    }
}

#[test]
fn french_and_english_have_the_same_keys_with_the_same_placeholders() {
    let placeholder = Regex::new(r"%\{(\w+)\}").unwrap();
    let names = |t: &str| placeholder.captures_iter(t).map(|c| c[1].to_string()).collect::<BTreeSet<_>>();
    for dir in crates() {
        let (fr, en) = (keys(&dir.join("locales/fr.yml")), keys(&dir.join("locales/en.yml")));
        let only_fr: Vec<_> = fr.keys().filter(|k| !en.contains_key(*k)).collect();
        let only_en: Vec<_> = en.keys().filter(|k| !fr.contains_key(*k)).collect();
        assert!(
            only_fr.is_empty() && only_en.is_empty(),
            "{}: only French {only_fr:?}, only English {only_en:?}",
            dir.display()
        );
        for (key, text) in &fr {
            // A singular may do without its number ("un article").
            if !key.ends_with(".one") {
                assert_eq!(names(text), names(&en[key]), "{}: placeholders of {key}", dir.display());
            }
        }
    }
}

#[test]
fn every_key_in_the_code_exists() {
    let used = Regex::new(r#"tr(n?)!\(\s*[^,]+,\s*"([a-z0-9_.-]+)""#).unwrap();
    let mut seen = 0;
    for dir in crates() {
        let known = keys(&dir.join("locales/fr.yml"));
        let mut files = Vec::new();
        rust_files(&dir, &mut files);
        for file in files {
            let code = std::fs::read_to_string(&file).unwrap();
            for found in used.captures_iter(&code) {
                let key =
                    if &found[1] == "n" { format!("{}.other", &found[2]) } else { found[2].to_string() };
                // Doc examples name no real key; nested crates have files of their own.
                if file.ends_with("kit/lang.rs") || file.starts_with(dir.join("import")) {
                    continue;
                }
                seen += 1;
                assert!(known.contains_key(&key), "{}: {key} is not in locales/fr.yml", file.display());
            }
        }
    }
    assert!(seen > 50, "the search for keys found only {seen}: it no longer works");
}
