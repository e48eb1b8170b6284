//! `.env.example` names every variable that is read, and nothing else.

use std::collections::BTreeSet;

#[test]
fn the_example_names_exactly_the_variables_that_are_read() {
    let path = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join(".env.example");
    let text = std::fs::read_to_string(path).unwrap();
    let named: BTreeSet<&str> = text
        .lines()
        .map(|l| l.trim_start_matches(['#', ' ']))
        .filter_map(|l| l.split_once('='))
        .map(|(name, _)| name.trim())
        .filter(|n| {
            !n.is_empty() && n.bytes().all(|b| b.is_ascii_uppercase() || b.is_ascii_digit() || b == b'_')
        })
        .filter(|n| !n.ends_with("_FILE"))
        .collect();
    let read: BTreeSet<&str> = platform::infra::config::VARIABLES.iter().copied().collect();
    assert_eq!(named, read, "left: .env.example, right: what platform::infra::config reads");
}
