//! Figures on judged data: readers of its files, measures, and a table beside the figures to reach.

mod assistant;
pub mod data;
mod facts;
pub mod measure;
mod recommend;
mod search;

use std::fmt::Write as _;
use std::path::Path;

/// What can be evaluated.
pub const KINDS: [&str; 3] = ["search", "recommend", "assistant"];

/// A figure and what it should be.
pub struct Row {
    pub name: String,
    pub value: f64,
    pub reach: Option<f64>,
    /// Milliseconds, megabytes: less is better.
    pub less: bool,
}

impl Row {
    pub fn more(name: &str, value: f64, reach: f64) -> Row {
        Row { name: name.to_string(), value, reach: Some(reach), less: false }
    }

    pub fn less(name: &str, value: f64, reach: f64) -> Row {
        Row { name: name.to_string(), value, reach: Some(reach), less: true }
    }

    pub fn note(name: &str, value: f64) -> Row {
        Row { name: name.to_string(), value, reach: None, less: false }
    }
}

/// Runs one kind of evaluation on a folder, also with the models of another; the lines to print.
pub fn run(kind: &str, folder: &Path, models: Option<&Path>) -> anyhow::Result<String> {
    let rows = match kind {
        "search" => search::run(folder, models)?,
        "recommend" => recommend::run(folder)?,
        "assistant" => [facts::run(folder)?, assistant::run(folder, models)?].into_iter().flatten().collect(),
        _ => anyhow::bail!("unknown kind of evaluation: {kind} ({})", KINDS.join(", ")),
    };
    let mut out = format!("{:<52} {:>10} {:>10}\n", "", "measured", "reach");
    for row in rows {
        let mark = row.reach.map_or("", |r| {
            let reached = if row.less { row.value <= r } else { row.value >= r };
            if reached { "" } else { "  *" }
        });
        let reach = row.reach.map_or(String::new(), |r| format!("{r:.4}"));
        let _ = writeln!(out, "{:<52} {:>10.4} {:>10}{mark}", row.name, row.value, reach);
    }
    Ok(out)
}
