//! What a run did, in words and as a file: counts, and every line that was refused or taken with a remark.

use std::fs::File;
use std::io::{self, BufWriter, Write};
use std::path::Path;
use std::time::Duration;

use kit::{Lang, tr};
use serde_json::json;

use crate::formats::fault::{Reason, RowError, Severity};

/// Counts of a run and the first lines of its report; the rest goes into the file as it comes.
pub struct Report {
    pub dry_run: bool,
    pub format: &'static str,
    pub rows: u64,
    pub created: i64,
    pub updated: i64,
    pub unchanged: i64,
    pub refused: u64,
    pub warnings: u64,
    /// New variants that got the stock of uncounted ones.
    pub uncounted: u64,
    /// Products and refused lines that an earlier, interrupted run had done.
    pub resumed: i64,
    /// The file could not be read to its end.
    pub broken: Option<RowError>,
    pub elapsed: Duration,
    pub first: Vec<(Severity, RowError)>,
    show: usize,
    file: Option<Output>,
}

enum Output {
    Csv(BufWriter<File>),
    Json { file: BufWriter<File>, any: bool },
}

impl Report {
    /// Keeps the first `show` faults in memory; all go to `path` (JSON by its ending, else CSV).
    pub fn new(dry_run: bool, show: usize, path: Option<&Path>) -> io::Result<Report> {
        let file = path.map(Output::create).transpose()?;
        Ok(Report {
            dry_run,
            format: "",
            rows: 0,
            created: 0,
            updated: 0,
            unchanged: 0,
            refused: 0,
            warnings: 0,
            uncounted: 0,
            resumed: 0,
            broken: None,
            elapsed: Duration::ZERO,
            first: Vec::new(),
            show,
            file,
        })
    }

    pub fn refuse(&mut self, fault: RowError) -> io::Result<()> {
        let severity = fault.severity();
        if severity == Severity::Row {
            self.refused += 1;
        } else {
            self.broken = Some(fault.clone());
        }
        self.keep(severity, fault)
    }

    pub fn warn(&mut self, note: RowError) -> io::Result<()> {
        // One remark for all: a feed without quantities would say it fifty thousand times.
        if note.reason == Reason::StockUnknown {
            self.uncounted += 1;
            if self.uncounted > 1 {
                return Ok(());
            }
        }
        self.warnings += 1;
        self.keep(Severity::Warning, note)
    }

    fn keep(&mut self, severity: Severity, fault: RowError) -> io::Result<()> {
        if let Some(file) = &mut self.file {
            file.write(severity, &fault)?;
        }
        let refused = self.first.iter().filter(|(severity, _)| *severity != Severity::Warning).count();
        // Refusals matter more than remarks.
        let room = match severity {
            Severity::Warning => self.first.len() - refused < self.show / 4,
            Severity::File | Severity::Row => refused < self.show,
        };
        if room {
            self.first.push((severity, fault));
        }
        Ok(())
    }

    /// Products handled in this run, a second.
    pub fn rate(&self) -> f64 {
        let done = self.created + self.updated + self.unchanged
            - self.resumed.min(self.created + self.updated + self.unchanged);
        done as f64 / self.elapsed.as_secs_f64().max(0.001)
    }

    /// 0: all taken; 2: some lines refused; 1: the file is broken.
    pub fn exit_code(&self) -> u8 {
        match (&self.broken, self.refused) {
            (Some(_), _) => 1,
            (None, 0) => 0,
            (None, _) => 2,
        }
    }

    /// Ends the file.
    pub fn close(&mut self) -> io::Result<()> {
        let summary = json!({
            "dry_run": self.dry_run,
            "format": self.format,
            "rows": self.rows,
            "created": self.created,
            "updated": self.updated,
            "unchanged": self.unchanged,
            "refused": self.refused,
            "warnings": self.warnings,
            "complete": self.broken.is_none(),
            "seconds": (self.elapsed.as_secs_f64() * 10.0).round() / 10.0,
        });
        match self.file.take() {
            None => Ok(()),
            Some(Output::Csv(mut file)) => file.flush(),
            Some(Output::Json { mut file, .. }) => {
                writeln!(file, "\n],\n\"summary\": {summary}\n}}")?;
                file.flush()
            }
        }
    }

    /// The report for people.
    pub fn print(&self, lang: Lang, out: &mut dyn Write) -> io::Result<()> {
        let n = |n: u64| kit::text::grouped(lang, n as i64);
        for (severity, fault) in &self.first {
            let head = match severity {
                Severity::Warning => tr!(lang, "catalog_import.head_warning"),
                Severity::Row => tr!(lang, "catalog_import.head_refused"),
                Severity::File => tr!(lang, "catalog_import.head_broken"),
            };
            writeln!(out, "  {head} {}", fault.sentence(lang))?;
        }
        let hidden =
            self.refused + self.warnings + u64::from(self.broken.is_some()) - self.first.len() as u64;
        if hidden > 0 {
            writeln!(out, "  {}", tr!(lang, "catalog_import.more", n = n(hidden)))?;
        }
        if self.resumed > 0 {
            writeln!(out, "{}", tr!(lang, "catalog_import.resumed", n = n(self.resumed as u64)))?;
        }
        if self.uncounted > 1 {
            writeln!(out, "{}", tr!(lang, "catalog_import.uncounted", n = n(self.uncounted)))?;
        }
        let counts = tr!(
            lang,
            "catalog_import.counts",
            created = n(self.created as u64),
            updated = n(self.updated as u64),
            unchanged = n(self.unchanged as u64),
            refused = n(self.refused)
        );
        writeln!(out, "{counts}")?;
        let seconds = kit::text::tenths(lang, (self.elapsed.as_secs_f64() * 10.0).round() as i64);
        writeln!(
            out,
            "{}",
            tr!(
                lang,
                "catalog_import.took",
                rows = n(self.rows),
                seconds = seconds,
                rate = n(self.rate() as u64)
            )
        )?;
        if self.dry_run {
            writeln!(out, "{}", tr!(lang, "catalog_import.dry_run"))?;
        }
        Ok(())
    }
}

