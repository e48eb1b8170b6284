//! The rules of the house that the compiler cannot hold. A failure says the rule.

use std::path::{Path, PathBuf};

/// Longest file; longer ones hold more than one concept.
const MAX_LINES: usize = 450;

fn sources() -> Vec<(String, String)> {
    fn walk(dir: &Path, out: &mut Vec<PathBuf>) {
        for path in std::fs::read_dir(dir).unwrap().map(|e| e.unwrap().path()) {
            if path.is_dir() && !path.ends_with("node_modules") {
                walk(&path, out);
            } else if path.extension().is_some_and(|e| e == "rs") {
                out.push(path);
            }
        }
    }
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let mut files = Vec::new();
    walk(&root, &mut files);
    files
        .into_iter()
        .map(|p| {
            (
                p.strip_prefix(&root).unwrap().to_str().unwrap().to_string(),
                std::fs::read_to_string(&p).unwrap(),
            )
        })
        .collect()
}

fn is_test(name: &str) -> bool {
    name.starts_with("tests/")
        || name.starts_with("bench/")
        || name.contains("/tests/")
        || name.ends_with("tests.rs")
        || name.contains("/testing")
}

/// The code of a file without its unit tests and comments.
fn code(text: &str) -> String {
    let text = text.split("#[cfg(test)]").next().unwrap_or_default();
    text.lines().filter(|l| !l.trim_start().starts_with("//")).collect::<Vec<_>>().join("\n")
}

fn offenders(rule: impl Fn(&str, &str) -> bool) -> Vec<String> {
    sources()
        .into_iter()
        .filter(|(name, text)| !is_test(name) && rule(name, &code(text)))
        .map(|(n, _)| n)
        .collect()
}

#[test]
fn sql_stands_only_in_store_files() {
    let bad = offenders(|name, code| {
        let store = name.ends_with("/store.rs") || name.contains("/store/");
        let says = [
            "query!(",
            "query_as!(",
            "query_scalar!(",
            "QueryBuilder",
            "sqlx::query(",
            "sqlx::query_scalar(",
            "sqlx::query_as(",
        ];
        !store && says.iter().any(|s| code.contains(s))
    });
    assert!(
        bad.is_empty(),
        "SQL belongs into store.rs or store/<topic>.rs of its feature, where a change of a table is found: {bad:?}"
    );
}

#[test]
fn html_stands_only_in_views_and_ui() {
    let bad = offenders(|name, code| {
        let views = name.ends_with("/views.rs")
            || name.contains("/views/")
            || name.contains("/ui/")
            || name.ends_with("/ui.rs");
        let mail = name.contains("mail");
        !views && !mail && code.contains("html! {")
    });
    assert!(
        bad.is_empty(),
        "html! belongs into views.rs or views/<page>.rs (mails: mails.rs), so that handlers stay readable: {bad:?}"
    );
}

#[test]
fn the_environment_is_read_only_by_config() {
    let bad = offenders(|name, code| {
        name != "platform/infra/config.rs" && (code.contains("env::var") || code.contains("var_os("))
    });
    assert!(
        bad.is_empty(),
        "read configuration in platform::infra::config, so that `check` knows every variable: {bad:?}"
    );
}

#[test]
fn nothing_forbidden_by_the_content_security_policy_is_written() {
    let bad = offenders(|name, code| {
        let page = (name.contains("views") || name.contains("/ui/")) && !name.contains("mail");
        page && [
            " style=",
            "onclick",
            "onchange",
            "onsubmit",
            "hx-on",
            "hx-boost",
            "hx-ext",
            "sse-swap",
            "javascript:",
        ]
        .iter()
        .any(|s| code.contains(s))
    });
    assert!(
        bad.is_empty(),
        "inline styles and handlers break the CSP, htmx 2 idioms do nothing in htmx 4: {bad:?}"
    );
}

#[test]
fn features_know_only_those_that_stand_before_them() {
    let order = [
        "kit",
        "ml",
        "jobs",
        "platform",
        "accounts",
        "catalog",
        "content",
        "discovery",
        "sales",
        "assistant",
        "backoffice",
        "ops",
    ];
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    for (i, name) in order.iter().enumerate() {
        let manifest = std::fs::read_to_string(root.join(name).join("Cargo.toml")).unwrap();
        for later in &order[i + 1..] {
            assert!(
                !manifest.contains(&format!("{later}.workspace")),
                "{name} must not know {later}: turn it round by an event, a URL or an orchestrator"
            );
        }
    }
}

#[test]
fn files_hold_one_concept() {
    let bad: Vec<_> = sources()
        .into_iter()
        .filter(|(name, text)| !is_test(name) && text.lines().count() > MAX_LINES)
        .map(|(name, text)| format!("{name}: {} lines", text.lines().count()))
        .collect();
    assert!(bad.is_empty(), "split by concept, never into utils: {bad:?}");
}

#[test]
fn every_file_says_what_it_is_for() {
    let bad: Vec<_> = sources()
        .into_iter()
        .filter(|(name, text)| !text.starts_with("//!") && !name.ends_with("build.rs"))
        .map(|(n, _)| n)
        .collect();
    assert!(bad.is_empty(), "begin with a //! line that says what the file is for: {bad:?}");
}
