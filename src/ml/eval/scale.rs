//! Search in a catalogue many times the size of the one at hand: how long building and asking take, and how much memory.
//!
//! The products are seeded variations of real ones, so that words keep their frequencies and the vocabulary grows with
//! the model numbers; what is relevant is unknown, only time and size are measured.

use std::collections::HashMap;
use std::path::Path;
use std::time::{Duration, Instant};

use kit::Lang;
use kit::chance::Chance;

use super::data::{self, Product};
use super::search::mistyped;
use super::{Row, measure};
use crate::bundle::Bundle;
use crate::search::{self, Document, Engine};

const SEED: u64 = 11;
const QUERIES: usize = 500;
/// One query of so many is mistyped: reading those takes longest.
const MISTYPED: usize = 5;
/// Part of the words taken from another product of the same category, in hundredths.
const SWAPPED_IN_TITLE: u64 = 30;
const SWAPPED_IN_TEXT: u64 = 15;

/// Builds an index of `wanted` products made from a feed and asks it; each figure is told as soon as it is known.
pub fn run(feed: &Path, wanted: usize, mut tell: impl FnMut(Row)) -> anyhow::Result<()> {
    let texts = Texts::vary(&data::feed(feed)?, wanted);
    let asked = queries(&texts);
    tell(Row::note("products", texts.len() as f64));
    tell(Row::note("megabytes of text", texts.all.len() as f64 / 1e6));
    let start = Instant::now();
    let bytes = search::build(Lang::Fr, texts.documents())?;
    tell(Row::less("minutes to build", start.elapsed().as_secs_f64() / 60.0, 20.0));
    tell(Row::note("megabytes of memory at most, texts included", memory("VmHWM")));
    tell(Row::note("megabytes of the file", bytes.len() as f64 / 1e6));
    drop(texts);
    let path = std::env::temp_dir().join(format!("ml-scale-{}.bundle", std::process::id()));
    std::fs::write(&path, &bytes)?;
    drop(bytes);
    let start = Instant::now();
    let bundle = Bundle::open(&path);
    // The map keeps the file until the end, however the end comes.
    std::fs::remove_file(&path)?;
    let engine = Engine::open(&bundle?)?;
    tell(Row::note("seconds to open", start.elapsed().as_secs_f64()));
    let times: Vec<Took> = asked.iter().map(|text| ask(&engine, text)).collect();
    let found: Vec<f64> = times.iter().map(|t| t.found as f64).collect();
    tell(Row::note("products found by a query, p50", measure::quantile(&found, 0.5)));
    for (name, part, reach) in [("p50", 0.5, None), ("p95", 0.95, Some(50.0)), ("p99", 0.99, None)] {
        let of = |one: fn(&Took) -> f64| measure::quantile(&times.iter().map(one).collect::<Vec<_>>(), part);
        tell(Row {
            reach,
            less: true,
            ..Row::note(&format!("ms of processor, {name}"), of(|t| t.processor))
        });
        tell(Row::note(&format!("ms on the clock, {name}"), of(|t| t.clock)));
    }
    tell(Row::note("megabytes of the file in memory after the queries", memory("RssFile")));
    // Some of it is what the build left behind.
    tell(Row::note("megabytes of its own after the queries, at most", memory("RssAnon")));
    Ok(())
}

/// The products made: one text for all, because a million small ones would leave holes where memory is measured.
struct Texts {
    all: String,
    /// Where title, body and brand of each product end.
    ends: Vec<[usize; 3]>,
}

impl Texts {
    /// The products themselves, then variations of them.
    fn vary(products: &[Product], wanted: usize) -> Texts {
        let mut chance = Chance::new(SEED);
        let mut shelves: HashMap<&str, Vec<usize>> = HashMap::new();
        for (i, p) in products.iter().enumerate() {
            shelves.entry(&p.leaf).or_default().push(i);
        }
        let mut out = Texts { all: String::new(), ends: Vec::with_capacity(wanted) };
        let none = Vec::new();
        for (i, p) in products.iter().cycle().take(wanted).enumerate() {
            if i < products.len() {
                out.push(&p.title, &p.description, &p.brand);
                continue;
            }
            let shelf = shelves.get(p.leaf.as_str()).unwrap_or(&none);
            let other = shelf.get(below(&mut chance, shelf.len())).map_or(p, |o| &products[*o]);
            let title = varied(&p.title, &other.title, SWAPPED_IN_TITLE, &mut chance);
            let body = varied(&p.description, &other.description, SWAPPED_IN_TEXT, &mut chance);
            out.push(&title, &body, &p.brand);
        }
        out
    }

    fn push(&mut self, title: &str, body: &str, brand: &str) {
        self.ends.push([title, body, brand].map(|text| {
            self.all.push_str(text);
            self.all.len()
        }));
    }

    fn len(&self) -> usize {
        self.ends.len()
    }

    fn document(&self, i: usize) -> Document<'_> {
        let from = i.checked_sub(1).map_or(0, |before| self.ends[before][2]);
        let [title, body, brand] = self.ends[i];
        Document {
            id: i as i64,
            title: &self.all[from..title],
            body: &self.all[title..body],
            brand: &self.all[body..brand],
            attributes: "",
        }
    }

    fn documents(&self) -> impl Iterator<Item = Document<'_>> {
        (0..self.len()).map(|i| self.document(i))
    }
}

