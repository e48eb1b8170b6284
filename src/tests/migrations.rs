//! Migrations: forward only, with a lock time-out, named and explained.

use std::path::Path;

fn files() -> Vec<(String, String)> {
    let dir = Path::new(env!("CARGO_MANIFEST_DIR")).join("migrations");
    let mut files: Vec<_> = std::fs::read_dir(dir)
        .unwrap()
        .map(|e| e.unwrap().path())
        .map(|p| (p.file_name().unwrap().to_str().unwrap().to_string(), std::fs::read_to_string(&p).unwrap()))
        .collect();
    files.sort();
    files
}

#[test]
fn every_migration_is_explained_named_by_its_time_and_never_waits_long_for_a_lock() {
    for (name, sql) in files() {
        let (stamp, rest) = name.split_at(14);
        assert!(
            stamp.bytes().all(|b| b.is_ascii_digit()) && rest.starts_with('_') && rest.ends_with(".sql"),
            "{name}"
        );
        assert!(sql.trim_start().starts_with("--"), "{name}: begin with a comment that says what it is for");
        let locks = sql.contains("set lock_timeout") || sql.contains("-- no-transaction");
        assert!(locks, "{name}: begin with `set lock_timeout = '3s';` so that a deploy cannot stop the shop");
    }
}

#[test]
fn nothing_is_dropped_or_renamed_in_the_release_that_stops_using_it() {
    for (name, sql) in files() {
        let lower = sql.to_lowercase();
        for word in ["drop table", "drop column", "rename to", "rename column"] {
            assert!(
                !lower.contains(word),
                "{name}: `{word}` breaks the release that still runs (expand, then contract)"
            );
        }
    }
}