impl Output {
    fn create(path: &Path) -> io::Result<Output> {
        let mut file = BufWriter::new(File::create(path)?);
        if path.extension().is_some_and(|ending| ending.eq_ignore_ascii_case("json")) {
            write!(file, "{{\n\"lines\": [")?;
            return Ok(Output::Json { file, any: false });
        }
        // The mark tells spreadsheets that this is UTF-8.
        writeln!(file, "\u{feff}severity,line,column,reason,french,english,value")?;
        Ok(Output::Csv(file))
    }

    fn write(&mut self, severity: Severity, fault: &RowError) -> io::Result<()> {
        let word = match severity {
            Severity::File => "file",
            Severity::Row => "refused",
            Severity::Warning => "warning",
        };
        let column = fault.column.as_deref().unwrap_or_default();
        let (french, english) = (fault.message(Lang::Fr), fault.message(Lang::En));
        match self {
            Output::Csv(file) => {
                let line = fault.line.to_string();
                let cells = [word, &line, column, fault.reason.code(), &french, &english, &fault.value];
                writeln!(file, "{}", cells.map(csv_cell).join(","))
            }
            Output::Json { file, any } => {
                let row = json!({
                    "severity": word, "line": fault.line, "column": fault.column, "reason": fault.reason.code(),
                    "french": french, "english": english, "value": fault.value,
                });
                write!(file, "{}\n{row}", if std::mem::replace(any, true) { "," } else { "" })
            }
        }
    }
}

/// A cell that no spreadsheet runs as a formula.
fn csv_cell(text: &str) -> String {
    let guard = if text.starts_with(['=', '+', '-', '@', '\t', '\r']) { "'" } else { "" };
    format!("\"{guard}{}\"", text.replace('"', "\"\""))
}

/// A fault as it waits in the run's row for a resumption.
pub fn to_json(fault: &RowError) -> serde_json::Value {
    json!({ "line": fault.line, "column": fault.column, "reason": fault.reason.code(), "value": fault.value,
            "found": fault.found, "limit": fault.limit })
}

/// The reverse of [`to_json`]; what an older release wrote and this one does not know is left out.
pub fn from_json(value: &serde_json::Value) -> Option<RowError> {
    let text = |key: &str| value.get(key).and_then(|v| v.as_str()).unwrap_or_default().to_string();
    let reason = Reason::ALL.iter().find(|reason| reason.code() == text("reason"))?;
    Some(RowError {
        line: value.get("line")?.as_u64()?,
        column: value.get("column").and_then(|v| v.as_str()).map(str::to_string),
        reason: *reason,
        value: text("value"),
        found: text("found"),
        limit: text("limit"),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn fault() -> RowError {
        RowError::new(3, Reason::PriceNegative).column("price").value("=cmd|' /C calc'!A0")
    }

    #[test]
    fn the_report_file_holds_every_line_and_runs_no_formula() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("report.csv");
        let mut report = Report::new(false, 0, Some(&path)).unwrap();
        report.refuse(fault()).unwrap();
        report.close().unwrap();
        let text = std::fs::read_to_string(&path).unwrap();
        assert!(text.contains("\"refused\",\"3\",\"price\",\"price_negative\""), "{text}");
        assert!(text.contains("\"'=cmd|"), "{text}");
        let path = dir.path().join("report.json");
        let mut report = Report::new(false, 0, Some(&path)).unwrap();
        report.refuse(fault()).unwrap();
        report.warn(fault()).unwrap();
        report.close().unwrap();
        let json: serde_json::Value = serde_json::from_str(&std::fs::read_to_string(&path).unwrap()).unwrap();
        assert_eq!(json["lines"].as_array().unwrap().len(), 2);
        assert_eq!(json["summary"]["refused"], 1);
    }

    #[test]
    fn exit_codes_tell_good_partly_and_broken_apart() {
        let mut report = Report::new(false, 5, None).unwrap();
        assert_eq!(report.exit_code(), 0);
        report.refuse(fault()).unwrap();
        assert_eq!(report.exit_code(), 2);
        report.refuse(RowError::new(9, Reason::Truncated)).unwrap();
        assert_eq!(report.exit_code(), 1);
    }

    #[test]
    fn a_fault_survives_its_time_in_the_database() {
        let before = fault().found("x").limit("y");
        assert_eq!(from_json(&to_json(&before)), Some(before));
    }
}