/// A number below `n`; 0 when there is none.
fn below(chance: &mut Chance, n: usize) -> usize {
    (chance.bits() >> 11) as usize % n.max(1)
}

/// A text with some words of another and other model numbers.
fn varied(text: &str, other: &str, hundredths: u64, chance: &mut Chance) -> String {
    let others: Vec<&str> = other.split_whitespace().collect();
    let mut out = String::with_capacity(text.len() + 16);
    for word in text.split_whitespace() {
        if !out.is_empty() {
            out.push(' ');
        }
        let swapped = below(chance, 100) < hundredths as usize && !others.is_empty();
        let word = if swapped { others[below(chance, others.len())] } else { word };
        // Sizes have one or two digits; what has more is a model or its number.
        let model = word.bytes().filter(u8::is_ascii_digit).count() >= 3;
        let digit = |c: char| match model && c.is_ascii_digit() {
            true => char::from(b'0' + below(chance, 10) as u8),
            false => c,
        };
        out.extend(word.chars().map(digit));
    }
    out
}

/// Two to four words of a title, in its order.
fn queries(texts: &Texts) -> Vec<String> {
    let mut chance = Chance::new(SEED + 1);
    let mut seed = SEED;
    let mut out = Vec::with_capacity(QUERIES);
    let mut tries = 0;
    while out.len() < QUERIES && tries < QUERIES * 100 {
        tries += 1;
        let title = texts.document(below(&mut chance, texts.len())).title;
        let words: Vec<&str> = title.split_whitespace().filter(|w| w.chars().count() >= 3).collect();
        let wanted = 2 + below(&mut chance, 3);
        if words.len() < wanted {
            continue;
        }
        let from = below(&mut chance, words.len() - wanted + 1);
        let text = words[from..from + wanted].join(" ");
        out.push(if out.len() % MISTYPED == 0 { mistyped(&text, &mut seed) } else { text });
    }
    out
}

/// What a query took, in milliseconds, and what it found.
struct Took {
    processor: f64,
    clock: f64,
    found: usize,
}

/// The best of three.
fn ask(engine: &Engine, text: &str) -> Took {
    let once = |_| {
        let (before, start) = (processor(), Instant::now());
        let found = std::hint::black_box(engine.search(text)).len();
        let clock = start.elapsed().as_secs_f64() * 1e3;
        Took { processor: before.zip(processor()).map_or(clock, |(b, a)| a - b), clock, found }
    };
    let least = |a: Took, b: Took| Took {
        processor: a.processor.min(b.processor),
        clock: a.clock.min(b.clock),
        found: a.found,
    };
    let first = once(0);
    (1..3).map(once).fold(first, least)
}

/// Milliseconds of processor this thread has had; a busy machine does not change them. `None` where the system does not
/// tell.
fn processor() -> Option<f64> {
    // Leaving the processor makes the system count what was used up to now.
    std::thread::sleep(Duration::from_micros(1));
    let told = std::fs::read_to_string("/proc/thread-self/schedstat").ok()?;
    Some(told.split(' ').next()?.parse::<f64>().ok()? / 1e6)
}

/// A line of the process's memory in megabytes; 0 where the system does not tell.
fn memory(name: &str) -> f64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find_map(|l| l.strip_prefix(name)?.strip_prefix(':'));
    let kib = line.and_then(|l| l.trim().trim_end_matches(" kB").parse::<f64>().ok());
    kib.unwrap_or(0.0) * 1.024e-3
}

#[cfg(test)]
mod tests {
    use super::*;

    fn product(title: &str, leaf: &str) -> Product {
        Product { title: title.into(), leaf: leaf.into(), ..Product::default() }
    }

    #[test]
    fn variations_stay_on_their_shelf_and_have_numbers_of_their_own() {
        let feed = [
            product("Perceuse visseuse PX4810 sans fil", "Perceuse"),
            product("Perforateur compact ZR2200 filaire", "Perceuse"),
            product("Tasse en grès", "Tasse"),
        ];
        let texts = Texts::vary(&feed, 60);
        let titles: Vec<&str> = texts.documents().map(|d| d.title).collect();
        assert_eq!(titles[..3], feed.iter().map(|p| p.title.as_str()).collect::<Vec<_>>());
        assert!(titles.iter().skip(3).step_by(3).all(|t| !t.contains("PX4810") && !t.contains("Tasse")));
        assert!(titles.iter().any(|t| t.contains("Perceuse") && t.contains("compact")), "{titles:?}");
        assert!(titles.iter().skip(2).step_by(3).all(|t| *t == "Tasse en grès" || t.split(' ').count() == 3));
        let again = Texts::vary(&feed, 60);
        assert_eq!(texts.all, again.all, "the same on every machine");
        let asked = queries(&texts);
        assert_eq!(asked.len(), QUERIES);
        assert!(asked.iter().all(|q| (2..=4).contains(&q.split(' ').count())));
    }
}
