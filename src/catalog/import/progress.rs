//! How far the import is: a bar on a terminal, a plain line every few seconds elsewhere.

use std::io::IsTerminal;
use std::time::{Duration, Instant};

use indicatif::{ProgressBar, ProgressStyle};
use kit::{Lang, tr};

const LINE_EVERY: Duration = Duration::from_secs(5);

/// Shows progress on standard error.
pub struct Progress {
    lang: Lang,
    total: u64,
    started: Instant,
    shown: Instant,
    way: Way,
}

enum Way {
    Bar(ProgressBar),
    Lines,
    Silent,
}

impl Progress {
    pub fn new(lang: Lang) -> Progress {
        let way =
            if std::io::stderr().is_terminal() { Way::Bar(ProgressBar::no_length()) } else { Way::Lines };
        Progress { lang, total: 0, started: Instant::now(), shown: Instant::now(), way }
    }

    pub fn silent() -> Progress {
        Progress {
            lang: Lang::Fr,
            total: 0,
            started: Instant::now(),
            shown: Instant::now(),
            way: Way::Silent,
        }
    }

    /// The number of rows is known, work begins.
    pub fn begin(&mut self, total: u64) {
        (self.total, self.started, self.shown) = (total, Instant::now(), Instant::now());
        match &self.way {
            Way::Bar(bar) => {
                bar.set_length(total);
                let form = "{bar:32} {percent:>3} %  {human_pos} / {human_len}  {per_sec}  ETA {eta}";
                if let Ok(style) = ProgressStyle::with_template(form) {
                    bar.set_style(style);
                }
            }
            Way::Lines => eprintln!("{}", tr!(self.lang, "catalog_import.begin", n = self.number(total))),
            Way::Silent => {}
        }
    }

    /// So many rows have been read and dealt with.
    pub fn at(&mut self, rows: u64) {
        match &self.way {
            Way::Bar(bar) => bar.set_position(rows),
            Way::Lines if self.shown.elapsed() >= LINE_EVERY => {
                self.shown = Instant::now();
                let rate = rows as f64 / self.started.elapsed().as_secs_f64().max(0.001);
                let left = self.total.saturating_sub(rows) as f64 / rate.max(0.001);
                let line = tr!(
                    self.lang,
                    "catalog_import.line",
                    done = self.number(rows),
                    total = self.number(self.total),
                    rate = self.number(rate as u64),
                    left = self.number(left.ceil() as u64)
                );
                eprintln!("{line}");
            }
            Way::Lines | Way::Silent => {}
        }
    }

    pub fn end(&self) {
        if let Way::Bar(bar) = &self.way {
            bar.finish();
        }
    }

    fn number(&self, n: u64) -> String {
        kit::text::grouped(self.lang, n as i64)
    }
}
