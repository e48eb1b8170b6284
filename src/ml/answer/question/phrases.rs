//! The phrases by which a question is told, from a written list.

use std::collections::HashMap;
use std::sync::LazyLock;

const WRITTEN: &str = include_str!("phrases.txt");

static PHRASES: LazyLock<HashMap<&'static str, Vec<&'static str>>> = LazyLock::new(|| {
    let mut out: HashMap<&str, Vec<&str>> = HashMap::new();
    let mut section = "";
    for line in WRITTEN.lines().filter(|l| !l.starts_with('#')) {
        match line.strip_prefix('[').and_then(|l| l.strip_suffix(']')) {
            Some(name) => section = name,
            None => {
                let phrases = line.split(',').map(str::trim).filter(|p| !p.is_empty());
                out.entry(section).or_default().extend(phrases);
            }
        }
    }
    out
});

/// The phrases of a section.
pub fn of(section: &str) -> &'static [&'static str] {
    PHRASES.get(section).map_or(&[], Vec::as_slice)
}
