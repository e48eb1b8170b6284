//! Figures on judged data: readers of its files, measures, and a table beside the figures to reach.

mod assistant;
pub mod data;
mod facts;
pub mod measure;
mod recommend;
mod scale;
mod search;

use std::path::Path;

/// What can be evaluated.
/// The last two are the halves of the assistant.
pub const KINDS: [&str; 5] = ["search", "recommend", "assistant", "facts", "passages"];

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
        "facts" => facts::run(folder)?,
        "passages" => assistant::run(folder, models)?,
        _ => anyhow::bail!("unknown kind of evaluation: {kind} ({})", KINDS.join(", ")),
    };
    let mut out = head();
    rows.iter().for_each(|row| out.push_str(&line(row)));
    Ok(out)
}

/// Search among many products made from a feed; each line is told when its figure is known, because this takes minutes.
pub fn scale(feed: &Path, products: usize, mut tell: impl FnMut(String)) -> anyhow::Result<()> {
    tell(head());
    scale::run(feed, products, |row| tell(line(&row)))
}

fn head() -> String {
    format!("{:<52} {:>10} {:>10}\n", "", "measured", "reach")
}

/// A figure beside the one to reach, with a star when it does not reach it.
fn line(row: &Row) -> String {
    let mark = row.reach.map_or("", |r| {
        let reached = if row.less { row.value <= r } else { row.value >= r };
        if reached { "" } else { "  *" }
    });
    let reach = row.reach.map_or(String::new(), |r| format!("{r:.4}"));
    format!("{:<52} {:>10.4} {:>10}{mark}\n", row.name, row.value, reach)
}
