//! The thread that reads: parses and prepares chunk after chunk while the database works on the one before.

use std::collections::HashSet;
use std::io::Read;
use std::path::{Path, PathBuf};

use chrono::{DateTime, Utc};
use sha2::{Digest, Sha256};
use tokio::sync::mpsc;

use crate::formats::fault::{Reason, RowError};
use crate::formats::{Feed, Format};
use crate::prepare::{Prepared, prepare};

/// Products in one transaction.
pub const CHUNK: usize = 500;
/// A chunk ends as well after so many refused lines, so that progress is kept.
const MAX_ITEMS: u64 = 5_000;
/// Chunks that wait for the database: bounds memory.
const AHEAD: usize = 2;

/// What the reading thread sends, in this order.
pub enum Message {
    Opened { format: Format, rows: u64 },
    Chunk(Chunk),
}

#[derive(Default)]
pub struct Chunk {
    pub products: Vec<Prepared>,
    pub faults: Vec<RowError>,
    pub warnings: Vec<RowError>,
    /// Products and refused lines in it.
    pub items: u64,
    /// An earlier run has committed these; only their faults are told again.
    pub replayed: bool,
    pub last_line: u64,
    /// Rows of the file read so far.
    pub rows: u64,
}

/// What is to be read, and how.
pub struct Task {
    pub path: PathBuf,
    pub format: Option<Format>,
    pub now: DateTime<Utc>,
    /// Items that an earlier run has committed.
    pub skip: u64,
}

/// Starts the thread. It ends with the file, with a fault of the file, or when nobody listens any more.
pub fn start(task: Task) -> mpsc::Receiver<Result<Message, RowError>> {
    let (sender, receiver) = mpsc::channel(AHEAD);
    tokio::task::spawn_blocking(move || match Feed::open(&task.path, task.format) {
        Ok(feed) => {
            let opened = Message::Opened { format: feed.format, rows: feed.rows };
            if sender.blocking_send(Ok(opened)).is_ok() {
                read(feed, &task, &sender);
            }
        }
        Err(fault) => {
            // Nobody listening means nobody to tell.
            let _ = sender.blocking_send(Err(fault));
        }
    });
    receiver
}

fn read(mut feed: Feed, task: &Task, sender: &mpsc::Sender<Result<Message, RowError>>) {
    let mut number = 0;
    let mut chunk = Chunk::default();
    let mut ids: HashSet<String> = HashSet::new();
    let send = |chunk: &mut Chunk, ids: &mut HashSet<String>| {
        ids.clear();
        sender.blocking_send(Ok(Message::Chunk(std::mem::take(chunk)))).is_ok()
    };
    while let Some(item) = feed.next() {
        let replayed = number < task.skip;
        let again = matches!(&item, Ok(product) if ids.contains(&product.external_id));
        let full = chunk.products.len() >= CHUNK || chunk.items >= MAX_ITEMS;
        let turns = chunk.items > 0 && chunk.replayed != replayed;
        if (full || again || turns) && !send(&mut chunk, &mut ids) {
            return;
        }
        number += 1;
        chunk.items += 1;
        chunk.replayed = replayed;
        chunk.rows = feed.read;
        match item {
            Ok(mut product) => {
                chunk.last_line = chunk.last_line.max(product.last_line);
                chunk.warnings.append(&mut product.warnings);
                if !replayed {
                    ids.insert(product.external_id.clone());
                    chunk.products.push(prepare(product, feed.format, task.now));
                }
            }
            Err(fault) => {
                chunk.last_line = chunk.last_line.max(fault.line);
                chunk.faults.push(fault);
            }
        }
    }
    chunk.rows = feed.rows;
    send(&mut chunk, &mut ids);
}

/// SHA-256 of a file: what makes two runs runs of the same feed.
pub fn fingerprint(path: &Path) -> Result<Vec<u8>, RowError> {
    let unreadable = |error: std::io::Error| RowError::new(0, Reason::Unreadable).found(error);
    let mut file = std::fs::File::open(path).map_err(unreadable)?;
    let (mut hash, mut buffer) = (Sha256::new(), vec![0; 128 * 1024]);
    loop {
        match file.read(&mut buffer).map_err(unreadable)? {
            0 => return Ok(hash.finalize().to_vec()),
            n => hash.update(&buffer[..n]),
        }
    }
}
